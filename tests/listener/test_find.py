"""Read-only questions: what a list, a page and a chart ask."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from listener import find
from listener.find import Chosen
from listener.heard import Rejected
from listener.models import Feed, Gap, Spike
from listener.rejections import reject
from listener.store import store
from tests.listener.conftest import MakesFeeds, MakesItems, MakesTopics


@pytest.fixture
def feed(session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime) -> Feed:
    make_topic("nimbo")
    feed = make_feed(name="Forum")
    items = [
        say("1", "My Nimbo kettle is horrible, I hate it", by="tberg", posted_at=now - timedelta(hours=5)),
        say("2", "دستهٔ کتری نوروا می‌سوزد", by="mahsa", posted_at=now - timedelta(hours=4)),
        say("3", "Tea, and nothing but tea", by="omar", posted_at=now - timedelta(hours=3)),
        say("4", "Answer to the first", by="omar", parent_id="1", posted_at=now - timedelta(hours=2)),
        say(
            "5",
            "A long complaint about the Nimbo handle which is far too hot to hold",
            by="dana",
            posted_at=now - timedelta(hours=1),
        ),
        say("6", "A long complaint about the Nimbo handle which is far too hot to hold", by="copy", posted_at=now),
    ]
    store(session, feed, items, now=now)
    return feed


def natives(session: Session, chosen: Chosen) -> list[str]:
    return [hit.mention.native_id for hit in find.mentions(session, chosen).rows]


def test_mentions_come_newest_first_page_by_page(session: Session, feed: Feed) -> None:
    first = find.mentions(session, limit=4)
    assert [hit.mention.native_id for hit in first.rows] == ["6", "5", "4", "3"]
    second = find.mentions(session, limit=4, cursor=first.cursor)
    assert [hit.mention.native_id for hit in second.rows] == ["2", "1"]
    assert second.cursor is None
    hit = second.rows[1]
    assert hit.author is not None
    assert (hit.author.handle, hit.feed_name, [one.name for one in hit.topics]) == ("tberg", "Forum", ["nimbo"])


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        (Chosen(language="fa"), ["2"]),
        (Chosen(mood="negative", language="en"), None),
        (Chosen(copies=False), ["5", "4", "3", "2", "1"]),
        (Chosen(source="mastodon"), []),
        (Chosen(is_history=True), []),
        (Chosen(ids=(0,)), []),
    ],
)
def test_mentions_are_filtered(chosen: Chosen, wanted: list[str] | None, session: Session, feed: Feed) -> None:
    found = natives(session, chosen)
    assert found == wanted if wanted is not None else "1" in found
    assert find.count(session, chosen) == len(found)


def test_mentions_are_filtered_by_topic_time_author_and_thread(session: Session, feed: Feed, now: datetime) -> None:
    topic = find.topics(session)[0]
    assert natives(session, Chosen(topic_id=topic.id)) == ["6", "5", "1"]
    assert natives(session, Chosen(since=now - timedelta(hours=4), until=now - timedelta(hours=1))) == ["4", "3", "2"]
    answer = find.mentions(session, Chosen(q="answer")).rows[0].mention
    assert natives(session, Chosen(thread=answer.thread)) == ["4", "1"]
    assert natives(session, Chosen(author_id=answer.author_id)) == ["4", "3"]
    assert natives(session, Chosen(feed_id=feed.id + 1)) == []


@pytest.mark.parametrize(
    ("q", "wanted"),
    [
        ("nimbo kettle", ["1"]), ("NIMBO", ["6", "5", "1"]), ('"too hot"', ["6", "5"]), ('"hot too"', []), ("nimbo -kettle", ["6", "5"]),
        ("kettle OR tea", ["3", "1"]), ("كتري", ["2"]), ("می سوزد", ["2"]), ("کتری نوروا", ["2"]), ("nothing.but'tea", ["3"]),
        ('-"too hot" nimbo', ["1"]), ('"', ["6", "5", "4", "3", "2", "1"]), ("& | ! ( :*", ["6", "5", "4", "3", "2", "1"]), ("zzz", []),
    ],
)  # fmt: skip
def test_mentions_are_searched_as_people_write(q: str, wanted: list[str], session: Session, feed: Feed) -> None:
    assert [hit.mention.native_id for hit in find.search(session, q).rows] == wanted


def test_one_mention_is_shown_whole(session: Session, feed: Feed, say: MakesItems, now: datetime) -> None:
    store(session, feed, [say("1", "My Nimbo kettle is horrible, I take it back", by="tberg")], now=now)
    by_name = {hit.mention.native_id: hit.mention.id for hit in find.mentions(session).rows}
    whole = find.mention(session, by_name["1"])
    assert whole is not None
    assert [one.text for one in whole.versions] == ["My Nimbo kettle is horrible, I hate it"]
    assert [hit.mention.native_id for hit in whole.conversation] == ["1", "4"]
    assert whole.feed.id == feed.id
    copy = find.mention(session, by_name["6"])
    assert copy is not None
    assert [hit.mention.native_id for hit in copy.also_seen] == ["5"]
    assert find.mention(session, 0) is None


def test_authors_are_found(session: Session, feed: Feed) -> None:
    rows, cursor = find.authors(session, q="TBE")
    assert [one.handle for one in rows] == ["tberg"]
    assert cursor is None
    assert find.author(session, rows[0].id) is rows[0]
    first, cursor = find.authors(session, limit=3)
    second, _ = find.authors(session, limit=3, cursor=cursor)
    assert len({one.id for one in [*first, *second]}) == 5
    assert find.authors(session, q="100%")[0] == []


def test_volumes_fill_quiet_steps_with_zeros(session: Session, feed: Feed, now: datetime) -> None:
    topic = find.topics(session)[0]
    points = find.volumes(session, start=now - timedelta(hours=6), end=now + timedelta(minutes=5), topic_id=topic.id)
    assert [point.total for point in points] == [0, 1, 0, 0, 0, 1, 1]
    assert [point.distinct for point in points] == [0, 1, 0, 0, 0, 1, 0.585]  # a second copy adds log2(3) - log2(2)
    assert points[0].at == now - timedelta(hours=6)
    days = find.volumes(session, start=now - timedelta(days=2), end=now + timedelta(hours=1), step=timedelta(days=1))
    assert [point.total for point in days] == [0, 2, 1]
    assert sum(point.total for point in find.volumes(session, start=now - timedelta(days=2), end=now, feed_id=0)) == 0


def test_the_health_of_feeds_is_a_word_and_some_figures(
    session: Session, feed: Feed, make_feed: MakesFeeds, now: datetime
) -> None:
    feed.last_success_at, feed.created_at = now, now - timedelta(days=3)
    make_feed(name="Slow", failures=1, last_error="They ask us to come less often.")
    make_feed(name="Broken", failures=3)
    make_feed(name="Young")
    make_feed(name="Still", state="paused")
    quiet = make_feed(name="Quiet", last_success_at=now)
    session.add(
        Spike(
            feed_id=quiet.id, sort="silence", started_at=now, opened_at=now, last_at=now, observed=0, typical=0, score=0
        )
    )
    session.add(Gap(feed_id=feed.id, resume={"url": "x"}, noted_at=now))
    reject(session, feed.id, [Rejected(None, "It is not an object.", "7")], now=now)
    session.flush()
    found = {one.feed.name: one for one in find.feeds(session, now)}
    words = {name: one.word for name, one in found.items()}
    assert words == {
        "Forum": "answers", "Slow": "slowed", "Broken": "failing", "Young": "new", "Still": "paused", "Quiet": "silent",
    }  # fmt: skip
    forum = found["Forum"]
    assert (forum.per_day, forum.gaps, forum.rejections, forum.usual_gap) == (2.0, 1, 1, 43_200.0)
    assert find.health(session, feed.id, now) == forum
    assert find.health(session, 0, now) is None
    assert len(find.gaps(session, feed.id)) == len(find.rejections(session, feed.id)) == 1
    assert find.deliveries(session, feed.id) == find.imports(session) == []


def test_incidents_are_listed(session: Session, now: datetime, make_topic: MakesTopics) -> None:
    topic = make_topic("nimbo")
    for number in range(3):
        session.add(
            Spike(
                topic_id=topic.id, sort=("spike", "drop", "surge")[number], started_at=now, opened_at=now, last_at=now, observed=1,
                typical=1, score=1, closed_at=now if number else None,
            )
        )  # fmt: skip
    session.flush()
    rows, cursor = find.spikes(session, limit=2)
    assert [one.sort for one in rows] == ["surge", "drop"]
    assert [one.sort for one in find.spikes(session, cursor=cursor)[0]] == ["spike"]
    assert [one.sort for one in find.spikes(session, is_open=True)[0]] == ["spike"]
    assert [one.sort for one in find.spikes(session, sort="drop", is_open=False, topic_id=topic.id)[0]] == ["drop"]
    assert find.spike(session, rows[0].id) is rows[0]
