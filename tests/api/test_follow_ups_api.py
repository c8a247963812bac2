"""Follow-ups, reporters, links and gaps, as programs see them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.accounts import Scope
from tests.api.conftest import Bearer
from tests.triage.conftest import Cast, Maker
from triage import move
from triage.models import Issue


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


@pytest.fixture
def resolved(session: Session, make: Maker, cast: Cast) -> Issue:
    """An issue of Mirela's that Cara resolved an hour ago; Avi said the same."""
    first = make.mention(author_id=make.author("mirela").id, posted_at=make.now - h(6), url="https://social.example/1")
    make.issue(make.mention(author_id=make.author("avi").id, same_as_id=first.id))
    issue = make.issue(first, department_id=cast.care.id)
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=make.now - h(4))
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=2, now=make.now - h(3))
    return move.resolve(session, issue.id, by=cast.cara, seen=3, now=make.now - h(1))


def test_a_word_is_owed_listed_and_ended(bearer: Bearer, resolved: Issue, make: Maker) -> None:
    cara = bearer("cara", Scope.READ, Scope.TRIAGE)
    due = (make.now + h(20)).isoformat()
    made = cara.post(f"/api/v1/issues/{resolved.id}/follow-ups", json={"due_at": due, "words": "Does the lid fit?"})
    assert made.status_code == 201
    owed: dict[str, Any] = made.json()
    assert (owed["member"]["name"], owed["author"], owed["ended"]) == ("Cara", "Mirela", None)
    assert cara.get("/api/v1/follow-ups").json()["items"] == []
    assert [one["id"] for one in cara.get("/api/v1/follow-ups?when=coming").json()["items"]] == [owed["id"]]
    left = cara.post(f"/api/v1/follow-ups/{owed['id']}/end", json={"ended": "left"})
    assert (left.status_code, left.json()["key"]) == (422, "bad_input")
    done = cara.post(f"/api/v1/follow-ups/{owed['id']}/end", json={"ended": "done", "said": "It fits."}).json()
    assert (done["ended"], done["said"], done["done_by"]["name"]) == ("done", "It fits.", "Cara")
    assert [one["id"] for one in cara.get("/api/v1/follow-ups?when=ended").json()["items"]] == [owed["id"]]
    assert [one["id"] for one in cara.get(f"/api/v1/issues/{resolved.id}/follow-ups").json()["items"]] == [owed["id"]]
    assert bearer("conor").get(f"/api/v1/issues/{resolved.id}/follow-ups").status_code == 404


def test_a_cursor_that_is_none_is_refused(bearer: Bearer) -> None:
    for address in ("/api/v1/follow-ups?cursor=nothing", "/api/v1/gaps?cursor=WyJ4Il0"):
        assert bearer("lina").get(address).status_code == 422


def test_everybody_who_reported_it_is_listed_and_ticked_off(bearer: Bearer, resolved: Issue) -> None:
    lina = bearer("lina", Scope.READ, Scope.TRIAGE)
    address = f"/api/v1/issues/{resolved.id}/reporters"
    listed = lina.get(address).json()["items"]
    assert {one["author"] for one in listed} == {"Mirela", "Avi"}
    avi = next(one["author_id"] for one in listed if one["author"] == "Avi")
    told = lina.post(f"{address}/{avi}/told", json={"words": "It is solved, Avi."}).json()
    assert (told["told_by"]["name"], told["words"]) == ("Lina", "It is solved, Avi.")
    assert lina.get(address).json()["items"][-1]["author"] == "Avi"
    again = lina.post(f"{address}/{avi}/told", json={"told": False}).json()
    assert again["told_at"] is None
    assert lina.post(f"{address}/999999/told", json={}).status_code == 422


def test_an_issue_is_linked_and_gaps_are_counted(bearer: Bearer, resolved: Issue) -> None:
    lina = bearer("lina", Scope.READ, Scope.TRIAGE)
    address = f"/api/v1/issues/{resolved.id}/links"
    made = lina.post(address, json={"sort": "product_gap", "name": "Lids arrive broken"})
    assert (made.status_code, made.json()["issues"]) == (201, 1)
    assert lina.post(address, json={"sort": "outside", "name": "CRM", "url": "crm"}).status_code == 422
    [gap] = lina.get("/api/v1/gaps").json()["items"]
    assert (gap["name"], gap["issues"], gap["open"]) == ("Lids arrive broken", 1, 0)
    shows = lina.get("/api/v1/gaps/product_gap/evidence", params={"name": gap["name"]}).json()["items"]
    assert [one["issue_id"] for one in shows] == [resolved.id]
    renamed = lina.post(
        "/api/v1/gaps/rename", json={"sort": "product_gap", "name": gap["name"], "becomes": "Broken lids"}
    )
    assert renamed.json()["name"] == "Broken lids"
    [link] = lina.get(address).json()["items"]
    assert lina.delete(f"{address}/{link['id']}").status_code == 204
    assert lina.get("/api/v1/gaps").json()["items"] == []


def test_the_way_into_private_has_steps(bearer: Bearer, make: Maker) -> None:
    lina, issue = bearer("lina", Scope.READ, Scope.TRIAGE), make.issue()
    address = f"/api/v1/issues/{issue.id}/private"
    line = lina.post(address, json={"seen": 1, "step": "line", "words": "I write to you now."}).json()
    assert line["private_at"] is None
    where = lina.post(address, json={"seen": 2, "channel": "e-mail", "reference": "CARE-7"}).json()
    assert where["private_at"] is not None
    assert lina.post(address, json={"seen": 3, "step": "channel"}).status_code == 422
    assert lina.post(address, json={"seen": 2, "step": "closed"}).status_code == 409
