"""Several authors a human joined together."""

from datetime import datetime

from sqlalchemy import ForeignKey
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


class PersonChange(Numbered, Base):
    """One thing somebody did to a person; append-only, gone with the person alone.

    `what` is made, joined, parted, renamed or noted. `said` is what stood there and `becomes` what stands there now: a
    name, a note, or the handle of the author who was joined or parted.
    """

    __tablename__ = "person_changes"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id", ondelete="SET NULL"))
    what: Mapped[str]
    said: Mapped[str] = mapped_column(default="")
    becomes: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int]  # a member's number
    at: Mapped[datetime]
