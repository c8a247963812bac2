"""What the pages cost: `python -m bench.desk [--mentions 1000000] [--issues 100000] [--state FOLDER]`.

Server time of inbox, issue, promises and search over a large archive, as a browser on this machine meets it, beside the
bare statements that fetch the same rows, in turns; what a search takes until its count and its first page are there to
be drawn; then the weight of each page as it travels, compressed. A state folder is furnished once and kept.
"""

import argparse
import gzip
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter, sleep

import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from api import accounts
from api.dependencies import COOKIE
from api.pages.mentions import STRETCH
from bench.archive import furnish, words
from bench.servers import empty_house
from bench.service import free_port
from listener import find as heard
from listener.clock import utc_now
from listener.database import engine, transaction
from listener.find import Chosen
from triage import find, people
from triage.models import Member

TURNS = 30
LIMIT = 150.0  # milliseconds the count and the first page of a search may take at the ninety-fifth percentile
WEIGHT = 150_000  # bytes a page may weigh


@dataclass(frozen=True, slots=True)
class Asked:
    """One page: how a turn asks for it, and the bare statements that fetch the same rows."""

    name: str
    address: Callable[[int], str]
    floor: Callable[[Connection, int], object]


def main() -> None:
    """Furnish, measure, print; fail where a search takes too long or a page weighs too much."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--issues", type=int, default=100_000)
    parser.add_argument("--state", type=Path, default=None)
    given, console = parser.parse_args(), Console(width=120, highlight=False)
    with empty_house(durable=False, state=given.state):
        with transaction() as session:
            is_empty = session.query(Member).first() is None
        if is_empty:
            start = perf_counter()
            furnish(given.mentions, given.issues, utc_now())
            console.print(
                f"{given.mentions:,} mentions and {given.issues:,} issues laid in {perf_counter() - start:.0f} s"
            )
        with _served() as browser:
            _times(browser, console)
            slow = _searched(console)
            heavy = _weights(browser, console)
    if slow or heavy:
        console.print(f"over the limit: {', '.join(slow + heavy)}")
        sys.exit(1)


@contextmanager
def _served() -> Iterator[httpx.Client]:
    """Serve the door in a process of its own, and come in as the administrator."""
    port = free_port()
    environment = os.environ | {"HEARBACK_PORT": str(port)}
    command = [sys.executable, "-m", "api.command", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            with transaction() as session:
                account = accounts.account_of(session, 1)
                secret = accounts.open_sign_in(session, account.id, utc_now())
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", cookies={COOKIE: secret}, timeout=120) as browser:
                _wait(browser)
                yield browser
        finally:
            process.terminate()


def _wait(browser: httpx.Client) -> None:
    until = monotonic() + 60
    while monotonic() < until:
        try:
            browser.get("/health/live")
        except httpx.TransportError:
            sleep(0.2)
        else:
            return
    raise TimeoutError("the door did not open")


def _times(browser: httpx.Client, console: Console) -> None:
    table = Table("page", "median ms", "p95 ms", "bare SQL p95 ms", "ratio", title="server time")
    with engine().connect() as connection:
        for asked in _pages(connection):
            browser.get(asked.address(0)).raise_for_status()
            pages, floors = [], []
            for turn in range(TURNS):
                pages.append(_milliseconds(lambda: browser.get(asked.address(turn)).raise_for_status()))  # noqa: B023
                floors.append(_milliseconds(lambda: asked.floor(connection, turn)))  # noqa: B023
            worst, floor = _p95(pages), _p95(floors)
            ratio = f"{worst / floor:.1f}"
            table.add_row(asked.name, f"{median(pages):.0f}", f"{worst:.0f}", f"{floor:.1f}", ratio)
    console.print(table)


def _searched(console: Console) -> list[str]:
    """Time a search as the rooms do it, without the page around it; return which were slow."""
    table = Table("search", "median ms", "p95 ms", title="count and first page, not drawn")
    common, rare, both = _sought()
    slow = []
    with transaction() as session:
        admin = people.actor_of(session, 1)
        for name, act in (
            ("a common word", lambda turn: _mentions(session, Chosen(q=common[turn]))),
            ("a rare word", lambda turn: _mentions(session, Chosen(q=rare[turn]))),
            ("two words", lambda turn: _mentions(session, Chosen(q=both[turn]))),
            ("a mood besides", lambda turn: _mentions(session, Chosen(q=common[turn], mood="negative", language="fa"))),
            ("issues", lambda turn: find.search(session, admin, find.Filters(words=both[turn]), now=utc_now())),
        ):
            act(0)
            taken = []
            for turn in range(TURNS):
                session.expire_all()
                taken.append(_milliseconds(lambda: act(turn)))  # noqa: B023
            table.add_row(name, f"{median(taken):.0f}", f"{_p95(taken):.0f}")
            if _p95(taken) > LIMIT:
                slow.append(name)
    console.print(table)
    return slow


def _mentions(session: Session, chosen: Chosen) -> None:
    heard.mentions(session, chosen, limit=STRETCH, counted=True)


def _pages(connection: Connection) -> Sequence[Asked]:
    issues = connection.execute(text("SELECT id FROM issues ORDER BY random() LIMIT 100")).scalars().all()
    common, rare, both = _sought()
    return (
        Asked("inbox, triage", lambda _: "/inbox?lane=triage", _lane),
        Asked("inbox, everything", lambda _: "/inbox?lane=all", _newest),
        Asked("issue", lambda turn: f"/issues/{issues[turn]}", lambda c, turn: _issue(c, issues[turn])),
        *(Asked(f"promises, {days} days", _promises(days), _kept(days)) for days in (7, 30, 90)),
        Asked("search, a common word", lambda turn: f"/mentions?q={common[turn]}", lambda c, n: _said(c, common[n])),
        Asked("search, a rare word", lambda turn: f"/mentions?q={rare[turn]}", lambda c, n: _said(c, rare[n])),
        Asked("search, two words", lambda turn: f"/mentions?q={both[turn]}", lambda c, n: _said(c, both[n])),
        Asked(
            "search, a mood besides", lambda n: f"/mentions?q={common[n]}&mood=negative&language=fa",
            lambda c, n: _said(c, common[n], "AND mood = 'negative' AND language = 'fa'"),
        ),
        Asked("search, issues", lambda n: f"/inbox?lane=all&q={both[n]}", lambda c, n: _said(c, both[n])),
    )  # fmt: skip


def _sought() -> tuple[list[str], list[str], list[str]]:
    """Common words, rare ones, and two together, of the four languages in turn."""
    dice = random.Random(2)
    common, rare = _searches(dice, 0, 40), _searches(dice, 500, 4500)
    return common, rare, [f"{one} {other}" for one, other in zip(common, _searches(dice, 0, 400), strict=True)]


def _searches(dice: random.Random, first: int, last: int) -> list[str]:
    spoken = [words(language)[first:last] for language in ("en", "fa", "ar", "he")]
    return [dice.choice(spoken[turn % 4]) for turn in range(TURNS)]


def _lane(connection: Connection, _: int) -> None:
    _read(connection, "SELECT lane, count(*) FROM issues WHERE status = 'triage' GROUP BY lane")
    _read(
        connection,
        "SELECT * FROM issues JOIN mentions ON mentions.id = first_mention_id WHERE status = 'triage' "
        "AND lane = 'triage' ORDER BY triage_due, issues.id LIMIT 51",
    )


def _newest(connection: Connection, _: int) -> None:
    _read(connection, "SELECT count(*) FROM issues")
    _read(
        connection,
        "SELECT * FROM issues JOIN mentions ON mentions.id = first_mention_id ORDER BY issues.id DESC LIMIT 51",
    )


def _issue(connection: Connection, issue_id: int) -> None:
    for statement in (
        "SELECT * FROM issues WHERE id = :id",
        "SELECT * FROM mentions JOIN issue_mentions ON mention_id = id WHERE issue_id = :id",
        "SELECT * FROM moves WHERE issue_id = :id",
        "SELECT * FROM ledger WHERE issue_id = :id",
    ):
        _read(connection, statement, id=issue_id)


def _promises(days: int) -> Callable[[int], str]:
    return lambda _: f"/promises?days={days}"


def _kept(days: int) -> Callable[[Connection, int], None]:
    def read(connection: Connection, _: int) -> None:
        for promise in ("triage", "resolution"):
            _read(
                connection,
                "SELECT event, count(*) FROM ledger WHERE promise = :promise AND event IN ('kept', 'broken') "
                "AND at >= now() - make_interval(days => :days) GROUP BY event",
                promise=promise, days=days,
            )  # fmt: skip

    return read


def _said(connection: Connection, said: str, more: str = "") -> None:
    where = f"FROM mentions WHERE search @@ plainto_tsquery('simple', :said) {more}"
    _read(connection, f"SELECT id, text {where} ORDER BY id DESC LIMIT 31", said=said)
    _read(connection, f"SELECT count(*) FROM (SELECT 1 {where} LIMIT 1000) AS counted", said=said)


def _read(connection: Connection, statement: str, **values: object) -> None:
    connection.execute(text(statement), values).all()


def _milliseconds(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1000


def _p95(found: Sequence[float]) -> float:
    return quantiles(found, n=20)[-1]


def _weights(browser: httpx.Client, console: Console) -> list[str]:
    """Weigh HTML, CSS and script of each page as they travel; what draws charts is left out."""
    table = Table("page", "HTML kB", "CSS kB", "script kB", "together kB", title="weight, compressed")
    heavy = []
    for address in ("/inbox?lane=triage", "/issues/1", "/promises", "/mentions", "/flowchart", "/feeds", "/today"):
        html = browser.get(address).raise_for_status().text
        css = _packed(browser, re.findall(r'<link rel="stylesheet" href="([^"]+)"', html))
        script = _packed(browser, [one for one in re.findall(r'<script src="([^"]+)"', html) if not _draws(one)])
        page = len(gzip.compress(html.encode()))
        table.add_row(address, *(f"{size / 1000:.0f}" for size in (page, css, script, page + css + script)))
        if page + css + script > WEIGHT:
            heavy.append(address)
    console.print(table)
    return heavy


def _draws(address: str) -> bool:
    return "uplot" in address.lower() or "charts.js" in address


def _packed(browser: httpx.Client, addresses: Sequence[str]) -> int:
    return sum(len(gzip.compress(browser.get(one).raise_for_status().content)) for one in addresses)


if __name__ == "__main__":
    main()
