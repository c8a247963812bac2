"""A browser, the whole service, and the lighter desk: the pages over a real database, without workers."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from api import accounts
from api.dependencies import COOKIE, open_session, opening
from bench.service import Service, running
from listener.clock import utc_now
from listener.embedded import Addresses
from tests.api.conftest import door
from tests.conftest import aside
from tests.triage.conftest import Cast, Maker, cast_of

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 60_000  # milliseconds; a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip in sight what needs a browser where none is; in CI that is a failure, so nothing is skipped there."""
    if CHROMIUM.exists() or os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=f"no browser at {CHROMIUM} (Debian: apt install chromium)"))


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The whole service without a demo, on a state folder of its own."""
    with running({}) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium with a new profile."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS), headless=True)
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def _left(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test opened it leaves: nobody of an earlier test reads or writes on behind it."""
    opened = request.getfixturevalue("browser").contexts if "browser" in request.fixturenames else []
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            if context not in opened:
                context.close()


@dataclass(frozen=True)
class Desk:
    """The pages at `base`, over a database of their own in which the cast is at work."""

    base: str
    engine: Engine
    cast: Cast

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One committed transaction, as a worker would have it."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def clear(self) -> None:
        """Let nothing have been heard yet: what an earlier test laid is gone."""
        with self.transaction() as session:
            session.execute(text("TRUNCATE authors, mentions, issues CASCADE"))

    def fill(self, fill: Callable[[Session, Maker], object]) -> None:
        """Let a test lay mentions and issues: `fill(session, make)`."""
        now = utc_now()
        with self.transaction() as session:
            fill(session, Maker(session, now, session.merge(self.cast.policy), None))  # type: ignore[arg-type]

    def enter(self, browser: Browser, name: str, **context: Any) -> BrowserContext:
        """Open a browser in which one of the cast is signed in: `desk.enter(browser, "lina", locale="fa")`."""
        with self.transaction() as session:
            account = accounts.account_of(session, getattr(self.cast, name).member_id)
            secret = accounts.open_sign_in(session, account.id, utc_now())
        made = browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | context))
        made.set_default_timeout(PATIENCE)
        made.add_cookies([{"name": COOKIE, "value": secret, "url": self.base}])
        return made


@pytest.fixture(scope="module")
def desk(addresses: Addresses, blank: str) -> Iterator[Desk]:
    """The whole door on a port, its committed database, and nobody else: no workers, no feeds."""
    with aside(addresses, like=blank) as engine:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            made = cast_of(session, utc_now())
        with _served(engine) as base:
            yield Desk(base, engine, made)


@contextmanager
def _served(engine: Engine) -> Iterator[str]:
    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def opened() -> Iterator[Session]:
        with transaction() as session:
            yield session

    app = door()
    app.dependency_overrides |= {open_session: opened, opening: lambda: transaction}
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        app.dependency_overrides.clear()


def watched(page: Page) -> list[str]:
    """Return the list in which everything the page's console complains of will stand."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    return complaints
