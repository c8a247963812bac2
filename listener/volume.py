"""Five-minute buckets, and what an hour of the week usually brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BUCKET = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Typical:
    """What a bucket of this hour of the week usually brings, its spread, and how many weeks say so."""

    mean: float
    spread: float
    weeks: float


def bucket_of(at: datetime) -> datetime:
    """Return the start of the five-minute bucket `at` falls into, in UTC."""
    moment = at.astimezone(UTC)
    return moment.replace(minute=moment.minute - moment.minute % 5, second=0, microsecond=0)


def typical(history: Sequence[tuple[datetime, float]], at: datetime) -> Typical:
    """Return what the hour of `at` usually brings per bucket, judged from `history` before it."""
    values = [value for when, value in history if when < at]
    return Typical(sum(values) / len(values) if values else 0.0, 0.0, 0.0)
