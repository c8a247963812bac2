"""What decided, marked in somebody's words: not one character of them is changed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from listener.topics import highlights

# between a word and what turned it or made it stronger: "good … not"
BESIDE = " … "
_LONGEST = 20_000  # characters in which evidence is sought; moods and kinds are read from the first two thousand


@dataclass(frozen=True, slots=True)
class Mark:
    """One stretch of a text and what it decided; `weight` is of the mood, 0 where it only decided the kind."""

    start: int
    end: int
    weight: float = 0.0
    is_mood: bool = False
    is_kind: bool = False

    @property
    def shape(self) -> str:
        """The classes it is drawn with: blame, praise, kind."""
        mood = ("minus" if self.weight < 0 else "plus") if self.is_mood else ""
        return " ".join(part for part in (mood, "kind" if self.is_kind else "") if part)

    def touches(self, other: "Mark") -> bool:
        """Whether they share a character."""
        return self.start < other.end and other.start < self.end


def marks(text: str, mood: Sequence[tuple[str, float]], kind: Sequence[str]) -> tuple[Mark, ...]:
    """Return where in `text` the words that decided stand, in order and never overlapping; the mood's come first."""
    found: list[Mark] = []
    for word, weight in mood:
        for start, end in _spans(text, word):
            _add(found, Mark(start, end, weight=weight, is_mood=True))
    for word in kind:
        for start, end in _spans(text, word):
            _add(found, Mark(start, end, is_kind=True))
    return tuple(sorted(found, key=lambda mark: mark.start))


def marked(text: str, found: Sequence[Mark], say: Callable[[Mark], str]) -> Markup:
    """Return `text` with its marks; `say` gives the words that a mark shows when it is pointed at or has the focus."""
    parts: list[Markup] = []
    at = 0
    for mark in found:
        words = Markup.escape(text[mark.start : mark.end])
        opened = Markup('<mark class="{}" tabindex="0" data-why="{}">').format(mark.shape, say(mark))
        parts += [Markup.escape(text[at : mark.start]), opened, words, Markup("</mark>")]
        at = mark.end
    return Markup("").join([*parts, Markup.escape(text[at:])])


def _spans(text: str, word: str) -> Iterator[tuple[int, int]]:
    """Return where a word stands; of what stood beside it only the nearest of each."""
    read = text[:_LONGEST]
    first, *beside = word.split(BESIDE)
    mains = highlights(read, [first])
    yield from mains
    for part in beside:
        around = highlights(read, [part])
        for start, end in mains:
            if around:
                yield min(around, key=lambda span: max(span[0] - end, start - span[1]))


def _add(found: list[Mark], mark: Mark) -> None:
    """Lay a mark down; where one lies already, that one decides both."""
    for place, other in enumerate(found):
        if mark.touches(other):
            found[place] = replace(other, is_kind=other.is_kind or mark.is_kind)
            return
    found.append(mark)
