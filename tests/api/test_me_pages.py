"""How one reads: chosen once, kept with the member, followed by every page."""

import pytest
from sqlalchemy.orm import Session

from api import preferences
from tests.api.conftest import Cast, SignIn

CHOSEN = {
    "language": "fa", "timezone": "Asia/Tehran", "calendar": "hijri", "figures": "latin", "week_from": "mon",
    "theme": "dark",
}  # fmt: skip


def test_what_one_chose_is_how_pages_are_drawn(signed_in: SignIn, cast: Cast) -> None:
    lina = signed_in("lina")
    assert lina.post("/me", data=CHOSEN).headers["location"] == "/me"
    drawn = lina.get("/me").text
    assert 'data-theme="dark"' in drawn
    assert 'data-locale="fa-u-nu-latn"' in drawn
    assert 'value="hijri" selected' in drawn
    assert 'value="mon" selected' in drawn
    assert "11 جمادی‌الثانی 1448" in drawn
    assert 'name="keys" value="true">' in drawn  # not checked: letters are no commands


def test_everybody_signed_in_has_the_page_an_outsider_too(signed_in: SignIn) -> None:
    assert signed_in("olaf").get("/me").status_code == 200


@pytest.mark.parametrize("wrong", [{"timezone": "Atlantis/West"}, {"language": "tlh"}])
def test_what_means_nothing_is_said_and_nothing_is_kept(signed_in: SignIn, wrong: dict[str, str]) -> None:
    lina = signed_in("lina")
    answer = lina.post("/me", data=CHOSEN | {"language": "en"} | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'data-theme="auto"' in lina.get("/me").text


def test_what_was_kept_and_means_nothing_any_more_is_as_at_first() -> None:
    assert preferences.read({"theme": "mauve", "calendar": "hebrew", "week_from": 9}) == preferences.Preferences(
        calendar="hebrew"
    )
    assert preferences.read(None) == preferences.Preferences()


def test_one_wish_leaves_the_others(session: Session, cast: Cast) -> None:
    preferences.keep(session, cast.lina.member_id, calendar="jalali")
    assert preferences.keep(session, cast.lina.member_id, theme="dark").calendar == "jalali"
