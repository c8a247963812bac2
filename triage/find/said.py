"""Mentions and their authors as pages show them, many at once."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener.models import Author, Mention, MentionTopic, Topic
from triage.find.cards import AuthorView, Said, TopicName
from triage.models import Issue, IssueMention


def said(
    session: Session, mention_ids: Iterable[int], joined: Mapping[int, IssueMention] | None = None
) -> dict[int, Said]:
    """Return the mentions by id, with authors and topics: four questions, however many they are."""
    ids = sorted(set(mention_ids))
    rows = session.scalars(select(Mention).where(Mention.id.in_(ids))).all() if ids else []
    people = authors(session, {row.author_id for row in rows if row.author_id is not None})
    topics = _topics(session, ids)
    return {row.id: _said(row, people, topics.get(row.id, ()), (joined or {}).get(row.id)) for row in rows}


def authors(session: Session, author_ids: Iterable[int]) -> dict[int, AuthorView]:
    """Return the authors by id, with how many issues began with them."""
    ids = sorted(set(author_ids))
    if not ids:
        return {}
    began = select(Issue.author_id, func.count()).where(Issue.author_id.in_(ids)).group_by(Issue.author_id)
    issues = dict(session.execute(began).all())
    return {
        row.id: _author(row, issues.get(row.id, 0)) for row in session.scalars(select(Author).where(Author.id.in_(ids)))
    }


def _topics(session: Session, ids: Sequence[int]) -> dict[int, tuple[TopicName, ...]]:
    if not ids:
        return {}
    wanted = (
        select(MentionTopic.mention_id, Topic.id, Topic.name, Topic.kind)
        .join(Topic, Topic.id == MentionTopic.topic_id)
        .where(MentionTopic.mention_id.in_(ids))
        .order_by(MentionTopic.mention_id, Topic.name)
    )
    found: dict[int, tuple[TopicName, ...]] = {}
    for mention_id, topic_id, name, kind in session.execute(wanted):
        found[mention_id] = (*found.get(mention_id, ()), TopicName(topic_id, name, kind))
    return found


def _author(row: Author, issues: int) -> AuthorView:
    return AuthorView(
        id=row.id, source=row.source, name=row.name, handle=row.handle, url=row.url, followers=row.followers,
        since=row.since, mentions=row.mentions, negative=row.negative, positive=row.positive,
        first_heard_at=row.first_heard_at, is_bot=row.is_bot, is_ours=row.is_ours, issues=issues,
    )  # fmt: skip


def _said(
    row: Mention, people: Mapping[int, AuthorView], topics: tuple[TopicName, ...], joined: IssueMention | None
) -> Said:
    return Said(
        id=row.id, feed_id=row.feed_id, source=row.source, form=row.form, url=row.url, title=row.title, text=row.text,
        language=row.language, posted_at=row.posted_at, heard_at=row.heard_at, edited_at=row.edited_at, mood=row.mood,
        mood_score=row.mood_score, kind=row.kind, kind_confidence=row.kind_confidence, rating=row.rating,
        likes=row.likes, replies=row.replies, shares=row.shares, views=row.views, is_ours=row.is_ours,
        is_repost=row.is_repost, is_history=row.is_history, is_demo=row.is_demo, state=row.state,
        same_as_id=row.same_as_id, author=people.get(row.author_id) if row.author_id is not None else None,
        topics=topics, joined_by=joined.joined_by if joined else None, joined_at=joined.joined_at if joined else None,
    )  # fmt: skip
