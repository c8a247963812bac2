"""Every page in every language, by day and by night: axe is content, the console is quiet, nothing scrolls sideways."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bench.screenshots import addresses
from listener.clock import utc_now
from tests.conftest import ROOT
from tests.journeys.conftest import Desk, watched
from tests.journeys.furniture import furnish
from triage import people

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LANGUAGES = ("en", "fa")  # the others stand in a file of their own, so that two workers share them
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
if not AXE.exists():
    pytestmark.append(pytest.mark.skip(reason="axe-core is not there (npm ci)"))

# what more there is to see of a page than its address alone
BESIDE = {
    "/inbox": ("?lane=triage", "?lane=waiting", "?lane=closed&kind=praise"),
    "/gaps/{sort}": ("?name=A+lid+that+cracks",),
    "/promises/issues": ("?number=kept",),
    "/flowchart/drafts/{draft_id}/trial/mentions": ("?before=care&after=product&days=7",),
    "/mentions": ("", "?q=nimbo", "?q=nothing+of+this"),
    "/people": ("", "?change=1"),
    "/flowchart/compare": ("?from=1&to=1",),
}


PAGES = sorted(set(addresses()))


@pytest.fixture(scope="module")
def places(desk: Desk) -> dict[str, str]:
    """What stands for each name in an address."""
    now = utc_now() - timedelta(minutes=1)
    with desk.transaction() as session:
        return furnish(session, desk.cast, now)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_open_to_everybody(desk: Desk, browser: Browser, places: dict[str, str], language: str) -> None:
    assert every_page(desk, browser, places, language) == ""


def every_page(desk: Desk, browser: Browser, places: dict[str, str], language: str) -> str:
    """Look at every page in a language; return what is wrong, a line each."""
    with desk.transaction() as session:
        people.update_member(session, desk.cast.ada.member_id, language=language)
    context = desk.enter(browser, "ada", reduced_motion="reduce")  # no colour is met on its way
    context.add_init_script(path=AXE)
    page = context.new_page()
    complaints = watched(page)
    found: list[str] = []
    for path in PAGES:
        for more in BESIDE.get(path, ("",)):
            address = re.sub(r"\{(\w+)(:\w+)?\}", lambda name: places[name[1]], path) + more
            answer = page.goto(desk.base + address)
            assert answer is not None
            found += [f"{address} {one}" for one in ([answer.status] if answer.status != 200 else _faults(page))]
    context.close()
    return "\n".join(found + complaints)


def _faults(page: Page) -> Iterator[str]:
    """What is wrong with the page that is open, by day, by night and on a phone."""
    yield from (f"by day: {one}" for one in _axe(page, "tag", RULES))
    page.emulate_media(color_scheme="dark")
    yield from (f"by night: {one}" for one in _axe(page, "rule", ["color-contrast"]))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if over > 0:
        yield f"at 390 px it scrolls {over} px sideways"
    page.set_viewport_size({"width": 1440, "height": 900})


def _axe(page: Page, sort: str, values: list[str]) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(
        "runOnly => axe.run({ runOnly, resultTypes: ['violations'] }).then(said => said.violations)",
        {"type": sort, "values": values},
    )
    return [
        f"{one['id']}: {one['help']}: {'; '.join(node['html'][:160] for node in one['nodes'][:3])}" for one in found
    ]
