"""What is said in an incident: which mentions belong to it, and what its voices add up to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from listener.find.counted import among, counted, of_topic
from listener.find.reach import reaches
from listener.models import Author, Mention, Spike, Volume
from listener.sentiment import MoodLabel
from listener.standing import BY_FEED, INFLUENTIAL
from triage.models import Crisis
from triage.signs import Stretch, Talk

LEAD = timedelta(minutes=30)  # what began it was said a little before it stood out
USUAL = timedelta(days=14)
REACH = timedelta(days=90)  # what authors draw is read from
MOST_SPEAKERS = 300
# a text and its copies are one
_TEXTS = func.count(func.coalesce(Mention.same_as_id, Mention.id).distinct())


def span(crisis: Crisis, spike: Spike | None, now: datetime) -> tuple[datetime, datetime]:
    """Return from when until when mentions belong to a crisis; it gathers while its incident, or it itself, goes on."""
    since = datetime.fromisoformat(crisis.reason["since"])
    ends = [at for at in (crisis.stood_down_at, spike.closed_at if spike else None) if at is not None]
    return since, min([*ends, now + timedelta(seconds=1)])


def began(spike: Spike) -> datetime:
    """Return from when on mentions may belong to an incident."""
    return spike.started_at - LEAD


def belongs(topic_id: int, since: datetime, until: datetime, cause: Mapping[str, Any]) -> ColumnElement[bool]:
    """Return the clause on `Mention`: what is negative, and what stands in the threads and texts that carried it.

    A question or a kind word that only fell into the same hours is not swallowed.
    """
    named = [cause.get("first"), cause.get("biggest"), *(cause.get("threads") or ())]
    ids = [one["mention_id"] for one in named if one and one.get("mention_id")]
    root = func.coalesce(Mention.same_as_id, Mention.id)
    threads = select(Mention.thread).where(among(Mention.id, ids))
    roots = select(root).where(among(Mention.id, ids))
    carried = or_(Mention.thread.in_(threads), root.in_(roots))
    return and_(counted(since, until, topic_id), or_(Mention.mood == MoodLabel.NEGATIVE, carried))


def talk(session: Session, topic_id: int, since: datetime, until: datetime) -> Talk:
    """Return what was said of a topic from `since` to `until`, beside the two weeks before."""
    clause = counted(since, until, topic_id)
    negative = Mention.mood == MoodLabel.NEGATIVE
    posts, angry = session.execute(select(_TEXTS, _TEXTS.filter(negative)).where(clause)).one()
    usual = session.execute(
        select(func.coalesce(func.sum(Volume.total), 0), func.coalesce(func.sum(Volume.negative), 0)).where(
            Volume.topic_id == topic_id, Volume.bucket >= since - USUAL, Volume.bucket < since
        )
    ).one()
    place = Mention.source + case((Mention.source.in_(sorted(BY_FEED)), func.concat(":", Mention.feed_id)), else_="")
    speakers = (
        select(place, func.count(Mention.author_id.distinct()))
        .where(clause, negative, Mention.same_as_id.is_(None))
        .group_by(place)
    )
    return Talk(
        now=Stretch(posts, angry),
        usual=Stretch(int(usual[0]), int(usual[1])),
        angry={str(row[0]): row[1] for row in session.execute(speakers)},
        far=_far(session, and_(clause, negative), until),
    )


def shared(session: Session, topic_id: int, other_id: int, since: datetime, until: datetime) -> float:
    """Return the share of what is said of a topic that speaks of another one too, 0…1."""
    clause = counted(since, until, topic_id)
    whole, both = session.execute(
        select(func.count(), func.count().filter(of_topic(other_id))).select_from(Mention).where(clause)
    ).one()
    return both / whole if whole else 0.0


def _far(session: Session, angry: ColumnElement[bool], until: datetime) -> tuple[int, ...]:
    """Return who of the angry reaches further than nearly all authors of their source, the furthest first."""
    spoke = select(Mention.author_id).where(angry, Mention.author_id.is_not(None)).distinct()
    wanted = (
        select(Author)
        .where(Author.id.in_(spoke), ~Author.is_ours, ~Author.is_bot)
        .order_by(Author.followers.desc().nulls_last(), Author.id)
        .limit(MOST_SPEAKERS)
    )
    people = session.scalars(wanted).all()
    if not people:
        return ()
    scales = reaches(session, [one.id for one in people], since=until - REACH, until=until)
    return tuple(one.id for one in people if scales.of(one)[0] in INFLUENTIAL)
