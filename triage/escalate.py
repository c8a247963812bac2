"""An issue past a warning or a deadline: a line in the ledger where it broke, one Move, and notices up the ladder."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage import deadlines, ledger, move, notify, people, snooze
from triage.deadlines import BREACH, Clock
from triage.models import OPEN, Department, Issue, Member, Promise
from triage.turn import write

REST_AFTER_TROUBLE = timedelta(minutes=15)


def round(session: Session, now: datetime, limit: int = 200) -> int:
    """Look at up to `limit` issues whose moment has come, and return how many.

    1. Take them, oldest first; those another worker holds, or a person is moving, are left to the next round.
    2. Resume what has waited as long as the policy allows, wake what was snoozed until now or breaks in its sleep;
       write down what broke, as of its deadline.
    3. Tell the highest step reached, once, and set the next look.
    An issue that makes trouble is put off, with the trouble among its moves; the round goes on.
    """
    due = (
        select(Issue)
        .where(Issue.escalate_at <= now)
        .order_by(Issue.escalate_at, Issue.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = session.scalars(due).all()
    for issue in found:
        try:
            with session.begin_nested():
                look(session, issue, now)
        except Exception as trouble:
            _put_off(session, issue, trouble, now)
    return len(found)


def look(session: Session, issue: Issue, now: datetime) -> None:
    """Bring one issue, locked by the caller, up to `now`."""
    move.resume_when_over(session, issue, now)
    snooze.wake_when_due(session, issue, now)
    book = ledger.Book(session, issue)
    book.breach(now)
    told = {Promise.TRIAGE: issue.triage_step, Promise.RESOLUTION: issue.resolution_step}
    for promise, last in told.items():
        clock = book.clock(promise)
        if clock is None or issue.status not in OPEN or clock.done_at or clock.state not in {"running", "broken"}:
            continue
        step = deadlines.step_reached(clock, now, book.terms.warn_at)
        if step > last:
            _tell(session, issue, clock, step, book.terms.warn_at, now)
            ledger.told(issue, promise, step)
    book.settle()


def audience(session: Session, issue: Issue, promise: str, step: int, warn_at: tuple[int, ...]) -> list[int]:
    """Return who hears of a step: first the owner (listeners while in triage), then the lead too, then the manager too.

    Where a rung is empty the next one up is told, so that no step falls into silence.
    """
    rung = len([one for one in warn_at if one < step])
    told = [*_nearest(session, issue, promise)]
    if rung >= 1:
        told += people.leads(session, issue.department_id)
    if rung >= 2 or step == BREACH or not told:
        told += people.managers(session)
    return list(dict.fromkeys(told)) or people.admins(session)


def _nearest(session: Session, issue: Issue, promise: str) -> list[int]:
    """Return who can act: the owner, or their department, or the listeners where it waits for triage."""
    if promise == Promise.TRIAGE or issue.held_at is None:
        return people.triagers(session)
    able = [one.id for one in people.eligible(session, issue.department_id)] if issue.department_id else []
    if issue.owner_id is not None and issue.owner_id in able:
        return [issue.owner_id]
    return able or people.triagers(session)


def _tell(session: Session, issue: Issue, clock: Clock, step: int, warn_at: tuple[int, ...], now: datetime) -> None:
    whom = audience(session, issue, clock.promise, step, warn_at)
    names = select(Member.name).where(Member.id.in_(whom)).order_by(Member.name)
    department = session.get(Department, issue.department_id) if issue.department_id is not None else None
    data = {"promise": clock.promise, "percent": step, "due": clock.due.isoformat()}
    write(
        session, issue, "breach" if step == BREACH else "warn", by=None, now=now,
        data={**data, "step": step, "told": list(session.scalars(names))},
    )  # fmt: skip
    notify.tell(
        session,
        issue_id=issue.id,
        member_ids=whom,
        reason="broken" if step == BREACH else "at_risk",
        # both promises have a step 50: the key of a notice must tell them apart
        step=f"{clock.promise}-{step}",
        data={**data, "department": department.name if department else ""},
        now=now,
    )


def _put_off(session: Session, issue: Issue, trouble: Exception, now: datetime) -> None:
    ledger.put_off(issue, now + REST_AFTER_TROUBLE)
    write(session, issue, "trouble", by=None, now=now, data={"error": f"{type(trouble).__name__}: {trouble}"[:500]})
