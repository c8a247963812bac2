"""The pages about people and reputation: whole in every language, joined by hand, and nothing said on too little."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener import listening
from listener.models import Author, MentionTopic, Person, PersonChange, Topic
from tests.api.conftest import Cast, Maker, TestClient
from tests.api.test_pages import Outline
from triage import people

SignIn = Callable[[str], TestClient]
DAY = timedelta(days=1)
LISTS = ("advocates", "detractors", "influencers", "quieter", "persons", "everyone")


class Scene:
    """A topic, an advocate with a second handle, a detractor, and a crowd."""

    def __init__(self, session: Session, make: Maker, now: datetime) -> None:
        self._make = make
        self.topic: Topic = listening.create(session, name="Nimbo", kind="brand", query="nimbo", now=now)
        self.kind = make.author("kind_kim", name="Kim", followers=900)
        self.other = make.author("Kind_Kim@social.example", source="mastodon", name="Kim H.")
        self.angry = make.author("angry", name="<b>Angry</b>")
        self.says(self.kind, "positive", [1, 2, 3, 30])
        self.says(self.angry, "negative", [1, 2, 5])
        self.crowd = [make.author(f"someone{number}", followers=number) for number in range(24)]
        for number, author in enumerate(self.crowd):
            self.says(author, "positive" if number % 3 else "negative", [1 + number % 2])

    def says(self, author: Author, mood: str, days: list[float], **columns: Any) -> None:
        """Let somebody speak of the topic so many days ago."""
        make = self._make
        made = [
            make.mention(posted_at=make.now - ago * DAY, author_id=author.id, mood=mood, kind="chatter",
                         kind_confidence=0.9, source=author.source, text=f"{mood} words", **columns)
            for ago in days
        ]  # fmt: skip
        make.session.add_all(MentionTopic(mention_id=one.id, topic_id=self.topic.id) for one in made)
        make.session.flush()


@pytest.fixture
def scene(session: Session, make: Maker, now: datetime) -> Scene:
    return Scene(session, make, now)


def words(client: TestClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:400]
    return " ".join(Outline(answer.text).words.split())


def paths(scene: Scene) -> list[str]:
    return [
        *(f"/authors?list={one}" for one in LISTS),
        "/authors?q=some",
        f"/authors/{scene.kind.id}?find=kim",
        f"/authors/{scene.angry.id}",
        "/reputation",
        "/reputation?days=365",
        "/reputation/mentions?mood=positive",
    ]


@pytest.mark.parametrize("name", ["cara", "lina", "ada"])
def test_every_page_is_whole(signed_in: SignIn, scene: Scene, name: str) -> None:
    for path in paths(scene):
        answer = signed_in(name).get(path)
        assert answer.status_code == 200, (path, answer.text[:400])
        outline = Outline(answer.text)
        assert (len(outline.all("main")), len(outline.all("h1"))) == (1, 1)
        assert not re.search(r"%\(\w+\)s", outline.words)
        assert not [attrs for _, attrs in outline.tags if "style" in attrs]
        ids = [attrs["id"] for _, attrs in outline.tags if attrs.get("id")]
        assert len(ids) == len(set(ids)), path
        labelled = {label.get("for") for label in outline.all("label")}
        for tag in ("input", "select", "textarea"):
            for field in outline.all(tag):
                hidden = field.get("type") in ("hidden", "checkbox")
                assert hidden or field.get("id") in labelled or field.get("aria-label"), field
        for svg in outline.all("svg"):
            assert svg.get("aria-hidden") == "true" or svg.get("role") == "img"
        depth, deepest = 0, 0
        for mark in re.findall(r"<a[ >]|</a>", answer.text):
            depth += -1 if mark == "</a>" else 1
            deepest = max(deepest, depth)
        assert deepest == 1, f"a link in a link on {path}"


@pytest.mark.parametrize("language", ["fa", "ar", "he"])
def test_every_page_speaks_the_members_language(
    signed_in: SignIn, session: Session, cast: Cast, scene: Scene, language: str
) -> None:
    people.update_member(session, cast.ada.member_id, language=language, timezone="Asia/Tehran")
    for path in paths(scene):
        answer = signed_in("ada").get(path)
        assert answer.status_code == 200
        outline = Outline(answer.text)
        assert outline.all("html")[0]["dir"] == "rtl"
        assert not re.search(r"%\(\w+\)s|\b(Running mood|Advocates|How this is judged)\b", outline.words), path


def test_an_outsider_sees_nobody(signed_in: SignIn, scene: Scene) -> None:
    for path in paths(scene):
        assert signed_in("olaf").get(path).status_code == 403


def test_who_speaks_for_and_against_is_said_with_its_grounds(signed_in: SignIn, scene: Scene) -> None:
    client = signed_in("lina")
    found = words(client, "/authors")
    assert "1 person speaks for Nimbo." in found
    assert "Kim" in found
    assert "4 positive" in found
    assert "<b>Angry</b>" in words(client, "/authors?list=detractors")
    assert "Kim speaks for Nimbo." in words(client, f"/authors/{scene.kind.id}")
    assert "neither" not in words(client, f"/authors/{scene.kind.id}")
    assert "Too little heard to say" in words(client, f"/authors/{scene.crowd[0].id}")
    assert "heard further than 95 in 100" in words(client, "/authors?list=influencers")


def test_nothing_is_said_of_our_own_handles_and_of_bots(signed_in: SignIn, make: Maker, scene: Scene) -> None:
    ours, bot = make.author("nimbo", is_ours=True), make.author("robo", is_bot=True)
    scene.says(bot, "positive", [1, 2, 3])
    client = signed_in("lina")
    assert "our own handles, so nothing is said of it" in words(client, f"/authors/{ours.id}")
    assert "says it is a bot, so nothing is said of it" in words(client, f"/authors/{bot.id}")
    assert "Robo" not in words(client, "/authors")


def test_where_an_advocate_is_absent_is_an_invitation(signed_in: SignIn, make: Maker, scene: Scene) -> None:
    for number in range(6):
        scene.says(make.author(f"toot{number}", source="mastodon"), "neutral", [2])
    found = words(signed_in("lina"), f"/authors/{scene.kind.id}")
    assert "Spoken of there, but not by them Mastodon 6 mentions" in found
    assert "Find out why" in found
    assert "Spoken of there" not in words(signed_in("lina"), f"/authors/{scene.other.id}?topic={scene.topic.id}&days=1")


def test_handles_are_joined_and_parted_by_hand_and_who_did_is_kept(
    signed_in: SignIn, session: Session, scene: Scene, cast: Cast
) -> None:
    client = signed_in("lina")
    path = f"/authors/{scene.kind.id}"
    found = words(client, path)
    assert "The same handle elsewhere" in found
    assert session.scalar(select(Person)) is None
    answer = client.post(f"{path}/join", data={"other_id": scene.other.id})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}#handles")
    assert {scene.kind.person_id, scene.other.person_id} == {session.scalars(select(Person)).one().id}
    assert "joined by Lina" in words(client, path)
    saved = client.post(f"{path}/person", data={"name": "Kim Hall", "note": "Met at the fair."})
    assert saved.status_code == 303
    found = words(client, f"/authors/{scene.other.id}")
    assert "Kim Hall" in found
    assert "Met at the fair." in found
    parted = client.post(f"{path}/part", data={"other_id": scene.kind.id})
    assert parted.headers["location"] == f"/authors/{scene.other.id}#handles"
    assert scene.kind.person_id is None
    done = [(one.what, one.by_id) for one in session.scalars(select(PersonChange).order_by(PersonChange.id))]
    assert [what for what, _ in done] == ["made", "joined", "joined", "renamed", "noted", "parted"]
    assert {by for _, by in done} == {cast.lina.member_id}
    client.post(f"/authors/{scene.other.id}/part", data={"other_id": scene.other.id})
    assert "no handle left" in words(client, "/authors?list=persons")
    person = session.scalars(select(Person)).one()
    assert client.post(f"/persons/{person.id}/forget").headers["location"] == "/authors?list=persons"
    assert "Nobody is joined yet" in words(client, "/authors?list=persons")


def test_what_cannot_be_joined_is_refused_in_words(signed_in: SignIn, make: Maker, scene: Scene) -> None:
    client = signed_in("max")
    ours = make.author("nimbo", is_ours=True)
    answer = client.post(f"/authors/{scene.kind.id}/join", data={"other_id": ours.id})
    assert answer.status_code == 422
    assert "one of our own handles" in answer.text
    client.post(f"/authors/{scene.angry.id}/person", data={"name": "Angry", "note": ""})
    client.post(f"/authors/{scene.kind.id}/person", data={"name": "Kim", "note": ""})
    answer = client.post(f"/authors/{scene.kind.id}/join", data={"other_id": scene.angry.id})
    assert "Part them first" in answer.text
    answer = client.post(f"/authors/{scene.kind.id}/person", data={"name": " ", "note": "kept as typed"})
    assert answer.status_code == 422
    assert "kept as typed" in answer.text
    assert client.post(f"/authors/{scene.kind.id}/part", data={"other_id": scene.angry.id}).status_code == 404
    assert client.post("/authors/999999/join", data={"other_id": 1}).status_code == 404


@pytest.mark.parametrize("name", ["cara", "olaf"])
def test_only_those_who_hear_may_join(signed_in: SignIn, scene: Scene, name: str) -> None:
    client = signed_in(name)
    for path in (f"/authors/{scene.kind.id}/join", f"/authors/{scene.kind.id}/part"):
        assert client.post(path, data={"other_id": scene.other.id}).status_code == 403
    assert client.post(f"/authors/{scene.kind.id}/person", data={"name": "x"}).status_code == 403
    assert client.post("/persons/1/forget").status_code == 403
    if name == "cara":
        assert "Join another handle" not in words(client, f"/authors/{scene.kind.id}")


def test_issues_of_other_departments_are_counted_and_not_shown(
    signed_in: SignIn, session: Session, make: Maker, cast: Cast, scene: Scene
) -> None:
    said = make.mention(author_id=scene.angry.id, text="The lid is gone")
    make.issue(said, department_id=cast.care.id, author_id=scene.angry.id)
    path = f"/authors/{scene.angry.id}"
    assert "The lid is gone" in words(signed_in("cara"), path)
    hidden = signed_in("petra").get(path).text
    assert "1 issue of another department" in hidden
    assert 'href="/issues/' not in hidden


def test_a_reputation_shows_its_number_its_band_and_its_formula(signed_in: SignIn, scene: Scene) -> None:
    client = signed_in("max")
    found = words(client, "/reputation?days=7")
    # 19 positive and 11 negative: 50 + 50 · 8 / 32
    assert "P = 19.00 O = 0.00 N = 11.00 U = 0.00" in found
    assert "(19.00 − 11.00) / 32.00 = 0.2500" in found
    assert "score = 50 + 50 m = 62.5" in found
    behind = words(client, "/reputation/mentions?days=7&mood=negative")
    assert behind.count("negative words") == 11
    assert "weighs 1" in behind
    one_day = client.get("/reputation?days=7").text
    found_link = re.search(r"/reputation/mentions\?[^\"]*day=[\d-]+&amp;length=1", one_day)
    assert found_link is not None
    assert client.get(found_link[0].replace("&amp;", "&")).status_code == 200


def test_too_little_heard_says_so_instead_of_a_number(signed_in: SignIn, session: Session, now: datetime) -> None:
    client = signed_in("lina")
    assert "There is no topic yet" in words(client, "/reputation")
    assert "There is no topic yet" in words(client, "/authors")
    listening.create(session, name="Nimbo", kind="brand", query="nimbo", now=now)
    assert "Too little was heard of Nimbo" in words(client, "/reputation")
    assert "Nobody stands here" in words(client, "/authors")


def test_a_name_leads_to_its_author(signed_in: SignIn, make: Maker, scene: Scene) -> None:
    said = make.mention(author_id=scene.kind.id)
    issue = make.issue(said, author_id=scene.kind.id)
    for path in ("/mentions", f"/mentions/{said.id}", f"/issues/{issue.id}"):
        assert f'href="/authors/{scene.kind.id}"' in signed_in("lina").get(path).text, path


@pytest.mark.parametrize(
    "path", ["/authors?days=0", "/authors?after=-1", "/reputation?days=9999", "/reputation/mentions?length=8"]
)
def test_an_address_that_cannot_be_is_refused(signed_in: SignIn, scene: Scene, path: str) -> None:
    assert signed_in("lina").get(path).status_code == 422


def test_an_unknown_author_is_not_here(signed_in: SignIn, scene: Scene) -> None:
    assert signed_in("lina").get("/authors/999999").status_code == 404
    assert signed_in("lina").post("/persons/999999/forget").status_code == 404
