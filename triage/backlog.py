"""Mentions without a verdict, oldest first, found in time that does not grow with all that was ever heard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, any_, bindparam, exists, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from listener.models import Author, Mention, MentionTopic, Spike, SpikeSort, Topic
from triage.facts import MentionView, Subject, Writer
from triage.models import RouteMark, Verdict

SWEEP = timedelta(hours=1)  # how often the mark is not believed, and all mentions are looked at
SKEW = timedelta(seconds=5)  # numbers and times of two rows written at once may cross
_NAME = "route"
_COLUMNS = (
    *(Mention.id, Mention.source, Mention.form, Mention.language, Mention.folded, Mention.kind, Mention.mood),
    *(Mention.kind_confidence, Mention.mood_score, Mention.rating, Mention.links, Mention.likes, Mention.replies),
    *(Mention.shares, Mention.parent_native_id, Mention.is_ours, Mention.is_repost, Mention.is_history),
    *(Mention.same_as_id, Mention.posted_at, Mention.heard_at, Mention.stored_at, Mention.thread, Mention.author_id),
    *(Mention.is_demo, Mention.url, Mention.native_id, func.left(Mention.title, 300).label("title")),
    func.left(Mention.text, 600).label("text"),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One mention that waits for its verdict, with all that routing needs to know of it."""

    row: Any  # the columns above, by name
    author: Writer | None
    topics: tuple[Subject, ...]
    in_spike: bool

    def view(self) -> MentionView:
        """Return what the facts need; raises where a value cannot be what it must be."""
        row = self.row
        return MentionView(
            id=row.id, source=row.source, form=row.form, language=row.language, folded=row.folded, kind=row.kind,
            kind_confidence=row.kind_confidence, mood=row.mood, mood_score=row.mood_score, rating=row.rating,
            links=len(row.links), likes=row.likes, replies=row.replies, shares=row.shares,
            parent_native_id=row.parent_native_id, is_ours=row.is_ours, is_repost=row.is_repost,
            is_history=row.is_history, same_as_id=row.same_as_id, posted_at=row.posted_at, heard_at=row.heard_at,
        )  # fmt: skip


def waiting(session: Session, now: datetime, limit: int) -> list[Waiting]:
    """Return up to `limit` mentions without a verdict, in the order they were heard, and move the mark.

    The mark is the number up to which every mention has its verdict once this round is committed. It never passes a
    mention that a transaction still open may bring: numbers are given before the commit. Call it under the lock of
    the round, and give every mention it returns a verdict.
    """
    safe = _written_for_good(session)
    mark = session.get(RouteMark, _NAME)
    sweeps = mark is None or now - mark.swept_at >= SWEEP or now < mark.swept_at
    floor = 0 if mark is None or sweeps else mark.mention_id
    unjudged = ~exists().where(Verdict.mention_id == Mention.id, Verdict.is_current)
    found = session.execute(
        select(*_COLUMNS).where(Mention.id > floor, unjudged).order_by(Mention.id).limit(limit)
    ).all()
    reached = select(func.max(Mention.id)).where(Mention.stored_at < safe)
    if len(found) == limit:
        reached = reached.where(Mention.id <= found[-1].id)
    upto = max(session.scalar(reached) or 0, floor)
    moved = {"mention_id": upto, "swept_at": now if mark is None or sweeps else mark.swept_at}
    session.execute(
        insert(RouteMark).values(name=_NAME, **moved).on_conflict_do_update(index_elements=["name"], set_=moved)
    )
    if mark is not None:
        session.expire(mark)
    return _with_company(session, found)


def known(session: Session, mention_id: int) -> Waiting | None:
    """Return one mention with all that routing needs to know of it, whether it has a verdict or not."""
    rows = session.execute(select(*_COLUMNS).where(Mention.id == mention_id)).all()
    return next(iter(_with_company(session, rows)), None)


def among(column: InstrumentedAttribute[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Return the clause that a column holds one of many values, sent as one array: the query stays short."""
    kind = column.type
    return column == any_(bindparam(None, sorted(set(values)), ARRAY(kind)))


def _written_for_good(session: Session) -> datetime:
    """Return a moment before which no open transaction wrote: what is older and will ever be seen is seen now."""
    oldest: datetime = session.execute(
        text(
            "SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
    ).scalar_one()
    return oldest - SKEW


def _with_company(session: Session, rows: Sequence[Row[Any]]) -> list[Waiting]:
    if not rows:
        return []
    authors = {
        row.id: Writer(row.followers, row.mentions, row.negative, row.positive, row.is_bot)
        for row in session.execute(
            select(Author.id, Author.followers, Author.mentions, Author.negative, Author.positive, Author.is_bot).where(
                among(Author.id, {row.author_id for row in rows if row.author_id is not None})
            )
        )
    }
    topics: dict[int, list[Subject]] = {}
    for mention_id, topic_id, name, kind in session.execute(
        select(MentionTopic.mention_id, Topic.id, Topic.name, Topic.kind)
        .join(Topic, Topic.id == MentionTopic.topic_id)
        .where(among(MentionTopic.mention_id, (row.id for row in rows)))
        .order_by(Topic.name)
    ):
        topics.setdefault(mention_id, []).append(Subject(topic_id, name, kind))
    spiking = set(
        session.scalars(
            select(Spike.topic_id).where(Spike.closed_at.is_(None), Spike.sort.in_((SpikeSort.SPIKE, SpikeSort.SURGE)))
        )
    )
    return [
        Waiting(
            row=row,
            author=authors.get(row.author_id),
            topics=tuple(topics.get(row.id, ())),
            in_spike=any(topic.id in spiking for topic in topics.get(row.id, ())),
        )
        for row in rows
    ]
