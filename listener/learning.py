"""Kinds learnt from what people said: a small linear model that begins as the rules and is moved by every example.

The model is a multinomial logistic regression. Where nothing was learnt, its scores are those of the rules; what it
learns is added to them: weights for hashed words, pairs and threes of words, pieces of words and signs, and for the
rules' own scores, so that a rule that misleads here is believed less. No text is kept: a weight stands at a number that
a word was hashed to.
"""

import json
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from math import exp, log, sqrt
from random import Random

from listener.kinds import Kind
from listener.speech import words_of

KINDS = tuple(Kind)
MANY = "mul"  # the model of all languages that have too few examples for one of their own
READ = 2_000  # characters of a text that are read

_VERSION = 1
_WORDS, _PIECE = 200, 4
_KNOWN_WORDS = 8_192  # words whose numbers are remembered
_SPEAKS = 0.15  # a word that leads by less decides nothing
_SIGNS = ("?", "؟", "!", "http", "@", "#", "%", "$", "€")
_ROUNDS, _RATE, _SHRINK = 12, 0.2, 2e-4
_TEXT, _RULES = 1.0, 0.25  # how much all of a text weighs, and each of the rules' scores
_LEANING = 0.6  # how much of what counting alone says the weights begin with
_MOST_SCORE = 6.0
_SURE_ENOUGH = 0.02  # an example the model gets so right teaches nothing more
_STEPS = 127  # a weight is kept as one byte


@dataclass(frozen=True, slots=True)
class Example:
    """A text somebody named the kind of: folded, with its language, when it was named, and what the rules scored."""

    folded: str
    language: str
    kind: Kind
    at: datetime
    rules: Mapping[Kind, float]


