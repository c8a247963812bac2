"""The palette and the sheet of keys: what is found, by whom, and that every way leads somewhere."""

import re
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from api.nearness import nearness
from api.ways import ONLY, PAGES
from tests.api.conftest import SignIn
from tests.triage.conftest import Cast, Maker
from triage import people, views

SWAP = {"HX-Request": "true", "HX-Target": "found"}


def ways_in(html: str) -> list[tuple[str, str]]:
    """(address, what it does) of every way."""
    found = re.findall(r'<a class="way"[^>]* href="([^"]+)"(?: data-does="(\w+)")?', html)
    return [(url.replace("&amp;", "&"), does) for url, does in found]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("inb", "Inbox"), ("ibnox", "Inbox"), ("inbx", "Inbox"), ("hand ov", "Hand over"), ("over hand", "Hand over"),
        ("flw", "Follow-ups"), ("رسيدگي", "رسیدگی"), ("می خواهم", "می‌خواهم"), ("هشدار", "هُشدار"), ("תיבה", "תֵּיבָה"),
        ("صف رس", "صف رسیدگی"),
    ],
)  # fmt: skip
def test_a_few_letters_find_a_name_in_four_scripts(typed: str, name: str) -> None:
    assert nearness(typed, ["Something else", name]) > 0


def test_the_nearest_name_comes_first_and_what_does_not_fit_not_at_all() -> None:
    assert nearness("care", ["Care"]) > nearness("care", ["Care team"]) > nearness("care", ["The care of it"])
    assert nearness("care", ["The care of it"]) > nearness("care", ["Scared"]) > nearness("care", ["Caer"]) > 0
    assert nearness("xyz", ["Inbox"]) == nearness("", ["Inbox"]) == nearness("zz", ["Pizza Zoo"][:0]) == 0


@pytest.mark.parametrize("name", ["cara", "ada"])
def test_every_page_it_knows_opens(signed_in: SignIn, name: str) -> None:
    client = signed_in(name)
    urls = [
        url for url, _ in ways_in(client.get("/palette").text) if "?" not in url and url != "/flowchart"
    ]  # none is published here
    assert len(urls) >= len(PAGES) - len(ONLY) - 1
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)


def test_the_acts_that_fit_come_first(signed_in: SignIn, make: Maker) -> None:
    issue = make.issue()
    found = ways_in(signed_in("lina").get(f"/palette?issue={issue.id}", headers=SWAP).text)
    assert found[0] == (f"/issues/{issue.id}#acknowledge", "acknowledge")
    assert "resolve" not in [does for _, does in found]
    # an owner is told of no issue that is not theirs
    assert not any(does for _, does in ways_in(signed_in("conor").get(f"/palette?issue={issue.id}").text))


def test_everything_with_a_name_is_found(
    session: Session, signed_in: SignIn, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue(make.mention(text="My parcel was soaked in rain", folded="my parcel was soaked in rain"))
    view = views.make(session, "Angry people", "lane=triage&mood=negative", by=cast.lina, now=now)
    client = signed_in("lina")

    def first(typed: str) -> str:
        return ways_in(client.get("/palette", params={"q": typed}).text)[0][0]

    assert first("promi") == "/promises"
    assert first("angry") == f"/inbox?lane=triage&mood=negative&view={view.id}"
    assert first(f"HB-{issue.id}") == f"/issues/{issue.id}"
    assert first("۱۲۳۴۵۶") == "/mentions?q=%DB%B1%DB%B2%DB%B3%DB%B4%DB%B5%DB%B6"
    assert first("soaked rai") == f"/issues/{issue.id}"
    assert first("petra") == f"/inbox?lane=all&owner={cast.petra.member_id}"
    assert first("forum").startswith("/feeds/")
    assert first("late") == "/inbox?lane=late"


def test_pages_are_found_by_their_own_and_by_their_english_name(
    session: Session, signed_in: SignIn, cast: Cast
) -> None:
    people.update_member(session, cast.lina.member_id, language="fa")
    client = signed_in("lina")
    for typed in ("inbox", "صندوق"):
        assert ways_in(client.get("/palette", params={"q": typed}).text)[0][0] == "/inbox"


def test_single_keys_are_turned_off_for_good(signed_in: SignIn) -> None:
    client = signed_in("lina")
    assert 'data-keys="on"' in client.get("/inbox").text
    assert client.post("/keys", data={}, headers={"HX-Request": "true"}).status_code == 204
    assert 'data-keys="off"' in signed_in("lina").get("/inbox").text
    assert client.post("/keys", data={"single": "1"}).headers["location"] == "/keys"
    assert 'data-keys="on"' in client.get("/keys").text


def test_outsiders_have_no_palette(signed_in: SignIn) -> None:
    assert signed_in("olaf").get("/palette").status_code == 403
