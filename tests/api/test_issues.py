"""Issues over the API: who sees which, lists, stretches, ETags, and moves of which one is first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.accounts import Scope
from tests.api.conftest import Bearer, Cast, Maker, SignIn, TestClient
from triage import move
from triage.models import Issue, LedgerEntry

HOUR = timedelta(hours=1)


@pytest.fixture
def issue(make: Maker) -> Issue:
    author = make.author("reza")
    return make.issue(make.mention(author_id=author.id, text="The lid is gone."))


def act(client: TestClient, issue: Issue, verb: str, seen: int | None = None, **body: Any) -> Any:
    headers = {} if seen is None else {"If-Match": f'"{seen}"'}
    return client.post(f"/api/v1/issues/{issue.id}/{verb}", json=body, headers=headers)


@pytest.fixture
def with_care(session: Session, cast: Cast, issue: Issue, now: datetime) -> Issue:
    """The issue, acknowledged and handed to care."""
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now, words="Sorry, Reza.")
    return move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=2, now=now)


def test_an_issue_goes_from_triage_to_resolved_over_the_api_alone(signed_in: SignIn, cast: Cast, issue: Issue) -> None:
    lina, cara = signed_in("lina"), signed_in("cara")
    first = act(lina, issue, "acknowledge", 1, words="I am sorry, Reza.")
    assert (first.status_code, first.headers["etag"], first.json()["status"]) == (200, '"2"', "triage")
    handed = act(lina, issue, "hand-over", 2, department_id=cast.care.id)
    assert (handed.json()["status"], handed.json()["triage"], handed.json()["resolution"]) == (
        "handed",
        "kept",
        "running",
    )
    accepted = act(cara, issue, "accept", 3)
    assert accepted.json()["owner_id"] == cast.cara.member_id
    assert "resolve" in accepted.json()["allowed"]
    assert act(cara, issue, "private", 4, channel="message").status_code == 200
    ended = act(cara, issue, "resolve", 5, outcome={"refund": "given"})
    assert (ended.json()["status"], ended.json()["resolution"], ended.json()["outcome"]) == (
        "resolved", "kept", {"refund": "given"},
    )  # fmt: skip
    whole = cara.get(f"/api/v1/issues/{issue.id}").json()
    assert [one["sort"] for one in whole["moves"]] == ["acknowledge", "hand_over", "accept", "private", "resolve"]
    assert whole["moves"][0]["by"] == {"id": cast.lina.member_id, "name": "Lina"}
    assert {line["event"] for line in whole["ledger"]} >= {"started", "kept"}


def test_the_etag_of_an_issue_is_what_the_next_move_names(signed_in: SignIn, issue: Issue) -> None:
    lina = signed_in("lina")
    tag = lina.get(f"/api/v1/issues/{issue.id}").headers["etag"]
    assert tag == '"1"'
    answer = lina.post(f"/api/v1/issues/{issue.id}/acknowledge", json={}, headers={"If-Match": tag})
    assert answer.headers["etag"] == '"2"'


def test_of_two_people_the_second_is_told_who_was_faster_and_what_they_did(
    signed_in: SignIn, cast: Cast, with_care: Issue, now: datetime
) -> None:
    answer = act(signed_in("max"), with_care, "hand-over", 2, department_id=cast.content.id)
    problem = answer.json()
    assert (answer.status_code, problem["key"]) == (409, "someone_was_faster")
    data = problem["data"]
    assert (data["by"], data["move"], data["to"], data["version"]) == ("Lina", "hand_over", "Care", 3)
    assert data["at"] == now.isoformat()
    assert "Lina was faster: hand_over at 2026-11-21 12:00 UTC." in problem["detail"]


def test_a_move_that_lost_changed_nothing(session: Session, signed_in: SignIn, cast: Cast, with_care: Issue) -> None:
    act(signed_in("max"), with_care, "hand-over", 2, department_id=cast.content.id)
    whole = signed_in("max").get(f"/api/v1/issues/{with_care.id}").json()
    assert whole["card"]["department"]["key"] == "care"
    assert len(whole["moves"]) == 2


@pytest.mark.parametrize("verb", ["acknowledge", "accept", "resume", "resolve"])
def test_a_move_without_a_version_is_asked_for_one(signed_in: SignIn, issue: Issue, verb: str) -> None:
    answer = act(signed_in("max"), issue, verb)
    assert (answer.status_code, answer.json()["key"]) == (428, "version_missing")


def test_a_version_in_the_body_is_as_good_but_two_must_agree(signed_in: SignIn, issue: Issue) -> None:
    lina = signed_in("lina")
    path = f"/api/v1/issues/{issue.id}/acknowledge"
    differing = lina.post(path, json={"seen": 2}, headers={"If-Match": '"1"'})
    assert (differing.status_code, differing.json()["data"]["field"]) == (422, "seen")
    assert lina.post(path, json={"seen": 1}).status_code == 200


@pytest.mark.parametrize("tag", ["*", '"x"', '"1", "2"', "-1", '""', "W/1.5"])
def test_a_tag_we_never_gave_is_refused(signed_in: SignIn, issue: Issue, tag: str) -> None:
    answer = signed_in("lina").post(f"/api/v1/issues/{issue.id}/acknowledge", json={}, headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["data"]["field"]) == (422, "If-Match")


def test_a_note_needs_no_version_and_makes_no_page_stale(signed_in: SignIn, with_care: Issue) -> None:
    answer = act(signed_in("cara"), with_care, "note", words="She called too.")
    assert (answer.status_code, answer.headers["etag"]) == (201, '"3"')


def test_a_bounce_needs_a_reason(signed_in: SignIn, with_care: Issue) -> None:
    answer = act(signed_in("cara"), with_care, "bounce", 3, words="  ")
    assert (answer.status_code, answer.json()["key"]) == (422, "reason_needed")
    assert act(signed_in("cara"), with_care, "bounce", 3, words="Not a lid of ours.").json()["status"] == "triage"


def test_an_owner_may_not_triage_and_is_told_whom_to_ask(signed_in: SignIn, with_care: Issue) -> None:
    answer = act(signed_in("cara"), with_care, "dismiss", 3, words="No.")
    assert (answer.status_code, answer.json()["key"]) == (403, "not_yours")
    assert "Max" in answer.json()["data"]["ask"]


@pytest.mark.parametrize("verb", ["accept", "note", "resolve"])
def test_the_issue_of_another_department_is_touched_by_nobody_else(
    signed_in: SignIn, with_care: Issue, verb: str
) -> None:
    answer = act(signed_in("conor"), with_care, verb, None if verb == "note" else 3, words="mine")
    assert answer.status_code in (403, 404)
    assert signed_in("conor").get(f"/api/v1/issues/{with_care.id}").status_code == 404


def test_a_pause_merge_split_and_reopen_go_their_ways(
    signed_in: SignIn, cast: Cast, make: Maker, with_care: Issue, now: datetime
) -> None:
    cara, lina = signed_in("cara"), signed_in("lina")
    act(cara, with_care, "accept", 3)
    paused = act(cara, with_care, "pause", 4, until=(now + 5 * HOUR).isoformat(), words="Waits for a photo.")
    assert (paused.json()["status"], paused.json()["resolution"]) == ("waiting", "paused")
    assert act(cara, with_care, "resume", 5).json()["resolution"] == "running"
    other = make.issue(make.mention(text="Mine too."))
    merged = act(lina, other, "merge", 1, into_id=with_care.id)
    assert (merged.json()["status"], merged.json()["merged_into_id"]) == ("merged", with_care.id)
    version = lina.get(f"/api/v1/issues/{with_care.id}").json()["card"]["version"]
    split = act(lina, with_care, "split", version, mention_ids=[other.first_mention_id])
    assert split.status_code == 200
    ended = act(cara, with_care, "resolve", split.json()["version"])
    assert act(cara, with_care, "reopen", ended.json()["version"], words="Again.").json()["status"] == "accepted"


def test_a_dismissal_is_kept_with_its_reason(signed_in: SignIn, issue: Issue) -> None:
    assert act(signed_in("lina"), issue, "dismiss", 1, words="A joke.").json()["triage"] == "void"
    assert signed_in("lina").get(f"/api/v1/issues/{issue.id}").json()["moves"][-1]["words"] == "A joke."


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("hand-over", {"department_id": 999_999}),
        ("pause", {"until": "2026-11-22T18:00:00", "words": "no zone"}),
        ("resolve", {"outcome": {"refund": ["a", "list"]}}),
        ("split", {"mention_ids": []}),
        ("merge", {"into_id": "x"}),
        ("acknowledge", {"words": "x" * 10_001}),
        ("acknowledge", {"words": "a\x00b"}),
        ("acknowledge", {"word": "a field we do not know"}),
    ],
)
def test_what_no_move_can_take_is_refused_with_a_sentence(
    signed_in: SignIn, with_care: Issue, verb: str, body: dict[str, Any]
) -> None:
    answer = act(signed_in("max"), with_care, verb, 3, **body)
    assert answer.status_code in (404, 409, 422)
    assert answer.json()["detail"]


# who sees what


def test_everybody_sees_the_issues_that_are_theirs_to_see(signed_in: SignIn, with_care: Issue) -> None:
    seen = {name: len(signed_in(name).get("/api/v1/issues").json().get("items", ())) for name in
            ("cara", "conor", "petra", "lina", "max", "ada", "olaf")}  # fmt: skip
    assert seen == {"cara": 1, "conor": 0, "petra": 0, "lina": 1, "max": 1, "ada": 1, "olaf": 0}


def test_a_private_note_stays_with_its_department_and_with_those_who_lead(
    session: Session, signed_in: SignIn, cast: Cast, with_care: Issue, now: datetime
) -> None:
    act(signed_in("cara"), with_care, "note", words="He is a friend of mine.")
    move.hand_over(session, with_care.id, cast.content.id, by=cast.lina, seen=3, now=now)

    def notes(name: str) -> list[str]:
        answer = signed_in(name).get(f"/api/v1/issues/{with_care.id}")
        return [one["words"] for one in answer.json()["moves"] if one["sort"] == "note"]

    assert notes("conor") == []
    assert [len(notes(name)) for name in ("lina", "max", "ada")] == [1, 1, 1]
    assert "friend" not in signed_in("conor").get(f"/api/v1/issues/{with_care.id}").text


def test_a_token_with_the_scope_triage_may_move_and_one_that_reads_may_not(bearer: Bearer, issue: Issue) -> None:
    assert act(bearer("lina", Scope.READ), issue, "acknowledge", 1).status_code == 403
    assert act(bearer("lina", Scope.TRIAGE), issue, "acknowledge", 1).status_code == 200


# lists


def test_a_list_is_read_in_stretches_without_loss_or_repetition(signed_in: SignIn, make: Maker, now: datetime) -> None:
    made = [make.issue(posted_at=now - number * HOUR) for number in range(7)]
    found, cursor = [], ""
    while True:
        query = f"/api/v1/issues?lane=triage&limit=3{cursor}"
        page = signed_in("lina").get(query).json()
        assert page["total"] == 7
        found += [card["id"] for card in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == [one.id for one in reversed(made)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=lid", True),
        ("words=kettle", False),
        ("kind=complaint", True),
        ("kind=praise", False),
        ("mood=negative", True),
        ("source=rss", True),
        ("source=mastodon", False),
        ("language=en", True),
        ("late_found=true", False),
        ("broken=true", False),
        ("status=triage", True),
        ("status=resolved", False),
        ("opened_from=2026-11-21T00:00:00Z", True),
        ("opened_to=2026-11-21T00:00:00Z", False),
    ],
)
def test_a_list_is_narrowed_by_what_is_asked(
    session: Session, signed_in: SignIn, make: Maker, query: str, found: bool
) -> None:
    make.issue(make.mention(text="The lid is gone.", folded="the lid is gone."))
    items = signed_in("max").get(f"/api/v1/issues?{query}").json()["items"]
    assert bool(items) is found


def test_the_lanes_count_what_is_open(signed_in: SignIn, with_care: Issue, make: Maker) -> None:
    make.issue()
    lanes = {lane["key"]: lane["count"] for lane in signed_in("lina").get("/api/v1/issues/lanes").json()["items"]}
    assert (lanes["triage"], lanes["department:care"]) == (1, 1)
    hers = {lane["key"] for lane in signed_in("cara").get("/api/v1/issues/lanes").json()["items"]}
    assert "department:care" in hers
    assert "department:content" not in hers


# promises


def test_the_promises_are_told_with_what_each_number_means(signed_in: SignIn, with_care: Issue) -> None:
    report = signed_in("max").get("/api/v1/promises?to=2026-11-22T00:00:00Z&by=department&timezone=Asia/Tehran").json()
    assert report["triage"]["figures"] | {"median": None, "p90": None, "p99": None} == {
        "kept": 1, "broken": 0, "running": 0, "at_risk": 0, "void": 0, "due": 1, "share": 1.0, "median": None,
        "p90": None, "p99": None,
    }  # fmt: skip
    assert [group["name"] for group in report["groups"]] == ["Care"]
    assert report["timezone"] == "Asia/Tehran"
    assert set(report["definitions"]) >= {"kept", "broken", "unit"}


def test_behind_a_number_stand_its_issues(signed_in: SignIn, cast: Cast, with_care: Issue) -> None:
    query = "/api/v1/promises/issues?promise=triage&figure=kept&to=2026-11-22T00:00:00Z"
    assert signed_in("max").get(query).json() == {"items": [with_care.id], "next": None}
    assert signed_in("max").get(f"{query}&within=department:{cast.care.id}").json()["items"] == [with_care.id]
    assert signed_in("max").get(f"{query}&within=department:{cast.content.id}").json()["items"] == []
    assert signed_in("max").get(f"{query}&within=department:care").status_code == 422


def test_a_persons_numbers_are_for_that_person_alone(signed_in: SignIn, cast: Cast, with_care: Issue) -> None:
    own = f"/api/v1/promises?member_id={cast.lina.member_id}"
    assert signed_in("lina").get(own).status_code == 200
    assert signed_in("max").get(own).status_code == 403
    behind = (
        f"/api/v1/promises/issues?promise=triage&figure=kept&to=2026-11-22T00:00:00Z&member_id={cast.lina.member_id}"
    )
    assert signed_in("lina").get(behind).json()["items"] == [with_care.id]
    assert signed_in("ada").get(behind).status_code in (403, 422)


def test_the_ledger_in_the_answer_is_the_ledger(session: Session, signed_in: SignIn, with_care: Issue) -> None:
    lines = signed_in("cara").get(f"/api/v1/issues/{with_care.id}").json()["ledger"]
    rows = session.query(LedgerEntry).where(LedgerEntry.issue_id == with_care.id).count()
    assert len(lines) == rows
