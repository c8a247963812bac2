"""A promise's columns and `now` -> the clock a person reads, and under which heading of the queue it falls."""

from bisect import bisect_right
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from triage.find.cards import HORIZONS, Clock, ClockState, Horizon
from triage.models import Issue, Keeping, Promise

NONE = Clock(Promise.RESOLUTION, Keeping.NONE, "none", None, None, None, None, 0.0, False, False)


def clocks(issue: Issue, at_risk_hours: float, now: datetime) -> tuple[Clock, Clock]:
    """Return the triage and the resolution clock of an issue at `now`."""
    triage = _clock(
        Promise.TRIAGE, issue.triage, issue.triage_from, issue.triage_due, issue.triage_done_at, None,
        issue.late_found, at_risk_hours, now,
    )  # fmt: skip
    if issue.resolution == Keeping.NONE or issue.resolution_from is None or issue.resolution_due is None:
        return triage, NONE
    resolution = _clock(
        Promise.RESOLUTION, issue.resolution, issue.resolution_from, issue.resolution_due, issue.resolution_done_at,
        issue.paused_until, False, at_risk_hours, now,
    )  # fmt: skip
    return triage, resolution


def in_hand(triage: Clock, resolution: Clock) -> Clock:
    """Return the promise in hand: triage while it runs or nothing was handed over yet, then resolution."""
    return triage if triage.keeping == Keeping.RUNNING or resolution.keeping == Keeping.NONE else resolution


def _clock(
    promise: str, keeping: str, start: datetime, due: datetime, done_at: datetime | None,
    paused_until: datetime | None, late_found: bool, at_risk_hours: float, now: datetime,
) -> Clock:  # fmt: skip
    left = due - (done_at or now)
    runs = keeping == Keeping.RUNNING
    at_risk = runs and timedelta(0) <= left <= timedelta(hours=at_risk_hours)
    state: ClockState
    if keeping == Keeping.BROKEN or (runs and left < timedelta(0)):
        state = "broken"
    elif keeping in (Keeping.KEPT, Keeping.PAUSED):
        state = "kept" if keeping == Keeping.KEPT else "paused"
    elif runs:
        state = "late" if late_found else "risk" if at_risk else "running"
    else:
        state = "none"
    whole = (due - start).total_seconds()
    gone = ((done_at or now) - start).total_seconds() / whole if whole > 0 else 1.0
    shown = None if state == "none" else left
    return Clock(
        promise, keeping, state, start, due, done_at, shown, min(max(gone, 0.0), 1.0), late_found, at_risk, paused_until
    )


def bounds(now: datetime, timezone: str) -> list[datetime]:
    """Return where one heading of the queue ends and the next begins, in the reader's own days."""
    midnight = now.astimezone(ZoneInfo(timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    ends = [now, now + timedelta(hours=1), now + timedelta(hours=4), _next_day(midnight, 1), _next_day(midnight, 2)]
    # late in the evening "within 4 hours" reaches into tomorrow: a heading never begins before the one above it ends
    return [max(ends[: place + 1]) for place in range(len(ends))]


def horizon(due: datetime | None, edges: list[datetime]) -> Horizon:
    """Return the heading a deadline falls under; `edges` come from `bounds`."""
    return "later" if due is None else HORIZONS[bisect_right(edges, due)]


def _next_day(midnight: datetime, days: int) -> datetime:
    # by the calendar, not by 24 h: the day the clocks change has 23 or 25
    return (midnight.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=midnight.tzinfo)
