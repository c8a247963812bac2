"""What we listen for: topics made, changed, tried on what was already heard, and read for judging."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener.alarm.watch import BUDGETS
from listener.judgement import Topicality
from listener.models import Author, Mention, Topic, TopicKind
from listener.text import fold
from listener.topics import QueryError, Speech, read

READ = 20_000  # mentions a preview looks at
TURN = 4_712_007  # the turn of store.py: whoever removes a topic must not meet one who counts for it

_read = lru_cache(maxsize=2048)(read)


class BadTopic(ValueError):
    """A topic that cannot be kept: which field, and a sentence that says what to do."""

    def __init__(self, field: str, sentence: str, position: int | None = None) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence
        self.position = position


@dataclass(frozen=True, slots=True)
class Preview:
    """What a query finds in the last weeks: the newest hits, how many there are, and in how many mentions it looked.

    `near` are the newest that say one of its words and are left out all the same; `left_out` is how many do.
    """

    hits: tuple[Mention, ...]
    found: int
    looked_at: int
    per_day: float
    words: tuple[str, ...]
    near: tuple[Mention, ...] = ()
    left_out: int = 0


def topicalities(session: Session) -> list[Topicality]:
    """Return every enabled topic, read. One that cannot be read any more is left out; its page says why."""
    found: list[Topicality] = []
    for row in session.execute(select(Topic.id, Topic.kind, Topic.query).where(Topic.enabled).order_by(Topic.id)):
        try:
            found.append(Topicality(row.id, row.kind, _read(row.query)))
        except QueryError:
            continue
    return found


def create(
    session: Session, *, name: str, kind: str, query: str, now: datetime, enabled: bool = True, is_demo: bool = False
) -> Topic:
    """Make a topic; raise `BadTopic` with the field and a sentence."""
    topic = Topic(created_at=now, is_demo=is_demo, enabled=enabled)
    return _fill(session, topic, name, kind, query, now)


def update(
    session: Session,
    topic_id: int,
    *,
    now: datetime,
    name: str | None = None,
    kind: str | None = None,
    query: str | None = None,
    enabled: bool | None = None,
) -> Topic | None:
    """Change a topic, or return `None` where there is none; what was already heard keeps its topics."""
    topic = session.get(Topic, topic_id, with_for_update={"key_share": True})
    if topic is None:
        return None
    _fill(
        session,
        topic,
        topic.name if name is None else name,
        topic.kind if kind is None else kind,
        topic.query if query is None else query,
        now,
    )
    if enabled is not None:
        topic.enabled = enabled
        session.flush()
    return topic


def tolerate(session: Session, topic_id: int, tolerance: float) -> Topic | None:
    """Say how many false alerts a week people put up with for a topic; return `None` where there is none.

    Raises `BadTopic` for what is no choice. What the alarm has learnt stays; the next bucket is judged by it.
    """
    check_tolerance(tolerance)
    topic = session.get(Topic, topic_id, with_for_update={"key_share": True})
    if topic is not None:
        topic.tolerance = tolerance
        session.flush()
    return topic


def check_tolerance(tolerance: float) -> None:
    """Raise `BadTopic` for a tolerance people cannot choose."""
    if tolerance not in BUDGETS:
        raise BadTopic("tolerance", "Choose 4, 1, 0.5 or 0.25 false alerts a week.")


def remove(session: Session, topic_id: int) -> bool:
    """Delete a topic with its counts; the mentions stay. Return whether there was one."""
    session.execute(select(func.pg_advisory_xact_lock(TURN)))
    topic = session.get(Topic, topic_id, with_for_update=True)
    if topic is None:
        return False
    session.delete(topic)
    session.flush()
    return True


def preview(session: Session, query: str, limit: int = 20, *, now: datetime, days: int = 30) -> Preview:
    """Try a query on what was heard in the last `days`; raise `QueryError` with the place of the mistake."""
    asked = _read(query)
    since = now - timedelta(days=days)
    rows = session.execute(
        select(Mention.id, Mention.folded, Mention.language, Mention.source, Author.handle, Mention.posted_at)
        .outerjoin(Author, Author.id == Mention.author_id)
        .where(Mention.posted_at >= since)
        .order_by(Mention.posted_at.desc(), Mention.id.desc())
        .limit(READ)
    ).all()
    hits, near, words = [], [], tuple(word.rstrip("*") for word in asked.words())
    for row in rows:
        if asked.matches(Speech(row.folded, row.language, row.source, fold(row.handle or ""))):
            hits.append(row.id)
        elif any(word in row.folded for word in words):
            near.append(row.id)
    reach = max((now - rows[-1].posted_at) / timedelta(days=1), 1.0) if rows else float(days)
    return Preview(
        _in_order(session, hits[:limit]),
        len(hits),
        len(rows),
        len(hits) / reach,
        asked.words(),
        _in_order(session, near[: max(limit // 2, 3)]),
        len(near),
    )


def words_of(topics: Sequence[Topic]) -> tuple[str, ...]:
    """Return the folded words of some topics, for highlights."""
    found: dict[str, None] = {}
    for topic in topics:
        try:
            found.update(dict.fromkeys(_read(topic.query).words()))
        except QueryError:
            continue
    return tuple(found)


def _in_order(session: Session, ids: Sequence[int]) -> tuple[Mention, ...]:
    found = {one.id: one for one in session.scalars(select(Mention).where(Mention.id.in_(ids)))}
    return tuple(found[one] for one in ids)


def _fill(session: Session, topic: Topic, name: str, kind: str, query: str, now: datetime) -> Topic:
    """Check all, then change all: a refused topic stays as it was."""
    name, query = name.strip(), query.strip()
    if not name:
        raise BadTopic("name", "Give the topic a name.")
    if kind not in set(TopicKind):
        raise BadTopic("kind", f"“{kind}” is no kind of topic. The kinds are {', '.join(TopicKind)}.")
    try:
        _read(query)
    except QueryError as error:
        raise BadTopic("query", error.sentence, error.position) from error
    taken = session.scalar(select(Topic.id).where(func.lower(Topic.name) == name.lower()))
    if taken is not None and taken != topic.id:
        raise BadTopic("name", f"There is already a topic called “{name}”.")
    topic.name, topic.kind, topic.query, topic.updated_at = name, kind, query, now
    session.add(topic)
    session.flush()
    return topic
