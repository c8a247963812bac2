"""Somebody who never set up such software: from nothing heard to a brand, a query, hours and a deputy."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from listener.clock import utc_now
from tests.journeys.conftest import Desk, watched
from tests.triage.conftest import Maker
from triage import people

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def said(session: Session, make: Maker) -> None:
    """Let people have spoken of the brand, and of a cloud that is only called alike."""
    now = utc_now() - timedelta(hours=2)
    for text in ("the nimbo leaks again", "nimbo giveaway, follow us", "a grey day"):
        make.mention(text=text, folded=text, posted_at=now, heard_at=now)


def test_an_administrator_finishes_the_first_steps(desk: Desk, browser: Browser) -> None:
    desk.fill(said)
    with desk.transaction() as session:
        people.update_member(session, desk.cast.ada.member_id, language="en")
    context = desk.enter(browser, "ada")
    page = context.new_page()
    complaints = watched(page)

    page.goto(f"{desk.base}/inbox")
    page.get_by_role("complementary", name="First steps").get_by_role("link").click()
    page.get_by_label("Name of the brand").fill("Nimbo")
    page.get_by_label("Other names and spellings, one a line").fill("نیمبو")
    page.get_by_role("button", name="Listen for it").click()
    expect(page.get_by_text("Listening for:")).to_be_visible()

    # a query shows what it finds while it is written, and points at its mistake
    page.get_by_role("link", name="Add a topic").click()
    page.get_by_label("Query").press_sequentially("nimbo NOT (giveaway")
    expect(page.get_by_text("This bracket is never closed")).to_be_visible()
    page.get_by_label("Query").press_sequentially(")")
    tried = page.locator("#tried")
    expect(tried.get_by_text("the nimbo leaks again")).to_be_visible()
    expect(tried.get_by_role("heading", name="Left out")).to_be_visible()
    expect(tried.get_by_text("nimbo giveaway, follow us")).to_be_visible()
    expect(page.get_by_label("Query")).to_be_focused()

    # a week of hours in one press, and somebody who stands in
    page.goto(f"{desk.base}/departments")
    page.get_by_role("link", name="Care", exact=True).click()
    page.get_by_role("button", name="Saturday to Wednesday").click()
    expect(page.get_by_label("Saturday, opens").first).to_have_value("09:00")
    page.locator("#hours ~ form, section:has(#hours)").get_by_role("button", name="Save").click()
    expect(page.get_by_label("Around the clock")).not_to_be_checked()
    page.get_by_label("Petra").select_option(label="stands in")
    page.locator("#people").get_by_role("button", name="Save").click()
    expect(page.get_by_label("Petra")).to_have_value(f"{desk.cast.petra.member_id}:deputy")

    # and every change has left its line
    page.get_by_role("link", name="Changes").click()
    expect(page.get_by_role("main")).to_contain_text("place in a department")
    expect(page.get_by_role("main")).to_contain_text("Nimbo")
    assert complaints == []
    context.close()
