"""New mentions: their ids, threads, clusters, topics and counts, in a handful of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from listener import clusters, counting, spam
from listener.batch import insert_rows
from listener.clusters import Member, Sighting
from listener.counting import contribution
from listener.judgement import repeated
from listener.judging import Judged, judged_columns
from listener.models import Feed, LikenessBand, Mention, MentionTopic
from listener.sources import SOURCES
from listener.voices import Voice

MENTIONS: Table = Mention.__table__  # type: ignore[assignment]
TOPICS: Table = MentionTopic.__table__  # type: ignore[assignment]
BANDS: Table = LikenessBand.__table__  # type: ignore[assignment]


def add(
    session: Session,
    feed: Feed,
    new: Sequence[Judged],
    authors: Mapping[str, Voice],
    *,
    now: datetime,
    history: bool,
) -> dict[int, int]:
    """Insert mentions, oldest first, none of which is known; return place -> id."""
    if not new:
        return {}
    ids = _new_ids(session, len(new))
    numbered = list(zip(ids, new, strict=True))
    threads = _threads(session, feed, new)
    sightings = [
        Sighting(number, one.judgement.fingerprint, one.judgement.posted_at, _world_id(feed.source, one.item.native_id))
        for number, one in numbered
    ]
    firsts = clusters.first_of(session, sightings, feed_id=feed.id, source=feed.source, history=history)
    members = [_member(number, one, firsts, authors) for number, one in numbered]
    numbered = _campaigns(session, numbered, members)
    weights, copies = clusters.take_places(session, members)
    rows = [
        _row(feed, one, _voice(one, authors), now)
        | judged_columns(one.judgement, one.item)
        | {"id": number, "thread": threads[one.place], "same_as_id": firsts.get(number), "is_history": history}
        | {"weight": weights[number], "copies": copies.get(number, 0)}
        for number, one in numbered
    ]
    topics = [
        {"mention_id": number, "topic_id": topic} for number, one in numbered for topic in one.judgement.topic_ids
    ]
    bands = [
        {"band": band, "mention_id": number}
        for number, one in numbered
        if number not in firsts and one.judgement.fingerprint
        for band in set(one.judgement.fingerprint.bands)
    ]
    for table, found in ((MENTIONS, rows), (TOPICS, topics), (BANDS, bands)):
        insert_rows(session, table, found)
    counting.add(
        session,
        feed.id,
        [(1, contribution(row, one.judgement.topic_ids)) for (_, one), row in zip(numbered, rows, strict=True)],
    )
    return {one.place: number for number, one in numbered}


def _voice(one: Judged, authors: Mapping[str, Voice]) -> Voice | None:
    return authors.get(one.item.author.native_id) if one.item.author else None


def _member(number: int, one: Judged, firsts: Mapping[int, int], authors: Mapping[str, Voice]) -> Member:
    author = _voice(one, authors)
    speaks = not (one.item.is_repost or (author and author.is_ours))
    return Member(number, firsts.get(number), speaks, author.id if author else None, one.judgement.posted_at)


def _campaigns(
    session: Session, numbered: Sequence[tuple[int, Judged]], members: Sequence[Member]
) -> list[tuple[int, Judged]]:
    """Judge anew what wants something clicked or called and was said by others the same day."""
    asking = [number for number, one in numbered if spam.wants_something(one.judgement.spam)]
    told = clusters.others(session, members, asking)
    return [
        (number, replace(one, judgement=repeated(one.judgement, told[number])) if number in told else one)
        for number, one in numbered
    ]


def _new_ids(session: Session, count: int) -> list[int]:
    """Take ids before the rows exist, so that clusters, topics and bands can name them in one go."""
    sequence = func.nextval(func.pg_get_serial_sequence("mentions", "id"))
    return sorted(session.scalars(select(sequence).select_from(func.generate_series(1, count).alias("n"))))


def _row(feed: Feed, one: Judged, author: Voice | None, now: datetime) -> dict[str, Any]:
    item = one.item
    return {
        "feed_id": feed.id, "source": feed.source, "native_id": item.native_id, "form": item.form,
        "posted_at": one.judgement.posted_at, "edited_at": item.edited_at, "heard_at": now,
        "author_id": author.id if author else None, "parent_native_id": item.parent_id,
        "local_id": item.extra.get("local_id"), "likes": item.counts.likes, "replies": item.counts.replies,
        "shares": item.counts.shares, "views": item.counts.views, "is_ours": bool(author and author.is_ours),
        "is_repost": item.is_repost, "is_demo": feed.is_demo, "state": "live",
    }  # fmt: skip


def _world_id(source: str, native_id: str) -> str | None:
    """Return an id that is known beyond one feed, or `None`: an address or a tag is, a bare number rarely."""
    return native_id if _has_world_ids(source) or (":" in native_id and source in SOURCES) else None


def _has_world_ids(source: str) -> bool:
    return source in SOURCES and SOURCES[source].WORLD_IDS


def _threads(session: Session, feed: Feed, new: Sequence[Judged]) -> dict[int, str]:
    """Return place -> thread: the thread of the post that is answered, else one of its own.

    An id like “7” is one feed's own word, so its thread carries the feed's number.
    """
    known = _answered(session, feed.id, [one.item.parent_id for one in new if one.item.parent_id])
    threads: dict[int, str] = {}
    for one in new:  # oldest first: who is answered comes before the answer
        item = one.item
        root = item.root_id if item.root_id != item.parent_id else None
        inherited = known.get(item.parent_id) if item.parent_id and not root else None
        key = item.root_id or item.parent_id or item.native_id
        is_known_everywhere = _world_id(feed.source, key) is not None
        threads[one.place] = inherited or (
            one.judgement.thread if is_known_everywhere else f"{feed.source}:{feed.id}/{key}"
        )
        known[item.native_id] = threads[one.place]
        if "local_id" in item.extra:
            known[str(item.extra["local_id"])] = threads[one.place]
    return threads


def _answered(session: Session, feed_id: int, parents: Sequence[str]) -> dict[str, str]:
    """Return native or local id -> thread, of the posts that are answered and that we have."""
    if not parents:
        return {}
    wanted = any_(bindparam("parents", sorted(set(parents)), ARRAY(Text)))
    known: dict[str, str] = {}
    for column in (MENTIONS.c.local_id, MENTIONS.c.native_id):
        rows = session.execute(select(column, MENTIONS.c.thread).where(MENTIONS.c.feed_id == feed_id, column == wanted))
        known |= {str(row[0]): str(row[1]) for row in rows}
    return known
