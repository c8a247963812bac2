"""What narrows the inbox as chips: each says one filter in the reader's words and leads to the inbox without it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from api.locales.words import Words
from api.pages.chosen import Chosen
from api.reader import Reader
from triage import find


@dataclass(frozen=True, slots=True)
class Chip:
    """`name` is the filter as the address bar calls it, `label` and `value` what people read, `away` where it leads."""

    name: str
    label: str
    value: str
    away: str


def chips(session: Session, words: Words, reader: Reader, looked: Chosen) -> list[Chip]:
    """Return a chip for everything that narrows what is chosen, in the order of the address."""
    names = find.names_in(session, looked.filters)
    say = speech(words, reader)
    return [
        Chip(
            name,
            words("filter", name),
            names.get(name) or say.get(name, str)(value),
            looked.without(name).link(),
        )
        for name, value in looked.narrowing
    ]


def speech(words: Words, reader: Reader) -> Mapping[str, Callable[[Any], str]]:
    """Return how the values of each filter are said, for those that are words of ours."""

    def table(name: str) -> Callable[[Any], str]:
        return lambda value: words(name, str(value))

    return {
        "kind": table("kind"),
        "mood": table("mood"),
        "source": table("source"),
        "language": lambda value: reader.language_name(str(value)),
        "late": table("yes_or_no"),
        "broken": table("yes_or_no"),
    }
