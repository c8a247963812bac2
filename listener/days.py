"""A day of a topic beside a typical one: hour by hour, so far, and what it may come to by midnight.

Every number of it is a count of mentions or of what mentions brought; docs/typical-day.md tells how it is judged.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from math import exp, log1p, sqrt
from statistics import fmean, median
from typing import Self
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
_CLOCK = tuple(range(24))
WEEKS = 8  # same weekdays that teach a typical day, at most
ENOUGH = 4  # of them; with fewer, the latest days of any weekday help out
HELPERS = 14  # days back that may help out

TAIL = 0.05  # on either side of a band: nine in ten such hours, or days, lie in it
_Z = 1.6449
_REACH = 3.0  # spreads beyond which one day teaches no more: a storm is not typical
_PATIENCE = 4.0  # mentions an hour needs before it outweighs the hours beside it
_USUAL_EXCESS, _USUAL_WEIGHT = 0.1, 2.0  # how unlike days are before we know, and how many days that counts for
_LEAST_EXCESS, _MOST_EXCESS = 0.01, 9.0
_UNHEARD = 0.5  # what days that brought nothing might have brought: the first mention ever is no news of its own
_COUNTED_OUT = 60.0  # above so many a band is reckoned, below it is counted out
_SHARE_DIFFERS = 0.005  # how much days differ in their share of negative ones, beside chance
LEAST_FOR_SHARE = 8  # mentions before a share is called high or low


class Counted(StrEnum):
    """What is counted of a day, hour by hour."""

    MENTIONS = "mentions"
    NEGATIVE = "negative"
    SHARES = "shares"
    NEW_AUTHORS = "new_authors"
    LEADS = "leads"


class Word(StrEnum):
    """How a count lies to its band."""

    MORE = "more"
    USUAL = "usual"
    LESS = "less"


class Aim(StrEnum):
    """How a target stands: reached; within or out of reach before midnight, or neither; not reached when it struck."""

    KEPT = "kept"
    LIKELY = "likely"
    OPEN = "open"
    UNLIKELY = "unlikely"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Band:
    """Where nine in ten lie."""

    low: float
    high: float

    def word(self, value: float) -> Word:
        """Say how a count lies to this band."""
        return Word.MORE if value > self.high else Word.LESS if value < self.low else Word.USUAL


@dataclass(frozen=True, slots=True)
class Calendar:
    """A day of a time zone in real hours, in UTC: 24 of them, 23 or 25 where the clock changes."""

    day: date
    starts: tuple[datetime, ...]
    clock: tuple[int, ...]  # what the clock shows when each begins
    end: datetime

    @classmethod
    def of(cls, day: date, zone: ZoneInfo) -> Self:
        """Return the hours of a day."""
        at = datetime.combine(day, time(), zone).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        starts = []
        while at < end:
            starts.append(at)
            at += HOUR
        return cls(day, tuple(starts), tuple(one.astimezone(zone).hour for one in starts), end)

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return self.starts[0]

    def gone(self, now: datetime) -> list[float]:
        """Return how much of each hour is over: 0 … 1."""
        return [min(max((now - start) / HOUR, 0.0), 1.0) for start in self.starts]

    def on_the_clock(self, values: Sequence[float]) -> list[float]:
        """Return 24 values: an hour that came twice is their mean, one that was skipped is like the one before it."""
        if self.clock == _CLOCK:
            return list(values)
        found: list[float] = []
        for shown in _CLOCK:
            same = [value for value, clock in zip(values, self.clock, strict=True) if clock == shown]
            found.append(fmean(same) if same else found[-1] if found else values[0])
        return found


@dataclass(frozen=True, slots=True)
class Typical:
    """What such a day usually brings, by hours of the clock.

    The variance of a count with the mean m is m + excess · m²: chance, and how unlike days and hours are.
    """

    hours: tuple[float, ...]
    of_hour: float
    of_day: float
    days: int

    def band(self, parts: Sequence[float]) -> Band:
        """Return the band of a count over some hours, each due `parts` of it."""
        return _band(sum(parts), self._excess(parts, self.of_day), self.days)

    def band_of_hour(self, due: float) -> Band:
        """Return the band of one hour."""
        return _band(due, self.of_hour, self.days)

    def coming(self, seen: float, carried: float, due: Sequence[float], rest: Sequence[float]) -> tuple[float, Band]:
        """Return what a day may come to, and its band.

        `seen` came so far where `due` was; of it `carried` tells of the pace of the hours left (a burst does not).
        The pace is believed as far as days are unlike each other anyway (gamma-Poisson).
        """
        unlike = 1 / self.of_day
        pace = (unlike + carried) / (unlike + sum(due))
        parts = [pace * part for part in rest]
        band = _band(sum(parts), self._excess(parts, 1 / (unlike + carried)), self.days)
        return seen + sum(parts), Band(seen + band.low, seen + band.high)

    def _excess(self, parts: Sequence[float], shared: float) -> float:
        whole = sum(parts)
        return shared + self.of_hour * sum(part * part for part in parts) / whole**2 if whole else shared


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour: what came (nothing where it lies ahead), and what is typical."""

    at: datetime
    clock: int
    seen: float | None
    due: float | None
    band: Band | None
    word: Word | None


