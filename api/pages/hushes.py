"""Quiet times: topics muted by hand and planned maintenance; what runs, what is to come, what is over."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.dependencies import HEARERS, Database, Now
from api.pages.frame import Hearer, Insider
from api.pages.mentions import topics_by_id
from api.rendering import back, frame_of, inside, page
from listener import find as heard
from listener import hushes
from listener.hushes import LONGEST_WHY, BadHush
from listener.models import Hush
from triage import people
from triage.refusals import NoSuch

router = APIRouter()

HOURS = (1, 4, 12, 24, 72, 168)  # how long a topic may be muted with one choice; 0 is until somebody ends it
PAST = 30
SHORT = timedelta(hours=2)  # what a maintenance usually takes
HERE = "/hushes"


class Mute(BaseModel):
    """The form that mutes a topic: for some hours, until a moment of the reader's clock, or without an end."""

    topic: int | None = None
    hours: int = Field(default=4, ge=0, le=168)
    until: str = Field(default="", max_length=40)
    why: str = Field(default="", max_length=5_000)
    back: str = Field(default=HERE, max_length=500)


class Maintenance(BaseModel):
    """The form that plans a maintenance; `covers` is "all", "topic-3" or "feed-7"."""

    covers: str = Field(default="all", max_length=40)
    starts: str = Field(default="", max_length=40)
    ends: str = Field(default="", max_length=40)
    why: str = Field(default="", max_length=5_000)


@router.get("/hushes")
def index(request: Request, session: Database, acting: Insider, now: Now, topic: str = "", feed: str = "") -> Response:
    """List quiet times; those who hear can mute a topic or plan a maintenance."""
    reader = frame_of(request).reader
    planned = Maintenance(
        covers=f"feed-{feed}" if feed else "all", starts=reader.field(now), ends=reader.field(now + SHORT)
    )
    return _page(request, session, now, mute=Mute(topic=int(topic) if topic.isdecimal() else None), planned=planned)


@router.post("/hushes/mute")
def mute(request: Request, session: Database, acting: Hearer, now: Now, wish: Annotated[Mute, Form()]) -> Response:
    """Mute a topic from now on, and go back to where that was asked for."""
    topic = heard.topic(session, wish.topic) if wish.topic is not None else None
    try:
        if topic is None:
            raise BadHush("topic_id", "Choose a topic.")
        with session.begin_nested():
            hushes.mute(
                session, topic.id, until=_until(request, wish, now), why=wish.why, by_id=acting.member_id, now=now
            )
    except BadHush as wrong:
        return _page(request, session, now, mute=wish, wrong_mute=wrong, status=422)
    return back(inside(wish.back), "topic_muted", name=topic.name)


@router.post("/hushes/maintenance")
def maintain(
    request: Request, session: Database, acting: Hearer, now: Now, wish: Annotated[Maintenance, Form()]
) -> Response:
    """Plan a maintenance."""
    try:
        with session.begin_nested():
            hushes.maintain(
                session, **_covered(wish.covers), starts_at=_moment(request, "starts_at", wish.starts),
                ends_at=_moment(request, "ends_at", wish.ends), why=wish.why, by_id=acting.member_id, now=now,
            )  # fmt: skip
    except BadHush as wrong:
        return _page(request, session, now, planned=wish, wrong_planned=wrong, status=422)
    return back(HERE, "maintenance_planned")


@router.post("/hushes/{hush_id}/end")
def end(
    session: Database, acting: Hearer, now: Now, hush_id: int, back_to: Annotated[str, Form(alias="back")] = HERE
) -> Response:
    """End a quiet time now, or take back one that has not begun."""
    if hushes.end(session, hush_id, by_id=acting.member_id, now=now) is None:
        raise NoSuch("hush", hush_id)
    return back(inside(back_to), "hush_ended")


def _until(request: Request, wish: Mute, now: datetime) -> datetime | None:
    if wish.until.strip():
        return _moment(request, "until", wish.until)
    return now + timedelta(hours=wish.hours) if wish.hours else None


def _covered(covers: str) -> dict[str, int | None]:
    what, _, number = covers.partition("-")
    if covers != "all" and (what not in ("topic", "feed") or not number.isdecimal()):
        raise BadHush("covers", "Choose what it covers.")
    return {f"{what}_id": int(number)} if number else {}


def _moment(request: Request, field: str, text: str) -> datetime:
    at = frame_of(request).reader.typed(text)
    if at is None:
        raise BadHush(field, "This is no moment. Fill in a day and a time.")
    return at


def _page(
    request: Request,
    session: Session,
    now: datetime,
    *,
    mute: Mute | None = None,
    planned: Maintenance | None = None,
    wrong_mute: BadHush | None = None,
    wrong_planned: BadHush | None = None,
    status: int = 200,
) -> Response:
    rows = heard.hushes(session)
    feeds = [one.feed for one in heard.feeds(session, now)]
    return page(
        request,
        "hushes/page.html",
        status=status,
        **_by_time(rows, now),
        mute=mute or Mute(),
        planned=planned or Maintenance(),
        wrong_mute=wrong_mute,
        wrong_planned=wrong_planned,
        hours=HOURS,
        topics=topics_by_id(session),
        feeds={feed.id: feed.name for feed in feeds},
        members={one.id: one.name for one in people.members(session)},
        may_hush=frame_of(request).role in HEARERS,
        longest_why=LONGEST_WHY,
    )


def _by_time(rows: list[Hush], now: datetime) -> dict[str, Any]:
    """Part quiet times into what runs, what is to come (soonest first) and what is over (newest first)."""
    over = [row for row in rows if row.ends_at is not None and row.ends_at <= max(row.starts_at, now)]
    begun = [row for row in rows if row.starts_at <= now and row not in over]
    ahead = sorted((row for row in rows if row.starts_at > now), key=lambda row: row.starts_at)
    past = sorted(over, key=lambda row: (row.ends_at, row.id), reverse=True)[:PAST]
    return {"running": begun, "ahead": [row for row in ahead if row not in over], "past": past}
