"""Where we listen: feeds, how they are doing, and what they could not give us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from listener.find.said import quarantined
from listener.models import (
    Delivery,
    Feed,
    FeedState,
    Gap,
    ImportRun,
    Mention,
    Rejection,
    Spike,
    SpikeSort,
)

MOST = 200  # rows of one list


@dataclass(frozen=True, slots=True)
class Health:
    """How a feed is doing. `word`: answers, new, slowed, failing, silent, paused, gone.

    `per_day` and `noise` (share of spam and reposts) are of the last seven days; `usual_gap` is the usual seconds
    between two mentions; `gaps` are stretches still to be filled.
    """

    feed: Feed
    word: str
    per_day: float
    noise: float
    usual_gap: float | None
    gaps: int
    rejections: int


def feed(session: Session, feed_id: int) -> Feed | None:
    """Return one feed that was not removed, or `None`."""
    found = session.get(Feed, feed_id)
    return found if found is not None and found.state != FeedState.DELETED else None


def feeds(session: Session, now: datetime) -> list[Health]:
    """Return all feeds by name, with how they are doing."""
    rows = list(session.scalars(select(Feed).where(Feed.state != FeedState.DELETED).order_by(Feed.name, Feed.id)))
    return _healths(session, rows, now)


def health(session: Session, feed_id: int, now: datetime) -> Health | None:
    """Return how one feed is doing, or `None`."""
    found = feed(session, feed_id)
    return _healths(session, [found], now)[0] if found else None


def _healths(session: Session, rows: Sequence[Feed], now: datetime) -> list[Health]:
    ids = [row.id for row in rows]
    week = timedelta(days=7)
    noisy = or_(quarantined(), Mention.is_repost)
    heard = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(Mention.feed_id, func.count(), func.count().filter(noisy))
            .where(Mention.feed_id.in_(ids), Mention.heard_at > now - week, Mention.is_history.is_(False))
            .group_by(Mention.feed_id)
        )
    }
    gaps = _counted(session, Gap.feed_id, ids, Gap.filled_at.is_(None))
    rejected = _counted(session, Rejection.feed_id, ids)
    silent = set(
        session.scalars(
            select(Spike.feed_id).where(
                Spike.sort == SpikeSort.SILENCE, Spike.closed_at.is_(None), Spike.feed_id.in_(ids)
            )
        )
    )
    found = []
    for row in rows:
        total, noise = heard.get(row.id, (0, 0))
        days = min(max((now - row.created_at) / timedelta(days=1), 1.0), 7.0)
        gap = days * 86_400 / total if total > 1 else None
        word = _word(row, row.id in silent)
        found.append(
            Health(
                row,
                word,
                total / days,
                noise / total if total else 0.0,
                gap,
                gaps.get(row.id, 0),
                rejected.get(row.id, 0),
            )
        )
    return found


def _counted(session: Session, key: Any, ids: Sequence[int], *clauses: Any) -> dict[int, int]:
    rows = session.execute(select(key, func.count()).where(key.in_(ids), *clauses).group_by(key))
    return {row[0]: row[1] for row in rows}


def _word(row: Feed, is_silent: bool) -> str:
    if row.state != FeedState.ACTIVE:
        return row.state
    if row.failures >= 3:
        return "failing"
    if is_silent:
        return "silent"
    if row.failures:
        return "slowed"
    return "answers" if row.last_success_at or row.last_heard_at else "new"


def gaps(session: Session, feed_id: int) -> list[Gap]:
    """Return what a feed could not give yet, the newest first."""
    return list(
        session.scalars(
            select(Gap).where(Gap.feed_id == feed_id, Gap.filled_at.is_(None)).order_by(Gap.id.desc()).limit(MOST)
        )
    )


def rejections(session: Session, feed_id: int, limit: int = 50) -> list[Rejection]:
    """Return the last rows of a feed that could not be read, the newest first."""
    return list(
        session.scalars(
            select(Rejection).where(Rejection.feed_id == feed_id).order_by(Rejection.id.desc()).limit(min(limit, MOST))
        )
    )


def deliveries(session: Session, feed_id: int, limit: int = 50) -> list[Delivery]:
    """Return the last calls of a pushing feed, the newest first."""
    return list(
        session.scalars(
            select(Delivery).where(Delivery.feed_id == feed_id).order_by(Delivery.id.desc()).limit(min(limit, MOST))
        )
    )


def imports(session: Session, limit: int = 50) -> list[ImportRun]:
    """Return the last imports, the newest first."""
    return list(session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(min(limit, MOST))))
