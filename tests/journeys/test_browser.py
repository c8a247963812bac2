"""A social manager's and an owner's minutes in a real browser, against the whole service."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.posts import Post
from bench.push import Pusher
from bench.service import Service
from bench.setting import Place
from listener import feeds, ingest
from listener.clock import utc_now
from listener.database import transaction
from tests.journeys.conftest import PATIENCE, watched

POST = "My order never arrived, nobody answers, and I want my money back. Terrible service."

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _page(browser: Browser) -> tuple[Page, list[str]]:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    return page, watched(page)


def _push(service: Service) -> None:
    with transaction() as session:
        secret = ingest.new_secret()
        feed = feeds.create(session, source="push", name="Partner", address="", credential=secret, now=utc_now())
        place = Place(feed.id, secret, "")
    with Pusher(service.base, place, [Post("1", POST, utc_now(), "reza")], batches=1):
        pass


def test_a_post_is_acknowledged_handed_over_accepted_made_private_and_resolved(
    service: Service, browser: Browser
) -> None:
    (ada, of_ada), (cara, of_cara) = _page(browser), _page(browser)

    # the first person comes in by the printed link, once
    ada.goto(service.way_in)
    ada.get_by_role("button", name="Come in").click()
    expect(ada).to_have_url(re.compile("/inbox"))

    # and brings in an owner for each department
    ada.goto(f"{service.base}/people")
    ada.get_by_role("link", name="Add a member").click()
    ada.get_by_label("Name", exact=True).first.fill("Cara")
    ada.get_by_label("E-mail").first.fill("cara@example.org")
    ada.get_by_label("Care", exact=True).first.select_option(index=1)
    ada.get_by_role("button", name="Add, and show the sign-in link").click()
    link = re.search(r"http://\S+?/signin/[\w-]+", ada.content())
    assert link is not None

    # a post is heard and routed
    _push(service)
    for _ in range(120):
        ada.goto(f"{service.base}/inbox")
        if ada.get_by_role("article").count():
            break
        ada.wait_for_timeout(500)
    ada.get_by_role("link", name=re.compile("never arrived")).first.click()

    # its kind is corrected with one key and one click, and taken back with another key
    expect(ada).to_have_url(re.compile("open="))
    ada.keyboard.press("e")
    ada.get_by_role("button", name="question", exact=True).click()
    expect(ada.locator("#pane .yousaid")).to_contain_text("You said: question.")
    ada.keyboard.press("z")
    expect(ada.locator("#said")).to_have_text(re.compile("Taken back"))
    expect(ada.locator("#pane summary", has_text="complaint")).to_be_visible()

    ada.get_by_label("Acknowledge in public").fill("I am sorry, Reza. Cara takes this over and writes to you today.")
    ada.get_by_label("Department").select_option(label="Care")
    ada.locator("button[value=acknowledge_hand_over]").click()
    expect(ada.get_by_text("Everyone has been heard")).to_be_visible()

    # the owner comes in, takes it and ends it
    cara.goto(link[0])
    cara.get_by_role("button", name="Come in").click()
    cara.goto(f"{service.base}/issues/1")
    cara.locator("button[value=accept]").click()
    cara.locator("#private > summary").click()
    cara.locator("#private li", has=cara.locator("#channel")).locator("summary").click()
    cara.get_by_label("Where the talk goes on").fill("e-mail")
    cara.locator("#private form", has=cara.locator("#channel")).get_by_role("button").click()
    expect(cara.get_by_text("in private with the author")).to_be_visible()
    cara.locator("#resolve > summary").click()
    cara.locator("button[value=resolve]").click()
    expect(cara.get_by_text("resolved").first).to_be_visible()

    # and the promises are counted as kept
    ada.goto(f"{service.base}/promises")
    expect(ada.get_by_role("heading", level=1)).to_be_visible()
    assert re.search(r"1\s*of\s*1|100", ada.inner_text("main"))
    assert of_ada + of_cara == []
