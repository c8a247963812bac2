"""Train the mood models: `python -m bench.train_mood --data ../shared/data/language/sentiment [--langs fa,ar] [--write]`.

Pure Python. Only rows whose licence allows it are used; what is written is numbers: hashed weights, no word of any row.
Prints five-fold figures on the dev rows, then, with --write, trains on all and writes `listener/sentiment/models/`.
"""

import argparse
import json
import random
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from pathlib import Path
from statistics import quantiles

from listener.sentiment import UNSURE_BELOW, combining, linear, rules
from listener.sentiment.linear import CLASSES, Fusion, Leaning, Model
from listener.sentiment.rules import Weighed
from listener.text import fold

LANGUAGES = ("en", "fa", "ar", "he", "fr", "de", "es", "it", "pt")
ALLOWED = ("MIT", "Apache-2.0", "CC0", "CC BY 4.0", "CC-BY-4.0", "project-owned")
# a split whose own maker states no licence is measured against, whatever licence its source has
UNSTATED = "states none"
MODELS = Path("listener/sentiment/models")
FOLDS = 5
BITS = 15
EPOCHS, RATE, DECAY = 6, 2.0, 1e-6
IDF, POWER = 4.0, 2.0
FUSION_EPOCHS, FUSION_RATE, FUSION_DECAY = 40, 0.05, 2e-3
# how often rows are shown to the combiner again without the linear part: unfamiliar text must fall back on the words
DROPPED = 2
# what a negative row weighs in the combiner where the words alone find too few of them: a missed angry post costs more
# than one read too many
ANGER = {"en": 1.2, "fa": 1.4, "he": 1.2}
MOST_EXTRA = 3_000


@dataclass
class Row:
    """A row of the data and what is computed of it once."""

    text: str
    label: int
    origin: str
    is_dev: bool
    may_train: bool
    weighed: Weighed
    words: list[str]
    places: "array[int]"
    leaning: Leaning | None = field(default=None)


def main() -> None:
    """Train and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, default=Path("../shared/data/language/sentiment"))
    asked.add_argument("--langs", default=",".join(LANGUAGES))
    asked.add_argument("--write", action="store_true")
    told = asked.parse_args()
    print(
        "lang  dev rows(training rows)  macro-F1: lexicon  linear  both | recall of negatives, both | unsure, right when sure"
    )
    print("      by origin, and on rows never trained on: macro-F1 (recall of negatives)")
    for language in told.langs.split(","):
        train_language(language, told.data, told.write)


def train_language(language: str, data: Path, write: bool) -> None:
    """Print one language's five-fold figures; write its model if asked to."""
    rows = load(language, data)
    ours = [row for row in rows if row.may_train]
    others = [row for row in rows if not row.may_train]
    judged = [row for row in ours if row.is_dev]
    random.Random(7).shuffle(ours)
    fold_of = {id(row): at % FOLDS for at, row in enumerate(ours)}
    for part in range(FOLDS):
        lean([row for row in ours if fold_of[id(row)] != part], [row for row in ours if fold_of[id(row)] == part])
    model = lean(ours, others)
    model.fusion, both = fuse(language, judged, fold_of)
    gold = [row.label for row in judged]
    lexicon = [by_score(row.weighed.score) for row in judged]
    alone = [top(row.leaning.logits) for row in judged if row.leaning]
    mixed = [top(chances) for chances in both]
    sure = [(label, got) for label, chances, got in zip(gold, both, mixed, strict=True) if max(chances) >= UNSURE_BELOW]
    right = sum(label == got for label, got in sure) / len(sure) * 100
    print(
        f"{language}  {len(judged)}({len(ours)})  {macro(gold, lexicon):.1f}  {macro(gold, alone):.1f}  {macro(gold, mixed):.1f} | "
        f"{recall(gold, mixed):.1f} | {100 - len(sure) / len(gold) * 100:.0f} %, {right:.0f} %"
    )
    for origin in sorted({kind(row) for row in judged}):
        at = [place for place, row in enumerate(judged) if kind(row) == origin]
        print(f"      {origin}: {told([gold[place] for place in at], [mixed[place] for place in at])}")
    if others:
        gold, words = [row.label for row in others], [by_score(row.weighed.score) for row in others]
        far = [top(chances_of(language, model.fusion, row)) for row in others]
        print(
            f"      never trained on, {len(others)} rows: words {told(gold, words)}, both {told(gold, far)}", flush=True
        )
    if write:
        MODELS.mkdir(exist_ok=True)
        (MODELS / f"{language}.mood").write_bytes(linear.packed(model))


