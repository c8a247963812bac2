"""Working hours: several windows a day, a time zone, holidays; hours are added in UTC, safe across clock changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# a calendar whose next window lies further away than this is a mistake (a decade of holidays), not a plan
HORIZON = timedelta(days=3660)

Window = tuple[int, int]  # minutes after local midnight, [from, to), 0 … 1440


class CalendarError(ValueError):
    """A calendar that cannot be kept: a sentence (a msgid) that says which entry and what to do, and what fills it."""

    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence % values)
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours somebody works. Around the clock is not a calendar but `None`, everywhere."""

    timezone: str
    windows: Mapping[str, tuple[Window, ...]]
    holidays: frozenset[date] = field(default_factory=frozenset)

    def add(self, start: datetime, span: timedelta) -> datetime:
        """Return the moment (UTC) at which `span` of working time has passed since `start` (aware)."""
        if span <= timedelta(0):
            return start.astimezone(UTC)
        left = span
        for opens, closes in self._open_from(start.astimezone(UTC)):
            room = closes - opens
            if room >= left:
                return opens + left
            left -= room
        raise CalendarError(
            "This calendar opens too rarely: %(span)s of work do not fit into ten years.", span=str(span)
        )

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time between two moments; nothing if `end` is not after `start`."""
        total, end = timedelta(0), end.astimezone(UTC)
        for opens, closes in self._open_from(start.astimezone(UTC)):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def stretch(self, at: datetime) -> tuple[datetime, datetime]:
        """Return the open stretch (UTC) that `at` lies in, from `at` on, or else the next one."""
        for opens, closes in self._open_from(at.astimezone(UTC)):
            return opens, closes
        raise CalendarError("This calendar never opens again: take some of its holidays away.")

    def plain(self) -> dict[str, Any]:
        """Return what `read` reads back: the form it is kept in, in a department's row and in the ledger."""
        hours = {day: [[_clock(a), _clock(b)] for a, b in self.windows.get(day, ())] for day in DAYS}
        return {
            "timezone": self.timezone,
            **{day: windows for day, windows in hours.items() if windows},
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
        }

    def _open_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open stretches (UTC) from `start` (UTC) on, for ten years."""
        zone = ZoneInfo(self.timezone)
        # a day early: the zone's midnight may lie on the other side of ours
        day = start.astimezone(zone).date() - timedelta(days=1)
        last = day + HORIZON
        while day < last:
            if day not in self.holidays:
                for opens, closes in self.windows.get(DAYS[day.weekday()], ()):
                    a, b = instant(day, opens, zone), instant(day, closes, zone)
                    if b > start and b > a:
                        yield max(a, start), b
            day += timedelta(days=1)


def read(timezone: str, hours: Mapping[str, Any] | None) -> Calendar | None:
    """Read a department's `timezone` and `hours` column; `None` is around the clock. Raise `CalendarError`.

    `hours`: `{"mon": [["09:00", "13:00"], ["14:00", "18:00"]], …, "holidays": ["2026-03-21"]}`; "24:00" ends a day.
    """
    _zone(timezone)
    if hours is None:
        return None
    unknown = set(hours) - {*DAYS, "holidays", "timezone"}
    if unknown:
        raise CalendarError(
            "“%(day)s” is not a day: write mon, tue, wed, thu, fri, sat, sun or holidays.", day=min(unknown)
        )
    windows = {day: _windows(day, hours[day]) for day in DAYS if hours.get(day)}
    if not windows:
        raise CalendarError("No day has working hours: give at least one window, or choose around the clock.")
    return Calendar(
        timezone, windows, frozenset(_holiday(day) for day in _list(hours.get("holidays") or [], "holidays"))
    )


def revive(kept: Mapping[str, Any] | None) -> Calendar | None:
    """Read back what `Calendar.plain` wrote; `None` stays around the clock."""
    return None if kept is None else read(str(kept["timezone"]), kept)


def add(calendar: Calendar | None, start: datetime, span: timedelta) -> datetime:
    """Add working time, or plain hours in UTC where work goes around the clock."""
    return start.astimezone(UTC) + span if calendar is None else calendar.add(start, span)


def between(calendar: Calendar | None, start: datetime, end: datetime) -> timedelta:
    """Count working time, or plain time where work goes around the clock; never negative."""
    if calendar is None:
        # two moments of one zone subtract by the clock on the wall, which is wrong across a clock change
        return max(timedelta(0), end.astimezone(UTC) - start.astimezone(UTC))
    return calendar.between(start, end)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CalendarError(
            "“%(name)s” is not a time zone: write it like Asia/Tehran or Europe/Berlin.", name=name
        ) from None


def _windows(day: str, given: Any) -> tuple[Window, ...]:
    found: list[Window] = []
    for pair in _list(given, day):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise CalendarError("%(day)s: each window is a pair such as 09:00 and 13:00.", day=day)
        opens, closes = _minutes(day, pair[0]), _minutes(day, pair[1])
        if closes <= opens:
            raise CalendarError(
                "%(day)s: %(opens)s to %(closes)s ends before it begins; split what passes midnight.",
                day=day,
                opens=str(pair[0]),
                closes=str(pair[1]),
            )
        found.append((opens, closes))
    found.sort()
    for (_, earlier_end), (later, _) in pairwise(found):
        if later < earlier_end:
            raise CalendarError("%(day)s: two windows overlap around %(at)s; make them one.", day=day, at=_clock(later))
    return tuple(found)


def _list(given: Any, name: str) -> list[Any]:
    if not isinstance(given, list | tuple):
        raise CalendarError("%(name)s: write a list.", name=name)
    return list(given)


def _minutes(day: str, given: Any) -> int:
    if given == "24:00":
        return 1440
    try:
        at = time.fromisoformat(str(given))
    except ValueError:
        raise CalendarError(
            "%(day)s: “%(given)s” is not a time of day; write it like 09:30.", day=day, given=str(given)
        ) from None
    return at.hour * 60 + at.minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _holiday(given: Any) -> date:
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise CalendarError(
            "holidays: “%(given)s” is not a date; write it like 2026-03-21.", given=str(given)
        ) from None


def instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Turn a local time of day, in minutes after midnight, into UTC.

    A time that occurs twice is its first occurrence, one that is skipped is the moment of the skip: so local times in
    order give moments in order, and two windows that touch never overlap.
    """
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    first = local.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    # inside a skip: fold=1 lies before it, fold=0 after it; close in on the change between the two
    before, after = local.replace(tzinfo=zone, fold=1).astimezone(UTC), first
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == old else (before, middle)
    return after.replace(microsecond=0)
