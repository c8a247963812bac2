"""Replay recorded counts through the rooms the service judges with: `python -m bench.spikes IN OUT --budget B`.

IN is a folder of *.csv, or of folders of them; all files of one folder hear through one source. OUT mirrors it with
the columns timestamp,alert: spike, drop or surge in the bucket in which a person would be told, else empty.
"""

import argparse
import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from listener.alarm.ear import Counts, Hearing
from listener.alarm.grid import Grid
from listener.alarm.quiet import Quiet
from listener.alarm.watch import Watch


@dataclass(frozen=True, slots=True)
class Series:
    """One file: its timestamps as written, their seconds in UTC, and what each bucket brought."""

    name: str
    stamps: Sequence[str]
    at: Sequence[float]
    counts: Sequence[Counts]


def main() -> None:
    """Replay every folder of files under IN."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", metavar="IN", type=Path)
    parser.add_argument("target", metavar="OUT", type=Path)
    parser.add_argument("--budget", type=float, default=0.5, help="false alerts per topic and week")
    given = parser.parse_args()
    for folder in sorted({path.parent for path in given.source.rglob("*.csv")}):
        series = [read(path) for path in sorted(folder.glob("*.csv"))]
        target = given.target / folder.relative_to(given.source)
        target.mkdir(parents=True, exist_ok=True)
        for one, alerts in zip(series, replay(series, given.budget), strict=True):
            write(target / one.name, one, alerts)


def replay(series: Sequence[Series], budget: float) -> list[list[str]]:
    """Return for each series what a person would be told in each of its buckets, in the order of time."""
    steps = [later - earlier for one in series for earlier, later in zip(one.at, one.at[1:], strict=False)]
    grid = Grid(median(steps) if steps else 300.0)
    watches, quiet = [Watch.of(grid) for _ in series], Quiet()
    told: list[list[str]] = [[] for _ in series]
    # a row has room for one word: the second of a bucket is told with the next
    waiting: list[deque[str]] = [deque() for _ in series]
    for at, heard in rounds(series):
        expected = sum(watches[place].typical(at) for place, _ in heard)
        quiet.hear(at, sum(counts.total for _, counts in heard), expected)
        hearing = Hearing(share=0.0 if quiet.is_doubtful else 1.0, backlog=quiet.is_muted(at))
        for place, counts in heard:
            peaks = watches[place].judge(at, counts, hearing, budget)
            waiting[place].extend(peak.sort for peak in peaks if peak.opens)
            told[place].append(waiting[place].popleft() if waiting[place] else "")
    return told


def rounds(series: Sequence[Series]) -> Iterator[tuple[float, list[tuple[int, Counts]]]]:
    """Yield each moment with what the series that have it brought: (their place, counts)."""
    moments: dict[float, list[tuple[int, Counts]]] = {}
    for place, one in enumerate(series):
        for at, counts in zip(one.at, one.counts, strict=True):
            moments.setdefault(at, []).append((place, counts))
    yield from sorted(moments.items())


def read(path: Path) -> Series:
    """Return a file's buckets; a plain `value` is people, none of them angry. Any other column is not looked at."""
    stamps, at, counts = [], [], []
    with path.open(newline="") as rows:
        for row in csv.DictReader(rows):
            stamps.append(row["timestamp"])
            at.append(datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC).timestamp())
            if "value" in row:
                value = float(row["value"] or 0)
                counts.append(Counts(value, value, 0.0))
            else:
                people, negative = float(row["effective"]), float(row["negative_effective"])
                counts.append(Counts(float(row["total"]), people, negative))
    return Series(path.name, stamps, at, counts)


def write(path: Path, series: Series, alerts: Sequence[str]) -> None:
    """Write what was told, one row a bucket."""
    with path.open("w", newline="") as rows:
        out = csv.writer(rows, lineterminator="\n")
        out.writerow(("timestamp", "alert"))
        out.writerows(zip(series.stamps, alerts, strict=True))


if __name__ == "__main__":
    main()
