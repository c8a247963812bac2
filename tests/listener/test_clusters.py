"""Near-duplicates are looked up in time that does not grow."""

from datetime import datetime, timedelta
from math import log2

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from listener import clusters
from listener.models import LikenessBand, Mention, Volume
from listener.store import store
from tests.listener.conftest import MakesFeeds, MakesItems, MakesTopics

WORDS = "Two boils in a row and the handle of the Nimbo Mini is far too hot to hold"


def test_bands_of_old_mentions_are_forgotten(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    old = say("old", WORDS, posted_at=now - timedelta(days=40))
    new = say("new", "Quite another matter, and one that is told today for the first time")
    store(session, make_feed(), [old, new], now=now)
    before = session.scalar(select(func.count()).select_from(LikenessBand)) or 0
    gone = clusters.forget(session, now)
    left = session.scalars(select(LikenessBand.mention_id).distinct()).all()
    assert 0 < gone < before
    assert left == [session.scalar(select(Mention.id).where(Mention.native_id == "new"))]
    assert clusters.forget(session, now) == 0


def test_what_went_viral_carries_the_bands_of_one(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    store(session, make_feed(), [say(str(one), WORDS, by=f"u{one}") for one in range(50)], now=now)
    assert len(set(session.scalars(select(LikenessBand.mention_id)))) == 1
    assert session.scalar(select(func.count()).where(Mention.same_as_id.is_not(None))) == 49


TELLS = "מי שרוצה לדבר על הקומקום של נימבו מוזמן להתקשר אליי בערב 050-1234567"


def cluster(session: Session) -> list[Mention]:
    return list(session.scalars(select(Mention).order_by(Mention.id).execution_options(populate_existing=True)))


@given(st.integers(1, 5_000))
def test_a_cluster_of_n_weighs_log2_of_one_and_n_to_the_last_digit(n: int) -> None:
    total = sum(clusters.weight_of(place) for place in range(1, n + 1))
    assert abs(total - log2(1 + n)) < 1e-6
    for place in range(n, 0, -1):
        total -= clusters.weight_of(place)
    assert total == 0.0


def test_copies_are_counted_on_the_first_and_weigh_less_and_less(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    topic, feed, other = make_topic("nimbo"), make_feed(), make_feed()
    store(session, feed, [say(str(one), WORDS, by=f"u{one}") for one in range(3)], now=now)
    store(session, other, [say(f"x{one}", WORDS, by=f"v{one}") for one in range(4)], now=now)
    rows = cluster(session)
    assert [row.copies for row in rows] == [6, 0, 0, 0, 0, 0, 0]
    assert [row.weight for row in rows] == [clusters.weight_of(place) for place in range(1, 8)]
    assert sum(session.scalars(select(Volume.distinct).where(Volume.topic_id == topic.id))) == 3.0


def test_a_repost_and_we_ourselves_take_no_place_among_the_copies(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed("mastodon", own_handles=["@nimbo"])
    ours, passed_on = say("1", WORDS, by="nimbo"), say("2", WORDS, by="a", is_repost=True)
    items = [say("3", WORDS, by="b"), passed_on, ours]  # what a feed lists first is its newest
    store(session, feed, items, now=now)
    store(session, feed, [say("4", WORDS, by="c")], now=now)
    rows = cluster(session)
    assert [row.weight for row in rows] == [0.0, 0.0, 1.0, clusters.weight_of(2)]
    assert [row.copies for row in rows] == [2, 0, 0, 0]
    assert [row.same_as_id for row in rows] == [None, *[rows[0].id] * 3]


def test_an_edit_takes_back_what_a_copy_weighed_to_the_last_digit(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    kettle, toaster, feed = make_topic("nimbo"), make_topic("toaster"), make_feed()
    store(session, feed, [say(str(one), WORDS, by=f"u{one}") for one in range(5)], now=now)
    edits = [say(str(one), "My toaster burns everything I give to it", by=f"u{one}", edited_at=now) for one in range(5)]
    store(session, feed, edits, now=now)
    left = session.execute(select(Volume.topic_id, Volume.total, Volume.distinct)).all()
    assert {row.topic_id: (row.total, row.distinct) for row in left} == {
        kettle.id: (0, 0.0),
        toaster.id: (5, sum(clusters.weight_of(place) for place in range(1, 6))),
    }
    assert [row.copies for row in cluster(session)] == [4, 0, 0, 0, 0]


def test_a_campaign_of_many_authors_ends_in_quarantine_and_one_author_does_not(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    store(session, make_feed(), [say(str(one), TELLS, by=f"u{one}") for one in range(3)], now=now)
    store(session, make_feed(), [say(f"x{one}", TELLS, by=f"v{one}") for one in range(9)], now=now)
    scores = [row.spam_score for row in cluster(session)]
    assert scores[0] < 0.5 < scores[-1]
    assert scores == sorted(scores)
    last = cluster(session)[-1]
    assert last.kind == "spam"
    assert last.kind_confidence >= 0.5
    assert last.spam_evidence[0] == "repeated:11"
    session.execute(delete(Mention))
    store(session, make_feed(), [say(f"y{one}", TELLS, by="anna") for one in range(12)], now=now)
    assert {row.kind == "spam" for row in cluster(session)} == {False}


def test_the_same_words_days_apart_are_no_campaign(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    days = [now - timedelta(days=one) for one in (9, 7, 5, 3, 1)]
    for one, at in enumerate(days):
        store(session, make_feed(), [say(f"{one}", TELLS, by=f"u{one}", posted_at=at)], now=now)
    rows = cluster(session)
    assert len({row.spam_score for row in rows}) == 1
    assert sum(row.same_as_id is not None for row in rows) == 4


def test_a_cluster_is_asked_for_a_few_of_its_copies_however_many_there_are(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed()
    store(session, feed, [say(str(one), TELLS, by=f"u{one}") for one in range(200)], now=now)
    store(session, feed, [say("last", TELLS, by="last")], now=now)
    # the newest fifty and the first itself
    assert cluster(session)[-1].spam_evidence[0] == "repeated:51"
