"""What people said of a mention survives an edit by its author."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener import corrections
from listener.heard import Speaker
from listener.models import Author, Mention, MentionTopic, Volume
from listener.store import store
from tests.listener.conftest import MakesFeeds, MakesItems, MakesTopics

ANGRY = "My Nimbo kettle never arrived, this is the worst service, I want a refund"
GLAD = "I love my Nimbo kettle, thank you, it is the best kettle ever"


def only(session: Session) -> Mention:
    return session.scalars(select(Mention).execution_options(populate_existing=True)).one()


@pytest.mark.parametrize(
    ("aspect", "becomes", "columns"),
    [
        ("mood", "neutral", {"mood": "neutral"}),
        ("kind", "lead", {"kind": "lead", "kind_confidence": 1.0, "kind_version": "person"}),
        ("spam", "yes", {"kind": "spam", "kind_confidence": 1.0}),
        ("language", "he", {"language": "he", "language_confidence": 1.0}),
    ],
)
def test_what_a_person_said_stands_when_the_author_edits(
    session: Session,
    make_feed: MakesFeeds,
    make_topic: MakesTopics,
    say: MakesItems,
    now: datetime,
    aspect: str,
    becomes: str,
    columns: dict[str, object],
) -> None:
    make_topic("nimbo")
    feed = make_feed()
    store(session, feed, [say("1", ANGRY)], now=now)
    corrections.correct(session, only(session).id, aspect, becomes, by_id=7, now=now)
    store(session, feed, [say("1", GLAD, edited_at=now)], now=now)
    row = only(session)
    assert row.text == GLAD
    assert {name: getattr(row, name) for name in columns} == columns
    # what nobody spoke of is judged anew
    if aspect in ("kind", "spam"):
        assert row.mood == "positive"
    if aspect == "mood":
        assert row.kind == "praise"


def test_the_counts_follow_what_the_person_said(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    make_topic("nimbo")
    feed = make_feed()
    store(session, feed, [say("1", GLAD)], now=now)
    corrections.correct(session, only(session).id, "mood", "negative", by_id=7, now=now)
    store(session, feed, [say("1", GLAD + " Really.", edited_at=now)], now=now)
    assert session.execute(select(Volume.total, Volume.distinct, Volume.negative)).all() == [(1, 1.0, 1)]
    author = session.scalars(select(Author).execution_options(populate_existing=True)).one()
    assert (author.mentions, author.negative, author.positive) == (1, 1, 0)


def test_topics_a_person_gave_or_took_away_stay_so(
    session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, say: MakesItems, now: datetime
) -> None:
    nimbo, kettle, tea = make_topic("nimbo"), make_topic("kettle"), make_topic("tea")
    feed = make_feed()
    store(session, feed, [say("1", ANGRY)], now=now)
    mention_id = only(session).id
    corrections.correct(session, mention_id, "topic", f"-{nimbo.id}", by_id=7, now=now)
    corrections.correct(session, mention_id, "topic", str(tea.id), by_id=7, now=now)
    store(session, feed, [say("1", GLAD, edited_at=now)], now=now)
    assert set(session.scalars(select(MentionTopic.topic_id))) == {kettle.id, tea.id}
    counted = select(Volume.topic_id, func.sum(Volume.total)).group_by(Volume.topic_id)
    assert {topic: total for topic, total in session.execute(counted).all() if total} == {kettle.id: 1, tea.id: 1}


def test_how_many_an_author_follows_is_kept_and_not_forgotten(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed, item = make_feed(), say("1", ANGRY)
    writer = Speaker("tomas", handle="tomas", followers=3, following=900)
    store(session, feed, [replace(item, author=writer)], now=now)
    store(session, feed, [say("2", GLAD)], now=now)
    assert session.execute(select(Author.followers, Author.following)).all() == [(3, 900)]
