"""The pages of incidents: listed, explained, drawn beside what is usual, and acted upon."""

import json
from datetime import datetime, timedelta
from html import unescape

import pytest
from sqlalchemy.orm import Session

from api.course import course
from listener import events, feeds, hushes, incidents, listening
from listener.models import MomentSort, Spike, Topic, Volume
from listener.volume import bucket_of
from tests.api.conftest import Cast, SignIn
from triage.models import Notice

HOUR = timedelta(hours=1)
CAUSE = {
    "count": 120, "distinct": 30, "first": None,
    "biggest": {"what": "thread", "name": "71 °C", "share": 0.71, "count": 85, "typical": 0.0, "is_single": True},
    "amplified": {"share": 0.6, "count": 72, "texts": 2, "authors": 4, "is_flood": True, "name": "recall", "largest": 0.5,
                  "mention_id": 1},
    "reach": {"authors": 80, "known": 3, "followers": 6100, "likes": 0, "replies": 4, "shares": 9, "views": 0},
    "mood": {"before": {"count": 300, "negative": 0.18, "neutral": 0.5, "positive": 0.3, "unsure": 0.02},
             "during": {"count": 120, "negative": 0.62, "neutral": 0.3, "positive": 0.0, "unsure": 0.08}},
    "sources": [{"name": "rss", "count": 100, "share": 0.83, "typical": 0.4}],
    "terms": [{"name": "دستهٔ داغ", "count": 40, "share": 0.33, "typical": 0.001}],
}  # fmt: skip


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    return listening.create(session, name="Nimbo Mini", kind="product", query="nimbo", now=now)


