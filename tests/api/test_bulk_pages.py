"""Many at once, merge and split in the browser and for programs: previewed, done, refused with a reason, taken back."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from api.accounts import Scope
from listener.text import fold
from tests.api.conftest import Bearer, Cast, Maker, SignIn, TestClient
from triage import bulk, move, people
from triage.models import Issue, Status

FAMILY = ["en", "fa", "ar", "he"]


def work(session: Session, now: datetime) -> None:
    while bulk.round(session, now):
        pass


def previewed(client: TestClient, verb: str, *issues: Issue, **more: str) -> str:
    """Tick the issues, choose the verb; return the address of the preview."""
    ticks = [f"{one.id}.{one.version}" for one in issues]
    answer = client.post("/bulks", data={"verb": verb, "tick": ticks, "address": "lane=triage", **more})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_every_card_can_be_ticked_and_the_bar_offers_what_the_role_may(
    signed_in: SignIn, make: Maker, cast: Cast
) -> None:
    issue, mine = make.issue(), make.issue(department_id=cast.care.id, owner_id=cast.cara.member_id)
    shown = signed_in("lina").get("/inbox?lane=triage").text
    assert f'value="{issue.id}.1" form="many" data-tick' in shown
    assert 'value="hand_over"' in shown.split('id="many"')[1]
    shown = signed_in("cara").get("/inbox?lane=mine").text
    assert f'value="{mine.id}.1"' in shown
    bar = shown.split('id="many"')[1].split("</form>")[0]
    assert 'value="snooze"' in bar
    assert 'value="hand_over"' not in bar


def test_ticked_issues_are_previewed_handed_over_and_taken_back(
    session: Session, signed_in: SignIn, make: Maker, cast: Cast, now: datetime
) -> None:
    issues = [make.issue() for _ in range(3)]
    lina = signed_in("lina")
    place = previewed(lina, "hand_over", *issues)
    page = lina.get(place).text
    assert "Hand over 3 issues" in page
    assert "Nothing has moved yet" in page
    answer = lina.post(f"{place}/start")
    assert answer.status_code == 422
    assert "Choose the department" in answer.text
    assert lina.post(f"{place}/change", data={"department_id": str(cast.care.id), "owner_id": ""}).status_code == 303
    page = lina.get(place).text
    assert "3 resolution promises begin, the first due" in page
    assert "Told once, for all of them:" in page
    assert "Cara" in page
    assert lina.post(f"{place}/start").status_code == 303
    page = lina.get(place).text
    assert 'role="progressbar"' in page
    assert 'hx-trigger="every 1s"' in page
    work(session, now)
    asked = {"HX-Request": "true", "HX-Target": "bulk"}
    fragment = lina.get(f"{place}?state=running", headers=asked).text
    assert "<html" not in fragment
    assert "Done: 3 of 3" in fragment
    assert "hx-trigger" not in fragment
    assert all(session.get_one(Issue, one.id).department_id == cast.care.id for one in issues)
    assert lina.post(f"{place}/undo").status_code == 303
    work(session, now)
    assert "3 were taken back." in lina.get(place).text
    assert "Hand over 3 issues" in lina.get("/bulks").text


def test_everything_that_fits_is_moved_not_only_what_is_shown(
    session: Session, signed_in: SignIn, make: Maker, now: datetime
) -> None:
    bugs = [make.issue(make.mention(kind="bug")) for _ in range(60)]
    make.issue(make.mention(kind="praise"))
    lina = signed_in("lina")
    sent = {"verb": "note", "everything": "1", "address": "lane=triage&kind=bug"}
    place = lina.post("/bulks", data=sent).headers["location"]
    assert "Note on 60 issues" in lina.get(place).text
    lina.post(f"{place}/change", data={"words": "All of one batch."})
    lina.post(f"{place}/start")
    work(session, now)
    assert all(make.moves(one)[-1].words == "All of one batch." for one in bugs)


def test_what_is_refused_is_gathered_by_its_reason(
    session: Session, signed_in: SignIn, make: Maker, cast: Cast, now: datetime
) -> None:
    issues = [make.issue() for _ in range(3)]
    lina = signed_in("lina")
    place = previewed(lina, "acknowledge", *issues)
    for one in issues[:2]:
        move.acknowledge(session, one.id, by=cast.max, seen=1, now=now)
    lina.post(f"{place}/change", data={"words": "We hear you, and look into it today."})
    page = lina.get(place).text
    assert "Refused beforehand" in page
    assert page.count("Max acknowledged in public") == 1
    assert "Acknowledge 1 issue" in page


def test_nothing_ticked_says_so_and_changes_nothing(signed_in: SignIn, make: Maker) -> None:
    make.issue()
    answer = signed_in("lina").post("/bulks", data={"verb": "spam", "address": "lane=triage"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/inbox")


def test_a_safe_moment_is_offered_instead(signed_in: SignIn, make: Maker, now: datetime) -> None:
    soon = make.issue(posted_at=now - timedelta(hours=10))
    lina = signed_in("lina")
    place = previewed(lina, "snooze", soon)
    until = (now + timedelta(hours=3)).isoformat()
    lina.post(f"{place}/change", data={"until": until})
    page = lina.get(place).text
    assert "would break its promise while it is out of sight" in page
    instead = re.search(r'name="until" value="([^"]+)">Until', page)
    assert instead is not None
    assert datetime.fromisoformat(instead[1]) < soon.triage_due


def test_the_bulk_of_another_is_not_there(signed_in: SignIn, make: Maker) -> None:
    place = previewed(signed_in("lina"), "spam", make.issue())
    assert signed_in("cara").get(place).status_code == 404
    assert signed_in("cara").post(f"{place}/start").status_code == 404
    assert signed_in("max").get(place).status_code == 200


@pytest.mark.parametrize("language", FAMILY)
@pytest.mark.parametrize("verb", ["acknowledge", "hand_over", "snooze", "dismiss", "note", "kind", "spam", "merge"])
def test_each_verb_has_its_page_in_each_language(
    session: Session, signed_in: SignIn, make: Maker, cast: Cast, language: str, verb: str
) -> None:
    people.update_member(session, cast.lina.member_id, language=language)
    lina = signed_in("lina")
    page = lina.get(previewed(lina, verb, make.issue(), make.issue()))
    assert page.status_code == 200
    assert f'lang="{language}"' in page.text


# merge and split


def test_two_issues_are_seen_side_by_side_and_merged_and_parted(
    session: Session, signed_in: SignIn, make: Maker, now: datetime
) -> None:
    author = make.author()
    old = make.issue(make.mention(author_id=author.id, posted_at=now - timedelta(hours=6), text="The lid is gone."))
    new = make.issue(make.mention(author_id=author.id, text="Still no lid."))
    lina = signed_in("lina")
    page = lina.get(f"/issues/{old.id}/merge").text
    assert "Most alike" in page
    assert f"into={new.id}" in page
    page = lina.get(f"/issues/{old.id}/merge?into={new.id}").text
    assert "is older and counts for both" in page
    assert "The other way round" in page
    answer = lina.post(f"/issues/{old.id}/merge", data={"seen": "1", "into": str(new.id)})
    assert answer.headers["location"] == f"/issues/{new.id}"
    assert session.get_one(Issue, new.id).triage_due == old.triage_due
    assert "Part again" in lina.get(f"/issues/{old.id}").text
    version = session.get_one(Issue, old.id).version
    assert lina.post(f"/issues/{old.id}/part", data={"seen": str(version)}).status_code == 303
    assert session.get_one(Issue, old.id).status == Status.TRIAGE
    assert session.get_one(Issue, new.id).mention_count == 1


def test_the_other_issue_is_found_by_words_and_by_number(signed_in: SignIn, make: Maker) -> None:
    said = "The handle melted on the stove."
    here, there = make.issue(), make.issue(make.mention(text=said, folded=fold(said)))
    lina = signed_in("lina")
    assert f"HB-{there.id}" in lina.get(f"/issues/{here.id}/merge?q=melted+handle").text
    assert f"HB-{there.id}" in lina.get(f"/issues/{here.id}/merge?q=HB-{there.id}").text
    assert "No open issue says this." in lina.get(f"/issues/{here.id}/merge?q=bicycle").text
    assert lina.get(f"/issues/{here.id}/merge?into=nonsense").status_code == 422
    assert lina.get(f"/issues/{here.id}/merge?into={here.id}").status_code == 422


def test_the_wrong_way_round_offers_the_right_one(
    session: Session, signed_in: SignIn, make: Maker, cast: Cast, now: datetime
) -> None:
    handed, young = make.issue(), make.issue()
    move.hand_over(session, handed.id, cast.care.id, by=cast.lina, seen=1, now=now)
    page = signed_in("lina").get(f"/issues/{handed.id}/merge?into={young.id}").text
    assert "Let the other one go into this one." in page
    assert f"/issues/{young.id}/merge?into={handed.id}" in page
    assert "Merge HB-" in page


def test_both_halves_of_a_split_are_seen_before(
    session: Session, signed_in: SignIn, make: Maker, now: datetime
) -> None:
    first = make.mention(posted_at=now - timedelta(hours=5), text="The lid is gone.")
    second = make.mention(posted_at=now - timedelta(hours=1), text="And the bill is wrong.")
    issue = make.issue(first, second)
    lina = signed_in("lina")
    assert "Which ones leave" in lina.get(f"/issues/{issue.id}/split").text
    page = lina.get(f"/issues/{issue.id}/split?mention={second.id}").text
    assert "What stays" in page
    assert "A new issue in triage, counted from its oldest post" in page
    answer = lina.post(f"/issues/{issue.id}/split", data={"seen": "1", "mention": str(second.id)})
    assert answer.status_code == 303
    assert session.get_one(Issue, issue.id).mention_count == 1
    both = lina.get(f"/issues/{issue.id}/split?mention={first.id}")
    assert both.status_code == 422
    assert "One mention at least must stay." in both.text


def test_who_may_not_merge_is_told(signed_in: SignIn, make: Maker, cast: Cast) -> None:
    issue = make.issue(department_id=cast.care.id)
    assert signed_in("cara").get(f"/issues/{issue.id}/merge").status_code == 403
    assert signed_in("cara").get(f"/issues/{issue.id}/split").status_code == 403
    assert signed_in("conor").get(f"/issues/{issue.id}/merge").status_code == 404


# for programs


def test_a_program_walks_a_bulk_from_end_to_end(
    session: Session, bearer: Bearer, make: Maker, cast: Cast, now: datetime
) -> None:
    issues = [make.issue() for _ in range(3)]
    lina = bearer("lina", Scope.READ, Scope.TRIAGE)
    body = {"verb": "hand_over", "address": "lane=triage", "department_id": cast.product.id}
    made = lina.post("/api/v1/bulks", json=body)
    assert made.status_code == 201
    place = f"/api/v1/bulks/{made.json()['id']}"
    assert made.json()["counts"] == {"waiting": 3}
    assert lina.get(f"{place}/forecast").json()["told"] == [{"id": cast.petra.member_id, "name": "Petra"}]
    move.acknowledge(session, issues[0].id, by=cast.max, seen=1, now=now)
    assert lina.post(f"{place}/start").json()["state"] == "running"
    assert lina.put(place, json={"department_id": cast.care.id}).status_code == 409
    work(session, now)
    assert lina.get(place).json()["counts"] == {"done": 2, "refused": 1}
    [refused] = lina.get(f"{place}/issues", params={"state": "refused"}).json()["items"]
    assert refused["issue_id"] == issues[0].id
    assert refused["why"]["key"] == "someone_was_faster"
    assert [one["id"] for one in lina.get("/api/v1/bulks").json()["items"]] == [made.json()["id"]]
    assert lina.post(f"{place}/undo").json()["state"] == "undoing"
    work(session, now)
    assert lina.get(place).json()["counts"] == {"undone": 2, "refused": 1}
    assert lina.post(f"{place}/undo").status_code == 409


def test_a_program_stops_one_and_reads_it_in_stretches(
    session: Session, bearer: Bearer, make: Maker, now: datetime
) -> None:
    issues = [make.issue() for _ in range(3)]
    lina = bearer("lina", Scope.READ, Scope.TRIAGE)
    ticked = [{"id": one.id, "seen": 1} for one in issues]
    made = lina.post("/api/v1/bulks", json={"verb": "note", "issues": ticked, "words": "Seen."}).json()
    place = f"/api/v1/bulks/{made['id']}"
    lina.post(f"{place}/start")
    assert lina.post(f"{place}/stop").status_code == 200
    work(session, now)
    assert lina.get(place).json()["counts"] == {"left": 3}
    first = lina.get(f"{place}/issues", params={"limit": 2}).json()
    rest = lina.get(f"{place}/issues", params={"limit": 2, "cursor": first["next"]}).json()
    assert [one["issue_id"] for one in (*first["items"], *rest["items"])] == [one.id for one in issues]
    assert rest["next"] is None


def test_a_program_names_issues_or_an_address_and_not_both(bearer: Bearer, make: Maker) -> None:
    lina = bearer("lina", Scope.TRIAGE)
    issue = make.issue()
    both = {"verb": "spam", "issues": [{"id": issue.id, "seen": 1}], "address": "lane=triage"}
    assert lina.post("/api/v1/bulks", json=both).status_code == 422
    assert lina.post("/api/v1/bulks", json={"verb": "spam"}).status_code == 422
    assert lina.post("/api/v1/bulks", json={"verb": "spam", "address": "lane=triage&kind=lead"}).status_code == 422


def test_a_program_parts_what_was_merged(session: Session, bearer: Bearer, make: Maker) -> None:
    child, into = make.issue(), make.issue()
    lina = bearer("lina", Scope.TRIAGE)
    merged = lina.post(f"/api/v1/issues/{child.id}/merge", json={"seen": 1, "into_id": into.id}).json()
    assert lina.post(f"/api/v1/issues/{child.id}/part", json={"seen": 1}).status_code == 409
    parted = lina.post(f"/api/v1/issues/{child.id}/part", json={"seen": merged["version"]})
    assert parted.json()["status"] == "triage"
    assert session.get_one(Issue, into.id).mention_count == 1
