"""Crises and the sweep as people and programs meet them: pages, the line on every page, the API, webhooks, letters."""

from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from api.accounts import Scope
from listener.models import MentionTopic, Spike, SpikeSort, Topic
from tests.api.conftest import Bearer, Cast, Maker, SignIn, TestClient
from tests.api.test_pages import Outline
from triage import crisis as crises
from triage import letters, notify, people, steering, webhooks
from triage.channels.webhook import payload
from triage.models import Crisis, Member
from triage.parcels import Parcel

HOUR = timedelta(hours=1)
EVERYBODY = ("cara", "conor", "petra", "lina", "max", "ada")


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    made = Topic(name="Nimbo", kind="product", query="nimbo", created_at=now, updated_at=now)
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def spike(session: Session, topic: Topic, now: datetime) -> Spike:
    made = Spike(
        topic_id=topic.id, sort=SpikeSort.SPIKE, started_at=now - HOUR, opened_at=now - HOUR, last_at=now, observed=48.0,
        typical=3.0, score=9.0, baseline={"window_minutes": 30}, cause={},
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def crisis(session: Session, cast: Cast, spike: Spike, now: datetime) -> Crisis:
    """A crisis that Lina declared of the spike."""
    return steering.declare(
        session, spike.topic_id or 0, by=cast.lina, now=now, words="It is on the news.", spike_id=spike.id
    )


def act(client: TestClient, crisis: Crisis, verb: str, **values: object) -> Outline:
    answer = client.post(f"/crises/{crisis.id}/moves", data={"verb": verb, "seen": crisis.version, **values})
    assert answer.status_code == 303, answer.text
    return Outline(client.get(answer.headers["location"]).text)


# pages


@pytest.mark.parametrize("path", ["/crises", "/sweep", "/sweep?since=3d", "/sweep?since=last"])
@pytest.mark.parametrize("name", EVERYBODY)
def test_a_page_is_whole_for_everybody_who_belongs_here(
    signed_in: SignIn, crisis: Crisis, path: str, name: str
) -> None:
    answer = signed_in(name).get(path)
    assert answer.status_code == 200
    outline = Outline(answer.text)
    assert len(outline.all("h1")) == 1
    assert "Nimbo" in outline.words
    assert "%(" not in outline.words


def test_empty_pages_say_that_all_is_quiet(signed_in: SignIn) -> None:
    max_ = signed_in("max")
    assert "No crisis stands." in max_.get("/crises").text
    assert "All quiet since" in max_.get("/sweep").text


@pytest.mark.parametrize("path", ["/crises", "/sweep", "/crises/1"])
def test_an_outsider_sees_nothing_of_it(signed_in: SignIn, crisis: Crisis, path: str) -> None:
    answer = signed_in("olaf").get(path)
    assert answer.status_code == 403
    assert "Nimbo" not in answer.text


@pytest.mark.parametrize("path", ["/inbox", "/promises", "/mentions", "/topics", "/people", "/flowchart", "/notices"])
def test_a_crisis_stands_on_every_page_with_its_line(
    signed_in: SignIn, session: Session, cast: Cast, crisis: Crisis, now: datetime, path: str
) -> None:
    steering.instruct(session, crisis.id, "Say <nothing> yet.", by=cast.max, seen=1, now=now)
    text = signed_in("cara").get(path).text
    assert f'<a href="/crises/{crisis.id}">' in text
    assert "Say &lt;nothing&gt; yet." in text
    steering.stand_down(session, crisis.id, "Over.", by=cast.max, seen=2, now=now)
    assert "Say &lt;nothing&gt; yet." not in signed_in("cara").get(path).text


def test_from_the_third_crisis_on_they_are_counted(
    signed_in: SignIn, session: Session, cast: Cast, crisis: Crisis, now: datetime
) -> None:
    for name in ("One", "Two", "Three"):
        made = Topic(name=name, kind="brand", query=name, created_at=now, updated_at=now)
        session.add(made)
        session.flush()
        steering.declare(session, made.id, by=cast.max, now=now)
    text = signed_in("max").get("/promises").text
    assert text.count('class="alarm"') == 3
    assert "2 more crises stand." in text


def test_people_lead_a_crisis_through_its_page_to_the_end(signed_in: SignIn, cast: Cast, spike: Spike) -> None:
    max_ = signed_in("max")
    answer = max_.post("/crises", data={"topic": spike.topic_id, "spike": spike.id, "words": "The minister wrote."})
    assert answer.status_code == 303
    crisis = Crisis(id=int(answer.headers["location"].rpartition("/")[2]), version=1)
    assert "The minister wrote." in max_.get(f"/crises/{crisis.id}").text
    steps = [
        ("instruct", {"words": "Wait for Petra."}, "Wait for Petra."),
        ("hold", {"words": "We look into it."}, "We look into it."),
        ("assign", {"role": "speaker", "member": cast.petra.member_id}, "gave a role to Petra: Speaks in public"),
        ("assign", {"role": "speaker", "member": ""}, "took a role back: Speaks in public"),
        ("note", {"words": "The press called."}, "The press called."),
        ("stand_down", {"words": "It was the update."}, "It was the update."),
    ]
    for verb, values, seen in steps:
        assert seen in act(max_, crisis, verb, **values).words
        crisis.version += verb != "note"
    page = Outline(max_.get(f"/crises/{crisis.id}").text)
    # what is left to do is a note
    assert [form["action"] for form in page.all("form") if str(form.get("action")).startswith("/crises")] == [
        f"/crises/{crisis.id}/moves"
    ]


def test_a_topic_has_one_crisis_and_a_second_declaration_leads_to_it(signed_in: SignIn, crisis: Crisis) -> None:
    answer = signed_in("max").post("/crises", data={"topic": crisis.topic_id})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/crises/{crisis.id}")


def test_whoever_was_too_late_keeps_their_words_and_reads_who_was_first(
    signed_in: SignIn, session: Session, cast: Cast, crisis: Crisis, now: datetime
) -> None:
    steering.instruct(session, crisis.id, "Wait.", by=cast.max, seen=1, now=now)
    answer = signed_in("lina").post(
        f"/crises/{crisis.id}/moves", data={"verb": "hold", "seen": 1, "words": "We are sorry."}
    )
    assert answer.status_code == 409
    words = Outline(answer.text).words
    assert "Max set the line on every page" in words
    assert "We are sorry." in words
    assert "Keep mine as a note" in words


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"verb": "stand_down", "words": " "}, "Say why in a few words"),
        ({"verb": "instruct", "words": "x" * 201}, "at most 200 characters"),
        ({"verb": "assign", "role": "lead", "member": "999999"}, "Nobody of that name works here now."),
        ({"verb": "assign", "role": "king", "member": ""}, "no such role"),
    ],
)
def test_what_cannot_be_done_is_said_where_it_was_tried(
    signed_in: SignIn, crisis: Crisis, values: dict[str, str], said: str
) -> None:
    answer = signed_in("max").post(f"/crises/{crisis.id}/moves", data={"seen": 1, **values})
    assert answer.status_code == 422
    assert said in Outline(answer.text).words


