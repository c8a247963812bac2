"""What happened outside and may move the numbers: holidays, changes of a platform, campaigns (requirement S0-17)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class EventKind(StrEnum):
    """What sort of thing happened outside."""

    HOLIDAY = "holiday"
    PLATFORM = "platform"
    CAMPAIGN = "campaign"
    WEATHER = "weather"
    OTHER = "other"


class Event(Numbered, Base):
    """Something that happened outside, of one topic or of all; a moment where `ends_at` is empty."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_starts_at", "starts_at"),)

    name: Mapped[str]
    kind: Mapped[str]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int]
    created_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)
