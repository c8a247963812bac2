"""Presence, drafts and conflicts as pages and programs meet them."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from api.accounts import Scope
from tests.api.conftest import Bearer, SignIn
from tests.triage.conftest import Cast, Maker
from triage import drafts, presence

SWAP = {"HX-Request": "true"}
WORDS = "I am sorry, Reza."


def test_a_page_tells_who_else_is_here_and_holds_the_answer(signed_in: SignIn, make: Maker) -> None:
    issue = make.issue()
    here = f"/issues/{issue.id}/presence"
    assert "Lina" not in signed_in("lina").post(here, data={"doing": "writing"}, headers=SWAP).text
    seen = signed_in("max").post(here, data={"doing": "reading"}, headers=SWAP).text
    assert "<bdi>Lina</bdi> is writing" in seen
    assert "data-held" in seen
    # the page says so at once, without script too
    assert "data-held" in signed_in("max").get(f"/inbox?lane=triage&open={issue.id}").text
    assert signed_in("lina").post(here, data={"gone": "true"}).status_code == 204
    assert "Lina" not in signed_in("max").post(here, data={}, headers=SWAP).text
    assert signed_in("olaf").post(here, data={}).status_code == 403
    assert signed_in("conor").post(here, data={}).status_code == 404


def test_an_answer_somebody_holds_is_refused_and_the_words_are_kept(
    session: Session, signed_in: SignIn, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    presence.attend(session, issue.id, "writing", by=cast.lina, now=now)
    form = {"verb": "acknowledge", "seen": "1", "words": WORDS, "query": "lane=triage"}
    client = signed_in("max")
    answer = client.post(f"/issues/{issue.id}/moves", data=form)
    assert answer.status_code == 409
    assert "Lina is writing the answer" in answer.text
    kept = drafts.of(session, cast.max.member_id, issue.id)
    assert kept is not None
    assert kept.words == WORDS
    # taken over, it goes through
    taken = client.post(f"/issues/{issue.id}/presence", data={"take": "1", "query": "lane=triage"})
    assert taken.headers["location"] == f"/inbox?lane=triage&open={issue.id}"
    assert client.post(f"/issues/{issue.id}/moves", data=form).status_code == 303
    assert drafts.of(session, cast.max.member_id, issue.id) is None


def test_whoever_was_slower_sees_both_texts(session: Session, signed_in: SignIn, make: Maker, cast: Cast) -> None:
    issue = make.issue()
    client = signed_in("lina")
    client.post(f"/issues/{issue.id}/moves", data={"verb": "acknowledge", "seen": "1", "words": "Care looks at it."})
    slow = {"verb": "acknowledge", "seen": "1", "words": WORDS, "query": "lane=triage"}
    answer = signed_in("max").post(f"/issues/{issue.id}/moves", data=slow)
    assert answer.status_code == 409
    assert "Lina answered this" in answer.text
    assert "Care looks at it." in answer.text
    assert WORDS in answer.text
    assert drafts.of(session, cast.max.member_id, issue.id) is not None
    thrown = signed_in("max").post(f"/issues/{issue.id}/draft", data={"seen": "2", "words": "", "query": "lane=triage"})
    assert thrown.headers["location"] == "/inbox?lane=triage"
    assert drafts.of(session, cast.max.member_id, issue.id) is None


def test_a_pause_in_typing_keeps_the_draft(session: Session, signed_in: SignIn, make: Maker, cast: Cast) -> None:
    issue = make.issue()
    client = signed_in("lina")
    kept = client.post(f"/issues/{issue.id}/draft", data={"seen": "1", "words": WORDS + " "}, headers=SWAP)
    assert "Draft kept, 12:00" in kept.text
    assert WORDS in client.get(f"/inbox?lane=triage&open={issue.id}").text
    assert WORDS not in signed_in("max").get(f"/inbox?lane=triage&open={issue.id}").text
    assert client.post(f"/issues/{issue.id}/draft", data={"seen": "1", "words": "x" * 10_001}).status_code == 422
    assert client.post("/issues/999999/draft", data={"seen": "1", "words": "hello"}).status_code == 404


def test_a_beat_leaves_the_word_of_the_last_act_to_the_page(signed_in: SignIn, make: Maker, cast: Cast) -> None:
    issue = make.issue()
    client = signed_in("lina")
    done = {"verb": "hand_over", "seen": "1", "department_id": str(cast.care.id), "query": "lane=triage"}
    assert client.post(f"/issues/{issue.id}/moves", data=done).status_code == 303
    client.post(f"/issues/{issue.id}/presence", data={}, headers=SWAP)
    client.get("/palette", headers=SWAP)
    assert "Handed to Care." in client.get("/inbox?lane=triage").text


def test_programs_keep_drafts_and_say_where_they_are(bearer: Bearer, make: Maker, now: datetime) -> None:
    issue = make.issue()
    lina, other = bearer("lina", Scope.TRIAGE), bearer("max", Scope.TRIAGE)
    address = f"/api/v1/issues/{issue.id}"
    assert lina.get(f"{address}/draft").status_code == 404
    kept = lina.put(f"{address}/draft", json={"words": WORDS, "seen": 1})
    assert kept.json() == {"issue_id": issue.id, "words": WORDS, "seen": 1, "updated_at": "2026-11-21T12:00:00Z"}
    assert [one["issue_id"] for one in lina.get("/api/v1/drafts").json()["items"]] == [issue.id]
    assert other.get("/api/v1/drafts").json()["items"] == []
    assert lina.delete(f"{address}/draft").status_code == 204
    assert lina.put(f"{address}/draft", json={"words": "", "seen": 1}).status_code == 422

    told = lina.put(f"{address}/presences/me", json={"doing": "writing"}).json()
    assert told == {"others": [], "held_by": None}
    seen = other.get(f"{address}/presences").json()
    assert seen["held_by"]["name"] == "Lina"
    assert datetime.fromisoformat(seen["held_by"]["until"]) == now + timedelta(minutes=2)
    refused = other.post(f"{address}/acknowledge", json={"seen": 1, "words": "Hello"})
    assert (refused.status_code, refused.json()["key"]) == (409, "held")
    assert lina.delete(f"{address}/presences/me").status_code == 204
    assert bearer("conor").get(f"{address}/presences").status_code == 404
