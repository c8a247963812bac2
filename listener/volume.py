"""Five-minute buckets, and what an hour of the week usually brings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import sqrt

BUCKET = timedelta(minutes=5)
BUCKETS_AN_HOUR = 12
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_WEEKS = 8
_DAYS = 14
# how many samples of its own an hour needs before it outweighs what the wider pattern says
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Typical:
    """What one bucket of this hour of the week usually brings, its spread, and how many weeks say so."""

    mean: float
    spread: float
    weeks: float


@dataclass(slots=True)
class Profile:
    """A topic's usual week, learnt from the hours before `until`. Hours of silence count as zeros from `since` on.

    The level of the last two weeks is refined by the hour of the day and that by the hour of the week, each as far
    as there are samples for it. The largest sample counts no more than the second largest: one old spike does not
    make a Tuesday.
    """

    hours: dict[datetime, float]
    since: datetime
    until: datetime
    _level: float = field(init=False)
    _spread: float = field(init=False)
    _known: dict[datetime, Typical] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        first = max(self.since, self.until - _DAYS * _DAY)
        count = max(int((self.until - first) / _HOUR), 0)
        values = [self.hours.get(first + step * _HOUR, 0.0) for step in range(count)]
        self._level = _tempered(values)
        self._spread = sqrt(sum((value - self._level) ** 2 for value in values) / count) if count else 0.0

    def at(self, moment: datetime) -> Typical:
        """Return what a bucket of the hour of `moment` usually brings."""
        hour = hour_of(moment)
        if hour not in self._known:
            days, weeks = self._samples(hour, _DAY, _DAYS), self._samples(hour, _WEEK, _WEEKS)
            daily = _weighed(days, self._level)
            mean = _weighed(weeks, daily)
            near = [*days, *weeks]
            spread = sqrt(sum((value - mean) ** 2 for value in near) / len(near)) if len(near) > 2 else self._spread
            # counts scatter at least as chance lets them
            spread = max(spread, sqrt(mean))
            span = max((self.until - self.since) / _WEEK, 0.0)
            self._known[hour] = Typical(mean / BUCKETS_AN_HOUR, spread / BUCKETS_AN_HOUR, round(span, 2))
        return self._known[hour]

    def over(self, start: datetime, end: datetime) -> float:
        """Return what the buckets from `start` to `end` usually bring together."""
        total, moment = 0.0, start
        while moment < end:
            stop = min(hour_of(moment) + _HOUR, end)
            total += self.at(moment).mean * ((stop - moment) / BUCKET)
            moment = stop
        return total

    def _samples(self, hour: datetime, step: timedelta, most: int) -> list[float]:
        """Return the sums of the same hour `step` earlier, twice `step` earlier and so on, as far as they are known."""
        hours = (hour - count * step for count in range(1, most + 1))
        return [self.hours.get(one, 0.0) for one in hours if self.since <= one and one + _HOUR <= self.until]


def bucket_of(at: datetime) -> datetime:
    """Return the start of the five-minute bucket `at` falls into, in UTC."""
    moment = at.astimezone(UTC)
    return moment.replace(minute=moment.minute - moment.minute % 5, second=0, microsecond=0)


def hour_of(at: datetime) -> datetime:
    """Return the start of the hour `at` falls into, in UTC."""
    moment = at if at.tzinfo is UTC else at.astimezone(UTC)
    return moment.replace(minute=0, second=0, microsecond=0)


def profile(history: Sequence[tuple[datetime, float]], until: datetime, since: datetime | None = None) -> Profile:
    """Return the usual week learnt from (bucket, count) pairs before `until`; buckets without mentions may be missing.

    `since` is when counting began; without it, the first pair.
    """
    end = hour_of(until)
    hours: dict[datetime, float] = {}
    hour = hour_of(history[0][0]) if history else end
    for at, value in history:
        if not hour <= at < hour + _HOUR:
            hour = hour_of(at)
        if hour < end:
            hours[hour] = hours.get(hour, 0.0) + value
    first = hour_of(since) if since else min(hours, default=end)
    return Profile(hours, min(first, end), end)


def typical(history: Sequence[tuple[datetime, float]], at: datetime) -> Typical:
    """Return what a bucket of the hour of `at` usually brings, judged from the `history` before that hour."""
    return profile(history, at).at(at)


def _tempered(values: Sequence[float]) -> float:
    """Return the mean with the largest value cut down to the second largest."""
    if len(values) < 3:
        return sum(values) / len(values) if values else 0.0
    *_, second, largest = sorted(values)
    return (sum(values) - largest + second) / len(values)


def _weighed(samples: Sequence[float], wider: float) -> float:
    """Return the mean of samples, drawn towards the wider pattern where there are few."""
    return (_tempered(samples) * len(samples) + wider * _PATIENCE) / (len(samples) + _PATIENCE)
