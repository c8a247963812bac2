"""Mentions per topic over time."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from api.dependencies import Database, Now, require
from api.v1.paging import Shape, example
from listener import find as heard
from triage import people
from triage.refusals import BadInput

router = APIRouter(prefix="/volume", tags=["volume"])
Insider = Annotated[people.Actor, Depends(require())]

STEPS = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1), "6h": timedelta(hours=6), "1d": timedelta(days=1)}
MOST = 2_100  # points of one answer: a week of five minutes
_POINT = {"at": "2026-11-21T09:00:00Z", "total": 14, "distinct": 11.585, "negative": 5}


class Point(Shape):
    """The counts of one step, from `at` on: all, distinct (of N that say the same, log2(1 + N)), negative."""

    model_config = example(_POINT)

    at: datetime
    total: int
    distinct: float
    negative: int


class Volume(Shape):
    """Counts by posting time, oldest first; quiet steps are zeros."""

    model_config = example(
        {
            "start": "2026-11-21T09:00:00Z",
            "end": "2026-11-21T10:00:00Z",
            "step": "1h",
            "topic_id": 1,
            "feed_id": None,
            "points": [_POINT],
        }
    )

    start: datetime
    end: datetime
    step: str
    topic_id: int | None
    feed_id: int | None
    points: list[Point]


@router.get("", summary="Read the volume")
def read(
    session: Database,
    acting: Insider,
    now: Now,
    topic_id: Annotated[int | None, Query(description="All topics if left out; a mention of two counts twice.")] = None,
    feed_id: int | None = None,
    start: Annotated[
        AwareDatetime | None, Query(alias="from", description="The first moment; a day before `to` if left out.")
    ] = None,
    to: Annotated[AwareDatetime | None, Query(description="Not included; now if left out.")] = None,
    step: Literal["5m", "1h", "6h", "1d"] = "1h",
) -> Volume:
    """Read how much was said, in steps of UTC."""
    end = to or now
    begin = start or end - timedelta(days=1)
    if begin >= end:
        raise BadInput("from", "The end of the period must come after its start.")
    if (end - begin) / STEPS[step] > MOST:
        raise BadInput("step", "That is more than %(most)s points. Take longer steps, or a shorter period.", most=MOST)
    points = heard.volumes(session, start=begin, end=end, step=STEPS[step], topic_id=topic_id, feed_id=feed_id)
    return Volume(
        start=begin,
        end=end,
        step=step,
        topic_id=topic_id,
        feed_id=feed_id,
        points=[Point.model_validate(point) for point in points],
    )
