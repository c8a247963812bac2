"""Watches between two rounds: what a process still has saves work and changes nothing; maintenance; verdicts."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from listener import hushes, watching
from listener.alarm.grid import Grid
from listener.alarm.watch import Watch
from listener.detect import judge_round
from listener.models import Feed, Spike, Topic, Volume, Watching
from listener.volume import BUCKET, bucket_of
from tests.listener.conftest import MakesFeeds, MakesTopics

HOUR = timedelta(hours=1)


@pytest.fixture
def topic(make_topic: MakesTopics) -> Topic:
    return make_topic("nimbo")


@pytest.fixture
def feed(make_feed: MakesFeeds, now: datetime) -> Feed:
    return make_feed(last_heard_at=now + timedelta(days=9))


def count(session: Session, topic: Topic, feed: Feed, at: datetime, people: int, negative: int = 0) -> None:
    """Count `people` more in the bucket of `at`."""
    row = session.get(Volume, (topic.id, feed.id, bucket_of(at)))
    if row is None:
        row = Volume(topic_id=topic.id, feed_id=feed.id, bucket=bucket_of(at), total=0, distinct=0, negative=0)
        session.add(row)
    row.total, row.distinct, row.negative = row.total + people, row.distinct + people, row.negative + negative
    session.flush()


def usual(session: Session, topic: Topic, feed: Feed, now: datetime, hours: int = 10 * 24) -> None:
    """Write days of even volume up to now, six an hour, and a day beyond."""
    start = now - hours * HOUR
    rows = [
        {"topic_id": topic.id, "feed_id": feed.id, "bucket": start + one * 2 * BUCKET, "total": 1, "distinct": 1.0,
         "negative": int(one % 5 == 0)}
        for one in range((hours + 24) * 6)
    ]  # fmt: skip
    session.execute(insert(Volume), rows)


def told(session: Session) -> list[tuple[str, datetime, datetime, float]]:
    rows = session.scalars(select(Spike).order_by(Spike.id).execution_options(populate_existing=True))
    return [(row.sort, row.opened_at, row.last_at, row.score) for row in rows]


def watch_of(session: Session, topic: Topic) -> Watching:
    return session.get_one(Watching, topic.id, populate_existing=True)


def test_what_a_process_still_has_changes_neither_what_is_told_nor_what_is_remembered(
    session: Session, topic: Topic, feed: Feed, now: datetime
) -> None:
    """Four hours of rounds with late arrivals and a storm: in one process, and in one that starts anew every time."""
    usual(session, topic, feed, now)
    outcomes = []
    for starts_anew in (False, True):
        with session.begin_nested() as run:
            for step in range(0, 4 * 60, 3):
                at = now + timedelta(minutes=step)
                if starts_anew:
                    watching._known.ahead.clear()
                if step % 21 == 0:
                    count(session, topic, feed, at - timedelta(minutes=10 + step % 50), 2)  # late
                if 60 <= step < 120:
                    count(session, topic, feed, at - timedelta(minutes=4), 12, 4)
                judge_round(session, at)
            row = watch_of(session, topic)
            outcomes.append((told(session), row.upto, row.memory))
            run.rollback()
        session.expire_all()
    assert outcomes[0] == outcomes[1]
    assert [sort for sort, *_ in outcomes[0][0]] == ["spike"]


def test_a_memory_is_read_only_where_it_is_needed(
    session: Session, topic: Topic, feed: Feed, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual(session, topic, feed, now)
    for minutes in (0, 5, 10):  # learnt, and put away
        judge_round(session, now + timedelta(minutes=minutes))
    taken_up, resumed = [], Watch.resumed

    def counted(grid: Grid, kept: bytes) -> Watch:
        taken_up.append(kept)
        return resumed(grid, kept)

    monkeypatch.setattr(Watch, "resumed", counted)
    upto = watch_of(session, topic).upto
    at = max(now + timedelta(minutes=15), upto + HOUR)
    while at < upto + 2 * HOUR:
        judge_round(session, at)
        at += BUCKET
    assert len(taken_up) <= 1
    count(session, topic, feed, at - timedelta(minutes=30), 1)  # what came late is judged from what was put away
    judge_round(session, at - BUCKET)
    judge_round(session, at - BUCKET)
    assert len(taken_up) <= 2
    assert taken_up


def test_a_round_that_was_rolled_back_is_judged_as_if_it_had_never_been(
    session: Session, topic: Topic, feed: Feed, now: datetime
) -> None:
    usual(session, topic, feed, now)
    with session.begin_nested() as failed:
        judge_round(session, now)
        failed.rollback()
    session.expire_all()
    judge_round(session, now)
    with_it = watch_of(session, topic).memory
    session.execute(delete(Watching))
    judge_round(session, now)
    assert watch_of(session, topic).memory == with_it


def test_topics_that_were_caught_up_with_together_are_put_away_in_turns(
    session: Session, make_topic: MakesTopics, now: datetime
) -> None:
    for number in range(12):
        make_topic(f"nimbo{number}")
    judge_round(session, now)
    assert len(set(session.scalars(select(Watching.upto)))) == 12


# maintenance


@pytest.mark.parametrize("whole", [True, False])
def test_maintenance_of_a_topic_or_of_everything_judges_nothing_and_learns_nothing(
    session: Session, topic: Topic, feed: Feed, now: datetime, whole: bool
) -> None:
    usual(session, topic, feed, now)
    judge_round(session, now)
    end = now + 8 * HOUR
    hushes.maintain(
        session, topic_id=None if whole else topic.id, starts_at=now, ends_at=end, why="moving", by_id=1, now=now
    )
    for minutes in range(0, 120, 5):
        count(session, topic, feed, now + timedelta(minutes=minutes), 20, 20)
    for hours in range(1, 9):
        assert judge_round(session, now + hours * HOUR) == []
    # what came then is neither a drop afterwards nor the new usual
    at = end + 3 * HOUR
    assert judge_round(session, at) == []
    assert Watch.resumed(watching.GRID, watch_of(session, topic).memory).typical(at.timestamp()) == pytest.approx(
        0.5, rel=0.3
    )
    for minutes in range(0, 30, 5):
        count(session, topic, feed, at + timedelta(minutes=minutes), 10)
    assert len(judge_round(session, at + timedelta(minutes=30))) == 1


def test_a_maintained_feed_is_not_counted_and_hides_no_storm_of_another(
    session: Session, topic: Topic, feed: Feed, make_feed: MakesFeeds, now: datetime
) -> None:
    other = make_feed(last_heard_at=now + timedelta(days=9))
    usual(session, topic, feed, now)
    usual(session, topic, other, now)
    judge_round(session, now)
    hushes.maintain(session, feed_id=feed.id, starts_at=now, ends_at=now + 8 * HOUR, by_id=1, now=now)
    for minutes in range(0, 60, 5):
        count(session, topic, feed, now + timedelta(minutes=minutes), 30)
    assert judge_round(session, now + HOUR) == []
    for minutes in range(60, 120, 5):
        count(session, topic, other, now + timedelta(minutes=minutes), 10)
    assert len(judge_round(session, now + 2 * HOUR)) == 1
    spike = session.scalars(select(Spike).where(Spike.topic_id == topic.id)).one()
    assert spike.sort == "spike"


def test_quiet_hours_of_a_feed_that_overlap_are_missed_once(
    session: Session, topic: Topic, feed: Feed, make_feed: MakesFeeds, now: datetime
) -> None:
    """Two plans for one half of a topic: the other half is still heard."""
    other = make_feed(last_heard_at=now + timedelta(days=9))
    usual(session, topic, feed, now)
    usual(session, topic, other, now)
    judge_round(session, now)
    for start in (0, 1):
        hushes.maintain(
            session, feed_id=feed.id, starts_at=now + start * HOUR, ends_at=now + (start + 2) * HOUR, by_id=1, now=now
        )
    for minutes in range(70, 110, 5):
        count(session, topic, other, now + timedelta(minutes=minutes), 10)
    assert len(judge_round(session, now + 2 * HOUR)) == 1


# verdicts


def test_alerts_that_were_called_false_lift_the_bar_of_the_next_one_and_real_ones_lower_it(
    session: Session, topic: Topic, feed: Feed, now: datetime
) -> None:
    usual(session, topic, feed, now)
    judge_round(session, now)
    count(session, topic, feed, now, 60)

    def bar(verdict: str | None, sort: str = "spike") -> float:
        """Return the bar of the next rise after a verdict on one of two days ago."""
        at = now - timedelta(days=2)
        with session.begin_nested() as run:
            session.add(Spike(
                topic_id=topic.id, sort=sort, started_at=at, opened_at=at, last_at=at, closed_at=at, observed=9,
                typical=1, score=2, verdict=verdict, verdict_by_id=1, verdict_at=at,
            ))  # fmt: skip
            judge_round(session, now + BUCKET)
            found = session.scalars(select(Spike).where(Spike.opened_at == now + BUCKET)).one().baseline["bar"]
            run.rollback()
        session.expire_all()
        return float(found)

    assert bar("false") > bar(None) > bar("real")
    assert bar("false", "drop") == bar(None)  # what is said of drops moves no bar of rises
