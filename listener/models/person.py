"""Several authors a human joined together."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class Person(Numbered, Base):
    """One human being known by several identities; never joined by itself."""

    __tablename__ = "persons"

    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int]  # a member's number: this floor knows no people
