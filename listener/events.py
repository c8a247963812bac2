"""What happened outside, as people log it: drawn on charts beside what was heard; it judges nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from listener.models import Event, EventKind, Topic
from listener.text import clean_name

LONGEST_NAME, LONGEST_NOTE = 100, 2_000
YEARS = range(1970, 2200)
UNSET: Any = object()


class BadEvent(ValueError):
    """An event that cannot be kept so: which field, and a sentence that says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def log(
    session: Session,
    *,
    name: str,
    kind: str,
    topic_id: int | None,
    starts_at: datetime,
    ends_at: datetime | None = None,
    note: str = "",
    by_id: int,
    now: datetime,
    is_demo: bool = False,
) -> Event:
    """Keep an event of one topic, or of all where `topic_id` is empty; raise `BadEvent`."""
    event = Event(by_id=by_id, created_at=now, is_demo=is_demo)
    return _fill(session, event, name, kind, topic_id, starts_at, ends_at, note)


def change(
    session: Session,
    event_id: int,
    *,
    name: str | None = None,
    kind: str | None = None,
    topic_id: int | None = UNSET,
    starts_at: datetime | None = None,
    ends_at: datetime | None = UNSET,
    note: str | None = None,
) -> Event | None:
    """Change an event, or return `None` where there is none; what is left out stays. Raise `BadEvent`."""
    event = session.get(Event, event_id, with_for_update=True, populate_existing=True)
    if event is None:
        return None
    return _fill(
        session,
        event,
        event.name if name is None else name,
        event.kind if kind is None else kind,
        event.topic_id if topic_id is UNSET else topic_id,
        starts_at or event.starts_at,
        event.ends_at if ends_at is UNSET else ends_at,
        event.note if note is None else note,
    )


def delete(session: Session, event_id: int) -> bool:
    """Take an event off the charts for good; say whether there was one."""
    event = session.get(Event, event_id, with_for_update=True)
    if event is None:
        return False
    session.delete(event)
    session.flush()
    return True


def _fill(
    session: Session,
    event: Event,
    name: str,
    kind: str,
    topic_id: int | None,
    starts_at: datetime,
    ends_at: datetime | None,
    note: str,
) -> Event:
    called, noted = clean_name(name), note.replace("\x00", "").strip()
    if not called:
        raise BadEvent("name", "An event needs a name.")
    if kind not in set(EventKind):
        raise BadEvent("kind", "There is no such kind of event. Choose one of the list.")
    if topic_id is not None and session.get(Topic, topic_id) is None:
        raise BadEvent("topic_id", "There is no such topic.")
    if starts_at.year not in YEARS:
        raise BadEvent("starts_at", "This moment is too far away for a chart. Choose one nearer to today.")
    if ends_at is not None and ends_at.year not in YEARS:
        raise BadEvent("ends_at", "This moment is too far away for a chart. Choose one nearer to today.")
    if ends_at is not None and ends_at <= starts_at:
        raise BadEvent("ends_at", "The end lies before the beginning. Leave it empty for a single moment.")
    if len(noted) > LONGEST_NOTE:
        raise BadEvent("note", "This note is too long: 2,000 characters are the most.")
    event.name, event.kind, event.topic_id = called, kind, topic_id
    event.starts_at, event.ends_at, event.note = starts_at, ends_at, noted
    session.add(event)
    session.flush()
    return event
