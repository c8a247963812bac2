"""Read-only questions to the ground floor: feeds and their health, mentions, authors, topics, volumes, spikes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from listener.models import (
    Author,
    Delivery,
    Feed,
    FeedState,
    Gap,
    ImportRun,
    Mention,
    MentionTopic,
    MentionVersion,
    Rejection,
    Spike,
    SpikeSort,
    Topic,
    Volume,
)  # fmt: skip
from listener.models.mention import JOINTS
from listener.text import fold
from listener.volume import BUCKET, bucket_of

MOST = 200  # rows of one page
_APART = str.maketrans(dict.fromkeys(JOINTS + "\"'’", " "))
_WORDS = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which mentions are asked for; what is left out does not matter. Times are of posting."""

    q: str = ""
    topic_id: int | None = None
    feed_id: int | None = None
    source: str | None = None
    language: str | None = None
    mood: str | None = None
    kind: str | None = None
    author_id: int | None = None
    thread: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_history: bool | None = None
    is_ours: bool | None = None
    copies: bool = True  # False: only the first of each cluster
    spam: bool = True  # False: without what is surely spam
    ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A mention with what a list shows beside it."""

    mention: Mention
    author: Author | None
    feed_name: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """One page, newest first; `cursor` asks for the next one, `None` at the end."""

    rows: tuple[Hit, ...]
    cursor: int | None


@dataclass(frozen=True, slots=True)
class Whole:
    """One mention with all that is known of it: earlier texts, the conversation, and where else it was seen."""

    hit: Hit
    feed: Feed
    versions: tuple[MentionVersion, ...]
    conversation: tuple[Hit, ...]
    also_seen: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """How a feed is doing. `word`: answers, new, slowed, failing, silent, paused, gone.

    `per_day` and `noise` (share of spam and reposts) are of the last seven days; `usual_gap` is the usual seconds
    between two mentions; `gaps` are stretches still to be filled.
    """

    feed: Feed
    word: str
    per_day: float
    noise: float
    usual_gap: float | None
    gaps: int
    rejections: int


@dataclass(frozen=True, slots=True)
class Point:
    """The counts of one stretch of time, from `at` on."""

    at: datetime
    total: int
    distinct: int
    negative: int


# mentions -------------------------------------------------------------------------------------------------------------


def mentions(session: Session, chosen: Chosen | None = None, *, cursor: int | None = None, limit: int = 50) -> Hits:
    """Return mentions, the last heard first; `cursor` is the one the page before gave."""
    limit = max(1, min(limit, MOST))
    asked = _hits().order_by(Mention.id.desc()).limit(limit + 1)
    for clause in _clauses(chosen or Chosen()):
        asked = asked.where(clause)
    if cursor is not None:
        asked = asked.where(Mention.id < cursor)
    rows = _with_topics(session, asked)
    return Hits(rows[:limit], rows[limit - 1].mention.id if len(rows) > limit else None)


def count(session: Session, chosen: Chosen | None = None, *, most: int = 10_000) -> int:
    """Return how many mentions are meant, counted no further than `most`."""
    asked = select(Mention.id).where(*_clauses(chosen or Chosen())).limit(most)
    return session.scalar(select(func.count()).select_from(asked.subquery())) or 0


def search(session: Session, q: str, *, cursor: int | None = None, limit: int = 50) -> Hits:
    """Return the mentions that carry the words of `q`: all of them, "phrases" whole, -words not."""
    return mentions(session, Chosen(q=q), cursor=cursor, limit=limit)


def mention(session: Session, mention_id: int) -> Whole | None:
    """Return one mention whole, or `None`."""
    found = _with_topics(session, _hits().where(Mention.id == mention_id))
    if not found:
        return None
    hit = found[0]
    row = hit.mention
    versions = session.scalars(
        select(MentionVersion).where(MentionVersion.mention_id == row.id).order_by(MentionVersion.id.desc()).limit(MOST)
    )
    talk = _hits().where(Mention.thread == row.thread).order_by(Mention.posted_at, Mention.id).limit(MOST)
    first = row.same_as_id or row.id
    copies = _hits().where(or_(Mention.same_as_id == first, Mention.id == first), Mention.id != row.id)
    return Whole(
        hit=hit,
        feed=session.get_one(Feed, row.feed_id),
        versions=tuple(versions),
        conversation=_with_topics(session, talk),
        also_seen=_with_topics(session, copies.order_by(Mention.id).limit(MOST)),
    )


def words(q: str) -> str:
    """Return a search as PostgreSQL reads it: folded as the texts are, quotes and minus signs kept."""
    parts = []
    for minus, phrase, word in _WORDS.findall(q):
        if word.upper() == "OR":
            parts.append("or")
            continue
        said = " ".join(fold(phrase or word).translate(_APART).split())
        if any(map(str.isalnum, said)):
            parts.append(f'{minus}"{said}"' if phrase or minus or " " in said else said)
    return " ".join(parts)


def _hits() -> Any:
    return (
        select(Mention, Author, Feed.name)
        .join(Feed, Feed.id == Mention.feed_id)
        .outerjoin(Author, Author.id == Mention.author_id)
    )


def _with_topics(session: Session, asked: Any) -> tuple[Hit, ...]:
    rows = session.execute(asked).all()
    topics: dict[int, list[Topic]] = {}
    spoken = (
        select(MentionTopic.mention_id, Topic)
        .join(Topic, Topic.id == MentionTopic.topic_id)
        .where(MentionTopic.mention_id.in_([row[0].id for row in rows]))
        .order_by(Topic.name)
    )
    for mention_id, topic in session.execute(spoken) if rows else ():
        topics.setdefault(mention_id, []).append(topic)
    return tuple(Hit(row[0], row[1], row[2], tuple(topics.get(row[0].id, ()))) for row in rows)


def _clauses(chosen: Chosen) -> list[Any]:
    plain = ("feed_id", "source", "language", "mood", "kind", "author_id", "thread", "is_history", "is_ours")
    clauses: list[Any] = [
        getattr(Mention, name) == getattr(chosen, name) for name in plain if getattr(chosen, name) is not None
    ]
    searched = words(chosen.q)
    if searched:
        clauses.append(Mention.search.op("@@")(func.websearch_to_tsquery("simple", searched)))
    if chosen.topic_id is not None:
        spoken = select(MentionTopic).where(
            MentionTopic.mention_id == Mention.id, MentionTopic.topic_id == chosen.topic_id
        )
        clauses.append(exists(spoken))
    if chosen.since is not None:
        clauses.append(Mention.posted_at >= chosen.since)
    if chosen.until is not None:
        clauses.append(Mention.posted_at < chosen.until)
    if not chosen.copies:
        clauses.append(Mention.same_as_id.is_(None))
    if not chosen.spam:
        clauses.append(Mention.kind != "spam")
    if chosen.ids is not None:
        clauses.append(Mention.id.in_(chosen.ids))
    return clauses


# authors, topics ------------------------------------------------------------------------------------------------------


def author(session: Session, author_id: int) -> Author | None:
    """Return one author, or `None`."""
    return session.get(Author, author_id)


def authors(
    session: Session, *, q: str = "", source: str | None = None, cursor: int | None = None, limit: int = 50
) -> tuple[list[Author], int | None]:
    """Return authors, the newest first, and the cursor of the next page."""
    limit = max(1, min(limit, MOST))
    asked = select(Author).order_by(Author.id.desc()).limit(limit + 1)
    if q.strip():
        like = f"%{q.strip().replace('%', '').replace('_', chr(92) + '_')}%"
        asked = asked.where(or_(Author.handle.ilike(like), Author.name.ilike(like)))
    if source is not None:
        asked = asked.where(Author.source == source)
    if cursor is not None:
        asked = asked.where(Author.id < cursor)
    rows = list(session.scalars(asked))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def topics(session: Session) -> list[Topic]:
    """Return all topics by name."""
    return list(session.scalars(select(Topic).order_by(Topic.name)))


def topic(session: Session, topic_id: int) -> Topic | None:
    """Return one topic, or `None`."""
    return session.get(Topic, topic_id)


# feeds ----------------------------------------------------------------------------------------------------------------


def feed(session: Session, feed_id: int) -> Feed | None:
    """Return one feed that was not removed, or `None`."""
    found = session.get(Feed, feed_id)
    return found if found is not None and found.state != FeedState.DELETED else None


def feeds(session: Session, now: datetime) -> list[Health]:
    """Return all feeds by name, with how they are doing."""
    rows = list(session.scalars(select(Feed).where(Feed.state != FeedState.DELETED).order_by(Feed.name, Feed.id)))
    return _healths(session, rows, now)


def health(session: Session, feed_id: int, now: datetime) -> Health | None:
    """Return how one feed is doing, or `None`."""
    found = feed(session, feed_id)
    return _healths(session, [found], now)[0] if found else None


def _healths(session: Session, rows: Sequence[Feed], now: datetime) -> list[Health]:
    ids = [row.id for row in rows]
    week = timedelta(days=7)
    noisy = or_(Mention.kind == "spam", Mention.is_repost)
    heard = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(Mention.feed_id, func.count(), func.count().filter(noisy))
            .where(Mention.feed_id.in_(ids), Mention.heard_at > now - week, Mention.is_history.is_(False))
            .group_by(Mention.feed_id)
        )
    }
    gaps = _counted(session, Gap.feed_id, ids, Gap.filled_at.is_(None))
    rejected = _counted(session, Rejection.feed_id, ids)
    silent = set(
        session.scalars(
            select(Spike.feed_id).where(
                Spike.sort == SpikeSort.SILENCE, Spike.closed_at.is_(None), Spike.feed_id.in_(ids)
            )
        )
    )
    found = []
    for row in rows:
        total, noise = heard.get(row.id, (0, 0))
        days = min(max((now - row.created_at) / timedelta(days=1), 1.0), 7.0)
        gap = days * 86_400 / total if total > 1 else None
        word = _word(row, row.id in silent)
        found.append(
            Health(
                row,
                word,
                total / days,
                noise / total if total else 0.0,
                gap,
                gaps.get(row.id, 0),
                rejected.get(row.id, 0),
            )
        )
    return found


def _counted(session: Session, key: Any, ids: Sequence[int], *clauses: Any) -> dict[int, int]:
    rows = session.execute(select(key, func.count()).where(key.in_(ids), *clauses).group_by(key))
    return {row[0]: row[1] for row in rows}


def _word(row: Feed, is_silent: bool) -> str:
    if row.state != FeedState.ACTIVE:
        return row.state
    if row.failures >= 3:
        return "failing"
    if is_silent:
        return "silent"
    if row.failures:
        return "slowed"
    return "answers" if row.last_success_at or row.last_heard_at else "new"


def gaps(session: Session, feed_id: int) -> list[Gap]:
    """Return what a feed could not give yet, the newest first."""
    return list(
        session.scalars(
            select(Gap).where(Gap.feed_id == feed_id, Gap.filled_at.is_(None)).order_by(Gap.id.desc()).limit(MOST)
        )
    )


def rejections(session: Session, feed_id: int, limit: int = 50) -> list[Rejection]:
    """Return the last rows of a feed that could not be read, the newest first."""
    return list(
        session.scalars(
            select(Rejection).where(Rejection.feed_id == feed_id).order_by(Rejection.id.desc()).limit(min(limit, MOST))
        )
    )


def deliveries(session: Session, feed_id: int, limit: int = 50) -> list[Delivery]:
    """Return the last calls of a pushing feed, the newest first."""
    return list(
        session.scalars(
            select(Delivery).where(Delivery.feed_id == feed_id).order_by(Delivery.id.desc()).limit(min(limit, MOST))
        )
    )


def imports(session: Session, limit: int = 50) -> list[ImportRun]:
    """Return the last imports, the newest first."""
    return list(session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(min(limit, MOST))))


# volumes, spikes ------------------------------------------------------------------------------------------------------


def volumes(
    session: Session,
    *,
    start: datetime,
    end: datetime,
    step: timedelta = timedelta(hours=1),
    topic_id: int | None = None,
    feed_id: int | None = None,
) -> list[Point]:
    """Return the counts of a topic (or of all) from `start` to `end` in steps, oldest first; quiet steps are zeros.

    `step` is a whole number of five minutes; without a topic a mention of two topics counts twice.
    """
    steps = max(1, round(step / BUCKET))
    origin = bucket_of(start)
    width = BUCKET * steps
    place = func.date_bin(width, Volume.bucket, origin)
    asked = select(place, func.sum(Volume.total), func.sum(Volume.distinct), func.sum(Volume.negative)).where(
        Volume.bucket >= origin, Volume.bucket < end
    )
    if topic_id is not None:
        asked = asked.where(Volume.topic_id == topic_id)
    if feed_id is not None:
        asked = asked.where(Volume.feed_id == feed_id)
    found = {row[0]: row for row in session.execute(asked.group_by(place))}
    points: list[Point] = []
    at = origin
    while at < end and len(points) < 10_000:
        row = found.get(at)
        points.append(Point(at, int(row[1]), int(row[2]), int(row[3])) if row else Point(at, 0, 0, 0))
        at += width
    return points


def spikes(
    session: Session,
    *,
    topic_id: int | None = None,
    sort: str | None = None,
    is_open: bool | None = None,
    cursor: int | None = None,
    limit: int = 50,
) -> tuple[list[Spike], int | None]:
    """Return incidents, the newest first, and the cursor of the next page."""
    limit = max(1, min(limit, MOST))
    asked = select(Spike).order_by(Spike.id.desc()).limit(limit + 1)
    if topic_id is not None:
        asked = asked.where(Spike.topic_id == topic_id)
    if sort is not None:
        asked = asked.where(Spike.sort == sort)
    if is_open is not None:
        asked = asked.where(Spike.closed_at.is_(None) if is_open else Spike.closed_at.is_not(None))
    if cursor is not None:
        asked = asked.where(Spike.id < cursor)
    rows = list(session.scalars(asked))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def spike(session: Session, spike_id: int) -> Spike | None:
    """Return one incident, or `None`."""
    return session.get(Spike, spike_id)