@dataclass(frozen=True)
class Learned:
    """What was learnt for one language; `version` is "learned-" and the number of its row."""

    language: str
    kinds: tuple[Kind, ...]
    weights: Mapping[int, tuple[int, ...]]
    steps: tuple[float, ...]  # what one step of a weight is worth, by kind
    version: str = ""
    _leads: dict[str, list[float]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def chances(self, folded: str, rules: Mapping[Kind, float]) -> dict[Kind, float]:
        """Return kind -> chance, all adding up to 1, of a text's key; `rules` is what the rules scored by kind."""
        features = _features(folded)
        rows = [self.weights[one] for one in features if one in self.weights]
        share = _TEXT / sqrt(len(features))
        sums = [share * step * total for step, total in zip(self.steps, _columns(rows, len(self.kinds)), strict=True)]
        for number, value in _scored(rules):
            if number in self.weights:
                row = self.weights[number]
                sums = [one + value * step * weight for one, step, weight in zip(sums, self.steps, row, strict=True)]
        scores = [one + base for one, base in zip(sums, _begun(rules), strict=True)]
        return dict(zip(self.kinds, _chances(scores), strict=True))

    def words(self, folded: str, kind: Kind, most: int = 6) -> tuple[str, ...]:
        """Return the words of a text that speak for `kind` rather than another, the weightiest first."""
        place = self.kinds.index(kind)
        leads = {word: self._lead(word)[place] for word in dict.fromkeys(words_of(folded[:READ])[:_WORDS])}
        speaking = [word for word, lead in leads.items() if lead > _SPEAKS]
        return tuple(sorted(speaking, key=lambda word: -leads[word])[:most])

    def _lead(self, word: str) -> list[float]:
        """Return how much a word speaks for each kind rather than for the others; found once, for words come again."""
        found = self._leads.get(word)
        if found is None:
            rows = [self.weights[one] for one in _of_word(word) if one in self.weights]
            leans = [step * total for step, total in zip(self.steps, _columns(rows, len(self.kinds)), strict=True)]
            usual = sum(leans) / len(leans)
            found = [lean - usual for lean in leans]
            if len(self._leads) >= _KNOWN_WORDS:
                self._leads.clear()
            self._leads[word] = found
        return found

    def packed(self) -> bytes:
        """Return it as bytes, without its version: a head in JSON, then the numbers and their weights, compressed."""
        numbers = sorted(self.weights)
        head = {"format": _VERSION, "language": self.language, "kinds": self.kinds, "steps": self.steps}
        flat = array("b", (weight for number in numbers for weight in self.weights[number]))
        body = array("I", numbers)
        said = json.dumps(head).encode()
        return zlib.compress(b"".join((_size(said), said, _size(numbers), _little(body), flat.tobytes())), 9)


def unpacked(packed: bytes, version: str = "") -> Learned:
    """Return what `Learned.packed` packed; raise `ValueError` for anything else."""
    try:
        plain = zlib.decompress(packed)
        at = 4 + int.from_bytes(plain[:4], "little")
        head = json.loads(plain[4:at])
        if head["format"] != _VERSION:
            raise ValueError(f"The format {head['format']} is not known here.")
        count, kinds = int.from_bytes(plain[at : at + 4], "little"), tuple(map(Kind, head["kinds"]))
        numbers = array("I")
        numbers.frombytes(plain[at + 4 : at + 4 + 4 * count])
        weights = array("b")
        weights.frombytes(plain[at + 4 + 4 * count :])
        rows = zip(*[iter(weights)] * len(kinds), strict=True)
        return Learned(
            head["language"], kinds, dict(zip(_native(numbers), rows, strict=True)), tuple(head["steps"]), version
        )
    except (zlib.error, KeyError, TypeError, IndexError, UnicodeDecodeError) as trouble:
        raise ValueError(f"These bytes hold no model ({type(trouble).__name__}).") from trouble


@dataclass(frozen=True)
class InForce(Mapping[str, Learned]):
    """Language -> the model that judges there; a language without one of its own has that of many languages."""

    models: Mapping[str, Learned] = field(default_factory=dict)

    def __getitem__(self, language: str) -> Learned:
        return self.models[language if language in self.models else MANY]

    def __iter__(self) -> Iterator[str]:
        return iter(self.models)

    def __len__(self) -> int:
        return len(self.models)


# learning


def learn(examples: Sequence[Example], language: str = "", *, rounds: int = _ROUNDS) -> Learned:
    """Return what these examples teach; the same examples teach the same.

    The weights begin as how much oftener each word stands with one kind than with the others, then adaptive gradient
    steps move them, one example at a time, in an order shuffled alike every time. A word seen once only is left out: it
    teaches about its one example.
    """
    texts = [_features(one.folded) for one in examples]
    seen = Counter(number for numbers in texts for number in numbers)
    places = {number: place for place, number in enumerate(n for n, times in seen.items() if times > 1)}
    weights = _leanings(examples, texts, places)
    paid = [1e-8] * len(places)
    ruled = {number: [0.0] * len(KINDS) for number, _ in _scored(dict.fromkeys(KINDS, 1.0))}
    ruled_paid = dict.fromkeys(ruled, 1e-8)
    shares = _shares(examples)
    rows = [
        _Row(
            [places[number] for number in numbers if number in places],
            _TEXT / sqrt(len(numbers)),
            list(_scored(one.rules)),
            _begun(one.rules),
            KINDS.index(one.kind),
            shares[one.kind],
        )
        for one, numbers in zip(examples, texts, strict=True)
    ]
    order = list(range(len(rows)))
    shuffle = Random(len(rows))
    for _ in range(rounds):
        shuffle.shuffle(order)
        for at in order:
            _step(rows[at], weights, paid, ruled, ruled_paid)
    found = {number: weights[place] for number, place in places.items()} | ruled
    return _coarse(language, found)


def _leanings(
    examples: Sequence[Example], texts: Sequence[Sequence[int]], places: Mapping[int, int]
) -> list[list[float]]:
    """Return where the weights begin: the logarithm of how much oftener a word stands with a kind than elsewhere.

    A kind nobody has named yet begins at nought: of that only the rules know.
    """
    counts = [[0] * len(KINDS) for _ in places]
    totals = [0] * len(KINDS)
    for one, numbers in zip(examples, texts, strict=True):
        kind = KINDS.index(one.kind)
        for number in numbers:
            if number in places:
                counts[places[number]][kind] += 1
                totals[kind] += 1
    size, all_ = len(places), sum(totals)
    others = len(KINDS) - 1
    kinds = [(kind, total + size, all_ - total + others * size) for kind, total in enumerate(totals) if total]
    leanings = []
    for row in counts:
        seen = sum(row)
        leaning = [0.0] * len(KINDS)
        for kind, here, elsewhere in kinds:
            leaning[kind] = _LEANING * log((row[kind] + 1) / here / ((seen - row[kind] + others) / elsewhere))
        leanings.append(leaning)
    return leanings


def _shares(examples: Sequence[Example]) -> dict[str, float]:
    """Return how much an example of each kind counts: rare kinds more, but not as much more as they are rarer."""
    counts = Counter(one.kind for one in examples)
    even = len(examples) / max(len(counts), 1)
    return {kind: sqrt(even / count) for kind, count in counts.items()}


@dataclass(slots=True)
class _Row:
    """One example as the steps need it."""

    places: list[int]
    share: float
    scored: list[tuple[int, float]]
    base: list[float]
    kind: int
    weight: float


def _step(
    row: _Row,
    weights: list[list[float]],
    paid: list[float],
    ruled: dict[int, list[float]],
    ruled_paid: dict[int, float],
) -> None:
    """Move the weights a little towards what one example says."""
    scores = row.base
    if row.places:
        sums = map(sum, zip(*[weights[place] for place in row.places], strict=True))
        scores = [score + row.share * one for score, one in zip(scores, sums, strict=True)]
    for number, value in row.scored:
        scores = [score + value * one for score, one in zip(scores, ruled[number], strict=True)]
    wrong = _chances(scores)
    wrong[row.kind] -= 1.0
    if -wrong[row.kind] < _SURE_ENOUGH:
        return
    wrong = [row.weight * one for one in wrong]
    cost = sum(one * one for one in wrong)
    pushes = [row.share * one for one in wrong]
    owed = cost * row.share * row.share
    for place in row.places:
        paid[place] += owed
        rate = _RATE / sqrt(paid[place])
        keep = 1.0 - rate * _SHRINK
        weights[place] = [keep * one - rate * push for one, push in zip(weights[place], pushes, strict=True)]
    for number, value in row.scored:
        ruled_paid[number] += cost * value * value
        rate = _RATE / sqrt(ruled_paid[number])
        ruled[number] = [one - rate * value * push for one, push in zip(ruled[number], wrong, strict=True)]


def _coarse(language: str, found: Mapping[int, Sequence[float]]) -> Learned:
    """Return the weights as small whole numbers; rows of zeros are left out."""
    highest = [max((abs(one) for one in column), default=0.0) for column in zip(*found.values(), strict=True)]
    steps = [most / _STEPS or 1.0 for most in highest]
    rows = {
        number: tuple(round(one / step) for one, step in zip(row, steps, strict=True)) for number, row in found.items()
    }
    return Learned(language, KINDS, {number: row for number, row in rows.items() if any(row)}, tuple(steps))


# features


@lru_cache(maxsize=16)
def _features(folded: str) -> tuple[int, ...]:
    """Return the numbers of a text's words, their pairs and threes, their pieces, and signs, each once."""
    text = folded[:READ]
    words = words_of(text)[:_WORDS]
    found = {_hash(f"{one} {two}"): None for one, two in pairwise(words)}
    found.update((_hash(" ".join(three)), None) for three in zip(words, words[1:], words[2:], strict=False))
    for word in set(words):
        found.update(dict.fromkeys(_of_word(word)))
    found.update((_hash(f"\n{sign}"), None) for sign in _SIGNS if sign in text)
    found[_hash(f"\n{min(len(words).bit_length(), 7)}")] = None
    return tuple(found)


@lru_cache(maxsize=_KNOWN_WORDS)
def _of_word(word: str) -> tuple[int, ...]:
    """Return the numbers of a word and of its pieces; few words make most of what is said."""
    marked = f"<{word[:40]}>"
    return (_hash(word), *(_hash(marked[at : at + _PIECE]) for at in range(len(marked) - _PIECE + 1)))


def _begun(rules: Mapping[Kind, float]) -> list[float]:
    """Return where the scores begin: the rules' own, by kind.

    For spam the rules give the odds against all else, so these are laid upon what all else adds up to.
    """
    others = [rules.get(kind, 0.0) for kind in KINDS if kind is not Kind.SPAM]
    top = max(others)
    rest = top + log(sum(exp(one - top) for one in others))
    return [rest + rules.get(kind, 0.0) if kind is Kind.SPAM else rules.get(kind, 0.0) for kind in KINDS]


def _scored(rules: Mapping[Kind, float]) -> Iterator[tuple[int, float]]:
    """Yield (number, value) of what is always there, and of each rule's score that is not nought."""
    yield _ALWAYS, _RULES
    for kind, number in _RULED.items():
        if score := rules.get(kind, 0.0):
            yield number, _RULES * max(-_MOST_SCORE, min(score, _MOST_SCORE))


def _hash(piece: str) -> int:
    """Return the same number for the same piece on every machine."""
    return zlib.crc32(piece.encode("utf-8", "replace"))


_ALWAYS = _hash("\nalways")
_RULED = {kind: _hash(f"\n{kind}") for kind in KINDS}


def _columns(rows: Sequence[Sequence[int]], width: int) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * width


def _chances(scores: Iterable[float]) -> list[float]:
    """Return the chances these scores stand for."""
    given = list(scores)
    top = max(given)
    raised = [exp(score - top) for score in given]
    total = sum(raised)
    return [one / total for one in raised]


def _size(of: bytes | Sequence[int]) -> bytes:
    return len(of).to_bytes(4, "little")


def _little(numbers: "array[int]") -> bytes:
    return _native(numbers).tobytes()


def _native(numbers: "array[int]") -> "array[int]":
    """Return numbers in the order of bytes that is kept, or from it: little end first on every machine."""
    if array("H", [1]).tobytes() != b"\x01\x00":
        numbers = array("I", numbers)
        numbers.byteswap()
    return numbers
