"""Train the learnt part of spam: `python -m bench.train_spam [--data ../shared/data/language] [--write]`.

Pure Python, the same numbers every time. Only rows whose licence allows it are used, and what is written is numbers:
hashed weights, no word of any row. Prints five-fold figures on the spam rows and what it says of sources it has never
seen, then, with --write, trains on all and writes `listener/spam/models/en.spam`.
"""

import argparse
import json
import random
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from pathlib import Path

from listener import spam
from listener.kinds import Kind, judge
from listener.sentiment import judge as judge_mood
from listener.spam import linear, signs
from listener.spam.linear import Model
from listener.speech import Speech
from listener.text import fold

ALLOWED = ("MIT", "Apache-2.0", "CC0", "CC BY 4.0", "project-owned")
FOLDS = 5
# what a post weighs of which nobody said whether it is spam
UNJUDGED = 0.1
EPOCHS, RATE, DECAY = 8, 2.0, 2e-6
IDF, POWER = 4.0, 2.0
MIX_EPOCHS, MIX_RATE = 60, 0.05
STRANGERS = (
    *("youtube-spam/KatyPerry", "youtube-spam/LMFAO", "youtube-spam/Psy", "sms-spam"),
    *("maalej", "umsab", "vader", "banking77"),
)
MODELS = Path("listener/spam/models")


@dataclass
class Row:
    """A row of the data and what is computed of it once."""

    text: str
    is_spam: bool
    origin: str
    is_judged: bool
    part: int
    signs: tuple[str, ...]
    points: float
    places: "array[int]"
    weight: float = 1.0
    leaning: float = 0.0


