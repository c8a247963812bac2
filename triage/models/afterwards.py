"""What an issue leads to: gaps it shows, and the word to its author the next day."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class LinkSort(StrEnum):
    """What an issue is evidence of, or where it goes on outside (requirements S3-17, S2-1)."""

    PRODUCT_GAP = "product_gap"
    CONTENT_GAP = "content_gap"
    OUTSIDE = "outside"  # a ticket, a row of a CRM


class IssueLink(Numbered, Base):
    """One gap an issue shows, or one place it goes on; `name` gathers issues of the same gap."""

    __tablename__ = "issue_links"
    __table_args__ = (Index("ix_issue_links_issue_id", "issue_id"), Index("ix_issue_links_sort_name", "sort", "name"))

    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"))
    sort: Mapped[str]
    name: Mapped[str]
    url: Mapped[str | None]
    # the mention that shows it
    mention_id: Mapped[int | None] = mapped_column(ForeignKey("mentions.id", ondelete="SET NULL"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    at: Mapped[datetime]


class FollowUp(Numbered, Base):
    """A word owed to the author the day after (requirement S1-15): open until done or left with a reason."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index("ix_follow_ups_due_at_open", "due_at", postgresql_where=text("done_at IS NULL")),
        Index("ix_follow_ups_issue_id", "issue_id"),
    )

    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    due_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(default="")  # what is owed
    created_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))  # who asked for it
    told_at: Mapped[datetime | None]  # when who owes it was told that its day has come
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    # how it ended: "done" | "left"; and in whose words
    ended: Mapped[str | None]
    said: Mapped[str] = mapped_column(default="")
