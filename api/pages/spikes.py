"""Incidents: volume far from typical, what it was judged against, and what caused it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.pages.frame import Insider
from api.pages.mentions import topics_by_id
from api.rendering import page
from listener import find as heard
from listener.find import Point
from listener.models import Spike, SpikeSort
from listener.volume import BUCKETS_AN_HOUR, profile
from triage.refusals import NoSuch

router = APIRouter()

HOUR = timedelta(hours=1)
BEFORE, AFTER = timedelta(hours=36), timedelta(hours=6)
WEEKS = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class Row:
    """One hour of the chart: what was heard, and what that hour usually brings (from … to)."""

    at: datetime
    total: int
    negative: int
    low: float
    high: float
    is_out: bool


@router.get("/spikes")
def index(
    request: Request, session: Database, acting: Insider, now: Now, sort: str = "", cursor: int | None = None
) -> Response:
    """List incidents, the newest first."""
    chosen = sort if sort in set(SpikeSort) else None
    rows, following = heard.spikes(session, sort=chosen, cursor=cursor)
    return page(
        request,
        "spikes/page.html",
        spikes=rows,
        cursor=following,
        sort=chosen,
        sorts=list(SpikeSort),
        topics=topics_by_id(session),
        feeds={one.feed.id: one.feed for one in heard.feeds(session, now)},
    )


@router.get("/spikes/{spike_id}")
def show(request: Request, session: Database, acting: Insider, now: Now, spike_id: int) -> Response:
    """Show one incident: its size, its cause, hour by hour, and its first post."""
    spike = heard.spike(session, spike_id)
    if spike is None:
        raise NoSuch("spike", spike_id)
    first = heard.mention(session, spike.first_mention_id) if spike.first_mention_id else None
    return page(
        request,
        "spikes/incident.html",
        spike=spike,
        topic=heard.topic(session, spike.topic_id) if spike.topic_id else None,
        feed=heard.feed(session, spike.feed_id) if spike.feed_id else None,
        first=first.hit if first else None,
        hours=_hours(session, spike, now),
        cause=_cause(spike.cause),
    )


def _hours(session: Session, spike: Spike, now: datetime) -> Sequence[Row]:
    """Return the hours around an incident beside what they usually bring, learnt from the weeks before it."""
    if spike.topic_id is None:
        return ()
    begins = (spike.started_at - BEFORE).replace(minute=0, second=0, microsecond=0)
    ends = min(now, (spike.closed_at or now) + AFTER, begins + timedelta(days=7))
    points = heard.volumes(session, start=begins, end=ends, step=HOUR, topic_id=spike.topic_id)
    known = heard.volumes(
        session, start=spike.started_at - WEEKS, end=spike.started_at, step=HOUR, topic_id=spike.topic_id
    )
    usual = profile([(one.at, one.total) for one in known], spike.started_at)
    hourly = [(point, usual.at(point.at)) for point in points]
    return [_row(point, of.mean * BUCKETS_AN_HOUR, of.spread * BUCKETS_AN_HOUR) for point, of in hourly]


def _row(point: Point, mean: float, spread: float) -> Row:
    low, high = max(0.0, mean - 2 * spread), mean + 2 * spread
    return Row(point.at, point.total, point.negative, low, high, not low <= point.total <= high)


def _cause(cause: Mapping[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return what carried it, part by part: (heading, rows with a name, a share 0…1 and often what is typical)."""
    parts = [
        (key, list(cause.get(key) or ())) for key in ("authors", "sources", "threads", "terms", "languages", "links")
    ]
    return [(key, [row | {"mention_id": row.get("mention_id")} for row in rows]) for key, rows in parts if rows]
