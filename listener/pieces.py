"""Which of six languages of the Latin script the pieces of words speak for: hashed, whole numbers, no words."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from math import sqrt
from pathlib import Path
from zlib import crc32

LANGUAGES = ("en", "fr", "de", "es", "it", "pt")
BITS = 14
_PATH = Path(__file__).parent / "latin.pieces"
_MAGIC = b"HBPIECE1"
_SHORTEST, _LONGEST = 2, 4
# begins the checksum of a whole word, so that it is none of its pieces
_WHOLE = 1
_LONGEST_WORD = 24
# one piece's numbers of all languages stand side by side in one large number, so that a text is summed in one go
_LANE, _ZERO = 24, 128
# lifts every lane's sum above zero before they are read apart
_ZEROS = sum(_ZERO << _LANE * lane for lane in range(len(LANGUAGES)))
# what a step of a weight is worth
SCALE = 1 / 32


class Pieces:
    """A table of 2^`BITS` places, each with a number of -127 to 127 for every one of `LANGUAGES`."""

    def __init__(self, rows: Sequence["array[int]"]) -> None:
        """Take one row of weights a language."""
        self.rows = tuple(rows)
        self._table = [0] * (1 << BITS)
        for lane, row in enumerate(rows):
            self._table = [beside + (weight << _LANE * lane) for beside, weight in zip(self._table, row, strict=True)]
        self._word = lru_cache(maxsize=20_000)(self._sum)

    def lean(self, words: Iterable[str]) -> dict[str, float]:
        """Return for each language the logarithm of its odds by `words` (lower case, each once), up to a constant."""
        whole = count = heard = 0
        for word in words:
            added, pieces = self._word(word)
            whole += added
            count += pieces
            heard += 1
        whole += count * _ZEROS
        # of one word its pieces are no seven witnesses
        mask, by = (1 << _LANE) - 1, SCALE / sqrt(count or 1) * heard / (heard + 1)
        return {code: ((whole >> _LANE * lane & mask) - count * _ZERO) * by for lane, code in enumerate(LANGUAGES)}

    def _sum(self, word: str) -> tuple[int, int]:
        """Return the sum of a word's pieces and how many they are."""
        found = places(word)
        return sum(map(self._table.__getitem__, found)), len(found)


def places(word: str) -> list[int]:
    """Return the places of a word: of itself and of its pieces of two to four bytes, its ends marked."""
    padded = f"<{word[:_LONGEST_WORD]}>".encode("utf-8", "replace")
    mask = (1 << BITS) - 1
    found = [crc32(padded, _WHOLE) & mask]
    for size in range(_SHORTEST, _LONGEST + 1):
        found += [crc32(padded[at : at + size]) & mask for at in range(len(padded) - size + 1)]
    return found


def packed(rows: Mapping[str, "array[int]"]) -> bytes:
    """Return a table as the bytes that `table` reads."""
    return _MAGIC + b"".join(rows[code].tobytes() for code in LANGUAGES)


@cache
def table() -> Pieces | None:
    """Return the table that ships, read once; None where its file is missing or of another make."""
    read = _PATH.read_bytes() if _PATH.is_file() else b""
    if not read.startswith(_MAGIC) or len(read) != len(_MAGIC) + (len(LANGUAGES) << BITS):
        return None
    body = read[len(_MAGIC) :]
    return Pieces([array("b", body[lane << BITS : lane + 1 << BITS]) for lane in range(len(LANGUAGES))])
