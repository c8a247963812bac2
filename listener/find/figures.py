"""What we listen for and how loud it is: topics, volumes, incidents."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from listener.models import Spike, Topic, TopicKind, Volume
from listener.volume import BUCKET, bucket_of

MOST = 200  # rows of one page


@dataclass(frozen=True, slots=True)
class Point:
    """The counts of one stretch of time, from `at` on; of N alike, log2(1 + N) are distinct."""

    at: datetime
    total: int
    distinct: float
    negative: int


def topics(session: Session) -> list[Topic]:
    """Return all topics by name."""
    return list(session.scalars(select(Topic).order_by(Topic.name)))


def topic(session: Session, topic_id: int) -> Topic | None:
    """Return one topic, or `None`."""
    return session.get(Topic, topic_id)


def main_topic(session: Session) -> Topic | None:
    """Return the topic people mean when they name none: the first brand listened for, else the first topic."""
    is_brand = case((Topic.kind == TopicKind.BRAND, 0), else_=1)
    return session.scalar(select(Topic).order_by(Topic.enabled.desc(), is_brand, Topic.id).limit(1))


def volumes(
    session: Session,
    *,
    start: datetime,
    end: datetime,
    step: timedelta = timedelta(hours=1),
    topic_id: int | None = None,
    feed_id: int | None = None,
) -> list[Point]:
    """Return the counts of a topic (or of all) from `start` to `end` in steps, oldest first; quiet steps are zeros.

    `step` is a whole number of five minutes; without a topic a mention of two topics counts twice.
    """
    steps = max(1, round(step / BUCKET))
    origin = bucket_of(start)
    width = BUCKET * steps
    place = func.date_bin(width, Volume.bucket, origin)
    asked = select(place, func.sum(Volume.total), func.sum(Volume.distinct), func.sum(Volume.negative)).where(
        Volume.bucket >= origin, Volume.bucket < end
    )
    if topic_id is not None:
        asked = asked.where(Volume.topic_id == topic_id)
    if feed_id is not None:
        asked = asked.where(Volume.feed_id == feed_id)
    found = {row[0]: row for row in session.execute(asked.group_by(place))}
    points: list[Point] = []
    at = origin
    while at < end and len(points) < 10_000:
        row = found.get(at)
        points.append(Point(at, int(row[1]), round(float(row[2]), 3), int(row[3])) if row else Point(at, 0, 0.0, 0))
        at += width
    return points


def spikes(
    session: Session,
    *,
    topic_id: int | None = None,
    sort: str | None = None,
    is_open: bool | None = None,
    cursor: int | None = None,
    limit: int = 50,
) -> tuple[list[Spike], int | None]:
    """Return incidents, the newest first, and the cursor of the next page."""
    limit = max(1, min(limit, MOST))
    asked = select(Spike).order_by(Spike.id.desc()).limit(limit + 1)
    if topic_id is not None:
        asked = asked.where(Spike.topic_id == topic_id)
    if sort is not None:
        asked = asked.where(Spike.sort == sort)
    if is_open is not None:
        asked = asked.where(Spike.closed_at.is_(None) if is_open else Spike.closed_at.is_not(None))
    if cursor is not None:
        asked = asked.where(Spike.id < cursor)
    rows = list(session.scalars(asked))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def spike(session: Session, spike_id: int) -> Spike | None:
    """Return one incident, or `None`."""
    return session.get(Spike, spike_id)
