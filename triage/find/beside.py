"""What stands beside the promises: unanswered, personal replies, refunds, customers kept, gaps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
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
    names = tuple(COUNTED)
    wanted = select(*(select(func.count()).where(COUNTED[name](scope)).scalar_subquery() for name in names))
    found = dict(zip(names, session.execute(wanted).one(), strict=True))
    oldest = session.execute(
        select(Issue.id, Issue.posted_at)
        .where(Issue.status.in_(OPEN), Issue.acknowledged_at.is_(None), scope.narrowed, scope.own)
        .order_by(Issue.posted_at, Issue.id)
        .limit(1)
    ).one_or_none()
    return Beside(
        unanswered=Part(found["unanswered"], found["owed"]),
        personal=Part(found["personal"], found["replied"]),
        solved_without=Part(found["solved_without"], found["refund_asked"]),
        customers=Part(found["stays"], found["customer_known"]),
        product_gaps=found["product_gap"],
        content_gaps=found["content_gap"],
        oldest=Oldest(*oldest) if oldest else None,
    )


def _owed(scope: Scope) -> ColumnElement[bool]:
    # nobody owes an answer to what was dismissed or merged before it had one
    kept = or_(Issue.acknowledged_at.is_not(None), Issue.status.not_in((Status.DISMISSED, Status.MERGED)))
    return and_(Issue.opened_at >= scope.start, Issue.opened_at < scope.end, kept, scope.narrowed, scope.own)


def _unanswered(scope: Scope) -> ColumnElement[bool]:
    return and_(_owed(scope), Issue.acknowledged_at.is_(None))


def _replied(scope: Scope) -> ColumnElement[bool]:
    within = and_(Issue.acknowledged_at >= scope.start, Issue.acknowledged_at < scope.end)
    return and_(within, _is_personal().is_not(None), scope.narrowed, scope.own)


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
