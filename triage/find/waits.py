"""Where the minutes go: for whom an author waited, from the post until it was resolved."""

from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import CTE, ColumnElement, Float, Select, and_, case, extract, func, literal, select, union_all
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from triage.models import Issue, Move, Status, stands
from triage.standing import Scope

# nobody had heard of it; a listener; nobody was eligible; the department, to accept it; its owner; the author
Whom = Literal["unheard", "listener", "nobody", "department", "owner", "author"]
WHOM: tuple[Whom, ...] = get_args(Whom)


@dataclass(frozen=True, slots=True)
class Wait:
    """What went on waiting for one of them: seconds in all and half of the issues' own; `issues` waited at all."""

    whom: Whom
    seconds: float
    issues: int
    median: float


@dataclass(frozen=True, slots=True)
class Waits:
    """The issues resolved in a period; `seconds` is from their posts to their ends, less what they were closed for."""

    issues: int
    seconds: float
    parts: tuple[Wait, ...]


def resolved(scope: Scope) -> ColumnElement[bool]:
    """Return the clause on `Issue` of what was resolved in the period."""
    within = and_(Issue.resolved_at >= scope.start, Issue.resolved_at < scope.end)
    return and_(Issue.status == Status.RESOLVED, within, scope.narrowed, scope.own)


def waits(session: Session, scope: Scope) -> Waits:
    """Add up the moves of what was resolved in the period: each second of an issue waits for exactly one of them."""
    spent = _spent(scope)
    half = func.percentile_cont(0.5).within_group(spent.c.seconds)
    wanted = (
        select(spent.c.whom, func.sum(spent.c.seconds), func.count(), half)
        .where(spent.c.seconds > 0)
        .group_by(spent.c.whom)
    )
    found = {row[0]: Wait(*row) for row in session.execute(wanted)}
    issues = session.scalar(select(func.count()).where(resolved(scope))) or 0
    parts = tuple(found[whom] for whom in WHOM if whom in found)
    return Waits(issues, sum(part.seconds for part in parts), parts)


def waited(scope: Scope, whom: str) -> Select[int]:
    """Return the numbers of the issues that waited for one of them."""
    spent = _spent(scope)
    return select(spent.c.issue_id).where(spent.c.whom == whom, spent.c.seconds > 0)


def _spent(scope: Scope) -> CTE:
    """Return (issue_id, whom, seconds), one row for each whom an issue waited for."""
    turns = _turns(scope)
    until = func.lead(turns.c.at, 1, turns.c.resolved_at).over(partition_by=turns.c.issue_id, order_by=turns.c.version)
    # what came back in the nobody lane stays there until somebody takes it in hand
    nobody = and_(turns.c.sort == "opened", turns.c.outcome == "nobody_eligible")
    whom = case(
        (turns.c.to_status == Status.TRIAGE, case((nobody, "nobody"), else_="listener")),
        (turns.c.to_status == Status.HANDED, "department"),
        (turns.c.to_status == Status.ACCEPTED, "owner"),
        (turns.c.to_status == Status.WAITING, "author"),
    )
    stretches = select(turns.c.issue_id, whom.label("whom"), _seconds(turns.c.at, until).label("seconds"))
    before = select(turns.c.issue_id, literal("unheard").label("whom"), _seconds(turns.c.posted_at, turns.c.at))
    every = union_all(stretches, before.where(turns.c.sort == "opened")).subquery("stretches")
    summed = select(every.c.issue_id, every.c.whom, func.sum(every.c.seconds).label("seconds"))
    return summed.where(every.c.whom.is_not(None)).group_by(every.c.issue_id, every.c.whom).cte("spent")


def _turns(scope: Scope) -> CTE:
    """Return the moves that moved an issue on, one for each of its versions."""
    wanted = (
        select(
            Move.issue_id, Move.version, Move.at, Move.sort, Move.to_status,
            Move.data["outcome"].astext.label("outcome"), Issue.posted_at, Issue.resolved_at,
        )
        .join(Issue, Issue.id == Move.issue_id)
        .where(resolved(scope), stands(Move))
        # a note or a warning stands beside the move that brought its version
        .ext(distinct_on(Move.issue_id, Move.version))
        .order_by(Move.issue_id, Move.version, Move.id)
    )  # fmt: skip
    return wanted.cte("turns")


def _seconds(start: ColumnElement[object], end: ColumnElement[object]) -> ColumnElement[float]:
    return func.greatest(as_type(extract("epoch", end - start), Float), 0.0)
