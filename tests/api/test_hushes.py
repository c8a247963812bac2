"""Quiet times through both doors: muted, planned, ended, and refused with the field that is wrong."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from api.accounts import Scope
from listener import find, hushes, listening
from listener.models import Feed, Topic
from tests.api.conftest import Bearer, Cast, SignIn
from triage import people

HOUR = timedelta(hours=1)


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    return listening.create(session, name="Nimbo", kind="brand", query="nimbo", now=now)


@pytest.fixture
def feed(session: Session, now: datetime) -> Feed:
    made = Feed(name="Forum", source="rss", address="https://forum.example/rss", created_at=now, due_at=now)
    session.add(made)
    session.flush()
    return made


# the API


def test_a_topic_is_muted_and_the_mute_is_ended(
    bearer: Bearer, session: Session, topic: Topic, cast: Cast, now: datetime
) -> None:
    lina = bearer("lina", Scope.TRIAGE)
    made = lina.post("/api/v1/hushes/mute", json={"topic_id": topic.id, "why": "Launch"})
    assert made.status_code == 201
    assert made.json() | {"sort": "mute", "ends_at": None, "by_id": cast.lina.member_id} == made.json()
    assert hushes.is_muted(session, topic.id, now)
    place = f"/api/v1/hushes/{made.json()['id']}"
    assert lina.get(place).json() == made.json()
    ended = bearer("max", Scope.TRIAGE).post(f"{place}/end").json()
    assert (ended["ends_at"], ended["ended_by_id"]) == ("2026-11-21T12:00:00Z", cast.max.member_id)
    assert not hushes.is_muted(session, topic.id, now)
    assert lina.post("/api/v1/hushes/999999/end").status_code == 404
    assert lina.get("/api/v1/hushes/999999").status_code == 404


def test_a_maintenance_is_planned_and_listed(bearer: Bearer, topic: Topic, feed: Feed) -> None:
    lina, span = bearer("lina", Scope.TRIAGE), {"starts_at": "2026-11-21T22:00:00Z", "ends_at": "2026-11-22T02:00:00Z"}
    made = [
        lina.post("/api/v1/hushes/maintenance", json=of | span).json()["id"]
        for of in ({"feed_id": feed.id}, {"topic_id": topic.id}, {})
    ]

    def listed(query: str) -> list[int]:
        return [one["id"] for one in lina.get(f"/api/v1/hushes?{query}").json()["items"]]

    assert listed("") == made[::-1]
    assert listed(f"feed_id={feed.id}") == [made[2], made[0]]
    assert listed(f"topic_id={topic.id}&sort=maintenance") == [made[2], made[1]]
    assert listed("at=2026-11-21T12:00:00Z") == []
    assert listed("at=2026-11-21T23:00:00Z") == made[::-1]
    first = lina.get("/api/v1/hushes?limit=2").json()
    assert listed(f"cursor={first['next']}") == made[:1]


def test_a_mistake_names_its_field(bearer: Bearer, topic: Topic) -> None:
    lina = bearer("lina", Scope.TRIAGE)
    for path, body, field in (
        ("mute", {"topic_id": 999_999}, "topic_id"),
        ("mute", {"topic_id": topic.id, "until": "2026-11-21T11:00:00Z"}, "until"),
        ("maintenance", {"starts_at": "2026-11-21T22:00:00Z", "ends_at": "2026-11-21T21:00:00Z"}, "ends_at"),
    ):
        answer = lina.post(f"/api/v1/hushes/{path}", json=body)
        assert (answer.status_code, answer.json()["key"], answer.json()["data"]["field"]) == (422, "bad_input", field)


# the page


@pytest.mark.parametrize(
    ("typed", "ends_at"),
    [
        ({"hours": "4", "until": ""}, "2026-11-21T16:00:00+00:00"),
        ({"hours": "0", "until": ""}, None),
        ({"hours": "4", "until": "2026-11-21T18:00"}, "2026-11-21T14:30:00+00:00"),
    ],
)
def test_a_topic_is_muted_for_a_while_and_one_goes_back_to_where_one_was(
    signed_in: SignIn, session: Session, cast: Cast, topic: Topic, typed: dict[str, str], ends_at: str | None
) -> None:
    people.update_member(session, cast.lina.member_id, timezone="Asia/Tehran")
    client = signed_in("lina")
    answer = client.post("/hushes/mute", data={"topic": topic.id, "why": "Launch", "back": "/topics"} | typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/topics")
    made = find.hushes(session)[0]
    assert (made.ends_at.isoformat() if made.ends_at else None) == ends_at
    page = client.get("/hushes").text
    assert "Nimbo is muted. It is watched all the same." in page
    assert "Launch" in page
    assert client.post(f"/hushes/{made.id}/end", data={"back": "https://evil.example/"}).headers["location"] == "/inbox"
    page = client.get("/hushes").text
    assert "Ended. The alarm speaks again." in page
    assert "No topic is muted, and nothing is under maintenance." in page


def test_a_maintenance_is_planned_and_taken_back(signed_in: SignIn, session: Session, topic: Topic, feed: Feed) -> None:
    client = signed_in("ada")
    for covers in ("all", f"topic-{topic.id}", f"feed-{feed.id}"):
        answer = client.post(
            "/hushes/maintenance",
            data={"covers": covers, "starts": "2026-11-21T22:00", "ends": "2026-11-22T02:00", "why": "Moving"},
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/hushes")
    made = find.hushes(session)
    assert [(one.topic_id, one.feed_id) for one in made] == [(None, feed.id), (topic.id, None), (None, None)]
    assert client.get("/hushes").text.count("Take it back") == 3
    client.post(f"/hushes/{made[0].id}/end")
    page = client.get("/hushes").text
    assert page.count("Take it back") == 2
    assert "taken back" in page


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("mute", {"topic": "", "hours": "4"}, "Choose a topic."),
        ("mute", {"topic": "999999", "hours": "4"}, "Choose a topic."),
        ("mute", {"until": "tomorrow"}, "This is no moment."),
        ("mute", {"until": "2026-11-20T12:00"}, "This moment is past."),
        ("maintenance", {"covers": "all", "starts": "", "ends": ""}, "This is no moment."),
        ("maintenance", {"covers": "moon"}, "Choose what it covers."),
        ("maintenance", {"covers": "feed-999999"}, "There is no such feed."),
        ("maintenance", {"ends": "2026-11-21T11:00"}, "The end lies before the beginning"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    signed_in: SignIn, topic: Topic, path: str, typed: dict[str, str], said: str
) -> None:
    given = (
        {"topic": str(topic.id)}
        if path == "mute"
        else {"covers": "all", "starts": "2026-11-21T12:00", "ends": "2026-11-21T14:00"}
    )
    answer = signed_in("lina").post(f"/hushes/{path}", data=given | typed | {"why": "Kept words"})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Kept words" in answer.text


def test_an_owner_reads_and_changes_nothing(
    signed_in: SignIn, session: Session, topic: Topic, cast: Cast, now: datetime
) -> None:
    made = hushes.mute(session, topic.id, until=None, why="Launch", by_id=cast.lina.member_id, now=now)
    cara = signed_in("cara")
    shown = cara.get("/hushes").text
    assert "Launch" in shown
    assert "until somebody ends it" in shown
    assert 'action="/hushes' not in shown
    for path in ("/hushes/mute", "/hushes/maintenance", f"/hushes/{made.id}/end"):
        assert cara.post(path, data={"topic": topic.id}).status_code == 403
    assert signed_in("olaf").get("/hushes").status_code == 403
    assert signed_in("lina").post("/hushes/999999/end").status_code == 404
