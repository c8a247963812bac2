"""Words as places in a table of weights: whole, and in pieces of two to five letters; and such tables read from files.

The hashing trick (Weinberger et al., ICML 2009): a table of 2^bits numbers needs no list of words beside it.
"""

import re
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import TypeVar
from zlib import crc32

_SHORTEST, _LONGEST = 2, 5
_LANGUAGE = re.compile("[a-z]{2,3}")

Table = TypeVar("Table")


def place(whole: str, bits: int) -> int:
    """Return the place of a word, or of a pair of words, as a whole: 0 to 2^bits - 1."""
    return crc32(b"w" + whole.encode("utf-8", "replace")) & ((1 << bits) - 1)


def places(word: str, bits: int) -> list[int]:
    """Return the places of a word's features: itself, and its pieces of two to five letters with its ends marked."""
    mask = (1 << bits) - 1
    found = [place(word, bits)]
    letters = [letter.encode("utf-8", "replace") for letter in f"<{word}>"]
    ends = list(accumulate(map(len, letters), initial=0))
    padded = b"".join(letters)
    for size in range(_SHORTEST, _LONGEST + 1):
        found += [crc32(padded[start:end]) & mask for start, end in zip(ends, ends[size:], strict=False)]
    return found


def table_of(folder: Path, language: str, suffix: str, unpacked: Callable[[bytes], Table]) -> Table | None:
    """Return a language's table from its file; None where there is none, or one that cannot be read (`ValueError`)."""
    path = folder / f"{language}.{suffix}"
    if not _LANGUAGE.fullmatch(language) or not path.is_file():
        return None
    try:
        return unpacked(path.read_bytes())
    except (OSError, ValueError):
        return None
