"""Judge the last buckets: open an incident, keep an open one up to date, close it after a rest; tell why."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener import spikes
from listener.causes import explain
from listener.listening import words_of
from listener.models import Spike, SpikeSort, Topic, Volume
from listener.silence import Silence, silent_feeds
from listener.spikes import Bucket, Peak
from listener.volume import bucket_of

TURN = 4_712_008  # one round at a time: an incident is opened once
MEMORY = timedelta(weeks=8)
REST = timedelta(hours=12.5)  # an incident ends this long after it was last seen
LIFT, LIFT_HALVES = 0.3, timedelta(days=7)  # each incident lifts the bar of the next
EXPLAINED = timedelta(minutes=15)  # an open incident is explained anew this often
LEAD = timedelta(minutes=30)  # what began it was said a little before it stood out
HOLDS = 0.1  # a topic that hears this share through a silent feed is not said to have dropped


def judge_round(session: Session, now: datetime) -> list[int]:
    """Judge every topic and feed at `now`; return the ids of the incidents that were opened.

    1. Take our turn, or go home if somebody is at it. 2. Feeds that are silent: an incident of the feed, closed as
    soon as it speaks. 3. Each topic's finished buckets against its own past; no drop where its feeds are silent.
    4. What is unusual opens an incident, or updates the open one of its sort; what is not seen for a while closes.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(TURN))):
        return []
    silent = silent_feeds(session, now)
    opened = _silences(session, silent, now)
    topics = list(session.scalars(select(Topic).where(Topic.enabled).order_by(Topic.id)))
    history = _history(session, now)
    unheard = _unheard(session, [one.feed_id for one in silent], now)
    for topic in topics:
        peak = spikes.judge(history.get(topic.id, ()), (), until=bucket_of(now), since=topic.created_at)
        if peak is not None and peak.sort == SpikeSort.DROP and unheard.get(topic.id, 0.0) >= HOLDS:
            peak = None
        fresh = _incident(session, topic, peak, now) if peak is not None else None
        if fresh is not None:
            opened.append(fresh)
    _close_rested(session, now)
    session.flush()
    return opened


def _history(session: Session, now: datetime) -> dict[int, list[Bucket]]:
    rows = session.execute(
        select(
            Volume.topic_id, Volume.bucket, func.sum(Volume.total), func.sum(Volume.distinct), func.sum(Volume.negative)
        )
        .where(Volume.bucket >= now - MEMORY, Volume.bucket < bucket_of(now))
        .group_by(Volume.topic_id, Volume.bucket)
        .order_by(Volume.topic_id, Volume.bucket)
    )
    found: dict[int, list[Bucket]] = defaultdict(list)
    for topic_id, at, total, distinct, negative in rows:
        found[topic_id].append(Bucket(at, int(total), int(distinct), int(negative)))
    return found


def _unheard(session: Session, feed_ids: Sequence[int], now: datetime) -> dict[int, float]:
    """Return topic -> the share of its usual volume that comes through feeds which are silent now."""
    if not feed_ids:
        return {}
    silent = func.coalesce(func.sum(Volume.total).filter(Volume.feed_id.in_(feed_ids)), 0)
    rows = session.execute(
        select(Volume.topic_id, silent, func.sum(Volume.total))
        .where(Volume.bucket >= now - timedelta(days=14))
        .group_by(Volume.topic_id)
    )
    return {topic_id: float(share) / float(total) for topic_id, share, total in rows if total}


def _incident(session: Session, topic: Topic, peak: Peak, now: datetime) -> int | None:
    """Open an incident or update the open one; return the id of one that is new."""
    spike = session.scalar(
        select(Spike).where(Spike.topic_id == topic.id, Spike.sort == peak.sort, Spike.closed_at.is_(None))
    )
    is_new = spike is None
    if spike is None:
        if peak.score < peak.baseline.get("bar", 0.0) * (1 + _lift(session, topic.id, peak.sort, now)):
            return None
        window = timedelta(minutes=float(peak.baseline.get("window_minutes", 30.0)))
        spike = Spike(
            topic_id=topic.id, sort=peak.sort, started_at=bucket_of(now) - window, opened_at=now, last_at=now,
            observed=peak.observed, typical=peak.typical, score=peak.score, baseline=peak.baseline, cause={},
            is_demo=topic.is_demo,
        )  # fmt: skip
        session.add(spike)
    spike.last_at = now
    rose = peak.score > spike.score
    if rose:
        # an escalation is an update of the incident, never a second one
        spike.observed, spike.typical, spike.score = peak.observed, peak.typical, peak.score
        spike.baseline = peak.baseline
    if is_new or rose or _explained(spike, now) >= EXPLAINED:
        cause = explain(session, topic.id, spike.started_at - LEAD, now, words_of([topic]))
        spike.cause = cause | {"at": now.isoformat()}
        spike.first_mention_id = spike.cause.get("first", {}).get("mention_id")
    session.flush()
    return spike.id if is_new else None


def _explained(spike: Spike, now: datetime) -> timedelta:
    at = spike.cause.get("at")
    return now - datetime.fromisoformat(at) if at else EXPLAINED


def _lift(session: Session, topic_id: int, sort: str, now: datetime) -> float:
    """Return by how much the topic's last incidents of this sort lift the bar; half of it is gone in a week."""
    opened = session.scalars(
        select(Spike.opened_at).where(
            Spike.topic_id == topic_id, Spike.sort == sort, Spike.opened_at > now - 5 * LIFT_HALVES
        )
    )
    return sum(float(LIFT * 0.5 ** ((now - at) / LIFT_HALVES)) for at in opened)


def _close_rested(session: Session, now: datetime) -> None:
    rested = select(Spike).where(Spike.closed_at.is_(None), Spike.topic_id.is_not(None), Spike.last_at <= now - REST)
    for spike in session.scalars(rested):
        spike.closed_at = now


def _silences(session: Session, silent: Sequence[Silence], now: datetime) -> list[int]:
    """Open, update and close the incidents of feeds; return the ids of the new ones."""
    running = session.scalars(select(Spike).where(Spike.sort == SpikeSort.SILENCE, Spike.closed_at.is_(None)))
    open_ones = {spike.feed_id: spike for spike in running}
    fresh: list[Spike] = []
    for one in silent:
        spike = open_ones.pop(one.feed_id, None)
        if spike is None:
            spike = Spike(
                feed_id=one.feed_id, sort=SpikeSort.SILENCE, started_at=one.since, opened_at=now, observed=0.0,
                score=0.0, is_demo=one.is_demo,
            )  # fmt: skip
            session.add(spike)
            fresh.append(spike)
        spike.last_at, spike.typical = now, one.expected
        spike.baseline, spike.cause = one.baseline, one.cause
    for spike in open_ones.values():
        spike.closed_at = now
    session.flush()
    return [spike.id for spike in fresh]
