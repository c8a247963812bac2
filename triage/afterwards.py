"""What comes after an issue: the word owed to its author the next day, and everybody else who reported it told."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from listener.models import Author
from triage import calendars, notify, people, rights
from triage.models import Department, FollowUp, Issue, Move, Status
from triage.people import Actor
from triage.refusals import BadInput, NoSuch
from triage.turn import checked_words, load, ready, write

Ended = Literal["done", "left"]
MORNING = timedelta(hours=9)  # when a day begins for a department that works around the clock
LATEST = timedelta(days=366)
BATCH = 200


def stands() -> ColumnElement[bool]:
    """Return the clause of a follow-up that is owed, beside its issue: one that was reopened owes its word anew."""
    return FollowUp.done_at.is_(None) & (Issue.status == Status.RESOLVED) & (FollowUp.created_at >= Issue.resolved_at)


def morning(department: Department | None, now: datetime, days: int = 1) -> datetime:
    """Return when the department's working day begins that lies `days` working days after today (UTC).

    Around the clock every day is one, and begins at nine in the department's zone.
    """
    zone = ZoneInfo(department.timezone if department else "UTC")
    hours, day = people.hours_of(department), now.astimezone(zone).date()
    for _ in range(days):
        midnight = calendars.instant(day + timedelta(days=1), 0, zone)
        # the first minute that is worked from then on, less that minute
        begins = calendars.add(hours, midnight, timedelta(minutes=1)) - timedelta(minutes=1)
        day = begins.astimezone(zone).date()
    return begins if hours else calendars.instant(day, int(MORNING.total_seconds()) // 60, zone)


def promise_word(
    session: Session,
    issue: Issue,
    *,
    due_at: datetime,
    member_id: int | None,
    words: str = "",
    by: Actor,
    now: datetime,
) -> FollowUp:
    """Owe the author a word from `due_at` on; without `member_id` it is `by` who owes it.

    An issue owes one word at a time: a second takes the place of the first. It stands while the issue is resolved, so
    that taking the resolving back takes it back too.
    """
    found = ready(session, issue.id, "follow_up", by, None)
    if due_at.tzinfo is None or not now < due_at <= now + LATEST:
        raise BadInput("due_at", "Choose a day that is still to come, within a year.")
    whom = by.member_id if member_id is None else member_id
    if not people.member(session, whom).active:
        raise BadInput("member_id", "Choose somebody who works here now.")
    for one in session.scalars(select(FollowUp).where(FollowUp.issue_id == found.id, FollowUp.done_at.is_(None))):
        session.delete(one)
    made = FollowUp(
        issue_id=found.id, member_id=whom, due_at=due_at.astimezone(UTC), words=checked_words(words),
        created_at=now, by_id=by.member_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def end(session: Session, follow_up_id: int, ended: Ended, said: str = "", *, by: Actor, now: datetime) -> FollowUp:
    """End a word that is owed: done, with what was said if one likes, or left, with the reason."""
    row = session.scalars(
        select(FollowUp).where(FollowUp.id == follow_up_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or not may_end(session, row, by):
        raise NoSuch("follow_up", follow_up_id)
    if row.done_at is not None:
        raise BadInput("ended", "This was ended already.")
    words = checked_words(said)
    if ended == "left" and not words:
        raise BadInput("said", "Say why the author need not hear from us again.")
    row.done_at, row.done_by_id, row.ended, row.said = now, by.member_id, ended, words
    data = {"follow_up_id": row.id, "ended": ended}
    write(session, load(session, row.issue_id), "followed_up", by=by, now=now, words=words, data=data)
    return row


def may_end(session: Session, row: FollowUp, by: Actor) -> bool:
    """Say whether somebody may end a word that is owed: who owes it, and who may ask for one."""
    return row.member_id == by.member_id or rights.may(by, "follow_up", load(session, row.issue_id))


def tell(
    session: Session, issue_id: int, author_id: int, *, told: bool = True, by: Actor, now: datetime, words: str = ""
) -> Move:
    """Tick one who reported it off as told, or take the tick back; `words` is what was said to them."""
    issue = ready(session, issue_id, "tell", by, None)
    author = session.get(Author, author_id)
    if author is None:
        raise BadInput("author_id", "Choose somebody who reported it.")
    data = {"author_id": author.id, "author": author.name or author.handle, "told": told}
    return write(session, issue, "told", by=by, now=now, words=checked_words(words), data=data)


def remind(session: Session, now: datetime, limit: int = BATCH) -> int:
    """Tell those who owe a word that its day has come, once each; return how many."""
    wanted = (
        select(FollowUp, Issue)
        .join(Issue, Issue.id == FollowUp.issue_id)
        .where(FollowUp.due_at <= now, FollowUp.told_at.is_(None), stands())
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(limit)
        .with_for_update(of=FollowUp, skip_locked=True)
    )
    found = session.execute(wanted).all()
    for row, issue in found:
        row.told_at = now
        notify.tell(
            session,
            issue_id=issue.id,
            member_ids=_whom(session, row, issue),
            reason="follow_up",
            step=f"follow-up-{row.id}",
            data={"due": row.due_at, "words": row.words, "by": None},
            now=now,
        )
    session.flush()
    return len(found)


def _whom(session: Session, row: FollowUp, issue: Issue) -> list[int]:
    """Return who is told: who owes it, or where they have left their department, or else the listeners."""
    if row.member_id is not None and people.member(session, row.member_id).active:
        return [row.member_id]
    return people.department_members(session, issue.department_id) or people.triagers(session)
