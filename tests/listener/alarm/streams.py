"""Streams of counts to judge: a topic with quiet nights and weekends, and what happens to it."""

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from listener.alarm.ear import CLEAR, Counts, Hearing, Peak
from listener.alarm.grid import DAY, HOUR, Grid
from listener.alarm.watch import Watch

GRID = Grid(300.0)
BEGAN = 1_767_571_200.0  # a Monday, 00:00 UTC
Change = Callable[[float, float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Told:
    """An alert: in which bucket, and what was said."""

    at: float
    peak: Peak


def drawn(chance: random.Random, mean: float) -> int:
    """A Poisson number; a large one by the normal law."""
    if mean > 50:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def usual(at: float, an_hour: float) -> float:
    """What a bucket of a topic brings on average: an evening peak, a quiet night, a calmer weekend."""
    hour, day = at / HOUR % 24, int(at / DAY + 3) % 7
    return an_hour / 12 * (1 + 0.7 * math.cos(2 * math.pi * (hour - 15) / 24)) * (1.0 if day < 5 else 0.7)


def stream(
    an_hour: float, days: float, change: Change | None = None, seed: int = 1, angry: float = 0.2
) -> list[Counts]:
    """Five-minute buckets from BEGAN on; `change` of (seconds since, mean, share of angry ones) is what happens."""
    chance, buckets = random.Random(seed), []
    for step in range(int(days * 288)):
        at = BEGAN + step * GRID.step
        mean, share = usual(at, an_hour), angry
        if change:
            mean, share = change(at - BEGAN, mean, share)
        count = drawn(chance, mean)
        buckets.append(Counts(count, count, sum(chance.random() < share for _ in range(count))))
    return buckets


def between(start: float, end: float, times: float = 1.0, angry: float | None = None) -> Change:
    """Something that multiplies the counts, or the anger, from `start` to `end` (seconds since BEGAN)."""

    def change(since: float, mean: float, share: float) -> tuple[float, float]:
        if not start <= since < end:
            return mean, share
        return mean * times, share if angry is None else angry

    return change


def watched(buckets: Iterable[Counts], hearing: Sequence[Hearing] = (), budget: float = 0.5) -> list[Told]:
    """What a new watch tells of a stream."""
    return list(telling(Watch.of(GRID), buckets, hearing, budget))


def telling(
    watch: Watch, buckets: Iterable[Counts], hearing: Sequence[Hearing] = (), budget: float = 0.5, start: float = BEGAN
) -> Iterator[Told]:
    """What a watch tells of a stream that begins at `start`."""
    for step, counts in enumerate(buckets):
        at = start + step * GRID.step
        heard = hearing[step] if step < len(hearing) else CLEAR
        for peak in watch.judge(at, counts, heard, budget):
            if peak.opens:
                yield Told(at, peak)


def sorts(told: Iterable[Told], after: float = 0.0) -> list[str]:
    """What was told from `after` (seconds since BEGAN) on, in order."""
    return [one.peak.sort for one in told if one.at - BEGAN >= after]


def copied(counts: Counts, copies: int) -> Counts:
    """The bucket with a text in it that was copied so often: it counts log2(1 + N) people."""
    return replace(counts, total=counts.total + copies, people=counts.people + math.log2(1 + copies))
