"""The connection goes and comes back: the page says so, acts wait, and what was written is not lost."""

import re

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from tests.journeys.conftest import Desk, watched
from tests.triage.conftest import Maker
from triage import drafts

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "I am sorry, Reza. We look into it"


def one(session: Session, make: Maker) -> None:
    make.issue(make.mention(text="My order never arrived.", author_id=make.author().id))


def test_offline_and_back(desk: Desk, browser: Browser) -> None:
    desk.clear()
    desk.fill(one)
    context = desk.enter(browser, "lina")
    page = context.new_page()
    complaints = watched(page)
    page.goto(f"{desk.base}/inbox?lane=triage")
    expect(page.locator("#here")).to_have_count(1)

    context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text(re.compile(r"No connection since \d\d:\d\d"))
    answer = page.locator("button[value=acknowledge_hand_over]")
    expect(answer).to_have_attribute("aria-disabled", "true")
    assert "offline" in (answer.get_attribute("aria-describedby") or "").split()

    # one can write on; sending says why it waits, and so does leaving
    page.get_by_label("Acknowledge in public").fill(WORDS)
    expect(page.locator("[data-kept]")).to_have_text("Kept on this device")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#word")).to_contain_text("What you write stays on this device")
    page.locator("nav a[href='/promises']").click()
    assert "/inbox" in page.url

    # back again: the words are on the server, and the act is done
    with page.expect_response(lambda one: one.url.endswith("/draft")):
        context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    expect(answer).not_to_have_attribute("aria-disabled", "true")
    number = int(re.search(r"/issues/(\d+)", page.locator("#here").get_attribute("action") or "")[1])  # type: ignore[index]
    with desk.transaction() as session:
        kept = drafts.of(session, desk.cast.lina.member_id, number)
        assert kept is not None
        assert kept.words == WORDS
    page.locator("#department").select_option(label="Care")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#said")).to_contain_text("Handed to Care")
    with desk.transaction() as session:
        assert drafts.of(session, desk.cast.lina.member_id, number) is None
    # that requests fail while offline is told by the browser and by htmx
    away = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    assert [text for text in complaints if not any(word in text for word in away)] == []


def test_a_page_closed_offline_gives_the_words_back(desk: Desk, browser: Browser) -> None:
    desk.clear()
    desk.fill(one)
    context = desk.enter(browser, "max")
    page = context.new_page()
    page.goto(f"{desk.base}/inbox?lane=triage")
    address = page.url
    context.set_offline(True)
    page.get_by_label("Acknowledge in public").fill(WORDS)
    expect(page.locator("[data-kept]")).to_have_text("Kept on this device")
    page.close()
    context.set_offline(False)
    again = context.new_page()
    with again.expect_response(lambda one: one.url.endswith("/draft")):
        again.goto(address)
    expect(again.get_by_label("Acknowledge in public")).to_have_value(WORDS)
