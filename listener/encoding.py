"""In which encoding a file was written: read from its marks, or guessed, and then said to be a guess."""

import codecs
from itertools import pairwise

# old encoding -> the first and last letter of its own script
SCRIPTS = {
    "windows-1256": ("\u0600", "\u06ff"),
    "windows-1255": ("\u05d0", "\u05ea"),
    "windows-1252": ("\u00c0", "\u024f"),
}
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def guess(head: bytes) -> tuple[str, list[str]]:
    """Return the encoding of a file that begins with `head` and, where it is only a guess, a note that says so."""
    for mark, codec in MARKS:
        if head.startswith(mark):
            return codec, []
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 5:
        codec = "utf-16-le" if odd > even else "utf-16-be"
        return codec, [f"The encoding looks like {codec.upper()}; say otherwise with --encoding."]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return "utf-8", []
    except UnicodeDecodeError:
        codec = max(SCRIPTS, key=lambda name: _likely(head, name))
        named = codec.capitalize()
        return codec, [
            f"This is not UTF-8; it was read as {named}. If words look wrong, say otherwise with --encoding."
        ]


def is_known(encoding: str) -> bool:
    """Say whether text can be read in this encoding."""
    try:
        b"x".decode(encoding)
    except LookupError:
        return False
    except UnicodeDecodeError:
        return True  # known, and wants more than one byte
    return True


def _likely(head: bytes, codec: str) -> float:
    """Score an old encoding by how many of the letters it gives are those of its own script, in whole words."""
    text = head.decode(codec, "replace")
    first, last = SCRIPTS[codec]
    high = [char for char in text if ord(char) > 127]
    good = sum(first <= char <= last for char in high)
    if not good:
        return 0.0
    # a European text has few letters of its own between plain ones, a Hebrew or Arabic one has little else
    in_words = sum(first <= one <= last and first <= two <= last for one, two in pairwise(text)) / good
    return (good - 2 * text.count("\ufffd")) / len(high) + (in_words if codec != "windows-1252" else 0.6)