@pytest.fixture
def spike(session: Session, topic: Topic, now: datetime) -> Spike:
    made = Spike(
        topic_id=topic.id, sort="spike", started_at=now - 3 * HOUR, opened_at=now - 2 * HOUR, last_at=now,
        observed=412.0, typical=38.0, score=9.0, baseline={"window_minutes": 30}, cause=CAUSE,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def test_an_incident_is_told_by_its_size_and_its_cause(signed_in: SignIn, spike: Spike) -> None:
    text = unescape(signed_in("petra").get(f"/spikes/{spike.id}").text)
    assert "11 times the usual talk about <bdi>Nimbo Mini</bdi>" in text
    assert "30-minute volume 412, usually 38" in text
    assert "Single source: one conversation, 71%" in text
    assert "Amplified: 60% repeat the same texts, by 4 authors" in text
    assert "دستهٔ داغ" in text
    assert "of the 3 who show them" in text


def test_those_that_go_on_are_listed_first_and_the_rest_is_told_apart(
    signed_in: SignIn, session: Session, spike: Spike, topic: Topic, now: datetime
) -> None:
    past = {"topic_id": topic.id, "started_at": now - 90 * HOUR, "opened_at": now - 89 * HOUR,
            "last_at": now - 80 * HOUR, "closed_at": now - 70 * HOUR, "observed": 4.0, "typical": 40.0, "score": 2.0}  # fmt: skip
    session.add_all([Spike(sort="drop", verdict="false", **past), Spike(sort="surge", is_hushed=True, **past)])
    incidents.snooze(session, spike.id, now + HOUR, by_id=1, now=now)
    text = signed_in("cara").get("/spikes").text
    assert text.index("Going on") < text.index("snoozed until") < text.index("false alarm")
    assert "muted: found, not told" in text
    assert "1 thing is unusual now." in text
    assert "Going on" not in signed_in("cara").get(f"/spikes?sort=drop&topic={topic.id}").text


def test_the_course_stands_beside_what_is_usual_and_leaves_out_the_hour_that_runs(
    session: Session, spike: Spike, topic: Topic, make_usual: None, now: datetime
) -> None:
    rows = course(session, spike, now, by="hours", share=False)
    assert [row.value for row in rows[:-1]].count(None) == 0
    assert rows[0].low > 0  # the time before anything was heard is no silence
    spike.started_at = now - timedelta(minutes=50)
    assert course(session, spike, now + timedelta(minutes=30), by="hours", share=False)[-1].value is None
    share = course(session, spike, now, by="hours", share=True)
    assert all(row.value is None or row.value <= 1 for row in share)
    assert len(course(session, spike, now, by="minutes", share=False)) == 46  # three hours before, and since


@pytest.fixture
def make_usual(session: Session, topic: Topic, now: datetime) -> None:
    """Two weeks of one mention every five minutes, one in six of them negative."""
    feed = _feed(session, now)
    start = bucket_of(now - timedelta(weeks=2))
    session.add_all(
        Volume(topic_id=topic.id, feed_id=feed, bucket=start + n * timedelta(minutes=5), total=1, distinct=1,
               negative=int(n % 6 == 0))
        for n in range(14 * 288)
    )  # fmt: skip
    session.flush()


def _feed(session: Session, now: datetime) -> int:
    return feeds.create(session, source="rss", address="https://example.org/f", now=now, name="Press").id


def test_events_and_moments_are_marks_on_the_chart(
    signed_in: SignIn, session: Session, spike: Spike, make_usual: None, now: datetime
) -> None:
    incidents.happened(session, spike, MomentSort.OPENED, now=now - 2 * HOUR, observed=100.0, typical=38.0)
    events.log(session, name="Autumn <sale>", kind="campaign", topic_id=spike.topic_id, starts_at=now - 9 * HOUR,
               by_id=1, now=now)  # fmt: skip
    text = signed_in("lina").get(f"/spikes/{spike.id}").text
    marks = json.loads(unescape(text.partition('data-marks="')[2].partition('"')[0]))
    assert [(one["kind"], one["label"].partition(" ")[2] or one["label"]) for one in marks] == [
        ("told", "told"), ("event", "<sale>\N{POP DIRECTIONAL ISOLATE}")
    ]  # fmt: skip
    assert "<sale>" not in text
    assert "It was noticed" in text


def test_an_incident_is_snoozed_woken_and_judged_on_its_page(
    signed_in: SignIn, session: Session, spike: Spike, now: datetime
) -> None:
    lina, place = signed_in("lina"), f"/spikes/{spike.id}"
    assert lina.post(f"{place}/snooze", data={"hours": "4"}).status_code == 303
    assert spike.snoozed_until == now + 4 * HOUR
    assert "Lina" in lina.get(place).text
    lina.post(f"{place}/wake")
    assert spike.snoozed_until is None
    lina.post(f"{place}/judge", data={"verdict": "false"})
    assert (spike.verdict, "Undo" in lina.get(place).text) == ("false", True)
    lina.post(f"{place}/judge", data={"verdict": ""})
    assert spike.verdict is None
    text = unescape(lina.get(place).text)
    assert "took back what was said of it" in text


def test_a_snooze_that_cannot_be_is_refused_beside_its_field(signed_in: SignIn, spike: Spike) -> None:
    lina = signed_in("lina")
    for until in ("2020-01-01T10:00", "soon", ""):
        answer = lina.post(f"/spikes/{spike.id}/snooze", data={"until": until})
        assert answer.status_code == 422
        assert 'id="e-snooze-until"' in answer.text


def test_only_those_who_hear_act_and_whoever_belongs_reads(signed_in: SignIn, spike: Spike) -> None:
    for name in ("cara", "conor", "petra"):
        text = signed_in(name).get(f"/spikes/{spike.id}").text
        assert "/judge" not in text
        for act in ("snooze", "wake", "judge"):
            assert signed_in(name).post(f"/spikes/{spike.id}/{act}").status_code == 403
    assert signed_in("olaf").get(f"/spikes/{spike.id}").status_code == 403
    for act in ("snooze", "wake", "judge"):
        assert signed_in("max").post("/spikes/999999/" + act, data={"hours": "1"}).status_code == 404


def test_who_was_told_and_how_it_went_is_shown_without_addresses(
    signed_in: SignIn, session: Session, spike: Spike, cast: Cast, now: datetime
) -> None:
    plain = {"spike_id": spike.id, "member_id": cast.max.member_id, "reason": "spike", "data": {}, "created_at": now}
    session.add_all([
        Notice(key="1", channel="inapp", state="sent", sent_at=now, read_at=now, next_try_at=now, **plain),
        Notice(key="2", channel="tgram://secret/12345", state="given_up", next_try_at=now, **plain),
        Notice(key="3", channel="email", state="waiting", next_try_at=now + 6 * HOUR, **plain),
    ])  # fmt: skip
    session.flush()
    text = signed_in("lina").get(f"/spikes/{spike.id}").text
    assert "could not be delivered" in text
    assert "waits until" in text
    assert "secret" not in text


def test_a_muted_topic_says_so_and_is_unmuted_there(
    signed_in: SignIn, session: Session, spike: Spike, topic: Topic, now: datetime
) -> None:
    hush = hushes.mute(session, topic.id, until=None, by_id=1, now=now)
    lina = signed_in("lina")
    assert "The topic is muted until somebody ends it." in lina.get(f"/spikes/{spike.id}").text
    answer = lina.post(f"/hushes/{hush.id}/end", data={"back": f"/spikes/{spike.id}"})
    assert answer.headers["location"] == f"/spikes/{spike.id}"


def test_an_older_cause_is_still_shown(signed_in: SignIn, session: Session, spike: Spike) -> None:
    for cause in ({}, {"count": 0, "distinct": 0}, {"count": 3, "distinct": 1, "first": None, "biggest": None}):
        spike.cause = cause
        session.flush()
        assert signed_in("lina").get(f"/spikes/{spike.id}").status_code == 200


def test_every_language_shows_the_page(signed_in: SignIn, session: Session, spike: Spike) -> None:
    client = signed_in("lina")
    for language, share in (("fa", "٪۷۱"), ("ar", "٧١"), ("he", "71%")):
        client.post("/language", data={"language": language, "back": "/spikes"})
        text = client.get(f"/spikes/{spike.id}").text
        assert f'lang="{language}"' in text
        assert share.strip("٪") in text
