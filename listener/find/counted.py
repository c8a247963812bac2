"""Which mentions are counted, and where they were made: clauses that every figure of people and reputation shares."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, bindparam, case, exists, func, not_, null
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import InstrumentedAttribute

from listener.kinds import UNSURE_BELOW, Kind
from listener.models import Mention, MentionTopic
from listener.sentiment import MoodLabel
from listener.standing import BY_FEED

ORDER = (MoodLabel.POSITIVE, MoodLabel.NEUTRAL, MoodLabel.NEGATIVE, MoodLabel.UNSURE)


def counted(since: datetime, until: datetime, topic_id: int | None = None) -> ColumnElement[bool]:
    """Return the clause on `Mention`: posted since … until, of the topic, no spam, not ours, no repost, no history."""
    quarantined = (Mention.kind == Kind.SPAM) & (Mention.kind_confidence >= UNSURE_BELOW)
    kept_out = Mention.is_ours | Mention.is_repost | Mention.is_history | quarantined
    clause = and_(Mention.posted_at >= since, Mention.posted_at < until, not_(kept_out))
    return clause if topic_id is None else and_(clause, of_topic(topic_id))


def of_topic(topic_id: int) -> ColumnElement[bool]:
    """Return the clause on `Mention`: it speaks of this topic."""
    return exists().where(MentionTopic.mention_id == Mention.id, MentionTopic.topic_id == topic_id)


def place_feed() -> ColumnElement[int | None]:
    """Return the feed of a mention where each feed is a place of its own, else null (`standing.place_of` in SQL)."""
    return case((Mention.source.in_(sorted(BY_FEED)), Mention.feed_id), else_=null())


def by_mood(each: ColumnElement[float] | None = None) -> tuple[ColumnElement[Any], ...]:
    """Return how much there is of each mood, in the order of `standing.Moods`: mentions, or the sum of `each`."""
    if each is None:
        return tuple(func.count().filter(Mention.mood == mood) for mood in ORDER)
    return tuple(func.coalesce(func.sum(each).filter(Mention.mood == mood), 0.0) for mood in ORDER)


def among(column: ColumnElement[int] | InstrumentedAttribute[Any], ids: Collection[int]) -> ColumnElement[bool]:
    """As `in_`, with one parameter however many there are."""
    return column == any_(bindparam(None, sorted(set(ids)), ARRAY(BIGINT)))
