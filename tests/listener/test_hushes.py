"""Quiet times: topics muted and unmuted, maintenance planned, run and ended; what they keep from being told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from listener import find, hushes
from listener.hushes import BadHush, end, is_muted, maintain, mute
from listener.models import HushSort
from listener.silence import silent_feeds
from tests.listener.conftest import MakesFeeds, MakesTopics

HOUR = timedelta(hours=1)


def test_a_mute_begins_now_and_ends_by_itself(session: Session, make_topic: MakesTopics, now: datetime) -> None:
    topic, other = make_topic("nimbo"), make_topic("calda")
    mute(session, topic.id, until=now + HOUR, why="We are all watching.", by_id=4, now=now)
    assert [is_muted(session, topic.id, now + part * HOUR) for part in (-0.1, 0, 0.9, 1)] == [False, True, True, False]
    assert not is_muted(session, other.id, now)


def test_muting_what_is_muted_changes_its_end(session: Session, make_topic: MakesTopics, now: datetime) -> None:
    topic = make_topic("nimbo")
    first = mute(session, topic.id, until=now + HOUR, why="Launch", by_id=4, now=now)
    second = mute(session, topic.id, until=None, by_id=5, now=now + HOUR / 2)
    assert second is first
    assert (first.ends_at, first.why, first.by_id) == (None, "Launch", 4)
    assert is_muted(session, topic.id, now + 999 * HOUR)
    ended = end(session, first.id, by_id=5, now=now + 2 * HOUR)
    assert ended is first
    assert (first.ends_at, first.ended_by_id) == (now + 2 * HOUR, 5)
    assert not is_muted(session, topic.id, now + 2 * HOUR)
    # what is over stays as it was
    end(session, first.id, by_id=6, now=now + 3 * HOUR)
    assert (first.ends_at, first.ended_by_id) == (now + 2 * HOUR, 5)
    assert mute(session, topic.id, until=None, by_id=5, now=now + 4 * HOUR).id != first.id


def test_what_has_not_begun_never_begins_once_it_is_ended(session: Session, now: datetime) -> None:
    planned = maintain(session, starts_at=now + HOUR, ends_at=now + 2 * HOUR, by_id=4, now=now)
    end(session, planned.id, by_id=4, now=now)
    assert find.hushes(session, at=now + 1.5 * HOUR) == []
    assert find.hushes(session, since=now, until=now + 9 * HOUR) == []
    assert find.hushes(session) == [planned]
    assert end(session, 999_999, by_id=4, now=now) is None


def test_a_topic_and_a_feed_are_covered_by_their_own_and_by_those_of_everything(
    session: Session, make_topic: MakesTopics, make_feed: MakesFeeds, now: datetime
) -> None:
    topic, feed = make_topic("nimbo"), make_feed()
    span: dict[str, Any] = {"starts_at": now, "ends_at": now + HOUR, "by_id": 4, "now": now}
    of_topic = maintain(session, topic_id=topic.id, **span)
    of_feed = maintain(session, feed_id=feed.id, **span)
    of_all = maintain(session, **span)
    muted = mute(session, topic.id, until=None, by_id=4, now=now)
    assert find.hushes(session, topic_id=topic.id, at=now) == [muted, of_all, of_topic]
    assert find.hushes(session, feed_id=feed.id, at=now) == [of_all, of_feed]
    assert find.hushes(session, sort=HushSort.MUTE) == [muted]
    assert find.hushes(session, limit=1) == [muted]
    assert find.hushes(session, before=of_all.id) == [of_feed, of_topic]
    assert find.hushes(session, at=now + HOUR) == [muted]
    assert find.hush(session, of_all.id) is of_all


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("feed_id", {"topic_id": 1, "feed_id": 1}),
        ("topic_id", {"topic_id": 999_999}),
        ("feed_id", {"feed_id": 999_999}),
        ("starts_at", {"begins": -2}),
        ("ends_at", {"ends": 0}),
        ("ends_at", {"begins": 3, "ends": 3}),
        ("ends_at", {"ends": 24 * 31 + 1}),
        ("why", {"why": "x" * 501}),
    ],
)
def test_a_maintenance_that_cannot_be_says_why(
    session: Session, now: datetime, field: str, fields: dict[str, Any]
) -> None:
    starts_at, ends_at = now + fields.pop("begins", 0) * HOUR, now + fields.pop("ends", 1) * HOUR
    with pytest.raises(BadHush) as wrong:
        maintain(session, starts_at=starts_at, ends_at=ends_at, by_id=4, now=now, **fields)
    assert wrong.value.field == field
    assert wrong.value.sentence.endswith(".")


def test_a_mute_that_cannot_be_says_why(session: Session, make_topic: MakesTopics, now: datetime) -> None:
    with pytest.raises(BadHush, match="no such topic"):
        mute(session, 999_999, until=None, by_id=4, now=now)
    with pytest.raises(BadHush, match="past"):
        mute(session, make_topic("nimbo").id, until=now, by_id=4, now=now)
    with pytest.raises(BadHush, match="a year at most"):
        mute(session, make_topic("calda").id, until=now + 367 * 24 * HOUR, by_id=4, now=now)


# a feed under maintenance


def test_a_failing_feed_is_not_silent_while_it_is_maintained_nor_before_it_was_asked_again(
    session: Session, make_feed: MakesFeeds, now: datetime
) -> None:
    feed = make_feed(failures=5, last_success_at=now - HOUR)
    maintain(session, feed_id=feed.id, starts_at=now, ends_at=now + 2 * HOUR, by_id=4, now=now)

    def excused(minutes: int) -> list[bool]:
        return [one.is_excused for one in silent_feeds(session, now + timedelta(minutes=minutes))]

    assert [excused(minutes) for minutes in (-1, 135)] == [[False], [False]]
    assert [excused(minutes) for minutes in (0, 119, 120, 134)] == [[True]] * 4


@pytest.mark.parametrize("of_all", [True, False])
def test_the_maintenance_of_another_feed_or_of_a_topic_excuses_no_silence(
    session: Session, make_topic: MakesTopics, make_feed: MakesFeeds, now: datetime, of_all: bool
) -> None:
    make_feed(failures=5, last_success_at=now - HOUR)
    span: dict[str, Any] = {"starts_at": now, "ends_at": now + HOUR, "by_id": 4, "now": now}
    maintain(session, topic_id=make_topic("nimbo").id, **span)
    maintain(session, feed_id=make_feed().id, **span)
    if of_all:
        hushes.maintain(session, **span)
    assert [one.is_excused for one in silent_feeds(session, now)] == [of_all]
