"""Events outside: logged, changed, taken away, and found where they touch a span."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from listener import events, find
from listener.events import BadEvent
from listener.models import Event
from tests.conftest import NOW
from tests.listener.conftest import MakesTopics

DAY = timedelta(days=1)


def logged(session: Session, now: datetime, name: str = "Black Friday", **fields: Any) -> Event:
    values = {"kind": "campaign", "topic_id": None, "starts_at": now, "by_id": 4, "now": now} | fields
    return events.log(session, name=name, **values)


def test_an_event_is_kept_cleaned_and_changed_in_part(session: Session, make_topic: MakesTopics, now: datetime) -> None:
    topic = make_topic("nimbo")
    made = logged(session, now, " Black\x00 Friday \n", note=" Expect\x00 sharing. ", ends_at=now + DAY)
    assert (made.name, made.note, made.by_id, made.created_at) == ("Black Friday", "Expect sharing.", 4, now)
    changed = events.change(session, made.id, topic_id=topic.id, ends_at=None)
    assert changed is made
    assert (made.name, made.topic_id, made.starts_at, made.ends_at) == ("Black Friday", topic.id, now, None)
    assert events.delete(session, made.id)
    assert find.event(session, made.id) is None
    assert not events.delete(session, made.id)
    assert events.change(session, made.id, name="Gone") is None


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("name", {"name": " \u200e "}),
        ("kind", {"kind": "sale"}),
        ("topic_id", {"topic_id": 999_999}),
        ("ends_at", {"ends_at": NOW}),
        ("starts_at", {"starts_at": NOW.replace(year=9999)}),
        ("ends_at", {"ends_at": NOW.replace(year=9999)}),
        ("note", {"note": "x" * 2_001}),
    ],
)
def test_what_cannot_be_kept_says_which_field(
    session: Session, now: datetime, field: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(BadEvent) as wrong:
        logged(session, now, **fields)
    assert wrong.value.field == field
    assert wrong.value.sentence.endswith(".")


def test_a_chart_finds_the_events_of_its_topic_and_of_all_that_touch_its_span(
    session: Session, make_topic: MakesTopics, now: datetime
) -> None:
    ours, theirs = make_topic("nimbo"), make_topic("calda")
    logged(session, now, "long", starts_at=now - 9 * DAY, ends_at=now - DAY)
    logged(session, now, "past", starts_at=now - 9 * DAY, ends_at=now - 4 * DAY)
    logged(session, now, "moment", topic_id=ours.id, starts_at=now - DAY)
    logged(session, now, "theirs", topic_id=theirs.id, starts_at=now - DAY)
    logged(session, now, "later", starts_at=now)

    def names(topic_id: int | None) -> list[str]:
        return [one.name for one in find.events(session, topic_id=topic_id, since=now - 2 * DAY, until=now)]

    assert names(ours.id) == ["long", "moment"]
    assert names(theirs.id) == ["long", "theirs"]
    assert names(None) == ["long", "moment", "theirs"]


def test_a_list_goes_on_after_the_last_one_known(session: Session, now: datetime) -> None:
    made = [logged(session, now, str(one), starts_at=now + (one // 2) * DAY) for one in range(5)]
    first = find.logged(session, limit=2)
    rest = find.logged(session, cursor=(first[-1].starts_at, first[-1].id))
    assert [one.id for one in (*first, *rest)] == [one.id for one in reversed(made)]


def test_an_event_goes_with_its_topic(session: Session, make_topic: MakesTopics, now: datetime) -> None:
    topic = make_topic("nimbo")
    logged(session, now, topic_id=topic.id)
    session.delete(topic)
    session.flush()
    assert find.logged(session) == []
