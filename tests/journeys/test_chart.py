"""The chart in a browser: changed, tried, published and brought back without script; walked by keyboard with it."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from listener.clock import utc_now
from tests.journeys.conftest import Desk
from tests.triage.conftest import Maker
from triage import charts, route


@pytest.fixture(scope="module")
def heard(desk: Desk) -> Desk:
    """Three leads, routed to Care by the chart that ships."""

    def fill(session: Session, make: Maker) -> None:
        charts.ensure_shipped(session, utc_now())
        for number in range(3):
            make.mention(kind="lead", kind_confidence=0.9, mood="neutral", text=f"Where can I buy it, {number}?")
        session.flush()
        route.round(session, utc_now())

    desk.fill(fill)
    return desk


def test_a_chart_is_changed_tried_published_and_brought_back_without_script(heard: Desk, browser: Browser) -> None:
    entered = heard.enter(browser, "ada", java_script_enabled=False)
    page = entered.new_page()
    page.goto(f"{heard.base}/flowchart")
    page.get_by_role("button", name="Try a change").click()
    page.locator("details.aslist a", has_text="Wants to buy from us?").click()
    page.get_by_label("Yes goes to").select_option("to:content")
    page.get_by_role("button", name="Save step").click()
    expect(page.locator("#said")).to_have_text("Saved in the draft.")
    page.get_by_role("link", name="Try it").first.click()
    expect(page.locator("main")).to_contain_text("3 mentions would go elsewhere.")
    page.get_by_role("link", name="Read them").click()
    expect(page.locator("article.post")).to_have_count(3)
    page.get_by_role("link", name="Back to the trial").click()
    page.get_by_role("link", name="Go on to publishing").click()
    page.get_by_label("What changes, for the others").fill("Leads to content")
    page.get_by_label("Also re-route the 3 open issues").check()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("main")).to_contain_text("Leads to content")
    page.get_by_role("link", name="History").click()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("again")
    entered.close()


def test_arrow_keys_walk_along_the_branches_and_the_picture_grows(heard: Desk, browser: Browser) -> None:
    entered = heard.enter(browser, "ada")
    page = entered.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.goto(f"{heard.base}/flowchart?step=complaint")
    here = "document.activeElement.querySelector('g').dataset.step"
    page.locator(".flow a[aria-current]").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(here) == "complaint_care"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(here) == "complaint_part"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(here) == "product"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(here) == "complaint"
    page.keyboard.press("+")
    expect(page.locator("[data-zoom-says]")).to_have_text("125%")
    page.keyboard.press("Enter")
    expect(page.locator("#step-title")).to_have_text("A complaint?")
    assert troubles == []
    entered.close()


def test_choosing_a_fact_shows_its_fields_at_once(heard: Desk, browser: Browser) -> None:
    entered = heard.enter(browser, "lina")
    page = entered.new_page()
    page.goto(f"{heard.base}/flowchart")
    page.get_by_role("button", name="Try a change").click()
    page.locator("details.aslist a", has_text="Wants to buy from us?").click()
    page.get_by_label("What it asks").focus()
    page.get_by_label("What it asks").select_option("rating")
    expect(page.get_by_label("Number")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "fact"
    entered.close()
