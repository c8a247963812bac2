"""Who wrote it, on one source."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered

BARE_HANDLE = "lower(split_part(ltrim(handle, '@'), '@', 1))"


class Author(Numbered, Base):
    """One identity on one source; joined to a person only by a human hand."""

    __tablename__ = "authors"
    __table_args__ = (
        UniqueConstraint("source", "native_id"),
        # the handle without its server, for "the same handle on another source"
        Index("ix_authors_handle_bare", text(BARE_HANDLE)),
    )

    source: Mapped[str]
    native_id: Mapped[str]
    handle: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    url: Mapped[str | None]
    followers: Mapped[int | None]
    following: Mapped[int | None]
    since: Mapped[datetime | None]
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_ours: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    first_heard_at: Mapped[datetime]
    last_heard_at: Mapped[datetime]
    mentions: Mapped[int] = mapped_column(default=0)
    negative: Mapped[int] = mapped_column(default=0)
    positive: Mapped[int] = mapped_column(default=0)

    # the person a human joined it to, and who did
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"), index=True)
    joined_at: Mapped[datetime | None]
    joined_by_id: Mapped[int | None]
