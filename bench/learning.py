"""How kinds are heard after 0, 100, 250 and 1,000 corrections: a table, and the picture docs/pictures/learning.svg.

`python -m bench.learning [--data ROWS.jsonl] [--language en] [--seeds 5]`. Rows are `text,label` in JSON lines; they are
shuffled by each seed, three in ten are kept aside, and the corrections are taken from the others: no row is in both.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from random import Random
from statistics import mean, stdev
from typing import Any

from listener import scorecard, spam
from listener.kinds import Kind
from listener.learning import Example, learn, unpacked
from listener.models import Mention
from listener.rejudging import Rejudged
from listener.text import fold

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared/data/language/routing/en.dev.jsonl"
PICTURE = ROOT / "docs/pictures/learning.svg"
COUNTS = (0, 100, 250, 500, 1_000)
WANTED = {0: (60, 70), 250: (70, 80), 1_000: (77, 85)}
LABELS = {"suggestion": "idea", "other": "chatter"}
ASIDE = 0.3
AT = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text, with what the rules say of it."""

    example: Example
    ruled: Kind


@dataclass(frozen=True, slots=True)
class Point:
    """One count of corrections: macro-F1 of kinds and of who would answer, in per cent, over all seeds."""

    count: int
    kinds: float
    spread: float
    answered: float
    seconds: float
    size: int


def rows(path: Path, language: str) -> list[Row]:
    """Read the rows and let the rules judge each."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        said: dict[str, Any] = json.loads(line)
        mention = Mention(title="", text=said["text"], folded=fold(said["text"]), links=[], rating=None, spam_score=0.0)
        heard = Rejudged(mention, language)
        kind = Kind(LABELS.get(said["label"], said["label"]))
        key = heard.speech.folded[: spam.READ]
        found.append(Row(Example(key, language, kind, AT, heard.rules), heard.kind.kind))
    return found


def curve(found: Sequence[Row], language: str, seeds: int) -> list[Point]:
    """Return a point for each count of corrections."""
    tries: dict[int, list[tuple[float, float, float, int]]] = {count: [] for count in COUNTS}
    for seed in range(seeds):
        shuffled = list(found)
        Random(seed).shuffle(shuffled)
        cut = int(len(shuffled) * ASIDE)
        aside, given = shuffled[:cut], shuffled[cut:]
        gold = [row.example.kind for row in aside]
        for count in COUNTS:
            began = time.process_time()
            packed = learn([row.example for row in given[:count]], language).packed() if count else b""
            seconds = time.process_time() - began
            said = _said(packed, aside)
            figures = scorecard.figures(said, gold)
            tries[count].append((figures.macro_f1, figures.answered, seconds, len(packed)))
    points = []
    for count, of_seeds in tries.items():
        kinds, answered = [one[0] for one in of_seeds], [one[1] for one in of_seeds]
        seconds, size = mean(one[2] for one in of_seeds), round(mean(one[3] for one in of_seeds))
        spread = stdev(kinds) if len(kinds) > 1 else 0.0
        points.append(Point(count, 100 * mean(kinds), 100 * spread, 100 * mean(answered), seconds, size))
    return points


def _said(packed: bytes, aside: Sequence[Row]) -> list[Kind]:
    if not packed:
        return [row.ruled for row in aside]
    model = unpacked(packed)
    chances = [model.chances(row.example.folded, row.example.rules) for row in aside]
    return [max(one, key=lambda kind: one[kind]) for one in chances]


def table(points: Sequence[Point]) -> str:
    """Return the points as Markdown."""
    lines = ["| corrections | macro-F1 | ± over seeds | wanted | who answers | wanted | CPU seconds to learn | kB |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    for one in points:
        kinds, answered = WANTED.get(one.count, ("", ""))
        lines.append(
            f"| {one.count:,} | {one.kinds:.1f} | {one.spread:.1f} | {kinds} | {one.answered:.1f} | {answered} "
            f"| {one.seconds:.1f} | {one.size / 1000:.0f} |"
        )
    return "\n".join(lines)


# the picture

_WIDTH, _HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 150, 44, 48
_LOWEST, _HIGHEST = 50, 90
_INK, _FAINT, _KINDS, _ANSWERS = "#1f2933", "#d5dae0", "#0b6bcb", "#b4540a"


def picture(points: Sequence[Point], aside: int, seeds: int) -> str:
    """Return the curve as SVG: corrections across (by their square root), macro-F1 up, wanted figures as rings."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{_INK}">',
        "<title>How well kinds are heard, by how many corrections people made</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="24" font-size="15" font-weight="600">Kinds learnt from corrections (English)</text>',
    ]
    for share in range(_LOWEST, _HIGHEST + 1, 10):
        y = _y(share)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="{_FAINT}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share}</text>')
    for one in points:
        x = _x(one.count)
        parts.append(f'<path d="M{x:.1f} {_y(_LOWEST):.1f}v5" stroke="{_INK}"/>')
        parts.append(f'<text x="{x:.1f}" y="{_y(_LOWEST) + 20:.1f}" text-anchor="middle">{one.count:,}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle">corrections people made</text>')
    parts.append(
        f'<text transform="translate(14 {(_TOP + _HEIGHT - _BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
        "macro-F1, %</text>"
    )
    for colour, name, values, place in (
        (_KINDS, "kinds", [one.kinds for one in points], 0),
        (_ANSWERS, "who answers", [one.answered for one in points], 1),
    ):
        line = " ".join(f"{_x(one.count):.1f},{_y(value):.1f}" for one, value in zip(points, values, strict=True))
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        for one, value in zip(points, values, strict=True):
            x, y = _x(one.count), _y(value)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>')
            parts.append(
                f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle" font-size="11" fill="{colour}">{value:.0f}</text>'
            )
            if one.count in WANTED:
                parts.append(
                    f'<circle cx="{x:.1f}" cy="{_y(WANTED[one.count][place]):.1f}" r="6" fill="none" stroke="{colour}" '
                    'stroke-dasharray="2 2"/>'
                )
        parts.append(
            f'<text x="{_WIDTH - _RIGHT + 12}" y="{_y(values[-1]) + 4:.1f}" fill="{colour}" font-weight="600">{name}</text>'
        )
    parts.append(
        f'<text x="{_WIDTH - _RIGHT + 12}" y="{_y(_LOWEST):.1f}" font-size="11">rings: wanted</text>'
        f'<text x="{_WIDTH - 8}" y="24" text-anchor="end" font-size="11">{aside} rows kept aside, {seeds} seeds</text></svg>'
    )
    return "\n".join(parts) + "\n"


def _x(count: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * sqrt(count / COUNTS[-1])


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (share - _LOWEST) / (_HIGHEST - _LOWEST)


def main() -> None:
    """Measure, print and draw."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    asked.add_argument("--data", type=Path, default=DATA)
    asked.add_argument("--language", default="en")
    asked.add_argument("--seeds", type=int, default=5)
    asked.add_argument("--picture", type=Path, default=PICTURE)
    given = asked.parse_args()
    found = rows(given.data, given.language)
    points = curve(found, given.language, given.seeds)
    print(table(points))
    if given.language == "en":
        given.picture.write_text(picture(points, int(len(found) * ASIDE), given.seeds), encoding="utf-8")
        print(f"\nDrawn: {given.picture}")


if __name__ == "__main__":
    main()
