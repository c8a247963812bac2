"""Where each issue's promise stands in a period: one row an issue, from its columns and the ledger."""

from dataclasses import dataclass
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

from triage.models import Issue, LedgerEntry, Policy, Promise, stands

By = Literal["department", "topic", "source", "kind"]
Key = int | str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted: `start` ≤ decided < `end`, as things stand at `now`.

    `within` narrows it to one group (what it is told by, and which of them: `None` is those that have none);
    `member_id` to one person (triage they acknowledged, resolutions they own), who alone may ask.
    """

    start: datetime
    end: datetime
    now: datetime
    within: tuple[By, Key] | None = None
    member_id: int | None = None

    @property
    def narrowed(self) -> ColumnElement[bool]:
        """The clause on `Issue` of the one group."""
        if self.within is None:
            return literal(True)
        by, key = self.within
        return column_of(by).is_(None) if key is None else column_of(by) == key

    @property
    def own(self) -> ColumnElement[bool]:
        """The clause on `Issue` of the one person, whichever promise is meant."""
        if self.member_id is None:
            return literal(True)
        return or_(Issue.acknowledged_by == self.member_id, Issue.owner_id == self.member_id)


def standing(promise: Promise, scope: Scope, by: By | None = None) -> CTE:
    """Return one row an issue that counts in the period: (id, late_found, key, figure, decided_at, seconds)."""
    counted = and_(_whose(promise, scope.member_id), scope.narrowed)
    return union_all(
        _decided(promise, scope.start, scope.end, by).where(counted),
        _open(promise, scope.start, scope.end, scope.now, by).where(counted),
    ).cte(f"standing_{promise}")


def column_of(by: By) -> ColumnElement[Any]:
    """Return the column of `Issue` that numbers are told by."""
    columns: dict[By, Any] = {
        "department": Issue.department_id,
        "topic": Issue.topic_id,
        "source": Issue.source,
        "kind": Issue.kind,
    }
    found: ColumnElement[Any] = columns[by]
    return found


def _decided(promise: Promise, start: datetime, end: datetime, by: By | None) -> Select[Any]:
    """Issues kept, broken or void: by the last line of the ledger that decided it, if that lies in the period."""
    line, later, met = aliased(LedgerEntry), aliased(LedgerEntry), aliased(LedgerEntry)
    state, _, _, done_at = _columns(promise)
    decisive = ("kept", "broken", "void")
    seconds = (
        select(as_type(met.why["seconds"].astext, Float))
        .where(met.issue_id == Issue.id, met.promise == promise, met.event.in_(("kept", "met")), stands(met))
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
            # what was kept says so itself; only what was met after it broke is looked for
            case(
                (done_at.is_(None), None),
                (line.event == "kept", as_type(line.why["seconds"].astext, Float)),
                else_=seconds,
            ).label("seconds"),
        )
        .join(line, line.issue_id == Issue.id)
        .where(line.promise == promise, line.event == state, line.at >= start, line.at < end)
        .where(line.event.in_(decisive), stands(line))
        .where(
            ~exists().where(
                later.issue_id == Issue.id,
                later.promise == promise,
                later.event.in_(decisive),
                later.id > line.id,
                stands(later),
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
    return as_type(null(), Text) if by is None else column_of(by)


def _whose(promise: Promise, member_id: int | None) -> ColumnElement[bool]:
    if member_id is None:
        return literal(True)
    return (Issue.acknowledged_by if promise == Promise.TRIAGE else Issue.owner_id) == member_id
