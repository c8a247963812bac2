"""Real posts from misbehaving feeds, through the whole service, to verdicts and promises.

    python -m bench.journey           served = stored + told duplicates; verdicts = mentions; both deadlines; the rate
    python -m bench.journey --kill    the same while every process is killed with -9, three times each
    python -m bench.journey --database-url URL --redis-url URL
                                      the commands of docker-compose.yml by hand, on empty servers of your own

Exit 0 only if every equality holds. Without the language data set it says so and exits 0.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from bench.floor import floor_rate
from bench.posts import LANGUAGES, NoPosts, Post, posts
from bench.push import Pusher
from bench.rude import RudeServer
from bench.service import ROLES, Service, running
from bench.setting import set_up, work_issues
from listener.clock import utc_now
from listener.database import engine

ROUNDS_OF_KILLS = 3
BETWEEN_KILLS = 2.0  # seconds
EDITED = 50
LIMIT = 420.0  # seconds a journey may take

CHECKS = {
    "mentions stored": "SELECT count(*) FROM mentions",
    "told duplicates of another mention": "SELECT count(*) FROM mentions WHERE same_as_id IS NOT NULL",
    "stored twice": "SELECT count(*) - count(DISTINCT (feed_id, native_id)) FROM mentions",
    "verdicts": "SELECT count(*) FROM verdicts WHERE is_current",
    "mentions with two verdicts": "SELECT count(*) FROM (SELECT 1 FROM verdicts GROUP BY mention_id HAVING count(*) > 1) x",
    "issues": "SELECT count(*) FROM issues",
    "issues without a mention": "SELECT count(*) FROM issues i WHERE status <> 'merged' AND NOT EXISTS "
    "(SELECT 1 FROM issue_mentions m WHERE m.issue_id = i.id)",
    # twelve hours from the post; four from when it was heard, if that was later than those twelve; the earliest wins
    "triage deadlines that are not the earliest of their posts": """
        SELECT count(*) FROM issues i JOIN LATERAL (
            SELECT min(CASE WHEN m.heard_at - m.posted_at > interval '12 hours' THEN m.heard_at + interval '4 hours'
                       ELSE m.posted_at + interval '12 hours' END) AS due
            FROM issue_mentions im JOIN mentions m ON m.id = im.mention_id JOIN verdicts v ON v.mention_id = m.id
            WHERE im.issue_id = i.id AND v.outcome IN ('assign', 'unsure', 'nobody_eligible')) promised ON true
        WHERE i.triage_due <> promised.due""",
    "late-found told as such, or not": """
        SELECT count(*) FROM issues i JOIN mentions m ON m.id = i.first_mention_id
        WHERE i.late_found <> (m.heard_at - m.posted_at > interval '12 hours')""",
    "handed over without a resolution deadline of 24 h": """
        SELECT count(*) FROM issues WHERE handed_at IS NOT NULL
        AND resolution_due IS DISTINCT FROM handed_at + interval '24 hours'""",
    "a resolution deadline before any hand-over": """
        SELECT count(*) FROM issues WHERE handed_at IS NULL AND resolution_due IS NOT NULL""",
    "issues handed over": "SELECT count(*) FROM issues WHERE handed_at IS NOT NULL",
    "edits kept beside the earlier text": "SELECT count(*) FROM mention_versions",
    "open gaps": "SELECT count(*) FROM gaps WHERE filled_at IS NULL",
    "mentions from the forbidden address": "SELECT count(*) FROM mentions m JOIN feeds f ON f.id = m.feed_id WHERE f.name = 'trap'",
}
MUST_BE_ZERO = (
    "stored twice", "mentions with two verdicts", "issues without a mention",
    "triage deadlines that are not the earliest of their posts",
    "late-found told as such, or not",
    "handed over without a resolution deadline of 24 h", "a resolution deadline before any hand-over", "open gaps",
    "mentions from the forbidden address",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one journey counted, and what did not hold."""

    counts: dict[str, int]
    failed: list[str]
    rate: float


def journey(
    given: dict[str, list[Post]], *, rude: bool, kill: bool, console: Console, servers: dict[str, str]
) -> Outcome:
    """Serve the posts, let the service work, and hold what it stored against what was served."""
    with RudeServer(given, rude=rude, pace=0.25 if kill else 0.0) as server:
        environment = {"HEARBACK_ALLOW_HOSTS": f"127.0.0.1:{server.port}", "HEARBACK_FETCH_TIMEOUT": "3", **servers}
        with running(environment) as service:
            place = set_up(server)
            pusher = Pusher(service.base, place, given["en"], batches=10 if rude else 0)
            with pusher:
                tolls = _kill_all(service, console) if kill else {}
                wanted = sum(map(len, given.values())) + pusher.total
                _wait(service, wanted, console, "first round")
            rate = _rate()
            if rude:
                for language in ("en", "fa", "ar"):
                    server.edit(language, EDITED, datetime.now(UTC))  # noqa: TID251
                _until(lambda: _count("SELECT count(*) FROM mention_versions") >= 3 * EDITED, 120)
            work_issues(service, place, 200)
            _wait(service, wanted, console, "second round")
            counts = {name: _count(query) for name, query in CHECKS.items()}
            counts |= {"posts served": len(server.served) + pusher.total, "batches pushed": pusher.sent}
            counts |= {f"served: {name}": number for name, number in sorted(server.told.items())}
            counts |= {f"killed: {name}": number for name, number in tolls.items()}
            return Outcome(counts, _failed(counts, wanted, given, rude, tolls if kill else None), rate)


