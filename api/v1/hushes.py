"""Quiet times: topics muted by hand, and planned maintenance."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, status
from pydantic import AwareDatetime, Field

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, require
from api.v1.paging import Cursor, Given, Instant, Limit, Shape, Stretch, cut, example, number
from api.v1.problems import NOT_HERE
from listener import find as heard
from listener import hushes
from listener.hushes import LONGEST_WHY
from listener.models import HushSort
from triage import people
from triage.refusals import NoSuch

router = APIRouter(prefix="/hushes", tags=["hushes"])
Insider = Annotated[people.Actor, Depends(require())]
Hearer = Annotated[people.Actor, Depends(require(*HEARERS, scope=Scope.TRIAGE))]

_HUSH = {
    "id": 2, "sort": "maintenance", "topic_id": None, "feed_id": 3, "starts_at": "2026-11-21T22:00:00Z",
    "ends_at": "2026-11-22T02:00:00Z", "why": "The forum moves to another host.", "by_id": 4, "ended_by_id": None,
    "created_at": "2026-11-20T10:00:00Z", "is_demo": False,
}  # fmt: skip


class Hush(Shape):
    """One quiet time: of a topic, of a feed, or of everything where both are null; without `ends_at` until ended.

    A muted topic is watched, and nobody is told. What is under maintenance is neither judged nor learnt from.
    """

    model_config = example(_HUSH)

    id: int
    sort: HushSort
    topic_id: int | None
    feed_id: int | None
    starts_at: datetime
    ends_at: datetime | None
    why: str
    by_id: int
    ended_by_id: int | None = Field(description="Who ended it before its time.")
    created_at: datetime
    is_demo: bool


class Mute(Given):
    """A topic to mute, from now on."""

    topic_id: int = Field(examples=[1])
    until: Instant | None = Field(
        default=None, description="Until somebody ends it, if left out.", examples=["2026-11-21T18:00:00Z"]
    )
    why: str = Field(default="", max_length=LONGEST_WHY, examples=["The launch is on; we are all watching."])


class Maintenance(Given):
    """A maintenance to plan: of a topic, of a feed, or of everything where neither is named."""

    topic_id: int | None = None
    feed_id: int | None = Field(default=None, examples=[3])
    starts_at: Instant = Field(examples=["2026-11-21T22:00:00Z"])
    ends_at: Instant = Field(examples=["2026-11-22T02:00:00Z"])
    why: str = Field(default="", max_length=LONGEST_WHY, examples=["The forum moves to another host."])


@router.get("", summary="List quiet times")
def index(
    session: Database,
    acting: Insider,
    topic_id: Annotated[int | None, Query(description="Those of this topic and those of everything.")] = None,
    feed_id: Annotated[int | None, Query(description="Those of this feed and those of everything.")] = None,
    sort: HushSort | None = None,
    at: Annotated[AwareDatetime | None, Query(description="Only those that run at this moment.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Hush]:
    """List quiet times, the last made first: planned, running and past."""
    rows = heard.hushes(
        session, topic_id=topic_id, feed_id=feed_id, sort=sort, at=at, before=number(cursor), limit=limit + 1
    )
    kept, following = cut(rows, limit, lambda row: row.id)
    return Stretch[Hush](items=[Hush.model_validate(row) for row in kept], next=following)


@router.post("/mute", summary="Mute a topic", status_code=status.HTTP_201_CREATED)
def mute(session: Database, acting: Hearer, now: Now, body: Mute) -> Hush:
    """Find what is unusual in a topic, and tell nobody. One that is muted already gets the new end."""
    made = hushes.mute(session, body.topic_id, until=body.until, why=body.why, by_id=acting.member_id, now=now)
    return Hush.model_validate(made)


@router.post("/maintenance", summary="Plan a maintenance", status_code=status.HTTP_201_CREATED)
def maintain(session: Database, acting: Hearer, now: Now, body: Maintenance) -> Hush:
    """Judge nothing and learn nothing for a while; at most 31 days."""
    return Hush.model_validate(hushes.maintain(session, **body.model_dump(), by_id=acting.member_id, now=now))


@router.get("/{hush_id}", summary="Read a quiet time", responses=NOT_HERE)
def read(session: Database, acting: Insider, hush_id: int) -> Hush:
    """Read one quiet time."""
    found = heard.hush(session, hush_id)
    if found is None:
        raise NoSuch("hush", hush_id)
    return Hush.model_validate(found)


@router.post("/{hush_id}/end", summary="End a quiet time", responses=NOT_HERE)
def end(session: Database, acting: Hearer, now: Now, hush_id: int) -> Hush:
    """End it now. One that has not begun never begins; one that is over stays as it was."""
    ended = hushes.end(session, hush_id, by_id=acting.member_id, now=now)
    if ended is None:
        raise NoSuch("hush", hush_id)
    return Hush.model_validate(ended)
