"""What people do in a crisis: declare it, give roles, say what is said, note, and stand it down with a note."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from listener.models import Spike, Topic
from triage import people
from triage.crisis import TURN, opened, reason_of, tell, write
from triage.models import Crisis, CrisisDuty, CrisisMove, CrisisRole, Member, Role
from triage.refusals import BadInput, CrisisOver, CrisisStands, NoSuch, NotYours, ReasonNeeded, SomeoneWasFaster
from triage.rights import Actor, may_steer
from triage.turn import checked_words

BY_HAND = timedelta(hours=6)  # how far back a crisis without an incident gathers
LONGEST_LINE = 200


def declare(
    session: Session, topic_id: int, *, by: Actor, now: datetime, words: str = "", spike_id: int | None = None
) -> Crisis:
    """Declare a crisis by hand, of an incident if one is named; what was said is gathered by the next round."""
    topic = session.get(Topic, topic_id)
    if topic is None or by.role == Role.OUTSIDER:
        raise NoSuch("topic", topic_id)
    if not may_steer(by, "declare"):
        raise _not_yours(session, "declare")
    said = checked_words(words)
    spike = session.get(Spike, spike_id) if spike_id is not None else None
    if spike_id is not None and (spike is None or spike.topic_id != topic.id):
        raise BadInput("spike_id", "Choose an incident of this topic, or none.")
    session.execute(select(func.pg_advisory_xact_lock(TURN)))
    stands = session.scalar(select(Crisis.id).where(Crisis.topic_id == topic.id, Crisis.stood_down_at.is_(None)))
    if stands is not None:
        raise CrisisStands(crisis_id=stands)
    reason = reason_of(session, spike, now) if spike else {"signs": [], "since": (now - BY_HAND).isoformat()}
    crisis = opened(session, topic, spike, by=by, reason=reason, now=now)
    move = write(session, crisis, "declared", by=by, now=now, words=said)
    tell(session, crisis, move, "crisis_by_hand", now)
    return crisis


def assign(
    session: Session, crisis_id: int, role: str, member_id: int | None, *, by: Actor, seen: int, now: datetime
) -> Crisis:
    """Give a role to somebody, or take it back (nobody named); they are told."""
    crisis = _ready(session, crisis_id, "assign", by, seen)
    if role not in set(CrisisRole):
        raise BadInput("role", "There is no such role in a crisis.")
    member = session.get(Member, member_id) if member_id is not None else None
    if member_id is not None and (member is None or not member.active or member.role == Role.OUTSIDER):
        raise BadInput("member_id", "Nobody of that name works here now.")
    data = {"role": role, "member_id": member_id, "member": member.name if member else None}
    move = _turn(session, crisis, "assigned", by=by, now=now, data=data)
    session.execute(delete(CrisisDuty).where(CrisisDuty.crisis_id == crisis.id, CrisisDuty.role == role))
    if member is not None:
        session.execute(insert(CrisisDuty).values(crisis_id=crisis.id, role=role, member_id=member.id))
    tell(session, crisis, move, f"crisis_role_{role}", now, to=[member.id] if member else [])
    return crisis


def instruct(session: Session, crisis_id: int, words: str, *, by: Actor, seen: int, now: datetime) -> Crisis:
    """Set the one line that stands on every page; empty takes it away."""
    crisis = _ready(session, crisis_id, "instruct", by, seen)
    said = " ".join(checked_words(words).split())
    if len(said) > LONGEST_LINE:
        raise BadInput("words", "The line must fit every page: at most %(most)s characters.", most=LONGEST_LINE)
    move = _turn(session, crisis, "instructed", by=by, now=now, words=said, instruction=said)
    tell(session, crisis, move, "crisis_moved", now, to=[])
    return crisis


def hold(session: Session, crisis_id: int, words: str, *, by: Actor, seen: int, now: datetime) -> Crisis:
    """Keep the holding statement, as it may be said in public. Nothing is sent: a person says it."""
    crisis = _ready(session, crisis_id, "hold", by, seen)
    said = checked_words(words)
    move = _turn(session, crisis, "holding", by=by, now=now, words=said, holding=said)
    tell(session, crisis, move, "crisis_moved", now, to=[])
    return crisis


def note(session: Session, crisis_id: int, words: str, *, by: Actor, now: datetime) -> Crisis:
    """Add a line to the record, also when it is over; it makes nobody's page stale."""
    crisis = _ready(session, crisis_id, "note", by, None, words)
    move = write(session, crisis, "noted", by=by, now=now, words=checked_words(words))
    tell(session, crisis, move, "crisis_moved", now, to=[])
    return crisis