def test_an_owner_reads_and_is_offered_nothing(signed_in: SignIn, session: Session, crisis: Crisis) -> None:
    petra = signed_in("petra")
    page = Outline(petra.get(f"/crises/{crisis.id}").text)
    assert not [form for form in page.all("form") if "/crises" in str(form.get("action"))]
    assert not [form for form in Outline(petra.get("/crises").text).all("form") if form.get("action") == "/crises"]
    assert petra.post("/crises", data={"topic": crisis.topic_id}).status_code == 403
    assert petra.post(f"/crises/{crisis.id}/moves", data={"verb": "note", "words": "Me."}).status_code == 403
    session.refresh(crisis)
    assert crisis.version == 1


def test_its_issue_is_shown_to_those_who_may_see_it(
    signed_in: SignIn, session: Session, make: Maker, crisis: Crisis, topic: Topic, now: datetime
) -> None:
    post = make.mention(posted_at=now - HOUR / 2, kind_confidence=0.9, text="It stopped warming.")
    session.add(MentionTopic(mention_id=post.id, topic_id=topic.id))
    make.issue(post)
    crises.round(session, now)
    assert "It stopped warming." in signed_in("max").get(f"/crises/{crisis.id}").text
    assert "This issue gathers what is said in a crisis:" in signed_in("max").get(f"/issues/{crisis.issue_id}").text
    hidden = signed_in("petra").get(f"/crises/{crisis.id}").text
    assert "It stopped warming." not in hidden
    assert "belongs to another department" in hidden


