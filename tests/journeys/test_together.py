"""Two people at one issue: each sees the other, one answers, and nothing the other wrote is lost."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journeys.conftest import Desk, watched
from tests.triage.conftest import Maker
from triage.models import Issue, Move

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERS = "I am sorry, Reza. Care writes to you today."
HIS = "Sorry about that, we look into it."


def three(session: Session, make: Maker) -> None:
    for words in ("My order never arrived.", "The app crashes at every start.", "Nobody answers the phone."):
        mention = make.mention(text=words, author_id=make.author().id)
        make.issue(mention)


def opened(desk: Desk, browser: Browser, name: str, complaints: list[list[str]]) -> Page:
    page = desk.enter(browser, name).new_page()
    complaints.append(watched(page))
    page.goto(f"{desk.base}/inbox?lane=triage")
    page.get_by_role("link", name="My order never arrived.").first.click()
    expect(page.locator("#pane")).to_contain_text("My order never arrived.")
    return page


def moves_of(desk: Desk, number: int) -> list[tuple[str, str]]:
    with desk.transaction() as session:
        return [(move.sort, move.words) for move in session.scalars(select(Move).where(Move.issue_id == number))]


def test_two_fight_over_one_issue(desk: Desk, browser: Browser) -> None:
    desk.clear()
    desk.fill(three)
    complaints: list[list[str]] = []
    lina = opened(desk, browser, "lina", complaints)
    max_ = opened(desk, browser, "max", complaints)
    number = int(re.search(r"/issues/(\d+)", lina.locator("#here").get_attribute("action") or "")[1])  # type: ignore[index]

    # each sees that the other is there
    expect(max_.locator("#here")).to_contain_text("Lina is reading")
    expect(lina.locator("#here")).to_contain_text("Max is reading", timeout=30_000)

    # she writes: he sees it, his button says why it may not act, and he can still write
    lina.get_by_label("Acknowledge in public").fill(HERS)
    expect(max_.locator("#held")).to_contain_text("Lina has been writing the answer", timeout=30_000)
    answer = max_.locator("button[value=acknowledge_hand_over]")
    expect(answer).to_have_attribute("aria-disabled", "true")
    max_.get_by_label("Acknowledge in public").fill(HIS)
    max_.keyboard.press("Control+Enter")
    expect(max_.locator("#word")).to_contain_text("Lina has been writing the answer")
    assert moves_of(desk, number) == []

    # she sends, and the next card comes by itself
    lina.locator("#department").select_option(label="Care")
    lina.keyboard.press("Control+Enter")
    expect(lina.locator("#said")).to_contain_text("Handed to Care")
    expect(lina.locator("#heard")).to_have_text(re.compile("Handed to Care.*Next: .*Reza"))
    expect(lina.locator(f"#card-{number}")).to_have_count(0)
    assert lina.evaluate("document.activeElement.closest('.card')?.getAttribute('aria-current')") == "true"

    # he sends what he has: refused, both texts side by side, his kept
    max_.locator("#department").select_option(label="Product")
    expect(max_.locator("#held")).to_have_count(0, timeout=30_000)
    with max_.expect_response(lambda answer: answer.url.endswith("/moves")) as sent:
        max_.locator("button[value=acknowledge_hand_over]").click()
    assert sent.value.status == 409
    conflict = max_.locator("[data-conflict]")
    expect(conflict).to_contain_text("Lina answered this")
    expect(conflict).to_contain_text(HERS)
    expect(conflict.locator("#unsent")).to_have_text(HIS)
    assert [sort for sort, _ in moves_of(desk, number)] == ["acknowledge", "hand_over"]
    assert max_.evaluate("document.activeElement.closest('[data-conflict]') !== null")

    # his words become a note for the others, and the next card is in his hand
    conflict.get_by_role("button", name="Keep mine as a note").click()
    expect(max_.locator("[data-conflict]")).to_have_count(0)
    assert ("note", HIS) in moves_of(desk, number)
    with desk.transaction() as session:
        assert session.get_one(Issue, number).status == "handed"
    assert [text for page in complaints for text in page if "409" not in text] == []


def test_what_one_writes_waits_on_every_device(desk: Desk, browser: Browser) -> None:
    desk.clear()
    desk.fill(three)
    complaints: list[list[str]] = []
    here = opened(desk, browser, "lina", complaints)
    with here.expect_response(lambda answer: answer.url.endswith("/draft")):
        here.get_by_label("Acknowledge in public").fill(HERS)
    there = desk.enter(browser, "lina").new_page()
    there.goto(here.url)
    expect(there.get_by_label("Acknowledge in public")).to_have_value(HERS)
    # nobody else reads it
    other = opened(desk, browser, "max", complaints)
    expect(other.get_by_label("Acknowledge in public")).to_have_value("")


def test_the_answer_can_be_taken_over(desk: Desk, browser: Browser) -> None:
    desk.clear()
    desk.fill(three)
    complaints: list[list[str]] = []
    lina = opened(desk, browser, "lina", complaints)
    with lina.expect_response(lambda answer: answer.url.endswith("/draft")):
        lina.get_by_label("Acknowledge in public").fill(HERS)
    max_ = opened(desk, browser, "max", complaints)
    max_.get_by_role("button", name="Take the answer over").click()
    expect(max_.locator("#held")).to_have_count(0)
    expect(max_.locator("button[value=acknowledge_hand_over]")).not_to_have_attribute("aria-disabled", "true")
    expect(lina.locator("#held")).to_contain_text("Max has been writing", timeout=30_000)
