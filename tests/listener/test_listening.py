"""Topics made, changed, removed and tried on what was heard."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener import listening
from listener.listening import BadTopic
from listener.models import Mention, MentionTopic, Topic, Volume
from listener.store import store
from listener.topics import QueryError
from tests.listener.conftest import MakesFeeds, MakesItems


def test_a_topic_is_made_and_read_for_judging(session: Session, now: datetime) -> None:
    made = listening.create(session, name=" Nimbo ", kind="brand", query=' nimbo OR "نوروا مینی" ', now=now)
    assert (made.name, made.query, made.enabled) == ("Nimbo", 'nimbo OR "نوروا مینی"', True)
    off = listening.create(session, name="Off", kind="product", query="mug", now=now, enabled=False)
    assert [one.id for one in listening.topicalities(session)] == [made.id]
    listening.update(session, off.id, now=now, enabled=True, query="cup")
    assert ["cup" in one.query.words() for one in listening.topicalities(session)] == [False, True]
    assert listening.update(session, 0, now=now, name="x") is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": "thing"}, "kind"),
        ({"query": ""}, "query"),
        ({"query": "nimbo AND ("}, "query"),
        ({"name": "NIMBO"}, "name"),
    ],
)
def test_a_topic_that_cannot_work_is_refused_by_field(
    given: dict[str, str], field: str, session: Session, now: datetime
) -> None:
    listening.create(session, name="Nimbo", kind="brand", query="nimbo", now=now)
    with pytest.raises(BadTopic) as refused:
        listening.create(session, **{"name": "Other", "kind": "brand", "query": "other", "now": now, **given})  # type: ignore[arg-type]
    assert refused.value.field == field
    assert refused.value.sentence
    if given.get("query"):
        assert refused.value.position is not None


def test_a_topic_that_is_refused_a_change_stays_as_it_was(session: Session, now: datetime) -> None:
    made = listening.create(session, name="Nimbo", kind="brand", query="nimbo", now=now)
    with pytest.raises(BadTopic):
        listening.update(session, made.id, now=now, name="New", query="(")
    session.flush()
    session.refresh(made)
    assert (made.name, made.query) == ("Nimbo", "nimbo")


def test_a_query_that_can_no_longer_be_read_stops_no_other(session: Session, now: datetime) -> None:
    session.add(Topic(name="broken", kind="brand", query="((", created_at=now, updated_at=now))
    listening.create(session, name="Nimbo", kind="brand", query="nimbo", now=now)
    assert len(listening.topicalities(session)) == 1


def test_a_topic_is_removed_with_its_counts_and_the_mentions_stay(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    made = listening.create(session, name="Nimbo", kind="brand", query="nimbo", now=now)
    store(session, make_feed(), [say("1")], now=now)
    assert listening.remove(session, made.id)
    assert not listening.remove(session, made.id)
    assert [session.scalar(select(func.count()).select_from(one)) for one in (Mention, MentionTopic, Volume)] == [
        1,
        0,
        0,
    ]


def test_a_query_is_tried_on_what_was_heard(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    texts = ["My Nimbo kettle", "A mug of tea", "NIMBO mini is fine", "نوروا مینی گرفتم"]
    store(session, make_feed(), [say(str(at), text) for at, text in enumerate(texts)], now=now)
    tried = listening.preview(session, "nimbo OR نوروا", now=now, limit=2)
    assert (tried.found, tried.looked_at, len(tried.hits)) == (3, 4, 2)
    assert "nimbo" in tried.words
    assert listening.preview(session, "author:tomas", now=now).found == 4
    with pytest.raises(QueryError):
        listening.preview(session, "nimbo AND", now=now)
