"""Set an issue aside for a while: out of everybody's sight, its clocks running on, and back by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from triage import ledger, notify
from triage.models import Issue, Keeping, Promise
from triage.people import Actor
from triage.refusals import BadInput
from triage.turn import load, ready, turn

LONGEST = timedelta(days=30)
SPARE = timedelta(minutes=15)  # somebody who is shown an issue again needs at least that long to act
STEP = timedelta(minutes=10)  # moments we propose are round


@dataclass(frozen=True, slots=True)
class Effect:
    """What a snooze until a moment does to the promises.

    `due` is the next deadline of a promise that still runs, `breaks` that promise where its deadline comes before the
    issue is back, and `instead` the latest round moment that leaves time to keep it; `None` where there is none.
    """

    breaks: Promise | None
    due: datetime | None
    instead: datetime | None


def snooze(
    session: Session, issue_id: int, until: datetime, *, by: Actor, seen: int, now: datetime, words: str = ""
) -> Issue:
    """Take the issue out of sight until a moment, for everybody; no clock stops. `effect` tells what that will do."""
    issue = ready(session, issue_id, "snooze", by, seen)
    if until.tzinfo is None or until <= now:
        raise BadInput("until", "Choose a moment that is still to come.")
    if until > now + LONGEST:
        raise BadInput("until", "An issue can be set aside for %(days)s days at most.", days=LONGEST.days)
    broken = effect(issue, until, now).breaks
    data = {"until": until.isoformat(), "breaks": str(broken) if broken else None}
    move = turn(
        session, issue, "snooze", by=by, now=now, words=words, data=data, snoozed_until=until,
        snoozed_by=by.member_id,
    )  # fmt: skip
    ledger.settled(session, issue, now, move_id=move.id)
    return issue


def wake(session: Session, issue_id: int, *, by: Actor, seen: int, now: datetime, words: str = "") -> Issue:
    """Bring a snoozed issue back before its time."""
    issue = ready(session, issue_id, "wake", by, seen)
    move = turn(session, issue, "wake", by=by, now=now, words=words, data={"why": "person"})
    ledger.settled(session, issue, now, move_id=move.id)
    return issue


def effect(issue: Issue, until: datetime, now: datetime | None = None) -> Effect:
    """Return what hiding the issue until then does to its promises. Without `now`, `instead` may lie in the past."""
    runs = [(due, promise) for due, promise in _running(issue) if now is None or due > now]
    if not runs:
        return Effect(None, None, None)
    due, promise = min(runs)
    if until < due:
        return Effect(None, due, None)
    instead = _round(due - SPARE)
    return Effect(promise, due, instead if now is None or instead > now else None)


def wake_when_due(session: Session, issue: Issue, now: datetime) -> bool:
    """End a snooze that is over, or that a promise broke under; return whether there was one to end."""
    until = issue.snoozed_until
    if until is None:
        return False
    if until <= now:
        return _wake_by_house(session, issue, now, "over")
    # a promise that was broken before is none of those that run: it does not wake the same issue again and again
    return any(due < now for due, _ in _running(issue)) and _wake_by_house(session, issue, now, "broken")


def author_spoke(session: Session, issue_id: int, now: datetime) -> bool:
    """End a snooze because the author spoke again; return whether there was one to end."""
    issue = load(session, issue_id)
    return issue.snoozed_until is not None and _wake_by_house(session, issue, now, "author_spoke")


def _running(issue: Issue) -> list[tuple[datetime, Promise]]:
    found = [
        (issue.triage, issue.triage_due, Promise.TRIAGE),
        (issue.resolution, issue.resolution_due, Promise.RESOLUTION),
    ]
    return [(due, promise) for state, due, promise in found if state == Keeping.RUNNING and due is not None]


def _wake_by_house(session: Session, issue: Issue, now: datetime, why: str) -> bool:
    whom = [issue.snoozed_by] if issue.snoozed_by is not None else []
    move = turn(session, issue, "wake", by=None, now=now, data={"why": why})
    ledger.settled(session, issue, now, move_id=move.id)
    notify.tell(
        session, issue_id=issue.id, member_ids=whom, reason="woken", step=f"move-{move.id}",
        data={"move": "wake", "by": None, "words": "", "why": why}, now=now,
    )  # fmt: skip
    return True


def _round(at: datetime) -> datetime:
    return at - timedelta(minutes=at.minute % (STEP.seconds // 60), seconds=at.second, microseconds=at.microsecond)
