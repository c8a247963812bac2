"""HTML and markdown to readable text; folding for search and matching; cutting and direction."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from listener.heard import TextFormat

_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Plain:
    """Readable text, and the web addresses it pointed to, in order and once each."""

    text: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Folded:
    """A search key and, for each of its characters, where in the original it came from."""

    key: str
    starts: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original's (start, end) for a span of the key."""
        return self.starts[start], self.starts[end]


def plain(text: str, form: TextFormat = "plain", base_url: str | None = None) -> Plain:
    """Return `text` readable: markup gone, paragraphs kept, links listed."""
    if form == "html":
        text = re.sub(r"<[^>]*>", " ", text)
    text = unicodedata.normalize("NFC", text.replace("\0", "")).strip()
    return Plain(text, tuple(dict.fromkeys(_LINK.findall(text))))


def fold(text: str) -> str:
    """Return the key `text` is searched and matched by; never shown, never stored over the original."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def folded(text: str) -> Folded:
    """Return the key with its map back to the original, for highlights."""
    return Folded(text.casefold(), tuple(range(len(text) + 1)))


def direction(text: str) -> Literal["ltr", "rtl"]:
    """Return which way a text reads, judged after leading handles, tags and addresses."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def snippet(text: str, limit: int = 140) -> str:
    """Return at most `limit` characters on one line, never cutting a grapheme."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def clean_name(name: str) -> str:
    """Return an author's name on one line without controls."""
    return " ".join(name.split())
