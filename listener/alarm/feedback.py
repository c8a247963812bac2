"""What people said of past alerts, as a factor on the bar of the next ones."""

from collections.abc import Sequence
from math import exp2

from listener.alarm.grid import DAY

FALSE = 0.08  # each false alarm lifts the bar by so much: more than the next lower tolerance does
REAL = 0.04  # each alert that was called real lowers it
HALF_LIFE = 28 * DAY  # what was said is forgotten so
LEAST, MOST = 0.88, 1.5  # no button makes a topic deaf or nervous


def factor(verdicts: Sequence[tuple[float, bool]], at: float) -> float:
    """Return the factor on the bar of one sort of alert at `at` (seconds, UTC): 1 where nobody said anything.

    `verdicts` are (when it was said, whether the alert was real). What is said later than `at` does not count, so that
    buckets judged again are judged the same.
    """
    moved = 0.0
    for when, was_real in verdicts:
        if when <= at:
            moved += (-REAL if was_real else FALSE) * exp2((when - at) / HALF_LIFE)
    return min(max(1 + moved, LEAST), MOST)
