"""What the alarm remembers of a topic, so that a restart changes nothing."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base


class Watching(Base):
    """One topic's watch: everything it has learnt from the buckets before `upto`, packed."""

    __tablename__ = "watches"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    upto: Mapped[datetime]
    memory: Mapped[bytes]
    is_learning: Mapped[bool] = mapped_column(default=True)
