"""Ground truth through the whole service: days of talk with one incident in them, served over HTTP, step by step.

    python -m bench.incident           six days to learn from, then two days, in the second of which it happens
    python -m bench.incident --kill    the same, and again while the worker is killed with -9 in the middle of its work

It must be told within 15 minutes after the bucket of its first post, once, with the right first post and source, and
nothing else may be told. Exit 0 only if all of it holds.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bench.rude import KINDS
from bench.scene import BEGAN_IN, FEEDS, Scene, scene
from bench.servers import ROOT, empty_house
from bench.stage import Stage
from bench.stepping import stepping
from listener import feeds, listening
from listener.database import transaction
from listener.models import Feed, Mention, Spike, SpikeSort
from listener.volume import BUCKET, bucket_of
from triage import people
from triage.models import Crisis, Notice, Role, Webhook

START = datetime(2026, 11, 9, tzinfo=UTC)  # a Monday
LEARNT = timedelta(days=6)  # replayed in long steps
REPLAYED = timedelta(days=2)  # replayed in short ones
AFTERWARDS = timedelta(minutes=30)  # what was said last is heard too, of a feed that was unwell just then
LONG, SHORT = timedelta(hours=3), timedelta(minutes=5)
BACK = timedelta(minutes=2)  # after which a worker that died is there again
INTERVAL = 240.0  # seconds between two polls of a feed
# nobody answers anybody in the scene, and promises are not what is looked at
WITHOUT = frozenset({"triage.escalate"})
# while all is learnt there is nobody to be told
QUIETLY = WITHOUT | {"triage.alarm", "triage.crisis", "triage.notify"}
BEGINS = timedelta(days=1, hours=10, minutes=37, seconds=20)  # of the replayed ones
SOON = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
KILLS = 9
QUERY = "nimbo"


@dataclass(slots=True)
class Outcome:
    """What was told of the scene, and what of it does not hold."""

    incidents: list[tuple[str, datetime, datetime]]  # sort, since when, told when
    delay: timedelta | None = None
    first: str = ""
    source: str = ""
    share: float = 0.0
    notices: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)


def main() -> int:
    """Replay, and print what was told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kill", action="store_true", help="replay it again, killing the worker in the middle")
    parser.add_argument("--drive", type=Path, help=argparse.SUPPRESS)
    given, console = parser.parse_args(), Console(width=110, highlight=False)
    if given.drive:
        drive(given.drive)
        return 0
    failed = []
    for kills in (0, KILLS) if given.kill else (0,):
        start = time.perf_counter()
        outcome = replay(kills, console)
        _show(outcome, kills, time.perf_counter() - start, console)
        failed += outcome.failed
    return 1 if failed else 0


def replay(kills: int, console: Console) -> Outcome:
    """Replay the scene in an empty house, its worker a process of its own; return what was told."""
    begins = START + LEARNT + BEGINS
    play = scene(START, START + LEARNT + REPLAYED, begins)
    with Stage(play) as stage, empty_house(durable=False, HEARBACK_ALLOW_HOSTS=f"127.0.0.1:{stage.port}") as state:
        stage.clock = state / "now"
        with transaction() as session:
            set_up(session, stage, START)
        _turn(stage.clock, START + LONG)
        killed = _run(stage.clock, _moments(play, kills), console)
        with transaction() as session:
            outcome = judge(session, play, stage, START + LEARNT)
        if killed < kills:
            outcome.failed.append(f"the worker was killed {killed} times, not {kills}")
        return outcome


def set_up(session: Session, stage: Stage, now: datetime, *, is_told: bool = False) -> None:
    """Add the feeds, the topic, people to be told, and an address outside, which `is_told` only when all is learnt."""
    listening.create(session, name="Nimbo", kind="brand", query=QUERY, now=now)
    for name, role in (("Lina", Role.LISTENER), ("Max", Role.MANAGER), ("Ada", Role.ADMIN)):
        people.create_member(session, name=name, email=f"{name.lower()}@told.example", role=role, now=now)
    session.add(Webhook(url=f"{stage.base}/told", secret="whsec_aGVhcmJhY2s=", enabled=is_told, created_at=now))
    for feed in FEEDS:
        source, options = ("mastodon", {"tag": "brand"}) if KINDS[feed] == "mastodon" else ("rss", {})
        address = stage.address(feed)
        feeds.create(session, source=source, name=feed, address=address, options=options, interval=INTERVAL, now=now)


# the worker


def drive(clock: Path) -> None:
    """Go on a little after the step the clock shows, beyond the scene's end; what was broken off is found again."""
    now = _read(clock) + BACK
    with stepping(now - SHORT) as doors:
        for moment in steps(now, START + LEARNT, START + LEARNT + REPLAYED + AFTERWARDS):
            _turn(clock, moment)
            if moment < START + LEARNT:
                doors.go(moment, QUIETLY)
                continue
            with transaction() as session:
                session.execute(update(Webhook).values(enabled=True))
            doors.go(moment, WITHOUT)
    clock.with_suffix(".done").touch()


