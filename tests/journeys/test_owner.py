"""The owner's day by keyboard: told once, taken, one handed back with its reason, one made private and brought to its end."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journeys.conftest import Desk, watched
from tests.triage.conftest import Maker
from triage import move
from triage.models import FollowUp, Issue, Keeping, Move, Status

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LID, APP = "The lid cracked on the first day.", "The app forgets my recipes."
WHY = "This is about the app: product mends it."


def lay(desk: Desk) -> None:
    """Two matters, acknowledged and handed to Cara by the listener."""

    def fill(session: Session, make: Maker) -> None:
        for hours, words in enumerate((LID, APP)):
            posted = make.now - timedelta(hours=3 - hours)
            issue = make.issue(make.mention(text=words, author_id=make.author().id, posted_at=posted))
            move.acknowledge(
                session, issue.id, by=desk.cast.lina, seen=issue.version, now=make.now, words="I hear you."
            )
            move.hand_over(
                session, issue.id, desk.cast.care.id, desk.cast.cara.member_id, by=desk.cast.lina, seen=issue.version,
                now=make.now,
            )  # fmt: skip

    desk.fill(fill)


def press(page: Page, *keys: str) -> None:
    """Press keys one after another, once the page listens to them."""
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def to(page: Page, selector: str) -> None:
    """Press Tab until what is meant has focus."""
    wanted = page.locator(selector).first
    for _ in range(60):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {selector}")


def test_the_owner_takes_one_hands_one_back_and_ends_what_is_hers(desk: Desk, browser: Browser) -> None:
    lay(desk)
    context = desk.enter(browser, "cara")
    page = context.new_page()
    complaints = watched(page)

    # each matter told her once, and the notice leads to it
    page.goto(f"{desk.base}/notices")
    told = page.get_by_role("main").get_by_role("link", name=re.compile("^HB-"))
    expect(told).to_have_count(2)
    told.last.focus()
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(LID)

    # taken
    to(page, "#accept button[value=accept]")
    press(page, "Enter")
    expect(page.locator("#said")).to_contain_text("yours")

    # on in private
    press(page, "p")
    to(page, "#private li:has(#channel) summary")
    press(page, "Enter")
    to(page, "#channel")
    page.keyboard.type("e-mail")
    press(page, "Enter")
    expect(page.get_by_text("in private with the author")).to_be_visible()

    # ended: money back, the customer stays, a word owed for the next working day
    press(page, "r")
    to(page, "#resolve [name=refund]")
    press(page, "ArrowDown")
    expect(page.locator("#resolve [name=refund][value=given]")).to_be_checked()
    to(page, "#resolve [name=customer]:checked")
    press(page, "ArrowDown")
    expect(page.locator("#resolve [name=customer][value=stays]")).to_be_checked()
    press(page, "Control+Enter")
    expect(page.get_by_role("heading", name="How it ended")).to_be_visible()

    # and the word is kept
    to(page, "#owed [name=said]")
    page.keyboard.type("It fits, thank you.")
    to(page, "#owed button[value=done]")
    press(page, "Enter")
    expect(page.locator("#owed")).to_contain_text("Asked how it is now")

    # the other is not hers: back, with its reason
    press(page, "g", "i")
    page.locator("[data-lane-link]", has_text="Care").press("Enter")
    expect(page.locator("#pane")).to_contain_text(APP)
    page.locator(".card[aria-current] h3 a").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(APP)
    press(page, "b")
    expect(page.locator("#words-bounce")).to_be_focused()
    page.keyboard.type(WHY)
    press(page, "Control+Enter")
    expect(page.locator("#said")).to_contain_text(re.compile("back", re.I))

    with desk.transaction() as session:
        lid, app = (session.scalars(select(Issue).where(Issue.title == words)).one() for words in (LID, APP))
        assert (lid.status, lid.resolution) == (Status.RESOLVED, Keeping.KEPT)
        assert lid.outcome == {"refund": "given", "customer": "stays"}
        assert session.scalars(select(FollowUp.ended).where(FollowUp.issue_id == lid.id)).all() == ["done"]
        assert (app.status, app.bounces) == (Status.TRIAGE, 1)
        assert session.scalars(select(Move.words).where(Move.issue_id == app.id, Move.sort == "bounce")).all() == [WHY]
    assert complaints == []
    context.close()
