"""A topic's alarm: how often it may be wrong, and what that would have told on the topic's own history."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, Open, require, require_briefly
from api.v1.hushes import Hush
from api.v1.paging import Given, Shape, example
from api.v1.problems import NOT_HERE
from listener import find, listening
from listener.alarm.watch import BUDGETS
from listener.backtest import BackTest, back_test
from listener.find import alarms
from listener.find.history import history
from triage import people
from triage.refusals import NoSuch

router = APIRouter(prefix="/topics/{topic_id}/alarm", tags=["topics"])
Insider = Annotated[people.Actor, Depends(require())]
InsiderBriefly = Annotated[people.Actor, Depends(require_briefly())]
Hearer = Annotated[people.Actor, Depends(require(*HEARERS, scope=Scope.TRIAGE))]
Sort = Literal["spike", "drop", "surge"]

_TOLD = {
    "at": "2026-11-20T18:05:00Z", "sort": "spike", "window_minutes": 30.0, "observed": 412.0, "typical": 38.0,
    "score": 6.21, "bar": 1.7,
}  # fmt: skip
_BAR = {"real": 2, "false": 1, "factor": 1.01}


class Bar(Shape):
    """What people said of one sort of alert in the last half year, and the factor it puts on the bar now."""

    model_config = example(_BAR)

    real: int
    false: int
    factor: float = Field(description="Over 1: less is told; under 1: more. It fades to 1 within months.")


class Alarm(Shape):
    """How the alarm of one topic stands. A topic that still learns tells nothing until `learns_until`."""

    model_config = example(
        {
            "topic_id": 1,
            "tolerance": 0.5,
            "choices": [4.0, 1.0, 0.5, 0.25],
            "learns_until": None,
            "mute": None,
            "bars": {"spike": _BAR, "drop": _BAR, "surge": _BAR},
        }
    )

    topic_id: int
    tolerance: float = Field(description="False alerts a week people put up with.")
    choices: list[float]
    learns_until: datetime | None
    mute: Hush | None = Field(description="The mute that runs now. `POST /hushes/mute` begins one.")
    bars: dict[str, Bar]


class Wish(Given):
    """How many false alerts a week people put up with."""

    tolerance: float = Field(description="One of 4, 1, 0.5 and 0.25.", examples=[0.25])


class Try(Given):
    """A tolerance to try."""

    tolerance: float | None = Field(
        default=None, description="One of 4, 1, 0.5 and 0.25; the topic's own if left out.", examples=[0.25]
    )


class Told(Shape):
    """One alert that would have been told. For a surge `observed` and `typical` are shares, else mentions."""

    model_config = example(_TOLD)

    at: datetime
    sort: Sort
    window_minutes: float
    observed: float
    typical: float
    score: float
    bar: float


class Tried(Shape):
    """What an alarm of this tolerance would have told. It says nothing while it learns, until `learnt_at`."""

    model_config = example(
        {
            "tolerance": 0.25,
            "since": "2026-09-26T12:00:00Z",
            "until": "2026-11-21T12:00:00Z",
            "learnt_at": "2026-09-28T12:00:00Z",
            "a_week": 0.13,
            "told": [_TOLD],
        }
    )

    tolerance: float
    since: datetime
    until: datetime
    learnt_at: datetime | None = Field(description="Null where the history is too short to learn from.")
    a_week: float | None = Field(description="Null where less than a day could be judged.")
    told: list[Told]


@router.get("", summary="Read a topic's alarm", responses=NOT_HERE)
def alarm(session: Database, acting: Insider, now: Now, topic_id: int) -> Alarm:
    """Read how a topic's alarm stands: its tolerance, whether it learns or is muted, and how verdicts moved its bar."""
    topic = find.topic(session, topic_id)
    if topic is None:
        raise NoSuch("topic", topic_id)
    return _shown(alarms.alarm(session, topic, now))


@router.put("", summary="Set a topic's alarm", responses=NOT_HERE)
def set_alarm(session: Database, acting: Hearer, now: Now, topic_id: int, body: Wish) -> Alarm:
    """Say how many false alerts a week people put up with. What the alarm has learnt stays. Try it first."""
    topic = listening.tolerate(session, topic_id, body.tolerance)
    if topic is None:
        raise NoSuch("topic", topic_id)
    return _shown(alarms.alarm(session, topic, now))


@router.post("/backtest", summary="Try a topic's alarm on its history", responses=NOT_HERE)
def back_test_alarm(open_one: Open, acting: InsiderBriefly, now: Now, topic_id: int, body: Try) -> Tried:
    """Replay the last eight weeks as the service would have judged them. Nothing is kept. It takes a second or two."""
    with open_one() as session:
        topic = find.topic(session, topic_id)
        if topic is None:
            raise NoSuch("topic", topic_id)
        tolerance = topic.tolerance if body.tolerance is None else body.tolerance
        listening.check_tolerance(tolerance)
        known = history(session, topic, now)
    return _told(back_test(known.stretch, known.since, known.until, tolerance))


def _shown(found: alarms.Alarm) -> Alarm:
    return Alarm(
        topic_id=found.topic.id,
        tolerance=found.topic.tolerance,
        choices=list(BUDGETS),
        learns_until=found.learns_until,
        mute=Hush.model_validate(found.mute) if found.mute else None,
        bars={sort: Bar.model_validate(bar) for sort, bar in found.bars.items()},
    )


def _told(tried: BackTest) -> Tried:
    return Tried(
        tolerance=tried.tolerance,
        since=tried.since,
        until=tried.until,
        learnt_at=tried.learnt_at,
        a_week=tried.a_week,
        told=[
            Told(
                at=one.at,
                sort=one.peak.sort,
                window_minutes=one.peak.window / 60,
                observed=one.peak.observed,
                typical=one.peak.typical,
                score=one.peak.score,
                bar=one.peak.bar,
            )
            for one in tried.told
        ],
    )