def main() -> None:
    """Train and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, default=Path("../shared/data/language"))
    asked.add_argument("--write", action="store_true")
    told = asked.parse_args()
    rows = load(told.data)
    judged = [row for row in rows if row.is_judged]
    print(f"{len(judged)} rows judged, {len(rows)} to train on, {sum(row.is_spam for row in rows)} of them spam")
    print(figures("rules alone", judged, [row.points > 0 for row in judged]))
    for part in range(FOLDS):
        model = train([row for row in rows if row.part != part])
        for row in rows:
            if row.part == part:
                row.leaning, _ = model.lean(fold(row.text[: spam.READ]), row.signs)
    print(figures("weights alone, five-fold", judged, [row.leaning > 0 for row in judged]))
    points: dict[int, float] = {}
    for part in range(FOLDS):
        mix = mixed([row for row in rows if row.part != part])
        points |= {id(row): _points(mix, row) for row in rows if row.part == part}
    print(figures("both, five-fold", judged, [points[id(row)] > 0 for row in judged]))
    print(figures("both and kinds, five-fold", judged, [_is_kind(row, points[id(row)]) for row in judged]))
    strangers(rows)
    model = train(rows)
    model.mix = mixed(rows)
    print("mix: start {:.2f}, learnt {:.2f}, ruled {:.2f}".format(*model.mix))
    if told.write:
        MODELS.mkdir(exist_ok=True)
        (MODELS / "en.spam").write_bytes(linear.packed(model))


def strangers(rows: Sequence[Row]) -> None:
    """Print what is found of sources whose rows were all kept apart while training."""
    for start in STRANGERS:
        away = [row for row in rows if row.origin.startswith(start)]
        rest = [row for row in rows if not row.origin.startswith(start)]
        if not away:
            continue
        model = train(rest)
        model.mix = mixed(rest)
        for row in away:
            row.leaning, _ = model.lean(fold(row.text[: spam.READ]), row.signs)
        print(figures(f"never seen: {start}", away, [_points(model.mix, row) > 0 for row in away]))


def load(data: Path) -> list[Row]:
    """Return the spam rows, and as no spam the other rows of routing and the posts of the mood rows; each text once.

    Nobody said of the posts that they are no spam, but hardly one is, and they carry links as honest people do.
    """
    rows: list[Row] = []
    seen: set[str] = set()
    for name in ("spam", "routing", "sentiment"):
        for line in (data / name / "en.dev.jsonl").read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            key, is_spam = fold(said["text"]), said["label"] == "spam"
            if key in seen or not said["licence"].startswith(ALLOWED) or (is_spam and name != "spam"):
                continue
            seen.add(key)
            rows.append(read(said["text"], is_spam, said["origin"], name == "spam"))
            rows[-1].weight = UNJUDGED if name == "sentiment" else 1.0
    chance = random.Random(7)
    parts = [at % FOLDS for at in range(len(rows))]
    chance.shuffle(parts)
    for row, part in zip(rows, parts, strict=True):
        row.part = part
    return rows


def read(text: str, is_spam: bool, origin: str, is_judged: bool) -> Row:
    """Return a row with its features."""
    found = tuple(signs.of_text(text[: spam.READ]))
    key = fold(text[: spam.READ])
    places = array("i", linear.places_of(key, found))
    points = spam.ruled(text[: spam.READ], Speech(key, "en"))
    return Row(text, is_spam, origin, is_judged, 0, found, points, places)


def train(rows: Sequence[Row]) -> Model:
    """Return weights by stochastic gradient descent with decay, both classes weighing the same."""
    size = 1 << linear.BITS
    held, bias, shrunk, step = array("d", bytes(8 * size)), 0.0, 1.0, 0
    rarity = rarities(rows)
    spams, weight = sum(row.is_spam for row in rows), sum(row.weight for row in rows)
    share = {True: weight / 2 / spams, False: weight / 2 / (weight - spams)}
    order, chance = list(rows), random.Random(11)
    steps = EPOCHS * len(rows)
    for _ in range(EPOCHS):
        chance.shuffle(order)
        for row in order:
            rate = RATE * (1 - step / steps) * share[row.is_spam] * row.weight
            step += 1
            by = 1 / sqrt(len(row.places) or 1)
            miss = _chance(bias + sum(map(held.__getitem__, row.places)) * shrunk * by) - row.is_spam
            shrunk *= 1 - RATE * DECAY
            if abs(miss) < 0.02:
                continue
            bias -= 0.02 * rate * miss
            move = rate * miss * by / shrunk
            for place in row.places:
                held[place] -= move * rarity[place]
    # a few large weights must not cost all the others their precision
    flat = sorted(abs(weight) * shrunk for weight in held)
    most = min(flat[-1], flat[int(size * 0.9995)] * 1.2) or 1.0
    scale = most / 127
    whole = array("b", (max(-127, min(127, round(weight * shrunk / scale))) for weight in held))
    return Model(whole.tobytes(), scale, bias, (0.0, 1.0, 0.0))


def rarities(rows: Sequence[Row]) -> list[float]:
    """Return how fast each feature learns: what few rows have says more where it stands."""
    counts = Counter(place for row in rows for place in set(row.places))
    return [(log(1 + len(rows) / (1 + counts[place])) / IDF) ** POWER for place in range(1 << linear.BITS)]


def mixed(rows: Iterable[Row]) -> tuple[float, float, float]:
    """Return how weights and rules are mixed: a logistic regression, learnt where the weights had not seen the row."""
    shown, chance = list(rows), random.Random(17)
    start, learnt, ruled = 0.0, 1.0, 0.3
    steps, step = MIX_EPOCHS * len(shown), 0
    for _ in range(MIX_EPOCHS):
        chance.shuffle(shown)
        for row in shown:
            rate = MIX_RATE * (1 - step / steps)
            step += 1
            miss = (_chance(start + learnt * row.leaning + ruled * row.points) - row.is_spam) * rate * row.weight
            start -= miss
            learnt -= miss * row.leaning
            ruled -= miss * row.points
    return start, learnt, ruled


def _points(mix: tuple[float, float, float], row: Row) -> float:
    return mix[0] + mix[1] * row.leaning + mix[2] * row.points


def _is_kind(row: Row, points: float) -> bool:
    """Say what `kinds.grade` would: the other kinds have a say in it."""
    said = spam.Spam(_chance(points))
    return judge(row.text, "en", judge_mood(row.text, "en"), spam=said).kind is Kind.SPAM


def _chance(points: float) -> float:
    return min(max(1 / (1 + exp(-max(min(points, 30.0), -30.0))), 1e-3), 1 - 1e-3)


def figures(name: str, rows: Sequence[Row], got: Sequence[bool]) -> str:
    """Return macro-F1, and precision and recall of spam, in percent."""
    both = sum(row.is_spam and said for row, said in zip(rows, got, strict=True))
    gold, said = sum(row.is_spam for row in rows), sum(got)
    neither = len(rows) - gold - said + both
    scores = [200 * both / ((gold + said) or 1), 200 * neither / ((2 * len(rows) - gold - said) or 1)]
    false = 100 * (said - both) / ((len(rows) - gold) or 1)
    macro = f"macro-F1 {sum(scores) / 2:5.1f}" if 0 < gold < len(rows) else "              "
    return (
        f"{name:<32} n={len(rows):<5} {macro}  precision {100 * both / (said or 1):5.1f}  "
        f"recall {100 * both / (gold or 1):5.1f}  of the others taken for spam {false:4.1f}"
    )


if __name__ == "__main__":
    main()
