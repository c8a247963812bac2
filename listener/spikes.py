"""Volume to spike, drop, surge or none, with the baseline that judged it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Bucket:
    """Counts of one five-minute bucket: all, distinct after near-duplicates, negative."""

    at: datetime
    total: int
    distinct: int
    negative: int


@dataclass(frozen=True, slots=True)
class Peak:
    """Something unusual: 'spike', 'drop' or 'surge', with what was seen, what is typical, and how far apart."""

    sort: str
    observed: float
    typical: float
    score: float
    baseline: dict[str, Any]


def judge(history: Sequence[Bucket], current: Sequence[Bucket]) -> Peak | None:
    """Judge the finished buckets `current` against `history`, both oldest first; empty buckets may be left out."""
    return None
