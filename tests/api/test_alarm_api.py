"""A topic's alarm for programs: read, set, tried on its history."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.accounts import Scope
from listener import hushes
from listener.alarm.watch import Watch
from listener.models import Feed, Spike, Topic, Volume, Watching
from listener.volume import bucket_of
from listener.watching import GRID
from tests.api.conftest import Bearer, Cast
from tests.listener.alarm.streams import between, stream

DAYS = 21


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    """A topic of three weeks in which a storm blew on the twentieth day."""
    began = bucket_of(now) - timedelta(days=DAYS)
    made = Topic(name="Nimbo", kind="brand", query="nimbo", created_at=began, updated_at=now)
    feed = Feed(source="rss", name="Paper", address="https://paper.example/feed", options={}, own_handles=[], cursor={},
                created_at=began, due_at=now, interval=300.0)  # fmt: skip
    session.add_all([made, feed])
    session.flush()
    session.add_all(
        Volume(topic_id=made.id, feed_id=feed.id, bucket=began + timedelta(minutes=5 * step), total=int(one.total),
               distinct=one.people, negative=int(one.negative))
        for step, one in enumerate(stream(60, DAYS, between(20 * 86_400, 20 * 86_400 + 3600, 12))) if one.total
    )  # fmt: skip
    session.flush()
    return made


def asked(topic: Topic, rest: str = "") -> str:
    return f"/api/v1/topics/{topic.id}/alarm{rest}"


def test_an_alarm_says_how_it_stands(bearer: Bearer, session: Session, topic: Topic, cast: Cast, now: datetime) -> None:
    lina = bearer("lina", Scope.TRIAGE)
    found = lina.get(asked(topic)).json()
    assert (found["tolerance"], found["choices"], found["mute"]) == (0.5, [4.0, 1.0, 0.5, 0.25], None)
    assert found["bars"]["drop"] == {"real": 0, "false": 0, "factor": 1.0}
    for verdict in ("false", "false", "real"):
        session.add(Spike(topic_id=topic.id, sort="spike", started_at=now, opened_at=now, last_at=now, closed_at=now,
                          observed=9, typical=1, score=2, verdict=verdict, verdict_at=now))  # fmt: skip
    hushes.mute(session, topic.id, until=now + timedelta(hours=4), by_id=cast.lina.member_id, now=now)
    found = lina.get(asked(topic)).json()
    assert found["bars"]["spike"] == {"real": 1, "false": 2, "factor": pytest.approx(1.12)}
    assert found["mute"]["topic_id"] == topic.id


def test_a_new_topic_says_until_when_it_learns(bearer: Bearer, session: Session, topic: Topic, now: datetime) -> None:
    topic.created_at = now - timedelta(hours=5)
    session.flush()
    assert until(bearer, topic) == now + timedelta(hours=43)
    watch = Watch.of(GRID)
    watch.level.age = 3 * 3600.0
    session.add(Watching(topic_id=topic.id, upto=now - timedelta(hours=1), memory=watch.kept(), is_learning=True))
    session.flush()
    assert until(bearer, topic) == now + timedelta(hours=44)  # an hour of it could not be heard
    row = session.get_one(Watching, topic.id)
    row.memory, row.upto = b"of another version", now
    session.flush()
    assert until(bearer, topic) == now + timedelta(hours=43)
    row.is_learning = False
    session.flush()
    assert until(bearer, topic) is None


def until(bearer: Bearer, topic: Topic) -> datetime | None:
    found = bearer("lina").get(asked(topic)).json()["learns_until"]
    return datetime.fromisoformat(found) if found else None


def test_a_tolerance_is_chosen_among_four(bearer: Bearer, session: Session, topic: Topic) -> None:
    lina = bearer("lina", Scope.TRIAGE)
    answer = lina.put(asked(topic), json={"tolerance": 0.25})
    assert (answer.status_code, answer.json()["tolerance"], topic.tolerance) == (200, 0.25, 0.25)
    wrong = lina.put(asked(topic), json={"tolerance": 0.3})
    assert wrong.status_code == 422
    assert wrong.json()["errors"] == [
        {"field": "body.tolerance", "sentence": "Choose 4, 1, 0.5 or 0.25 false alerts a week."}
    ]
    assert topic.tolerance == 0.25
    assert lina.get(asked(topic).replace("/alarm", "")).json()["tolerance"] == 0.25


def test_a_tolerance_is_tried_on_the_history_and_not_kept(
    bearer: Bearer, session: Session, topic: Topic, now: datetime
) -> None:
    cara = bearer("cara")
    found: dict[str, Any] = cara.post(asked(topic, "/backtest"), json={"tolerance": 1}).json()
    assert topic.tolerance == 0.5
    assert datetime.fromisoformat(found["learnt_at"]) == now - timedelta(days=DAYS - 2)
    storm = [one for one in found["told"] if datetime.fromisoformat(one["at"]) >= now - timedelta(days=1)]
    assert [one["sort"] for one in storm] == ["spike"]
    assert storm[0]["observed"] > 2 * storm[0]["typical"]
    assert found["a_week"] == pytest.approx(len(found["told"]) / (19 / 7))
    own = cara.post(asked(topic, "/backtest"), json={}).json()
    assert own["tolerance"] == 0.5
    assert len(own["told"]) <= len(found["told"])


@pytest.mark.parametrize("tolerance", [0, -1, 3, 1e300, "much"])
def test_only_a_choice_can_be_tried(bearer: Bearer, topic: Topic, tolerance: object) -> None:
    assert bearer("cara").post(asked(topic, "/backtest"), json={"tolerance": tolerance}).status_code == 422
