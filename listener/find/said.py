"""What was said and by whom: mentions filtered, searched and shown whole; authors."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from listener.kinds import UNSURE_BELOW, Kind
from listener.models import Author, Feed, Mention, MentionTopic, MentionVersion, Topic
from listener.models.mention import JOINTS, NARROWED
from listener.text import fold

MOST = 200  # rows of one page
WINDOWS = (2_000, 20_000)  # of the newest numbers looked through, before all
FEW = 1_000  # of which all are sorted sooner than any window is looked through
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
    spam: bool = True  # False: without what lies in quarantine
    quarantined: bool = False  # True: only what lies in quarantine
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
    """One page, newest first; `cursor` asks for the next one, `None` at the end.

    `found` is how many there are on all pages, counted up to `FEW`, where it was asked for.
    """

    rows: tuple[Hit, ...]
    cursor: int | None
    found: int | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """One mention with all that is known of it: earlier texts, the conversation, and where else it was seen."""

    hit: Hit
    feed: Feed
    versions: tuple[MentionVersion, ...]
    conversation: tuple[Hit, ...]
    also_seen: tuple[Hit, ...]


def mentions(
    session: Session, chosen: Chosen | None = None, *, cursor: int | None = None, limit: int = 50, counted: bool = False
) -> Hits:
    """Return mentions, the last heard first; `cursor` is the one the page before gave."""
    limit = max(1, min(limit, MOST))
    found = count(session, chosen, most=FEW) if counted else None
    few = found is not None and found < FEW
    ids = _newest(session, _clauses(chosen or Chosen()), cursor, limit + 1, few=few)
    rows = _with_topics(session, _hits().where(Mention.id.in_(ids[:limit])).order_by(Mention.id.desc()))
    return Hits(rows, ids[limit - 1] if len(ids) > limit else None, found)


def count(session: Session, chosen: Chosen | None = None, *, most: int = 10_000) -> int:
    """Return how many mentions are meant, counted no further than `most`."""
    found = _found(_clauses(chosen or Chosen()))
    return session.scalar(select(func.count()).select_from(select(found.c.id).limit(most).subquery())) or 0


def _newest(session: Session, clauses: list[Any], cursor: int | None, limit: int, *, few: bool) -> list[int]:
    """Return the highest numbers that fit.

    Walking down from the newest is fast for what is common and hopeless for what is not; sorting all that fit, the
    other way round. Unless they are known to be `few`, the newest are looked through in windows that grow.
    """
    if not clauses:
        return list(session.scalars(_below(select(Mention.id), cursor).order_by(Mention.id.desc()).limit(limit)))
    before = [] if cursor is None else [Mention.id < cursor]
    ids: list[int] = []
    for oldest in windows(cursor or session.scalar(select(func.max(Mention.id))) or 0, few=few):
        found = _found([*clauses, *before, *([] if oldest is None else [Mention.id >= oldest])])
        ids = list(session.scalars(select(found.c.id).order_by(found.c.id.desc()).limit(limit)))
        if len(ids) == limit:
            break
    return ids


def windows(newest: int, *, few: bool) -> tuple[int | None, ...]:
    """Return how far down from the newest number to look, one try after another; `None` is all there is.

    No bound at all, where it would hold for every row: PostgreSQL reads it as a question of its own.
    """
    return (*(newest - size for size in WINDOWS if size < newest and not few), None)


def _found(clauses: list[Any]) -> CTE:
    """Return all that fit, asked for as such: a limit above would make PostgreSQL guess how soon it is reached."""
    return select(Mention.id).where(*clauses).cte("found").prefix_with("MATERIALIZED", dialect="postgresql")


def _below(asked: Select[int], cursor: int | None) -> Select[int]:
    return asked if cursor is None else asked.where(Mention.id < cursor)


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
    plain = ("author_id", "thread", "is_history", "is_ours")
    clauses: list[Any] = [
        getattr(Mention, name) == getattr(chosen, name) for name in plain if getattr(chosen, name) is not None
    ]
    searched: list[Any] = [func.websearch_to_tsquery("simple", said)] if (said := words(chosen.q)) else []
    searched += [_narrowing(name, value) for name in NARROWED if (value := getattr(chosen, name)) is not None]
    if searched:
        clauses.append(Mention.search.op("@@")(reduce(lambda one, other: one.op("&&")(other), searched)))
    if chosen.topic_id is not None:
        spoken = select(MentionTopic).where(
            MentionTopic.mention_id == Mention.id, MentionTopic.topic_id == chosen.topic_id
        )
        # OFFSET keeps it a question asked of each mention found, instead of a list of all that speak of the topic
        clauses.append(exists(spoken.offset(0)))
    if chosen.since is not None:
        clauses.append(Mention.posted_at >= chosen.since)
    if chosen.until is not None:
        clauses.append(Mention.posted_at < chosen.until)
    if not chosen.copies:
        clauses.append(Mention.same_as_id.is_(None))
    if not chosen.spam:
        clauses.append(not_(quarantined()))
    if chosen.quarantined:
        clauses.append(quarantined())
    if chosen.ids is not None:
        clauses.append(Mention.id.in_(chosen.ids))
    return clauses


def _narrowing(name: str, value: object) -> Any:
    """Return the query for what stands beside the words in the index (see `NARROWED`)."""
    quoted = f"{name}:{value}".replace("\\", "\\\\").replace("'", "''")
    return as_type(f"'{quoted}'", TSQUERY)


def quarantined() -> ColumnElement[bool]:
    """Return the clause for mentions in quarantine: spam, and sure enough."""
    return and_(Mention.kind == Kind.SPAM, Mention.kind_confidence >= UNSURE_BELOW)


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
