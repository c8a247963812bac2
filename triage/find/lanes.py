"""The lanes: which issues wait where, and how many of them open behind each, in one question."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from triage.find.access import visible
from triage.find.cards import DepartmentName, LaneCount
from triage.find.filters import Filters, narrowed
from triage.models import OPEN, Crisis, Department, Issue, Lane, Status
from triage.refusals import BadInput
from triage.rights import SEES_ALL, Actor

CLOSED = "closed"
EVERYTHING = "all"
CRISIS = "crisis"  # shown while one stands
MINE = "mine"
WAITING = "waiting"
SNOOZED = "snoozed"
DEPARTMENT = "department:"
ALARMING = (CRISIS, Lane.NOBODY)
NEWEST_FIRST = (CLOSED, EVERYTHING)

_AT_WORK = (Status.TRIAGE, Status.HANDED, Status.ACCEPTED)


def lanes(session: Session, actor: Actor) -> tuple[LaneCount, ...]:
    """Return the lanes this person works with and how many issues open behind each, in one question."""
    return counted(session, actor)[0]


def counted(
    session: Session, actor: Actor, also: Sequence[tuple[str, Filters]] = ()
) -> tuple[tuple[LaneCount, ...], tuple[int | None, ...]]:
    """Return the lanes as `lanes` does, and how many issues fit each (lane, filters) of `also`, in the same question.

    `None` stands for what would take long to count (words, a topic, closed issues), and for a lane that has gone.
    """
    places = departments(session)
    keys = _keys(actor, places.values())
    if not keys:
        return (), (None,) * len(also)
    clauses = [waits_in(key, actor, places) for key in keys]
    light = [at for at, (lane, filters) in enumerate(also) if _is_light(lane, filters, places)]
    clauses += [and_(waits_in(also[at][0], actor, places), *narrowed(also[at][1])) for at in light]
    counts: Sequence[int] = session.execute(
        select(*(func.count().filter(clause) for clause in clauses)).where(Issue.status.in_(OPEN), visible(actor))
    ).one()
    shown = tuple(
        LaneCount(str(key), count, key in ALARMING and count > 0, place_of(places.get(key.removeprefix(DEPARTMENT))))
        for key, count in zip(keys, counts, strict=False)
        if count or key != CRISIS
    )
    found = dict(zip(light, counts[len(keys) :], strict=True))
    return shown, tuple(found.get(at) for at in range(len(also)))


def wanted(
    session: Session, actor: Actor, lane: str, filters: Filters | None = None, oldest: int | None = None
) -> ColumnElement[bool]:
    """Return the clause on `Issue` of a lane as this person sees it, narrowed; raise `BadInput` for no such lane."""
    places = departments(session) if lane.startswith(DEPARTMENT) else {}
    return and_(visible(actor), waits_in(lane, actor, places), *narrowed(filters or Filters(), oldest))


def waits_in(key: str, actor: Actor, places: Mapping[str, Department]) -> ColumnElement[bool]:
    """Return the clause on `Issue` of one lane; raise `BadInput` for one that is not there.

    What is snoozed waits in a lane of its own alone: the house brings it back when its time is over.
    """
    awake = Issue.snoozed_until.is_(None)
    if key in set(Lane):
        return and_(Issue.status == Status.TRIAGE, Issue.lane == key, awake)
    if key == CRISIS:
        gathers = select(Crisis.issue_id).where(Crisis.stood_down_at.is_(None), Crisis.issue_id.is_not(None))
        return and_(Issue.status.in_(OPEN), Issue.id.in_(gathers))
    if key == MINE:
        return and_(Issue.status.in_(_AT_WORK), Issue.owner_id == actor.member_id, awake)
    if key == WAITING:
        return Issue.status == Status.WAITING
    if key == SNOOZED:
        return and_(Issue.status.in_(OPEN), ~awake)
    if key == CLOSED:
        return Issue.status.not_in(OPEN)
    if key == EVERYTHING:
        return Issue.id > 0
    place = places.get(key.removeprefix(DEPARTMENT)) if key.startswith(DEPARTMENT) else None
    if place is None:
        raise BadInput("lane", "There is no lane “%(lane)s”.", lane=key)
    return and_(Issue.status.in_(_AT_WORK), Issue.department_id == place.id, Issue.held_at.is_not(None), awake)


def departments(session: Session) -> dict[str, Department]:
    """Return the departments by key, in the order of their keys."""
    return {one.key: one for one in session.scalars(select(Department).order_by(Department.key))}


def place_of(found: Department | None) -> DepartmentName | None:
    """Return a department as a card names it."""
    return DepartmentName(found.id, found.key, found.name) if found else None


def _is_light(lane: str, filters: Filters, places: Mapping[str, Department]) -> bool:
    gone = lane.startswith(DEPARTMENT) and lane.removeprefix(DEPARTMENT) not in places
    return not (gone or lane in NEWEST_FIRST or filters.reads)


def _keys(actor: Actor, places: Iterable[Department]) -> list[str]:
    shown = [one for one in places if one.enabled or one.id in actor.department_ids]
    if actor.role in SEES_ALL:
        return [CRISIS, *Lane, MINE, WAITING, SNOOZED, *(DEPARTMENT + one.key for one in shown)]
    own = [DEPARTMENT + one.key for one in shown if one.id in actor.department_ids]
    return [MINE, WAITING, SNOOZED, Lane.TRIAGE, Lane.LATE, *own] if own else []
