"""The key a text is searched and matched by, and its map back to the original."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_MOST_MARKS = 8
_MARKS = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.combining(chr(code)))
_MARK_RUN = re.compile(f"[{_MARKS}][{_MARKS}]{{{_MOST_MARKS},}}")
# the rare marks above U+FFFF make a pattern ten times slower: it is asked only where they may stand
_RARE = "".join(chr(code) for code in range(0x10000, 0x1F000) if unicodedata.combining(chr(code)))
_RARE_RUN = re.compile(f"[{_MARKS}{_RARE}]{{{_MOST_MARKS + 1},}}")
_MAYBE_RARE = re.compile("[\U00010000-\U0001efff]")

# Dropped: Arabic signs and harakat, tatweel, Hebrew niqqud and cantillation, bidi controls, joiners that only shape,
# variation selectors, soft hyphens and other invisibles.
_DROPPED = re.compile(
    "[\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u00ad\u180e\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069"
    "\ufe00-\ufe0f\ufeff\ud800-\udfff\U000e0000-\U000e01ef\x00-\x08\x0e-\x1b\x7f]+"
)
_SAME = {
    "ی": "يىېےئێ", "ک": "كڪ", "ا": "أإآٱٲٳ", "و": "ؤۆ", "ه": "ةۀۂەہھۃ", "i": "İ",
    " ": "\u200c", "'": "’‘ʼ`´׳", '"': "“”„״", "-": "־‐‑–—−",
    **{str(digit): "".join(chr(zero + digit) for zero in (0x0660, 0x06F0, 0x0966)) for digit in range(10)},
}  # fmt: skip
_MAP = {ord(char): same for same, chars in _SAME.items() for char in chars}

_LONG = re.compile(r"(\D)\1{2,}")
# A piece that no neighbour can change: one character of a script whose letters never join backwards, or white space,
# with the marks and rarer characters that follow it.
_STARTS = "\x00-\u02ff\u0370-\u0482\u048a-\u0530\u05be\u05c0\u05c3\u05d0-\u05f4\u0620-\u064a\u0660-\u066f\u0671-\u06d5"
_STARTS += "\u06ee-\u06ff\u1e00-\u1fff\u2000-\u20cf\u2100-\u2bff\u3000-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff"
_STARTS += "\uac00-\ud7a3\ufb00-\ufb1c\ufb50-\ufdff\ufe70-\uff9d\U0001f000-\U0001faff"
_PIECE = re.compile(f"[\\s\\S][^{_STARTS}]*")
_MOST_KEPT = 4  # characters of a piece that is remembered


@dataclass(frozen=True, slots=True)
class Folded:
    """A search key and, for each of its characters, the part of the original it stands for."""

    key: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original's (start, end) for a span of the key; an empty span for an empty one."""
        if start >= end or start >= len(self.key):
            return (0, 0)
        return self.starts[start], self.ends[min(end, len(self.key)) - 1]


def fold(text: str) -> str:
    """Return the key of `text`: only for matching and search, never shown, never stored over the original.

    NFKC and casefold; one ye, kaf, alef, he and quotation mark; no harakat, tatweel, niqqud or bidi controls; ZWNJ
    and white space become one space; Arabic, Persian and Devanagari digits become ASCII; three of a letter become two.
    """
    if text.isascii():
        return _LONG.sub(r"\1\1", " ".join(_DROPPED.sub("", text).replace("`", "'").lower().split()))
    key = _squeezed(_letters(text))
    # dropping a mark can bring two others together: once more, then it is at rest
    return key if unicodedata.is_normalized("NFKC", key) else _squeezed(_letters(key))


def folded(text: str) -> Folded:
    """Return the key of `text` with its map back to the original, for highlights."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in _PIECE.finditer(text):
        start, end = piece.span()
        for char in _short(piece.group()) if end - start <= _MOST_KEPT else _letters(piece.group()):
            char = " " if char.isspace() else char
            if char == " " and (not chars or chars[-1] == " "):
                continue
            if len(chars) > 1 and char == chars[-1] == chars[-2] and not char.isdigit():
                ends[-1] = end
                continue
            chars.append(char)
            starts.append(start)
            ends.append(end)
    if chars and chars[-1] == " ":
        chars.pop(), starts.pop(), ends.pop()
    return Folded("".join(chars), tuple(starts), tuple(ends))


def marks_cut(text: str) -> str:
    """Return `text` with at most eight marks on one letter: normalising a run of n marks takes n² steps."""
    pattern = _RARE_RUN if _MAYBE_RARE.search(text) else _MARK_RUN
    return pattern.sub(lambda run: run.group()[:_MOST_MARKS], text)


def _letters(text: str) -> str:
    """Return `text` with its characters folded, white space and repeats as they are."""
    # İ casefolds to i and a mark of its own; people search for it with i
    text = unicodedata.normalize("NFKC", marks_cut(_DROPPED.sub("", text))).replace("İ", "i")
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text.casefold())).translate(_MAP)


_short = lru_cache(4096)(_letters)  # nearly every piece is one of the letters of a few alphabets


def _squeezed(text: str) -> str:
    """Return `text` with single spaces and at most two of a letter in a row."""
    return _LONG.sub(r"\1\1", " ".join(text.split()))
