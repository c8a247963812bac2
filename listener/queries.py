"""What a query is made of: words, fields, and how they are joined; each can be asked whether a mention matches."""

from bisect import bisect_left
from dataclasses import dataclass

from listener.speech import Speech

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Words:
    """One word, a phrase, or (with `open`) the beginning of a word; `raw` where only signs or emoji are sought."""

    words: tuple[str, ...]
    open: bool = False
    raw: str = ""

    def matches(self, speech: Speech) -> bool:
        """Say whether they are said."""
        return self.raw in speech.folded if self.raw else bool(self.spans(speech))

    def spans(self, speech: Speech) -> list[Span]:
        """Return the (first, last) word places where they are said. A phrase is also found as one word: #AcmeCloud."""
        if self.open and len(self.words) == 1:
            return [(place, place) for place in speech.beginning(self.words[0])]
        starts = speech.places.get(self.words[0], ()) if self.words else ()
        if len(self.words) == 1:
            return [(place, place) for place in starts]
        last = len(self.words) - 1
        rest = [set(speech.places.get(word, ())) for word in self.words[1:last]]
        rest.append(set(speech.beginning(self.words[last]) if self.open else speech.places.get(self.words[last], ())))
        found = [
            (start, start + last)
            for start in starts
            if all(start + step in places for step, places in enumerate(rest, start=1))
        ]
        joined = "".join(self.words)
        together = speech.beginning(joined) if self.open else speech.places.get(joined, ())
        return sorted([*found, *((place, place) for place in together)])

    def terms(self) -> list[str]:
        """Return what may be highlighted."""
        return [" ".join(self.words) + ("*" if self.open else "")] if self.words else [self.raw]


@dataclass(frozen=True, slots=True)
class Field:
    """`lang:`, `source:` or `author:` with one or more values, of which one must hold."""

    name: str
    values: tuple[str, ...]

    def matches(self, speech: Speech) -> bool:
        """Say whether the mention's language, source or author is one of the values."""
        if self.name == "lang":
            return speech.language in self.values
        if self.name == "source":
            return speech.source in self.values
        author = speech.author.removeprefix("@")
        return any(
            author.startswith(value[:-1]) if value.endswith("*") else value in {author, author.split("@")[0]}
            for value in self.values
        )

    def terms(self) -> list[str]:
        """Return nothing: a field stands in no text."""
        return []


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    parts: tuple["Node", ...]

    def matches(self, speech: Speech) -> bool:
        """Say whether any part holds."""
        return any(part.matches(speech) for part in self.parts)

    def spans(self, speech: Speech) -> list[Span]:
        """Return the places of all parts; only words and groups of words have places."""
        return sorted(span for part in self.parts if isinstance(part, Words | Either) for span in part.spans(speech))

    def terms(self) -> list[str]:
        """Return the terms of all parts."""
        return [term for part in self.parts for term in part.terms()]


@dataclass(frozen=True, slots=True)
class Every:
    """All of several."""

    parts: tuple["Node", ...]

    def matches(self, speech: Speech) -> bool:
        """Say whether every part holds."""
        return all(part.matches(speech) for part in self.parts)

    def terms(self) -> list[str]:
        """Return the terms of all parts."""
        return [term for part in self.parts for term in part.terms()]


@dataclass(frozen=True, slots=True)
class Without:
    """The opposite."""

    part: "Node"

    def matches(self, speech: Speech) -> bool:
        """Say whether the part does not hold."""
        return not self.part.matches(speech)

    def terms(self) -> list[str]:
        """Return nothing: what must not stand there is not highlighted."""
        return []


@dataclass(frozen=True, slots=True)
class Near:
    """Two things with at most `apart` words between them, in either order."""

    left: Words | Either
    right: Words | Either
    apart: int

    def matches(self, speech: Speech) -> bool:
        """Say whether they stand near each other."""
        right = self.right.spans(speech)
        starts = [start for start, _ in right]
        reach = self.apart + 1
        for start, end in self.left.spans(speech):
            at = bisect_left(starts, start)
            if any(
                other[0] - end <= reach and start - other[1] <= reach and other != (start, end)
                for other in right[max(at - 2, 0) : at + 2]
            ):
                return True
        return False

    def terms(self) -> list[str]:
        """Return the terms of both."""
        return [*self.left.terms(), *self.right.terms()]


Node = Words | Field | Either | Every | Without | Near


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read without mistakes."""

    text: str
    root: Node

    def matches(self, speech: Speech) -> bool:
        """Say whether `speech` is what the query listens for."""
        return self.root.matches(speech)

    def words(self) -> tuple[str, ...]:
        """Return the folded words and phrases that may be highlighted; `acm*` stands for a beginning."""
        return tuple(dict.fromkeys(self.root.terms()))