def test_a_sweep_is_marked_and_the_next_one_begins_there(signed_in: SignIn, now: datetime) -> None:
    lina = signed_in("lina")
    since = (now - 30 * HOUR).isoformat()
    assert lina.post("/sweep", data={"since": since, "words": "Quiet but for <b>one</b>."}).status_code == 303
    page = signed_in("max").get("/sweep?since=last").text
    assert "Quiet but for &lt;b&gt;one&lt;/b&gt;." in page
    assert 'href="/sweep?since=last" aria-current="true"' in page
    assert signed_in("petra").post("/sweep", data={"since": since}).status_code == 403


# programs


def test_a_program_declares_steers_and_stands_down(bearer: Bearer, cast: Cast, topic: Topic, spike: Spike) -> None:
    lina = bearer("lina", Scope.TRIAGE)
    made = lina.post("/api/v1/crises", json={"topic_id": topic.id, "spike_id": spike.id, "words": "On the news."})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    number = made.json()["id"]
    assert made.json()["opened_by"]["name"] == "Lina"
    address = f"/api/v1/crises/{number}"
    assert lina.post(f"{address}/instruct", json={"words": "Wait."}).status_code == 428
    said = lina.post(f"{address}/instruct", json={"words": "Wait."}, headers={"If-Match": '"1"'})
    assert (said.status_code, said.headers["etag"], said.json()["instruction"]) == (200, '"2"', "Wait.")
    stale = lina.post(f"{address}/hold", json={"words": "We hear you.", "seen": 1})
    assert (stale.status_code, stale.json()["key"], stale.json()["data"]["move"]) == (
        409, "someone_was_faster", "instructed",
    )  # fmt: skip
    body = {"role": "lead", "member_id": cast.max.member_id, "seen": 2}
    assert lina.post(f"{address}/assign", json=body).json()["roles"] == {
        "lead": {"id": cast.max.member_id, "name": "Max"}
    }
    assert lina.post(f"{address}/note", json={"words": "The press called."}).status_code == 201
    assert lina.post(f"{address}/stand-down", json={"words": "", "seen": 3}).status_code == 422
    ended = lina.post(f"{address}/stand-down", json={"words": "It was the update.", "seen": 3}).json()
    assert (ended["note"], ended["allowed"]) == ("It was the update.", ["note"])
    assert [one["sort"] for one in ended["moves"]] == ["declared", "instructed", "assigned", "noted", "stood_down"]
    again = lina.post(f"{address}/hold", json={"words": "Late.", "seen": 4})
    assert (again.status_code, again.json()["key"]) == (409, "crisis_over")
    assert lina.get("/api/v1/crises?is_open=true").json()["items"] == []
    assert [one["id"] for one in lina.get("/api/v1/crises?is_open=false").json()["items"]] == [number]
    second = lina.post("/api/v1/crises", json={"topic_id": topic.id})
    assert second.status_code == 201
    third = lina.post("/api/v1/crises", json={"topic_id": topic.id})
    assert (third.status_code, third.json()["key"]) == (409, "crisis_stands")


