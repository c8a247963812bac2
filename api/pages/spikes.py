"""Incidents: what is unusual, what it was judged against, what caused it, who was told, and what people do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from api.course import course, marks
from api.dependencies import HEARERS, Database, Now
from api.pages.frame import Hearer, Insider
from api.pages.hushes import HOURS
from api.pages.mentions import topics_by_id
from api.rendering import back, frame_of, page
from listener import find as heard
from listener import incidents
from listener.find.figures import MOST
from listener.incidents import BadSnooze
from listener.models import Feed, Hush, HushSort, Spike, SpikeSort, Topic
from triage import people
from triage.aloud import aloud
from triage.find import crises
from triage.find.incidents import answers, told
from triage.refusals import NoSuch

router = APIRouter()

SNOOZES = (1, 4, 12, 24, 72)  # hours
PARTS, LONG_PARTS = ("sources", "languages", "terms"), ("threads", "links")
JUDGED = {"real": "spike_real", "false": "spike_false", "": "spike_unjudged"}


@router.get("/spikes")
def index(
    request: Request, session: Database, acting: Insider, now: Now, sort: str = "", topic: str = "",
    cursor: int | None = None,
) -> Response:  # fmt: skip
    """List incidents: those that go on first, each in one sentence, then those that are over, newest first."""
    chosen = sort if sort in set(SpikeSort) else None
    topic_id = int(topic) if topic.isdecimal() else None
    going, _ = heard.spikes(session, topic_id=topic_id, sort=chosen, is_open=True, limit=MOST)
    over, following = heard.spikes(session, topic_id=topic_id, sort=chosen, is_open=False, cursor=cursor)
    topics = topics_by_id(session)
    feeds = {one.feed.id: one.feed for one in heard.feeds(session, now)}
    return page(
        request,
        "spikes/page.html",
        going=() if cursor else going,
        over=over,
        said={one.id: _sentence(request, one, topics, feeds) for one in going},
        cursor=following,
        sort=chosen,
        sorts=list(SpikeSort),
        topic_id=topic_id,
        topics=topics,
        feeds=feeds,
        muted={one.topic_id for one in heard.hushes(session, at=now, sort=HushSort.MUTE)},
    )


@router.get("/spikes/{spike_id}")
def show(
    request: Request, session: Database, acting: Insider, now: Now, spike_id: int, by: str = "hours", show: str = ""
) -> Response:
    """Show one incident: its size, its cause, its course, its posts, who was told, and what happened to it."""
    return _incident(request, session, acting, now, spike_id, by=by, show=show)


@router.post("/spikes/{spike_id}/snooze")
def snooze(
    request: Request, session: Database, acting: Hearer, now: Now, spike_id: int,
    hours: Annotated[str, Form(max_length=10)] = "", until: Annotated[str, Form(max_length=40)] = "",
) -> Response:  # fmt: skip
    """Tell nothing of it for some hours, or before a moment of the reader's clock."""
    reader = frame_of(request).reader
    try:
        at = reader.typed(until) if until.strip() else _in_hours(hours, now)
        if at is None:
            raise BadSnooze("until", "This is no moment. Fill in a day and a time.")
        with session.begin_nested():
            _held(incidents.snooze(session, spike_id, at, by_id=acting.member_id, now=now), spike_id)
    except BadSnooze as wrong:
        return _incident(request, session, acting, now, spike_id, wrong=wrong, until=until, status=422)
    return back(f"/spikes/{spike_id}", "spike_snoozed", until=reader.moment(at))


@router.post("/spikes/{spike_id}/wake")
def wake(session: Database, acting: Hearer, now: Now, spike_id: int) -> Response:
    """End a snooze before its time."""
    _held(incidents.wake(session, spike_id, by_id=acting.member_id, now=now), spike_id)
    return back(f"/spikes/{spike_id}", "spike_woken")