def _failed(
    counts: dict[str, int], wanted: int, given: dict[str, list[Post]], rude: bool, tolls: dict[str, int] | None
) -> list[str]:
    failed = [f"{name}: {counts[name]}, must be 0" for name in MUST_BE_ZERO if counts[name]]
    copies = sum(post.copy_of is not None for language in given.values() for post in language)
    expected = {"posts served": wanted, "mentions stored": wanted, "verdicts": wanted}
    failed += [
        f"{name}: {counts[name]}, must be {number}" for name, number in expected.items() if counts[name] != number
    ]
    if counts["told duplicates of another mention"] < copies:
        failed.append(f"only {counts['told duplicates of another mention']} of {copies} planted copies were told")
    if counts["issues handed over"] == 0:
        failed.append("no issue was handed over")
    if rude:
        if counts["edits kept beside the earlier text"] != 3 * EDITED:
            failed.append(f"{counts['edits kept beside the earlier text']} edits kept, must be {3 * EDITED}")
        wrongs = ("500", "429 seconds", "429 date", "hang", "drip", "html", "truncated", "redirect", "304")
        failed += [f"no request met “{wrong}”" for wrong in wrongs if not counts.get(f"served: {wrong}")]
    if tolls is not None:
        failed += [f"{role} was killed {tolls[role]} times" for role in ROLES if tolls[role] < ROUNDS_OF_KILLS]
    return failed


def _kill_all(service: Service, console: Console) -> dict[str, int]:
    """Kill each process in turn, `ROUNDS_OF_KILLS` times, while the work goes on."""
    tolls = dict.fromkeys(ROLES, 0)
    for _ in range(ROUNDS_OF_KILLS):
        for role in ROLES:
            _until(lambda role=role: service.pid(role) is not None, 40)  # type: ignore[misc]
            time.sleep(BETWEEN_KILLS)
            done = _safely("SELECT count(*) FROM mentions")
            tolls[role] += service.kill(role)
            console.print(f"  killed {role} ({done if done is not None else '?'} mentions stored so far)")
    return tolls


def _wait(service: Service, wanted: int, console: Console, what: str) -> None:
    """Wait until everything served is stored, judged and quiet; a run that stalls is shown as it stands."""

    def whole() -> bool:
        stored, judged = _safely(CHECKS["mentions stored"]), _safely(CHECKS["verdicts"])
        return stored is not None and stored >= wanted and judged == stored and not _safely(CHECKS["open gaps"])

    if not _until(whole, LIMIT):
        console.print(
            f"[red]{what}: not whole after {LIMIT:.0f} s; {service.health() if service.is_ready() else 'not ready'}"
        )


def _until(holds: Callable[[], bool], limit: float) -> bool:
    start = time.monotonic()
    while time.monotonic() - start < limit:
        if holds():
            return True
        time.sleep(0.3)
    return False


def _count(query: str) -> int:
    with engine().connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


def _safely(query: str) -> int | None:
    """Count, or `None` while PostgreSQL is being brought back."""
    try:
        return _count(query)
    except Exception:
        return None


def _rate() -> float:
    """Mentions a second, from the first request's rows to the last verdict."""
    query = (
        "SELECT extract(epoch FROM max(v.at) - min(m.heard_at)) FROM mentions m JOIN verdicts v ON v.mention_id = m.id"
    )
    with engine().connect() as connection:
        seconds = float(connection.execute(text(query)).scalar_one())
    return _count(CHECKS["mentions stored"]) / max(seconds, 0.001)


def main() -> int:
    """Run the journeys asked for and print what they counted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kill", action="store_true", help="kill every process in the middle, three times each")
    parser.add_argument("--most", type=int, help="posts a language (all without it)")
    parser.add_argument("--database-url", help="an empty PostgreSQL of your own")
    parser.add_argument("--redis-url", help="an empty Redis or Valkey of your own")
    given = parser.parse_args()
    console = Console(width=110)
    try:
        real = posts(utc_now(), given.most)
    except NoPosts as absent:
        console.print(f"Nothing to do: {absent}.")
        return 0
    failed: list[str] = []
    servers = {"DATABASE_URL": given.database_url, "REDIS_URL": given.redis_url} if given.database_url else {}
    runs = {"fair weather": (False, False), "foul weather": (True, False)}
    if given.kill or servers:
        runs = {"killed": (True, True)} if given.kill else {"by hand": (True, False)}
    for name, (rude, kill) in runs.items():
        console.print(f"[bold]{name}[/]: {sum(map(len, real.values()))} posts in {len(LANGUAGES)} languages")
        outcome = journey({k: list(v) for k, v in real.items()}, rude=rude, kill=kill, console=console, servers=servers)
        _show(name, outcome, console)
        if name == "fair weather":
            floor = floor_rate(real)
            console.print(
                f"rate: {outcome.rate:.0f} mentions/s from fetch to verdict; floor (VADER + bare upsert of the same rows): "
                f"{floor:.0f}/s; ratio {outcome.rate / floor:.3f}"
            )
        failed += outcome.failed
    return 1 if failed else 0


def _show(name: str, outcome: Outcome, console: Console) -> None:
    table = Table("what", "how many", title=name, title_justify="left")
    table.columns[1].justify = "right"
    for what, number in outcome.counts.items():
        table.add_row(what, str(number))
    console.print(table)
    for line in outcome.failed:
        console.print(f"[red]does not hold: {line}[/]")
    if not outcome.failed:
        console.print("[green]0 lost, 0 doubled; every equality holds.[/]")


if __name__ == "__main__":
    sys.exit(main())
