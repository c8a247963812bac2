"""How long hearing takes and how well copies are told: `python -m bench.hearing [--data FOLDER] [--alike]`.

Prints µs of processor time a text for language, mood, kind, spam, the sum of these four, fingerprint and all together, beside
stock VADER on the same texts in the same run; how time grows up to 100,000 words; and which posts of the data set are taken for copies of others though
they are not. Every pair is looked at through the bands, as the store does. Without the data set it says so and exits 0.
"""

import argparse
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from listener import kinds, language, likeness, sentiment, spam
from listener.speech import Speech
from listener.text import fold

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "language"
LANGUAGES = ("en", "fa", "ar", "he")
WORDS = {
    "en": "refund late but the kettle is too hot not good ",
    "fa": "سفارش من هنوز نرسیده ولی کتری خیلی داغ خوب نیست ",
    "ar": "الطلب لم يصل لكن الغلاية ساخنة جدا ليست جيدة ",
    "he": "ההזמנה עדיין לא הגיעה אבל הקומקום חם מדי לא טוב ",
}
SIZES = (1_000, 10_000, 100_000)  # words
JUDGES = ("language", "mood", "spam", "kind")
ROUNDS = 5  # the quickest of them counts: what else the machine does is not measured
OF_ONE_SIZE = 1.6  # how much more a word of a long text may cost than one of a text ten times shorter


def main() -> int:
    """Measure and print; return 0 if hearing grows with length alone."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, default=DATA)
    asked.add_argument("--alike", action="store_true", help="print the pairs that are taken for copies")
    told = asked.parse_args()
    given = texts(told.data)
    if not given:
        print("The language data set is not beside this project: nothing was measured.")
        return 0
    for code, rows in given.items():
        speed(code, rows)
    steady = growth()
    for code, rows in given.items():
        alike(code, rows, show=told.alike)
    return 0 if steady else 1


def texts(data: Path) -> dict[str, list[str]]:
    """Return language -> the texts of its mood rows."""
    found: dict[str, list[str]] = {}
    for code in LANGUAGES:
        path = data / "sentiment" / f"{code}.dev.jsonl"
        if path.is_file():
            found[code] = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    return found


def speed(code: str, rows: Sequence[str]) -> None:
    """Print µs a text of each reader, of the four judges and of all."""
    keys = [fold(text) for text in rows]
    speeches = [Speech(key, code) for key in keys]
    moods = [sentiment.judge(text, code) for text in rows]
    spams = [spam.judge(text, code, speech) for text, speech in zip(rows, speeches, strict=True)]
    places = range(len(rows))
    readers: dict[str, Callable[[int], object]] = {
        "folding": lambda at: fold(rows[at]),
        "words": lambda at: Speech(keys[at], code),
        "language": lambda at: language.identify(rows[at]),
        "mood": lambda at: sentiment.judge(rows[at], code),
        "spam": lambda at: spam.judge(rows[at], code, speeches[at]),
        "kind": lambda at: kinds.judge(rows[at], code, moods[at], speech=speeches[at], spam=spams[at]),
        "fingerprint": lambda at: likeness.fingerprint(keys[at]),
        "together": lambda at: together(rows[at]),
        "stock VADER": lambda at: analyser.polarity_scores(rows[at]),
    }
    analyser = SentimentIntensityAnalyzer()
    taken: dict[str, float] = {}
    for name, read in readers.items():
        taken[name] = min(_micros(read, places) for _ in range(ROUNDS))
    taken["judges"] = sum(taken[name] for name in JUDGES)
    ratio = taken["together"] / taken["stock VADER"]
    print(f"{code}  " + "  ".join(f"{name} {value:.0f}" for name, value in taken.items()) + f" µs  ratio {ratio:.2f}")


def together(text: str) -> None:
    """Do with one text what a mention's judgement does: fold it once, find its words once."""
    code = language.identify(text).code
    key = fold(text)
    speech = Speech(key, code)
    mood = sentiment.judge(text, code)
    brief = speech if len(key) <= spam.READ else Speech(fold(text[: spam.READ]), code)
    kinds.judge(text, code, mood, speech=brief, spam=spam.judge(text, code, brief))
    likeness.fingerprint(key)


def growth() -> bool:
    """Print µs a word of texts of growing length; say whether none costs far more than in one ten times shorter."""
    steady = True
    for code, piece in WORDS.items():
        count = len(piece.split())
        costs = []
        for size in SIZES:
            long = piece * (size // count)
            costs.append(min(_micros(together, [long]) for _ in range(3)) / size)
        steady = steady and all(after <= before * OF_ONE_SIZE for before, after in itertools.pairwise(costs))
        told = "  ".join(f"{size:,} words {cost:.3f}" for size, cost in zip(SIZES, costs, strict=True))
        print(f"{code}  µs a word: {told}")
    return steady


def alike(code: str, rows: Sequence[str], *, show: bool) -> None:
    """Print how many pairs meet in a band, how many are alike, and how many of those share few of their words."""
    bands: dict[int, list[int]] = defaultdict(list)
    prints = [likeness.fingerprint(fold(text)) for text in rows]
    for place, found in enumerate(prints):
        for band in set(found.bands) if found else ():
            bands[band].append(place)
    met = {(a, b) for places in bands.values() for at, b in enumerate(places) for a in places[:at]}
    merged = [(a, b) for a, b in met if likeness.is_alike(_value(prints[a]), _value(prints[b]))]
    wrong = [(a, b) for a, b in merged if overlap(rows[a], rows[b]) < 0.5]
    pairs = len(rows) * (len(rows) - 1) // 2
    print(f"{code}  {pairs:,} pairs, {len(met)} meet in a band, {len(merged)} alike, {len(wrong)} of them falsely")
    for a, b in sorted(merged if show else wrong):
        print(f"      {overlap(rows[a], rows[b]):.2f}  {rows[a][:90]!r} | {rows[b][:90]!r}")


def overlap(one: str, other: str) -> float:
    """Return which share of all words of two texts both have; addresses, handles and numbers are no words."""
    first, second = (likeness.words(fold(text)) for text in (one, other))
    return len(first & second) / (len(first | second) or 1)


def _value(found: likeness.Fingerprint | None) -> int:
    return found.value if found else 0


def _micros(read: Callable[..., object], given: Sequence[object] | range) -> float:
    start = time.process_time()
    for one in given:
        read(one)
    return (time.process_time() - start) / len(given) * 1e6


if __name__ == "__main__":
    raise SystemExit(main())
