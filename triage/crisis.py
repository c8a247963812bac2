"""The house's part in a crisis: declared once from a rise, gathered into one issue, told of as it grows."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener import hushes
from listener.models import Spike, SpikeSort, Topic
from triage import notify, people
from triage.alarm import figure
from triage.find import talk as talking
from triage.gathering import gather
from triage.models import Crisis, CrisisDuty, CrisisMove, Member
from triage.rights import Actor
from triage.signs import is_crisis, signs

TURN = 0x4865617262_04  # one at a time declares: a topic has one crisis
GREW = 1.5  # times the score people were told of last
SAME = 0.5  # of what is said of one topic speaks of the other: it is one crisis


def round(session: Session, now: datetime) -> int:
    """Declare what has become a crisis, and bring up to date what stands; return how many were declared or grew.

    1. Take the turn, or leave the round to whoever has it. 2. Look at each rise that goes on, that nobody muted,
    snoozed or called false, and that was not declared yet; the loudest first. 3. A rise of another topic that is the
    same matter makes the crisis there is grow, never a second one. 4. Gather what was said since; tell of growth.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(TURN))):
        return 0
    declared = sum(_consider(session, spike, now) for spike in _rises(session, now))
    grew = 0
    standing = select(Crisis).where(Crisis.stood_down_at.is_(None)).order_by(Crisis.id)
    for crisis in session.scalars(standing.with_for_update(skip_locked=True)).all():
        spike = session.get(Spike, crisis.spike_id) if crisis.spike_id else None
        _collect(session, crisis, spike, now)
        grew += spike is not None and spike.closed_at is None and _grow(session, crisis, spike, now)
    return declared + grew


def _rises(session: Session, now: datetime) -> list[Spike]:
    told = select(Crisis.spike_id).where(Crisis.spike_id.is_not(None))
    wanted = (
        select(Spike)
        .where(
            Spike.sort == SpikeSort.SPIKE, Spike.closed_at.is_(None), ~Spike.is_hushed, Spike.id.not_in(told),
            Spike.verdict.is_distinct_from("false"),
            Spike.snoozed_until.is_(None) | (Spike.snoozed_until <= now),
            Spike.topic_id.not_in(select(Crisis.topic_id).where(Crisis.stood_down_at.is_(None))),
        )
        .order_by(Spike.observed.desc(), Spike.id)
    )  # fmt: skip
    return list(session.scalars(wanted))


def _consider(session: Session, spike: Spike, now: datetime) -> bool:
    topic = session.get_one(Topic, spike.topic_id)
    if hushes.is_muted(session, topic.id, now):
        return False
    read = reason_of(session, spike, now)
    if not is_crisis(read["signs"]):
        return False
    near = _same_matter(session, topic.id, spike, now)
    if near is not None:
        return near.stood_down_at is None and _widen(session, near, topic, spike, now)
    crisis = opened(session, topic, spike, by=None, reason=read, now=now)
    data = {"signs": read["signs"], "observed": spike.observed, "typical": spike.typical}
    move = write(session, crisis, "declared", by=None, now=now, data=data)
    tell(session, crisis, move, "crisis", now, _figures(read))
    return True


def reason_of(session: Session, spike: Spike, now: datetime) -> dict[str, Any]:
    """Return the signs of a topic's rise, with what they rest on, as a crisis keeps it.

    `signs`; `since` from when on mentions belong to it; `score`, `observed`, `typical` of the rise; `posts`, `negative`
    and `usual` (shares 0…1), `places` where enough are angry, `influencers` (author ids) among them.
    """
    since = talking.began(spike)
    talk = talking.talk(session, spike.topic_id or 0, since, now + timedelta(seconds=1))
    sorts = session.scalars(select(Spike.sort).where(Spike.topic_id == spike.topic_id, Spike.closed_at.is_(None)))
    return {
        "signs": sorted(signs(set(sorts), talk)), "since": since.isoformat(), "score": spike.score,
        "observed": spike.observed, "typical": spike.typical, "posts": talk.now.posts,
        "negative": talk.now.share, "usual": talk.usual.share, "places": list(talk.places),
        "influencers": list(talk.far[:5]),
    }  # fmt: skip


def _same_matter(session: Session, topic_id: int, spike: Spike, now: datetime) -> Crisis | None:
    """Return the crisis, standing or over since this rise began, that most of what is said belongs to already."""
    since = talking.began(spike)
    wanted = select(Crisis).where(Crisis.stood_down_at.is_(None) | (Crisis.stood_down_at >= since))
    for crisis in session.scalars(wanted.order_by(Crisis.id.desc())).all():
        if talking.shared(session, topic_id, crisis.topic_id, since, now + timedelta(seconds=1)) >= SAME:
            return crisis
    return None


