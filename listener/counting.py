"""What a mention adds to the counts: volumes of its topics, and the running numbers of its author."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from listener.heard import Speaker
from listener.models import Author, Volume
from listener.volume import bucket_of

VOLUMES: Table = Volume.__table__  # type: ignore[assignment]
AUTHORS: Table = Author.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one mention adds: nothing at all where it is spam, ours, a repost or history (`counted` is false then)."""

    topic_ids: frozenset[int]
    posted_at: datetime
    counted: bool
    distinct: bool
    negative: bool


@dataclass(frozen=True, slots=True)
class Spoke:
    """An author as this batch names them, and how much their running numbers change."""

    speaker: Speaker
    is_ours: bool
    mentions: int = 0
    negative: int = 0
    positive: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """An author's row."""

    id: int
    is_ours: bool


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
    fresh = insert(VOLUMES)
    columns = ("total", "distinct", "negative")
    fresh = fresh.on_conflict_do_update(
        index_elements=["topic_id", "feed_id", "bucket"],
        set_={column: func.greatest(VOLUMES.c[column] + fresh.excluded[column], 0) for column in columns},
    )
    session.execute(fresh, rows)


def speak(
    session: Session, source: str, spoken: Mapping[str, Spoke], *, now: datetime, is_demo: bool
) -> dict[str, Known]:
    """Insert or update the authors of one source; return native id -> row. A name they left out is not forgotten."""
    if not spoken:
        return {}
    rows = [
        {
            "source": source, "native_id": native_id, "handle": one.speaker.handle, "name": one.speaker.name,
            "url": one.speaker.url, "followers": one.speaker.followers, "since": one.speaker.since,
            "is_bot": one.speaker.is_bot, "is_ours": one.is_ours, "is_demo": is_demo, "first_heard_at": now,
            "last_heard_at": now, "mentions": one.mentions, "negative": one.negative, "positive": one.positive,
        }
        for native_id, one in sorted(spoken.items())
    ]  # fmt: skip
    fresh = insert(AUTHORS)
    new, old = fresh.excluded, AUTHORS.c
    upsert = fresh.on_conflict_do_update(
        index_elements=["source", "native_id"],
        set_={
            **{key: func.coalesce(func.nullif(new[key], ""), old[key]) for key in ("handle", "name")},
            **{key: func.coalesce(new[key], old[key]) for key in ("url", "followers", "since")},
            "is_bot": new.is_bot,
            "is_ours": or_(old.is_ours, new.is_ours),
            "last_heard_at": func.greatest(old.last_heard_at, new.last_heard_at),
            **{key: old[key] + new[key] for key in ("mentions", "negative", "positive")},
        },
    ).returning(old.native_id, old.id, old.is_ours)
    return {row.native_id: Known(row.id, row.is_ours) for row in session.execute(upsert, rows)}