def lean(rows: Sequence[Row], asked: Sequence[Row]) -> Model:
    """Return what is learnt from rows; tell others how it leans."""
    model = train_linear(rows)
    for row in asked:
        row.leaning = model.lean(row.text)
    return model


def fuse(language: str, judged: Sequence[Row], fold_of: dict[int, int]) -> tuple[Fusion, list[combining.Chances]]:
    """Return the combiner learnt from all rows judged, and what five folds of it make of each row."""
    anger = ANGER.get(language, 1.0)
    # where no lexicon could take over, the linear part always has its voice
    has_lexicon = language == "en" or rules.of(language) is not None
    usual = quantiles((row.leaning.known for row in judged if row.leaning), n=4)[0] if has_lexicon else -1.0
    parts = [
        Fusion(train_fusion([row for row in judged if fold_of[id(row)] != part], usual, anger), usual)
        for part in range(FOLDS)
    ]
    both = [chances_of(language, parts[fold_of[id(row)]], row) for row in judged]
    return Fusion(train_fusion(judged, usual, anger), usual), both


def chances_of(language: str, fusion: Fusion, row: Row) -> combining.Chances:
    """Return what a combiner makes of a row."""
    chances = combining.mixed(fusion.weights, combining.inputs(row.text, row.weighed, row.leaning, fusion.usual))
    return combining.wary(chances, language, combining.voice(row.leaning, fusion.usual) if row.leaning else 0.0)


def kind(row: Row) -> str:
    """Return a row's origin without its part and its class."""
    return "/".join(row.origin.split("/")[:2])


def told(gold: Sequence[int], got: Sequence[int]) -> str:
    """Return macro-F1 and recall of negatives as they are printed."""
    return f"{macro(gold, got):.1f} ({recall(gold, got):.1f})"


def load(language: str, data: Path) -> list[Row]:
    """Return the dev rows, and of the extra rows those that may train, at most `MOST_EXTRA` a class; each text once."""
    rows: list[Row] = []
    seen: set[str] = set()
    extra: Counter[int] = Counter()
    for split in ("dev", "extra"):
        path = data / f"{language}.{split}.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        random.Random(5).shuffle(lines)
        for line in lines:
            said = json.loads(line)
            label, key = CLASSES.index(said["label"]), fold(said["text"])
            may = may_train(said["licence"])
            if key in seen or (split == "extra" and (not may or extra[label] >= MOST_EXTRA)):
                continue
            seen.add(key)
            extra[label] += split == "extra"
            rows.append(read(said["text"], label, said["origin"], language, split == "dev", may))
    return rows


def may_train(licence: str) -> bool:
    """Say whether weights may be made of a row with this licence field."""
    return licence.startswith(ALLOWED) and UNSTATED not in licence


def read(text: str, label: int, origin: str, language: str, is_dev: bool, may: bool) -> Row:
    """Return a row with its features."""
    weighed, _ = combining.weigh(text[:2000], language)
    words = list(linear.words(text))
    places = array("i", (place for word in words for place in linear.features(word, BITS)))
    return Row(text, label, origin, is_dev, may, weighed, words, places)


