"""The lanes: which issues wait where, and how many of them open behind each, in one question."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from triage.find.access import visible
from triage.find.cards import DepartmentName, LaneCount
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
    places = departments(session)
    keys = _keys(actor, places.values())
    if not keys:
        return ()
    counts = session.execute(
        select(*(func.count().filter(waits_in(key, actor, places)) for key in keys)).where(
            Issue.status.in_(OPEN), visible(actor)
        )
    ).one()
    return tuple(
        LaneCount(str(key), count, key in ALARMING and count > 0, place_of(places.get(key.removeprefix(DEPARTMENT))))
        for key, count in zip(keys, counts, strict=True)
        if count or key != CRISIS
    )


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


def _keys(actor: Actor, places: Iterable[Department]) -> list[str]:
    shown = [one for one in places if one.enabled or one.id in actor.department_ids]
    if actor.role in SEES_ALL:
        return [CRISIS, *Lane, MINE, *(DEPARTMENT + one.key for one in shown), WAITING, SNOOZED]
    own = [DEPARTMENT + one.key for one in shown if one.id in actor.department_ids]
    return [MINE, *own, WAITING, SNOOZED, Lane.TRIAGE, Lane.LATE] if own else []