def steps(now: datetime, learnt: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the moments of the replay from `now` on: in long steps until all is learnt, then in short ones."""
    while now <= end:
        yield now
        now += LONG if now < learnt else SHORT


def _run(clock: Path, moments: Sequence[tuple[datetime, float]], console: Console) -> int:
    """Let workers go until the scene is over; kill -9 each when its moment has come. Return how many were killed."""
    command, waiting, killed = [sys.executable, "-m", "bench.incident", "--drive", str(clock)], list(moments), 0
    while not clock.with_suffix(".done").exists():
        worker = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ))
        started = _read(clock)
        try:
            while worker.poll() is None:
                now = _read(clock)
                # a worker must have taken a step of its own before it dies
                if waiting and now > max(started, waiting[0][0]):
                    time.sleep(waiting.pop(0)[1])
                    worker.kill()
                    killed += 1
                    console.print(f"  killed at {_read(clock):%a %H:%M} of the scene")
                time.sleep(0.002)
        finally:
            worker.kill()
        if worker.wait() > 0:
            raise RuntimeError("The worker failed; what it said stands above.")
    return killed


def _moments(play: Scene, kills: int) -> list[tuple[datetime, float]]:
    """Choose when to kill, and how many seconds into a step: in the first quarter of an hour, and anywhere."""
    chance = Random(kills)
    soon = kills // 3
    moments = [play.began + SOON * (one + chance.random()) / soon for one in range(soon)]
    moments += [play.end - REPLAYED * chance.random() for _ in range(kills - soon)]
    return [(moment, 0.15 * chance.random()) for moment in sorted(moments)]


def _turn(clock: Path, to: datetime) -> None:
    clock.with_suffix(".next").write_text(to.isoformat())
    clock.with_suffix(".next").replace(clock)


def _read(clock: Path) -> datetime:
    return datetime.fromisoformat(clock.read_text())


# what was told


def judge(session: Session, play: Scene, stage: Stage, since: datetime) -> Outcome:
    """Hold what was told from `since` on against what happened."""
    rows = list(session.scalars(select(Spike).where(Spike.opened_at >= since).order_by(Spike.id)))
    outcome = Outcome([(row.sort, row.started_at, row.opened_at) for row in rows])
    by_sort = Counter(row.sort for row in rows)
    outcome.failed += [f"{count} incidents of one sort: {sort}" for sort, count in by_sort.items() if count > 1]
    outcome.failed += [f"told before it happened: {row.sort}" for row in rows if row.opened_at < play.began]
    stored, served = session.scalar(select(func.count()).select_from(Mention)), sum(map(len, play.posts.values()))
    if stored != served:
        outcome.failed.append(f"{stored} mentions stored, {served} were said")
    crises = session.scalar(select(func.count()).select_from(Crisis)) or 0
    if crises > 1:
        outcome.failed.append(f"{crises} crises of one incident")
    spike = next((row for row in rows if row.sort == SpikeSort.SPIKE), None)
    if spike is None:
        outcome.failed.append("the incident was not told")
    else:
        _judge_cause(session, spike, play, outcome)
        _judge_telling(session, spike, stage, outcome)
    return outcome


def _judge_cause(session: Session, spike: Spike, play: Scene, outcome: Outcome) -> None:
    """Hold when it was told, and what is said to have begun it, against the scene."""
    outcome.delay = spike.opened_at - (bucket_of(play.began) + BUCKET)
    if outcome.delay > SOON:
        outcome.failed.append(f"told after {outcome.delay}")
    first = session.get(Mention, spike.first_mention_id) if spike.first_mention_id else None
    feed = session.get(Feed, first.feed_id) if first else None
    outcome.first = first.text if first else "nothing"
    if first is None or feed is None or (first.text, feed.name) != (play.first.text, BEGAN_IN):
        outcome.failed.append(f"told that it began with: {outcome.first}")
    source = (spike.cause.get("sources") or [{}])[0]
    outcome.source, outcome.share = source.get("name", "nothing"), source.get("share", 0.0)
    if outcome.source != "mastodon":
        outcome.failed.append(f"told that it came from {outcome.source}")


def _judge_telling(session: Session, spike: Spike, stage: Stage, outcome: Outcome) -> None:
    """Count what everybody was told of its opening."""
    rows = session.execute(
        select(Notice.member_id, Notice.channel).where(Notice.spike_id == spike.id, Notice.reason == "spike")
    ).all()
    outcome.failed += [f"told twice: {tuple(row)}" for row, count in Counter(rows).items() if count > 1]
    outcome.notices = Counter(row.channel for row in rows)
    if not outcome.notices:
        outcome.failed.append("nobody was told")
    # what was sent as the worker died is sent again, under the same id
    opened = {one["id"] for one in stage.received if one["spike"] == spike.id and one["type"] == "spike.opened"}
    outcome.notices["received outside"] = len(opened)
    if len(opened) != 1:
        outcome.failed.append(f"the address outside was told {len(opened)} times that it opened")


def _show(outcome: Outcome, kills: int, seconds: float, console: Console) -> None:
    title = f"killed {kills} times" if kills else "undisturbed"
    table = Table("what", "as told", title=f"{title} ({seconds:.0f} s)", title_justify="left")
    for sort, since, opened in outcome.incidents:
        table.add_row(f"incident: {sort}", f"since {since:%a %H:%M}, told {opened:%a %H:%M}")
    if outcome.delay is not None:
        table.add_row("told after the bucket of the first post", f"{outcome.delay / MINUTE:.1f} min")
    table.add_row("began with", outcome.first)
    table.add_row("from", f"{outcome.source} ({outcome.share:.0%})")
    table.add_row("notices that it opened", json.dumps(outcome.notices))
    console.print(table)
    for line in outcome.failed:
        console.print(f"[red]does not hold: {line}[/]")
    if not outcome.failed:
        console.print("[green]Told once, in time, with the right first post and source; nothing else was told.[/]")


if __name__ == "__main__":
    sys.exit(main())
