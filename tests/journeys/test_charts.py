"""The lines of a table, drawn in a real browser; without script the table is all there is, and enough."""

import json
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PATIENCE

STATIC = Path(__file__).parent.parent.parent / "api" / "static"
VENDORED = sorted(STATIC.glob("vendor/uplot-*"))
BEGAN = 1_763_600_400

pytestmark = [pytest.mark.browser, pytest.mark.slow]
if not VENDORED:
    pytestmark.append(pytest.mark.skip(reason="uPlot is not there (npm ci)"))


def _html(direction: str, language: str) -> str:
    rows = "".join(
        f'<tr data-at="{BEGAN + 3600 * n}" data-total="{"" if n == 23 else 90 if n == 20 else 20}" data-low="10" '
        f'data-high="30"><th>hour {n}</th><td>{n}</td></tr>'
        for n in range(24)
    )
    marks = [
        {"at": BEGAN, "until": None, "label": "before <all>", "kind": "event"},
        {"at": BEGAN + 3600, "until": BEGAN + 9000, "label": "a span", "kind": "event"},
        {"at": BEGAN + 72000, "until": None, "label": "told", "kind": "told"},
        {"at": BEGAN + 10**7, "until": None, "label": "never", "kind": "began"},
    ]
    head = "".join(
        f'<link rel="stylesheet" href="file://{one}">' for one in (STATIC / "tokens.css", STATIC / "app.css")
    )
    scripts = [VENDORED[-1] / "uPlot.iife.min.js", STATIC / "charts.js"]
    tail = "".join(f'<script src="file://{one}"></script>' for one in scripts)
    return (
        f'<!doctype html><html dir="{direction}" lang="{language}"><head><meta charset="utf-8">{head}</head><body>'
        f'<section><div data-plot="t" data-language="{language}" data-zone="Asia/Tehran" '
        f'data-marks="{escape(json.dumps(marks))}"></div><details open data-folds><summary>table</summary>'
        f'<table id="t"><thead><tr><th>Hour</th><th>Heard</th></tr></thead><tbody>{rows}</tbody></table></details>'
        f"</section>{tail}</body></html>"
    )


def _open(
    browser: Browser, path: Path, direction: str, language: str, *, script: bool = True
) -> tuple[Page, list[str]]:
    complaints: list[str] = []
    page = browser.new_context(viewport={"width": 900, "height": 600}, java_script_enabled=script).new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    (path / "chart.html").write_text(_html(direction, language), encoding="utf-8")
    page.goto(f"file://{path / 'chart.html'}")
    return page, complaints


@pytest.mark.parametrize(("direction", "language"), [("ltr", "en"), ("rtl", "fa"), ("rtl", "ar"), ("rtl", "he")])
def test_a_table_is_drawn_with_its_marks_and_rests(
    browser: Browser, tmp_path: Path, direction: str, language: str
) -> None:
    page, complaints = _open(browser, tmp_path, direction, language)
    expect(page.locator(".uplot canvas")).to_have_count(1)
    expect(page.locator("details")).not_to_have_attribute("open", "")
    box = page.locator(".u-over").bounding_box()
    assert box is not None
    # time runs with the text: the first hour lies where reading begins
    page.mouse.move(box["x"] + (2 if direction == "ltr" else box["width"] - 2), box["y"] + 40)
    expect(page.locator(".readout")).to_have_text("hour 0 Heard 0")
    page.emulate_media(media="print")
    expect(page.locator(".uplot canvas")).to_have_count(1)
    assert complaints == []


def test_without_script_the_table_stands_open(browser: Browser, tmp_path: Path) -> None:
    page, _ = _open(browser, tmp_path, "ltr", "en", script=False)
    expect(page.locator("details")).to_have_attribute("open", "")
    expect(page.get_by_text("hour 20")).to_be_visible()
