"""What many at once cost: `python -m bench.bulk [--issues 1000]`.

A whole lane is handed over by a worker that is killed in the middle and started again, then taken back as a whole.
Fails where it takes a minute or more, or where anything was done twice.
"""

import argparse
import os
import signal
import subprocess
import sys
from time import perf_counter, sleep

from rich.console import Console
from sqlalchemy import func, select

from api.first import ground
from bench.servers import empty_house
from listener.clock import utc_now
from listener.database import transaction
from listener.models import Feed, Mention
from triage import bulk, find, people, route
from triage.models import BulkItem, Issue, Move, Notice, Role

LIMIT = 60.0  # seconds a thousand issues may take
WORKER = "import bench.bulk; bench.bulk.work()"


def main() -> None:
    """Furnish a house, do it and take it back, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--issues", type=int, default=1_000)
    given, console = parser.parse_args(), Console(width=120, highlight=False)
    with empty_house(durable=True):
        admin = furnish(given.issues)
        begun = perf_counter()
        bulk_id = preview(admin, given.issues)
        previewed = perf_counter() - begun
        handed, again = killed(bulk_id)
        counts = done(bulk_id)
        with transaction() as session:
            bulk.undo(session, bulk_id, by=people.actor_of(session, admin), now=utc_now())
        begun = perf_counter()
        work()
        undone = perf_counter() - begun
    console.print(
        f"{given.issues} issues: previewed in {previewed:.1f} s; handed over in {handed:.1f} s, with a worker"
    )
    console.print(f"killed after {again} of them: {counts}; taken back in {undone:.1f} s.")
    if max(handed, undone) > LIMIT * given.issues / 1_000 or counts["moves"] != given.issues:
        sys.exit(1)


def furnish(issues: int) -> int:
    """Let as many complaints be heard and routed; return the number of an administrator."""
    now = utc_now()
    with transaction() as session:
        ground(session, now)
        admin = people.create_member(session, name="Ada", email="ada@example.org", role=Role.ADMIN, now=now)
        for place in people.departments(session):
            owner = people.create_member(
                session, name=f"Owner of {place.name}", email=f"{place.key}@example.org", role=Role.OWNER, now=now
            )
            people.join_department(session, owner.id, place.id)
        feed = Feed(source="rss", name="Forum", address="https://example.org/feed", created_at=now, due_at=now)
        session.add(feed)
        session.flush()
        session.add_all(
            Mention(
                feed_id=feed.id, source="rss", native_id=str(n), text=f"My order {n} arrived broken.", language="en",
                posted_at=now, heard_at=now, thread=f"rss:{n}", mood="negative", kind="complaint",
            )
            for n in range(issues)
        )  # fmt: skip
    while True:
        with transaction() as session:
            if not route.round(session, utc_now()):
                return admin.id


def preview(admin: int, issues: int) -> int:
    """Ask for as many open issues as are wanted to be handed over, and start it."""
    with transaction() as session:
        by = people.actor_of(session, admin)
        care = people.departments(session, enabled=True)[0]
        ids = find.chosen_ids(session, by, "all", find.Filters(), issues)
        made = bulk.preview(session, "hand_over", ids, {"department_id": care.id}, by=by, now=utc_now())
        return bulk.start(session, made.id, by=by, now=utc_now()).id


def killed(bulk_id: int) -> tuple[float, int]:
    """Let a worker begin, kill it on the way, and go on; return the seconds of it all, and how many it had done."""
    begun = perf_counter()
    worker = subprocess.Popen([sys.executable, "-c", WORKER])
    while (count := counted(bulk_id)) < 100:
        sleep(0.05)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    work()
    return perf_counter() - begun, count


def work() -> None:
    """What the worker does, until nothing is left."""
    while True:
        with transaction() as session:
            if not bulk.round(session, utc_now()):
                return


def counted(bulk_id: int) -> int:
    """How many are done."""
    with transaction() as session:
        wanted = select(func.count()).select_from(BulkItem).where(BulkItem.bulk_id == bulk_id, BulkItem.state == "done")
        return session.scalar(wanted) or 0


def done(bulk_id: int) -> dict[str, int]:
    """Count what came of it: items done, moves, issues held, and notices to members."""
    with transaction() as session:
        moved = select(BulkItem.move_id).where(BulkItem.bulk_id == bulk_id)
        handed = select(func.count()).select_from(Move).where(Move.sort == "hand_over", Move.id.in_(moved))
        held = select(func.count()).select_from(Issue).join(BulkItem, BulkItem.issue_id == Issue.id)
        told = select(func.count()).select_from(Notice).where(Notice.data["bulk"].as_integer() == bulk_id)
        return {
            "moves": session.scalar(handed) or 0,
            "held": session.scalar(held.where(BulkItem.bulk_id == bulk_id, Issue.held_at.is_not(None))) or 0,
            "notices": session.scalar(told) or 0,
        }


if __name__ == "__main__":
    main()