def train_linear(rows: Sequence[Row]) -> Model:
    """Return three rows of weights by stochastic gradient descent with decay, each class weighing the same."""
    size = 1 << BITS
    weights = [array("d", bytes(8 * size)) for _ in CLASSES]
    bias = [0.0, 0.0, 0.0]
    rarity = rarities(rows)
    counts = Counter(row.label for row in rows)
    share = {label: len(rows) / len(CLASSES) / count for label, count in counts.items()}
    order, chance, shrunk, step = list(rows), random.Random(11), 1.0, 0
    steps = EPOCHS * len(rows)
    for _ in range(EPOCHS):
        chance.shuffle(order)
        for row in order:
            rate = RATE * (1 - step / steps) * min(share[row.label], 4.0)
            step += 1
            x = 1 / sqrt(len(row.places) or 1)
            got = combining.softmax(
                [bias[at] + sum(map(weights[at].__getitem__, row.places)) * shrunk * x for at in range(3)]
            )
            shrunk *= 1 - RATE * DECAY
            for at in range(3):
                miss = got[at] - (at == row.label)
                if abs(miss) < 0.02:
                    continue
                bias[at] -= 0.02 * rate * miss
                move, held = rate * miss * x / shrunk, weights[at]
                for place in row.places:
                    held[place] -= move * rarity[place]
    most = max(max(map(abs, held)) for held in weights) * shrunk or 1.0
    # a few large weights must not cost all the others their precision
    flat = sorted(abs(weight) * shrunk for held in weights for weight in held)
    most = min(most, flat[int(len(flat) * 0.9995)] * 1.2 or 1.0)
    scale = most / 127
    whole = b"".join(
        array("b", (max(-127, min(127, round(weight * shrunk / scale))) for weight in held)).tobytes()
        for held in weights
    )
    return Model(BITS, scale, bias, whole, seen_words(rows), Fusion(((0.0,) * len(combining.INPUTS),) * 3, 1.0))


def rarities(rows: Sequence[Row]) -> list[float]:
    """Return how fast each feature learns: what few rows have says more where it stands."""
    counts = Counter(place for row in rows for place in set(row.places))
    return [(log(1 + len(rows) / (1 + counts[place])) / IDF) ** POWER for place in range(1 << BITS)]


def seen_words(rows: Sequence[Row]) -> bytes:
    """Return the bits of the words that at least two rows have."""
    counts = Counter(word for row in rows for word in row.words if " " not in word)
    bits = bytearray(linear.SEEN >> 3)
    for word, count in counts.items():
        if count > 1:
            place = linear.sign(word)
            bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def train_fusion(rows: Sequence[Row], usual: float, anger: float = 1.0) -> tuple[tuple[float, ...], ...]:
    """Return the combiner's weights; the rows are shown again without the linear part."""
    shown = [(combining.inputs(row.text, row.weighed, row.leaning, usual), row.label) for row in rows]
    if usual < 0:
        return fit(shown, anger)
    shown += [(combining.inputs(row.text, row.weighed, None, usual), row.label) for row in rows] * DROPPED
    return fit(shown, anger)


def fit(shown: list[tuple[list[float], int]], anger: float) -> tuple[tuple[float, ...], ...]:
    """Return the weights of a logistic regression of three classes, each class weighing the same."""
    chance = random.Random(17)
    counts = Counter(label for _, label in shown)
    size = len(combining.INPUTS)
    weights = [[0.0] * size for _ in CLASSES]
    steps, step = FUSION_EPOCHS * len(shown), 0
    for _ in range(FUSION_EPOCHS):
        chance.shuffle(shown)
        for numbers, label in shown:
            rate = FUSION_RATE * (1 - step / steps)
            step += 1
            got = combining.softmax([sum(map(float.__mul__, held, numbers)) for held in weights])
            by = len(shown) / 3 / counts[label] * (anger if label == 0 else 1)
            for at, held in enumerate(weights):
                miss = (got[at] - (at == label)) * by * rate
                for place, number in enumerate(numbers):
                    held[place] -= miss * number + rate * FUSION_DECAY * held[place]
    return tuple(tuple(held) for held in weights)


def by_score(score: float) -> int:
    """Return the class of a lexicon's score, as the grader has it."""
    return 2 if score >= 0.05 else 0 if score <= -0.05 else 1


def top(numbers: Sequence[float]) -> int:
    """Return the place of the largest."""
    return max(range(3), key=numbers.__getitem__)


def macro(gold: Sequence[int], got: Sequence[int]) -> float:
    """Return the mean F1 of the three classes, in percent."""
    scores = []
    for label in range(3):
        both = sum(a == b == label for a, b in zip(gold, got, strict=True))
        scores.append(200 * both / ((gold.count(label) + list(got).count(label)) or 1))
    return sum(scores) / 3


def recall(gold: Sequence[int], got: Sequence[int]) -> float:
    """Return the share of the negatives that were found, in percent."""
    return 100 * sum(a == b == 0 for a, b in zip(gold, got, strict=True)) / (gold.count(0) or 1)


if __name__ == "__main__":
    main()
