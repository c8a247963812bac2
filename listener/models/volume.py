"""Mentions per topic, feed and five-minute bucket, written with the mentions themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base


class Volume(Base):
    """Counts of one bucket by posting time: all, distinct, negative; N alike make log2(1 + N) distinct."""

    __tablename__ = "volumes"
    __table_args__ = (Index("ix_volumes_bucket", "bucket"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True)
    bucket: Mapped[datetime] = mapped_column(primary_key=True)
    total: Mapped[int] = mapped_column(default=0)
    distinct: Mapped[float] = mapped_column(default=0.0)
    negative: Mapped[int] = mapped_column(default=0)
