"""The morning's sweep: that somebody went through everything severe."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class Sweep(Numbered, Base):
    """One sweep: who went through what happened from `since` until `at`, and what they found."""

    __tablename__ = "sweeps"
    __table_args__ = (Index("ix_sweeps_at", "at"),)

    since: Mapped[datetime]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(default="")
