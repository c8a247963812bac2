"""The whole way of one issue without script: every act is a link or a plain form."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import accounts
from listener.clock import utc_now
from tests.journeys.conftest import PATIENCE, Desk
from tests.triage.conftest import Maker
from triage import bulk, empathy
from triage.models import FollowUp, Issue, Status

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "a lid, a kettle and rain"
LID, PARCEL, PHONE = "The lid cracked on the first day.", "The parcel went astray.", "Nobody answers the phone."


@pytest.fixture(scope="module")
def laid(desk: Desk) -> Desk:
    """Three matters, the oldest first, and the passwords of those who work on them."""

    def fill(session: Session, make: Maker) -> None:
        empathy.ensure_shipped(session, make.now)
        for hours, words in enumerate((LID, PARCEL, PHONE)):
            posted = make.now - timedelta(hours=3 - hours)
            mention = make.mention(text=words, folded=words.lower(), author_id=make.author().id, posted_at=posted)
            make.issue(mention, department_id=desk.cast.care.id)
        for who in (desk.cast.lina, desk.cast.cara):
            accounts.set_password(session, who.member_id, PASSWORD)

    desk.fill(fill)
    return desk


@pytest.fixture
def page(laid: Desk, browser: Browser) -> Iterator[Page]:
    """A browser without script, before the door."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900}, locale="en")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def sign_in(page: Page, desk: Desk, name: str, wanted: str) -> None:
    """Come in through the form, and be led to the page that was asked for."""
    page.context.clear_cookies()
    page.goto(desk.base + wanted)
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(desk.base + wanted)


def test_one_issue_from_the_queue_to_its_last_word(desk: Desk, page: Page) -> None:
    # the listener begins with a line, adds a word, hands over, and the next card stands there
    sign_in(page, desk, "lina", "/inbox?lane=triage")
    page.get_by_role("link", name=LID).click()
    page.locator("[data-line='1']").click()
    words = page.get_by_label("Acknowledge in public")
    expect(words).not_to_have_value("")
    words.fill(words.input_value() + " A new lid is on its way.")
    page.get_by_role("button", name="Acknowledge, hand over, next").click()
    expect(page.locator("#said")).to_contain_text("Handed to Care")
    expect(page.locator("#pane")).to_contain_text(PARCEL)
    expect(page.get_by_role("link", name=LID)).to_have_count(0)

    # the owner takes it, goes on in private, and ends it
    sign_in(page, desk, "cara", "/inbox")
    page.locator("[data-lane-link]", has_text="Care").click()
    page.get_by_role("link", name=LID).first.click()
    page.get_by_role("button", name="Accept it").click()
    page.get_by_role("link", name="the whole issue").click()
    page.locator("#private > summary").click()
    page.locator("#private li", has=page.locator("#channel")).locator("summary").click()
    page.get_by_label("Where the talk goes on").fill("e-mail")
    page.locator("#private form", has=page.locator("#channel")).get_by_role("button").click()
    expect(page.get_by_text("in private with the author")).to_be_visible()
    page.locator("#resolve > summary").click()
    page.locator("#resolve").get_by_label("Asked, given").check()
    page.locator("#resolve").get_by_label("Stays").check()
    expect(page.locator("#resolve").get_by_label("Ask the author how it is now")).to_be_checked()
    page.locator("#resolve").get_by_role("button", name="Resolve").click()
    expect(page.get_by_role("heading", name="How it ended")).to_be_visible()
    expect(page.locator("#owed")).to_contain_text("asks how it is now on")
    page.locator("#owed").get_by_label("What was said, or why not").fill("It fits.")
    page.locator("#owed").get_by_role("button", name="Asked").click()
    expect(page.locator("#owed")).to_contain_text("Asked how it is now")
    with desk.transaction() as session:
        ended = session.scalars(select(Issue).where(Issue.title == LID)).one()
        assert (ended.status, ended.outcome) == (Status.RESOLVED, {"refund": "given", "customer": "stays"})
        assert session.scalars(select(FollowUp.ended).where(FollowUp.issue_id == ended.id)).all() == ["done"]


def test_what_is_sought_narrowed_put_off_and_taken_back(desk: Desk, page: Page) -> None:
    sign_in(page, desk, "lina", "/inbox?lane=triage")
    page.get_by_role("searchbox", name="Search all mentions").fill("astray")
    page.get_by_role("searchbox", name="Search all mentions").press("Enter")
    expect(page.get_by_role("main")).to_contain_text(PARCEL)
    expect(page.get_by_role("main")).not_to_contain_text(PHONE)

    # a filter is a form, its chip a link away
    page.goto(f"{desk.base}/inbox?lane=triage")
    before = page.locator(".card").count()
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_label("Words in its mentions, or its number").fill("phone")
    page.get_by_role("button", name="Show them").click()
    expect(page.locator(".card").first).to_contain_text(PHONE)
    assert page.locator(".card").count() < before
    page.get_by_role("link", name="take this filter away").click()
    expect(page.locator(".card")).to_have_count(before)

    # put off, with what that does said before, and taken back at once
    page.get_by_role("link", name=PHONE).first.click()
    page.locator("[data-act=snooze]").click()
    expect(page.get_by_role("main")).to_contain_text("The clock runs on")
    page.locator(".moments button").first.click()
    expect(page.locator(".card")).to_have_count(before - 1)
    page.locator("#said").get_by_role("button", name="Undo").click()
    expect(page.locator(".card")).to_have_count(before)


def test_two_at_once(desk: Desk, page: Page) -> None:
    sign_in(page, desk, "lina", "/inbox?lane=triage")
    for words in (PARCEL, PHONE):
        page.get_by_role("checkbox", name=words).check()
    page.get_by_role("button", name="Hand over", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hand over 2 issues")
    page.get_by_label("Department").select_option(label="Product")
    page.get_by_role("button", name="See what happens").click()
    page.locator("button[data-main]").click()
    work(desk)
    expect(page.get_by_text("2 are done.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=re.compile("^Back to")).click()
    expect(page).to_have_url(re.compile("lane=triage"))
    with desk.transaction() as session:
        of_product = select(Issue.title).where(Issue.department_id == desk.cast.product.id)
        assert set(session.scalars(of_product)) == {PARCEL, PHONE}


def work(desk: Desk) -> None:
    """What the deciding worker would do."""
    while True:
        with desk.transaction() as session:
            if not bulk.round(session, utc_now(), 2):
                return
