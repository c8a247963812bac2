"""What is in quarantine: surely spam, off every clock and count, and waiting for somebody to look over it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from listener.find.said import MOST, Chosen, Hit, Hits, mentions
from listener.models import Aspect, Correction, Mention
from listener.models.mention import IN_QUARANTINE

_SORTS = (Aspect.KIND.value, Aspect.SPAM.value)


def count(session: Session, *, most: int = 1000) -> int:
    """Return how many nobody has looked at yet, counted no further than `most`."""
    asked = select(Mention.id).where(_kept(looked_at=False)).limit(most)
    return session.scalar(select(func.count()).select_from(asked.subquery())) or 0


def rows(session: Session, *, looked_at: bool = False, cursor: int | None = None, limit: int = 50) -> Hits:
    """Return a page of it, the last heard first: what nobody has looked at, or what somebody called spam too."""
    limit = max(1, min(limit, MOST))
    wanted = select(Mention.id).where(_kept(looked_at=looked_at)).order_by(Mention.id.desc()).limit(limit + 1)
    if cursor is not None:
        wanted = wanted.where(Mention.id < cursor)
    ids = list(session.scalars(wanted))
    found = _hits(session, ids[:limit])
    return Hits(found, ids[limit - 1] if len(ids) > limit else None)


def restored(session: Session, *, since: datetime, limit: int = 20) -> tuple[Hit, ...]:
    """Return what people took out of it, the last restored first."""
    was_spam = or_(
        and_(Correction.aspect == Aspect.SPAM, Correction.said == "yes", Correction.becomes == "no"),
        and_(Correction.aspect == Aspect.KIND, Correction.said == "spam", Correction.becomes != "spam"),
    )
    wanted = (
        select(Correction.mention_id)
        .join(Mention, Mention.id == Correction.mention_id)
        .where(Correction.at >= since, Correction.undone_at.is_(None), was_spam, text(f"NOT ({IN_QUARANTINE})"))
        .group_by(Correction.mention_id)
        .order_by(func.max(Correction.id).desc())
        .limit(limit)
    )
    ids = list(session.scalars(wanted))
    found = {hit.mention.id: hit for hit in _hits(session, ids)}
    return tuple(found[number] for number in ids)


def _kept(*, looked_at: bool) -> ColumnElement[bool]:
    by_hand: Any = Mention.by_hand
    said = by_hand.has_any(array(_SORTS))
    # nobody waits for an answer to what we wrote ourselves, nor to what is long past
    return and_(
        text(IN_QUARANTINE), Mention.is_ours.is_(False), Mention.is_history.is_(False), said if looked_at else ~said
    )


def _hits(session: Session, ids: list[int]) -> tuple[Hit, ...]:
    return mentions(session, Chosen(ids=tuple(ids)), limit=MOST).rows if ids else ()
