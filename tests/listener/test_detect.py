"""Incidents opened once, explained, kept up to date, rested and closed; silent feeds told apart."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from listener import detect
from listener.detect import judge_round
from listener.heard import Counts
from listener.models import Feed, Mention, Spike, SpikeSort, Topic, Volume
from listener.store import store
from listener.volume import bucket_of
from tests.listener.conftest import MakesFeeds, MakesItems, MakesTopics

HOUR = timedelta(hours=1)


@pytest.fixture
def topic(make_topic: MakesTopics) -> Topic:
    return make_topic("nimbo")


def usual(
    session: Session, topic: Topic, feed: Feed, now: datetime, an_hour: int = 4, until: timedelta = timedelta()
) -> None:
    """Write four weeks of even volume, up to `until` before now."""
    start, end = bucket_of(now - timedelta(weeks=4)), now - until
    at, number = start, 0
    while at < end:
        if number % (12 // an_hour) == 0:
            session.add(Volume(topic_id=topic.id, feed_id=feed.id, bucket=at, total=1, distinct=1, negative=0))
        at, number = at + timedelta(minutes=5), number + 1
    session.flush()


def storm(session: Session, feed: Feed, say: MakesItems, now: datetime, count: int = 60) -> None:
    """One post, and many answers to it within the last half hour."""
    first = say("first", "Measured my Nimbo handle after two boils: 71 °C", by="tberg", posted_at=now - timedelta(minutes=34),
                counts=Counts(replies=count, shares=9))  # fmt: skip
    words = ("scalded", "burnt", "hot", "dangerous")
    rest = [
        say(f"a{one}", f"Nimbo number {one * 7919}: mine scalded me too, {words[one % 4]} and {one} more", by=f"u{one}",
            posted_at=now - timedelta(minutes=30 - one * 24 // count), parent_id="first")
        for one in range(count)
    ]  # fmt: skip
    store(session, feed, [first, *rest], now=now)


def open_spikes(session: Session) -> list[Spike]:
    return list(
        session.scalars(
            select(Spike).where(Spike.closed_at.is_(None)).order_by(Spike.id).execution_options(populate_existing=True)
        )
    )


def test_a_storm_opens_one_incident_that_traces_to_its_first_post(
    session: Session, topic: Topic, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed(last_heard_at=now)
    usual(session, topic, feed, now)
    assert judge_round(session, now) == []
    storm(session, feed, say, now)
    opened = judge_round(session, now)
    spike = open_spikes(session)[0]
    assert opened == [spike.id]
    assert (spike.sort, spike.topic_id, spike.opened_at) == (SpikeSort.SPIKE, topic.id, now)
    assert spike.observed > 10 * spike.typical
    first = session.scalars(select(Mention).where(Mention.native_id == "first")).one()
    assert spike.first_mention_id == first.id
    cause = spike.cause
    assert cause["first"]["mention_id"] == first.id
    assert cause["first"]["author"] == "Tberg"
    assert cause["biggest"]["what"] == "thread"
    assert cause["biggest"]["share"] > 0.9
    assert cause["authors"][0] | {"name": "Tberg", "brought": 69} == cause["authors"][0]
    assert cause["threads"][0]["mention_id"] == first.id
    assert cause["sources"] == [{"name": "rss", "count": cause["count"], "share": 1.0, "typical": None}]
    assert cause["languages"][0]["name"] == "en"
    assert "scalded" in [one["name"] for one in cause["terms"]]
    assert "nimbo" not in [one["name"] for one in cause["terms"]]


def test_an_open_incident_is_updated_never_doubled_and_closes_after_a_rest(
    session: Session, topic: Topic, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed(last_heard_at=now)
    usual(session, topic, feed, now)
    storm(session, feed, say, now)
    judge_round(session, now)
    later = now + timedelta(minutes=5)
    assert judge_round(session, later) == []
    assert [one.last_at for one in open_spikes(session)] == [later]
    quiet = now + timedelta(hours=3)
    judge_round(session, quiet)
    assert len([one for one in open_spikes(session) if one.sort == "spike"]) == 1  # it rests before it closes
    feed.last_heard_at = now + timedelta(hours=16)
    session.flush()
    judge_round(session, now + timedelta(hours=16))
    assert [one for one in open_spikes(session) if one.sort == "spike"] == []
    assert session.scalar(select(func.count()).select_from(Spike).where(Spike.sort == "spike")) == 1


def test_what_is_on_no_clock_makes_no_storm(
    session: Session, topic: Topic, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed(last_heard_at=now)
    usual(session, topic, feed, now)
    items = [say(f"h{one}", f"nimbo {one * 7919} of old", posted_at=now - timedelta(minutes=10)) for one in range(60)]
    store(session, feed, items, now=now, history=True)
    assert judge_round(session, now) == []


def test_a_new_topic_learns_before_it_alerts(
    session: Session, make_topic: MakesTopics, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    topic = make_topic("nimbo")
    topic.created_at = now - timedelta(hours=20)
    feed = make_feed(last_heard_at=now)
    storm(session, feed, say, now)
    assert judge_round(session, now) == []


def test_a_drop_is_told_but_not_where_the_feed_itself_is_silent(
    session: Session, topic: Topic, make_feed: MakesFeeds, now: datetime
) -> None:
    feed = make_feed(last_heard_at=now)
    usual(session, topic, feed, now, an_hour=12, until=timedelta(hours=8))
    feed.failures, feed.last_error = 5, "No connection."
    session.flush()
    opened = judge_round(session, now)
    assert [(one.id, one.sort) for one in open_spikes(session)] == [(opened[0], "silence")]
    feed.failures, feed.last_success_at = 0, now
    session.flush()
    judge_round(session, now + timedelta(minutes=5))
    assert [(one.sort, one.topic_id) for one in open_spikes(session)] == [("drop", topic.id)]


# silence


def heard(session: Session, feed: Feed, say: MakesItems, now: datetime, until: timedelta) -> None:
    """Let a feed hear six mentions an hour for three days, up to `until` ago."""
    for hours in range(72, int(until / HOUR), -1):
        at = now - hours * HOUR
        store(
            session,
            feed,
            [say(f"{hours}-{one}", f"mention {hours * 7919 + one}", posted_at=at) for one in range(6)],
            now=at,
        )


def test_a_feed_that_usually_speaks_and_says_nothing_is_silent(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed, other = make_feed(), make_feed()
    heard(session, feed, say, now, timedelta(hours=6))
    opened = judge_round(session, now)
    spike = open_spikes(session)[0]
    assert (opened, spike.feed_id, spike.sort) == ([spike.id], feed.id, "silence")
    assert spike.cause["why"] == "quiet"
    assert spike.typical > 14
    assert judge_round(session, now + timedelta(minutes=1)) == []
    store(session, feed, [say("back", "here again")], now=now + timedelta(minutes=2))
    judge_round(session, now + timedelta(minutes=3))
    assert open_spikes(session) == []
    assert other.id


def test_a_short_pause_is_no_silence(session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime) -> None:
    heard(session, make_feed(), say, now, timedelta(hours=1))
    assert judge_round(session, now) == []


def test_an_archive_that_came_at_once_does_not_make_a_feed_silent(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed()
    store(session, feed, [say(str(one), f"old post {one * 7919}") for one in range(200)], now=now - timedelta(days=3))
    for day in (2, 1):
        store(session, feed, [say(f"new{day}", f"new post {day}")], now=now - timedelta(days=day))
    assert judge_round(session, now) == []


def test_a_feed_that_fails_says_why_and_since_when(session: Session, make_feed: MakesFeeds, now: datetime) -> None:
    feed = make_feed(failures=3, last_error="They refuse us.", last_success_at=now - HOUR)
    judge_round(session, now)
    spike = open_spikes(session)[0]
    assert (spike.feed_id, spike.started_at) == (feed.id, now - HOUR)
    assert spike.cause["error"] == "They refuse us."
    feed.state = "paused"
    session.flush()
    judge_round(session, now + HOUR)
    assert open_spikes(session) == []


def test_only_one_round_judges_at_a_time(
    session: Session, engine: Engine, make_feed: MakesFeeds, now: datetime
) -> None:
    make_feed(failures=9)
    with engine.connect() as other, other.begin():
        other.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": detect.TURN})
        assert judge_round(session, now) == []
    assert len(judge_round(session, now)) == 1
