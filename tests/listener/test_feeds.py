"""Feeds made, changed, paused, removed and tried."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener import feeds, find
from listener.heard import Reply
from listener.models import Feed, FeedState, Mention
from listener.sources import BadFeed
from listener.store import store
from tests.listener.conftest import MakesFeeds, MakesItems, MakesTopics, reply

ADDRESS = "https://club.example/feed.json"


def test_a_feed_is_made_due_at_once(session: Session, now: datetime) -> None:
    made = feeds.create(session, source="rss", address=f" {ADDRESS} ", now=now, own_handles=[" nimbo ", "nimbo", ""])
    assert (made.name, made.address, made.own_handles) == ("club.example", ADDRESS, ["nimbo"])
    assert (made.state, made.due_at, made.cursor) == (FeedState.ACTIVE, now, {})
    tag = feeds.create(session, source="mastodon", address="https://social.example", options={"tag": "nimbo"}, now=now)
    assert tag.name == "nimbo, social.example"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"source": "fax"}, "“fax” is no source"),
        ({"address": "club.example"}, "must begin with https://"),
        ({"interval": 0.1}, "not every 0.1"),
        ({"interval": 1e9}, "not every 1e+09"),
        ({"source": "mastodon"}, "Name a hashtag"),
    ],
)
def test_a_feed_that_cannot_work_is_refused(
    given: dict[str, object], said: str, session: Session, now: datetime
) -> None:
    with pytest.raises(BadFeed) as refused:
        feeds.create(session, **{"source": "rss", "address": ADDRESS, "now": now, **given})  # type: ignore[arg-type]
    assert said in refused.value.sentence
    assert session.scalar(select(func.count()).select_from(Feed)) == 0


def test_the_same_feed_is_not_made_twice(session: Session, now: datetime) -> None:
    first = feeds.create(session, source="rss", address=ADDRESS, now=now, name="Club")
    with pytest.raises(BadFeed, match="“Club”"):
        feeds.create(session, source="rss", address=ADDRESS, now=now)
    feeds.remove(session, first.id)
    assert feeds.create(session, source="rss", address=ADDRESS, now=now).id != first.id


def test_another_address_begins_a_new_watermark(session: Session, make_feed: MakesFeeds, now: datetime) -> None:
    feed = make_feed(
        cursor={"newest": "x"},
        etag="e",
        state="gone",
        claimed_by="w",
        claimed_until=now,
        due_at=now + timedelta(days=1),
    )
    feeds.update(session, feed.id, now=now, name="New name", interval=60.0)
    assert (feed.name, feed.interval, feed.cursor, feed.state) == ("New name", 60.0, {"newest": "x"}, "gone")
    feeds.update(session, feed.id, now=now, address=ADDRESS, credential="s", language="fa", own_handles=["a"])
    assert (feed.address, feed.cursor, feed.etag, feed.claimed_by, feed.due_at) == (ADDRESS, {}, None, None, now)
    assert (feed.state, feed.credential, feed.language, feed.own_handles) == ("active", "s", "fa", ["a"])
    feeds.update(session, feed.id, now=now, credential=None)
    assert feed.credential is None
    assert feeds.update(session, 0, now=now) is None


def test_a_removed_feed_keeps_what_it_heard(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed(credential="secret")
    store(session, feed, [say("1")], now=now)
    feeds.remove(session, feed.id)
    session.refresh(feed)
    assert (feed.state, feed.credential) == ("deleted", None)
    assert session.scalar(select(func.count()).select_from(Mention)) == 1
    assert find.feeds(session, now) == []
    assert find.feed(session, feed.id) is None
    assert feeds.resume(session, feed.id, now=now) is None


def test_a_paused_feed_goes_on_where_it_stood(session: Session, make_feed: MakesFeeds, now: datetime) -> None:
    feed = make_feed(cursor={"newest": "x"}, failures=4, last_error="broken", due_at=now + timedelta(hours=1))
    feeds.pause(session, feed.id)
    assert feed.state == "paused"
    feeds.resume(session, feed.id, now=now)
    assert (feed.state, feed.due_at, feed.failures, feed.last_error, feed.cursor) == (
        "active",
        now,
        0,
        None,
        {"newest": "x"},
    )


def test_a_preview_judges_and_stores_nothing(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    topic = make_topic("nimbo")
    store(session, make_feed(), [say("b")], now=now)
    items = [
        {
            "id": one,
            "content_text": f"My nimbo kettle, post {one}",
            "date_published": (now - timedelta(hours=hours)).isoformat(),
        }
        for one, hours in (("a", 1), ("b", 13), ("c", 25))
    ]
    body = json.dumps({"title": "Club", "items": [*items, {}]}).encode()
    seen = feeds.preview(session, feeds.view("rss", ADDRESS), Reply(200, ADDRESS, {}, body), now=now)
    assert (seen.title, len(seen.samples), seen.known, seen.rejected, seen.error) == ("Club", 3, 1, 1, None)
    assert seen.per_day == 2.0
    assert {one.judgement.topic_ids for one in seen.samples} == {(topic.id,)}
    assert session.scalar(select(func.count()).select_from(Mention)) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply("rss/page.html"), "A web page came back"),
        (Reply(404, "u"), "nothing at this address"),
        (Reply(0, "u", trouble="Refused."), "Refused."),
    ],
)
def test_a_preview_says_why_there_is_nothing(answer: Reply, said: str, session: Session, now: datetime) -> None:
    assert said in str(feeds.preview(session, feeds.view("rss", ADDRESS), answer, now=now).error)
