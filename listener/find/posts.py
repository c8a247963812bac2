"""Posts of a stretch of time as the rooms of the cause read them, a sample of the time before, and their texts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, select
from sqlalchemy.orm import Session

from listener.carriers import Post
from listener.find.counted import among, counted
from listener.models import Author, Mention, Volume
from listener.text import snippet

MOST = 20_000
SAMPLE = 3_000
EVERYDAY = 2_000

_POST = (
    Mention.id, Mention.feed_id, Mention.native_id, Mention.parent_native_id, Mention.posted_at, Mention.thread,
    Mention.same_as_id, Mention.source, Mention.language, Mention.mood, Mention.likes, Mention.replies, Mention.shares,
    Mention.views, Mention.author_id, Author.followers, Mention.links, Author.name, Author.handle,
)  # fmt: skip
_WORDS = func.concat(Mention.title, literal("\n"), Mention.text)


def posts(session: Session, topic_id: int, since: datetime, until: datetime) -> list[Post]:
    """Return the counted mentions of a topic from `since` to before `until`, oldest first; of very many, the first."""
    asked = select(*_POST).outerjoin(Author, Author.id == Mention.author_id).where(counted(since, until, topic_id))
    return [_post(row) for row in session.execute(asked.order_by(Mention.posted_at, Mention.id).limit(MOST))]


def post(session: Session, mention_id: int) -> Post:
    """Return one mention, counted or not."""
    asked = select(*_POST).outerjoin(Author, Author.id == Mention.author_id).where(Mention.id == mention_id)
    return _post(session.execute(asked).one())


def sample(session: Session, topic_id: int, since: datetime, until: datetime) -> tuple[list[Post], list[str]]:
    """Return an even sample of the counted mentions of a topic, and the texts of those that repeat no other."""
    total = session.scalar(
        select(func.coalesce(func.sum(Volume.total), 0)).where(
            Volume.topic_id == topic_id, Volume.bucket >= since, Volume.bucket < until
        )
    )
    step = -(-int(total or 0) // SAMPLE) or 1
    asked = (
        select(*_POST, _WORDS)
        .outerjoin(Author, Author.id == Mention.author_id)
        .where(counted(since, until, topic_id), Mention.id % step == 0)
        .order_by(Mention.posted_at.desc(), Mention.id.desc())
        .limit(2 * SAMPLE)
    )
    rows = session.execute(asked).all()
    return [_post(row) for row in rows], [row[-1] for row in rows if row.same_as_id is None]


def everyday(session: Session, since: datetime, until: datetime) -> list[str]:
    """Return texts of a time, of whatever topic; of very many, the last."""
    asked = select(_WORDS).where(counted(since, until), Mention.same_as_id.is_(None))
    return list(session.scalars(asked.order_by(Mention.posted_at.desc(), Mention.id.desc()).limit(EVERYDAY)))


def texts(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return mention -> its title and text."""
    rows = session.execute(select(Mention.id, _WORDS).where(among(Mention.id, list(ids))).order_by(Mention.id))
    return {row[0]: row[1] for row in rows}


def first_words(session: Session, ids: Iterable[int], limit: int = 80) -> dict[int, str]:
    """Return mention -> its first words on one line, at most `limit` characters."""
    rows = session.execute(select(Mention.id, Mention.title, Mention.text).where(among(Mention.id, list(ids))))
    return {row.id: snippet(row.title or row.text, limit) for row in rows}


def earliest(session: Session, clause: ColumnElement[bool]) -> int | None:
    """Return the first post of a conversation or of copies, whenever it was said and whoever said it."""
    asked = select(Mention.id).where(clause, Mention.is_history.is_(False), Mention.is_repost.is_(False))
    return session.scalar(asked.order_by(Mention.posted_at, Mention.id).limit(1))


def _post(row: Row[Any]) -> Post:
    *columns, links, name, handle = row[: len(_POST)]
    return Post(*[*columns, tuple(map(str, links)), name or "", handle or ""])
