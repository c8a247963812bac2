"""Volume to spike, drop, surge or none, with the baseline that judged it.

A first detector, plain and causal: only finished buckets, nothing from the future, the same figures for every topic.
- Spike: z = 2(√(x+1) - √(μ+1)) of the distinct mentions of the last 15, 30 and 90 minutes, against the topic's usual
  week. It must clear a fixed bar and the topic's own usual peaks, and at least five different mentions must be new.
- Drop: the chance of so few in the last 3 to 24 hours, where at least twelve were to be expected.
- Surge: the share of negative ones in the last 1 and 3 hours against the last two weeks', at no unusual volume.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, lgamma, log, log1p, sqrt
from operator import attrgetter
from typing import Any

from listener.volume import BUCKET, Profile, hour_of, profile

LEARNING = timedelta(hours=48)
MEMORY = timedelta(days=14)
_begin = attrgetter("at")
_HOUR = timedelta(hours=1)
_PACE = timedelta(hours=24)

_RISE_WINDOWS = (timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=90))
_RISE_BAR = 4.0
_RISE_OVER_USUAL = 1.25
_RISE_FLOOR = 5

_FALL_WINDOWS = (timedelta(hours=3), timedelta(hours=6), timedelta(hours=12), timedelta(hours=24))
_FALL_EXPECTED = 12.0
_FALL_LN_CHANCE = log(2e-4)
# counts scatter more than chance alone: a negative binomial of this shape
_FALL_SHAPE = 8.0

_SURGE_WINDOWS = (_HOUR, timedelta(hours=3))
_SURGE_BAR = 3.5
_SURGE_FLOOR = 8
_SURGE_LEAST_RISE = 0.25
# mentions of one hour agree with each other: a correlation of two in a hundred
_SURGE_LIKENESS = 0.02


@dataclass(frozen=True, slots=True)
class Bucket:
    """Counts of one five-minute bucket: all, distinct (N alike count as log2(1 + N)), negative."""

    at: datetime
    total: int
    distinct: float
    negative: int


@dataclass(frozen=True, slots=True)
class Peak:
    """Something unusual: 'spike', 'drop' or 'surge'.

    `observed` and `typical` are mentions in the window (for a surge: shares of negative ones, 0 to 1); `score` says
    how far apart they are, in standard deviations; `baseline` is plain JSON: the window, the bar and what set it.
    """

    sort: str
    observed: float
    typical: float
    score: float
    baseline: dict[str, Any]


def judge(
    history: Sequence[Bucket],
    current: Sequence[Bucket],
    *,
    until: datetime | None = None,
    since: datetime | None = None,
) -> Peak | None:
    """Judge the moment `until` (the end of the last finished bucket; without it, of the last bucket given).

    `history` and `current` are buckets, oldest first, and are read as one series: some weeks are wanted, two days are
    needed. Buckets without mentions may be left out; what began later than `until` is not looked at. `since` is when
    the topic began to be counted. The unusual is told as a spike before a drop before a surge.
    """
    series: Sequence[Bucket] = [*history, *current]
    if not series and (until is None or since is None):
        return None
    end = until or series[-1].at + BUCKET
    series = _between(series, series[0].at, end) if series else []
    began = since or (series[0].at if series else end)
    if end - began < LEARNING:
        return None
    # the hours under judgement do not vote on what is usual; the pace of the last day does, within limits
    usual = profile([(bucket.at, float(bucket.distinct)) for bucket in series], end - _RISE_WINDOWS[-1], began)
    return _spike(series, usual, end) or _drop(series, usual, end) or _surge(series, end)


def _spike(series: Sequence[Bucket], usual: Profile, end: datetime) -> Peak | None:
    """Return the window that stands out most above its bar."""
    own = _usual_peak(usual)
    bar = max(_RISE_BAR, own * _RISE_OVER_USUAL)
    best: Peak | None = None
    for window in _RISE_WINDOWS:
        start = end - window
        seen = sum(bucket.distinct for bucket in _between(series, start, end))
        pace = _pace(series, usual, start)
        expected = usual.over(start, end) * pace
        score = _apart(seen, expected)
        if score >= bar and seen - expected >= _RISE_FLOOR and (best is None or score > best.score):
            baseline = _baseline(usual, window, bar=bar, pace=pace, usual_peak=own)
            best = Peak("spike", round(seen, 2), round(expected, 2), round(score, 2), baseline)
    return best


def _drop(series: Sequence[Bucket], usual: Profile, end: datetime) -> Peak | None:
    """Return the window in which so few are least likely."""
    best: tuple[float, Peak] | None = None
    for window in _FALL_WINDOWS:
        start = end - window
        if start - usual.since < LEARNING:
            break
        pace = min(_pace(series, usual, start), 1.0)
        expected = usual.over(start, end) * pace
        seen = sum(bucket.distinct for bucket in _between(series, start, end))
        if expected < _FALL_EXPECTED or seen >= expected / 2:
            continue
        chance = _ln_at_most(seen, expected)
        if chance <= _FALL_LN_CHANCE and (best is None or chance < best[0]):
            baseline = _baseline(usual, window, pace=pace, chance=exp(chance))
            score = round(-_apart(seen, expected), 2)
            best = chance, Peak("drop", round(seen, 2), round(expected, 2), score, baseline)
    return best[1] if best else None


def _surge(series: Sequence[Bucket], end: datetime) -> Peak | None:
    """Return the window whose share of negative mentions stands out most; near-duplicates count once."""
    best: Peak | None = None
    for window in _SURGE_WINDOWS:
        start = end - window
        before = _between(series, start - MEMORY, start)
        total, negative = sum(bucket.total for bucket in before), sum(bucket.negative for bucket in before)
        # a topic without much of a past is taken to be a quarter negative, as many are
        share = (negative + 5.0) / (total + 20.0)
        recent = _between(series, start, end)
        count = float(sum(bucket.distinct for bucket in recent))
        heard = sum(bucket.total for bucket in recent)
        angry = sum(bucket.negative for bucket in recent) * count / heard if heard else 0.0
        if count < _SURGE_FLOOR or angry / count - share < _SURGE_LEAST_RISE:
            continue
        spread = sqrt(count * share * (1 - share) * (1 + (count - 1) * _SURGE_LIKENESS))
        score = (angry - count * share - 0.5) / spread
        if score >= _SURGE_BAR and (best is None or score > best.score):
            baseline = {"window_minutes": window / timedelta(minutes=1), "bar": _SURGE_BAR, "mentions": count}
            best = Peak("surge", round(angry / count, 3), round(share, 3), round(score, 2), baseline)
    return best


def _between(series: Sequence[Bucket], start: datetime, end: datetime) -> Sequence[Bucket]:
    """Return the buckets that begin from `start` to before `end`."""
    return series[bisect_left(series, start, key=_begin) : bisect_left(series, end, key=_begin)]


def _apart(seen: float, expected: float) -> float:
    """Return how far a count lies from what was expected, in standard deviations of a count."""
    return 2 * (sqrt(seen + 1) - sqrt(expected + 1))


def _pace(series: Sequence[Bucket], usual: Profile, start: datetime) -> float:
    """Return how the day before `start` went against the usual week, one third to three: a new level is soon usual."""
    first = max(start - _PACE, usual.since)
    seen = sum(bucket.distinct for bucket in _between(series, first, start))
    return min(max((seen + 10.0) / (usual.over(first, start) + 10.0), 1 / 3), 3.0)


def _usual_peak(usual: Profile) -> float:
    """Return how far the topic's busiest hour in a hundred of the last two weeks stood out: its usual big peak."""
    first = max(usual.since, hour_of(usual.until - MEMORY))
    hours = [first + step * _HOUR for step in range(int((usual.until - first) / _HOUR))]
    scores = sorted(_apart(usual.hours.get(hour, 0.0), usual.at(hour).mean * 12) for hour in hours)
    return scores[int(len(scores) * 0.99) - 1] if len(scores) > 1 else 0.0


def _ln_at_most(seen: float, expected: float) -> float:
    """Return ln of the chance of at most `seen` where `expected` is the mean of a negative binomial."""
    shape = _FALL_SHAPE
    ratio = log(expected) - log(shape + expected)
    none = -shape * log1p(expected / shape)
    terms = [
        none + lgamma(count + shape) - lgamma(shape) - lgamma(count + 1) + count * ratio
        for count in range(round(seen) + 1)
    ]
    highest = max(terms)
    return highest + log(sum(exp(term - highest) for term in terms))


def _baseline(usual: Profile, window: timedelta, **figures: float) -> dict[str, Any]:
    """Return what judged a window, for people to read later."""
    weeks = usual.at(usual.until).weeks
    return {"window_minutes": window / timedelta(minutes=1), "weeks": weeks} | {
        name: round(value, 6) for name, value in figures.items()
    }
