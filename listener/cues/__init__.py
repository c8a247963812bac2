"""The words and phrases by which kinds are told: one table a language, one way to find them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from listener.speech import Speech, words_of
from listener.text import fold

Table = Mapping[str, Mapping[float, str]]


@dataclass(frozen=True, slots=True)
class Cue:
    """A word or phrase that speaks for a kind, and how strongly. A word ending in `*` stands for its beginning."""

    kind: str
    weight: float
    words: tuple[str, ...]


@dataclass(slots=True)
class Cues:
    """One language's table, compiled: found by first word, so that time grows with the text, not with the table."""

    table: Table
    _whole: dict[str, list[Cue]] = field(init=False, default_factory=dict)
    _open: dict[str, list[Cue]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for kind, rows in self.table.items():
            for weight, line in rows.items():
                for phrase in line.split(";"):
                    self._keep(kind, weight, phrase)

    def found(self, speech: Speech) -> list[Cue]:
        """Return every cue that is said, once each, in the order they are said."""
        at = _standing(speech)
        cues: dict[Cue, None] = {}
        for place, forms in enumerate(at):
            for form in forms:
                for cue in (*self._whole.get(form, ()), *self._open.get(form[:_STEM], ())):
                    if _says(cue.words, at, place):
                        cues[cue] = None
        return list(cues)

    def _keep(self, kind: str, weight: float, phrase: str) -> None:
        words = tuple(
            word for part in phrase.split() for word in (*words_of(fold(part))[:-1], _last(part)) if word.strip("*")
        )
        if words:
            first = words[0]
            if first.endswith("*"):
                self._open.setdefault(first[:-1][:_STEM], []).append(Cue(kind, weight, words))
            else:
                self._whole.setdefault(first, []).append(Cue(kind, weight, words))


# each further cue of a kind says so much of the one before it
_FADING = 0.6


def together(weights: Iterable[float], most: float, fading: float = _FADING) -> float:
    """Return what several cues of one kind say together: the strongest in full, each further one less."""
    faded = (weight * fading**place for place, weight in enumerate(sorted(weights, reverse=True)))
    return min(sum(faded), most)


# beginnings are at least this long, so that they can be looked up by their first letters
_STEM = 3


def _last(part: str) -> str:
    """Return the last folded word of a piece of a phrase, with its star if it has one."""
    words = words_of(fold(part))
    return (words[-1] if words else "") + ("*" if part.endswith("*") else "")


def _standing(speech: Speech) -> list[list[str]]:
    """Return the forms of the word at each place."""
    at: list[list[str]] = [[] for _ in speech.spans]
    for word, places in speech.places.items():
        for place in places:
            at[place].append(word)
    return at


def _says(words: tuple[str, ...], at: list[list[str]], place: int) -> bool:
    """Say whether these words stand from `place` on."""
    if place + len(words) > len(at):
        return False
    for step, word in enumerate(words):
        forms = at[place + step]
        if word.endswith("*"):
            if not any(form.startswith(word[:-1]) for form in forms):
                return False
        elif word not in forms:
            return False
    return True
