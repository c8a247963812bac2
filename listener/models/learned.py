"""What was learnt of kinds from people's corrections, and whether it judges."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class Standing(StrEnum):
    """What became of a model: it judges, it did not beat what judged, a better one came, or a person took it back."""

    IN_FORCE = "in_force"
    WORSE = "worse"
    REPLACED = "replaced"
    TAKEN_BACK = "taken_back"


class LearnedKinds(Numbered, Base):
    """A model of kinds for one language, with the report it was decided by; the numbers hold no text."""

    __tablename__ = "learned_kinds"
    __table_args__ = (
        Index("uq_learned_kinds_in_force", "language", unique=True, postgresql_where=text("standing = 'in_force'")),
    )

    language: Mapped[str]
    standing: Mapped[str]
    weights: Mapped[bytes]
    examples: Mapped[int]
    upto_id: Mapped[int]  # the last correction it had seen
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    trained_at: Mapped[datetime]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None]  # a member's number, where a person decided
