"""What an incident goes back to: the right post, never the one that only stood near it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from listener.causes import explain
from listener.heard import Counts, Item
from listener.models import Feed, Mention, Topic
from listener.store import store
from tests.listener.conftest import MakesFeeds, MakesItems, MakesTopics

MINUTE = timedelta(minutes=1)
HALF = timedelta(minutes=30)
CITIES = ("Oslo", "Rome", "Lima", "Bonn", "Cork", "Nice", "Pisa", "Kyiv", "Graz", "Gent", "Lyon", "Bern")
WORDS = ("apple", "boat", "cedar", "delta", "ember", "fjord", "grape", "hotel", "igloo", "karma", "lemon", "mango")


@pytest.fixture
def topic(make_topic: MakesTopics) -> Topic:
    return make_topic("nimbo OR نیمبو")


@pytest.fixture
def feed(make_feed: MakesFeeds) -> Feed:
    return make_feed("mastodon")


@pytest.fixture
def usual(session: Session, topic: Topic, feed: Feed, say: MakesItems, now: datetime) -> None:
    """Two weeks of ordinary talk, a mention every two hours."""
    items = [
        say(f"u{n}", f"Nimbo arrived in {CITIES[n % 12]} on day {n * 7919 % 997}, nice colour", by=f"fan{n % 40}",
            posted_at=now - timedelta(hours=2) - timedelta(hours=2 * n))
        for n in range(160)
    ]  # fmt: skip
    store(session, feed, items, now=now - timedelta(hours=2))


def at(session: Session, native_id: str) -> int:
    return session.scalars(select(Mention.id).where(Mention.native_id == native_id)).one()


def cause(session: Session, topic: Topic, now: datetime, **how: Any) -> dict[str, Any]:
    return explain(session, topic.id, now - timedelta(hours=1), now, ("nimbo", "نیمبو"), **how)


def tell(session: Session, feed: Feed, items: Sequence[Item], now: datetime, **columns: Any) -> None:
    """Store posts, and give them columns that reading alone would not."""
    store(session, feed, items, now=now)
    if columns:
        ids = [item.native_id for item in items]
        session.execute(update(Mention).where(Mention.native_id.in_(ids)).values(**columns))


def answers(say: MakesItems, now: datetime, parent: str, count: int, text: str = "that is true") -> list[Item]:
    return [
        say(f"{parent}-{n}", f"Nimbo in {CITIES[n % 12]}: {text} {n * 7919}", by=f"w{parent}{n}", parent_id=parent,
            posted_at=now - HALF + n * MINUTE / 2)
        for n in range(count)
    ]  # fmt: skip


def alone(say: MakesItems, now: datetime, count: int, text: str) -> list[Item]:
    return [
        say(f"n{n}", f"Nimbo {CITIES[n % 12]} {n * 7919}: {text}", by=f"n{n}", posted_at=now - HALF + n * MINUTE / 2)
        for n in range(count)
    ]


def test_a_conversation_goes_back_to_its_first_post_though_it_is_older_and_names_no_topic(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    root = say("root", "Look at this handle, 71 °C", by="tberg", posted_at=now - timedelta(hours=9))
    tell(session, feed, [root, *answers(say, now, "root", 20)], now)
    found = cause(session, topic, now)
    assert (found["first"]["mention_id"], found["first"]["by"]) == (at(session, "root"), "thread")
    assert (found["biggest"]["what"], found["biggest"]["is_single"]) == ("thread", True)
    assert found["threads"][0]["mention_id"] == at(session, "root")
    assert found["threads"][0]["typical"] == 0.0
    assert found["count"] == 20
    assert (found["authors"][0]["name"], found["authors"][0]["brought"]) == ("Tberg", 20)


def test_a_busy_conversation_that_is_not_the_storm_is_not_blamed(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    chat = [say("chat", "Nimbo colours?", by="c", posted_at=now - 50 * MINUTE), *answers(say, now, "chat", 6, "blue")]
    whistle = say("whistle", "The Nimbo lid exploded in my kitchen", by="w", posted_at=now - 45 * MINUTE)
    tell(session, feed, [*chat, whistle, *alone(say, now, 40, "the lid exploded here too")], now)
    found = cause(session, topic, now)
    assert (found["first"]["mention_id"], found["first"]["by"]) == (at(session, "whistle"), "words")
    assert found["biggest"] is None
    assert "lid exploded" in [term["name"] for term in found["terms"]]


def test_what_was_said_before_it_was_noticed_is_found(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    early = say("early", "My Nimbo lid exploded, beware", by="w", posted_at=now - timedelta(hours=5))
    tell(session, feed, [early, *alone(say, now, 40, "the lid exploded here too")], now)
    assert cause(session, topic, now)["first"]["mention_id"] == at(session, "early")


def test_talk_without_anything_in_common_goes_back_to_no_post(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    items = [
        say(f"n{n}", f"Nimbo {WORDS[n]} {WORDS[n - 3]}", by=f"n{n}", posted_at=now - n * MINUTE) for n in range(12)
    ]
    tell(session, feed, items, now)
    found = cause(session, topic, now)
    assert (found["first"], found["biggest"]) == (None, None)


def test_an_answer_to_what_was_never_heard_says_so(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    tell(session, feed, answers(say, now, "elsewhere", 20), now)
    assert cause(session, topic, now)["first"]["is_reply"]


def test_our_own_post_can_be_what_it_goes_back_to(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    tell(session, feed, [say("ours", "Nimbo now costs more", by="us", posted_at=now - HALF)], now, is_ours=True)
    tell(session, feed, answers(say, now, "ours", 20, "a scandal"), now)
    first = cause(session, topic, now)["first"]
    assert (first["mention_id"], first["is_ours"]) == (at(session, "ours"), True)


def test_imported_history_is_never_what_began_it(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    old = say("root", "Nimbo handle, long ago", by="old", posted_at=now - timedelta(days=300))
    store(session, feed, [old], now=now, history=True)
    tell(session, feed, answers(say, now, "root", 20), now)
    assert cause(session, topic, now)["first"]["mention_id"] == at(session, "root-0")


def test_one_link_goes_back_to_who_brought_it_first(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    shared = alone(say, now, 20, "have you read https://news.example/nimbo-handles?utm_source=app")
    first = say("paper", "Nimbo, read https://www.news.example/nimbo-handles", by="paper", posted_at=now - 3 * HALF)
    tell(session, feed, [first, *shared], now)
    found = cause(session, topic, now)
    assert (found["biggest"]["what"], found["biggest"]["name"]) == ("link", "news.example/nimbo-handles")
    assert (found["first"]["mention_id"], found["first"]["by"]) == (at(session, "paper"), "link")
    assert found["links"][0]["host"] == "news.example"


def test_a_flood_of_one_text_is_amplified_and_goes_back_to_its_first_copy(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    text = "Nimbo kettles are recalled, tell everyone you know before somebody is hurt by one of these handles"
    flood = [say(f"c{n}", text, by=f"bot{n % 4}", posted_at=now - HALF + n * MINUTE) for n in range(20)]
    tell(session, feed, [*flood, *alone(say, now, 4, "hello")], now)
    found = cause(session, topic, now)
    amplified = found["amplified"]
    assert (amplified["is_flood"], amplified["count"], amplified["authors"]) == (True, 20, 4)
    assert amplified["name"].startswith("Nimbo kettles are recalled")
    assert (found["biggest"]["what"], found["first"]["mention_id"]) == ("copies", at(session, "c0"))


def test_a_surge_is_explained_by_what_is_negative(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    chat = [say("chat", "Nimbo colours?", by="c", posted_at=now - 50 * MINUTE), *answers(say, now, "chat", 12, "blue")]
    tell(session, feed, chat, now, mood="neutral")
    tell(session, feed, [say("bad", "Nimbo burnt me", by="b", posted_at=now - 40 * MINUTE)], now, mood="negative")
    tell(session, feed, answers(say, now, "bad", 8, "scalded"), now, mood="negative")
    assert cause(session, topic, now)["first"]["mention_id"] == at(session, "chat")
    found = cause(session, topic, now, sort="surge")
    assert (found["first"]["mention_id"], found["biggest"]["share"]) == (at(session, "bad"), 1.0)
    assert found["mood"]["during"] == {
        "count": 22, "negative": 0.409, "neutral": 0.591, "positive": 0.0, "unsure": 0.0
    }  # fmt: skip
    assert found["mood"]["before"]["count"] == 154  # what was said in the hours before may belong to it


def test_a_drop_goes_back_to_nothing_and_tells_what_is_missing(
    session: Session, topic: Topic, feed: Feed, make_feed: MakesFeeds, usual: None, say: MakesItems, now: datetime
) -> None:
    tell(session, make_feed("rss"), [say("x", "Nimbo is quiet", posted_at=now - HALF)], now)
    found = cause(session, topic, now, sort="drop")
    assert (found["first"], found["biggest"]) == (None, None)
    assert {"name": "mastodon", "count": 0, "share": 0.0, "typical": 1.0} in found["sources"]


def test_posts_and_authors_are_told_by_what_they_brought_not_by_their_followers(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    loud = say("loud", "Nimbo handle is hot", by="loud", posted_at=now - HALF, counts=Counts(replies=30, shares=12))
    tell(session, feed, [loud, *alone(say, now, 10, "fine")], now)
    found = cause(session, topic, now)
    assert (found["posts"][0]["mention_id"], found["posts"][0]["brought"]) == (at(session, "loud"), 42)
    assert (found["authors"][0]["name"], found["authors"][0]["brought"]) == ("Loud", 42)
    assert (found["reach"]["authors"], found["reach"]["shares"]) == (11, 12)


def test_new_words_in_persian_are_shown_as_people_wrote_them(
    session: Session, topic: Topic, feed: Feed, usual: None, say: MakesItems, now: datetime
) -> None:
    items = [
        say(f"f{n}", f"دستهٔ نیمبو می‌سوزاند {n * 7919}", by=f"f{n}", posted_at=now - HALF + n * MINUTE)
        for n in range(12)
    ]
    tell(session, feed, items, now)
    terms = [term["name"] for term in cause(session, topic, now)["terms"]]
    assert "می‌سوزاند" in terms
    assert "نیمبو" not in terms


def test_nothing_said_is_explained_by_nothing(session: Session, topic: Topic, now: datetime) -> None:
    assert cause(session, topic, now) == {"count": 0, "distinct": 0}
