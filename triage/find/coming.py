"""The next four hours: which promises end in them, and which will break at today's pace."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from triage.models import Issue, Keeping, LedgerEntry, Promise, stands
from triage.pace import LISTENERS, Desk, Forecast, Hour, Running, forecast, hours
from triage.standing import Scope

HOURS = 4
TODAY = timedelta(hours=24)  # what counts as today's pace: as long as one day, so that a night is in it
_RUNS = or_(Issue.triage == Keeping.RUNNING, Issue.resolution == Keeping.RUNNING)


@dataclass(frozen=True, slots=True)
class Coming:
    """Promises that end within `HOURS`, the nearest first; `pace` is how many of each promise are met an hour."""

    ending: tuple[Forecast, ...]
    hours: tuple[Hour, ...]
    pace: dict[str, float]

    @property
    def breaking(self) -> tuple[Forecast, ...]:
        """Those that break unless somebody is faster than today."""
        return tuple(one for one in self.ending if one.breaks)

    @property
    def ending_ids(self) -> list[int]:
        """The issues whose promises end, each once, ascending."""
        return sorted({one.running.issue_id for one in self.ending})

    @property
    def breaking_ids(self) -> list[int]:
        """The issues of which a promise breaks, each once, ascending."""
        return sorted({one.running.issue_id for one in self.breaking})


def coming(session: Session, scope: Scope) -> Coming:
    """Look ahead from the scope's `now`; everything that waits takes its turn, only what is in the scope is told."""
    pace = _pace(session, scope)
    told = set(session.scalars(select(Issue.id).where(_RUNS, scope.narrowed, scope.own)))
    until = scope.now + timedelta(hours=HOURS)
    ahead = [
        one
        for one in forecast(_running(session), pace, scope.now)
        if scope.now <= one.running.due <= until and one.running.issue_id in told
    ]
    whole = {
        str(promise): sum(speed for (which, _), speed in pace.items() if which == promise)
        for promise in (Promise.TRIAGE, Promise.RESOLUTION)
    }
    return Coming(tuple(ahead), tuple(hours(ahead, scope.now, HOURS)), whole)


def _pace(session: Session, scope: Scope) -> dict[tuple[str, Desk], float]:
    """Return how many promises an hour each desk met in the last day."""
    desk = func.coalesce(LedgerEntry.department_id, Issue.department_id)
    wanted = (
        select(LedgerEntry.promise, desk.label("desk"), func.count(LedgerEntry.issue_id.distinct()).label("met"))
        .join(Issue, Issue.id == LedgerEntry.issue_id)
        .where(LedgerEntry.at > scope.now - TODAY, LedgerEntry.at <= scope.now, LedgerEntry.event.in_(("kept", "met")))
        .where(stands(LedgerEntry))
        .group_by(LedgerEntry.promise, desk)
    )
    found: dict[tuple[str, Desk], float] = {}
    for row in session.execute(wanted):
        place = row.promise, LISTENERS if row.promise == Promise.TRIAGE else row.desk
        found[place] = found.get(place, 0.0) + row.met / (TODAY / timedelta(hours=1))
    return found


def _running(session: Session) -> list[Running]:
    triage = select(Issue.id, Issue.triage_due).where(Issue.triage == Keeping.RUNNING)
    resolution = select(Issue.id, Issue.resolution_due, Issue.department_id).where(
        Issue.resolution == Keeping.RUNNING, Issue.resolution_due.is_not(None)
    )
    return [
        *(Running(row.id, Promise.TRIAGE, row.triage_due, LISTENERS) for row in session.execute(triage)),
        *(
            Running(row.id, Promise.RESOLUTION, row.resolution_due, row.department_id)
            for row in session.execute(resolution)
        ),
    ]
