"""What people at their desks keep: saved views, drafts, who is at which issue, and many issues moved as one."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class View(Numbered, Base):
    """A lane with its filters under a name: one person's, one department's, or (neither set) everybody's.

    `address` is the query of the inbox, as the address bar shows it, so that a link is a view.
    """

    __tablename__ = "views"
    __table_args__ = (
        CheckConstraint("owner_id IS NULL OR department_id IS NULL", name="one_keeper"),
        Index("ix_views_owner_id", "owner_id"),
        Index("ix_views_department_id", "department_id"),
    )

    name: Mapped[str]
    address: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    is_default: Mapped[bool] = mapped_column(default=False)  # where the inbox opens for those it belongs to
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]


class Draft(Base):
    """What somebody has written on an issue and not sent yet."""

    __tablename__ = "drafts"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True, index=True)
    words: Mapped[str]
    seen: Mapped[int]  # the version of the issue its writer was looking at
    updated_at: Mapped[datetime]


class Doing(StrEnum):
    """What somebody does at an issue just now."""

    READING = "reading"
    WRITING = "writing"


class Presence(Base):
    """That somebody is at an issue until a moment soon; a writer holds it until then."""

    __tablename__ = "presences"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True, index=True)
    doing: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime]


class EmpathyLine(Numbered, Base):
    """A first sentence people begin from, in one language; `{name}` and the like are filled in (requirement S3-15)."""

    __tablename__ = "empathy_lines"
    __table_args__ = (Index("ix_empathy_lines_language_position", "language", "position"),)

    language: Mapped[str]
    words: Mapped[str]
    kind: Mapped[str | None]  # for one kind of mention alone
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    enabled: Mapped[bool] = mapped_column(default=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime]


class BulkState(StrEnum):
    """How far a bulk has come."""

    PREVIEW = "preview"  # counted and shown, nothing moved
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class Bulk(Numbered, Base):
    """One verb for many issues: all that fit `address`, or those that were ticked."""

    __tablename__ = "bulks"
    __table_args__ = (Index("ix_bulks_at_work", "id", postgresql_where=text("state IN ('running', 'undoing')")),)

    by_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    verb: Mapped[str]
    address: Mapped[str] = mapped_column(default="")  # the query of the inbox it was chosen from
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what the verb needs: department, words, until, …
    state: Mapped[str] = mapped_column(default=BulkState.PREVIEW)
    total: Mapped[int]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class BulkItem(Base):
    """One issue of a bulk: waiting, done, refused (with why) or undone."""

    __tablename__ = "bulk_items"
    __table_args__ = (Index("ix_bulk_items_bulk_id_state", "bulk_id", "state"),)

    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulks.id", ondelete="CASCADE"), primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True, index=True)
    seen: Mapped[int]  # the version its chooser saw
    state: Mapped[str] = mapped_column(default="waiting")
    move_id: Mapped[int | None] = mapped_column(ForeignKey("moves.id", ondelete="SET NULL"))
    why: Mapped[dict[str, Any]] = mapped_column(default=dict)  # a refusal's key and values