@dataclass(frozen=True, slots=True)
class Told:
    """A day beside a typical one; all but `hours` and `seen` is missing where no typical day is known yet.

    `due` and `band` are those of the same stretch of a typical day, `whole` of all of it. `coming` is only of a day
    that is not over.
    """

    hours: tuple[Hour, ...]
    seen: float
    due: float | None = None
    band: Band | None = None
    word: Word | None = None
    whole: float | None = None
    coming: float | None = None
    coming_band: Band | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """The negative share of a day so far, beside that of typical days; `word` only where enough was said."""

    seen: float | None
    due: float | None
    band: Band | None
    word: Word | None


def teachers(day: date, first: date) -> tuple[list[date], int]:
    """Return which days from `first` on teach what is typical, the latest first, and how many share the weekday.

    Up to eight days of the same weekday; where they are too few, the days of the two weeks before it besides.
    """
    alike = [one for one in (day - timedelta(weeks=count) for count in range(1, WEEKS + 1)) if one >= first]
    if len(alike) >= ENOUGH:
        return alike, len(alike)
    near = [one for one in (day - timedelta(days=count) for count in range(1, HELPERS + 1)) if one >= first]
    return sorted({*alike, *near}, reverse=True), len(alike)


def typical(samples: Sequence[Sequence[float]]) -> Typical | None:
    """Return the typical day of some days of 24 values each, or `None` of none.

    How much a day brings and how it lies in the hours are learnt apart, from values cut down to what one day may teach.
    """
    if not samples:
        return None
    count = len(samples)
    totals = _tempered([sum(one) for one in samples])
    level = fmean(totals)
    columns = [_tempered([one[hour] for one in samples]) for hour in range(24)]
    raw = [fmean(column) for column in columns]
    rates = []
    for hour, rate in enumerate(raw):
        near = (raw[max(hour - 1, 0)] + 2 * rate + raw[min(hour + 1, 23)]) / 4
        trust = count * near / (count * near + _PATIENCE)
        rates.append(trust * rate + (1 - trust) * near)
    whole = sum(rates)
    hours = tuple(level * rate / whole for rate in rates) if whole else (level / 24,) * 24
    pairs = [(value, rate) for column, rate in zip(columns, raw, strict=True) for value in column]
    of_hour = _excess(pairs, count)
    return Typical(hours, of_hour, _excess([(total, level) for total in totals], count), count)


def told(calendar: Calendar, seen: Sequence[float], usual: Typical | None, now: datetime) -> Told:
    """Tell of a day up to `now`; `seen` is what each of its real hours brought."""
    gone = calendar.gone(now)
    total = sum(seen)
    came = [value if part > 0 else None for value, part in zip(seen, gone, strict=True)]
    if usual is None:
        bare = zip(calendar.starts, calendar.clock, came, strict=True)
        return Told(tuple(Hour(at, clock, value, None, None, None) for at, clock, value in bare), total)
    dues = [usual.hours[clock] for clock in calendar.clock]
    hours = []
    for at, clock, value, due, part in zip(calendar.starts, calendar.clock, came, dues, gone, strict=True):
        band = usual.band_of_hour(due)
        # an hour that still runs can have had too much already, but not yet too little
        word = None if value is None else band.word(value) if part >= 1 else _so_far(band, value)
        hours.append(Hour(at, clock, value, due, band, word))
    so_far = [due * part for due, part in zip(dues, gone, strict=True)]
    rest = [due - part for due, part in zip(dues, so_far, strict=True)]
    band = usual.band(so_far)
    coming: tuple[float | None, Band | None] = (None, None)
    if now < calendar.end:
        carried = sum(min(hour.seen or 0.0, hour.band.high) for hour in hours if hour.band)
        coming = usual.coming(total, carried, so_far, rest)
    return Told(tuple(hours), total, sum(so_far), band, band.word(total), sum(dues), *coming, usual.days)


