"""Judge the last buckets: open an incident, keep an open one up to date, close it after a rest; tell why."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from listener import incidents, watching
from listener.alarm import incident
from listener.alarm.ear import Peak
from listener.causes import explain
from listener.hushes import is_muted
from listener.listening import words_of
from listener.models import MomentSort, Spike, SpikeMoment, SpikeSort, Topic
from listener.silence import Silence, silent_feeds

TURN = 4_712_008  # one round at a time: an incident is opened once
REST = timedelta(seconds=incident.REST)  # an incident ends this long after it was last seen
EXPLAINED = timedelta(minutes=15)  # an open incident is explained anew this often
ESCALATES = 1.5  # times the score people were told last: so much is worth another word
LEAD = timedelta(minutes=30)  # what began it was said a little before it stood out


def judge_round(session: Session, now: datetime) -> list[int]:
    """Judge every topic and feed at `now`; return the ids of the incidents that were opened.

    1. Take our turn, or go home if somebody is at it. 2. Feeds that are silent: an incident of the feed, closed as
    soon as it speaks. 3. Each topic's watch sees the buckets since it last looked, and knows which feeds were silent.
    4. What is unusual opens an incident, or updates the open one of its sort; what is not seen for a while closes.
    5. Snoozes that are over end. What happened to an incident is written down as its moments.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(TURN))):
        return []
    opened = _silences(session, silent_feeds(session, now), now)
    for seen in watching.look(session, now):
        for sort in SpikeSort:
            peaks = [(at, peak) for at, peak in seen.peaks if peak.sort == sort]
            fresh = _incident(session, seen.topic, peaks, now) if peaks else None
            if fresh is not None:
                opened.append(fresh)
    _close_rested(session, now)
    incidents.wake_due(session, now)
    return opened


def _incident(session: Session, topic: Topic, peaks: Sequence[tuple[datetime, Peak]], now: datetime) -> int | None:
    """Open an incident or update the one there is; return the id of one that is new.

    The last hour is judged again and again, and longer after an interruption: what was told is told no more, and what
    rests since is past.
    """
    last_at, best = peaks[-1][0], max((peak for _, peak in peaks), key=lambda peak: peak.score)
    spike = session.scalar(
        select(Spike)
        .where(Spike.topic_id == topic.id, Spike.sort == best.sort)
        .where(or_(Spike.closed_at.is_(None), Spike.last_at > peaks[0][0] - REST))
        .order_by(Spike.id.desc())
        .limit(1)
    )
    opening = [(at, peak) for at, peak in peaks if peak.opens and now - at < REST]
    if spike is None and not opening:
        return None
    if spike is not None and spike.closed_at is not None:
        return None
    is_new = spike is None
    if spike is None:
        at, peak = opening[0]
        spike = Spike(
            topic_id=topic.id, sort=peak.sort, started_at=at - timedelta(seconds=peak.window), opened_at=now,
            last_at=last_at, observed=peak.observed, typical=peak.typical, score=peak.score, baseline=_baseline(peak),
            cause={}, is_demo=topic.is_demo,
        )  # fmt: skip
        session.add(spike)
    spike.last_at = max(spike.last_at, last_at)
    rose = best.score > spike.score
    if rose:
        spike.observed, spike.typical, spike.score = best.observed, best.typical, best.score
        spike.baseline = _baseline(best)
    if is_new or rose or _explained(spike, now) >= EXPLAINED:
        _explain(session, spike, now, now)
    session.flush()
    _write_down(session, spike, now)
    return spike.id if is_new else None


def _write_down(session: Session, spike: Spike, now: datetime) -> None:
    """Write that an incident opened, or that it escalated: an update of it, never a second one.

    Whether its topic is muted is looked at each time; one that is still seen after the mute is hushed no more.
    """
    told = session.scalar(
        select(SpikeMoment.data["score"].as_float())
        .where(SpikeMoment.spike_id == spike.id, SpikeMoment.sort.in_((MomentSort.OPENED, MomentSort.ROSE)))
        .order_by(SpikeMoment.id.desc())
        .limit(1)
    )
    rose = told is not None and spike.score >= told * ESCALATES
    if told is None or rose or spike.is_hushed:
        moments = (now, spike.last_at)
        spike.is_hushed = spike.topic_id is not None and any(is_muted(session, spike.topic_id, at) for at in moments)
    if told is None or rose:
        incidents.happened(
            session, spike, MomentSort.ROSE if rose else MomentSort.OPENED, now=now, observed=spike.observed,
            typical=spike.typical, score=spike.score, window_minutes=spike.baseline.get("window_minutes"),
            is_hushed=spike.is_hushed,
        )  # fmt: skip


def _explain(session: Session, spike: Spike, until: datetime, now: datetime) -> None:
    """Say what caused an incident of a topic, from a little before it began to before `until`."""
    topic = session.get_one(Topic, spike.topic_id)
    cause = explain(session, topic.id, spike.started_at - LEAD, until, words_of([topic]), sort=spike.sort)
    spike.cause = cause | {"at": now.isoformat()}
    spike.first_mention_id = (cause.get("first") or {}).get("mention_id")


def _baseline(peak: Peak) -> dict[str, float]:
    """Return what judged the peak, for people to read."""
    return {"window_minutes": peak.window / 60, "bar": round(peak.bar, 3)}


def _explained(spike: Spike, now: datetime) -> timedelta:
    at = spike.cause.get("at")
    return now - datetime.fromisoformat(at) if at else EXPLAINED


def _close_rested(session: Session, now: datetime) -> None:
    """Close what was not seen for a while, explained a last time with all that came late."""
    rested = select(Spike).where(Spike.closed_at.is_(None), Spike.topic_id.is_not(None), Spike.last_at <= now - REST)
    for spike in session.scalars(rested).all():
        _explain(session, spike, spike.last_at, now)
        _close(session, spike, now)


def _close(session: Session, spike: Spike, now: datetime) -> None:
    spike.closed_at = now
    incidents.happened(session, spike, MomentSort.CLOSED, now=now)


def _silences(session: Session, silent: Sequence[Silence], now: datetime) -> list[int]:
    """Open, update and close the incidents of feeds; return the ids of the new ones."""
    running = session.scalars(select(Spike).where(Spike.sort == SpikeSort.SILENCE, Spike.closed_at.is_(None)))
    open_ones = {spike.feed_id: spike for spike in running}
    fresh: list[Spike] = []
    for one in silent:
        spike = open_ones.pop(one.feed_id, None)
        if spike is None and one.is_excused:
            continue
        if spike is None:
            spike = Spike(
                feed_id=one.feed_id, sort=SpikeSort.SILENCE, started_at=one.since, opened_at=now, observed=0.0,
                score=0.0, is_demo=one.is_demo,
            )  # fmt: skip
            session.add(spike)
            fresh.append(spike)
        spike.last_at, spike.typical = now, one.expected
        spike.baseline, spike.cause = one.baseline, one.cause
    session.flush()
    for spike in fresh:
        _write_down(session, spike, now)
    for spike in open_ones.values():
        _close(session, spike, now)
    return [spike.id for spike in fresh]
