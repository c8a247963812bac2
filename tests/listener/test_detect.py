"""Incidents opened once, explained, kept up to date, rested and closed; silent feeds told apart."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from listener import detect, find, hushes, incidents, watching
from listener.alarm.ear import Counts as Counted
from listener.alarm.ear import Hearing, Peak
from listener.alarm.watch import Watch
from listener.detect import judge_round
from listener.heard import Counts
from listener.models import Feed, Mention, Spike, SpikeSort, Topic, Volume, Watching
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
    assert [one.sort for one in open_spikes(session)] == ["spike", "surge"]  # many more, and angrier
    assert opened == [one.id for one in open_spikes(session)]
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
    assert any("scalded" in one["name"] for one in cause["terms"])
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
    assert [one.last_at for one in open_spikes(session) if one.sort == "spike"] == [later]
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
    session: Session, topic: Topic, make_topic: MakesTopics, make_feed: MakesFeeds, now: datetime
) -> None:
    broken, sound = make_feed(last_heard_at=now), make_feed(last_heard_at=now)
    quiet = now - timedelta(hours=8)
    broken.failures, broken.last_error, broken.last_success_at = 5, "No connection.", quiet
    missed = make_topic("kettle")
    usual(session, topic, broken, now, an_hour=12, until=timedelta(hours=8))
    usual(session, missed, sound, now, an_hour=12, until=timedelta(hours=8))
    judge_round(session, now)
    told = {(one.sort, one.topic_id, one.feed_id) for one in open_spikes(session)}
    assert told == {("silence", None, broken.id), ("drop", missed.id, None)}
    # the feed speaks again, and has nothing to tell of those hours: it was the feed
    broken.failures, broken.last_success_at = 0, now
    session.flush()
    judge_round(session, now + timedelta(minutes=5))
    assert [(one.sort, one.topic_id) for one in open_spikes(session)] == [("drop", missed.id)]


def test_half_a_topic_that_cannot_be_heard_hides_no_storm_in_the_other_half(
    session: Session, topic: Topic, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    broken, sound = make_feed(last_heard_at=now), make_feed(last_heard_at=now)
    broken.failures, broken.last_success_at = 5, now - timedelta(hours=3)
    usual(session, topic, broken, now, until=timedelta(hours=3))
    usual(session, topic, sound, now)
    storm(session, sound, say, now)
    judge_round(session, now)
    assert {one.sort for one in open_spikes(session)} == {"silence", "spike", "surge"}


# the watch's memory


def watch_of(session: Session, topic: Topic) -> Watching:
    return session.get_one(Watching, topic.id, populate_existing=True)


def test_what_comes_late_is_counted_by_its_posting_time_and_told_once(
    session: Session, topic: Topic, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed(last_heard_at=now)
    usual(session, topic, feed, now)
    for minutes in range(0, 30, 5):
        assert judge_round(session, now + timedelta(minutes=minutes)) == []
    storm(session, feed, say, now)  # posted half an hour ago, heard only now
    assert len(judge_round(session, now + timedelta(minutes=30))) == 2
    for minutes in range(35, 200, 5):
        assert judge_round(session, now + timedelta(minutes=minutes)) == []
    assert session.scalar(select(func.count()).select_from(Spike).where(Spike.sort == "spike")) == 1


def test_the_hour_before_now_is_not_settled_yet(
    session: Session, topic: Topic, make_feed: MakesFeeds, now: datetime
) -> None:
    usual(session, topic, make_feed(last_heard_at=now), now)
    judge_round(session, now)
    row = watch_of(session, topic)
    first = row.upto
    assert now - 2 * HOUR < first <= now - HOUR  # topics that were caught up with together take turns
    assert not row.is_learning
    before = row.memory
    judge_round(session, first + 2 * HOUR - timedelta(minutes=5))
    assert watch_of(session, topic).memory == before  # a memory is written about once an hour
    judge_round(session, first + 2 * HOUR)
    assert watch_of(session, topic).upto == first + HOUR
    assert watch_of(session, topic).memory != before


def test_a_round_that_fails_changes_nothing_and_the_next_tells_it_once(
    session: Session, topic: Topic, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed(last_heard_at=now)
    usual(session, topic, feed, now)
    judge_round(session, now)
    storm(session, feed, say, now)
    with session.begin_nested() as killed:
        assert len(judge_round(session, now)) == 2
        killed.rollback()
    session.expire_all()
    assert len(judge_round(session, now + timedelta(minutes=2))) == 2
    assert judge_round(session, now + timedelta(minutes=5)) == []


def test_an_interruption_of_hours_is_caught_up_with_and_what_still_goes_on_is_told(
    session: Session, topic: Topic, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed(last_heard_at=now)
    usual(session, topic, feed, now + timedelta(hours=20))
    judge_round(session, now)
    storm(session, feed, say, now + HOUR)
    assert len(judge_round(session, now + timedelta(hours=6))) == 2
    session.query(Spike).delete()
    session.query(Watching).delete()
    judge_round(session, now + timedelta(hours=20))
    assert open_spikes(session) == []  # it is past


def test_a_memory_of_another_version_is_learnt_anew_without_telling_twice(
    session: Session, topic: Topic, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed(last_heard_at=now)
    usual(session, topic, feed, now)
    storm(session, feed, say, now)
    assert len(judge_round(session, now)) == 2
    watch_of(session, topic).memory = b"old"
    session.flush()
    assert judge_round(session, now + timedelta(minutes=5)) == []
    assert judge_round(session, now + timedelta(minutes=10)) == []
    assert not watch_of(session, topic).is_learning
    assert session.scalar(select(func.count()).select_from(Spike)) == 2


def test_topics_that_must_catch_up_wait_for_the_next_round(
    session: Session, topic: Topic, make_topic: MakesTopics, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = make_topic("kettle")
    monkeypatch.setattr(watching, "MOST", 10_000)
    judge_round(session, now)
    rows = [session.get(Watching, one.id) for one in (topic, later)]
    assert [row and row.is_learning for row in rows] == [False, True]
    judge_round(session, now)
    assert not watch_of(session, later).is_learning


def test_each_topic_is_judged_with_its_own_tolerance(
    session: Session, topic: Topic, make_topic: MakesTopics, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    keen, asked = make_topic("kettle"), set()
    keen.tolerance = 4.0

    def judge(self: Watch, at: float, counts: Counted, hearing: Hearing, budget: float, *_: object) -> list[Peak]:
        asked.add(budget)
        return []

    monkeypatch.setattr(Watch, "judge", judge)
    judge_round(session, now)
    assert asked == {topic.tolerance, 4.0} == {0.5, 4.0}


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


# what happened to an incident


def happened(session: Session, spike: Spike) -> list[tuple[str, datetime]]:
    return [(one.sort, one.at) for one in find.moments(session, spike.id)]


def storm_of(session: Session, sort: str = "spike") -> Spike:
    return session.scalars(select(Spike).where(Spike.sort == sort).execution_options(populate_existing=True)).one()


def test_an_incident_opens_and_closes_once_and_is_explained_a_last_time(
    session: Session, topic: Topic, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed(last_heard_at=now)
    usual(session, topic, feed, now)
    storm(session, feed, say, now)
    judge_round(session, now)
    judge_round(session, now + timedelta(minutes=5))
    spike = storm_of(session)
    opened = find.moments(session, spike.id)[0]
    assert happened(session, spike) == [("opened", now)]
    assert opened.data == {
        "observed": spike.observed, "typical": spike.typical, "score": spike.score, "is_hushed": False,
        "window_minutes": spike.baseline["window_minutes"],
    }  # fmt: skip
    count = spike.cause["count"]
    texts = ("The Nimbo lid burnt my hand", "Why does nobody answer about the Nimbo handle?", "Nimbo sent me a refund")
    late = [
        say(f"late{one}", words, by=f"l{one}", posted_at=now - timedelta(minutes=20)) for one, words in enumerate(texts)
    ]
    over = now + timedelta(hours=15)
    store(session, feed, late, now=over)
    judge_round(session, over)
    judge_round(session, over + timedelta(minutes=5))
    spike = storm_of(session)
    assert happened(session, spike) == [("opened", now), ("closed", over)]
    assert (spike.cause["count"], spike.cause["at"]) == (count + len(late), over.isoformat())


def test_an_escalation_is_told_when_the_score_grew_by_half(
    session: Session, topic: Topic, make_feed: MakesFeeds, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter((4.0, 5.9, 6.0, 7.0, 8.9, 9.1))

    def look(_: Session, at: datetime) -> list[watching.Seen]:
        return [watching.Seen(topic, [(at, Peak("spike", 3600, 40.0, 4.0, next(scores), 3.5, opens=True))])]

    monkeypatch.setattr(watching, "look", look)
    for minutes in range(0, 30, 5):
        judge_round(session, now + timedelta(minutes=minutes))
    told = [(one.sort, one.data["score"]) for one in find.moments(session, storm_of(session).id)]
    assert told == [("opened", 4.0), ("rose", 6.0), ("rose", 9.1)]


def test_what_opens_in_a_muted_topic_is_found_and_hushed_until_it_is_seen_after_the_mute(
    session: Session, topic: Topic, make_feed: MakesFeeds, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {"at": now}

    def look(_: Session, at: datetime) -> list[watching.Seen]:
        return [watching.Seen(topic, [(seen["at"], Peak("spike", 3600, 40.0, 4.0, 4.0, 3.5, opens=True))])]

    monkeypatch.setattr(watching, "look", look)
    hushes.mute(session, topic.id, until=now + HOUR, by_id=4, now=now)
    judge_round(session, now)
    assert storm_of(session).is_hushed
    assert find.moments(session, storm_of(session).id)[0].data["is_hushed"]
    judge_round(session, now + HOUR)
    assert storm_of(session).is_hushed  # it was seen while nobody wanted to hear of it, and not since
    seen["at"] = now + HOUR
    judge_round(session, now + HOUR)
    assert not storm_of(session).is_hushed


def test_a_snooze_that_is_over_wakes_its_incident(
    session: Session, topic: Topic, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed(last_heard_at=now)
    usual(session, topic, feed, now)
    storm(session, feed, say, now)
    judge_round(session, now)
    spike = storm_of(session)
    incidents.snooze(session, spike.id, now + HOUR, by_id=4, now=now)
    judge_round(session, now + HOUR)
    assert storm_of(session).snoozed_until is None
    assert happened(session, spike) == [("opened", now), ("snoozed", now), ("woken", now + HOUR)]


@pytest.mark.parametrize(
    ("begins", "told"), [(-0.5, [("opened", 2.5), ("closed", 4)]), (1, [("opened", 0), ("closed", 4)])]
)
def test_a_feed_under_maintenance_opens_no_silence_and_an_open_one_goes_on(
    session: Session, make_feed: MakesFeeds, now: datetime, begins: float, told: list[tuple[str, float]]
) -> None:
    feed = make_feed(failures=3, last_success_at=now - HOUR)
    hushes.maintain(session, feed_id=feed.id, starts_at=now + begins * HOUR, ends_at=now + 2 * HOUR, by_id=4, now=now)
    for hours in (0, 1, 2, 2.2, 2.5):
        judge_round(session, now + hours * HOUR)
    feed.failures = 0
    session.flush()
    judge_round(session, now + 4 * HOUR)
    assert happened(session, storm_of(session, "silence")) == [(sort, now + hours * HOUR) for sort, hours in told]


def test_a_quiet_feed_is_counted_anew_from_the_end_of_its_maintenance(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed()
    heard(session, feed, say, now, timedelta(hours=6))
    hushes.maintain(session, feed_id=feed.id, starts_at=now - HOUR, ends_at=now + HOUR, by_id=4, now=now)
    opened = [judge_round(session, now + hours * HOUR) for hours in (0, 1.5, 2.5, 5)]
    assert [len(ids) for ids in opened] == [0, 0, 0, 1]
