"""A picture of every page, wide and narrow, in English and Persian, by day and by night, from a living demo.

python -m bench.screenshots [FOLDER]     (.hearback/screenshots if left out)
"""

import argparse
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from playwright.sync_api import Browser, Page, sync_playwright

from api import pages
from bench.service import Service, running
from listener.database import transaction
from triage import people

CHROMIUM = Path("/usr/bin/chromium")
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}
LANGUAGES = ("en", "fa")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# pieces of pages, files, and doors that send one on are not drawn for a person by themselves
NO_PAGES = re.compile(r"\{form\}|\.csv$|^/$|/news$|^/signin|/tried$|/drawing|^/palette$|^/inbox/filters$")
# a list -> the first of its own pages
DEEPER = {
    "inbox": r"/issues/\d+", "mentions": r"/mentions/\d+", "authors": r"/authors/\d+", "spikes": r"/spikes/\d+",
    "today": r"/today/\d+", "crises": r"/crises/\d+", "topics": r"/topics/\d+/alarm", "feeds": r"/feeds/\d+",
    "departments": r"/departments/\d+", "gaps": r"/gaps/\w+\?name=[^\"]+",
}  # fmt: skip


def addresses(router: APIRouter = pages.router) -> Iterator[str]:
    """Every page a browser may ask for, as its route writes it: `/issues/{issue_id}`."""
    for route in router.routes:
        inside = getattr(route, "original_router", None)
        if inside is not None:
            yield from addresses(inside)
        elif "GET" in (getattr(route, "methods", None) or ()) and not NO_PAGES.search(route.path):  # type: ignore[attr-defined]
            yield str(route.path)  # type: ignore[attr-defined]


PAGES = sorted({one.lstrip("/") for one in addresses() if "{" not in one})


def pictures(service: Service, browser: Browser, folder: Path) -> Iterator[Path]:
    """Take every picture and yield where it lies."""
    first = browser.new_context()
    page = first.new_page()
    page.goto(f"{service.base}/signin")
    page.screenshot(path=folder / "signin.png", full_page=True)
    yield folder / "signin.png"
    page.goto(service.way_in)
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url(re.compile("/inbox"))
    signed_in = first.storage_state()
    for language, (size, (width, height)), scheme in product(LANGUAGES, SIZES.items(), SCHEMES):
        _speak(language)
        context = browser.new_context(
            storage_state=signed_in, viewport={"width": width, "height": height}, color_scheme=scheme,
        )  # fmt: skip
        page = context.new_page()
        for name in PAGES:
            page.goto(f"{service.base}/{name}")
            yield _taken(page, folder / f"{name.replace('/', '-')}.{language}.{size}.{scheme}.png")
            found = re.search(DEEPER.get(name, r"(?!)"), page.content())
            if found:
                page.goto(f"{service.base}{found[0]}")
                yield _taken(page, folder / f"{name}-one.{language}.{size}.{scheme}.png")
        context.close()


def _speak(language: str) -> None:
    """Let the administrators read this language."""
    with transaction() as session:
        for member_id in people.admins(session):
            people.update_member(session, member_id, language=language)


def _taken(page: Page, path: Path) -> Path:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=True)
    return path


def main() -> None:
    """Start a service with its demo, take the pictures, stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(".hearback/screenshots"))
    folder: Path = parser.parse_args().folder
    if not CHROMIUM.exists():
        parser.exit(1, f"There is no browser at {CHROMIUM}. Debian: apt install chromium fonts-noto-core.\n")
    folder.mkdir(parents=True, exist_ok=True)
    with running({"HEARBACK_DEMO": "1"}, until=300) as service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for path in pictures(service, browser, folder):
            print(path)
        browser.close()


if __name__ == "__main__":
    main()
