"""The inbox narrowed, kept under a name, asked for news, and issues set aside; by plain forms and by programs."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.pages import chosen
from api.pages.chosen import Chosen
from tests.api.conftest import Bearer, Cast, Maker, SignIn, TestClient
from tests.api.test_pages import SWAP, chart, form, matter
from triage import views
from triage.find import Filters
from triage.models import Issue, View
from triage.refusals import BadInput

__all__ = ["chart", "matter"]


def go(answer: Any) -> dict[str, list[str]]:
    """Where a form leads, as what its address says."""
    assert answer.status_code == 303, answer.text
    return parse_qs(urlsplit(answer.headers["location"]).query)


# the address


def test_an_address_says_what_is_chosen_and_says_it_again() -> None:
    address = "lane=triage&q=burnt+lid&kind=bug&topic=3&owner=7&late=1&broken=0"
    looked = chosen.of(f"{address}&view=5&open=41&cursor=x")
    assert (looked.address, looked.view) == (address, 5)
    assert looked.filters == Filters(
        words="burnt lid", kind="bug", topic_id=3, owner_id=7, late_found=True, broken=False
    )  # fmt: skip
    assert looked.link(open=41) == f"/inbox?{address}&view=5&open=41"
    assert chosen.of(looked.without("q").without("late").address).filters == Filters(
        kind="bug", topic_id=3, owner_id=7, broken=False
    )
    assert chosen.of("") == Chosen()
    for query in ("owner=me", "topic=٣", "author=1e3"):
        with pytest.raises(BadInput):
            chosen.of(query)


def test_an_empty_choice_is_no_part_of_an_address(signed_in: SignIn, matter: Issue) -> None:
    answer = signed_in("lina").get("/inbox?lane=triage&kind=&mood=negative&q=")
    assert answer.headers["location"] == "/inbox?lane=triage&mood=negative"


def test_what_narrows_the_list_can_be_taken_away(signed_in: SignIn, matter: Issue, make: Maker) -> None:
    other = make.issue(kind="praise", mood="positive")
    page = signed_in("lina").get("/inbox?lane=triage&mood=positive&kind=praise").text
    assert f'id="card-{other.id}"' in page
    assert f'id="card-{matter.id}"' not in page
    away = set(re.findall(r'class="chip off" href="([^"]+)"', page))
    assert away == {"/inbox?lane=triage&amp;mood=positive", "/inbox?lane=triage&amp;kind=praise"}
    nothing = signed_in("lina").get("/inbox?lane=triage&kind=spam").text
    assert "No issue in this lane fits all of these filters." in nothing


def test_what_is_looked_back_at_stands_the_newest_first_under_one_heading(
    signed_in: SignIn, make: Maker, now: datetime
) -> None:
    late = make.issue(posted_at=now - timedelta(hours=11), heard_at=now)
    calm = make.issue(posted_at=now, heard_at=now)
    page = signed_in("lina").get("/inbox?lane=all").text
    assert re.findall(r'id="card-(\d+)"', page) == [str(calm.id), str(late.id)]
    assert page.count('class="horizon"') == 1


def test_the_filters_say_how_many_each_would_open(signed_in: SignIn, matter: Issue, make: Maker) -> None:
    make.issue(kind="praise", mood="positive")
    page = signed_in("lina").get("/inbox/filters?lane=triage&kind=praise").text
    assert '<option value="praise" selected>praise (1)</option>' in page
    assert re.search(rf'<option value="{matter.kind}">\w+ \(1\)</option>', page)
    alone = signed_in("lina").get("/inbox/filters?lane=triage", headers=SWAP | {"HX-Target": "sieve"}).text
    assert alone.lstrip().startswith('<div class="sieve" id="sieve">')
    assert "<main" not in alone


def test_a_move_from_a_narrowed_lane_goes_on_within_it(signed_in: SignIn, make: Maker, now: datetime) -> None:
    first, second, third = (
        make.issue(kind=kind, posted_at=now - timedelta(hours=hours), heard_at=now)
        for kind, hours in (("bug", 3), ("praise", 2), ("bug", 1))
    )
    query = "lane=triage&kind=bug"
    onward = form(signed_in("lina"), first, "dismiss", words="A joke.", lane="triage", query=query)
    assert go(onward) == {"lane": ["triage"], "kind": ["bug"], "open": [str(third.id)]}
    assert go(form(signed_in("lina"), third, "dismiss", words="A joke.", lane="triage", query=query)) == {
        "lane": ["triage"], "kind": ["bug"]
    }  # fmt: skip
    assert second.closed_at is None


# saved views


def kept(session: Session) -> View:
    return session.scalars(select(View).order_by(View.id.desc())).first() or View()


def test_a_view_is_saved_opened_changed_and_deleted_with_plain_forms(
    signed_in: SignIn, session: Session, matter: Issue
) -> None:
    client = signed_in("lina")
    wanted = {"name": "Angry ones", "address": "lane=triage&mood=negative", "keeper": "me"}
    assert go(client.post("/views", data=wanted))["view"] == [str(kept(session).id)]
    view = kept(session)
    page = client.get(f"/inbox?{view.address}&view={view.id}").text
    assert re.search(r'aria-current="page"[^>]*><bdi>Angry ones</bdi><span class="n">\d', page)
    assert "<title>Angry ones" in page
    # a view by its number alone leads to its address
    assert client.get(f"/inbox?view={view.id}").headers["location"] == f"/inbox?{view.address}&view={view.id}"
    changed = {"verb": "repoint", "address": "lane=late&mood=negative"}
    assert go(client.post(f"/views/{view.id}", data=changed))["lane"] == ["late"]
    client.post(f"/views/{view.id}", data={"verb": "rename", "name": "Late and angry"})
    assert (view.name, view.address) == ("Late and angry", "lane=late&mood=negative")
    assert "Late and angry" in client.get("/views").text
    refused = client.post(f"/views/{view.id}", data={"verb": "rename", "name": " "})
    assert (refused.status_code, "Give the view a name" in refused.text) == (422, True)
    client.post(f"/views/{view.id}", data={"verb": "delete"})
    assert session.scalars(select(View)).all() == []


def test_the_inbox_opens_with_the_default_view(
    signed_in: SignIn, session: Session, cast: Cast, now: datetime, matter: Issue
) -> None:
    client = signed_in("lina")
    assert client.get("/inbox").status_code == 200
    view = views.make(session, "Mine first", "lane=mine", by=cast.lina, now=now)
    client.post(f"/views/{view.id}", data={"verb": "default"})
    for path in ("/", "/inbox"):
        assert client.get(path).headers["location"] == f"/inbox?lane=mine&view={view.id}"
    assert client.get("/inbox?lane=triage").status_code == 200
    assert signed_in("max").get("/inbox").status_code == 200
    # somebody else's view is no view of yours
    assert signed_in("max").get(f"/inbox?view={view.id}").status_code == 200
    assert signed_in("max").post(f"/views/{view.id}", data={"verb": "delete"}).status_code == 404


def test_views_by_a_program(bearer: Bearer, cast: Cast, session: Session) -> None:
    from_lina, from_max = bearer("lina", "triage"), bearer("max", "triage")
    made = from_lina.post("/api/v1/views", json={"name": "Bugs", "address": "kind=bug&open=7"}).json()
    assert (made["address"], made["keeper"], made["may_change"]) == ("kind=bug", "me", True)
    shared = {"name": "All bugs", "address": "lane=all&kind=bug", "everybody": True}
    assert from_lina.post("/api/v1/views", json=shared).status_code == 403
    all_bugs = from_max.post("/api/v1/views", json=shared).json()
    assert [one["name"] for one in from_lina.get("/api/v1/views").json()["items"]] == ["Bugs", "All bugs"]
    assert from_lina.patch(f"/api/v1/views/{all_bugs['id']}", json={"name": "x"}).status_code == 403
    changed = from_lina.patch(f"/api/v1/views/{made['id']}", json={"name": "Mine", "is_default": True, "position": 1})
    assert (changed.json()["name"], changed.json()["is_default"]) == ("Mine", True)
    assert from_lina.post("/api/v1/views", json={"name": "x", "address": "open=7"}).json()["key"] == "bad_input"
    both = {"name": "x", "address": "lane=all", "everybody": True, "department_id": cast.care.id}
    assert from_max.post("/api/v1/views", json=both).status_code == 422
    assert from_lina.delete(f"/api/v1/views/{made['id']}").status_code == 204
    assert from_lina.get(f"/api/v1/views/{made['id']}").status_code == 404


# news


def asked(now: datetime, *shown: Issue) -> dict[str, Any]:
    return {"lane": "triage", "since": (now - timedelta(minutes=1)).isoformat(), "shown": [one.id for one in shown]}


def test_a_look_for_news_that_finds_none_is_answered_without_a_page(
    signed_in: SignIn, make: Maker, matter: Issue, now: datetime
) -> None:
    client = signed_in("lina")
    first = client.get("/inbox/news", params=asked(now, matter))
    mark = {"If-None-Match": first.headers["etag"]}
    again = client.get("/inbox/news", params=asked(now, matter), headers=mark)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    make.issue()
    news = client.get("/inbox/news", params=asked(now, matter), headers=mark)
    assert (news.status_code, "1 new since you began reading" in news.text) == (200, True)


def test_news_leaves_the_word_of_the_last_act_to_the_page(signed_in: SignIn, matter: Issue, now: datetime) -> None:
    client = signed_in("lina")
    client.post(f"/issues/{matter.id}/snooze", data={"seen": matter.version, "until": later(now, 1)})
    assert "set-cookie" not in client.get("/inbox/news", params=asked(now)).headers
    page = client.get("/inbox?lane=snoozed").text
    assert "Set aside until" in page
    assert re.search(r'action="/moves/\d+/undo"', page)


# set aside


def later(now: datetime, hours: float) -> str:
    return (now + timedelta(hours=hours)).isoformat()


def test_what_a_snooze_does_is_said_before_it_is_done(signed_in: SignIn, matter: Issue, now: datetime) -> None:
    client = signed_in("lina")
    page = client.get(f"/issues/{matter.id}/snooze?query=lane%3Dtriage").text
    assert "The clock runs on:" in page
    assert "would break; then it comes back." in page
    assert "While the promise can still be kept" in page
    typed = client.get(f"/issues/{matter.id}/snooze?at=2031-01-01T09:00").text
    assert re.search(r"Until \S+ instead", typed)
    past = client.get(f"/issues/{matter.id}/snooze?at=2001-01-01T09:00")
    assert (past.status_code, "Choose a moment that is still to come." in past.text) == (422, True)
    assert matter.snoozed_until is None


def test_an_issue_is_set_aside_and_brought_back_with_plain_forms(
    signed_in: SignIn, session: Session, make: Maker, matter: Issue, now: datetime
) -> None:
    other, client = make.issue(), signed_in("lina")
    aside = {"seen": matter.version, "until": later(now, 1), "query": "lane=triage"}
    assert go(client.post(f"/issues/{matter.id}/snooze", data=aside)) == {"lane": ["triage"], "open": [str(other.id)]}
    session.refresh(matter)
    assert matter.snoozed_until == now + timedelta(hours=1)
    assert f'id="card-{matter.id}"' in client.get("/inbox?lane=snoozed").text
    # a second one is told that somebody was faster
    stale = client.post(f"/issues/{matter.id}/snooze", data=aside)
    assert (stale.status_code, 'role="alert"' in stale.text) == (409, True)
    back = client.post(f"/issues/{matter.id}/wake", data={"seen": matter.version})
    assert back.headers["location"] == f"/issues/{matter.id}"
    session.refresh(matter)
    assert matter.snoozed_until is None
    assert client.post(f"/issues/{matter.id}/snooze", data=aside | {"until": "soon"}).status_code == 422
    assert signed_in("petra").get(f"/issues/{matter.id}/snooze").status_code == 404


def test_a_program_asks_what_a_snooze_does_and_does_it(bearer: Bearer, matter: Issue, now: datetime) -> None:
    program: TestClient = bearer("lina", "triage")
    place = f"/api/v1/issues/{matter.id}"
    breaks = program.get(f"{place}/snooze", params={"until": later(now, 100)}).json()
    assert (breaks["breaks"], breaks["due"] is not None) == ("triage", True)
    assert program.get(f"{place}/snooze", params={"until": later(now, -1)}).status_code == 422
    aside = program.post(f"{place}/snooze", json={"until": later(now, 1), "seen": matter.version})
    assert (aside.status_code, aside.json()["snoozed_until"] is not None) == (200, True)
    assert "wake" in aside.json()["allowed"]
    (card,) = program.get("/api/v1/issues?lane=snoozed").json()["items"]
    assert (card["id"], card["thread_size"], card["also_at"]) == (matter.id, 1, [])
    woken = program.post(f"{place}/wake", json={}, headers={"If-Match": aside.headers["etag"]})
    assert (woken.status_code, woken.json()["snoozed_until"]) == (200, None)
