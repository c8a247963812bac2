"""Where the minutes go: for whom an author waited, from the post until it was resolved."""

from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import CTE, ColumnElement, Float, Select, Subquery, and_, case, extract, func, select
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
    counts = []
    for whom in WHOM:
        seconds = spent.c[whom]
        half = func.percentile_cont(0.5).within_group(seconds)
        counts += [part.filter(seconds > 0) for part in (func.sum(seconds), func.count(), half)]
    found = session.execute(select(*counts)).one()
    issues = session.scalar(select(func.count()).where(resolved(scope))) or 0
    waited = ((whom, *found[3 * place : 3 * place + 3]) for place, whom in enumerate(WHOM))
    parts = tuple(Wait(*one) for one in waited if one[1])
    return Waits(issues, sum(part.seconds for part in parts), parts)


def waited(scope: Scope, whom: str) -> Select[int]:
    """Return the numbers of the issues that waited for one of them."""
    spent = _spent(scope)
    return select(spent.c.issue_id).where(spent.c[whom] > 0)


def _spent(scope: Scope) -> CTE:
    """Return a row an issue: its number, and the seconds it waited for each of `WHOM`."""
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
    unheard = case((turns.c.sort == "opened", _seconds(turns.c.posted_at, turns.c.at)))
    stretches = select(
        turns.c.issue_id, whom.label("whom"), _seconds(turns.c.at, until).label("seconds"), unheard.label("unheard")
    ).subquery("stretches")
    sums = (
        func.sum(stretches.c.unheard if one == "unheard" else case((stretches.c.whom == one, stretches.c.seconds)))
        for one in WHOM
    )
    named = (total.label(one) for total, one in zip(sums, WHOM, strict=True))
    return select(stretches.c.issue_id, *named).group_by(stretches.c.issue_id).cte("spent")


def _turns(scope: Scope) -> Subquery:
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
    return wanted.subquery("turns")


def _seconds(start: ColumnElement[object], end: ColumnElement[object]) -> ColumnElement[float]:
    return func.greatest(as_type(extract("epoch", end - start), Float), 0.0)
