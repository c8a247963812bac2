"""What the alarm costs: `python -m bench.alarm [--topics 10000]`.

Microseconds a bucket and topic, what is remembered of a topic, and rounds as one worker does them, on an embedded
PostgreSQL of their own: the first round after a start, the rounds of the following hour as a bucket ends every five
minutes, and a round in between, in which no bucket has ended.
"""

import argparse
import math
import random
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import mean
from time import perf_counter, process_time

from rich.console import Console
from sqlalchemy import Connection, insert, text

from bench.servers import empty_house
from listener import database
from listener.alarm.ear import Counts
from listener.alarm.watch import Watch
from listener.detect import judge_round
from listener.models import Feed, Topic, Watching
from listener.volume import BUCKET
from listener.watching import GRID, KEPT, TURNS

END = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LEARNT = 14 * 288  # buckets a watch has learnt from
BUSY = (0.02, 0.1, 0.3, 1.0, 3.0)  # mentions a bucket of a topic brings on average: 6 a day to 860 a day
FEEDS = 4
HISTORY = timedelta(hours=6)  # of counted buckets that lie in the table, with those that are judged
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one round, by the clock on the wall and of this process's CPU."""

    wall: float
    cpu: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--topics", type=int, default=10_000)
    topics, console = parser.parse_args().topics, Console(width=120, highlight=False)
    memories, cost = _learnt()
    console.print(f"a bucket of a topic: {cost * 1e6:.0f} µs of CPU")
    size = len(memories[0])
    console.print(f"memory of a topic: {size} bytes in its row; of {topics}: {size * topics / 2**20:.0f} MiB")
    before = _largest()
    with empty_house():
        _fill(topics, memories)
        first = _round(END)
        steady = [_next(topics, step) for step in range(1, ROUNDS + 1)]
        between = _round(END + ROUNDS * BUCKET + timedelta(minutes=2))
    console.print(f"rounds of {topics} topics in one worker, with the database, in seconds (of the worker's CPU):")
    console.print(f"  the first after a start: {first.wall:.1f} ({first.cpu:.1f})")
    console.print(
        f"  a bucket has ended: {mean(one.wall for one in steady):.1f} ({mean(one.cpu for one in steady):.1f}), "
        f"at most {max(one.wall for one in steady):.1f}"
    )
    console.print(f"  none has: {between.wall:.1f} ({between.cpu:.1f})")
    console.print(
        f"the worker grew by {_largest() - before:.0f} MiB, {(_largest() - before) / topics * 1024:.1f} KiB a topic"
    )


def _learnt() -> tuple[list[bytes], float]:
    """Return what watches over topics of each busyness remember up to END, and the seconds a bucket cost."""
    chance, memories, seconds = random.Random(1), [], 0.0
    start = END.timestamp() - LEARNT * GRID.step
    for busy in BUSY:
        watch = Watch.of(GRID)
        buckets = [Counts(people, people, people * 0.2) for people in map(float, _people(chance, busy))]
        begun = process_time()
        for step, bucket in enumerate(buckets):
            watch.judge(start + step * GRID.step, bucket)
        seconds += process_time() - begun
        memories.append(watch.kept())
    return memories, seconds / LEARNT / len(BUSY)


def _people(chance: random.Random, busy: float) -> Iterator[int]:
    for step in range(LEARNT):
        due = busy * (1 + 0.6 * math.sin(step / 288 * 2 * math.pi))
        yield max(0, round(chance.gauss(due, math.sqrt(due))))


def _fill(topics: int, memories: list[bytes]) -> None:
    """Write topics that have learnt for weeks, put away at different moments of the last hours, and their counts."""
    began = END - timedelta(weeks=9)
    with database.engine().begin() as connection:
        connection.execute(
            insert(Topic),
            [
                {"id": one, "name": f"topic {one}", "kind": "brand", "query": f"word{one}", "created_at": began,
                 "updated_at": began}
                for one in range(1, topics + 1)
            ],
        )  # fmt: skip
        connection.execute(
            insert(Feed),
            [
                {"id": one, "source": "rss", "name": f"feed {one}", "address": f"https://feed.example/{one}",
                 "created_at": END, "due_at": END, "interval": 300.0}
                for one in range(1, FEEDS + 1)
            ],
        )  # fmt: skip
        _count(connection, END - HISTORY, END)
        rows = [
            {
                "topic_id": topic, "memory": memories[topic % len(memories)], "is_learning": False,
                "upto": END - KEPT + BUCKET * (1 + topic % TURNS),
            }
            for topic in range(1, topics + 1)
        ]  # fmt: skip
        for start in range(0, topics, 1000):
            connection.execute(insert(Watching), rows[start : start + 1000])
    with database.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _count(connection: Connection, start: datetime, end: datetime) -> None:
    """Write what every topic brought from `start` to before `end`: exponential numbers, through one feed a bucket."""
    busy = "(ARRAY[" + ", ".join(map(str, BUSY)) + "])[1 + t.id % " + str(len(BUSY)) + "]"
    connection.execute(
        text(
            'INSERT INTO volumes (topic_id, feed_id, bucket, total, "distinct", negative)'
            f" SELECT id, 1 + floor(random() * {FEEDS}), bucket, n, n, floor(n * 0.2) FROM (SELECT t.id, bucket,"
            f" floor({busy} * 1.5 * random() + random()) AS n FROM topics t,"
            " generate_series(CAST(:start AS timestamptz), CAST(:last AS timestamptz), interval '5 minutes') bucket) x"
            " WHERE n > 0"
        ),
        {"start": start, "last": end - BUCKET},
    )


def _next(topics: int, step: int) -> Cost:
    """Let another bucket end, and judge."""
    end = END + step * BUCKET
    with database.engine().begin() as connection:
        _count(connection, end - BUCKET, end)
    return _round(end + timedelta(seconds=20))


def _round(now: datetime) -> Cost:
    """Judge as the worker's door does."""
    wall, cpu = perf_counter(), process_time()
    with database.transaction() as session:
        judge_round(session, now)
    return Cost(perf_counter() - wall, process_time() - cpu)


def _largest() -> float:
    """Return the largest size of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
