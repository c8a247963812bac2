"""Quiet times: planned, running and past."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from listener.models import Hush, HushSort

MOST = 1_000


def hush(session: Session, hush_id: int) -> Hush | None:
    """Return one quiet time, or `None`."""
    return session.get(Hush, hush_id)


def hushes(
    session: Session,
    *,
    topic_id: int | None = None,
    feed_id: int | None = None,
    at: datetime | None = None,
    sort: HushSort | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = MOST,
) -> list[Hush]:
    """Return quiet times, the last made first; `before` is the id of the last one known.

    Of a topic or a feed: its own and those of everything. `at`: only what runs then. `since` and `until`: only what
    reaches into that time. One that was ended before it began covers no time at all.
    """
    asked = select(Hush).order_by(Hush.id.desc()).limit(limit)
    of_all = Hush.topic_id.is_(None) & Hush.feed_id.is_(None)
    if topic_id is not None:
        asked = asked.where(or_(Hush.topic_id == topic_id, of_all))
    if feed_id is not None:
        asked = asked.where(or_(Hush.feed_id == feed_id, of_all))
    if sort is not None:
        asked = asked.where(Hush.sort == sort)
    if at is not None:
        asked = asked.where(Hush.starts_at <= at, or_(Hush.ends_at.is_(None), Hush.ends_at > at))
    if since is not None:
        asked = asked.where(or_(Hush.ends_at.is_(None), Hush.ends_at > since))
    if until is not None:
        asked = asked.where(Hush.starts_at < until)
    if since is not None or until is not None:
        asked = asked.where(or_(Hush.ends_at.is_(None), Hush.ends_at > Hush.starts_at))
    if before is not None:
        asked = asked.where(Hush.id < before)
    return list(session.scalars(asked))


def maintained(session: Session, since: datetime, now: datetime) -> tuple[dict[int, datetime], datetime | None]:
    """Return when the last maintenance of each feed ended, and of everything; `now` while it runs.

    Only what reaches into the time since `since` and has begun by `now`.
    """
    ended: dict[int, datetime] = {}
    of_all: datetime | None = None
    for row in hushes(session, sort=HushSort.MAINTENANCE, since=since):
        if row.starts_at > now:
            continue
        until = min(row.ends_at or now, now)
        if row.feed_id is not None:
            ended[row.feed_id] = max(until, ended.get(row.feed_id, until))
        elif row.topic_id is None:
            of_all = max(until, of_all or until)
    return ended, of_all
