"""The manager's day among the promises, on the wall and on paper; and the administrator's at the chart."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from tests.journeys.conftest import Desk, watched
from tests.triage.conftest import Maker
from triage import charts, move, route

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEPT = ("=1+1, the lid cracked.", "The parcel went astray.")
LATE = "Nobody answers the phone."
NOTE = "Who wants to buy goes to content"
A4 = {"width": 718, "height": 1047}  # CSS pixels between margins of 10 mm


@pytest.fixture(scope="module")
def worked(desk: Desk) -> Desk:
    """Two matters handed over in time, a third whose promise broke, and one who wants to buy."""

    def fill(session: Session, make: Maker) -> None:
        charts.ensure_shipped(session, make.now)
        make.mention(kind="lead", kind_confidence=0.9, mood="neutral", text="Where can I buy it?")
        route.round(session, make.now)
        for words in KEPT:
            posted = make.now - timedelta(hours=2)
            issue = make.issue(make.mention(text=words, posted_at=posted), department_id=desk.cast.care.id)
            move.acknowledge(
                session, issue.id, by=desk.cast.lina, seen=issue.version, now=make.now, words="I hear you."
            )
            move.hand_over(session, issue.id, desk.cast.care.id, by=desk.cast.lina, seen=issue.version, now=make.now)
        posted = make.now - timedelta(hours=14)
        make.issue(make.mention(text=LATE, posted_at=posted, heard_at=posted), department_id=desk.cast.care.id)

    desk.fill(fill)
    return desk


def test_a_manager_reads_opens_and_takes_the_numbers_along(worked: Desk, browser: Browser, tmp_path: Path) -> None:
    context = worked.enter(browser, "max")
    page = context.new_page()
    complaints = watched(page)
    page.goto(f"{worked.base}/promises?days=7")
    expect(page.locator("main .lead")).to_contain_text("We kept 2 of 3 triage promises")

    # a number opens its rows, which go along as a file
    page.locator("section:has(#p-triage) .legend a", has_text="2").click()
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(2)
    expect(page.get_by_role("main")).not_to_contain_text(LATE)
    with page.expect_download() as saving:
        page.get_by_role("link", name="CSV").click()
    file = tmp_path / "kept.csv"
    saving.value.save_as(file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        table = list(csv.DictReader(opened))
    assert {row["title"] for row in table} == {f"'{KEPT[0]}", KEPT[1]}  # no spreadsheet runs it as a formula

    # a group narrows all of it, and the way back is one link
    page.goto(f"{worked.base}/promises?days=7")
    page.get_by_role("link", name="Wall").click()
    expect(page.locator("#wall .lead")).to_contain_text("We kept 2 of 3 triage promises")
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
    page.get_by_role("link", name="Leave the wall").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    assert complaints == []
    context.close()


def test_on_paper_nothing_is_cut(worked: Desk, browser: Browser) -> None:
    context = worked.enter(browser, "max", viewport=A4)
    page = context.new_page()
    page.goto(f"{worked.base}/promises?days=7")
    page.emulate_media(media="print")
    expect(page.get_by_text("Signed:")).to_be_visible()
    for gone in (".top", ".asks", ".btn"):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"]
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main *')]
          .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1
            && getComputedStyle(one).overflowX !== 'visible' && !one.closest('.vh'))
          .map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 60)}`)"""
    )
    assert cut == []
    context.close()


def test_an_administrator_changes_a_question_tries_it_and_publishes(worked: Desk, browser: Browser) -> None:
    context = worked.enter(browser, "ada")
    page = context.new_page()
    complaints = watched(page)
    page.goto(f"{worked.base}/flowchart")
    page.get_by_role("button", name="Try a change").click()
    page.locator("details.aslist a", has_text="Wants to buy from us?").click()
    page.get_by_label("The question, as a person would ask it").fill("Would they buy?")
    page.get_by_label("Yes goes to").select_option("to:content")
    page.get_by_role("button", name="Save step").click()
    expect(page.locator("#said")).to_contain_text("Saved in the draft.")
    page.get_by_role("link", name="Try it").first.click()
    expect(page.get_by_role("main")).to_contain_text("1 mention would go elsewhere.")
    page.get_by_role("link", name="Go on to publishing").click()
    page.get_by_label("What changes, for the others").fill(NOTE)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("main")).to_contain_text(NOTE)
    page.goto(f"{worked.base}/flowchart")
    expect(page.get_by_role("main")).to_contain_text("Would they buy?")
    page.goto(f"{worked.base}/changes")
    expect(page.get_by_role("main")).to_contain_text("Ada")
    assert complaints == []
    context.close()
