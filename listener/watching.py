"""The watches over topics: taken up where they were left, shown the buckets since, put away once they are settled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.alarm.ear import Peak
from listener.alarm.grid import Grid
from listener.alarm.keeping import Unreadable
from listener.alarm.replay import Stretch, show
from listener.alarm.watch import Watch
from listener.find import history
from listener.models import Topic, Watching
from listener.volume import BUCKET, bucket_of

GRID = Grid(BUCKET.total_seconds())
SETTLED = timedelta(hours=1)  # what comes later than that is counted, and judged no more
KEPT = timedelta(hours=2)  # a memory is written when it lies so far back: about once an hour
MOST = 200_000  # buckets judged in one round; topics that must catch up wait for the next


@dataclass(frozen=True, slots=True)
class Seen:
    """What a watch saw of one topic: peaks with the end of their bucket, oldest first."""

    topic: Topic
    peaks: Sequence[tuple[datetime, Peak]]


def look(session: Session, now: datetime) -> Iterator[Seen]:
    """Judge every enabled topic's finished buckets up to `now`; yield those of which there is something to say.

    1. Take up each watch where it was settled. 2. Show it the buckets since, as they are counted by now: what came
    late is among them. 3. Put away what it knew an hour ago. The last hour is judged again in the next round.
    """
    end = bucket_of(now)
    watched = _watched(session, end)
    if not watched:
        return
    counted = history.counts(session, [topic.id for topic, _ in watched], end)
    deaf = history.deafness(session, min(row.upto for _, row in watched), end)
    shares = history.shares(session, deaf, now)
    verdicts = history.verdicts(session, now)
    for topic, row in watched:
        unheard = history.missed(topic.id, deaf, shares)
        stretch = Stretch(counted.get(topic.id, {}), unheard, verdicts.get(topic.id, {}))
        peaks = _judge(topic, row, stretch, end)
        if peaks:
            yield Seen(topic, peaks)


def _watched(session: Session, end: datetime) -> list[tuple[Topic, Watching]]:
    """Return the topics and their watches, those with least to catch up first, as many as a round may judge."""
    rows = session.execute(
        select(Topic, Watching).outerjoin(Watching, Watching.topic_id == Topic.id).where(Topic.enabled)
    ).all()
    found = []
    for topic, row in rows:
        if row is None:
            row = Watching(
                topic_id=topic.id, upto=history.first(topic, end), memory=Watch.of(GRID).kept(), is_learning=True
            )
            session.add(row)
        found.append((topic, row))
    found.sort(key=lambda one: (end - one[1].upto, one[0].id))
    buckets = 0
    taken: list[tuple[Topic, Watching]] = []
    for topic, row in found:
        buckets += int((end - row.upto) / BUCKET)
        if buckets > MOST and taken:
            break
        taken.append((topic, row))
    session.flush()
    return taken


def _judge(topic: Topic, row: Watching, stretch: Stretch, end: datetime) -> list[tuple[datetime, Peak]]:
    """Show a watch the buckets since it was put away; put it away anew where the hour before `end` begins."""
    try:
        watch = Watch.resumed(GRID, row.memory)
    except Unreadable:
        # of another version: the next round learns anew from what was counted
        row.upto, row.memory, row.is_learning = history.first(topic, end), Watch.of(GRID).kept(), True
        return []
    peaks = []
    if end - row.upto >= KEPT:
        settled = end - SETTLED
        peaks += _shown(watch, stretch, row.upto, settled, topic.tolerance)
        row.upto, row.memory, row.is_learning = settled, watch.kept(), watch.is_learning
    return peaks + _shown(watch, stretch, row.upto, end, topic.tolerance)


def _shown(
    watch: Watch, stretch: Stretch, start: datetime, end: datetime, tolerance: float
) -> list[tuple[datetime, Peak]]:
    return [
        (datetime.fromtimestamp(at, UTC), peak)
        for at, peaks in show(watch, stretch, start.timestamp(), end.timestamp(), tolerance)
        for peak in peaks
    ]