@router.post("/spikes/{spike_id}/judge")
def judge(
    session: Database, acting: Hearer, now: Now, spike_id: int, verdict: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """Say that it was real or a false alarm; an empty verdict takes back what was said."""
    word: incidents.Word | None = "real" if verdict == "real" else "false" if verdict == "false" else None
    _held(incidents.judge(session, spike_id, word, by_id=acting.member_id, now=now), spike_id)
    return back(f"/spikes/{spike_id}", JUDGED[word or ""])


def _incident(
    request: Request,
    session: Session,
    acting: people.Actor,
    now: datetime,
    spike_id: int,
    *,
    by: str = "hours",
    show: str = "",
    wrong: BadSnooze | None = None,
    until: str = "",
    status: int = 200,
) -> Response:
    spike = _held(heard.spike(session, spike_id), spike_id)
    topic = heard.topic(session, spike.topic_id) if spike.topic_id else None
    feed = heard.feed(session, spike.feed_id) if spike.feed_id else None
    reader, happened = frame_of(request).reader, heard.moments(session, spike_id)
    by, is_share = (
        "minutes" if by == "minutes" else "hours",
        show == "share" or (not show and spike.sort == SpikeSort.SURGE),
    )
    rows = course(session, spike, now, by=by, share=is_share)
    return page(
        request,
        "spikes/incident.html",
        status=status,
        spike=spike,
        topic=topic,
        feed=feed,
        said=aloud(spike, spike.cause, reader.language, reader.zone.key, _name(topic, feed)),
        by=by,
        is_share=is_share,
        rows=rows,
        marks=[asdict(mark) for mark in marks(session, reader, spike, happened, rows)],
        parts=_parts(spike, PARTS),
        long_parts=_parts(spike, LONG_PARTS),
        **_posts(session, acting, spike, now),
        moments=happened,
        untils={one.id: datetime.fromisoformat(one.data["until"]) for one in happened if "until" in one.data},
        told=told(session, spike_id),
        members={one.id: one.name for one in people.members(session)},
        mute=_mute(session, spike, now),
        standing=crises.crises(session, is_open=True, topic_id=topic.id)[0] if topic else [],
        may_act=frame_of(request).role in HEARERS,
        snoozes=SNOOZES,
        mutes=HOURS,
        wrong=wrong,
        until=until,
    )


def _posts(session: Session, acting: people.Actor, spike: Spike, now: datetime) -> Mapping[str, Any]:
    """Return the first post and those that brought most, as far as they are still there, and their answers."""
    posts, authors = spike.cause.get("posts") or (), spike.cause.get("authors") or ()
    ids = {one["mention_id"] for one in (*posts, *authors) if one.get("mention_id")}
    ids |= {spike.first_mention_id} if spike.first_mention_id else set()
    hits = heard.mentions(session, heard.Chosen(ids=tuple(ids)), limit=MOST).rows if ids else ()
    found = {hit.mention.id: hit for hit in hits}
    return {
        "first": found.get(spike.first_mention_id or 0),
        "carriers": [one for one in authors if one.get("mention_id") in found],
        "loudest": [(one, found[one["mention_id"]]) for one in posts if one["mention_id"] in found],
        "answered": answers(session, acting, ids, now),
    }


def _parts(spike: Spike, keys: Sequence[str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return what it is made of, part by part: rows with a name, a share 0…1 and often what is typical."""
    return [(key, spike.cause[key]) for key in keys if spike.cause.get(key)]


def _mute(session: Session, spike: Spike, now: datetime) -> Hush | None:
    """Return what mutes its topic now."""
    if spike.topic_id is None:
        return None
    running = heard.hushes(session, topic_id=spike.topic_id, at=now, sort=HushSort.MUTE)
    return running[0] if running else None


def _sentence(request: Request, spike: Spike, topics: Mapping[int, Topic], feeds: Mapping[int, Feed]) -> str:
    reader = frame_of(request).reader
    about = _name(topics.get(spike.topic_id or 0), feeds.get(spike.feed_id or 0))
    return aloud(spike, spike.cause, reader.language, reader.zone.key, about)


def _in_hours(hours: str, now: datetime) -> datetime | None:
    return now + timedelta(hours=int(hours)) if hours in {str(one) for one in SNOOZES} else None


def _held(found: Spike | None, spike_id: int) -> Spike:
    if found is None:
        raise NoSuch("spike", spike_id)
    return found


def _name(topic: Topic | None, feed: Feed | None) -> str:
    return topic.name if topic else feed.name if feed else ""
