"""What the watches are shown: counted buckets, what could not be heard meanwhile, what people said of alerts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Float, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from listener.alarm.ear import Counts
from listener.alarm.replay import Stretch, Unheard, Verdicts, weighed
from listener.find.hushes import hushes
from listener.models import Hush, HushSort, Spike, SpikeSort, Topic, Volume, Watching
from listener.volume import bucket_of

MEMORY = timedelta(weeks=8)  # a watch that begins anew looks back so far
SHARES = timedelta(days=14)
HEEDED = timedelta(weeks=26)  # what was said of an alert so long ago weighs nothing any more


@dataclass(frozen=True, slots=True)
class Deafness:
    """Nothing came from `since` to before `until`: of one feed, of one topic, or of everything where both are empty."""

    since: datetime
    until: datetime
    feed_id: int | None = None
    topic_id: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The time of one topic from `since` to before `until`, as its watch is shown it."""

    since: datetime
    until: datetime
    stretch: Stretch


def first(topic: Topic, end: datetime) -> datetime:
    """Return the bucket from which a watch that begins anew at `end` learns."""
    return max(bucket_of(topic.created_at), end - MEMORY)


def history(session: Session, topic: Topic, now: datetime) -> History:
    """Return everything a new watch over a topic would be shown at `now`: its last weeks."""
    end = bucket_of(now)
    since = first(topic, end)
    counted = counts(session, [topic.id], end, since=since).get(topic.id, {})
    # a feed is missed as much as it brought before it fell silent
    unheard = [
        one
        for deaf in deafness(session, since, end)
        for one in missed(topic.id, [deaf], shares(session, [deaf], deaf.since, topic.id))
    ]
    return History(since, end, Stretch(counted, unheard, verdicts(session, now, topic.id).get(topic.id, {})))


def counts(
    session: Session, topic_ids: Collection[int], end: datetime, *, since: datetime, only_unsettled: bool = False
) -> dict[int, dict[float, Counts]]:
    """Return topic -> bucket (seconds, UTC) -> counts from `since` to before `end`, or what no watch has settled of it.

    What a feed brought while it was maintained says nothing about people, and is left out.
    """
    asked = select(
        Volume.topic_id,
        Volume.bucket,
        # a sum of whole numbers would come as a decimal, which is slow to read
        cast(func.sum(Volume.total), Float),
        func.sum(Volume.distinct),
        cast(func.sum(Volume.negative), Float),
    ).where(
        Volume.topic_id == func.any(literal(list(topic_ids), ARRAY(BigInteger))),
        Volume.bucket >= since,
        Volume.bucket < end,
        ~_is_maintained(),
    )
    if only_unsettled:
        asked = asked.join(Watching, Watching.topic_id == Volume.topic_id).where(Volume.bucket >= Watching.upto)
    found: dict[int, dict[float, Counts]] = defaultdict(dict)
    for topic_id, at, total, people, negative in session.execute(asked.group_by(Volume.topic_id, Volume.bucket)):
        found[topic_id][at.timestamp()] = weighed(total, people, negative)
    return found


def _is_maintained() -> ColumnElement[bool]:
    """Say of a row of volume whether its feed was maintained in the bucket."""
    return exists().where(
        Hush.sort == HushSort.MAINTENANCE,
        Hush.feed_id == Volume.feed_id,
        Hush.starts_at <= Volume.bucket,
        or_(Hush.ends_at.is_(None), Hush.ends_at > Volume.bucket),
    )


def deafness(session: Session, since: datetime, end: datetime) -> list[Deafness]:
    """Return the silences of feeds and the maintenances that reach into the time from `since` to `end`."""
    silences = session.scalars(
        select(Spike).where(
            Spike.sort == SpikeSort.SILENCE,
            Spike.feed_id.is_not(None),
            Spike.started_at < end,
            or_(Spike.closed_at.is_(None), Spike.closed_at > since),
        )
    )
    found = [Deafness(row.started_at, row.closed_at or end, feed_id=row.feed_id) for row in silences]
    maintenances = hushes(session, sort=HushSort.MAINTENANCE, since=since, until=end)
    found += [Deafness(row.starts_at, row.ends_at or end, row.feed_id, row.topic_id) for row in maintenances]
    return _merged(found)


def _merged(found: Sequence[Deafness]) -> list[Deafness]:
    """Return spans of which no two of the same feed or topic overlap: nothing is missed twice."""
    merged: list[Deafness] = []
    last: dict[tuple[int | None, int | None], int] = {}
    for one in sorted(found, key=lambda one: one.since):
        place = last.setdefault((one.feed_id, one.topic_id), len(merged))
        if place < len(merged) and one.since <= merged[place].until:
            merged[place] = replace(merged[place], until=max(merged[place].until, one.until))
        else:
            last[one.feed_id, one.topic_id] = len(merged)
            merged.append(one)
    return merged


def shares(
    session: Session, deaf: Iterable[Deafness], at: datetime, topic_id: int | None = None
) -> dict[tuple[int, int], float]:
    """Return (topic, feed) -> the share of a topic's mentions that a deaf feed brought in the weeks before `at`."""
    feed_ids = {one.feed_id for one in deaf if one.feed_id is not None}
    if not feed_ids:
        return {}
    asked = select(Volume.topic_id, Volume.feed_id, func.sum(Volume.total)).where(
        Volume.bucket >= at - SHARES, Volume.bucket < at
    )
    if topic_id is not None:
        asked = asked.where(Volume.topic_id == topic_id)
    rows = session.execute(asked.group_by(Volume.topic_id, Volume.feed_id)).all()
    totals: dict[int, float] = defaultdict(float)
    for of_topic, _, total in rows:
        totals[of_topic] += float(total)
    return {
        (of_topic, feed_id): float(total) / totals[of_topic]
        for of_topic, feed_id, total in rows
        if feed_id in feed_ids and totals[of_topic]
    }


def missed(topic_id: int, deaf: Sequence[Deafness], shared: dict[tuple[int, int], float]) -> list[Unheard]:
    """Return what of a topic could not be heard, as its watch takes it."""
    found = []
    for one in deaf:
        share = 1.0 if one.topic_id in (None, topic_id) else 0.0
        if one.feed_id is not None:
            share = shared.get((topic_id, one.feed_id), 0.0)
        if share:
            found.append(Unheard(one.since.timestamp(), one.until.timestamp(), share))
    return found


def verdicts(session: Session, now: datetime, topic_id: int | None = None) -> dict[int, dict[str, Verdicts]]:
    """Return topic -> sort of incident -> when something was said of one, and whether it was real."""
    asked = select(Spike.topic_id, Spike.sort, Spike.verdict_at, Spike.verdict).where(
        Spike.verdict.is_not(None), Spike.verdict_at > now - HEEDED
    )
    if topic_id is not None:
        asked = asked.where(Spike.topic_id == topic_id)
    found: dict[int, dict[str, Verdicts]] = defaultdict(dict)
    for of_topic, sort, at, verdict in session.execute(asked):
        if of_topic is not None and at is not None:
            found[of_topic][sort] = (*found[of_topic].get(sort, ()), (at.timestamp(), verdict == "real"))
    return found
