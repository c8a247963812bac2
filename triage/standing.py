"""Where each issue's promise stands in a period: one row an issue, from the columns its ledger adds up to."""

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
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as as_type

from triage.models import Issue, Policy, Promise

# written out, so that the index of what is open is found
_OPEN: tuple[ColumnElement[str], ...] = (literal_column("'running'"), literal_column("'paused'"))

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
    """Issues kept, broken or void, if that happened in the period."""
    state, _, _, at, seconds = _columns(promise)
    return select(
        Issue.id.label("id"),
        Issue.late_found.label("late_found"),
        _key(by).label("key"),
        state.label("figure"),
        at.label("decided_at"),
        seconds.label("seconds"),
    ).where(at >= start, at < end)


def _open(promise: Promise, start: datetime, end: datetime, now: datetime, by: By | None) -> Select[Any]:
    """Issues that run: not due yet, or past their deadline and not yet written down (those are broken already)."""
    state, began_at, due, *_ = _columns(promise)
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
        .where(state.in_(_OPEN), counts)
    )


def _columns(promise: Promise) -> tuple[Any, Any, Any, Any, Any]:
    """Return the columns of one promise: its state, start, deadline, when it was decided, seconds until met."""
    if promise == Promise.TRIAGE:
        return Issue.triage, Issue.triage_from, Issue.triage_due, Issue.triage_decided_at, Issue.triage_seconds
    return (
        Issue.resolution, Issue.resolution_from, Issue.resolution_due, Issue.resolution_decided_at,
        Issue.resolution_seconds,
    )  # fmt: skip


def _key(by: By | None) -> ColumnElement[Any]:
    return as_type(null(), Text) if by is None else column_of(by)


def _whose(promise: Promise, member_id: int | None) -> ColumnElement[bool]:
    if member_id is None:
        return literal(True)
    return (Issue.acknowledged_by if promise == Promise.TRIAGE else Issue.owner_id) == member_id
