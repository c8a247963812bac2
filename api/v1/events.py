"""What happened outside and may move the numbers."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, status
from pydantic import AwareDatetime, Field

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, require
from api.v1.paging import Cursor, Given, Instant, Limit, Shape, Stretch, cut, example, unseal
from api.v1.problems import NOT_HERE
from listener import events
from listener import find as heard
from listener.events import LONGEST_NAME, LONGEST_NOTE
from listener.models import EventKind
from triage import people
from triage.refusals import BadInput, NoSuch

router = APIRouter(prefix="/events", tags=["events"])
Insider = Annotated[people.Actor, Depends(require())]
Hearer = Annotated[people.Actor, Depends(require(*HEARERS, scope=Scope.TRIAGE))]

_EVENT = {
    "id": 4, "name": "Black Friday", "kind": "campaign", "topic_id": 1, "starts_at": "2026-11-27T00:00:00Z",
    "ends_at": "2026-11-30T00:00:00Z", "note": "Twenty percent off every kettle.", "by_id": 4,
    "created_at": "2026-11-20T10:00:00Z", "is_demo": False,
}  # fmt: skip


class Event(Shape):
    """Something that happened outside. Without `topic_id` it is of all topics, without `ends_at` a single moment."""

    model_config = example(_EVENT)

    id: int
    name: str
    kind: EventKind
    topic_id: int | None
    starts_at: datetime
    ends_at: datetime | None
    note: str
    by_id: int
    created_at: datetime
    is_demo: bool


class NewEvent(Given):
    """An event to log."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, examples=["Black Friday"])
    kind: EventKind = Field(default=EventKind.OTHER, examples=["campaign"])
    topic_id: int | None = Field(default=None, description="All topics if left out.", examples=[1])
    starts_at: Instant = Field(examples=["2026-11-27T00:00:00Z"])
    ends_at: Instant | None = Field(default=None, examples=["2026-11-30T00:00:00Z"])
    note: str = Field(default="", max_length=LONGEST_NOTE)


class EventChanges(Given):
    """What to change; what is left out stays. `null` takes an end or a topic away."""

    name: str | None = Field(default=None, min_length=1, max_length=LONGEST_NAME)
    kind: EventKind | None = None
    topic_id: int | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    note: str | None = Field(default=None, max_length=LONGEST_NOTE)


@router.get("", summary="List events")
def index(
    session: Database,
    acting: Insider,
    topic_id: Annotated[int | None, Query(description="Those of this topic and those of all.")] = None,
    since: Annotated[AwareDatetime | None, Query(description="Only those that last until then or longer.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Only those that begin before.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Event]:
    """List events, the latest beginning first."""
    rows = heard.logged(session, topic_id=topic_id, since=since, until=until, cursor=_place(cursor), limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: (row.starts_at.isoformat(), row.id))
    return Stretch[Event](items=[Event.model_validate(row) for row in kept], next=following)


@router.post("", summary="Log an event", status_code=status.HTTP_201_CREATED)
def create(session: Database, acting: Hearer, now: Now, body: NewEvent) -> Event:
    """Log something that happened outside, or will. It is drawn on the charts of its topic; it judges nothing."""
    return Event.model_validate(events.log(session, **body.model_dump(), by_id=acting.member_id, now=now))


@router.get("/{event_id}", summary="Read an event", responses=NOT_HERE)
def read(session: Database, acting: Insider, event_id: int) -> Event:
    """Read one event."""
    found = heard.event(session, event_id)
    if found is None:
        raise NoSuch("event", event_id)
    return Event.model_validate(found)


@router.patch("/{event_id}", summary="Change an event", responses=NOT_HERE)
def change(session: Database, acting: Hearer, event_id: int, body: EventChanges) -> Event:
    """Change an event."""
    changed = events.change(session, event_id, **body.model_dump(exclude_unset=True))
    if changed is None:
        raise NoSuch("event", event_id)
    return Event.model_validate(changed)


@router.delete("/{event_id}", summary="Delete an event", status_code=status.HTTP_204_NO_CONTENT, responses=NOT_HERE)
def remove(session: Database, acting: Hearer, event_id: int) -> None:
    """Take an event off the charts. It cannot be undone."""
    if not events.delete(session, event_id):
        raise NoSuch("event", event_id)


def _place(cursor: str | None) -> tuple[datetime, int] | None:
    place = unseal(cursor)
    if place is None:
        return None
    try:
        starts_at, event_id = place[0]
        return datetime.fromisoformat(starts_at), int(event_id)
    except (TypeError, ValueError):
        raise BadInput("cursor", "This cursor is not one of ours; leave it out to begin at the start.") from None
