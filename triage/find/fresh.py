"""What changed in a lane since somebody drew it: who took what away, and how many came."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from triage.find.access import visible
from triage.find.cards import Clock
from triage.find.clocks import clocks, in_hand
from triage.find.filters import Filters
from triage.find.lanes import CLOSED, NEWEST_FIRST, wanted
from triage.models import Issue, Member, Move, Policy
from triage.rights import Actor

# the moves that bring an issue into a lane; a warning or a note brings nothing new
ARRIVING = ("opened", "split", "hand_over", "bounce", "resume", "reopen", "wake", "corrected")


@dataclass(frozen=True, slots=True)
class Taken:
    """A card that left the lane: where it stands now, who moved it last (nobody for the house) and how."""

    id: int
    status: str
    by: str | None
    move: str | None
    department: str | None


@dataclass(frozen=True, slots=True)
class News:
    """`clocks` are those of the cards still there, `gone` the others; `came` counts what is new in the lane."""

    clocks: dict[int, Clock]
    gone: tuple[Taken, ...]
    came: int


def news(
    session: Session, actor: Actor, lane: str, filters: Filters, shown: Collection[int], since: datetime, now: datetime
) -> News:
    """Return what changed in a lane since a page of it, with the cards `shown`, was drawn: four short questions."""
    fits = wanted(session, actor, lane, filters)
    here = session.execute(
        select(Issue, Policy.at_risk_hours).join(Policy, Policy.id == Issue.policy_id).where(fits, Issue.id.in_(shown))
    )
    standing = {row.id: in_hand(*clocks(row, hours, now)) for row, hours in here}
    fresh = _fresh(lane, since)
    came = session.scalar(select(func.count()).select_from(Issue).where(fits, Issue.id.not_in(shown), fresh))
    return News(standing, _taken(session, actor, set(shown) - standing.keys()), came or 0)


def _fresh(lane: str, since: datetime) -> ColumnElement[bool]:
    if lane in NEWEST_FIRST:
        # these hold all there ever was: no look at the moves of each
        return (Issue.closed_at if lane == CLOSED else Issue.opened_at) >= since
    moved = select(Move.id).where(Move.issue_id == Issue.id, Move.at >= since, Move.sort.in_(ARRIVING))
    return or_(Issue.opened_at >= since, moved.exists())


def _taken(session: Session, actor: Actor, ids: Collection[int]) -> tuple[Taken, ...]:
    if not ids:
        return ()
    theirs = aliased(Move)
    by_people = select(func.max(theirs.id)).where(theirs.issue_id == Issue.id, theirs.by_id.is_not(None))
    last = by_people.correlate(Issue).scalar_subquery()
    rows = session.execute(
        select(Issue.id, Issue.status, Member.name, Move.sort, Move.data["department"].astext)
        .select_from(Issue)
        .outerjoin(Move, Move.id == last)
        .outerjoin(Member, Member.id == Move.by_id)
        .where(Issue.id.in_(ids), visible(actor))
        .order_by(Issue.id)
    )
    return tuple(Taken(*row) for row in rows)
