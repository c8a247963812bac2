"""The watches over topics: taken up where they were left, shown the buckets since, put away once they are settled."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from listener.alarm import feedback
from listener.alarm.ear import CLEAR, Counts, Hearing, Peak
from listener.alarm.grid import Grid
from listener.alarm.keeping import Unreadable
from listener.alarm.watch import Watch, sensitivity
from listener.models import Spike, SpikeSort, Topic, Volume, Watching
from listener.volume import BUCKET, bucket_of

GRID = Grid(BUCKET.total_seconds())
MEMORY = timedelta(weeks=8)  # a watch that begins anew looks back so far
SETTLED = timedelta(hours=1)  # what comes later than that is counted, and judged no more
KEPT = timedelta(hours=2)  # a memory is written when it lies so far back: about once an hour
MOST = 200_000  # buckets judged in one round; topics that must catch up wait for the next
SHARES = timedelta(days=14)
HEEDED = timedelta(weeks=26)  # what was said of an alert so long ago weighs nothing any more
NOTHING = Counts(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a watch saw of one topic: peaks with the end of their bucket, oldest first."""

    topic: Topic
    peaks: Sequence[tuple[datetime, Peak]]


@dataclass(frozen=True, slots=True)
class Deafness:
    """A feed that was silent, from `since` to before `until`."""

    feed_id: int
    since: datetime
    until: datetime


def look(session: Session, now: datetime) -> Iterator[Seen]:
    """Judge every enabled topic's finished buckets up to `now`; yield those of which there is something to say.

    1. Take up each watch where it was settled. 2. Show it the buckets since, as they are counted by now: what came
    late is among them. 3. Put away what it knew an hour ago. The last hour is judged again in the next round.
    """
    end = bucket_of(now)
    watched = _watched(session, end)
    if not watched:
        return
    counts = _counts(session, [topic.id for topic, _ in watched], end)
    oldest = min(row.upto for _, row in watched)
    deaf = _deafness(session, oldest, end)
    shares = _shares(session, {one.feed_id for one in deaf}, now)
    verdicts = _verdicts(session, now)
    for topic, row in watched:
        hearing = [(one, shares.get((topic.id, one.feed_id), 0.0)) for one in deaf]
        said = verdicts.get(topic.id, [])
        peaks = _judge(topic, row, counts.get(topic.id, {}), [one for one in hearing if one[1]], said, end)
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
            row = Watching(topic_id=topic.id, upto=_first(topic, end), memory=Watch.of(GRID).kept(), is_learning=True)
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


def _first(topic: Topic, end: datetime) -> datetime:
    return max(bucket_of(topic.created_at), end - MEMORY)


def _judge(
    topic: Topic,
    row: Watching,
    counts: dict[datetime, Counts],
    deaf: Sequence[tuple[Deafness, float]],
    verdicts: Sequence[tuple[float, bool]],
    end: datetime,
) -> list[tuple[datetime, Peak]]:
    """Show a watch the buckets since it was put away; put it away anew where the hour before `end` begins."""
    try:
        watch = Watch.resumed(GRID, row.memory)
    except Unreadable:
        # of another version: the next round learns anew from what was counted
        row.upto, row.memory, row.is_learning = _first(topic, end), Watch.of(GRID).kept(), True
        return []
    settled = end - SETTLED if end - row.upto >= KEPT else None
    peaks, at = [], row.upto
    while at < end:
        if at == settled:
            row.upto, row.memory, row.is_learning = at, watch.kept(), watch.is_learning
        tolerance = heeded(topic.tolerance, verdicts, at.timestamp())
        seen = watch.judge(at.timestamp(), counts.get(at, NOTHING), _hearing(deaf, at), tolerance)
        at += BUCKET
        peaks += [(at, peak) for peak in seen]
    return peaks


def heeded(tolerance: float, verdicts: Sequence[tuple[float, bool]], at: float) -> float:
    """Return the tolerance whose bar is the topic's own, moved by what people said of its alerts until `at`."""
    if not verdicts:
        return tolerance
    halving = sensitivity(0.25) - sensitivity(0.5)
    return tolerance * 2 ** -((feedback.factor(verdicts, at) - 1) * sensitivity(tolerance) / halving)


def _verdicts(session: Session, now: datetime) -> dict[int, list[tuple[float, bool]]]:
    """Return topic -> when something was said of an alert of it, and whether that was real."""
    rows = session.execute(
        select(Spike.topic_id, Spike.verdict_at, Spike.verdict).where(
            Spike.topic_id.is_not(None), Spike.verdict.is_not(None), Spike.verdict_at > now - HEEDED
        )
    )
    found: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for topic_id, at, verdict in rows:
        if topic_id is not None and at is not None:
            found[topic_id].append((at.timestamp(), verdict == "real"))
    return found


def _hearing(deaf: Sequence[tuple[Deafness, float]], at: datetime) -> Hearing:
    unheard = sum(share for one, share in deaf if one.since <= at < one.until)
    return Hearing(share=max(1 - unheard, 0.0)) if unheard else CLEAR


def _counts(session: Session, topic_ids: Sequence[int], end: datetime) -> dict[int, dict[datetime, Counts]]:
    """Return topic -> bucket -> counts, for the buckets each watch has not settled."""
    rows = session.execute(
        select(
            Volume.topic_id, Volume.bucket, func.sum(Volume.total), func.sum(Volume.distinct), func.sum(Volume.negative)
        )
        .join(Watching, Watching.topic_id == Volume.topic_id)
        .where(Volume.topic_id.in_(topic_ids), Volume.bucket >= Watching.upto, Volume.bucket < end)
        .group_by(Volume.topic_id, Volume.bucket)
    )
    found: dict[int, dict[datetime, Counts]] = defaultdict(dict)
    for topic_id, at, total, people, negative in rows:
        # copies of an angry text are as angry as it is, and count as little
        angry = float(negative) * min(float(people) / float(total), 1.0) if total else 0.0
        found[topic_id][at.astimezone(UTC)] = Counts(float(total), float(people), angry)
    return found


def _deafness(session: Session, since: datetime, end: datetime) -> list[Deafness]:
    """Return the silences of feeds that reach into the time from `since` on."""
    rows = session.scalars(
        select(Spike).where(
            Spike.sort == SpikeSort.SILENCE,
            Spike.feed_id.is_not(None),
            or_(Spike.closed_at.is_(None), Spike.closed_at > since),
        )
    )
    return [Deafness(row.feed_id, row.started_at, row.closed_at or end) for row in rows if row.feed_id is not None]


def _shares(session: Session, feed_ids: set[int], now: datetime) -> dict[tuple[int, int], float]:
    """Return (topic, feed) -> the share of the topic's mentions of the last weeks that came through the feed."""
    if not feed_ids:
        return {}
    rows = session.execute(
        select(Volume.topic_id, Volume.feed_id, func.sum(Volume.total))
        .where(Volume.bucket >= now - SHARES)
        .group_by(Volume.topic_id, Volume.feed_id)
    ).all()
    totals: dict[int, float] = defaultdict(float)
    for topic_id, _, total in rows:
        totals[topic_id] += float(total)
    return {
        (topic_id, feed_id): float(total) / totals[topic_id]
        for topic_id, feed_id, total in rows
        if feed_id in feed_ids and totals[topic_id]
    }
