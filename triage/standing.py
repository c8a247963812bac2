"""Where each issue's promise stands in a period: one row an issue, from its columns and the ledger."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Select,
    Text,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as as_type
from sqlalchemy.orm import aliased

from triage.models import Issue, LedgerEntry, Policy, Promise

By = Literal["department", "topic", "source", "kind"]


def standing(
    promise: Promise, start: datetime, end: datetime, now: datetime, by: By | None, member_id: int | None
) -> CTE:
    """Return one row an issue that counts in the period: (id, late_found, key, figure, decided_at, seconds)."""
    whose = _whose(promise, member_id)
    return union_all(
        _decided(promise, start, end, by).where(whose), _open(promise, start, end, now, by).where(whose)
    ).cte(f"standing_{promise}")


def _decided(promise: Promise, start: datetime, end: datetime, by: By | None) -> Select[Any]:
    """Issues kept, broken or void: by the last line of the ledger that decided it, if that lies in the period."""
    line, later, met = aliased(LedgerEntry), aliased(LedgerEntry), aliased(LedgerEntry)
    state, _, _, done_at = _columns(promise)
    decisive = ("kept", "broken", "void")
    seconds = (
        select(as_type(met.why["seconds"].astext, Float))
        .where(met.issue_id == Issue.id, met.promise == promise, met.event.in_(("kept", "met")))
        .order_by(met.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Issue.id.label("id"),
            Issue.late_found.label("late_found"),
            _key(by).label("key"),
            line.event.label("figure"),
            line.at.label("decided_at"),
            case((done_at.is_not(None), seconds)).label("seconds"),
        )
        .join(line, line.issue_id == Issue.id)
        .where(line.promise == promise, line.event == state, line.at >= start, line.at < end)
        .where(line.event.in_(decisive))
        .where(
            ~exists().where(
                later.issue_id == Issue.id, later.promise == promise, later.event.in_(decisive), later.id > line.id
            )
        )
    )


def _open(promise: Promise, start: datetime, end: datetime, now: datetime, by: By | None) -> Select[Any]:
    """Issues that run: not due yet, or past their deadline and not yet written down (those are broken already)."""
    state, began_at, due, _ = _columns(promise)
    over = and_(state == "running", due < now)
    soon = and_(state == "running", due <= now + func.make_interval(0, 0, 0, 0, 0, 0, Policy.at_risk_hours * 3600))
    figure = case((over, literal("broken")), (soon, literal("at_risk")), else_=literal("running"))
    counts = or_(and_(over, due >= start, due < end), and_(~over, began_at < end))
    return (
        select(
            Issue.id,
            Issue.late_found,
            _key(by),
            figure,
            case((over, due)),
            as_type(null(), Float),
        )
        .join(Policy, Policy.id == Issue.policy_id)
        .where(state.in_(("running", "paused")), counts)
    )


def _columns(promise: Promise) -> tuple[Any, Any, Any, Any]:
    if promise == Promise.TRIAGE:
        return Issue.triage, Issue.triage_from, Issue.triage_due, Issue.triage_done_at
    return Issue.resolution, Issue.resolution_from, Issue.resolution_due, Issue.resolution_done_at


def _key(by: By | None) -> ColumnElement[Any]:
    columns: dict[By | None, Any] = {
        None: as_type(null(), Text),
        "department": Issue.department_id,
        "topic": Issue.topic_id,
        "source": Issue.source,
        "kind": Issue.kind,
    }
    found: ColumnElement[Any] = columns[by]
    return found


def _whose(promise: Promise, member_id: int | None) -> ColumnElement[bool]:
    if member_id is None:
        return literal(True)
    return (Issue.acknowledged_by if promise == Promise.TRIAGE else Issue.owner_id) == member_id
