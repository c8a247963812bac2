"""Authors, persons and reputation over the API: what is told, who may join, and what is refused."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.demo import removal
from listener import listening
from listener.models import Author, Feed, Mention, MentionTopic, Topic
from tests.api.conftest import Cast, Maker, SignIn, TestClient

DAY = timedelta(days=1)


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    return listening.create(session, name="Nimbo", kind="brand", query="nimbo", now=now)


def speaks(make: Maker, topic: Topic, author: Author, mood: str, days: list[float], **columns: Any) -> list[Mention]:
    made = [
        make.mention(posted_at=make.now - ago * DAY, author_id=author.id, mood=mood, kind="chatter",
                     source=author.source, kind_confidence=0.9, **columns)
        for ago in days
    ]  # fmt: skip
    make.session.add_all(MentionTopic(mention_id=one.id, topic_id=topic.id) for one in made)
    make.session.flush()
    return made


def read(client: TestClient, path: str, **query: object) -> Any:
    answer = client.get(f"/api/v1{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_advocates_are_listed_for_the_main_topic(signed_in: SignIn, make: Maker, topic: Topic) -> None:
    kind, angry = make.author("kind"), make.author("angry")
    speaks(make, topic, kind, "positive", [1, 2, 3])
    speaks(make, topic, angry, "negative", [1, 2, 3])
    client = signed_in("cara")
    (found,) = read(client, "/authors/standings")["items"]
    assert (found["authors"][0]["handle"], found["stance"], found["moods"]["positive"]) == ("kind", "advocate", 3)
    (found,) = read(client, "/authors/standings", list="detractors", topic_id=topic.id)["items"]
    assert (found["authors"][0]["handle"], found["mood"]) == ("angry", pytest.approx(-0.4248, abs=5e-5))
    assert client.get("/api/v1/authors/standings?list=best").status_code == 422


def test_a_list_goes_on_where_it_stopped(signed_in: SignIn, make: Maker, topic: Topic) -> None:
    for number in range(3):
        speaks(make, topic, make.author(f"kind{number}"), "positive", [1, 2, 3])
    client = signed_in("lina")
    first = read(client, "/authors/standings", limit=2)
    rest = read(client, "/authors/standings", limit=2, cursor=first["next"])
    assert [len(one["items"]) for one in (first, rest)] == [2, 1]
    assert rest["next"] is None


def test_a_card_tells_who_when_where_and_how_promises_were_kept(
    signed_in: SignIn, session: Session, make: Maker, cast: Cast, topic: Topic, now: datetime
) -> None:
    reza, there = make.author("reza"), make.author("reza", source="hackernews")
    (first, *_) = speaks(make, topic, reza, "negative", [1, 2, 9])
    speaks(make, topic, there, "negative", [4])
    make.issue(first, department_id=cast.care.id)
    blog = Feed(source="rss", name="Blog", address="https://b.example", created_at=now, due_at=now)
    session.add(blog)
    session.flush()
    for number in range(6):
        speaks(make, topic, make.author(f"poster{number}"), "neutral", [2], feed_id=blog.id)
    client = signed_in("lina")
    made = client.post("/api/v1/persons", json={"name": "Reza K.", "author_ids": [reza.id, there.id]})
    assert made.status_code == 201
    card = read(client, f"/authors/{reza.id}/card", timezone="Asia/Tehran")
    assert card["person"]["name"] == "Reza K."
    assert card["standing"]["stance"] == "detractor"
    assert card["standing"]["moods"]["negative"] == 4
    assert {(one["source"], one["mentions"]) for one in card["places"]} == {("rss", 3), ("hackernews", 1)}
    assert [(one["name"], one["mentions"]) for one in card["absent"]] == [("Blog", 6)]
    assert read(client, f"/authors/{reza.id}/absent")["items"] == card["absent"]
    assert (len(card["hours"]), len(card["hours"][0]), sum(map(sum, card["hours"]))) == (7, 24, 4)
    assert (card["issues"], card["hidden_issues"], card["triage"]) == (
        1, 0, {"kept": 0, "broken": 0, "running": 1},
    )  # fmt: skip
    hidden = read(signed_in("petra"), f"/authors/{reza.id}/card")
    assert (hidden["issues"], hidden["hidden_issues"], hidden["triage"]["running"]) == (0, 1, 0)


def test_nothing_is_said_of_our_own_handles(signed_in: SignIn, make: Maker, topic: Topic) -> None:
    ours = make.author("pilora", is_ours=True)
    speaks(make, topic, ours, "positive", [1, 2, 3], is_ours=True)
    card = read(signed_in("lina"), f"/authors/{ours.id}/card")
    assert (card["standing"], card["absent"]) == (None, [])


def test_persons_are_made_joined_parted_renamed_and_forgotten(signed_in: SignIn, make: Maker, cast: Cast) -> None:
    reza, there = make.author("reza"), make.author("reza", source="hackernews")
    client = signed_in("max")
    person = client.post("/api/v1/persons", json={"author_ids": [reza.id]}).json()
    path = f"/api/v1/persons/{person['id']}"
    assert person["name"] == "Reza"
    assert [one["id"] for one in read(client, f"/authors/{reza.id}/alike")["items"]] == [there.id]
    joined = client.post(f"{path}/authors", json={"author_id": there.id}).json()
    assert [one["id"] for one in joined["authors"]] == [reza.id, there.id]
    assert client.patch(path, json={"name": "Reza K.", "note": "Met at the fair."}).json()["name"] == "Reza K."
    assert [one["id"] for one in client.delete(f"{path}/authors/{reza.id}").json()["authors"]] == [there.id]
    done = read(client, f"/persons/{person['id']}/changes")["items"]
    assert [one["what"] for one in done] == ["parted", "noted", "renamed", "joined", "joined", "made"]
    assert {one["by_id"] for one in done} == {cast.max.member_id}
    assert [one["id"] for one in read(client, "/persons", q="reza")["items"]] == [person["id"]]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert read(client, f"/authors/{there.id}")["handle"] == "reza"


@pytest.mark.parametrize(
    ("body", "field"),
    [({"author_ids": [999_999]}, "author_id"), ({"name": ""}, "name"), ({"name": "x", "note": "y" * 4_001}, "note")],
)
def test_a_person_that_cannot_be_is_refused_with_its_field(
    signed_in: SignIn, cast: Cast, body: dict[str, object], field: str
) -> None:
    answer = signed_in("lina").post("/api/v1/persons", json=body)
    assert answer.status_code == 422
    assert field in answer.text


def test_whoever_is_somebody_else_already_is_parted_by_hand_first(signed_in: SignIn, make: Maker) -> None:
    reza, client = make.author("reza"), signed_in("lina")
    client.post("/api/v1/persons", json={"author_ids": [reza.id]})
    answer = client.post("/api/v1/persons", json={"name": "Other", "author_ids": [reza.id]})
    assert answer.status_code == 422
    assert "Part them first" in answer.text


def test_a_reputation_is_told_with_every_step(signed_in: SignIn, make: Maker, topic: Topic) -> None:
    for number in range(20):
        speaks(make, topic, make.author(f"kind{number}"), "positive" if number < 15 else "negative", [1 + number % 5])
    speaks(make, topic, make.author("spammer"), "positive", [1], is_repost=True)
    client = signed_in("petra")
    found = read(client, "/reputation", timezone="Asia/Tehran")
    whole = found["whole"]
    assert (whole["saying"], whole["mentions"], whole["voices"]) == ("said", 20, 20)
    assert whole["score"] == pytest.approx(50 + 50 * 10 / 22, abs=0.05)
    assert whole["low"] < whole["score"] < whole["high"]
    assert found["languages"]["en"]["score"] == whole["score"]
    assert found["left_out"]["reposts"] == 1
    assert len(found["trend"]) == 31
    assert {one["score"]["saying"] for one in found["trend"]} == {"too_few"}
    behind = read(client, "/reputation/mentions", mood="negative", limit=3)
    assert {one["mood"] for one in behind["items"]} == {"negative"}
    assert len(read(client, "/reputation/mentions", mood="negative", limit=3, cursor=behind["next"])["items"]) == 2


def test_too_little_heard_has_no_number(signed_in: SignIn, topic: Topic, cast: Cast) -> None:
    whole = read(signed_in("lina"), "/reputation")["whole"]
    assert (whole["saying"], whole["score"], whole["low"], whole["high"]) == ("too_few", None, None, None)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("topic_id=999999", 404),
        ("from=2026-11-21T00:00:00Z&to=2026-11-20T00:00:00Z", 422),
        ("from=2020-11-21T00:00:00Z", 422),
        ("timezone=Nowhere", 422),
    ],
)
def test_a_window_that_cannot_be_is_refused(
    signed_in: SignIn, topic: Topic, cast: Cast, query: str, status: int
) -> None:
    assert signed_in("lina").get(f"/api/v1/reputation?{query}").status_code == status


def test_without_a_topic_there_is_no_reputation(signed_in: SignIn, cast: Cast) -> None:
    assert signed_in("lina").get("/api/v1/reputation").status_code == 404


def test_invented_persons_go_with_the_demo_and_real_ones_stay(
    signed_in: SignIn, session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    invented, real, both = make.author("invented", is_demo=True), make.author("real"), make.author("too", is_demo=True)
    client = signed_in("lina")
    for name, ids in (("Invented", [invented.id]), ("Real", [real.id, both.id])):
        assert client.post("/api/v1/persons", json={"name": name, "author_ids": ids}).status_code == 201
    removal.remove(session, now)
    left = read(signed_in("ada"), "/persons")["items"]
    assert [(one["name"], [author["id"] for author in one["authors"]]) for one in left] == [("Real", [real.id])]
