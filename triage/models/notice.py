"""One message to one person about one issue, and the addresses outside that want to know."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class Notice(Numbered, Base):
    """Waits, is claimed, is sent or given up visibly; `key` makes one step be told once on one channel."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_notices_next_try_at_waiting", "next_try_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_notices_member_id_id", "member_id", "id"),
        Index("ix_notices_issue_id", "issue_id"),
        Index("ix_notices_spike_id", "spike_id"),
        Index("ix_notices_crisis_id", "crisis_id"),
    )

    key: Mapped[str]
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"))
    spike_id: Mapped[int | None] = mapped_column(ForeignKey("spikes.id", ondelete="CASCADE"))
    crisis_id: Mapped[int | None] = mapped_column(ForeignKey("crises.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    # "inapp" | "email" | "webhook" | an apprise address
    channel: Mapped[str]
    # what it says, as a key of the catalogue: "handed_over", "at_risk", "broken", "bounced", "nobody_eligible", ...
    reason: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="waiting")  # waiting | sent | moot | given_up
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


class Webhook(Numbered, Base):
    """An address outside that is told of every move, signed."""

    __tablename__ = "webhooks"

    url: Mapped[str]
    secret: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
