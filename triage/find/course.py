"""How the promises went, step by step: what fell due in each hour, day or week of a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from triage.models import Promise
from triage.promises import PROMISES, Figures
from triage.standing import Scope, standing

Pace = Literal["hour", "day", "week"]
MOST_STEPS = 400


@dataclass(frozen=True, slots=True)
class Step:
    """What fell due from `start` up to `end` (late-found left out)."""

    start: datetime
    end: datetime
    triage: Figures
    resolution: Figures


def pace_of(scope: Scope) -> Pace:
    """Return the step that shows a period well: hours of a day or two, days of a season, weeks beyond it."""
    if scope.end - scope.start <= timedelta(days=2, hours=1):
        return "hour"
    return "day" if scope.end - scope.start <= timedelta(days=93) else "week"


def edges(scope: Scope, zone: ZoneInfo, pace: Pace) -> list[datetime]:
    """Return where each step begins, and the end of the last; what is still to come is left out.

    Days and weeks go by the calendar of `zone`: a day may have 23 or 25 hours. Weeks count from the period's start.
    """
    end = min(scope.end, max(scope.now, scope.start + timedelta(microseconds=1)))
    found = [scope.start]
    while found[-1] < end and len(found) <= MOST_STEPS:
        found.append(_after(found[-1], zone, pace))
    return found


def course(session: Session, scope: Scope, edges: Sequence[datetime]) -> tuple[Step, ...]:
    """Return every step between the edges, those in which nothing was due too."""
    counted = {promise: _counted(session, promise, scope, edges) for promise in PROMISES}
    return tuple(
        Step(start, end, *(counted[promise].get(place, Figures()) for promise in PROMISES))
        for place, (start, end) in enumerate(pairwise(edges), start=1)
    )


def _after(at: datetime, zone: ZoneInfo, pace: Pace) -> datetime:
    if pace == "hour":
        return (at.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return (midnight + timedelta(days=1 if pace == "day" else 7)).replace(tzinfo=zone)


def _counted(session: Session, promise: Promise, scope: Scope, edges: Sequence[datetime]) -> dict[int, Figures]:
    table = standing(promise, scope)
    place = func.width_bucket(table.c.decided_at, literal([*edges], ARRAY(DateTime(timezone=True)))).label("place")
    wanted = (
        select(
            place,
            func.count().filter(table.c.figure == "kept").label("kept"),
            func.count().filter(table.c.figure == "broken").label("broken"),
        )
        .where(table.c.figure.in_(("kept", "broken")), ~table.c.late_found)
        .group_by(place)
    )
    return {row.place: Figures(row.kept, row.broken) for row in session.execute(wanted)}
