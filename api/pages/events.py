"""Events: what happened outside and may move the numbers, logged by hand and drawn on charts."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.dependencies import HEARERS, Database
from api.pages.frame import Hearer, Insider
from api.pages.mentions import topics_by_id
from api.rendering import back, frame_of, page
from listener import events
from listener import find as heard
from listener.events import LONGEST_NAME, LONGEST_NOTE, BadEvent
from listener.models import Event, EventKind
from triage import people
from triage.refusals import NoSuch

router = APIRouter()

STRETCH = 50


class Wish(BaseModel):
    """The form of an event; moments as the reader's own clock shows them, empty where there is none."""

    name: str = Field(default="", max_length=1_000)
    kind: str = EventKind.OTHER
    topic: int | None = None
    starts: str = Field(default="", max_length=40)
    ends: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=20_000)


@router.get("/events")
def index(request: Request, session: Database, acting: Insider, topic: str = "", cursor: int | None = None) -> Response:
    """List the events, the latest first; those who hear can log one."""
    known = topics_by_id(session)
    chosen = int(topic) if topic.isdecimal() and int(topic) in known else None
    wish = Wish(topic=chosen, starts=frame_of(request).reader.field(frame_of(request).reader.now))
    return _page(request, session, topic_id=chosen, cursor=cursor, wish=wish)


@router.post("/events")
def add(request: Request, session: Database, acting: Hearer, wish: Annotated[Wish, Form()]) -> Response:
    """Log an event."""
    now = frame_of(request).reader.now
    try:
        with session.begin_nested():
            made = events.log(session, **_values(request, wish), by_id=acting.member_id, now=now)
    except BadEvent as wrong:
        return _page(request, session, wish=wish, wrong=wrong, status=422)
    return back("/events", "event_logged", name=made.name)


@router.get("/events/{event_id}")
def show(request: Request, session: Database, acting: Insider, event_id: int) -> Response:
    """Show one event among the others, in the form that changes it."""
    event, reader = _here(session, event_id), frame_of(request).reader
    wish = Wish(
        name=event.name, kind=event.kind, topic=event.topic_id, starts=reader.field(event.starts_at),
        ends=reader.field(event.ends_at) if event.ends_at else "", note=event.note,
    )  # fmt: skip
    return _page(request, session, event=event, wish=wish)


@router.post("/events/{event_id}")
def change(
    request: Request, session: Database, acting: Hearer, event_id: int, wish: Annotated[Wish, Form()]
) -> Response:
    """Change an event."""
    event = _here(session, event_id)
    try:
        with session.begin_nested():
            events.change(session, event_id, **_values(request, wish))
    except BadEvent as wrong:
        return _page(request, session, event=event, wish=wish, wrong=wrong, status=422)
    return back("/events", "event_saved", name=event.name)


@router.post("/events/{event_id}/delete")
def delete(session: Database, acting: Hearer, event_id: int) -> Response:
    """Take an event off the charts."""
    name = _here(session, event_id).name
    events.delete(session, event_id)
    return back("/events", "event_deleted", name=name)


def _values(request: Request, wish: Wish) -> dict[str, Any]:
    """Return what the form says, its moments read; raise `BadEvent` where one is none."""
    return {
        "name": wish.name, "kind": wish.kind, "topic_id": wish.topic, "note": wish.note,
        "starts_at": _moment(request, "starts_at", wish.starts),
        "ends_at": _moment(request, "ends_at", wish.ends) if wish.ends.strip() else None,
    }  # fmt: skip


def _moment(request: Request, field: str, text: str) -> datetime:
    at = frame_of(request).reader.typed(text)
    if at is None:
        raise BadEvent(field, "This is no moment. Fill in a day and a time.")
    return at


def _here(session: Session, event_id: int) -> Event:
    found = heard.event(session, event_id)
    if found is None:
        raise NoSuch("event", event_id)
    return found


def _page(
    request: Request,
    session: Session,
    *,
    wish: Wish,
    event: Event | None = None,
    topic_id: int | None = None,
    cursor: int | None = None,
    wrong: BadEvent | None = None,
    status: int = 200,
) -> Response:
    last = heard.event(session, cursor) if cursor is not None else None
    after = (last.starts_at, last.id) if last else None
    rows = heard.logged(session, topic_id=topic_id, cursor=after, limit=STRETCH + 1)
    return page(
        request,
        "events/page.html",
        status=status,
        events=rows[:STRETCH],
        cursor=rows[STRETCH - 1].id if len(rows) > STRETCH else None,
        event=event,
        wish=wish,
        wrong=wrong,
        kinds=list(EventKind),
        topics=topics_by_id(session),
        topic_id=topic_id,
        members={one.id: one.name for one in people.members(session)},
        may_log=frame_of(request).role in HEARERS,
        longest_name=LONGEST_NAME,
        longest_note=LONGEST_NOTE,
    )
