"""Today beside a typical day, topic by topic; what a good day is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, require
from api.v1.paging import Cursor, Given, Limit, Shape, Stretch, cut, example, number
from api.v1.problems import NOT_HERE
from api.v1.windows import Window, topic_of
from listener import days, targets
from listener import find as heard
from listener.days import Aim, Band, Counted, Told, Word
from listener.find import advocacy
from listener.find import days as known
from listener.models import Measure
from triage import people
from triage.refusals import BadInput, NoSuch

router = APIRouter(prefix="/days", tags=["days"])
Insider = Annotated[people.Actor, Depends(require())]
Hearer = Annotated[people.Actor, Depends(require(*HEARERS, scope=Scope.TRIAGE))]

FIRST = date(2000, 1, 1)
WEEK = timedelta(days=7)
_TARGET = {"measure": "mentions", "at_least": 100.0, "by_id": 4, "at": "2026-11-20T10:00:00Z"}
_MEASURED = {
    "measure": "mentions", "seen": 47.0, "typical": 31.2, "low": 21.0, "high": 42.0, "word": "more",
    "typical_day": 72.4, "by_midnight": 101.3, "by_midnight_low": 84.0, "by_midnight_high": 119.0,
    "target": 100.0, "aim": "open",
}  # fmt: skip
_DAY = {
    "topic_id": 1, "day": "2026-11-21", "timezone": "Asia/Tehran", "since": "2026-11-20T20:30:00Z",
    "until": "2026-11-21T20:30:00Z", "is_over": False, "learnt_from": ["2026-11-14", "2026-11-07"], "alike": 2,
    "measures": [_MEASURED],
    "negative_share": {"seen": 0.21, "typical": 0.18, "low": 0.07, "high": 0.29, "word": "usual"},
}  # fmt: skip
_HOUR = {
    "at": "2026-11-20T20:30:00Z",
    "clock": 0,
    "seen": 2.0,
    "typical": 1.3,
    "low": 0.0,
    "high": 4.0,
    "word": "usual",
}
_ADVOCATE = {"name": "Mira", "person_id": None, "author_ids": [7], "seen": 0, "usual": 5.2}
_ADVOCATES = {"heard": 12, "seen": 9, "usual": 21.4, "quieter": [_ADVOCATE], "louder": []}


class Measured(Shape):
    """One measure of a day up to now, beside the same stretch of a typical day; nine in ten lie from `low` to `high`.

    What is typical is null until a whole day was listened to. `by_midnight` is null when the day is over.
    """

    model_config = example(_MEASURED)

    measure: Counted
    seen: float
    typical: float | None
    low: float | None
    high: float | None
    word: Word | None
    typical_day: float | None
    by_midnight: float | None
    by_midnight_low: float | None
    by_midnight_high: float | None
    target: float | None
    aim: Aim | None


class Share(Shape):
    """The share of negative mentions, 0 … 1. `word` is null where too little was said."""

    seen: float | None
    typical: float | None
    low: float | None
    high: float | None
    word: Word | None


class Day(Shape):
    """A topic's day, by what was posted in it. `alike` of the days it is `learnt_from` share its weekday."""

    model_config = example(_DAY)

    topic_id: int
    day: date
    timezone: str
    since: datetime
    until: datetime
    is_over: bool
    learnt_from: list[date]
    alike: int
    measures: list[Measured]
    negative_share: Share


class Hour(Shape):
    """One real hour: `clock` is what the clock shows, 0 … 23. `seen` is null where it lies ahead."""

    model_config = example(_HOUR)

    at: datetime
    clock: int
    seen: float | None
    typical: float | None
    low: float | None
    high: float | None
    word: Word | None


class Advocate(Shape):
    """Somebody who speaks for the topic, with what they said in the week before, and what they usually would."""

    model_config = example(_ADVOCATE)

    name: str
    person_id: int | None
    author_ids: list[int]
    seen: int
    usual: float


class Advocates(Shape):
    """Those who speak for the topic, in the seven days up to the end of this day, or up to now."""

    model_config = example(_ADVOCATES)

    heard: int
    seen: int
    usual: float
    quieter: list[Advocate]
    louder: list[Advocate]


class WholeDay(Day):
    """A topic's day with every measure, hour by hour, and its advocates."""

    model_config = example(_DAY | {"hours": {"mentions": [_HOUR]}, "advocates": _ADVOCATES})

    hours: dict[Counted, list[Hour]]
    advocates: Advocates


class Target(Shape):
    """How much of a measure makes a good day."""

    model_config = example(_TARGET)

    measure: Measure
    at_least: float
    by_id: int
    at: datetime


class Targets(Given):
    """What to aim for, by measure. `null` takes a target away; what is left out stays."""

    targets: dict[Measure, float | None] = Field(examples=[{"mentions": 100, "leads": None}])


@dataclass(frozen=True, slots=True)
class Asked:
    """The day that is meant, in a time zone."""

    day: date
    zone: ZoneInfo


