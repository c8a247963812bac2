"""Many at once in a browser: ticked by keys, seen before, followed while it runs, taken back; and all of it as forms."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from listener.clock import utc_now
from tests.journeys.conftest import Desk, watched
from tests.triage.conftest import Maker
from triage import bulk
from triage.models import Issue

pytestmark = pytest.mark.browser


def lay(session: Session, make: Maker) -> None:
    for hours in range(5):
        make.issue(posted_at=make.now - timedelta(hours=hours))


def work(desk: Desk) -> None:
    """What the worker would do."""
    while True:
        with desk.transaction() as session:
            if not bulk.round(session, utc_now(), 2):
                return


def handed(desk: Desk) -> int:
    with desk.transaction() as session:
        return session.query(Issue).filter(Issue.held_at.is_not(None)).count()


def care(page: Page) -> None:
    page.get_by_label("Department").select_option(label="Care")
    page.get_by_role("button", name="See what happens").click()


def test_three_cards_are_ticked_handed_over_and_taken_back_by_keyboard(desk: Desk, browser: Browser) -> None:
    desk.clear()
    desk.fill(lay)
    context = desk.enter(browser, "lina")
    page = context.new_page()
    complaints = watched(page)
    page.goto(f"{desk.base}/inbox?lane=triage")
    expect(page.locator("#many")).to_be_hidden()
    page.locator(".card h3 a").first.focus()
    page.keyboard.press("x")
    expect(page.locator("#many")).to_be_visible()
    page.locator(".card h3 a").nth(2).focus()
    page.keyboard.press("Shift+X")
    assert page.locator("[data-tick]:checked").count() == 3
    page.keyboard.press("h")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hand over 3 issues")
    care(page)
    expect(page.get_by_text("3 resolution promises begin")).to_be_visible()
    expect(page.get_by_text("Told once, for all of them:")).to_contain_text("Cara")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("progressbar")).to_have_count(1)
    assert handed(desk) == 0
    work(desk)
    expect(page.get_by_text("3 are done.")).to_be_visible()
    assert handed(desk) == 3
    page.get_by_role("button", name="Take all of it back").click()
    work(desk)
    expect(page.get_by_text("3 were taken back.")).to_be_visible()
    assert handed(desk) == 0
    assert complaints == []
    context.close()


def test_all_of_it_works_as_plain_forms(desk: Desk, browser: Browser) -> None:
    desk.clear()
    desk.fill(lay)
    context = desk.enter(browser, "lina", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.base}/inbox?lane=triage")
    page.locator("[data-tick]").first.check()
    page.get_by_role("checkbox", name="All").check()
    page.get_by_role("button", name="Hand over", exact=True).click()
    care(page)
    page.get_by_role("button", name="Hand over").click()
    work(desk)
    # the page asks again by itself
    expect(page.get_by_role("button", name="Take all of it back")).to_be_visible()
    assert handed(desk) == 5
    context.close()
