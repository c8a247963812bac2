"""The learnt part of spam: hashed pieces of words and one row of weights, numbers only, read without any library."""

import re
import struct
from array import array
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise
from math import sqrt
from pathlib import Path

from listener.hashed import place, places, table_of

BITS = 15
_HERE = Path(__file__).parent / "models"
_MAGIC = b"HBSPAM1\n"
_HEAD = struct.Struct("<B5f")

# of an address its host speaks, not its path
_LINK = re.compile(r"(?:https?://|www\.)([\w.-]{1,60})\S*")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+|[!?]+|[£$€%]|[^\w\s.,;:'\"()<>&/\\-]")
_MOST_WORDS = 400
_LONGEST_WORD = 24
# words that lean further towards spam than this are told as reasons
_TELLS = 0.25


class Model:
    """One language's weights: 2^bits features as whole numbers of -127 to 127 times a scale, and how they are mixed.

    points = start + learnt * (the weights' sum) + ruled * (what signs and cues say)
    """

    def __init__(self, weights: bytes, scale: float, bias: float, mix: tuple[float, float, float]):
        """Take the numbers."""
        self.scale, self.bias, self.mix = scale, bias, mix
        self.row = array("b", weights)
        self._sums = lru_cache(maxsize=20_000)(self._word_sums)

    def lean(self, folded: str, signs: Iterable[str]) -> tuple[float, tuple[str, ...]]:
        """Return how far a folded text with these signs leans towards spam, and the words that lean furthest."""
        words, pairs = pieces_of(folded)
        told: list[tuple[float, str]] = []
        total = count = 0
        for word in words:
            value, pieces = self._sums(word)
            total += value
            count += pieces
            if value * self.scale > _TELLS * pieces and word[0].isalpha():
                told.append((value / pieces, word))
        for single in (*pairs, *map("\n{}".format, signs)):
            total += self.row[place(single, BITS)]
            count += 1
        told.sort(reverse=True)
        return self.bias + total * self.scale / sqrt(count or 1), tuple(word for _, word in told[:3])

    def mixed(self, leaning: float, points: float) -> float:
        """Return what weights and rules say together, in points: the logarithm of the odds."""
        start, learnt, ruled = self.mix
        return start + learnt * leaning + ruled * points

    def _word_sums(self, word: str) -> tuple[int, int]:
        """Return a word's part of the sum and the number of its pieces."""
        found = features(word)
        return sum(map(self.row.__getitem__, found)), len(found)


def pieces_of(folded: str) -> tuple[Iterable[str], Iterable[str]]:
    """Return the different words and marks of a folded text, and the pairs of neighbours, each joined by a space.

    Digits count by how many stand together: a short code is five, a telephone number eleven.
    """
    found = [
        "0" * min(len(word), 12) if word.isdigit() else word[:_LONGEST_WORD]
        for word in _WORD.findall(_LINK.sub(r" =\1 ", folded))[:_MOST_WORDS]
    ]
    return dict.fromkeys(found), dict.fromkeys(map(" ".join, pairwise(found)))


def features(word: str) -> list[int]:
    """Return the places of a word's features."""
    return places(word, BITS)


def places_of(folded: str, signs: Iterable[str]) -> list[int]:
    """Return the places of all features of a folded text with these signs: what weights are learnt for."""
    words, pairs = pieces_of(folded)
    found = [at for word in words for at in features(word)]
    return found + [place(single, BITS) for single in (*pairs, *map("\n{}".format, signs))]


def packed(model: Model) -> bytes:
    """Return a model as the bytes that `unpacked` reads."""
    return b"".join([_MAGIC, _HEAD.pack(BITS, model.scale, model.bias, *model.mix), model.row.tobytes()])


def unpacked(read: bytes) -> Model:
    """Return the model in these bytes. Raises ValueError where they are none."""
    body = len(_MAGIC) + _HEAD.size
    if not read.startswith(_MAGIC) or len(read) != body + (1 << BITS) or read[len(_MAGIC)] != BITS:
        raise ValueError("not a spam model of this make")
    _, scale, bias, start, learnt, ruled = _HEAD.unpack_from(read, len(_MAGIC))
    return Model(read[body:], scale, bias, (start, learnt, ruled))


@cache
def of(language: str) -> Model | None:
    """Return a language's model, read once; None where there is no file, or one that cannot be read."""
    return table_of(_HERE, language, "spam", unpacked)
