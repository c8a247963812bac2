"""A topic's alarm tried on its own history: what the service told, told again; what another tolerance would have."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from listener import watching
from listener.alarm.ear import Counts
from listener.alarm.grid import DAY, HOUR
from listener.alarm.replay import Stretch, Unheard
from listener.backtest import Known, back_test
from listener.find.history import history
from listener.models import Hush, HushSort, Spike, SpikeSort, Topic, Volume
from listener.volume import bucket_of
from tests.listener.alarm.streams import BEGAN, Change, between, stream
from tests.listener.conftest import MakesFeeds

SINCE = datetime.fromtimestamp(BEGAN, UTC)
BUCKET = timedelta(minutes=5)


def stretch(buckets: Sequence[Counts], **more: object) -> Stretch:
    return Stretch({BEGAN + 300 * step: one for step, one in enumerate(buckets) if one.total}, **more)  # type: ignore[arg-type]


def till(days: float) -> datetime:
    return SINCE + timedelta(days=days)


def both(*changes: Change) -> Change:
    def change(since: float, mean: float, share: float) -> tuple[float, float]:
        for one in changes:
            mean, share = one(since, mean, share)
        return mean, share

    return change


STORM = between(20 * DAY + 10 * HOUR, 20 * DAY + 11 * HOUR, 12)
FALL = between(25 * DAY, 25 * DAY + 10 * HOUR, 0.0)
ANGER = between(27 * DAY + 12 * HOUR, 27 * DAY + 18 * HOUR, angry=0.8)


def test_what_is_told_of_a_history_is_what_happened_in_it() -> None:
    found = back_test(stretch(stream(60, 28, both(STORM, FALL, ANGER))), SINCE, till(28), 0.5)
    assert [one.peak.sort for one in found.told if one.at >= till(14)][:2] == ["spike", "drop"]
    assert "surge" in [one.peak.sort for one in found.told if one.at >= till(27)]
    storm = next(one for one in found.told if one.peak.sort == "spike" and one.at >= till(20))
    assert till(20) + timedelta(hours=10) < storm.at <= till(20) + timedelta(hours=10, minutes=15)
    assert found.a_week == pytest.approx(len(found.told) / (26 / 7))


def test_it_tells_nothing_while_it_learns_and_says_how_long_that_was() -> None:
    early = between(DAY, DAY + HOUR, 30)
    found = back_test(stretch(stream(60, 4, early)), SINCE, till(4), 0.5)
    assert found.learnt_at == till(2)
    assert [one for one in found.told if one.at < till(2)] == []
    short = back_test(stretch(stream(60, 1.5, early)), SINCE, till(1.5), 0.5)
    assert (short.learnt_at, short.told, short.a_week) == (None, [], None)


def test_a_topic_nobody_speaks_of_tells_nothing() -> None:
    found = back_test(Stretch(), SINCE, till(14), 4)
    assert (found.told, found.a_week) == ([], 0.0)


def test_who_puts_up_with_less_is_told_less() -> None:
    told = [
        len(back_test(stretch(stream(60, 42, STORM, seed=3)), SINCE, till(42), choice).told) for choice in (4, 0.25)
    ]
    assert told[0] >= told[1] >= 1


def test_an_incident_that_was_is_told_or_not() -> None:
    found = back_test(stretch(stream(60, 22, STORM)), SINCE, till(22), 0.5)
    was = till(20) + timedelta(hours=10, minutes=30)
    assert found.tells(Known("spike", was, was + timedelta(hours=1)))
    assert not found.tells(Known("drop", was, was + timedelta(hours=1)))
    assert not found.tells(Known("spike", was + timedelta(days=1), was + timedelta(days=1, hours=1)))


def test_what_could_not_be_heard_is_no_drop() -> None:
    quiet = between(20 * DAY, 21 * DAY, 0.0)
    buckets = stream(60, 22, quiet)
    assert "drop" in [one.peak.sort for one in back_test(stretch(buckets), SINCE, till(22), 0.5).told]
    deaf = [Unheard(BEGAN + 20 * DAY, BEGAN + 21 * DAY, 1.0)]
    assert "drop" not in [one.peak.sort for one in back_test(stretch(buckets, unheard=deaf), SINCE, till(22), 0.5).told]


def test_verdicts_move_the_bar_of_what_comes_after_them() -> None:
    false = [(BEGAN + 19 * DAY + one, False) for one in range(6)]
    late = [(BEGAN + 21 * DAY + one, False) for one in range(6)]

    def told(times: float, verdicts: Sequence[tuple[float, bool]]) -> list[str]:
        rise = between(20 * DAY + 10 * HOUR, 20 * DAY + 10.5 * HOUR, times)
        shown = stretch(stream(60, 22, rise, seed=2), verdicts={"spike": verdicts})
        return [one.peak.sort for one in back_test(shown, SINCE, till(22), 0.5).told if one.at >= till(20)]

    # the smallest rise that is told of
    least = next(times for times in (2, 2.5, 3, 4, 5) if told(times, []))
    assert told(least, []) == told(least, late) == ["spike"]
    assert told(least, false) == []


Writes = Callable[[Sequence[Counts]], None]


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    made = Topic(name="Nimbo", kind="brand", query="nimbo", created_at=now - timedelta(days=21), updated_at=now)
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def write(session: Session, topic: Topic, make_feed: MakesFeeds, now: datetime) -> Writes:
    """Count a stream for the topic, through one feed, that ends now."""

    def written(buckets: Sequence[Counts]) -> None:
        feed, start = make_feed(), bucket_of(now) - BUCKET * len(buckets)
        session.add_all(
            Volume(topic_id=topic.id, feed_id=feed.id, bucket=start + BUCKET * step, total=int(one.total),
                   distinct=one.people, negative=int(one.negative))
            for step, one in enumerate(buckets) if one.total
        )  # fmt: skip
        session.flush()

    return written


def test_a_back_test_tells_what_the_service_told(session: Session, topic: Topic, write: Writes, now: datetime) -> None:
    """The watch that looks every hour, and the one that is shown the weeks at once, are the same rooms."""
    write(stream(60, 21, between(18 * DAY, 18 * DAY + HOUR, 12)))
    told: dict[datetime, str] = {}
    at = bucket_of(topic.created_at) + timedelta(days=17)
    while at <= now:
        for seen in watching.look(session, at):
            told |= {ended: peak.sort for ended, peak in seen.peaks if peak.opens}
        at += timedelta(hours=3)
    known = history(session, topic, now)
    tried = back_test(known.stretch, known.since, known.until, topic.tolerance)
    assert {one.at: one.peak.sort for one in tried.told} == told
    assert "spike" in told.values()


def test_a_history_begins_with_the_topic_and_reaches_back_eight_weeks(
    session: Session, topic: Topic, now: datetime
) -> None:
    assert history(session, topic, now).since == bucket_of(topic.created_at)
    topic.created_at = now - timedelta(days=400)
    assert history(session, topic, now).since == now - timedelta(weeks=8)


def test_a_silent_feed_and_a_maintenance_are_not_heard(
    session: Session, topic: Topic, make_feed: MakesFeeds, now: datetime
) -> None:
    one, two = make_feed(), make_feed()
    other = Topic(name="Other", kind="brand", query="other", created_at=now, updated_at=now)
    session.add(other)
    session.flush()
    for feed, total in ((one, 30), (two, 10)):
        session.add(
            Volume(
                topic_id=topic.id,
                feed_id=feed.id,
                bucket=now - timedelta(days=6),
                total=total,
                distinct=total,
                negative=0,
            )
        )
    began, ended = now - timedelta(days=5), now - timedelta(days=4)
    session.add(Spike(feed_id=one.id, sort=SpikeSort.SILENCE, started_at=began, opened_at=began, last_at=ended,
                      closed_at=ended, observed=0, typical=20, score=0))  # fmt: skip
    for number, (topic_id, feed_id) in enumerate(((topic.id, None), (other.id, None), (None, two.id), (None, None))):
        session.add(Hush(sort=HushSort.MAINTENANCE, topic_id=topic_id, feed_id=feed_id, by_id=1, created_at=now,
                         starts_at=now - timedelta(days=3, hours=-number), ends_at=now - timedelta(days=2)))  # fmt: skip
    session.flush()
    found = history(session, topic, now).stretch.unheard
    begins = (now - timedelta(days=3)).timestamp()
    assert [(unheard.since, unheard.share) for unheard in sorted(found, key=lambda unheard: unheard.since)] == [
        (began.timestamp(), 0.75), (begins, 1.0), (begins + 2 * HOUR, 0.25), (begins + 3 * HOUR, 1.0),
    ]  # fmt: skip
