"""The morning's sweep: everything severe since yesterday on one page, and a mark that somebody went through it."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from api.dependencies import HEARERS, Database, Now
from api.pages.frame import Hearer, Insider
from api.pages.mentions import topics_by_id
from api.reader import Reader
from api.rendering import back, frame_of, page
from listener import find as heard
from listener.models import Spike
from triage import sweeping
from triage.aloud import aloud
from triage.find import sweep as sweeps

router = APIRouter()

BACK = {"12h": timedelta(hours=12), "24h": timedelta(hours=24), "3d": timedelta(days=3), "7d": timedelta(days=7)}
LONGEST = 2_000


class Done(BaseModel):
    """The form that marks a sweep as done; `since` is the moment the page showed."""

    since: str
    words: str = Field(default="", max_length=LONGEST)


@router.get("/sweep")
def show(request: Request, session: Database, acting: Insider, now: Now, since: str = "") -> Response:
    """Show everything severe since yesterday, the last sweep, or some hours or days ago."""
    reader = frame_of(request).reader
    last = sweeps.last(session)
    chosen = since if since in BACK or (since == "last" and last) else ""
    begins = last.at if chosen == "last" and last else now - BACK[chosen] if chosen in BACK else _yesterday(reader, now)
    found = sweeps.sweep(session, acting, begins, now, timezone=reader.zone.key)
    topics = topics_by_id(session)
    feeds = {one.feed.id: one.feed.name for one in heard.feeds(session, now)}
    return page(
        request,
        "sweep/page.html",
        view=found,
        since=chosen,
        incidents=[_told(reader, one, _about(one, topics, feeds)) for one in found.incidents],
        silent=[_told(reader, one, _about(one, topics, feeds)) for one in found.silent],
        may_mark=acting.role in HEARERS,
        longest=LONGEST,
    )


@router.post("/sweep")
def mark(request: Request, session: Database, acting: Hearer, now: Now, done: Annotated[Done, Form()]) -> Response:
    """Mark the sweep as done."""
    reader = frame_of(request).reader
    sweeping.mark(session, _moment(done.since) or _yesterday(reader, now), by=acting, now=now, words=done.words)
    return back("/sweep", "swept")


def _yesterday(reader: Reader, now: datetime) -> datetime:
    """Return when yesterday began on this reader's wall clock."""
    day = reader.local(now) - timedelta(days=1)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _about(spike: Spike, topics: dict[int, Any], feeds: dict[int, str]) -> str:
    if spike.topic_id is not None:
        return str(topics[spike.topic_id].name) if spike.topic_id in topics else ""
    return feeds.get(spike.feed_id or 0, "")


def _told(reader: Reader, spike: Spike, about: str) -> tuple[Spike, str]:
    return spike, aloud(spike, spike.cause, reader.language, reader.zone.key, about)
