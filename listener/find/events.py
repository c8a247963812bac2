"""What happened outside, beside what was heard."""

from datetime import datetime

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from listener.find.figures import MOST
from listener.models import Event


def event(session: Session, event_id: int) -> Event | None:
    """Return one event, or `None`."""
    return session.get(Event, event_id)


def events(
    session: Session, *, topic_id: int | None, since: datetime, until: datetime, limit: int = MOST
) -> list[Event]:
    """Return the events of a topic and those of all that touch the time from `since` to before `until`, oldest first.

    Without a topic: those of all topics together and of each. Of very many, the latest.
    """
    return logged(session, topic_id=topic_id, since=since, until=until, limit=limit)[::-1]


def logged(
    session: Session,
    *,
    topic_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Event]:
    """Return events, the latest beginning first; `cursor` is the beginning and the id of the last one known."""
    asked = select(Event).order_by(Event.starts_at.desc(), Event.id.desc()).limit(limit)
    if topic_id is not None:
        asked = asked.where(or_(Event.topic_id == topic_id, Event.topic_id.is_(None)))
    if since is not None:
        asked = asked.where(func.coalesce(Event.ends_at, Event.starts_at) >= since)
    if until is not None:
        asked = asked.where(Event.starts_at < until)
    if cursor is not None:
        asked = asked.where(tuple_(Event.starts_at, Event.id) < cursor)
    return list(session.scalars(asked))
