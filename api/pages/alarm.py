"""A topic's alarm: how often it may be wrong, tried on the topic's own history before it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from api.dependencies import HEARERS, Database, Now, Open
from api.pages.frame import Hearer, InsiderBriefly
from api.pages.hushes import HOURS
from api.reader import Reader
from api.rendering import back, frame_of, page
from api.timelines import Timeline
from listener import find as heard
from listener import listening
from listener.alarm.incident import REST
from listener.alarm.watch import BUDGETS, LEARNING
from listener.backtest import BackTest, Known, Told, back_test
from listener.find import Point, alarms
from listener.find.history import History, first, history
from listener.models import Event, Spike, Topic
from listener.volume import bucket_of
from triage.refusals import NoSuch

router = APIRouter()

HOUR = timedelta(hours=1)
NEAR = timedelta(seconds=REST)
RECENT = 12


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the chart, for its table: mentions, those of its busiest hour, what was told and what was outside."""

    day: date
    total: int
    busiest: int
    told: Sequence[Spike]
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of a back-test, and the incident that was at that time, if there was one."""

    told: Told
    incident: Spike | None


@dataclass(frozen=True, slots=True)
class Trial:
    """A back-test to draw: its alerts, and of the incidents people judged (told, all), by verdict."""

    test: BackTest
    alerts: Sequence[Alert]
    judged: Mapping[str, tuple[int, int]]


@router.get("/topics/{topic_id}/alarm")
def show(
    request: Request, open_one: Open, acting: InsiderBriefly, now: Now, topic_id: int,
    wanted: Annotated[list[float] | None, Query(alias="try")] = None,
) -> Response:  # fmt: skip
    """Show how a topic's alarm stands, what it told, and what other tolerances would have told (`try`)."""
    reader = frame_of(request).reader
    with open_one() as session:
        topic = _topic(session, topic_id)
        line = _line(reader, topic, now)
        incidents = alarms.incidents(session, topic_id, line.since)
        points = heard.volumes(session, start=line.since, end=line.until, step=HOUR, topic_id=topic_id)
        events = heard.events(session, topic_id=topic_id, since=line.since, until=line.until)
        alarm = alarms.alarm(session, topic, now)
        chosen = [one for one in BUDGETS if one in (wanted or ())]
        known = history(session, topic, now) if chosen else None
    busiest = max((point.total for point in points), default=0)
    return page(
        request,
        "alarm/page.html",
        topic=topic,
        alarm=alarm,
        choices=BUDGETS,
        trials={one: _trial(known, one, incidents) for one in chosen if known},
        line=line,
        busiest=busiest,
        outline=line.outline([(point.at, point.total) for point in points], busiest),
        days=_days(reader, points, incidents, events),
        incidents=incidents,
        is_short=line.until - line.since <= timedelta(seconds=LEARNING),
        recent=incidents[:RECENT],
        events=events,
        hours=HOURS,
        may_set=frame_of(request).role in HEARERS,
    )


@router.get("/topics/{topic_id}/alarm/tried")
def tried(
    request: Request, open_one: Open, acting: InsiderBriefly, now: Now, topic_id: int, tolerance: float
) -> Response:
    """Show what one tolerance would have told: the part of the page that takes a second."""
    with open_one() as session:
        topic = _topic(session, topic_id)
        listening.check_tolerance(tolerance)
        known = history(session, topic, now)
        incidents = alarms.incidents(session, topic_id, known.since)
    return page(
        request,
        "alarm/tried.html",
        topic=topic,
        one=tolerance,
        trial=_trial(known, tolerance, incidents),
        line=_line(frame_of(request).reader, topic, now),
    )


@router.post("/topics/{topic_id}/alarm")
def choose(session: Database, acting: Hearer, topic_id: int, tolerance: Annotated[float, Form()]) -> Response:
    """Say how many false alerts a week people put up with."""
    topic = listening.tolerate(session, topic_id, tolerance)
    if topic is None:
        raise NoSuch("topic", topic_id)
    return back(f"/topics/{topic_id}/alarm", "alarm_set", name=topic.name)


def _topic(session: Session, topic_id: int) -> Topic:
    topic = heard.topic(session, topic_id)
    if topic is None:
        raise NoSuch("topic", topic_id)
    return topic


def _line(reader: Reader, topic: Topic, now: datetime) -> Timeline:
    """Return the weeks a new watch would be shown."""
    end = bucket_of(now)
    return Timeline(first(topic, end), end, mirrored=reader.direction == "rtl")


def _trial(known: History, tolerance: float, incidents: Sequence[Spike]) -> Trial:
    test = back_test(known.stretch, known.since, known.until, tolerance)
    said: dict[str, list[bool]] = {"real": [], "false": []}
    for row in incidents:
        if row.verdict in said and test.learnt_at and row.last_at >= test.learnt_at:
            said[row.verdict].append(test.tells(Known(row.sort, row.started_at, row.last_at)))
    alerts = [Alert(one, _incident_of(one, incidents)) for one in test.told]
    return Trial(test, alerts, {verdict: (sum(told), len(told)) for verdict, told in said.items() if told})


def _incident_of(told: Told, incidents: Sequence[Spike]) -> Spike | None:
    """Return the incident an alert stands for: of its sort, no more than a rest away."""
    near = [
        row
        for row in incidents
        if row.sort == told.peak.sort and row.started_at - NEAR <= told.at <= row.last_at + NEAR
    ]
    return min(near, key=lambda row: abs(row.opened_at - told.at), default=None)


def _days(reader: Reader, points: Sequence[Point], incidents: Sequence[Spike], events: Sequence[Event]) -> list[Day]:
    """Return the days of the reader's clock, the newest first."""
    hours: dict[date, list[int]] = {}
    for point in points:
        hours.setdefault(reader.local(point.at).date(), []).append(point.total)
    return [
        Day(
            day,
            sum(totals),
            max(totals),
            [row for row in reversed(incidents) if reader.local(row.opened_at).date() == day],
            [row for row in events if reader.local(row.starts_at).date() == day],
        )
        for day, totals in sorted(hours.items(), reverse=True)
    ]
