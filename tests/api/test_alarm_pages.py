"""A topic's alarm on a page: how it stands, what was told, what would have been, and the choice."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from listener import hushes
from listener.models import Event, Spike, Topic, Watching
from tests.api.conftest import Cast, SignIn
from tests.api.test_alarm_api import topic
from tests.api.test_pages import Outline

__all__ = ["topic"]


@pytest.fixture(autouse=True)
def learnt(session: Session, topic: Topic, now: datetime) -> None:
    session.add(Watching(topic_id=topic.id, upto=now, memory=b"", is_learning=False))
    session.flush()


def path(topic: Topic, rest: str = "") -> str:
    return f"/topics/{topic.id}/alarm{rest}"


def incident(session: Session, topic: Topic, at: datetime, verdict: str | None = None, sort: str = "spike") -> Spike:
    row = Spike(topic_id=topic.id, sort=sort, started_at=at, opened_at=at, last_at=at + timedelta(hours=2),
                closed_at=at + timedelta(hours=14), observed=412, typical=38, score=6, verdict=verdict,
                verdict_at=at + timedelta(hours=3) if verdict else None)  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_the_page_stands_before_anything_is_tried(signed_in: SignIn, topic: Topic) -> None:
    shown = signed_in("lina").get(path(topic)).text
    assert "Alarm of" in shown
    assert "Nobody has said yet" in shown
    assert shown.count('hx-trigger="load"') == 4
    assert "/alarm?try=4.0#tried-4.0" in shown  # without script each is tried by its link
    assert 'value="0.5" checked' in shown


def test_a_tolerance_is_tried_beside_what_was_told(
    signed_in: SignIn, session: Session, topic: Topic, now: datetime
) -> None:
    real = incident(session, topic, now - timedelta(days=1, hours=-1), "real")
    incident(session, topic, now - timedelta(days=10), "false", "drop")
    shown = signed_in("cara").get(path(topic, "?try=1")).text
    assert shown.count('hx-trigger="load"') == 3
    assert "it tells 1 of 1 real ones and 0 of 1 false ones" in shown
    assert f'<a href="/spikes/{real.id}">it was real</a>' in shown
    assert "1 real, 0 false" in shown
    fragment = signed_in("cara").get(path(topic, "/tried?tolerance=1")).text
    assert fragment.strip().startswith("<div") or "<html" not in fragment
    assert "it tells 1 of 1 real ones" in fragment


def test_every_field_has_a_label_and_every_id_is_there_once(
    signed_in: SignIn, session: Session, topic: Topic, now: datetime
) -> None:
    incident(session, topic, now - timedelta(days=1), "real")
    outline = Outline(signed_in("ada").get(path(topic, "?try=4&try=1&try=0.5&try=0.25")).text)
    ids = [attrs["id"] for _, attrs in outline.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    named = {label.get("for") for label in outline.all("label")}
    fields = [field for tag in ("input", "select") for field in outline.all(tag) if not field.get("aria-label")]
    assert {field.get("id") for field in fields if field.get("type") not in ("hidden", "radio", "checkbox")} <= named
    assert not [attrs for _, attrs in outline.tags if "style" in attrs or "onclick" in attrs]
    assert len(outline.all("h1")) == len(outline.all("main")) == 1


def test_what_happened_outside_stands_beside_the_days(
    signed_in: SignIn, session: Session, topic: Topic, now: datetime
) -> None:
    session.add(Event(name="Nowruz <fair>", kind="holiday", topic_id=None, starts_at=now - timedelta(days=3),
                      ends_at=None, by_id=1, created_at=now))  # fmt: skip
    session.flush()
    assert signed_in("cara").get(path(topic)).text.count("Nowruz &lt;fair&gt;") == 3


def test_a_choice_is_kept_and_said(signed_in: SignIn, topic: Topic) -> None:
    lina = signed_in("lina")
    answer = lina.post(path(topic), data={"tolerance": "0.25"})
    assert (answer.status_code, topic.tolerance) == (303, 0.25)
    assert "The alarm of Nimbo is set." in lina.get(answer.headers["location"]).text
    assert lina.post(path(topic), data={"tolerance": "7"}).status_code == 422
    assert topic.tolerance == 0.25


def test_who_does_not_hear_looks_and_chooses_nothing(signed_in: SignIn, topic: Topic) -> None:
    cara = signed_in("cara")
    shown = cara.get(path(topic)).text
    assert "Listeners, managers and administrators set this." in shown
    assert "/hushes/mute" not in shown
    assert cara.post(path(topic), data={"tolerance": "4"}).status_code == 403
    assert signed_in("olaf").get(path(topic)).status_code == 403
    assert signed_in("olaf").get(path(topic, "/tried?tolerance=1")).status_code == 403


def test_a_muted_topic_is_told_of_again_from_its_page(
    signed_in: SignIn, session: Session, topic: Topic, cast: Cast, now: datetime
) -> None:
    lina = signed_in("lina")
    answer = lina.post("/hushes/mute", data={"topic": topic.id, "hours": "4", "back": path(topic), "why": "launch"})
    assert answer.headers["location"] == path(topic)
    assert "muted until" in lina.get(path(topic)).text
    hush = hushes.mute(session, topic.id, until=None, by_id=cast.lina.member_id, now=now)
    assert "muted until somebody ends it" in lina.get(path(topic)).text
    lina.post(f"/hushes/{hush.id}/end", data={"back": path(topic)})
    assert "muted until" not in lina.get(path(topic)).text


def test_a_new_topic_says_when_it_has_learnt(signed_in: SignIn, session: Session, topic: Topic, now: datetime) -> None:
    topic.created_at = now - timedelta(hours=5)
    session.delete(session.get_one(Watching, topic.id))
    session.flush()
    shown = signed_in("lina").get(path(topic, "?try=0.5")).text
    assert "It is new and learns what is usual." in shown
    assert "There is too little history" in shown


def test_a_topic_that_began_now_and_one_that_is_not_there(
    signed_in: SignIn, session: Session, topic: Topic, now: datetime
) -> None:
    topic.created_at, topic.enabled = now, False
    session.flush()
    shown = signed_in("lina").get(path(topic, "?try=4&try=0.25&try=9")).text
    assert "Nothing is listened for" in shown
    assert shown.count('hx-trigger="load"') == 0
    for rest in ("", "/tried?tolerance=1"):
        assert signed_in("lina").get(f"/topics/999999/alarm{rest}").status_code == 404
    assert signed_in("lina").post("/topics/999999/alarm", data={"tolerance": "1"}).status_code == 404
    assert signed_in("lina").get(path(topic, "/tried?tolerance=3")).status_code == 422


def test_topics_say_how_often_their_alarm_may_be_wrong(signed_in: SignIn, topic: Topic) -> None:
    topic.tolerance = 0.25
    shown = signed_in("lina").get("/topics").text
    assert f'<a href="/topics/{topic.id}/alarm">About once a month' in shown


@pytest.mark.parametrize("language", ["fa", "ar", "he"])
def test_the_page_runs_in_every_language(
    signed_in: SignIn, session: Session, topic: Topic, now: datetime, language: str
) -> None:
    lina = signed_in("lina")
    lina.post("/language", data={"language": language, "back": "/inbox"})
    incident(session, topic, now - timedelta(days=1, hours=-1), "false")
    shown = lina.get(path(topic, "?try=0.5")).text
    assert 'dir="rtl"' in shown
    assert "How often" not in shown
