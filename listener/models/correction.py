"""What people said of our judgements: right, or what it should have been."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered

PERSON = "person"  # the version of what a person had said


class Aspect(StrEnum):
    """What of a mention a person may correct."""

    MOOD = "mood"
    KIND = "kind"
    LANGUAGE = "language"
    TOPIC = "topic"
    SPAM = "spam"


class Correction(Numbered, Base):
    """One person's word on one judgement of one mention. It is never rewritten, only undone.

    `said` is what stood there, `becomes` what the person says; they are equal where the person agrees. Spam is "yes" or
    "no"; a topic is its number, with "-" before it where the mention does not speak of it. `version` is what had
    judged, `person` where a correction stood.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        Index("ix_corrections_mention_id_aspect", "mention_id", "aspect"),
        Index("ix_corrections_at", "at"),
    )

    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"))
    aspect: Mapped[str]
    said: Mapped[str]
    becomes: Mapped[str]
    version: Mapped[str]
    language: Mapped[str]
    by_id: Mapped[int]  # a member's number: this floor knows no people
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None]
