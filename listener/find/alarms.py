"""How a topic's alarm stands: learning or not, muted or not, and how people's verdicts moved its bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.alarm.grid import Grid
from listener.alarm.keeping import Unreadable
from listener.alarm.replay import Verdicts, factors
from listener.alarm.watch import LEARNING, SORTS, Watch
from listener.find.history import first, verdicts
from listener.find.hushes import hushes
from listener.models import Hush, HushSort, Spike, Topic, Watching
from listener.volume import BUCKET, bucket_of


@dataclass(frozen=True, slots=True)
class Bar:
    """One sort of alert: how often people called it real or false lately, and the factor that puts on its bar now."""

    real: int
    false: int
    factor: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """The alarm of one topic. `learns_until` is empty once it has learnt; `mute` is the mute that runs now."""

    topic: Topic
    learns_until: datetime | None
    mute: Hush | None
    bars: Mapping[str, Bar]


def alarm(session: Session, topic: Topic, now: datetime) -> Alarm:
    """Return how a topic's alarm stands at `now`."""
    said = verdicts(session, now, topic.id).get(topic.id, {})
    moved = factors(said, now.timestamp())
    mutes = hushes(session, topic_id=topic.id, at=now, sort=HushSort.MUTE)
    return Alarm(
        topic,
        _learns_until(session, topic, now),
        mutes[0] if mutes else None,
        {sort: _bar(said.get(sort, ()), moved.get(sort, 1.0)) for sort in SORTS},
    )


def incidents(session: Session, topic_id: int, since: datetime) -> Sequence[Spike]:
    """Return what was found unusual in a topic since then, the newest first."""
    asked = select(Spike).where(Spike.topic_id == topic_id, Spike.last_at >= since)
    return session.scalars(asked.order_by(Spike.started_at.desc(), Spike.id.desc())).all()


def _learns_until(session: Session, topic: Topic, now: datetime) -> datetime | None:
    """Return when the topic's watch has learnt enough; what it could not hear teaches it nothing and takes longer."""
    row = session.get(Watching, topic.id)
    upto, age = first(topic, bucket_of(now)), 0.0
    if row is not None:
        if not row.is_learning:
            return None
        try:
            upto, age = row.upto, Watch.resumed(Grid(BUCKET.total_seconds()), row.memory).level.age
        except Unreadable:
            age = 0.0  # of another version: the next round begins anew
    until = upto + timedelta(seconds=LEARNING - age)
    # the memory is put away once an hour: it may have learnt enough by now
    return until if until > now else None


def _bar(said: Verdicts, factor: float) -> Bar:
    real = sum(was_real for _, was_real in said)
    return Bar(real, len(said) - real, factor)
