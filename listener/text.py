"""Readable text, its folded key for search and matching, its direction, and cutting it."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from listener import markup
from listener.folding import Folded, fold, folded, marks_cut
from listener.heard import TextFormat

__all__ = ["Folded", "Plain", "clean_name", "direction", "fold", "folded", "plain", "snippet"]

LONGEST = 100_000

# Controls that change nothing a reader sees, or change it behind the reader's back. U+202A-202E go; the
# isolates U+2066-2069 stay in texts (SOURCES rule 7) and go in names and cuttings. ZWNJ and ZWJ always stay.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\ufeff\ufff9-\ufffb\ufffe\uffff]")
_ISOLATES = re.compile("[\u2066-\u2069\u200e\u200f\u061c]")
_INVISIBLE = re.compile("[\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\uffa0\U000e0000-\U000e007f]")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Plain:
    """Readable text, and the web addresses it pointed to, in order and once each."""

    text: str
    links: tuple[str, ...] = ()


def plain(text: str, form: TextFormat = "plain", base_url: str | None = None) -> Plain:
    """Return `text` readable: markup gone, NFC, paragraphs kept, at most `LONGEST` characters; its links beside it.

    Relative links are completed with `base_url`. What comes back can be stored: no NUL, no lone surrogate.
    """
    links = markup.Links(base_url)
    text = _storable(text)
    if form == "html":
        text = _storable(markup.from_html(text, links))
        markup.bare_links(text[:LONGEST], links)
    elif form == "markdown":
        text = _storable(markup.from_markdown(text, links))
    else:
        markup.bare_links(text[:LONGEST], links)
    return Plain(_tidy(unicodedata.normalize("NFC", text[:LONGEST])), links.found())


def snippet(text: str, limit: int = 140) -> str:
    """Return at most `limit` characters of `text` on one line, cut between graphemes and, if one is near, words."""
    line = " ".join(_ISOLATES.sub("", _storable(text[: max(limit, 0) * 20])).split())
    if len(line) <= limit:
        return line
    end = max(limit - 1, 0)
    while end > 0 and _continues(line, end):
        end -= 1
    space = line.rfind(" ", max(end - 20, 0), end + 1)
    cut = line[: space if space > limit // 2 else end or limit - 1].rstrip()
    return f"{cut}…"[: max(limit, 0)]


def clean_name(name: str) -> str:
    """Return a person's name on one line: no direction controls, nothing invisible, at most 100 characters."""
    shown = _INVISIBLE.sub("", _ISOLATES.sub("", _storable(name[:1_000])))
    return snippet(unicodedata.normalize("NFC", shown), 100)


_LEADING = re.compile(r"(?:https?://\S+|www\.\S+|[@#][\w.\-@]+|\W)+")
_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|[@#][\w.\-@]+")
_RTL_WORD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc][\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200c]*")
_LTR_WORD = re.compile("[A-Za-z\u00c0-\u058f\u0900-\u1fff\u3040-\ud7ff]+")


def direction(text: str) -> Literal["ltr", "rtl"]:
    """Return which way a text reads, leaving out handles, hashtags, addresses and a brand's Latin name in front.

    The first strong letter decides, unless the words of the other direction clearly outweigh it.
    """
    sample = text[:2_000]
    words = _NOT_WORDS.sub(" ", sample)
    if not any(char.isalpha() for char in words):
        words = sample
    rtl, ltr = _RTL_WORD.search(words), _LTR_WORD.search(words)
    if rtl is None or ltr is None:
        return "rtl" if rtl else "ltr"
    rtl_count, ltr_count = len(_RTL_WORD.findall(words)), len(_LTR_WORD.findall(words))
    if rtl.start() < ltr.start():
        return "rtl" if rtl_count * 3 >= ltr_count else "ltr"
    return "rtl" if rtl_count > ltr_count else "ltr"


def _storable(text: str) -> str:
    """Return `text` without what a database or a reader must not get."""
    if text.isascii() and text.isprintable():
        return text
    if _SURROGATE.search(text):
        # two halves that belong together become their character, a lone half becomes U+FFFD
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return marks_cut(_CONTROLS.sub("", _LINE_ENDS.sub("\n", text)))


def _tidy(text: str) -> str:
    """Return the lines of `text` without spaces at their ends and with at most one empty line between them."""
    lines: list[str] = []
    for line in text.split("\n"):
        shown = line.strip()
        if shown or (lines and lines[-1]):
            lines.append(shown)
    return "\n".join(lines).rstrip("\n")


def _continues(text: str, index: int) -> bool:
    """Say whether a cut before `index` would fall inside a grapheme."""
    char, before = text[index], text[index - 1]
    if before == "\u200d" or char in "\u200c\u200d" or "\ufe00" <= char <= "\ufe0f":
        return True
    if "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f":
        return True
    if _is_flag_half(char):
        start = index
        while start > 0 and _is_flag_half(text[start - 1]):
            start -= 1
        return (index - start) % 2 == 1
    return unicodedata.category(char) in {"Mn", "Me", "Mc"} or "\u1160" <= char <= "\u11ff"


def _is_flag_half(char: str) -> bool:
    """Say whether `char` is a regional indicator: two of them make one flag."""
    return "\U0001f1e6" <= char <= "\U0001f1ff"
