"""The promises as pages, files and answers: every number opens, exports what it opens, and makes no spreadsheet run."""

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy.orm import Session

from api.exports import cell
from tests.api.conftest import SignIn
from tests.triage.conftest import Cast, Maker
from triage import move, people
from triage.models import Issue

PARTS = ("trend", "coming", "split", "beside", "waits", "curve", "misroutes")


@pytest.fixture
def work(session: Session, make: Maker, cast: Cast) -> list[Issue]:
    """Three matters: one solved, one with care, one that nobody has touched and that is due in an hour."""
    now, made = make.now, []
    for hours in (20, 15, 11):
        at = now - timedelta(hours=hours)
        made.append(make.issue(posted_at=at, heard_at=at, opened_at=at, title="=cmd|' /C calc'!A0"))
    for issue in made[:2]:
        at = now - timedelta(hours=10)
        move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=at, words="Sorry for that.")
        move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=2, now=at)
    move.resolve(session, made[0].id, {"refund": "solved_without"}, by=cast.max, seen=3, now=now - timedelta(hours=4))
    return made


def numbers_of(text: str) -> set[str]:
    return {unescape(link) for link in re.findall(r'href="(/promises/issues\?[^"]+)"', text)}


def test_every_number_on_the_page_opens_as_many_issues_as_it_says(signed_in: SignIn, work: list[Issue]) -> None:
    browser = signed_in("max")
    text = browser.get("/promises").text
    told = re.findall(r'<a href="(/promises/issues\?[^"]+)">(\d+)</a>', text)
    assert len(told) > 15
    for link, count in told:
        rows = browser.get(unescape(link)).text
        assert len(set(re.findall(r'href="/issues/(\d+)"', rows))) == int(count), link


def test_a_part_that_is_swapped_is_answered_alone(signed_in: SignIn, work: list[Issue]) -> None:
    whole = signed_in("max").get("/promises?by=kind&of=resolution").text
    assert all(f'id="{part}"' in whole for part in PARTS)
    for part in ("trend", "split", "curve"):
        headers = {"HX-Request": "true", "HX-Target": part}
        alone = signed_in("max").get("/promises?by=kind&of=resolution", headers=headers).text
        assert f'id="{part}"' in alone
        assert "<main" not in alone


@pytest.mark.parametrize("role", ["max", "lina", "cara"])
def test_a_number_goes_out_as_a_file_of_what_one_may_see(signed_in: SignIn, work: list[Issue], role: str) -> None:
    browser = signed_in(role)
    answer = browser.get("/promises/issues.csv?number=kept&promise=triage")
    assert answer.text.startswith("\ufeff")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [int(row["id"]) for row in rows] == [issue.id for issue in work[:2]]
    assert {row["title"] for row in rows} == {"'=cmd|' /C calc'!A0"}
    lines = [json.loads(line) for line in browser.get("/promises/issues.jsonl?number=kept").text.splitlines()]
    assert [line["id"] for line in lines] == [issue.id for issue in work[:2]]
    assert lines[0]["title"] == "=cmd|' /C calc'!A0"
    same = browser.get("/api/v1/promises/export?figure=kept&format=jsonl")
    assert [json.loads(line)["id"] for line in same.text.splitlines()] == [issue.id for issue in work[:2]]


def test_another_department_s_issues_are_in_no_file(signed_in: SignIn, work: list[Issue]) -> None:
    answer = signed_in("petra").get("/promises/issues.jsonl?number=kept")
    assert (answer.status_code, answer.text) == (200, "")


def test_what_a_spreadsheet_would_run_is_text() -> None:
    for wicked in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＠A1"):
        assert cell(wicked) == "'" + wicked
    assert [cell(value) for value in (None, "Care", 4, 0.5, True)] == ["", "Care", 4, 0.5, True]


def test_days_are_chosen_and_narrowed_in_the_address(signed_in: SignIn, cast: Cast, work: list[Issue]) -> None:
    browser = signed_in("max")
    one = browser.get("/promises?from=2026-11-21&to=2026-11-21&compare=none").text
    assert "21 Nov 2026" in one
    # an address that makes no sense shows the week, and the days before a first day that comes last
    assert browser.get("/promises?from=soon&to=").status_code == 200
    assert browser.get("/promises?from=2026-11-21&to=2026-11-02").status_code == 200
    assert browser.get("/promises?from=2099-01-01").status_code == 200
    narrowed = browser.get(f"/promises?within=department:{cast.care.id}").text
    assert "show all again" in narrowed
    assert browser.get("/promises?within=department:x").status_code == 422
    assert all("within=department" in link for link in numbers_of(narrowed))


def test_the_wall_shows_both_promises_in_the_dark_and_asks_again(signed_in: SignIn, work: list[Issue]) -> None:
    text = signed_in("max").get("/promises/wall").text
    assert 'data-theme="dark"' in text
    assert 'hx-trigger="every 30s"' in text
    assert "<nav" not in text.split("<main")[1]
    again = signed_in("max").get("/promises/wall", headers={"HX-Request": "true", "HX-Target": "wall"}).text
    assert 'id="wall"' in again
    assert "<main" not in again


def test_programs_read_what_the_page_shows(signed_in: SignIn, work: list[Issue]) -> None:
    browser = signed_in("max")
    coming = browser.get("/api/v1/promises/coming").json()
    assert [(one["issue_id"], one["breaks"]) for one in coming["ending"]] == [(work[2].id, True)]
    curve = browser.get("/api/v1/promises/curve?promise=triage").json()
    assert (curve["due"], curve["met"], len(curve["points"])) == (2, 2, 51)
    waits = browser.get("/api/v1/promises/waits").json()
    assert waits["issues"] == 1
    assert sum(part["seconds"] for part in waits["parts"]) == waits["seconds"]
    beside = browser.get("/api/v1/promises/beside").json()
    assert beside["unanswered"] == {"count": 1, "of": 3, "share": pytest.approx(1 / 3)}
    assert beside["oldest"]["issue_id"] == work[2].id
    course = browser.get("/api/v1/promises/course?step=day&timezone=Asia/Tehran").json()
    assert sum(step["triage"]["kept"] for step in course["items"]) == 2
    assert browser.get("/api/v1/promises/misroutes").json()["places"] == []


def test_only_me_is_for_oneself_alone(signed_in: SignIn, session: Session, cast: Cast, work: list[Issue]) -> None:
    people.update_member(session, cast.lina.member_id, language="fa")
    mine = signed_in("lina").get("/promises/issues.jsonl?number=kept&mine=1").text
    assert len(mine.splitlines()) == 2
    assert signed_in("cara").get("/promises/issues.jsonl?number=kept&mine=1").text == ""
