"""A picture of every page, wide and narrow, in English and Persian, by day and by night, from a living demo.

python -m bench.screenshots [FOLDER] [--readme]     (.hearback/screenshots if left out)

`--readme` renews the six pictures the README shows, too.
"""

import argparse
import base64
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from api import pages
from bench.service import Service, running
from listener.database import transaction
from listener.models import Spike
from triage import people
from triage.models import Issue

CHROMIUM = Path("/usr/bin/chromium")
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}
LANGUAGES = ("en", "fa")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# pieces of pages, files, and doors that send one on are not drawn for a person by themselves
NO_PAGES = re.compile(r"\{form\}|\.csv$|^/$|/news$|^/signin|/tried$|/drawing|^/palette$|^/inbox/filters$")
# what the README shows: a page, its language, its size and its light -> its name
README = {
    ("/inbox", "en", "wide", "light"): "inbox-en",
    ("/promises", "fa", "wide", "dark"): "promises-fa",
    ("/issues/{issue_id}", "en", "wide", "light"): "issue-en",
    ("/flowchart/drafts/{draft_id}", "en", "wide", "light"): "flowchart-en",
    ("/spikes/{spike_id}", "en", "wide", "light"): "incident-en",
    ("/inbox", "fa", "narrow", "light"): "inbox-fa-phone",
}
SHOWN = Path(__file__).parent.parent / "docs" / "pictures"


def addresses(router: APIRouter = pages.router) -> Iterator[str]:
    """Every page a browser may ask for, as its route writes it: `/issues/{issue_id}`."""
    for route in router.routes:
        inside = getattr(route, "original_router", None)
        if inside is not None:
            yield from addresses(inside)
        elif "GET" in (getattr(route, "methods", None) or ()) and not NO_PAGES.search(route.path):  # type: ignore[attr-defined]
            yield str(route.path)  # type: ignore[attr-defined]


def places(page: Page, base: str, begun: list[str]) -> dict[str, str]:
    """Walk through the pages; return where to look at each: a page that names something by the first link to it.

    `begun` are links that stand on no page.
    """
    waiting, found, links = sorted(set(addresses())), dict[str, str](), dict.fromkeys(begun)
    while reached := {route: place for route in waiting if (place := _place(route, links))}:
        for place in reached.values():
            page.goto(base + place)
            links |= dict.fromkeys(page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))"))
        found |= reached
        waiting = [route for route in waiting if route not in reached]
    if waiting:
        print(f"No link leads to {', '.join(waiting)}.", file=sys.stderr)
    return found


def _place(route: str, links: dict[str, None]) -> str | None:
    if "{" not in route:
        return route
    leads = re.compile(re.sub(r"\\{.*?\\}", "[^/?#]*[0-9_][^/?#]*", re.escape(route)) + r"([?#].*)?")
    return next((link.partition("#")[0] for link in links if leads.fullmatch(link)), None)


def pictures(service: Service, browser: Browser, folder: Path, readme: bool) -> Iterator[Path]:
    """Take every picture and yield where it lies."""
    first = browser.new_context()
    page = first.new_page()
    page.goto(f"{service.base}/signin")
    page.screenshot(path=folder / "signin.png", full_page=True)
    yield folder / "signin.png"
    page.goto(service.way_in)
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url(re.compile("/inbox"))
    found = places(page, service.base, _begin(page, service.base))
    for language, (size, (width, height)), scheme in product(LANGUAGES, SIZES.items(), SCHEMES):
        _speak(language)
        context = browser.new_context(
            storage_state=first.storage_state(), viewport={"width": width, "height": height}, color_scheme=scheme,
        )  # fmt: skip
        page = context.new_page()
        for route, place in found.items():
            page.goto(service.base + place)
            page.wait_for_load_state("networkidle")
            path = folder / f"{re.sub(r'[^a-z]+', '-', route).strip('-')}.{language}.{size}.{scheme}.png"
            page.screenshot(path=path, full_page=True)
            yield path
            shown = README.get((route, language, size, scheme))
            if readme and shown:
                (SHOWN / f"{shown}.webp").write_bytes(_small(page))
                yield SHOWN / f"{shown}.webp"
        context.close()


def _begin(page: Page, base: str) -> list[str]:
    """Begin what the demo leaves to its reader: a change of the flowchart, and a preview of many at once.

    Return what no link leads to by itself, or not the first one: the preview, what shows most of issues, the storm.
    """
    page.goto(f"{base}/flowchart")
    page.locator("form[action='/flowchart/drafts'] button").first.click()
    page.goto(f"{base}/inbox?lane=all")
    for box in page.locator("[data-tick]").all()[:3]:
        box.check(force=True)
    page.locator("#many button[value=hand_over]").click()
    page.wait_for_url(re.compile("/bulks/"))
    with transaction() as session:

        def largest(*statuses: str) -> int | None:
            found = select(Issue.id).where(Issue.status.in_(statuses)).order_by(Issue.mention_count.desc(), Issue.id)
            return session.scalar(found.limit(1))

        storm = session.scalar(select(Spike.id).where(Spike.sort == "spike").order_by(Spike.observed.desc()).limit(1))
        split, everyone, held = (
            largest("triage", "handed", "accepted"),
            largest("resolved"),
            largest("accepted", "handed"),
        )
    at_issues = f"/issues/{split}/split", f"/issues/{everyone}/everyone", f"/issues/{held}"
    return [page.url.removeprefix(base), *at_issues, f"/spikes/{storm}"]


def _small(page: Page) -> bytes:
    """Take a picture of what is in sight and let the browser write it small."""
    taken = base64.b64encode(page.screenshot()).decode()
    beside = page.context.new_page()
    written: str = beside.evaluate(
        """async taken => {
            const image = new Image();
            image.src = `data:image/png;base64,${taken}`;
            await image.decode();
            const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
            canvas.getContext("2d").drawImage(image, 0, 0);
            return canvas.toDataURL("image/webp", 0.85);
        }""",
        taken,
    )
    beside.close()
    return base64.b64decode(written.partition(",")[2])


def _speak(language: str) -> None:
    """Let the administrators read this language."""
    with transaction() as session:
        for member_id in people.admins(session):
            people.update_member(session, member_id, language=language)


def main() -> None:
    """Start a service with its demo, take the pictures, stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(".hearback/screenshots"))
    parser.add_argument("--readme", action="store_true")
    given = parser.parse_args()
    if not CHROMIUM.exists():
        parser.exit(1, f"There is no browser at {CHROMIUM}. Debian: apt install chromium fonts-noto-core.\n")
    given.folder.mkdir(parents=True, exist_ok=True)
    with running({"HEARBACK_DEMO": "1"}, until=300) as service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for path in pictures(service, browser, given.folder, given.readme):
            print(path, flush=True)
        browser.close()


if __name__ == "__main__":
    main()
