"""Volume far from typical: what was seen, what is typical, and what caused it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class SpikeSort(StrEnum):
    """What is unusual: more, less, angrier at flat volume, or a feed that stopped working."""

    SPIKE = "spike"
    DROP = "drop"
    SURGE = "surge"
    SILENCE = "silence"


class Spike(Numbered, Base):
    """One incident of one topic (or one silent feed); an open one is updated, never doubled."""

    __tablename__ = "spikes"
    __table_args__ = (
        Index("ix_spikes_opened_at", "opened_at"),
        Index(
            "uq_spikes_topic_id_sort_open",
            "topic_id",
            "sort",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND topic_id IS NOT NULL"),
        ),
        Index(
            "uq_spikes_feed_id_sort_open",
            "feed_id",
            "sort",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND feed_id IS NOT NULL"),
        ),
    )

    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    feed_id: Mapped[int | None] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    sort: Mapped[str]
    started_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    observed: Mapped[float]
    typical: Mapped[float]
    score: Mapped[float]
    baseline: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cause: Mapped[dict[str, Any]] = mapped_column(default=dict)
    first_mention_id: Mapped[int | None] = mapped_column(ForeignKey("mentions.id", ondelete="SET NULL"))
    is_demo: Mapped[bool] = mapped_column(default=False)
    is_hushed: Mapped[bool] = mapped_column(default=False)  # opened while its topic was muted: found, not told
    snoozed_until: Mapped[datetime | None]
    # what a person said of it: "real" or "false"; it moves the topic's bar
    verdict: Mapped[str | None]
    verdict_by_id: Mapped[int | None]
    verdict_at: Mapped[datetime | None]


class MomentSort(StrEnum):
    """What happened to an incident."""

    OPENED = "opened"
    ROSE = "rose"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    JUDGED = "judged"
    CLOSED = "closed"


class SpikeMoment(Numbered, Base):
    """One thing that happened to an incident, by the house (`by_id` empty) or by a member; append-only."""

    __tablename__ = "spike_moments"
    __table_args__ = (Index("ix_spike_moments_spike_id_id", "spike_id", "id"),)

    spike_id: Mapped[int] = mapped_column(ForeignKey("spikes.id", ondelete="CASCADE"))
    sort: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
