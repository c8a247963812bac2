"""What is unusual is told once, to the people who can do something about it."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.models import Feed, Spike, SpikeSort, Topic
from tests.triage.conftest import Cast
from triage import alarm
from triage.models import Member, Notice


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    made = Topic(name="Our brand", kind="brand", query="brand", created_at=now, updated_at=now)
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def feed(session: Session, now: datetime) -> Feed:
    made = Feed(name="Forum", source="rss", address="https://forum.example/rss", created_at=now, due_at=now)
    session.add(made)
    session.flush()
    return made


def open_spike(session: Session, now: datetime, sort: SpikeSort, **of: int) -> Spike:
    figures = {"observed": 48.4, "typical": 2.25, "score": 9.0}
    made = Spike(sort=sort, started_at=now, opened_at=now, last_at=now, **figures, **of)
    session.add(made)
    session.flush()
    return made


def told(session: Session, spike: Spike) -> set[tuple[str, str]]:
    """Return (name, reason) of the notices in the app."""
    wanted = select(Member.name, Notice.reason).join(Member, Member.id == Notice.member_id)
    return {(name, reason) for name, reason in session.execute(wanted.where(Notice.spike_id == spike.id))}


def test_a_spike_is_told_to_listeners_and_managers_once(
    session: Session, now: datetime, cast: Cast, topic: Topic
) -> None:
    spike = open_spike(session, now, SpikeSort.SPIKE, topic_id=topic.id)
    assert alarm.round(session, now) == 1
    assert told(session, spike) == {("Lina", "spike"), ("Max", "spike")}
    notice = session.scalars(select(Notice).where(Notice.spike_id == spike.id).limit(1)).one()
    assert (notice.data["observed"], notice.data["typical"]) == (48, 2.2)
    assert alarm.round(session, now) == 0


def test_a_silent_feed_is_told_to_listeners_and_administrators(
    session: Session, now: datetime, cast: Cast, feed: Feed
) -> None:
    spike = open_spike(session, now, SpikeSort.SILENCE, feed_id=feed.id)
    alarm.round(session, now)
    assert told(session, spike) == {("Lina", "feed_silent"), ("Ada", "feed_silent")}


def test_what_is_over_wakes_nobody_up(session: Session, now: datetime, cast: Cast, topic: Topic) -> None:
    spike = open_spike(session, now, SpikeSort.DROP, topic_id=topic.id)
    spike.closed_at = now
    session.flush()
    assert alarm.round(session, now) == 0
    assert told(session, spike) == set()