def test_crises_come_in_stretches(bearer: Bearer, session: Session, cast: Cast, now: datetime) -> None:
    for nth in range(3):
        made = Topic(name=f"T{nth}", kind="brand", query="x", created_at=now, updated_at=now)
        session.add(made)
        session.flush()
        steering.declare(session, made.id, by=cast.max, now=now)
    client = bearer("cara", Scope.READ)
    first = client.get("/api/v1/crises?limit=2").json()
    assert [one["topic"] for one in first["items"]] == ["T2", "T1"]
    assert [one["topic"] for one in client.get(f"/api/v1/crises?cursor={first['next']}").json()["items"]] == ["T0"]


def test_a_program_sweeps(bearer: Bearer, session: Session, make: Maker, crisis: Crisis, now: datetime) -> None:
    post = make.mention(mood_score=-0.9, kind_confidence=0.9, author_id=make.author(followers=70).id)
    session.add(MentionTopic(mention_id=post.id, topic_id=crisis.topic_id))
    session.flush()
    lina = bearer("lina", Scope.TRIAGE)
    seen = lina.get("/api/v1/sweep").json()
    assert [one["said"]["id"] for one in seen["severe"]] == [post.id]
    assert ([one["id"] for one in seen["crises"]], seen["is_quiet"]) == ([crisis.id], False)
    assert seen["severe"][0]["reach"] == 70
    marked = lina.post("/api/v1/sweep", json={"since": "2026-11-20T00:00:00Z", "words": "One."})
    assert (marked.status_code, marked.json()["by"]["name"]) == (201, "Lina")
    assert lina.get("/api/v1/sweep").json()["last"]["words"] == "One."
    ahead = lina.post("/api/v1/sweep", json={"since": "2099-11-20T00:00:00Z"})
    assert ahead.status_code == 422


# telling


def parcels(session: Session, now: datetime) -> list[Parcel]:
    return notify.claim(session, now, limit=50)


def test_addresses_outside_are_told_of_every_move(
    session: Session, app: FastAPI, cast: Cast, spike: Spike, now: datetime
) -> None:
    webhooks.create(session, url="https://hooks.example.org/x", now=now)
    made = steering.declare(session, spike.topic_id or 0, by=cast.lina, now=now, spike_id=spike.id)
    steering.instruct(session, made.id, "Wait.", by=cast.max, seen=1, now=now)
    steering.stand_down(session, made.id, "Over.", by=cast.max, seen=2, now=now)
    told = [payload(one) for one in parcels(session, now) if one.channel == "webhook"]
    assert [one["type"] for one in told] == ["crisis.declared", "crisis.instructed", "crisis.stood_down"]
    assert told[0]["data"]["crisis"]["url"].endswith(f"/crises/{made.id}")
    assert (told[0]["data"]["by"], told[2]["data"]["words"]) == ("Lina", "Over.")


def test_a_letter_about_a_crisis_that_is_over_is_not_sent(
    session: Session, cast: Cast, crisis: Crisis, now: datetime
) -> None:
    member = session.get_one(Member, cast.max.member_id)
    people.update_member(session, member.id, channels=["email"])
    made = steering.note(session, crisis.id, "Nobody hears of notes by mail.", by=cast.lina, now=now)
    steering.assign(session, made.id, "lead", member.id, by=cast.lina, seen=1, now=now)
    steering.stand_down(session, made.id, "It was the update.", by=cast.lina, seen=2, now=now)
    found = [one for one in parcels(session, now) if one.channel == "email"]
    assert [one.reason for one in found] == ["crisis_stood_down"]
    assert found[0].reader is not None
    letter = letters.write(found[0], found[0].reader, "https://h/crises/1", "https://h/me")
    assert "Nimbo" in letter.subject
    assert "It was the update." in letter.text
