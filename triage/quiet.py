"""Quiet hours and gathered letters: when a person is told what can wait, by the clock on their own wall."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from triage.calendars import instant

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def waits(reason: str) -> bool:
    """Say whether a notice of this reason may wait until morning: a crisis and a broken promise may not."""
    return reason != "broken" and not reason.startswith("crisis")


def until(hours: Mapping[str, Any] | None, timezone: str, now: datetime) -> datetime | None:
    """Return when the quiet that `now` lies in ends, in UTC; `None` outside of it.

    `hours` is `{"from": "22:00", "until": "07:00"}`, every day; what ends before it begins ends on the next day.
    Over a clock change the night is an hour longer or shorter: quiet hours begin and end by the wall.
    """
    if hours is None:
        return None
    zone, (opens, closes) = ZoneInfo(timezone), (_minutes(hours[name]) for name in ("from", "until"))
    today = now.astimezone(zone).date()
    for day in (today - DAY, today):
        begins = instant(day, opens, zone)
        ends = instant(day if opens < closes else day + DAY, closes, zone)
        if begins <= now < ends:
            return ends
    return None


def gathered(digest: str, at: str, timezone: str, written: datetime) -> datetime | None:
    """Return when a notice `written` then is told with others, in UTC; `None` where each comes by itself.

    "hourly" is the end of the hour it was written in, "daily" the next time the wall shows `at`.
    """
    if digest == "hourly":
        return written.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    if digest != "daily":
        return None
    zone = ZoneInfo(timezone)
    today = written.astimezone(zone).date()
    moments = (instant(day, _minutes(at), zone) for day in (today, today + DAY))
    return next(moment for moment in moments if moment > written)


def _minutes(clock: Any) -> int:
    at = time.fromisoformat(str(clock))
    return at.hour * 60 + at.minute
