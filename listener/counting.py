"""What a mention adds to the volumes of its topics."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func
from sqlalchemy.orm import Session

from listener.batch import insert_from, packed
from listener.kinds import is_quarantined
from listener.models import Volume
from listener.volume import bucket_of

VOLUMES: Table = Volume.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one mention adds: nothing at all where it is spam, ours, a repost or history (`counted` is false then).

    `weight` is what it adds to the distinct volume: 1 where it says something new, less where it says what others said.
    """

    topic_ids: frozenset[int]
    posted_at: datetime
    counted: bool
    weight: float
    negative: bool


def contribution(row: Mapping[str, Any], topic_ids: Iterable[int]) -> Contribution:
    """Return what a mention's row adds to the volumes of these topics.

    Of the row it reads posted_at, kind, kind_confidence, mood, weight, is_ours, is_repost and is_history.
    """
    quarantined = is_quarantined(row["kind"], row["kind_confidence"])
    return Contribution(
        topic_ids=frozenset(topic_ids),
        posted_at=row["posted_at"],
        counted=not (quarantined or row["is_ours"] or row["is_repost"] or row["is_history"]),
        weight=row["weight"],
        negative=row["mood"] == "negative",
    )


def add(session: Session, feed_id: int, changes: Iterable[tuple[int, Contribution]]) -> None:
    """Add each contribution `sign` times (+1, or -1 to take it back) to the volumes of its topics and bucket."""
    sums: dict[tuple[int, datetime], list[float]] = defaultdict(lambda: [0, 0.0, 0])
    for sign, one in changes:
        if one.counted:
            for topic_id in one.topic_ids:
                total = sums[topic_id, bucket_of(one.posted_at)]
                total[0] += sign
                total[1] += sign * one.weight
                total[2] += sign * one.negative
    rows = [
        {"topic_id": topic, "feed_id": feed_id, "bucket": bucket, "total": n[0], "distinct": n[1], "negative": n[2]}
        for (topic, bucket), n in sorted(sums.items())
        if any(n)
    ]
    if not rows:
        return
    columns = ("total", "distinct", "negative")
    fresh = insert_from(VOLUMES, tuple(rows[0]))
    upsert = fresh.on_conflict_do_update(
        index_elements=["topic_id", "feed_id", "bucket"],
        set_={column: func.greatest(VOLUMES.c[column] + fresh.excluded[column], 0) for column in columns},
    )
    session.execute(upsert, packed(rows))