def share(negative: float, mentions: float, usual: Iterable[tuple[float, float]]) -> Share:
    """Tell of the negative share of a day; `usual` are (negative, mentions) of the days that teach."""
    pairs = list(usual)
    known = sum(total for _, total in pairs)
    seen = negative / mentions if mentions else None
    if not known:
        return Share(seen, None, None, None)
    due = sum(one for one, _ in pairs) / known
    if seen is None:
        return Share(None, due, None, None)
    # one negative and one other that nobody wrote keep a small sample from claiming certainty
    middle = (due * known + 1) / (known + 2)
    spread = _Z * sqrt(middle * (1 - middle) * (1 / mentions + 1 / known + _SHARE_DIFFERS))
    band = Band(max(due - spread, 0.0), min(due + spread, 1.0))
    return Share(seen, due, band, band.word(seen) if mentions >= LEAST_FOR_SHARE else None)


def aim(at_least: float, day: Told, is_over: bool) -> Aim:
    """Say how a target stands."""
    if day.seen >= at_least:
        return Aim.KEPT
    if is_over:
        return Aim.MISSED
    if day.coming_band is None:
        return Aim.OPEN
    if day.coming_band.low >= at_least:
        return Aim.LIKELY
    return Aim.UNLIKELY if day.coming_band.high < at_least else Aim.OPEN


def _so_far(band: Band, value: float) -> Word | None:
    return Word.MORE if value > band.high else None


def _tempered(values: Sequence[float]) -> list[float]:
    """Return values cut to where they could be by chance and by their usual scatter, from three of them on."""
    if len(values) < 3:
        return list(values)
    middle = median(values)
    scatter = 1.4826 * median(abs(value - middle) for value in values)
    reach = _REACH * max(scatter, sqrt(middle + 1))
    return [min(max(value, middle - reach), middle + reach) for value in values]


def _excess(pairs: Sequence[tuple[float, float]], days: int) -> float:
    """Return how much more (count, mean) pairs scatter than chance lets them, drawn towards what is usual of few."""
    squares = sum(mean * mean for _, mean in pairs)
    freedom = days / (days - 1) if days > 1 else 0.0
    found = sum((value - mean) ** 2 * freedom - mean for value, mean in pairs) / squares if squares else 0.0
    weight = (days - 1) * squares / (squares + len(pairs))
    drawn = (weight * found + _USUAL_WEIGHT * _USUAL_EXCESS) / (weight + _USUAL_WEIGHT)
    return min(max(drawn, _LEAST_EXCESS), _MOST_EXCESS)


def _band(mean: float, excess: float, days: int) -> Band:
    """Return where nine in ten counts of this mean lie; that the mean is itself learnt from so many days widens it."""
    mean = max(mean, _UNHEARD / days)
    excess += (1 / mean + excess) / days
    if mean > _COUNTED_OUT:
        middle, spread = sqrt(mean), _Z * sqrt(1 + excess * mean) / 2
        return Band(float(round(max(middle - spread, 0.0) ** 2)), float(round((middle + spread) ** 2)))
    return Band(*_counted_out(mean, excess))


def _counted_out(mean: float, excess: float) -> tuple[float, float]:
    """Return the two quantiles of a negative binomial law, count by count."""
    step = excess * mean / (1 + excess * mean)
    chance = exp(-log1p(excess * mean) / excess)
    below, count, low = chance, 0, None if chance <= TAIL else 0
    while below < 1 - TAIL and count < 100_000:
        chance *= step * (count + 1 / excess) / (count + 1)
        count += 1
        below += chance
        if low is None and below > TAIL:
            low = count
    return float(low or 0), float(count)
