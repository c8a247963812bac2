"""Spans in which the alarm keeps quiet because somebody said so."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class HushSort(StrEnum):
    """Muted: what is unusual is found and not told. Maintenance: nothing is judged, and nothing is learnt."""

    MUTE = "mute"
    MAINTENANCE = "maintenance"


class Hush(Numbered, Base):
    """One span of quiet: of a topic, of a feed, or of everything where both are empty; open-ended without `ends_at`."""

    __tablename__ = "hushes"
    __table_args__ = (Index("ix_hushes_ends_at", "ends_at"),)

    sort: Mapped[str]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    feed_id: Mapped[int | None] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int]
    ended_by_id: Mapped[int | None]  # who ended it before its time
    created_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)
