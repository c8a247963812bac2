"""Words that must fit a box: measured without a browser, wrapped at spaces, cut with … and clean enough for XML."""

import re
import unicodedata

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NARROW, _WIDE = frozenset("iljtfrI.,:;!|'()[] "), frozenset("mwMW@%&—")


def printable(text: str) -> str:
    """Return text without what XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def width(text: str, size: float) -> float:
    """Return about how wide a text is, in the unit of `size` (the height of its letters); rather too wide."""
    return sum(map(_share, text)) * size


def lines(text: str, room: float, size: float, most: int = 3) -> tuple[str, ...]:
    """Return a text in at most `most` lines no wider than `room`; the last one ends in … where there was more."""
    made: list[str] = []
    for word in printable(text).split():
        joined = f"{made[-1]} {word}" if made else word
        if made and width(joined, size) <= room:
            made[-1] = joined
        else:
            made += _pieces(word, room, size)
    if len(made) <= most:
        return tuple(made)
    return (*made[: most - 1], _cut(" ".join(made[most - 1 :]), room, size))


def _share(char: str) -> float:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(char) in "WF" or ord(char) > 0x1F000:
        return 1.1
    if char in _NARROW:
        return 0.34
    return 0.9 if char in _WIDE else 0.68 if char.isupper() else 0.56


def _pieces(word: str, room: float, size: float) -> list[str]:
    """Break a word that is wider than a line, never before a mark that belongs to the letter in front of it."""
    pieces = [""]
    for char in word:
        if pieces[-1] and _share(char) and width(pieces[-1] + char, size) > room:
            pieces.append("")
        pieces[-1] += char
    return pieces


def _cut(text: str, room: float, size: float) -> str:
    while text and width(text + "…", size) > room:
        text = text[:-1]
        while text and not _share(text[-1]):
            text = text[:-1]
    return text.rstrip() + "…"
