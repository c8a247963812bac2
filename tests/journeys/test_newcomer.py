"""Somebody new, alone: from the printed link through the first steps to the first issue heard, answered and resolved."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.service import Service, running
from listener.clock import utc_now
from tests.journeys.conftest import PATIENCE, watched
from tests.journeys.loopback import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMPLAINT = "My Nimbo kettle never arrived and nobody answers. I want my money back, terrible service."


@pytest.fixture(scope="module")
def forum() -> Iterator[str]:
    """A forum of somebody's own: an RSS feed with two posts, one of them about the brand, served over HTTP."""
    posts = (
        ("1", "mona@example.org (Mona)", "A grey day, and the bus is late."),
        ("2", "reza@example.org (Reza)", COMPLAINT),
    )

    def feed() -> str:
        at = format_datetime(utc_now() - timedelta(minutes=5))
        items = "".join(
            f'<item><guid isPermaLink="false">{key}</guid><author>{author}</author>'
            f"<description>{words}</description><pubDate>{at}</pubDate></item>"
            for key, author, words in posts
        )
        return f'<rss version="2.0"><channel><title>Kettle forum</title>{items}</channel></rss>'

    with served(feed) as address:
        yield address


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The whole service with nothing in it, which may hear this machine."""
    with running({"HEARBACK_ALLOW_HOSTS": "127.0.0.1"}) as started:
        yield started


@contextmanager
def step(name: str, page: Page) -> Iterator[None]:
    """Tell how many seconds a step took (`pytest -s`); with HEARBACK_LOOK set to a folder, keep what was seen."""
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:6.1f} s  {name}")  # noqa: T201
    if folder := os.environ.get("HEARBACK_LOOK"):
        page.screenshot(path=f"{folder}/{re.sub(r'[^a-z]+', '-', name.lower())}.png", full_page=True)


def test_from_the_printed_link_to_the_first_issue_resolved(service: Service, forum: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE)
    complaints = watched(page)
    here = page.get_by_role("main")

    with step("Come in by the link", page):
        page.goto(service.way_in)
        page.get_by_role("button", name="Come in").click()
        expect(page).to_have_url(re.compile("/(start|inbox)"))
    with step("The first steps are offered", page):
        page.get_by_role("complementary", name="First steps").get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("First steps")
    with step("The brand", page):
        page.get_by_label("Name of the brand").fill("Nimbo")
        page.get_by_role("button", name="Listen for it").click()
        expect(here).to_contain_text("Listening for: Nimbo")
    with step("A topic beside it", page):
        page.get_by_role("link", name="Add a topic").click()
        page.get_by_label("Name", exact=True).fill("Kettles")
        page.get_by_label("Query").fill("kettle")
        page.get_by_role("button", name="Start listening").click()
        expect(page.locator("#said")).to_contain_text("Kettles")
    with step("The first feed, tried before it is kept", page):
        page.get_by_role("link", name="First steps").first.click()
        page.get_by_role("link", name="Add a feed").click()
        page.get_by_label("Address, handle or hashtag").fill(forum)
        page.get_by_role("button", name="Try it first").click()
        expect(page.locator("#tried")).to_contain_text("My Nimbo kettle never arrived")
    with step("Listening", page):
        page.get_by_role("button", name="Start listening").click()
        expect(page.locator("#said")).to_be_visible()
    with step("Alone, I take what comes", page):
        page.get_by_role("link", name="First steps").first.click()
        page.get_by_role("button", name="I take them for now").click()
        expect(here).not_to_contain_text("Nobody can take issues of")
    with step("Heard", page):
        page.get_by_role("link", name="Inbox", exact=True).click()
        # it waits in triage, or, if it came before anybody could take it, with nobody
        page.locator("[data-lane-link]", has_text=re.compile(r"(Triage|Nobody eligible)\D*1")).first.click()
        card = page.get_by_role("link", name=COMPLAINT)
        expect(card).to_be_visible()
    with step("Acknowledged and handed over", page):
        card.click()
        page.get_by_label("Acknowledge in public").fill("I am sorry, Reza. I look for your parcel today.")
        page.locator("button[value=acknowledge_hand_over]").click()
        expect(page.locator("#said")).to_contain_text("Handed to Care")
    with step("Accepted", page):
        page.locator("[data-lane-link]", has_text="Care").click()
        page.get_by_role("link", name=COMPLAINT).click()
        page.get_by_role("button", name="Accept it").click()
        expect(page.locator("#said")).to_contain_text("yours")
    with step("Resolved", page):
        page.locator("[data-act=resolve]").click()
        page.locator("#resolve").get_by_label("Asked, given").check()
        page.locator("#resolve").get_by_role("button", name="Resolve").click()
        expect(here).to_contain_text("How it ended")
    with step("Counted", page):
        page.get_by_role("link", name="Promises", exact=True).click()
        expect(here).to_contain_text("We kept 1 of 1")
    assert complaints == []
