"""Corrections, how well we hear and what was learnt: over the API."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from api.accounts import Scope
from listener import learned
from listener.kinds import Kind
from listener.learning import Example, learn
from tests.api.conftest import Bearer, Cast, Maker, SignIn


def test_a_mention_is_corrected_confirmed_and_taken_back(
    signed_in: SignIn, bearer: Bearer, make: Maker, cast: Cast
) -> None:
    row = make.mention(mood="negative", kind="complaint", kind_confidence=0.9)
    path = f"/api/v1/mentions/{row.id}/corrections"
    program = bearer("lina", Scope.TRIAGE)
    made = program.post(path, json={"aspect": "mood", "becomes": "neutral"})
    assert made.status_code == 201
    assert (made.json()["said"], made.json()["becomes"], made.json()["by"]["name"]) == ("negative", "neutral", "Lina")
    agreed = program.post(path, json={"aspect": "kind", "becomes": "complaint"}).json()
    assert agreed["said"] == agreed["becomes"]
    told = signed_in("cara").get(path).json()
    assert [one["id"] for one in told["items"]] == [agreed["id"], made.json()["id"]]
    undone = program.delete(f"/api/v1/corrections/{agreed['id']}").json()
    assert undone["undone_by"]["name"] == "Lina"
    again = program.delete(f"/api/v1/corrections/{agreed['id']}")
    assert (again.status_code, again.json()["detail"]) == (422, "This was taken back already.")


def test_what_cannot_be_said_is_refused_with_its_field(signed_in: SignIn, make: Maker, cast: Cast) -> None:
    row = make.mention()
    path = f"/api/v1/mentions/{row.id}/corrections"
    lina = signed_in("lina")
    refused = lina.post(path, json={"aspect": "mood", "becomes": "angry"})
    assert (refused.status_code, refused.json()["data"]["field"]) == (422, "becomes")
    assert "“angry” is no mood" in refused.json()["detail"]
    assert lina.post(path, json={"aspect": "colour", "becomes": "red"}).status_code == 422
    assert (
        lina.post("/api/v1/mentions/999999/corrections", json={"aspect": "mood", "becomes": "neutral"}).status_code
        == 404
    )
    assert lina.delete("/api/v1/corrections/999999").status_code == 404
    assert lina.get("/api/v1/mentions/999999/corrections").status_code == 404


def test_an_owner_corrects_their_departments_issues_alone(signed_in: SignIn, make: Maker, cast: Cast) -> None:
    theirs, other = make.mention(), make.mention()
    make.issue(theirs, department_id=cast.care.id)
    make.issue(other, department_id=cast.product.id)
    cara, word = signed_in("cara"), {"aspect": "mood", "becomes": "neutral"}
    assert cara.post(f"/api/v1/mentions/{theirs.id}/corrections", json=word).status_code == 201
    refused = cara.post(f"/api/v1/mentions/{other.id}/corrections", json=word)
    assert (refused.status_code, refused.json()["key"]) == (403, "not_yours")


def test_how_well_we_hear_is_told_by_aspect_and_language(signed_in: SignIn, make: Maker, cast: Cast) -> None:
    lina = signed_in("lina")
    for becomes in ("negative", "negative", "neutral"):
        row = make.mention(mood="negative", language="fa")
        lina.post(f"/api/v1/mentions/{row.id}/corrections", json={"aspect": "mood", "becomes": becomes})
    (told,) = lina.get("/api/v1/hearing").json()["items"]
    assert (told["aspect"], told["language"], told["agreed"], told["corrected"]) == ("mood", "fa", 2, 1)
    assert told["low"] < told["share"] < told["high"]
    assert told["confusions"] == [{"said": "negative", "becomes": "neutral", "count": 1}]
    assert lina.get("/api/v1/hearing", params={"since": "2030-01-01T00:00:00Z"}).json()["items"] == []
    assert lina.get("/api/v1/hearing", params={"since": "2030-01-01"}).status_code == 422


def test_a_model_is_read_taken_back_and_put_in_force(
    signed_in: SignIn, session: Session, cast: Cast, now: datetime
) -> None:
    first, second = _model(session, now, 1), _model(session, now, 2)
    ada, lina = signed_in("ada"), signed_in("lina")
    told = lina.get("/api/v1/learned-kinds").json()
    assert [(one["id"], one["standing"]) for one in told["items"]] == [(second, "in_force"), (first, "replaced")]
    assert "weights" not in told["items"][0]
    page = lina.get("/api/v1/learned-kinds", params={"limit": 1}).json()
    rest = lina.get("/api/v1/learned-kinds", params={"cursor": page["next"]}).json()
    assert [one["id"] for one in rest["items"]] == [first]
    assert lina.post(f"/api/v1/learned-kinds/{second}/take-back").status_code == 403
    back = ada.post(f"/api/v1/learned-kinds/{second}/take-back").json()
    assert (back["language"], back["model"]["id"], back["model"]["decided_by"]["name"]) == ("en", first, "Ada")
    again = ada.post(f"/api/v1/learned-kinds/{second}/take-back")
    assert (again.status_code, again.json()["key"]) == (409, "refused")
    assert ada.post(f"/api/v1/learned-kinds/{first}/take-back").json() == {"language": "en", "model": None}
    forced = ada.post(f"/api/v1/learned-kinds/{second}/take-force").json()
    assert forced["model"]["standing"] == "in_force"
    assert ada.post(f"/api/v1/learned-kinds/{second}/take-force").status_code == 409
    assert lina.get(f"/api/v1/learned-kinds/{first}").json()["standing"] == "taken_back"
    for path in ("", "/take-back", "/take-force"):
        asked = ada.post if path else ada.get
        assert asked(f"/api/v1/learned-kinds/999999{path}").status_code == 404


def _model(session: Session, now: datetime, number: int) -> int:
    examples = [Example("it broke", "en", Kind.BUG, now, {}), Example("it broke again", "en", Kind.BUG, now, {})]
    current = learned.in_force(session).models.get("en")
    made = learned.keep(
        session,
        "en",
        learn(examples, "en").packed(),
        examples=2,
        upto_id=number,
        report={"n": 1},
        against=current.version if current else None,
        is_better=True,
        now=now + timedelta(seconds=number),
    )
    assert made is not None
    return made.id


def test_an_issues_history_tells_who_corrected_what(signed_in: SignIn, make: Maker, cast: Cast) -> None:
    row = make.mention(mood="negative", kind="complaint", kind_confidence=0.9)
    issue = make.issue(row, department_id=cast.care.id)
    lina = signed_in("lina")
    for aspect, becomes in (("mood", "neutral"), ("mood", "neutral"), ("language", "fa")):
        made = lina.post(f"/api/v1/mentions/{row.id}/corrections", json={"aspect": aspect, "becomes": becomes}).json()
    lina.delete(f"/api/v1/corrections/{made['id']}")
    page = lina.get(f"/issues/{issue.id}").text
    assert "corrected what we heard: <b><bdi>neutral</bdi></b> instead of <b><bdi>negative</bdi></b>" in page
    assert "confirmed what we heard: <b><bdi>neutral</bdi></b>" in page
    assert "took a correction back: <b><bdi>English</bdi></b> again" in page