def stand_down(session: Session, crisis_id: int, words: str, *, by: Actor, seen: int, now: datetime) -> Crisis:
    """End the crisis, with a note on what it was and what was learnt. Its issue stays open until it is resolved."""
    crisis = _ready(session, crisis_id, "stand_down", by, seen, words)
    said = checked_words(words)
    move = _turn(
        session, crisis, "stood_down", by=by, now=now, words=said, note=said, stood_down_at=now,
        stood_down_by_id=by.member_id,
    )  # fmt: skip
    tell(session, crisis, move, "crisis_stood_down", now)
    return crisis


def _turn(
    session: Session,
    crisis: Crisis,
    sort: str,
    *,
    by: Actor,
    now: datetime,
    words: str = "",
    data: Mapping[str, Any] | None = None,
    **values: Any,
) -> CrisisMove:
    """Move the crisis on from the version it was read at, and write the move; raise `SomeoneWasFaster`."""
    seen = crisis.version
    taken = (
        update(Crisis)
        .where(Crisis.id == crisis.id, Crisis.version == seen, Crisis.stood_down_at.is_(None))
        .values(version=Crisis.version + 1, **values)
        .returning(Crisis)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    if session.scalars(taken).one_or_none() is None:
        raise _faster(session, crisis, seen)
    return write(session, crisis, sort, by=by, now=now, words=words, data=data)


def _ready(
    session: Session, crisis_id: int, verb: str, by: Actor, seen: int | None, words: str | None = None
) -> Crisis:
    """Return the crisis if `by` may do `verb` to it as they saw it; raise the refusal."""
    wanted = select(Crisis).where(Crisis.id == crisis_id).execution_options(populate_existing=True)
    crisis = session.scalars(wanted).one_or_none()
    if crisis is None or by.role == Role.OUTSIDER:
        raise NoSuch("crisis", crisis_id)
    duties = session.scalars(select(CrisisDuty.member_id).where(CrisisDuty.crisis_id == crisis_id)).all()
    if not may_steer(by, verb, duties):
        raise _not_yours(session, verb)
    if seen is not None and crisis.version != seen:
        raise _faster(session, crisis, seen)
    if crisis.stood_down_at is not None and verb != "note":
        raise CrisisOver(crisis_id=crisis_id)
    if words is not None and not words.strip():
        raise ReasonNeeded(verb)
    return crisis


def _faster(session: Session, crisis: Crisis, seen: int) -> SomeoneWasFaster:
    """Say who did what, when, since `seen`: the first move the loser has not read."""
    session.refresh(crisis)
    wanted = (
        select(CrisisMove.sort, CrisisMove.at, CrisisMove.by_id, Member.name)
        .outerjoin(Member, Member.id == CrisisMove.by_id)
        .where(CrisisMove.crisis_id == crisis.id, CrisisMove.data["version"].as_integer() > seen)
        .order_by(CrisisMove.id)
        .limit(1)
    )
    move = session.execute(wanted).one_or_none()
    return SomeoneWasFaster(
        crisis_id=crisis.id, version=crisis.version,
        status="open" if crisis.stood_down_at is None else "stood_down",
        by=move.name if move else None, by_id=move.by_id if move else None, move=move.sort if move else None,
        at=move.at.isoformat() if move else None,
    )  # fmt: skip


def _not_yours(session: Session, verb: str) -> NotYours:
    wanted = select(Member.name).where(Member.id.in_(people.managers(session))).order_by(Member.name).limit(3)
    return NotYours(verb=verb, department=None, ask=list(session.scalars(wanted)))
