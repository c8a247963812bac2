"""What the alarm costs: microseconds a bucket and topic, and a round of 10,000 topics: `python -m bench.alarm`.

A round is what the service does every five minutes for a topic with nothing to say: take the memory from its row,
judge the last hour and a half, and put it away again where an hour of it is settled.
"""

import argparse
import math
import random
import resource
from time import process_time

from listener.alarm.ear import Counts
from listener.alarm.grid import Grid
from listener.alarm.watch import Watch

GRID = Grid(300.0)
DAYS = 14
REPLAYED = 18  # between an hour and two


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--topics", type=int, default=10_000)
    topics = parser.parse_args().topics
    chance, watch, count = random.Random(1), Watch.of(GRID), DAYS * 288
    buckets = [Counts(people, people, people * 0.2) for people in map(float, _people(chance, count))]
    start = process_time()
    for step, bucket in enumerate(buckets):
        watch.judge(step * GRID.step, bucket)
    print(f"a bucket of a topic: {(process_time() - start) / count * 1e6:.1f} us of CPU")
    memory = watch.kept()
    print(f"memory of a topic: {len(memory)} bytes; of {topics}: {len(memory) * topics / 2**20:.0f} MiB")
    start = process_time()
    for _ in range(topics):
        one = Watch.resumed(GRID, memory)
        for step, bucket in enumerate(buckets[:REPLAYED]):
            one.judge((count + step) * GRID.step, bucket)
            if step == REPLAYED - 12:
                one.kept()
    print(f"a round of {topics} topics: {process_time() - start:.1f} s of CPU in one process, without the database")
    print(f"largest size of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def _people(chance: random.Random, count: int) -> list[int]:
    day = [3 + 2 * math.sin(step / 288 * 2 * math.pi) for step in range(288)]
    return [max(0, round(chance.gauss(day[step % 288], math.sqrt(day[step % 288])))) for step in range(count)]


if __name__ == "__main__":
    main()
