"""Events through both doors: logged, listed, changed, taken away, and refused with the field that is wrong."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from api.accounts import Scope
from listener import events, find, listening
from listener.models import Event, Topic
from tests.api.conftest import Bearer, Cast, SignIn
from triage import people

NEW = {"name": "Black Friday", "kind": "campaign", "starts_at": "2026-11-27T00:00:00Z"}
DAY = timedelta(days=1)


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    return listening.create(session, name="Nimbo", kind="brand", query="nimbo", now=now)


@pytest.fixture
def event(session: Session, cast: Cast, now: datetime) -> Event:
    return events.log(
        session, name="TV spot", kind="campaign", topic_id=None, starts_at=now - DAY, ends_at=now + DAY,
        note="Sunday, at eight.", by_id=cast.lina.member_id, now=now,
    )  # fmt: skip


# the API


def test_an_event_is_logged_read_changed_and_deleted(bearer: Bearer, topic: Topic, cast: Cast) -> None:
    lina = bearer("lina", Scope.TRIAGE)
    made = lina.post("/api/v1/events", json=NEW | {"topic_id": topic.id, "ends_at": "2026-11-30T00:00:00+03:30"})
    assert made.status_code == 201
    assert made.json() | {"by_id": cast.lina.member_id, "topic_id": topic.id, "note": ""} == made.json()
    assert made.json()["ends_at"] == "2026-11-29T20:30:00Z"
    place = f"/api/v1/events/{made.json()['id']}"
    assert lina.get(place).json() == made.json()
    changed = lina.patch(place, json={"ends_at": None, "note": "Longer."}).json()
    assert changed == made.json() | {"ends_at": None, "note": "Longer."}
    assert lina.delete(place).status_code == 204
    assert lina.get(place).status_code == 404
    assert lina.patch(place, json={}).status_code == 404


def test_a_list_is_read_stretch_by_stretch_and_narrowed(
    bearer: Bearer, session: Session, topic: Topic, cast: Cast, now: datetime
) -> None:
    for one in range(5):
        events.log(
            session, name=str(one), kind="other", topic_id=topic.id if one else None, starts_at=now + one * DAY,
            by_id=cast.lina.member_id, now=now,
        )  # fmt: skip
    client, names = bearer("cara"), []
    following = ""
    while following is not None:
        answer = client.get(f"/api/v1/events?limit=2&cursor={following}").json()
        names += [one["name"] for one in answer["items"]]
        following = answer["next"]
    assert names == ["4", "3", "2", "1", "0"]

    def listed(query: str) -> list[str]:
        return [one["name"] for one in client.get(f"/api/v1/events?{query}").json()["items"]]

    assert listed(f"topic_id={topic.id + 1}") == ["0"]
    assert listed("since=2026-11-22T12:00:00Z&until=2026-11-24T12:00:00Z") == ["2", "1"]
    for wrong in ("x", "WzFd", "W1sieCIsIDFdXQ"):
        assert client.get(f"/api/v1/events?cursor={wrong}").status_code == 422


def test_a_mistake_names_its_field(bearer: Bearer) -> None:
    answer = bearer("max", Scope.TRIAGE).post("/api/v1/events", json=NEW | {"ends_at": "2026-11-26T00:00:00Z"})
    assert answer.status_code == 422
    assert answer.json()["key"] == "bad_input"
    assert answer.json()["data"]["field"] == "ends_at"
    assert answer.json()["detail"].startswith("The end lies before the beginning.")


# the page


def test_a_listener_logs_an_event_on_their_own_clock(
    signed_in: SignIn, session: Session, cast: Cast, topic: Topic
) -> None:
    people.update_member(session, cast.lina.member_id, timezone="Asia/Tehran")
    client = signed_in("lina")
    answer = client.post("/events", data={
        "name": "شب یلدا", "kind": "holiday", "topic": "", "starts": "2026-12-21T00:00", "ends": "2026-12-22T00:00", "note": "",
    })  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, "/events")
    made = find.logged(session)[0]
    assert (made.topic_id, made.starts_at.isoformat()) == (None, "2026-12-20T20:30:00+00:00")
    page = client.get("/events").text
    assert "شب یلدا is on the charts." in page
    assert "Mon 21 Dec 2026" in page
    assert "to come" in page
    form = client.get(f"/events/{made.id}").text
    assert 'value="2026-12-21T00:00"' in form
    assert 'value="2026-12-22T00:00"' in form


def test_an_event_is_changed_and_deleted_in_its_form(
    signed_in: SignIn, session: Session, topic: Topic, event: Event
) -> None:
    client = signed_in("max")
    answer = client.post(f"/events/{event.id}", data={
        "name": "TV spot", "kind": "campaign", "topic": str(topic.id), "starts": "2026-11-20T12:00", "ends": "", "note": "",
    })  # fmt: skip
    assert answer.status_code == 303
    assert (event.topic_id, event.ends_at, event.note) == (topic.id, None, "")
    assert client.post(f"/events/{event.id}/delete").status_code == 303
    assert client.get(f"/events/{event.id}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "An event needs a name."),
        ({"starts": "soon"}, "This is no moment."),
        ({"starts": ""}, "This is no moment."),
        ({"ends": "2026-11-20T11:00"}, "The end lies before the beginning."),
        ({"topic": "999999"}, "There is no such topic."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    signed_in: SignIn, event: Event, typed: dict[str, str], said: str
) -> None:
    given = {"name": "Fair", "kind": "other", "topic": "", "starts": "2026-11-20T12:00", "ends": "", "note": "Hall 4"}
    for place in ("/events", f"/events/{event.id}"):
        answer = signed_in("lina").post(place, data=given | typed)
        assert answer.status_code == 422
        assert said in answer.text
        assert "Hall 4" in answer.text


def test_an_owner_reads_and_changes_nothing(signed_in: SignIn, event: Event) -> None:
    cara = signed_in("cara")
    assert "TV spot" in cara.get("/events").text
    shown = cara.get(f"/events/{event.id}").text
    assert "Sunday, at eight." in shown
    assert '<form method="post" action="/events' not in shown
    for path in ("/events", f"/events/{event.id}", f"/events/{event.id}/delete"):
        assert cara.post(path, data={"name": "mine", "starts": "2026-11-20T12:00"}).status_code == 403
    assert signed_in("olaf").get("/events").status_code == 403


def test_a_long_list_goes_on_and_is_narrowed_to_a_topic(
    signed_in: SignIn, session: Session, topic: Topic, cast: Cast, now: datetime
) -> None:
    listening.create(session, name="Calda", kind="competitor", query="calda", now=now)
    for one in range(51):
        events.log(
            session, name=f"number {one}", kind="other", topic_id=topic.id if one else None, starts_at=now + one * DAY,
            by_id=cast.lina.member_id, now=now,
        )  # fmt: skip
    client = signed_in("cara")
    first = client.get(f"/events?topic={topic.id}").text
    assert "number 50" in first
    assert "number 0<" not in first
    cursor = find.logged(session, limit=50)[-1].id
    assert f"/events?cursor={cursor}&amp;topic={topic.id}" in first
    assert "number 0<" in client.get(f"/events?cursor={cursor}").text
    assert client.get("/events?topic=²").status_code == 200
