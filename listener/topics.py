"""A boolean query: read, checked, matched on folded text."""

from collections.abc import Sequence
from dataclasses import dataclass

from listener.text import fold


class QueryError(ValueError):
    """A query that cannot be read, with the place of the mistake."""

    def __init__(self, query: str, position: int, sentence: str) -> None:
        super().__init__(sentence)
        self.query = query
        self.position = position
        self.sentence = sentence

    def pointed(self) -> str:
        """Return the query, a caret under the mistake, and the sentence, on three lines."""
        return f"{self.query}\n{' ' * self.position}^\n{self.sentence}"


@dataclass(frozen=True, slots=True)
class Speech:
    """What a query may look at."""

    folded: str
    language: str = "und"
    source: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read without mistakes."""

    source: str
    terms: tuple[str, ...]

    def matches(self, speech: Speech) -> bool:
        """Say whether `speech` is spoken of."""
        return any(term in speech.folded for term in self.terms)

    def words(self) -> tuple[str, ...]:
        """Return the folded terms that may be highlighted."""
        return self.terms


def read(query: str) -> Query:
    """Read a query or raise `QueryError`."""
    if not query.strip():
        raise QueryError(query, 0, "Write at least one word to listen for.")
    return Query(query, tuple(fold(part.strip(' "')) for part in query.split(" OR ")))


def highlights(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return the spans of `words` in the original `text`."""
    return []
