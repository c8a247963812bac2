"""Who changed which setting, and what stood there before."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class Audit(Numbered, Base):
    """One change of a setting; append-only. Secrets never stand in it.

    `what` is made, changed, deleted, published, …; `subject` the resource (feed, topic, member, department, policy,
    flowchart, token, …) with its number and the name it had. `said` is what stood there, `becomes` what stands now:
    only the fields that changed.
    """

    __tablename__ = "audits"
    __table_args__ = (Index("ix_audits_at", "at"), Index("ix_audits_subject_subject_id", "subject", "subject_id"))

    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    what: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(default="")
    said: Mapped[dict[str, Any]] = mapped_column(default=dict)
    becomes: Mapped[dict[str, Any]] = mapped_column(default=dict)
