"""Days by the API: a topic's day beside a typical one, every topic's, and what a good day is."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from listener import targets
from listener.models import Feed, MentionTopic, Topic, Volume
from listener.volume import bucket_of
from tests.api.conftest import Maker, SignIn

Kettle = Callable[..., None]


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    made = Topic(name="Nimbo", kind="brand", query="nimbo", created_at=now - timedelta(weeks=9), updated_at=now)
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def spoken(session: Session, make: Maker, topic: Topic, now: datetime) -> Topic:
    """Eight Saturdays with 48 mentions each, and 30 by noon today, one of them a lead."""
    mention = make.mention(posted_at=now - timedelta(hours=2), kind="lead", shares=4, replies=1)
    session.add(MentionTopic(mention_id=mention.id, topic_id=topic.id))
    feed: Feed = make.feed
    midnight = now.replace(hour=0)
    for week in range(1, 9):
        for hour in range(24):
            at = bucket_of(midnight - timedelta(weeks=week) + timedelta(hours=hour))
            session.add(Volume(topic_id=topic.id, feed_id=feed.id, bucket=at, total=2, distinct=2, negative=1))
    session.add(Volume(topic_id=topic.id, feed_id=feed.id, bucket=bucket_of(now - timedelta(hours=2)), total=60,
                       distinct=60, negative=6))  # fmt: skip
    session.flush()
    return topic


def test_a_day_stands_beside_a_typical_one(signed_in: SignIn, spoken: Topic) -> None:
    found = signed_in("cara").get(f"/api/v1/days/{spoken.id}").json()
    assert (found["day"], found["timezone"], found["is_over"], found["alike"]) == ("2026-11-21", "UTC", False, 8)
    mentions = found["measures"][0]
    assert (mentions["measure"], mentions["seen"], mentions["typical"], mentions["typical_day"]) == (
        "mentions", 60, 24, 48,
    )  # fmt: skip
    assert mentions["word"] == "more"
    assert mentions["by_midnight_low"] < mentions["by_midnight"] < mentions["by_midnight_high"]
    assert found["negative_share"]["typical"] == 0.5
    assert found["negative_share"]["word"] == "less"
    assert {one["measure"]: one["seen"] for one in found["measures"]} == {
        "mentions": 60, "negative": 6, "shares": 5, "new_authors": 0, "leads": 1,
    }  # fmt: skip
    hours = found["hours"]["mentions"]
    assert len(hours) == 24
    assert (hours[10]["seen"], hours[10]["word"], hours[13]["seen"]) == (60, "more", None)
    assert found["advocates"] == {"heard": 0, "seen": 0, "usual": 0, "quieter": [], "louder": []}


def test_a_day_that_is_over_has_no_midnight_to_come(signed_in: SignIn, spoken: Topic) -> None:
    found = signed_in("cara").get(f"/api/v1/days/{spoken.id}", params={"date": "2026-11-14"}).json()
    assert found["is_over"]
    assert found["measures"][0]["seen"] == 48
    assert found["measures"][0]["by_midnight"] is None


def test_the_day_is_that_of_a_zone(signed_in: SignIn, spoken: Topic) -> None:
    found = signed_in("cara").get(f"/api/v1/days/{spoken.id}", params={"timezone": "Asia/Tehran"}).json()
    assert found["since"] == "2026-11-20T20:30:00Z"
    assert found["until"] == "2026-11-21T20:30:00Z"


@pytest.mark.parametrize(
    "wrong", [{"date": "2026-11-22"}, {"date": "0001-01-01"}, {"date": "soon"}, {"timezone": "Mars"}]
)
def test_a_day_that_cannot_be_told_is_refused(signed_in: SignIn, topic: Topic, wrong: dict[str, str]) -> None:
    answer = signed_in("cara").get(f"/api/v1/days/{topic.id}", params=wrong)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert signed_in("cara").get("/api/v1/days", params=wrong).status_code == 422


def test_every_topic_has_a_day(signed_in: SignIn, session: Session, spoken: Topic, now: datetime) -> None:
    other = Topic(name="Steamly", kind="competitor", query="steamly", created_at=now, updated_at=now)
    session.add(other)
    session.flush()
    targets.aim(session, spoken.id, {"leads": 1}, by_id=1, now=now)
    client = signed_in("cara")
    first = client.get("/api/v1/days", params={"limit": 1}).json()
    assert [one["topic_id"] for one in first["items"]] == [spoken.id]
    measures = {one["measure"]: (one["target"], one["aim"]) for one in first["items"][0]["measures"]}
    assert measures == {"mentions": (None, None), "leads": (1, "kept")}
    second = client.get("/api/v1/days", params={"cursor": first["next"]}).json()
    assert [one["topic_id"] for one in second["items"]] == [other.id]
    assert second["next"] is None
    assert second["items"][0]["measures"][0]["typical"] is None


def test_targets_are_set_and_taken_away(signed_in: SignIn, topic: Topic) -> None:
    client, address = signed_in("lina"), f"/api/v1/days/{topic.id}/targets"
    made = client.put(address, json={"targets": {"mentions": 100, "leads": 3}}).json()
    assert [(one["measure"], one["at_least"]) for one in made["items"]] == [("mentions", 100), ("leads", 3)]
    client.put(address, json={"targets": {"leads": None}})
    assert [one["measure"] for one in client.get(address).json()["items"]] == ["mentions"]
    assert client.put("/api/v1/days/999999/targets", json={"targets": {"leads": 1}}).status_code == 404


@pytest.mark.parametrize("wrong", [{"mentions": 0}, {"mentions": -4}, {"smiles": 3}, {"leads": "many"}])
def test_what_cannot_be_a_target_is_refused(signed_in: SignIn, topic: Topic, wrong: dict[str, object]) -> None:
    client, address = signed_in("lina"), f"/api/v1/days/{topic.id}/targets"
    answer = client.put(address, json={"targets": wrong})
    assert answer.status_code == 422
    assert client.get(address).json()["items"] == []