def _widen(session: Session, crisis: Crisis, topic: Topic, spike: Spike, now: datetime) -> bool:
    noted = select(CrisisMove.id).where(
        CrisisMove.crisis_id == crisis.id, CrisisMove.data["spike_id"].as_integer() == spike.id
    )
    if session.scalar(noted.limit(1)) is not None:
        return False
    write(session, crisis, "grew", by=None, now=now, data={"spike_id": spike.id, "topic": topic.name})
    return True


def _grow(session: Session, crisis: Crisis, spike: Spike, now: datetime) -> bool:
    """Tell of a crisis that grew: its rise by half and more since people were told, or a sign that was not there."""
    known, score = set(crisis.reason.get("signs", ())), float(crisis.reason.get("score", 0.0))
    grown = select(CrisisMove.data).where(CrisisMove.crisis_id == crisis.id, CrisisMove.sort == "grew")
    for data in session.scalars(grown):
        known |= set(data.get("signs", ()))
        score = max(score, float(data.get("score", 0.0)))
    read = reason_of(session, spike, now)
    fresh = sorted(set(read["signs"]) - known)
    if not fresh and spike.score < GREW * score:
        return False
    data = {"signs": fresh, "score": spike.score, "observed": spike.observed, "typical": spike.typical}
    move = write(session, crisis, "grew", by=None, now=now, data=data)
    tell(session, crisis, move, "crisis_grew", now, _figures(read))
    return True


def _collect(session: Session, crisis: Crisis, spike: Spike | None, now: datetime) -> None:
    since, until = talking.span(crisis, spike, now)
    gathered = gather(
        session, crisis, talking.belongs(crisis.topic_id, since, until, spike.cause if spike else {}), now
    )
    if gathered:
        # like a mention that joins, it makes nobody's page stale: the version stays
        write(session, crisis, "gathered", by=None, now=now, data=gathered)


def _figures(read: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "signs": read["signs"], "observed": figure(read["observed"]), "typical": figure(read["typical"]),
        "percent": int(100 * read["negative"] + 0.5),
    }  # fmt: skip


# what every move of a crisis writes


def opened(
    session: Session, topic: Topic, spike: Spike | None, *, by: Actor | None, reason: Mapping[str, Any], now: datetime
) -> Crisis:
    """Write the row of a new crisis; the caller holds the turn and looked whether the topic has one."""
    crisis = Crisis(
        topic_id=topic.id, spike_id=spike.id if spike else None, opened_at=now, version=1,
        opened_by_id=by.member_id if by else None, reason=dict(reason), is_demo=topic.is_demo,
    )  # fmt: skip
    session.add(crisis)
    session.flush()
    return crisis


def write(
    session: Session,
    crisis: Crisis,
    sort: str,
    *,
    by: Actor | None,
    now: datetime,
    words: str = "",
    data: Mapping[str, Any] | None = None,
) -> CrisisMove:
    """Append one move, with the version the crisis has after it, without moving the crisis on."""
    move = CrisisMove(
        crisis_id=crisis.id, sort=sort, at=now, by_id=by.member_id if by else None, words=words,
        data={"version": crisis.version, **(data or {})},
    )  # fmt: skip
    session.add(move)
    session.flush()
    return move


def tell(
    session: Session,
    crisis: Crisis,
    move: CrisisMove,
    reason: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    to: Iterable[int] | None = None,
) -> None:
    """Tell of a move: managers, listeners and whoever has a duty, unless `to` says whom; addresses outside always."""
    whom = _audience(session, crisis) if to is None else to
    by = session.scalar(select(Member.name).where(Member.id == move.by_id))
    topic = session.scalar(select(Topic.name).where(Topic.id == crisis.topic_id))
    said = {
        "move": move.sort, "by": by, "topic": topic, "words": move.words, "version": crisis.version,
        "role": move.data.get("role"), "member": move.data.get("member"), **(data or {}),
    }  # fmt: skip
    notify.tell(
        session,
        crisis_id=crisis.id,
        member_ids=[one for one in whom if one != move.by_id],
        reason=reason,
        step=f"move-{move.id}",
        data={name: value for name, value in said.items() if value not in (None, "")},
        now=now,
    )


def _audience(session: Session, crisis: Crisis) -> set[int]:
    duties = session.scalars(select(CrisisDuty.member_id).where(CrisisDuty.crisis_id == crisis.id))
    return {*(people.managers(session) or people.admins(session)), *people.listeners(session), *duties}
