"""What a mention adds to the volumes of its topics."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func
from sqlalchemy.orm import Session

from listener.batch import insert_from, packed
from listener.models import Volume
from listener.volume import bucket_of

VOLUMES: Table = Volume.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one mention adds: nothing at all where it is spam, ours, a repost or history (`counted` is false then)."""

    topic_ids: frozenset[int]
    posted_at: datetime
    counted: bool
    distinct: bool
    negative: bool


def add(session: Session, feed_id: int, changes: Iterable[tuple[int, Contribution]]) -> None:
    """Add each contribution `sign` times (+1, or -1 to take it back) to the volumes of its topics and bucket."""
    sums: dict[tuple[int, datetime], list[int]] = defaultdict(lambda: [0, 0, 0])
    for sign, one in changes:
        if one.counted:
            for topic_id in one.topic_ids:
                total = sums[topic_id, bucket_of(one.posted_at)]
                total[0] += sign
                total[1] += sign * one.distinct
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
