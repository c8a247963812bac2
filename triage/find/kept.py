"""What somebody's issues were, and how the promises made to them were kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from listener.models import Mention
from triage.find.access import visible
from triage.find.cards import Card
from triage.find.clocks import bounds
from triage.find.queue import cards
from triage.models import Issue, IssueMention
from triage.rights import Actor


@dataclass(frozen=True, slots=True)
class Keeping:
    """One promise over several issues: `running` is not due yet, paused ones too."""

    kept: int
    broken: int
    running: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Somebody's issues as one person may see them, the newest first; `hidden` belong to other departments."""

    cards: tuple[Card, ...]
    total: int
    hidden: int
    triage: Keeping
    resolution: Keeping


def kept(
    session: Session, actor: Actor, author_ids: Sequence[int], *, now: datetime, timezone: str = "UTC", limit: int = 10
) -> Kept:
    """Return the issues that hold a mention of these authors, and how both promises stand in them all."""
    spoke = select(IssueMention.issue_id).join(Mention, Mention.id == IssueMention.mention_id)
    theirs = Issue.id.in_(spoke.where(Mention.author_id.in_(author_ids)))
    seen = and_(theirs, visible(actor))
    counts = session.execute(
        select(
            func.count(),
            *_counts(Issue.triage, Issue.triage_due, now),
            *_counts(Issue.resolution, Issue.resolution_due, now),
        ).where(seen)
    ).one()
    whole = session.scalar(select(func.count()).select_from(Issue).where(theirs)) or 0
    rows = session.scalars(select(Issue).where(seen).order_by(Issue.id.desc()).limit(limit)).all()
    return Kept(
        cards=cards(session, rows, now, bounds(now, timezone)),
        total=counts[0],
        hidden=whole - counts[0],
        triage=Keeping(*counts[1:4]),
        resolution=Keeping(*counts[4:7]),
    )


def _counts(state: Any, due: Any, now: datetime) -> tuple[ColumnElement[int], ...]:
    over = and_(state == "running", due < now)
    return (
        func.count().filter(state == "kept"),
        func.count().filter((state == "broken") | over),
        func.count().filter((state.in_(("running", "paused"))) & ~over),
    )
