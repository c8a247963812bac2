"""What stands beside the promises: unanswered, personal replies, refunds, customers kept, gaps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select, true
from sqlalchemy.orm import Session

from triage.find.waits import resolved
from triage.models import OPEN, Issue, IssueLink, LinkSort, Move, Status, stands
from triage.standing import Scope

REFUND = ("given", "solved_without", "refused")
CUSTOMER = ("stays", "leaves")


@dataclass(frozen=True, slots=True)
class Part:
    """How many of how many; `share` is `None` where there are none."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """The part, 0…1."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Oldest:
    """The open issue whose author has waited longest for a first answer."""

    issue_id: int
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """Counts beside the promises; `oldest` is of all there are now, everything else of the period."""

    unanswered: Part
    personal: Part
    solved_without: Part
    customers: Part
    product_gaps: int
    content_gaps: int
    oldest: Oldest | None


def beside(session: Session, scope: Scope) -> Beside:
    """Count them all in two questions."""
    whole = _of_opened(scope).join(_of_acknowledged(scope), true())
    whole = whole.join(_of_resolved(scope), true()).join(_of_gaps(scope), true())
    counts = session.execute(select(whole)).mappings().one()
    oldest = session.execute(
        select(Issue.id, Issue.posted_at)
        .where(Issue.status.in_(OPEN), Issue.acknowledged_at.is_(None), scope.narrowed, scope.own)
        .order_by(Issue.posted_at, Issue.id)
        .limit(1)
    ).one_or_none()
    return Beside(
        unanswered=Part(counts["unanswered"], counts["owed"]),
        personal=Part(counts["personal"], counts["replied"]),
        solved_without=Part(counts["solved_without"], counts["refund_asked"]),
        customers=Part(counts["stays"], counts["customer_known"]),
        product_gaps=counts["product_gap"],
        content_gaps=counts["content_gap"],
        oldest=Oldest(*oldest) if oldest else None,
    )


def _of_opened(scope: Scope) -> Subquery:
    return _counted(scope, _owed, "owed", "unanswered")


def _of_resolved(scope: Scope) -> Subquery:
    return _counted(scope, resolved, "refund_asked", "solved_without", "customer_known", "stays")


def _counted(scope: Scope, which: Callable[[Scope], ColumnElement[bool]], *names: str) -> Subquery:
    """Count several numbers that all are of the same issues by going through these once."""
    counts = (func.count().filter(COUNTED[name](scope)).label(name) for name in names)
    return select(*counts).where(which(scope)).subquery()


def _of_acknowledged(scope: Scope) -> Subquery:
    # asked of each issue once for both
    own = select(_is_personal().label("own")).where(_acknowledged(scope)).cte().prefix_with("MATERIALIZED")
    replied, personal = func.count(own.c.own), func.count().filter(own.c.own == "true")
    return select(replied.label("replied"), personal.label("personal")).subquery()


def _of_gaps(scope: Scope) -> Subquery:
    gaps = (str(LinkSort.PRODUCT_GAP), str(LinkSort.CONTENT_GAP))
    return select(
        *(select(func.count()).where(COUNTED[gap](scope)).scalar_subquery().label(gap) for gap in gaps)
    ).subquery()


def _owed(scope: Scope) -> ColumnElement[bool]:
    # nobody owes an answer to what was dismissed or merged before it had one
    kept = or_(Issue.acknowledged_at.is_not(None), Issue.status.not_in((Status.DISMISSED, Status.MERGED)))
    return and_(Issue.opened_at >= scope.start, Issue.opened_at < scope.end, kept, scope.narrowed, scope.own)


def _unanswered(scope: Scope) -> ColumnElement[bool]:
    return and_(_owed(scope), Issue.acknowledged_at.is_(None))


def _acknowledged(scope: Scope) -> ColumnElement[bool]:
    within = and_(Issue.acknowledged_at >= scope.start, Issue.acknowledged_at < scope.end)
    return and_(within, scope.narrowed, scope.own)


def _replied(scope: Scope) -> ColumnElement[bool]:
    return and_(_acknowledged(scope), _is_personal().is_not(None))


def _personal(scope: Scope) -> ColumnElement[bool]:
    return and_(_replied(scope), _is_personal() == "true")


def _is_personal() -> ColumnElement[str | None]:
    """Return whether the words that acknowledged an issue last were its author's own; nothing where nobody knows."""
    wanted = (
        select(Move.data["personal"].astext)
        .where(Move.issue_id == Issue.id, Move.sort == "acknowledge", stands(Move))
        .order_by(Move.id.desc())
        .limit(1)
    )
    return wanted.scalar_subquery()


def _ended(name: str, *values: str) -> Callable[[Scope], ColumnElement[bool]]:
    return lambda scope: and_(resolved(scope), Issue.outcome[name].astext.in_(values))


def _gap(sort: LinkSort) -> Callable[[Scope], ColumnElement[bool]]:
    def shown(scope: Scope) -> ColumnElement[bool]:
        seen = select(IssueLink.issue_id).where(
            IssueLink.sort == sort, IssueLink.at >= scope.start, IssueLink.at < scope.end
        )
        return and_(Issue.id.in_(seen), scope.narrowed, scope.own)

    return shown


# each number as the clause of the issues behind it
COUNTED: Mapping[str, Callable[[Scope], ColumnElement[bool]]] = {
    "owed": _owed,
    "unanswered": _unanswered,
    "replied": _replied,
    "personal": _personal,
    "refund_asked": _ended("refund", *REFUND),
    "solved_without": _ended("refund", "solved_without"),
    "customer_known": _ended("customer", *CUSTOMER),
    "stays": _ended("customer", "stays"),
    "product_gap": _gap(LinkSort.PRODUCT_GAP),
    "content_gap": _gap(LinkSort.CONTENT_GAP),
    "resolved": resolved,
}
