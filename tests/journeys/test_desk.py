"""The light desk itself: everybody of the cast comes in, with script and without."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Desk, watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("script", [True, False])
def test_a_listener_finds_the_card_on_top(desk: Desk, browser: Browser, script: bool) -> None:
    desk.fill(lambda session, make: make.issue())
    page = desk.enter(browser, "lina", java_script_enabled=script).new_page()
    complaints = watched(page)
    page.goto(f"{desk.base}/inbox")
    expect(page.get_by_role("article").first).to_be_visible()
    assert complaints == []
