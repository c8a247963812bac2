"""Crises as pages show them: the line on every page, the list, and one whole with its record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.models import Spike, Topic
from triage.find.access import visible
from triage.find.cards import Card, MemberName
from triage.find.clocks import bounds
from triage.find.issue import ended_in
from triage.find.queue import cards
from triage.models import Crisis, CrisisDuty, CrisisMove, CrisisRole, Issue, Member, Role
from triage.refusals import NoSuch
from triage.rights import CRISIS_VERBS, Actor, may_steer

MOST_LINKED = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """A crisis that stands, as every page names it."""

    id: int
    topic: str
    instruction: str
    opened_at: datetime
    issue_id: int | None


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """One crisis in a list."""

    crisis: Crisis
    topic: str
    opened_by: MemberName | None
    stood_down_by: MemberName | None


@dataclass(frozen=True, slots=True)
class CrisisMoveView:
    """One move; `by` is empty where the house did it. What was gathered in one go by many rounds is one move."""

    id: int
    sort: str
    at: datetime
    by: MemberName | None
    words: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CrisisView:
    """One crisis, whole, as this reader may see it; `crisis.version` is what a move must name as `seen`.

    `issue` gathers its mentions; `linked` are issues that people hold. Both only where this reader may see them.
    """

    crisis: Crisis
    topic: Topic
    spike: Spike | None
    opened_by: MemberName | None
    stood_down_by: MemberName | None
    issue: Card | None
    linked: tuple[Card, ...]
    duties: Mapping[str, MemberName]
    moves: tuple[CrisisMoveView, ...]
    verbs: tuple[str, ...]


def standing(session: Session) -> tuple[Standing, ...]:
    """Return the crises that stand, oldest first: one small question, asked by every page."""
    wanted = (
        select(Crisis.id, Topic.name, Crisis.instruction, Crisis.opened_at, Crisis.issue_id)
        .join(Topic, Topic.id == Crisis.topic_id)
        .where(Crisis.stood_down_at.is_(None))
        .order_by(Crisis.opened_at, Crisis.id)
    )
    return tuple(Standing(*row) for row in session.execute(wanted))


def crises(
    session: Session,
    *,
    is_open: bool | None = None,
    topic_id: int | None = None,
    cursor: int | None = None,
    limit: int = 50,
) -> tuple[list[CrisisLine], int | None]:
    """Return crises, the newest first, and the cursor of the next page."""
    limit = max(1, min(limit, 200))
    wanted = select(Crisis, Topic.name).join(Topic, Topic.id == Crisis.topic_id).order_by(Crisis.id.desc())
    if is_open is not None:
        wanted = wanted.where(Crisis.stood_down_at.is_(None) if is_open else Crisis.stood_down_at.is_not(None))
    if topic_id is not None:
        wanted = wanted.where(Crisis.topic_id == topic_id)
    if cursor is not None:
        wanted = wanted.where(Crisis.id < cursor)
    rows = session.execute(wanted.limit(limit + 1)).all()
    names = _names(session, [one for row in rows for one in (row[0].opened_by_id, row[0].stood_down_by_id)])
    lines = [
        CrisisLine(row[0], row[1], names.get(row[0].opened_by_id or 0), names.get(row[0].stood_down_by_id or 0))
        for row in rows[:limit]
    ]
    return lines, lines[-1].crisis.id if len(rows) > limit else None


def crisis(session: Session, actor: Actor, crisis_id: int, now: datetime, *, timezone: str = "UTC") -> CrisisView:
    """Return one crisis whole; raise `NoSuch`."""
    row = session.get(Crisis, crisis_id, populate_existing=True)
    if row is None or actor.role == Role.OUTSIDER:
        raise NoSuch("crisis", crisis_id)
    moves = session.scalars(select(CrisisMove).where(CrisisMove.crisis_id == row.id).order_by(CrisisMove.id)).all()
    duties = session.scalars(select(CrisisDuty).where(CrisisDuty.crisis_id == row.id)).all()
    acted = [row.opened_by_id, row.stood_down_by_id, *(one.by_id for one in moves), *(one.member_id for one in duties)]
    names = _names(session, acted)
    linked = [number for move in moves for number in move.data.get("linked", ())][-MOST_LINKED:]
    issue_id = ended_in(session, row.issue_id)
    seen = {one.id: one for one in _cards(session, actor, [issue_id, *linked], now, timezone)}
    held = {one.role: names[one.member_id] for one in duties}
    duty_ids = [one.member_id for one in duties]
    return CrisisView(
        crisis=row,
        topic=session.get_one(Topic, row.topic_id),
        spike=session.get(Spike, row.spike_id) if row.spike_id else None,
        opened_by=names.get(row.opened_by_id or 0),
        stood_down_by=names.get(row.stood_down_by_id or 0),
        issue=seen.get(issue_id or 0),
        linked=tuple(seen[number] for number in dict.fromkeys(linked) if number in seen and number != issue_id),
        duties={role: held[role] for role in CrisisRole if role in held},
        moves=tuple(_views(moves, names)),
        verbs=tuple(
            verb
            for verb in CRISIS_VERBS
            if may_steer(actor, verb, duty_ids) and (row.stood_down_at is None or verb == "note")
        ),
    )


def _cards(
    session: Session, actor: Actor, issue_ids: Iterable[int | None], now: datetime, timezone: str
) -> tuple[Card, ...]:
    ids = {one for one in issue_ids if one is not None}
    rows = session.scalars(select(Issue).where(Issue.id.in_(ids), visible(actor)).order_by(Issue.id)).all()
    return cards(session, rows, now, bounds(now, timezone))


def _names(session: Session, member_ids: Iterable[int | None]) -> dict[int, MemberName]:
    ids = {one for one in member_ids if one is not None}
    rows = session.execute(select(Member.id, Member.name).where(Member.id.in_(ids))) if ids else ()
    return {row[0]: MemberName(row[0], row[1]) for row in rows}


def _views(moves: Sequence[CrisisMove], names: Mapping[int, MemberName]) -> list[CrisisMoveView]:
    """Return moves with their names; rounds of gathering that follow each other become one."""
    made: list[CrisisMoveView] = []
    for move in moves:
        data = dict(move.data)
        if made and move.sort == made[-1].sort == "gathered":
            before = made.pop().data
            data = {"mentions": before["mentions"] + data["mentions"]} | {
                key: [*before[key], *data[key]] for key in ("merged", "linked")
            }
        made.append(CrisisMoveView(move.id, move.sort, move.at, names.get(move.by_id or 0), move.words, data))
    return made
