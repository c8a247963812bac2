"""Who is at an issue: people tell while they look, and whoever writes the answer holds it until a moment soon."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from triage import rights
from triage.models import Doing, Member, Presence
from triage.refusals import BadInput, Held, NoSuch
from triage.rights import Actor
from triage.turn import load

# how long a word of presence is believed; a browser says it anew well before
READS = timedelta(seconds=30)
WRITES = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class PresenceView:
    """One person at an issue: `doing` is "reading" or "writing", since when, and until when it is believed."""

    id: int
    name: str
    doing: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Attendance:
    """The others at an issue, writers first; `held_by` is the one of them who holds the answer, if one does."""

    others: tuple[PresenceView, ...] = ()
    held_by: PresenceView | None = None


def attend(session: Session, issue_id: int, doing: str, *, by: Actor, now: datetime, take: bool = False) -> Attendance:
    """Say that `by` reads or writes at an issue, for a short while; return who else is there.

    Of several who write, the one who began first holds the answer. `take` takes it from them: they read on. Whoever
    writes here and reads the same issue on another device goes on writing. Raise `NoSuch` where the issue is not
    theirs to see.
    """
    if doing not in set(Doing):
        raise BadInput("doing", "One reads or writes at an issue: “reading” or “writing”.")
    issue = load(session, issue_id)
    if not rights.may_see(by, issue):
        raise NoSuch("issue", issue_id)
    answered = issue.acknowledged_at is not None
    if answered:
        # a word on its way when the answer went out must not hold an answer nobody owes any more
        doing = Doing.READING
    mine = Presence.member_id == by.member_id
    session.execute(delete(Presence).where(mine, Presence.until <= now))
    if take:
        others = (Presence.issue_id == issue_id, ~mine, Presence.doing == Doing.WRITING)
        session.execute(update(Presence).where(*others).values(doing=Doing.READING, since=now))
    until = now + (WRITES if doing == Doing.WRITING else READS)
    told = insert(Presence).values(member_id=by.member_id, issue_id=issue_id, doing=doing, since=now, until=until)
    # whoever turns from reading to writing begins to write now
    since = case((Presence.doing == told.excluded.doing, Presence.since), else_=told.excluded.since)
    session.execute(
        told.on_conflict_do_update(
            index_elements=[Presence.member_id, Presence.issue_id],
            set_={"doing": doing, "since": since, "until": until},
            where=None if answered else (told.excluded.doing == Doing.WRITING) | (Presence.doing == Doing.READING),
        )
    )
    return around(session, issue_id, by=by, now=now)


def leave(session: Session, issue_id: int, *, by: Actor) -> None:
    """Say that `by` has gone from an issue."""
    session.execute(delete(Presence).where(Presence.member_id == by.member_id, Presence.issue_id == issue_id))


def around(session: Session, issue_id: int, *, by: Actor, now: datetime) -> Attendance:
    """Return who is at an issue besides `by`, without saying that `by` is."""
    others = at_work(session, [issue_id], now, but=by.member_id).get(issue_id, ())
    first = next((one for one in others if one.doing == Doing.WRITING), None)
    own = session.get(Presence, (by.member_id, issue_id), populate_existing=True)
    if first is None or own is None or own.until <= now or own.doing != Doing.WRITING:
        return Attendance(others, first)
    return Attendance(others, first if (first.since, first.id) < (own.since, own.member_id) else None)


def at_work(
    session: Session, issue_ids: Collection[int], now: datetime, *, but: int
) -> dict[int, tuple[PresenceView, ...]]:
    """Return who is at these issues besides the member `but`, writers first: one question for a whole queue."""
    if not issue_ids:
        return {}
    rows = session.execute(
        select(Presence.issue_id, Member.id, Member.name, Presence.doing, Presence.since, Presence.until)
        .join(Member, Member.id == Presence.member_id)
        .where(Presence.issue_id.in_(issue_ids), Presence.until > now, Presence.member_id != but)
        .order_by(Presence.doing.desc(), Presence.since, Member.id)
    )
    found: dict[int, tuple[PresenceView, ...]] = defaultdict(tuple)
    for row in rows:
        found[row[0]] += (PresenceView(*row[1:]),)
    return dict(found)


def let_answer(session: Session, issue_id: int, *, by: Actor, now: datetime) -> None:
    """Let `by` answer in public, and hold it no longer; raise `Held` where somebody else holds the answer."""
    holder = around(session, issue_id, by=by, now=now).held_by
    if holder is not None:
        raise Held(issue_id=issue_id, by=holder.name, by_id=holder.id, until=holder.until.isoformat())
    leave(session, issue_id, by=by)
