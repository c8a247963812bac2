"""A crisis: something explodes, and everybody must know who speaks, what is said, and when it is over."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class CrisisRole(StrEnum):
    """Who does what in a crisis: one leads, one speaks, one approves what is said, one keeps the record."""

    LEAD = "lead"
    SPEAKER = "speaker"
    APPROVER = "approver"
    SCRIBE = "scribe"


class Crisis(Numbered, Base):
    """One crisis of one topic, declared by the alarm (`opened_by_id` empty) or by a person.

    `version` grows with every move. `issue_id` is the one issue that gathers its mentions.
    """

    __tablename__ = "crises"
    __table_args__ = (
        Index(
            "uq_crises_topic_id_open", "topic_id", unique=True, postgresql_where=text("stood_down_at IS NULL")
        ),
        Index("ix_crises_opened_at", "opened_at"),
    )  # fmt: skip

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    spike_id: Mapped[int | None] = mapped_column(ForeignKey("spikes.id", ondelete="SET NULL"))
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    # why the alarm declared it: {"signs": ["rise", "surge", "sources", "influencer"], ...}
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    instruction: Mapped[str] = mapped_column(default="")  # the one line on every page
    holding: Mapped[str] = mapped_column(default="")  # the holding statement, as it may be said in public
    stood_down_at: Mapped[datetime | None]
    stood_down_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(default="")  # what was learnt, written when it is over
    is_demo: Mapped[bool] = mapped_column(default=False)


class CrisisDuty(Base):
    """Who has a role in a crisis."""

    __tablename__ = "crisis_duties"

    crisis_id: Mapped[int] = mapped_column(ForeignKey("crises.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))


class CrisisMove(Numbered, Base):
    """One thing somebody (or the house, `by_id` empty) did in a crisis; append-only."""

    __tablename__ = "crisis_moves"
    __table_args__ = (Index("ix_crisis_moves_crisis_id_id", "crisis_id", "id"),)

    crisis_id: Mapped[int] = mapped_column(ForeignKey("crises.id", ondelete="CASCADE"))
    # declared | gathered | assigned | instructed | holding | noted | grew | stood_down
    sort: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    words: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
