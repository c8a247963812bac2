"""Volume far from typical, and silent feeds, with their cause."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from api.dependencies import Database, require
from api.v1.paging import Cursor, Limit, Shape, Stretch, example, number, seal
from api.v1.problems import NOT_HERE
from listener import find as heard
from triage import people
from triage.refusals import NoSuch

router = APIRouter(prefix="/spikes", tags=["spikes"])
Insider = Annotated[people.Actor, Depends(require())]

_SPIKE = {
    "id": 5, "topic_id": 1, "feed_id": None, "sort": "spike", "started_at": "2026-11-20T18:00:00Z",
    "opened_at": "2026-11-20T18:07:00Z", "last_at": "2026-11-20T21:30:00Z", "closed_at": None, "observed": 240.0,
    "typical": 31.0, "score": 9.4, "baseline": {"weeks": 4}, "cause": {"first": 498, "terms": ["lid", "recall"]},
    "first_mention_id": 498, "is_demo": False,
}  # fmt: skip


class Spike(Shape):
    """One incident. A spike, drop or surge has a topic; a silence has a feed. `closed_at` is null while it goes on."""

    model_config = example(_SPIKE)

    id: int
    topic_id: int | None
    feed_id: int | None
    sort: Literal["spike", "drop", "surge", "silence"]
    started_at: datetime
    opened_at: datetime
    last_at: datetime
    closed_at: datetime | None
    observed: float
    typical: float
    score: float
    baseline: dict[str, Any]
    cause: dict[str, Any]
    first_mention_id: int | None
    is_demo: bool


@router.get("", summary="List spikes")
def index(
    session: Database,
    acting: Insider,
    topic_id: int | None = None,
    sort: Literal["spike", "drop", "surge", "silence"] | None = None,
    is_open: Annotated[bool | None, Query(description="Those that go on, or those that are over.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Spike]:
    """List incidents, newest first."""
    rows, following = heard.spikes(
        session, topic_id=topic_id, sort=sort, is_open=is_open, cursor=number(cursor), limit=limit
    )
    return Stretch[Spike](
        items=[Spike.model_validate(row) for row in rows], next=seal(following) if following is not None else None
    )


@router.get("/{spike_id}", summary="Read a spike", responses=NOT_HERE)
def read(session: Database, acting: Insider, spike_id: int) -> Spike:
    """Read one incident: what was seen, what is typical, and what caused it."""
    found = heard.spike(session, spike_id)
    if found is None:
        raise NoSuch("spike", spike_id)
    return Spike.model_validate(found)