def _asked() -> Callable[..., Asked]:
    def read(
        now: Now,
        day: Annotated[date | None, Query(alias="date", description="Today if left out.")] = None,
        timezone: Annotated[str, Query(max_length=60, description="Whose day it is.")] = "UTC",
    ) -> Asked:
        zone = Window.zone(timezone)
        today = now.astimezone(zone).date()
        if day is not None and not FIRST <= day <= today:
            raise BadInput("date", "This day has not begun, or lies before the year 2000.")
        return Asked(day or today, zone)

    return read


Which = Annotated[Asked, Depends(_asked())]


@router.get("", summary="List the topics' days")
def index(
    session: Database, acting: Insider, now: Now, asked: Which, cursor: Cursor = None, limit: Limit = 50
) -> Stretch[Day]:
    """List how every topic's day goes: mentions and whatever has a target, beside a typical day."""
    after = number(cursor) or 0
    topics = sorted((one for one in heard.topics(session) if one.id > after), key=lambda one: one.id)
    chosen, following = cut(topics[: limit + 1], limit, lambda one: one.id)
    found = known.days(session, chosen, day=asked.day, zone=asked.zone, now=now)
    return Stretch[Day](items=[_day(one, asked.zone) for one in found], next=following)


@router.get("/{topic_id}", summary="Read a topic's day", responses=NOT_HERE)
def read(session: Database, acting: Insider, now: Now, topic_id: int, asked: Which) -> WholeDay:
    """Read every measure of a topic's day, hour by hour, with the advocates of the week up to it."""
    topic = topic_of(session, topic_id)
    found = known.days(session, [topic], day=asked.day, zone=asked.zone, now=now, measures=tuple(Counted))[0]
    until = min(now, found.calendar.end)
    friends = advocacy.advocates(session, topic_id=topic.id, since=until - WEEK, until=until)
    return WholeDay(
        **_day(found, asked.zone).model_dump(),
        hours={measure: [_hour(hour) for hour in told.hours] for measure, told in found.measures.items()},
        advocates=Advocates(
            heard=friends.heard,
            seen=friends.seen,
            usual=round(friends.usual, 2),
            quieter=[_advocate(one) for one in friends.quieter],
            louder=[_advocate(one) for one in friends.louder],
        ),
    )


@router.get("/{topic_id}/targets", summary="List a topic's targets", responses=NOT_HERE, name="targets")
def targets_of(session: Database, acting: Insider, topic_id: int) -> Stretch[Target]:
    """List what makes a good day of a topic."""
    topic = topic_of(session, topic_id)
    return Stretch[Target](items=[Target.model_validate(one) for one in known.targets(session, topic.id)])


@router.put("/{topic_id}/targets", summary="Set a topic's targets", responses=NOT_HERE)
def aim(session: Database, acting: Hearer, now: Now, topic_id: int, body: Targets) -> Stretch[Target]:
    """Say what makes a good day of a topic. A target that stays as it was keeps who set it."""
    wanted = {str(measure): at_least for measure, at_least in body.targets.items()}
    stand = targets.aim(session, topic_id, wanted, by_id=acting.member_id, now=now)
    if stand is None:
        raise NoSuch("topic", topic_id)
    return Stretch[Target](items=[Target.model_validate(one) for one in stand])


def _day(one: known.Day, zone: ZoneInfo) -> Day:
    goals = {goal.target.measure: goal for goal in one.targets}
    low, high = _ends(one.share.band, 4)
    return Day(
        topic_id=one.topic.id,
        day=one.calendar.day,
        timezone=zone.key,
        since=one.calendar.start,
        until=one.calendar.end,
        is_over=one.is_over,
        learnt_from=list(one.learnt_from),
        alike=one.alike,
        measures=[_measured(measure, told, goals.get(measure)) for measure, told in one.measures.items()],
        negative_share=Share(
            seen=_rounded(one.share.seen, 4),
            typical=_rounded(one.share.due, 4),
            low=low,
            high=high,
            word=one.share.word,
        ),
    )


def _measured(measure: Counted, told: Told, goal: known.Aimed | None) -> Measured:
    low, high = _ends(told.band)
    least, most = _ends(told.coming_band)
    return Measured(
        measure=measure,
        seen=told.seen,
        typical=_rounded(told.due),
        low=low,
        high=high,
        word=told.word,
        typical_day=_rounded(told.whole),
        by_midnight=_rounded(told.coming),
        by_midnight_low=least,
        by_midnight_high=most,
        target=goal.target.at_least if goal else None,
        aim=goal.aim if goal else None,
    )


def _hour(one: days.Hour) -> Hour:
    low, high = _ends(one.band)
    return Hour(
        at=one.at, clock=one.clock, seen=one.seen, typical=_rounded(one.due), low=low, high=high, word=one.word
    )  # fmt: skip


def _advocate(one: advocacy.Standing) -> Advocate:
    return Advocate(
        name=one.name,
        person_id=one.person.id if one.person else None,
        author_ids=[author.id for author in one.authors],
        seen=one.seen,
        usual=round(one.usual, 2),
    )


def _ends(band: Band | None, places: int = 2) -> tuple[float | None, float | None]:
    return (round(band.low, places), round(band.high, places)) if band else (None, None)


def _rounded(value: float | None, places: int = 2) -> float | None:
    return None if value is None else round(value, places)
