"""What a good day of a topic looks like (requirement S2-5)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base


class Measure(StrEnum):
    """What is counted of a day."""

    MENTIONS = "mentions"
    SHARES = "shares"
    NEW_AUTHORS = "new_authors"
    LEADS = "leads"


class Target(Base):
    """How much of a measure makes a good day of a topic."""

    __tablename__ = "targets"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    at_least: Mapped[float]
    by_id: Mapped[int]
    at: Mapped[datetime]
