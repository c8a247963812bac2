"""A place we poll, or that calls us; where it stood last; and what it could not give us yet."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class FeedState(StrEnum):
    """Whether a feed is asked: `gone` is the source's own word (410), `paused` is ours.

    A `deleted` feed is asked and shown no more, but what it heard stays.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"
    DELETED = "deleted"


class Feed(Numbered, Base):
    """One feed, with its cursor, its claim and its health."""

    __tablename__ = "feeds"
    __table_args__ = (
        Index("ix_feeds_due_at_active", "due_at", postgresql_where=text("state = 'active' AND source <> 'push'")),
    )

    source: Mapped[str]
    name: Mapped[str]
    address: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    credential: Mapped[str | None]
    own_handles: Mapped[list[Any]] = mapped_column(default=list)
    language: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=FeedState.ACTIVE)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    # when it is asked
    interval: Mapped[float] = mapped_column(default=300.0)
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None]

    # where it stood
    cursor: Mapped[dict[str, Any]] = mapped_column(default=dict)
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]

    # how it is doing
    failures: Mapped[int] = mapped_column(default=0)
    last_polled_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_heard_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    last_error_at: Mapped[datetime | None]
    lag: Mapped[float | None]
    heard_count: Mapped[int] = mapped_column(default=0)
    duplicate_count: Mapped[int] = mapped_column(default=0)
    rejected_count: Mapped[int] = mapped_column(default=0)


class Gap(Numbered, Base):
    """A stretch of a feed that a poll could not drain: recorded, then refilled."""

    __tablename__ = "gaps"
    __table_args__ = (Index("ix_gaps_feed_id_open", "feed_id", postgresql_where=text("filled_at IS NULL")),)

    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    resume: Mapped[dict[str, Any]]
    noted_at: Mapped[datetime]
    filled_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


class Delivery(Numbered, Base):
    """One call of a pushing feed: what it brought and what became of each item; the last ones are kept for replay."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("uq_deliveries_feed_id_idempotency_key", "feed_id", "idempotency_key", unique=True),
        Index("ix_deliveries_feed_id_at", "feed_id", "at"),
    )

    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    idempotency_key: Mapped[str | None]
    body: Mapped[dict[str, Any]]
    outcome: Mapped[list[Any]]


class Rejection(Numbered, Base):
    """One row a feed gave that could not be read; kept so that nothing is lost in silence."""

    __tablename__ = "rejections"
    __table_args__ = (Index("ix_rejections_feed_id_at", "feed_id", "at"),)

    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    native_id: Mapped[str | None]
    reason: Mapped[str]
    sample: Mapped[str]


class ImportRun(Numbered, Base):
    """One file being imported: how far it came, so that it can go on where it stopped."""

    __tablename__ = "import_runs"

    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    file_name: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_created: Mapped[int] = mapped_column(default=0)
    rows_duplicate: Mapped[int] = mapped_column(default=0)
    rows_rejected: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
