"""Today beside a typical day: every topic in one table, one topic hour by hour, and what a good day is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.dependencies import HEARERS, Database
from api.locales.words import Words
from api.pages.frame import Hearer, Insider
from api.plots import Spark, spark
from api.reader import Reader
from api.rendering import back, frame_of, page
from listener import find as heard
from listener import targets
from listener.days import Aim, Counted, Hour, Told, Word
from listener.find import advocacy
from listener.find import days as known
from listener.find.days import Day
from listener.models import Event, Measure, Spike, Topic
from listener.targets import BadTarget
from triage.refusals import NoSuch

router = APIRouter()

WEEK = timedelta(days=7)
FIRST = date(2000, 1, 1)
DateAsked = Annotated[str, Query(alias="date", max_length=20)]
# thousands apart and decimals, as people of our languages write them
_TYPED = str.maketrans({",": None, "٬": None, "\u00a0": None, "\u202f": None, " ": None, "٫": "."})


@dataclass(frozen=True, slots=True)
class Turn:
    """The day that is shown, and the ones before and after it."""

    day: date
    today: date

    @property
    def is_today(self) -> bool:
        """Whether it is not over yet."""
        return self.day == self.today

    @property
    def before(self) -> date | None:
        """The day before, as far back as pages go."""
        return self.day - timedelta(days=1) if self.day > FIRST else None

    @property
    def after(self) -> date | None:
        """The day after, where it has begun."""
        return None if self.is_today else self.day + timedelta(days=1)

    @property
    def query(self) -> str:
        """What an address of this day ends in; today needs nothing."""
        return "" if self.is_today else f"?date={self.day.isoformat()}"


class Wish(BaseModel):
    """The form of targets, as typed; an empty one takes a target away."""

    mentions: str = Field(default="", max_length=40)
    shares: str = Field(default="", max_length=40)
    new_authors: str = Field(default="", max_length=40)
    leads: str = Field(default="", max_length=40)


@router.get("/today")
def index(request: Request, session: Database, acting: Insider, asked: DateAsked = "") -> Response:
    """Show how the day of every topic goes, in one table."""
    reader = frame_of(request).reader
    turn = _turn(reader, asked)
    topics = heard.topics(session)
    rows = known.days(session, topics, day=turn.day, zone=reader.zone, now=reader.now)
    rows = [one for one in rows if one.topic.enabled or _mentions(one).seen]
    words = [_mentions(one).word for one in rows]
    goals = [goal.aim for one in rows for goal in one.targets]
    running, _ = heard.spikes(session, is_open=True, limit=200)
    return page(
        request,
        "today/page.html",
        turn=turn,
        rows=rows,
        sparks={one.topic.id: _spark(reader, _mentions(one)) for one in rows},
        known=sum(word is not None for word in words),
        more=words.count(Word.MORE),
        less=words.count(Word.LESS),
        goals=len(goals),
        kept=goals.count(Aim.KEPT),
        running={one.topic_id: one for one in running} if turn.is_today else {},
    )


@router.get("/today/{topic_id}")
def show(
    request: Request, session: Database, acting: Insider, topic_id: int, asked: DateAsked = "", measure: str = ""
) -> Response:
    """Show the day of one topic hour by hour, its targets, and whether its advocates were quieter or louder."""
    return _page(request, session, _here(session, topic_id), asked=asked, measure=measure)


@router.post("/today/{topic_id}/targets")
def aim(
    request: Request, session: Database, acting: Hearer, topic_id: int, wish: Annotated[Wish, Form()],
    asked: Annotated[str, Form(alias="date", max_length=20)] = "",
) -> Response:  # fmt: skip
    """Keep what a good day is."""
    topic, reader = _here(session, topic_id), frame_of(request).reader
    try:
        with session.begin_nested():
            targets.aim(session, topic_id, _values(wish), by_id=acting.member_id, now=reader.now)
    except BadTarget as wrong:
        return _page(request, session, topic, asked=asked, wish=wish, wrong=wrong, status=422)
    return back(f"/today/{topic_id}{_turn(reader, asked).query}", "targets_saved", name=topic.name)


def _page(
    request: Request,
    session: Session,
    topic: Topic,
    *,
    asked: str = "",
    measure: str = "",
    wish: Wish | None = None,
    wrong: BadTarget | None = None,
    status: int = 200,
) -> Response:
    reader = frame_of(request).reader
    turn = _turn(reader, asked)
    chosen = Counted(measure) if measure in set(Counted) else Counted.MENTIONS
    day = known.days(
        session, [topic], day=turn.day, zone=reader.zone, now=reader.now, measures=tuple(Counted)
    )[0]  # fmt: skip
    since, until = day.calendar.start, min(reader.now, day.calendar.end)
    events = heard.events(session, topic_id=topic.id, since=since, until=day.calendar.end)
    incidents = known.incidents(session, topic.id, since=since, until=day.calendar.end)
    return page(
        request,
        "today/topic.html",
        status=status,
        turn=turn,
        topic=topic,
        day=day,
        chosen=chosen,
        told=day.measures[chosen],
        drawn=[_drawn(hour, reader) for hour in day.measures[chosen].hours],
        measures=list(Counted),
        aimed={goal.target.measure: goal for goal in day.targets},
        goals=list(Measure),
        wish=wish or _wish(reader, day),
        wrong=wrong,
        may_aim=frame_of(request).role in HEARERS,
        events=events,
        incidents=incidents,
        marks=_marks(reader, events, incidents),
        advocates=advocacy.advocates(session, topic_id=topic.id, since=until - WEEK, until=until),
        week=(until - WEEK, until),
    )


def _here(session: Session, topic_id: int) -> Topic:
    found = heard.topic(session, topic_id)
    if found is None:
        raise NoSuch("topic", topic_id)
    return found


def _turn(reader: Reader, asked: str) -> Turn:
    """Read a day from an address: today where none is named, or none that has begun."""
    today = reader.local(reader.now).date()
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = today
    return Turn(day if FIRST <= day <= today else today, today)


def _mentions(day: Day) -> Told:
    return day.measures[Counted.MENTIONS]


def _drawn(hour: Hour, reader: Reader) -> float | None:
    """Return what a line shows of an hour: the one that runs stands for itself only once it is out of its band."""
    runs = hour.at <= reader.now < hour.at + timedelta(hours=1)
    return None if runs and hour.word is not Word.MORE else hour.seen


def _spark(reader: Reader, told: Told) -> Spark:
    return spark(
        [_drawn(hour, reader) for hour in told.hours],
        [(hour.band.low, hour.band.high) if hour.band else None for hour in told.hours],
        mirrored=reader.direction == "rtl",
    )


def _marks(reader: Reader, events: Sequence[Event], incidents: Sequence[Spike]) -> list[dict[str, Any]]:
    """Return what a chart draws beside its line: what began, and what happened outside."""
    words = Words(reader.catalogue)
    began = [
        {"at": one.started_at.timestamp(), "until": None, "label": words("spike_sort", one.sort), "kind": "began"}
        for one in incidents
    ]
    outside = [
        {
            "at": one.starts_at.timestamp(),
            "until": one.ends_at.timestamp() if one.ends_at else None,
            "label": one.name,
            "kind": "event",
        }
        for one in events
    ]
    return [*began, *outside]


def _wish(reader: Reader, day: Day) -> Wish:
    stand = {goal.target.measure: goal.target.at_least for goal in day.targets}
    written = {measure: f"{at_least:.3f}".rstrip("0").rstrip(".") for measure, at_least in stand.items()}
    return Wish(**{measure: reader.digits(text) for measure, text in written.items()})


def _values(wish: Wish) -> Mapping[str, float | None]:
    """Return what the form says; raise `BadTarget` where something is no number."""
    found: dict[str, float | None] = {}
    for measure, text in wish.model_dump().items():
        typed = text.strip().translate(_TYPED)
        try:
            found[measure] = float(typed) if typed else None
        except ValueError:
            raise BadTarget(measure, "A target is a number above zero. Leave it empty for none.") from None
    return found
