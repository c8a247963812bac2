"""What a feed gave is stored once, judged, clustered and counted; edits beside the earlier text."""

import math
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from listener import clusters
from listener.heard import Counts, Speaker
from listener.listening import topicalities
from listener.models import (
    Author,
    LikenessBand,
    Mention,
    MentionTopic,
    MentionVersion,
    Rejection,
    Volume,
)  # fmt: skip
from listener.store import Tally, store
from listener.volume import bucket_of
from tests.listener.conftest import MakesFeeds, MakesItems, MakesTopics


def rows(session: Session) -> list[Mention]:
    return list(session.scalars(select(Mention).order_by(Mention.id).execution_options(populate_existing=True)))


def volumes(session: Session) -> dict[int, tuple[int, int, int]]:
    found = session.execute(
        select(Volume.topic_id, func.sum(Volume.total), func.sum(Volume.distinct), func.sum(Volume.negative)).group_by(
            Volume.topic_id
        )
    )
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in found}


def test_a_mention_is_complete_when_its_row_appears(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    feed, topic = make_feed(), make_topic("nimbo")
    item = say(
        "1", '<p>The <a href="https://nimbo.example/mini">Nimbo</a> handle is horrible, I hate it</p>', text_format="html",
        title="Handle", url="https://forum.example/1", counts=Counts(likes=3), rating=2.0, extra={"deep": ["x"]},
    )  # fmt: skip
    tally = store(session, feed, [item], now=now)
    assert (tally.created, tally.updated, tally.duplicate, tally.rejected) == (1, 0, 0, 0)
    row = rows(session)[0]
    assert tally.mention_ids == [row.id]
    assert "<" not in row.text
    assert "https://nimbo.example/mini" in row.links
    assert (row.title, row.url, row.language, row.mood) == ("Handle", "https://forum.example/1", "en", "negative")
    assert (row.likes, row.replies, row.rating, row.extra["deep"]) == (3, None, 2.0, ["x"])
    assert (row.posted_at, row.heard_at) == (now - timedelta(hours=1), now)
    assert row.folded
    assert row.fingerprint is not None
    assert session.scalar(select(MentionTopic.topic_id)) == topic.id
    author = session.get_one(Author, row.author_id)
    assert (author.handle, author.mentions, author.negative) == ("tomas", 1, 1)
    assert volumes(session) == {topic.id: (1, 1, 1)}
    assert session.scalar(select(Volume.bucket)) == bucket_of(row.posted_at)
    session.refresh(feed)
    assert (feed.heard_count, feed.last_heard_at) == (1, now)


def test_an_empty_page_waits_for_no_turn(session: Session, make_feed: MakesFeeds, now: datetime) -> None:
    feed = make_feed()
    asked: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert store(session, feed, [], now=now) == Tally()
    assert asked == []


def test_storing_the_same_again_changes_nothing(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    feed, topic = make_feed(), make_topic("nimbo")
    items = [say(str(one), f"Nimbo kettle number {one} came in this week") for one in range(5)]
    store(session, feed, items, now=now)
    tally = store(session, feed, items, now=now + timedelta(minutes=5))
    assert (tally.created, tally.duplicate) == (0, 5)
    assert [one.became for one in tally.outcomes] == ["duplicate"] * 5
    assert len(rows(session)) == 5
    assert volumes(session)[topic.id][0] == 5
    assert session.scalar(select(Author.mentions)) == 5


def test_an_id_that_comes_twice_in_one_batch_is_stored_once(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    items = [
        say("1", "The first words of this post"),
        say("2", "Another post altogether"),
        say("1", "The second words of this post"),
    ]
    tally = store(session, make_feed(), items, now=now)
    assert [one.became for one in tally.outcomes] == ["created", "created", "updated"]
    assert tally.outcomes[0].mention_id == tally.outcomes[2].mention_id
    assert {row.text for row in rows(session)} == {"The second words of this post", "Another post altogether"}
    assert session.scalar(select(MentionVersion.text)) == "The first words of this post"


def test_an_edit_keeps_the_earlier_text_and_counts_anew(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    feed, kettle, mug = make_feed(), make_topic("kettle"), make_topic("mug")
    first = say("1", "This kettle is horrible and I hate it")
    store(session, feed, [first], now=now)
    later = now + timedelta(hours=1)
    edited = replace(first, text="This mug is wonderful and I love it", edited_at=now + timedelta(minutes=30))
    tally = store(session, feed, [edited], now=later)
    assert tally.updated == 1
    row = rows(session)[0]
    assert (row.text, row.state, row.edited_at) == (edited.text, "edited", edited.edited_at)
    assert (row.posted_at, row.heard_at, row.mood) == (now - timedelta(hours=1), now, "positive")
    version = session.scalars(select(MentionVersion)).one()
    assert (version.text, version.replaced_at, version.edited_at) == (first.text, later, None)
    assert volumes(session) == {kettle.id: (0, 0, 0), mug.id: (1, 1, 0)}
    author = session.scalars(select(Author).execution_options(populate_existing=True)).one()
    assert (author.mentions, author.negative, author.positive) == (1, 0, 1)
    assert session.scalars(select(MentionTopic.topic_id)).all() == [mug.id]


def test_an_older_copy_from_a_cache_and_a_mere_new_date_are_no_edits(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed, first = make_feed(), say("1", "The words as they were")
    edited = replace(first, text="The words as they are", edited_at=now)
    for item in (first, edited):
        store(session, feed, [item], now=now)
    stale = replace(first, edited_at=now - timedelta(minutes=30))
    redated = replace(edited, edited_at=now + timedelta(hours=1))
    for item in (stale, redated):
        assert store(session, feed, [item], now=now).duplicate == 1
    assert rows(session)[0].text == "The words as they are"
    assert session.scalar(select(func.count()).select_from(MentionVersion)) == 1


def test_engagement_is_kept_at_its_newest_value(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed()
    store(session, feed, [say("1", counts=Counts(likes=3, replies=1))], now=now)
    store(session, feed, [say("1", counts=Counts(likes=9))], now=now)
    assert (rows(session)[0].likes, rows(session)[0].replies) == (9, 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"native_id": " "}, "It has no id"),
        ({"text": "  "}, "It has no text"),
        ({"text": "<p> </p>", "text_format": "html"}, "It has no text"),
        ({"text": 5}, "It could not be judged"),
    ],
)
def test_a_bad_item_is_told_with_its_reason_and_stops_no_other(
    change: dict[str, object], reason: str, session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed()
    bad = replace(say("bad"), **change)  # type: ignore[arg-type]
    for _ in range(2):
        tally = store(session, feed, [say("1", "A good one"), bad, say("2", "Quite another good one")], now=now)
        assert tally.outcomes[1].became == "rejected"
        assert tally.outcomes[1].reason.startswith(reason)
    assert len(rows(session)) == 2
    assert session.scalars(select(Rejection.reason)).one().startswith(reason)  # a feed repeats itself every poll
    session.refresh(feed)
    assert feed.rejected_count == 1


def test_what_a_database_cannot_hold_is_taken_out(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    nasty = "nul \0 and half \ud800 of a pair"
    item = say(
        nasty, nasty, title=nasty, url="https://x.example/\ud800", language="\0", parent_id=nasty, form="\0", rating=math.nan,
        counts=Counts(likes=10**30), extra={nasty: [nasty, math.inf, {"a": object}]},
        author=Speaker(nasty, nasty, nasty, "https://x.example/\0", 10**30),
    )  # fmt: skip
    assert store(session, make_feed(), [item], now=now).created == 1
    assert rows(session)[0].likes == 2**63 - 1
    assert rows(session)[0].rating is None


def test_a_value_the_database_refuses_costs_only_its_own_row(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poison(*_: object, **__: object) -> dict[int, int]:
        sightings = _[1]
        return {one.id: 2**62 for one in sightings if one.world_id == "https://x.example/bad"}  # type: ignore[attr-defined]

    monkeypatch.setattr(clusters, "first_of", poison)
    items = [say("1", "One good"), say("https://x.example/bad", "One bad"), say("3", "Another good")]
    tally = store(session, make_feed(), items, now=now)
    assert [one.became for one in tally.outcomes] == ["created", "rejected", "created"]
    assert "foreign key" in tally.outcomes[1].reason
    assert len(rows(session)) == 2
    assert session.scalar(select(func.count()).select_from(Rejection)) == 1


def test_a_topic_deleted_while_we_judged_is_left_out(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    topic = make_topic("nimbo")
    topics = topicalities(session)
    session.delete(topic)
    session.flush()
    assert store(session, make_feed(), [say("1")], now=now, topics=topics).created == 1
    assert session.scalar(select(func.count()).select_from(MentionTopic)) == 0


# near-duplicates

COMPLAINT = "Two boils in a row and the handle of the Nimbo Mini is far too hot to hold, has anyone else seen this?"


def test_copies_point_to_the_first_of_their_cluster_in_one_batch_and_across_feeds(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    topic = make_topic("nimbo")
    first, copy = say("1", COMPLAINT), say("2", COMPLAINT.upper(), by="mahsa", posted_at=now - timedelta(minutes=30))
    store(session, make_feed(), [copy, first], now=now)
    other = say("x", COMPLAINT + " RT", by="omar")
    store(
        session,
        make_feed(),
        [other, say("y", "Something quite different about my Nimbo and the tea I made with it")],
        now=now,
    )
    by_name = {row.native_id: row for row in rows(session)}
    first_id = by_name["1"].id
    assert {name: row.same_as_id for name, row in by_name.items()} == {
        "1": None,
        "2": first_id,
        "x": first_id,
        "y": None,
    }
    assert first_id < by_name["2"].id  # the oldest of its batch comes first
    assert volumes(session)[topic.id][:2] == (4, 3.0)  # three alike count as log2(1 + 3), one as one
    # only the first of a cluster carries bands
    assert set(session.scalars(select(LikenessBand.mention_id))) == {first_id, by_name["y"].id}


def test_the_same_words_weeks_later_are_said_anew(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    store(session, make_feed(), [say("1", COMPLAINT, posted_at=now - timedelta(days=20))], now=now)
    store(session, make_feed(), [say("2", COMPLAINT)], now=now)
    assert [row.same_as_id for row in rows(session)] == [None, None]


def test_a_live_post_never_hides_behind_history(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    store(session, make_feed("import"), [say("1", COMPLAINT)], now=now, history=True)
    store(session, make_feed(), [say("2", COMPLAINT)], now=now)
    assert [row.same_as_id for row in rows(session)] == [None, None]


def test_the_very_same_post_through_two_feeds_is_told_however_short(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    uri = "https://social.example/users/tberg/statuses/1"
    store(session, make_feed("mastodon"), [say(uri, "Anyone?")], now=now)
    store(session, make_feed("mastodon"), [say(uri, "Anyone? ")], now=now)
    first, second = rows(session)
    assert second.same_as_id == first.id


# threads and authors


def test_answers_join_the_thread_of_what_they_answer(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed, other = make_feed(), make_feed()
    items = [
        say("3", "third", parent_id="2", posted_at=now), say("2", "second", parent_id="1"),
        say("1", "first", posted_at=now - timedelta(days=1)),
    ]  # fmt: skip
    store(session, feed, items, now=now)
    store(session, feed, [say("4", "fourth", parent_id="3")], now=now)
    store(session, other, [say("1", "another site's first")], now=now)
    threads = {row.text: row.thread for row in rows(session)}
    assert len({threads[word] for word in ("first", "second", "third", "fourth")}) == 1
    assert threads["another site's first"] != threads["first"]  # “1” is each feed's own word


def test_an_answer_heard_before_its_question_shares_its_thread(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed()
    store(session, feed, [say("2", "the answer", parent_id="1")], now=now)
    store(session, feed, [say("1", "the question")], now=now)
    assert len({row.thread for row in rows(session)}) == 1


def test_our_own_posts_are_known_by_handle_on_every_feed_of_the_source(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    make_feed("mastodon", own_handles=["@Nimbo@social.example"])
    topic = make_topic("nimbo")
    store(session, make_feed("mastodon"), [say("1", by="nimbo@social.example"), say("2", by="stranger")], now=now)
    assert {row.native_id: row.is_ours for row in rows(session)} == {"1": True, "2": False}
    assert volumes(session)[topic.id][0] == 1


@pytest.mark.parametrize(
    "how", [{"is_repost": True}, {"text": "WIN FREE GIFT CARDS!!! nimbo click here http://bit.ly/x FREE FREE"}]
)
def test_what_is_on_no_clock_is_in_no_count(
    how: dict[str, object],
    session: Session,
    make_feed: MakesFeeds,
    make_topic: MakesTopics,
    say: MakesItems,
    now: datetime,
) -> None:
    make_topic("nimbo")
    store(session, make_feed(), [replace(say("1"), **how)], now=now)  # type: ignore[arg-type]
    row = rows(session)[0]
    if row.is_repost or (row.kind == "spam" and row.kind_confidence >= 0.5):
        assert volumes(session) == {}


def test_history_is_flagged_and_not_counted(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    make_topic("nimbo")
    store(session, make_feed("import"), [say("1")], now=now, history=True)
    assert rows(session)[0].is_history
    assert volumes(session) == {}


def test_an_author_is_one_row_per_source_and_forgets_no_name(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    full = Speaker("7", handle="tberg", name="Tomas Berg", url="https://x.example/t", followers=61)
    store(session, make_feed(), [say("1", "one word", author=full), say("2", "two words", author=full)], now=now)
    store(
        session, make_feed(), [say("3", "three words", author=Speaker("7", followers=62))], now=now + timedelta(hours=1)
    )
    store(session, make_feed("hackernews"), [say("4", "four words", author=Speaker("7"))], now=now)
    first, second = session.scalars(select(Author).order_by(Author.id).execution_options(populate_existing=True))
    assert (first.handle, first.name, first.followers, first.mentions) == ("tberg", "Tomas Berg", 62, 3)
    assert (first.first_heard_at, first.last_heard_at) == (now, now + timedelta(hours=1))
    assert second.mentions == 1


def test_what_an_author_always_speaks_is_expected_of_their_next_words(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed, greta, new = make_feed(), Speaker("greta"), Speaker("new")
    store(session, feed, [say("before", "top!", author=greta)], now=now)
    before = [
        say(f"{n}", f"Das ist heute der {n}. Topf, und er kocht nicht mehr richtig", author=greta) for n in range(8)
    ]
    store(session, feed, before, now=now)
    store(session, feed, [say("hers", "top!", author=greta), say("theirs", "top!", author=new)], now=now)
    told = {row.native_id: row.language for row in rows(session)}
    assert (told["before"], told["hers"], told["theirs"]) == ("und", "de", "und")


def test_a_post_from_the_future_is_dated_when_it_was_heard(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    store(
        session, make_feed(), [say("1", posted_at=now + timedelta(days=3)), say("2", "x y z", posted_at=None)], now=now
    )
    assert {row.posted_at for row in rows(session)} == {now}


def test_a_text_longer_than_an_index_holds_is_kept_in_part(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    words = " ".join(f"w{number:x}" for number in range(80_000))
    store(session, make_feed(), [say("1", words)], now=now)
    row = rows(session)[0]
    assert len(row.text) == 100_000
    assert row.extra["is_cut"]
