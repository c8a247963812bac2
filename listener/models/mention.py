"""One public post, comment, review or message that a feed gave us, complete when its row appears."""

from datetime import datetime
from typing import Any

from sqlalchemy import Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered

# PostgreSQL takes “hot.very” and “nimbo.example/mini” for one word each; people search for the words in them
JOINTS = "./:@_-=?#&+|~"
# sure to be spam: never on a clock, never counted; written out, so that the index below it is found
IN_QUARANTINE = "kind = 'spam' AND kind_confidence >= 0.5"
# what a search is narrowed by stands beside the words, so that one index answers for both; no word holds a colon
NARROWED = ("mood", "kind", "language", "source", "feed_id")
_WORDS = f"to_tsvector('simple', translate(folded, '{JOINTS}', '{' ' * len(JOINTS)}'))"
_BESIDE = ", ".join(f"'{name}:' || {name}" for name in NARROWED)
SEARCHED = f"{_WORDS} || array_to_tsvector(ARRAY[{_BESIDE}])"


class Mention(Numbered, Base):
    """What was said, when, by whom, and what our pure rooms made of it in one pass."""

    __tablename__ = "mentions"
    __table_args__ = (
        UniqueConstraint("feed_id", "native_id"),
        Index("ix_mentions_posted_at_id", "posted_at", "id"),
        Index("ix_mentions_feed_id_heard_at", "feed_id", "heard_at"),
        Index("ix_mentions_author_id_posted_at", "author_id", "posted_at"),
        Index("ix_mentions_thread", "thread"),
        Index("ix_mentions_same_as_id", "same_as_id", "id", postgresql_where=text("same_as_id IS NOT NULL")),
        Index("ix_mentions_feed_id_local_id", "feed_id", "local_id", postgresql_where=text("local_id IS NOT NULL")),
        Index("ix_mentions_search", "search", postgresql_using="gin"),
        Index("ix_mentions_quarantine", "id", postgresql_where=text(IN_QUARANTINE)),
    )

    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    source: Mapped[str]
    native_id: Mapped[str]
    url: Mapped[str | None]
    form: Mapped[str] = mapped_column(default="post")

    # the four times (SOURCES rule 2); posted_at never lies in the future of heard_at
    posted_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    heard_at: Mapped[datetime]
    stored_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    # what was said
    title: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    links: Mapped[list[Any]] = mapped_column(default=list)
    folded: Mapped[str] = mapped_column(default="")
    search: Mapped[Any] = mapped_column(TSVECTOR, Computed(SEARCHED, persisted=True), nullable=True, deferred=True)
    language: Mapped[str] = mapped_column(default="und")
    language_confidence: Mapped[float] = mapped_column(default=0.0)
    rating: Mapped[float | None]
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)

    # how it was said
    mood: Mapped[str] = mapped_column(default="unsure")
    mood_score: Mapped[float] = mapped_column(default=0.0)
    mood_evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    kind: Mapped[str] = mapped_column(default="chatter")
    kind_confidence: Mapped[float] = mapped_column(default=0.0)
    kind_evidence: Mapped[list[Any]] = mapped_column(default=list)
    kind_version: Mapped[str] = mapped_column(default="", server_default="")
    spam_score: Mapped[float] = mapped_column(default=0.0, server_default="0")
    spam_evidence: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    # aspect -> number of the correction that stands (of topics: "7" or "-7" -> number): whatever is judged later, what
    # a person said stays (listener/by_hand.py)
    by_hand: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    # who said it, where it stands, how far it went
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id", ondelete="SET NULL"))
    thread: Mapped[str]
    parent_native_id: Mapped[str | None]
    local_id: Mapped[str | None]  # what one server calls a post that has a world-wide id besides
    likes: Mapped[int | None]
    replies: Mapped[int | None]
    shares: Mapped[int | None]
    views: Mapped[int | None]

    # likeness: the first mention of its cluster of near-duplicates
    fingerprint: Mapped[int | None]
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("mentions.id", ondelete="SET NULL"))
    copies: Mapped[int] = mapped_column(default=0, server_default="0")  # of the first: how many say the same
    # what it added to its bucket's distinct volume: the copies of a cluster of N add up to log2(1 + N)
    weight: Mapped[float] = mapped_column(default=1.0, server_default="1")

    # what keeps it off the clock
    is_ours: Mapped[bool] = mapped_column(default=False)
    is_repost: Mapped[bool] = mapped_column(default=False)
    is_history: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="live")


class LikenessBand(Base):
    """A piece of a mention's fingerprint, looked up to find near-duplicates in time that does not grow."""

    __tablename__ = "likeness_bands"

    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True, index=True)


class MentionTopic(Base):
    """That a mention speaks of a topic."""

    __tablename__ = "mention_topics"

    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True, index=True)


class MentionVersion(Numbered, Base):
    """An earlier text of an edited mention."""

    __tablename__ = "mention_versions"

    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]
    text: Mapped[str]
    edited_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime]
