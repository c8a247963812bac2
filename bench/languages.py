"""Tell languages: `python -m bench.languages --data ../shared/data/language/sentiment [--train] [--write]`.

Prints how often `listener.language.identify` is right, in all and in texts of up to 40 characters, what is confused with
what, and microseconds a text. With --train the six languages of the Latin script are judged five-fold: each row by pieces
of words learnt from the other rows; --write keeps what all rows teach in `listener/latin.pieces`: numbers, no words.
"""

import argparse
import json
import random
import time
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from bench.train_mood import may_train
from listener import language, pieces
from listener.pieces import BITS, LANGUAGES, SCALE
from listener.sentiment.combining import softmax

HEARD = ("en", "fa", "ar", "he", "fr", "de", "es", "it", "pt")
SHORT = 40
FOLDS = 5
EPOCHS, RATE, SURE = 5, 0.5, 0.98
# each row is also read in cuts of this many words: what is short must be told too
CUT = (1, 6)
# our own small words are shown too, so many at a time
SMALL = (1, 2, 4)
MOST_EXTRA = 1_000


@dataclass(frozen=True)
class Row:
    """A text, the language that its file says, and whether weights may be made of it."""

    text: str
    code: str
    may_train: bool


def main() -> None:
    """Read the rows, train if asked to, print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, default=Path("../shared/data/language/sentiment"))
    asked.add_argument("--train", action="store_true")
    asked.add_argument("--write", action="store_true")
    told = asked.parse_args()
    rows = [row for code in HEARD for row in load(told.data / f"{code}.dev.jsonl", code)]
    random.Random(3).shuffle(rows)
    judge: Callable[[int, str], str] = lambda _, text: language.identify(text).code  # noqa: E731
    if told.train or told.write:
        teaching = [row.may_train and row.code in LANGUAGES for row in rows]
        if told.train:
            tables = [
                train([row for at, row in enumerate(rows) if teaching[at] and at % FOLDS != part])
                for part in range(FOLDS)
            ]
            judge = lambda at, text: identified(tables[at % FOLDS], text)  # noqa: E731
        if told.write:
            extra = load(told.data / "en.extra.jsonl", "en")[:MOST_EXTRA]
            rows_of = train(
                [row for row, may in zip(rows, teaching, strict=True) if may] + [row for row in extra if row.may_train]
            )
            pieces._PATH.write_bytes(pieces.packed(dict(zip(LANGUAGES, rows_of.rows, strict=True))))
    print_table(rows, [judge(at, row.text) for at, row in enumerate(rows)])
    print(f"{microseconds(rows):.0f} microseconds a text, {microseconds(rows):.0f} when its words were met before")


def load(path: Path, code: str) -> list[Row]:
    """Return a file's rows."""
    said = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Row(row["text"], code, may_train(row["licence"])) for row in said]


def identified(table: pieces.Pieces, text: str) -> str:
    """Return what `identify` says with another table."""
    kept = pieces.table
    pieces.table = lambda: table  # type: ignore[assignment]
    try:
        return language.identify(text).code
    finally:
        pieces.table = kept


def train(rows: Sequence[Row]) -> pieces.Pieces:
    """Return the table of a logistic regression by stochastic gradient descent; a row that is told surely is let be."""
    chance = random.Random(13)
    weights = [array("d", bytes(8 << BITS)) for _ in LANGUAGES]
    moved = [array("d", [1e-3]) * (1 << BITS) for _ in LANGUAGES]
    shown: list[tuple[list[int], int]] = []
    for row in rows:
        words = language.words(row.text)
        at = chance.randrange(max(1, len(words) - 2)) if words else 0
        shown += [
            (places_of(cut), LANGUAGES.index(row.code)) for cut in (words, words[at : at + chance.randint(*CUT)]) if cut
        ]
    for lane, code in enumerate(LANGUAGES):
        for size in SMALL:
            words = language.LATIN_WORDS[code].split()
            chance.shuffle(words)
            shown += [(places_of(words[at : at + size]), lane) for at in range(0, len(words), size)]
    for _ in range(EPOCHS):
        chance.shuffle(shown)
        for places, gold in shown:
            x = 1 / sqrt(len(places))
            got = softmax([x * sum(map(held.__getitem__, places)) for held in weights])
            if got[gold] > SURE:
                continue
            for lane, share in enumerate(got):
                miss = (share - (lane == gold)) * x
                if abs(miss) < 1e-3:
                    continue
                held, past, square = weights[lane], moved[lane], miss * miss
                for place in places:
                    past[place] += square
                    held[place] -= RATE * miss / sqrt(past[place])
    whole = [array("b", (max(-127, min(127, round(weight / SCALE))) for weight in held)) for held in weights]
    return pieces.Pieces(whole)


def places_of(words: Sequence[str]) -> list[int]:
    """Return the places of words, each once."""
    return [place for word in dict.fromkeys(words) for place in pieces.places(word)]


def print_table(rows: Sequence[Row], told: Sequence[str]) -> None:
    """Print accuracy for all texts and for short ones, and what each language is taken for."""
    print("language    rows  right %   short  right %   taken for")
    for code in (*HEARD, "all"):
        ours = [(row, said) for row, said in zip(rows, told, strict=True) if code in (row.code, "all")]
        short = [(row, said) for row, said in ours if len(row.text) <= SHORT]
        taken = Counter(said for row, said in ours if said != row.code).most_common(4) if code != "all" else []
        line = ", ".join(f"{said} {count / len(ours) * 100:.1f}" for said, count in taken)
        print(f"{code:8} {len(ours):7} {right(ours):8.1f} {len(short):7} {right(short):8.1f}   {line}")
    seven = [(row, said) for row, said in zip(rows, told, strict=True) if row.code not in ("it", "pt")]
    print(
        f"seven without it, pt: {right(seven):.1f}, short {right([pair for pair in seven if len(pair[0].text) <= SHORT]):.1f}"
    )
    both = [(row, said) for row, said in zip(rows, told, strict=True) if row.code in ("fa", "ar")]
    wrong = sum(said in ("fa", "ar") and said != row.code for row, said in both)
    print(f"Persian taken for Arabic or the other way round: {wrong / len(both) * 100:.1f} %")


def right(pairs: Sequence[tuple[Row, str]]) -> float:
    """Return the share that is right, in percent."""
    return 100 * sum(row.code == said for row, said in pairs) / (len(pairs) or 1)


def microseconds(rows: Sequence[Row]) -> float:
    """Return the processor time of one text."""
    began = time.process_time()
    for row in rows:
        language.identify(row.text)
    return (time.process_time() - began) / len(rows) * 1e6


if __name__ == "__main__":
    main()
