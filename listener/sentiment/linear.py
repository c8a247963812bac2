"""The linear part of mood: hashed pieces of words and three rows of weights, numbers only, read without any library."""

import re
import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import sqrt
from pathlib import Path
from zlib import crc32

from listener.folding import fold
from listener.hashed import place, places, table_of

CLASSES = ("negative", "neutral", "positive")
# what the combiner weighs, in this order: see combining.py
INPUTS = (
    "score", "praise", "blame", "silent", "linear: blame", "linear: praise", "denied", "asked", "shouted",
    "short", "one",
)  # fmt: skip
_HERE = Path(__file__).parent / "models"
_MAGIC = b"HBMOOD1\n"

# an address or a handle says nothing of mood; digits count as one sign
_NOISE = re.compile(r"https?://\S+|www\.\S+|\bhttps?\b|@[\w.\-@]+|\brt\b|\buser\b")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+|[!?؟]+|[:;=][-']?[()dp*/|]+|[^\w\s.,،؛;:'\"-]")
_MOST_WORDS = 400
_LONGEST_WORD = 24
SEEN = 1 << 16


@dataclass(frozen=True, slots=True)
class Leaning:
    """What the linear part says: a number for each of `CLASSES`, and what share of the words it knew."""

    logits: tuple[float, float, float]
    known: float


class Model:
    """One language's weights: 2^bits features by three classes, as whole numbers of -127 to 127 times a scale."""

    def __init__(self, bits: int, scale: float, bias: Sequence[float], weights: bytes, seen: bytes, fusion: "Fusion"):
        """Take the numbers; `seen` are the bits of the words that training rows had."""
        self.bits, self.scale, self.fusion = bits, scale, fusion
        self.bias = (bias[0], bias[1], bias[2])
        self._rows = [array("b", weights[part << bits : (part + 1) << bits]) for part in range(3)]
        self._seen = seen
        self._word = lru_cache(maxsize=20_000)(self._word_sums)

    def lean(self, text: str) -> Leaning:
        """Return what the weights say of `text`, the same word counted once."""
        blame = plain = praise = pieces = single = known = 0
        first_row, second_row, third_row = self._rows
        for word in words(text):
            if " " in word:
                # most pairs are met once: they would only drive words out of what is kept
                at = place(word, self.bits)
                blame += first_row[at]
                plain += second_row[at]
                praise += third_row[at]
                pieces += 1
                continue
            negative, neutral, positive, count, seen = self._word(word)
            blame += negative
            plain += neutral
            praise += positive
            pieces += count
            single += 1
            known += seen
        by = self.scale / sqrt(pieces or 1)
        first, second, third = self.bias
        logits = (first + blame * by, second + plain * by, third + praise * by)
        return Leaning(logits, known / single if single else 0.0)

    def _word_sums(self, word: str) -> tuple[int, int, int, int, int]:
        """Return a word's part of the three sums, the number of its pieces, and 1 where training rows had the word."""
        found = places(word, self.bits)
        first, second, third = (sum(map(row.__getitem__, found)) for row in self._rows)
        mark = sign(word)
        return first, second, third, len(found), self._seen[mark >> 3] >> (mark & 7) & 1


@dataclass(frozen=True, slots=True)
class Fusion:
    """The combiner: weights of three classes over the `INPUTS` of `combining.py`.

    `usual` is the share of its words that the linear part knows of a text like its rows (their lower quarter).
    """

    weights: tuple[tuple[float, ...], ...]
    usual: float


def words(text: str) -> Iterator[str]:
    """Give the different words and signs of `text`, folded, and each pair of neighbours joined by a space."""
    found = [word[:_LONGEST_WORD] for word in _WORD.findall(_NOISE.sub(" ", fold(text)))[:_MOST_WORDS]]
    found = ["0" if word.isdigit() else word for word in found]
    pairs = (f"{first} {second}" for first, second in pairwise(found))
    yield from dict.fromkeys([*found, *pairs])


def features(word: str, bits: int) -> list[int]:
    """Return the places of a word's features; a pair of words is one."""
    return [place(word, bits)] if " " in word else places(word, bits)


def sign(word: str) -> int:
    """Return a word's place among the `SEEN` bits of words that training rows had."""
    return crc32(b"s" + word.encode("utf-8", "replace")) % SEEN


def packed(model: Model) -> bytes:
    """Return a model as the bytes that `of` reads."""
    inputs = len(model.fusion.weights[0])
    fusion = model.fusion
    numbers = [model.scale, *model.bias, fusion.usual, *(weight for row in fusion.weights for weight in row)]
    head = struct.pack(f"<BB{len(numbers)}f", model.bits, inputs, *numbers)
    return b"".join([_MAGIC, head, *(row.tobytes() for row in model._rows), model._seen])


def unpacked(read: bytes) -> Model:
    """Return the model in these bytes. Raises ValueError where they are none."""
    if not read.startswith(_MAGIC) or len(read) < len(_MAGIC) + 2:
        raise ValueError("not a mood model")
    bits, inputs = read[len(_MAGIC)], read[len(_MAGIC) + 1]
    form = f"<BB{5 + 3 * inputs}f"
    body = len(_MAGIC) + struct.calcsize(form)
    if inputs != len(INPUTS) or len(read) != body + (3 << bits) + (SEEN >> 3):
        raise ValueError("a mood model of another make or length")
    _, _, scale, *numbers = struct.unpack_from(form, read, len(_MAGIC))
    rows = tuple(tuple(numbers[4 + row * inputs : 4 + (row + 1) * inputs]) for row in range(3))
    seen = body + (3 << bits)
    return Model(bits, scale, numbers[:3], read[body:seen], read[seen:], Fusion(rows, numbers[3]))


@cache
def of(language: str) -> Model | None:
    """Return a language's model, read once; None where there is no file, or one that cannot be read."""
    return table_of(_HERE, language, "mood", unpacked)


@cache
def version(language: str) -> str:
    """Return which weights a language's model has: eight digits of their checksum; empty where there is none."""
    model = of(language)
    return f"linear-{crc32(packed(model)):08x}" if model else ""
