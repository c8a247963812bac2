"""One act and its way back, as pages and programs do it: lines, likeness, the research card, undo."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts import Scope
from tests.api.conftest import Bearer, Cast, Maker, SignIn
from triage import drafts, empathy, move, undo
from triage.models import Draft, EmpathyLine, Issue, Status

ACT = {"verb": "acknowledge_hand_over", "words": "I am sorry, Reza, a broken lid twice is our fault."}


@pytest.fixture(autouse=True)
def shipped(session: Session, now: datetime) -> None:
    """The lines that ship."""
    empathy.ensure_shipped(session, now)


def act(make: Maker, cast: Cast, **more: object) -> tuple[Issue, dict[str, object]]:
    reza = make.author("reza", name="Reza Mohammadi")
    issue = make.issue(make.mention(author_id=reza.id), department_id=cast.care.id)
    return issue, {**ACT, "seen": issue.version, "department_id": cast.care.id, **more}


def test_one_act_acknowledges_hands_over_and_offers_the_way_back(
    signed_in: SignIn, session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue, form = act(make, cast)
    lina = signed_in("lina")
    drafts.keep(session, issue.id, "I am", seen=1, by=cast.lina, now=now)
    line = session.scalars(select(EmpathyLine).limit(1)).one()
    answer = lina.post(f"/issues/{issue.id}/moves", data={**form, "line": line.id, "query": "lane=triage"})
    assert answer.status_code == 303
    assert issue.status == Status.HANDED
    assert session.scalars(select(Draft)).all() == []
    acknowledged, handed = make.moves(issue)
    assert acknowledged.data == {"personal": True, "line_id": line.id}
    assert handed.data["after"] == acknowledged.id
    shown = lina.get(answer.headers["location"]).text
    assert f'action="/moves/{handed.id}/undo"' in shown
    back = lina.post(f"/moves/{handed.id}/undo", data={"query": "lane=triage"})
    assert back.headers["location"] == f"/inbox?lane=triage&open={issue.id}"
    assert (issue.status, issue.handed_at, issue.acknowledged_at) == (Status.TRIAGE, None, None)
    kept = lina.get(back.headers["location"]).text
    assert ACT["words"].replace(",", "&#44;") in kept or ACT["words"] in kept


def test_what_cannot_be_taken_back_says_so_and_stays(
    signed_in: SignIn, session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue, form = act(make, cast, words="")
    signed_in("lina").post(f"/issues/{issue.id}/moves", data=form)
    made = undo.made(session, issue.id)
    move.accept(session, issue.id, by=cast.cara, seen=issue.version, now=now + timedelta(seconds=2))
    for where in ({}, {"query": "lane=triage"}):
        answer = signed_in("lina").post(f"/moves/{made}/undo", data=where)
        assert answer.status_code == 409
        assert "Something has happened to the issue since" in answer.text
    assert issue.status == Status.ACCEPTED
    assert signed_in("lina").post("/moves/1/undo").status_code == 404
    assert signed_in("cara").post(f"/moves/{made}/undo").status_code == 403


def test_lines_are_filled_in_the_language_of_the_author(signed_in: SignIn, make: Maker, cast: Cast) -> None:
    nasrin = make.author("nasrin", name="نسترن کریمی")
    mention = make.mention(author_id=nasrin.id, language="fa", text="کتری شکست")
    issue = make.issue(mention, department_id=cast.care.id)
    lina = signed_in("lina")
    shown = lina.get(f"/inbox?lane=triage&open={issue.id}").text
    assert "نسترن عزیز، من هم اگر جای شما بودم" in shown
    assert "۲۴ ساعت" in shown
    chosen = shown.split('data-line="2"')[1].split('data-id="')[1].split('"')[0]
    begun = lina.get(f"/inbox?lane=triage&open={issue.id}&line={chosen}").text
    field = begun.split('<textarea class="in" id="words"')[1].split("</textarea>")[0]
    assert "نسترن عزیز" in field
    assert "Care" in field


def test_a_reply_that_reads_like_the_last_ones_is_told_while_it_is_written(
    signed_in: SignIn, session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    said = "I am sorry you had to go through this. Care takes it over now, you hear from us within 24 hours."
    for _ in range(3):
        one = make.issue()
        move.acknowledge(session, one.id, by=cast.lina, seen=1, now=now, words=said)
    issue, form = act(make, cast, words=said)
    lina = signed_in("lina")
    told = lina.post(f"/issues/{issue.id}/alike", data={"words": f"Reza, {said}"}).text
    assert "This reads like 3 of your last replies." in told
    assert "Reza" in told
    assert "Reads unlike your last replies." in lina.post(f"/issues/{issue.id}/alike", data={"words": "A lid!"}).text
    assert lina.post(f"/issues/{issue.id}/alike", data={"words": " "}).text.strip() == ""
    # it never stands in the way, and is kept
    assert lina.post(f"/issues/{issue.id}/moves", data=form).status_code == 303
    assert make.moves(issue)[0].data["personal"] is False


def test_the_research_card_tells_what_we_promised_before_and_how_matters_like_it_were_solved(
    signed_in: SignIn, session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    reza = make.author("reza", name="Reza Mohammadi", mentions=9, positive=6)
    before = make.issue(make.mention(author_id=reza.id, text="The parcel came wet"), department_id=cast.care.id)
    for verb, more in (("acknowledge", {}), ("hand_over", {"department_id": cast.care.id}), ("accept", {})):
        doing = {"by": cast.max, "seen": before.version, "now": now, **more}
        getattr(move, verb)(session, before.id, **doing)
    move.resolve(
        session, before.id, {"refund": "given", "customer": "stays"}, by=cast.max, seen=before.version,
        now=now + timedelta(hours=3), words="The new parcel is on its way, dry.",
    )  # fmt: skip
    wet = make.mention(author_id=reza.id, text="My parcel came wet again, the whole parcel")
    issue = make.issue(wet, department_id=cast.care.id)
    shown = signed_in("lina").get(f"/inbox?lane=triage&open={issue.id}").text
    assert "9 times" in shown
    assert "What we promised them before" in shown
    assert "Solved before, alike" in shown
    assert "The new parcel is on its way, dry." in shown
    assert signed_in("max").get(f"/issues/{issue.id}").text.count("Solved before, alike") == 1


def test_lines_are_kept_by_managers(signed_in: SignIn, session: Session, cast: Cast) -> None:
    max_, lina = signed_in("max"), signed_in("lina")
    assert "Add a line" not in lina.get("/empathy").text
    assert lina.post("/empathy", data={"language": "en", "words": "Mine"}).status_code == 403
    wrong = max_.post("/empathy", data={"language": "he", "words": "שלום {customer}"})
    assert wrong.status_code == 422
    assert "שלום {customer}" in wrong.text
    made = max_.post("/empathy", data={"language": "he", "words": "שלום {name}", "kind": "praise", "department_id": ""})
    number = int(made.headers["location"].split("line-")[1])
    for do in ("up", "down", "put_away", "take_up"):
        assert max_.post(f"/empathy/{number}", data={"do": do}).status_code == 303
    assert "שלום {name}" in max_.get(f"/empathy?language=he&change={number}").text
    max_.post(f"/empathy/{number}", data={"do": "save", "language": "he", "words": "שלום לך {name}"})
    line = session.get_one(EmpathyLine, number)
    assert (line.words, line.kind) == ("שלום לך {name}", None)
    assert max_.post(f"/empathy/{number}", data={"do": "delete"}).status_code == 303
    assert max_.post(f"/empathy/{number}", data={"do": "up"}).status_code == 404


def test_programs_can_do_all_of_it(bearer: Bearer, make: Maker, cast: Cast) -> None:
    issue, form = act(make, cast)
    lina = bearer("lina", Scope.READ, Scope.TRIAGE)
    at = f"/api/v1/issues/{issue.id}"
    assert lina.post(f"{at}/alike", json={"words": "Hello"}).json() == {"count": 0, "most": 0.0, "personal": True}
    known = lina.get(f"{at}/research").json()
    assert (known["author"]["name"], known["ended_count"], known["solved"]) == ("Reza Mohammadi", 0, [])
    lines = lina.get("/api/v1/empathy-lines?language=fa").json()["items"]
    assert len(lines) == 8
    taken = lina.post(f"{at}/acknowledge", json={"seen": 1, "words": form["words"], "line_id": lines[0]["id"]})
    assert taken.json()["acknowledged_at"]
    made = lina.get(at).json()["moves"][-1]["id"]
    back = lina.post(f"{at}/undo", json={"move_id": made})
    assert (back.json()["acknowledged_at"], back.headers["etag"]) == (None, '"3"')
    again = lina.post(f"{at}/undo", json={"move_id": made})
    assert (again.status_code, again.json()["key"]) == (409, "cannot_undo")
    assert again.json()["detail"] == "This was taken back already."
    assert lina.post("/api/v1/issues/1/undo", json={"move_id": made}).status_code == 404


def test_programs_keep_lines(bearer: Bearer) -> None:
    ada = bearer("ada", Scope.READ, Scope.ADMIN)
    made = ada.post("/api/v1/empathy-lines", json={"language": "en", "words": "Hello {name}", "kind": "lead"})
    assert made.status_code == 201
    at = f"/api/v1/empathy-lines/{made.json()['id']}"
    changed = ada.patch(at, json={"position": 0, "kind": None}).json()
    assert (changed["position"], changed["kind"], changed["words"]) == (0, None, "Hello {name}")
    assert ada.patch(at, json={"words": "Hello {nobody}"}).json()["key"] == "bad_input"
    assert ada.delete(at).status_code == 204
    assert ada.delete(at).status_code == 404
