"""Published flowcharts, and what they said of each mention."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class FlowchartVersion(Numbered, Base):
    """One published edition of the chart; the newest is in force. `id` is the version people read."""

    __tablename__ = "flowchart_versions"

    source: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))


class FlowchartDraft(Numbered, Base):
    """A chart being changed; the one in force never notices. `version` grows with every change.

    `base_id` is the edition it would take the place of; `past` are its sources before, the newest last, for undoing.
    """

    __tablename__ = "flowchart_drafts"

    name: Mapped[str] = mapped_column(default="")
    base_id: Mapped[int] = mapped_column(ForeignKey("flowchart_versions.id", ondelete="CASCADE"))
    source: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    past: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Reroute(Numbered, Base):
    """That the open issues nobody has touched are to follow an edition; the deciding worker finds it and goes on.

    `upto` is the last issue it looked at, so that a worker that dies does nothing twice.
    """

    __tablename__ = "reroutes"
    __table_args__ = (Index("ix_reroutes_at_work", "id", postgresql_where=text("finished_at IS NULL")),)

    chart_version: Mapped[int] = mapped_column(ForeignKey("flowchart_versions.id", ondelete="CASCADE"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    upto: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    stayed: Mapped[int] = mapped_column(default=0)  # what the edition gives to nobody stays with a person
    finished_at: Mapped[datetime | None]


class Verdict(Numbered, Base):
    """What one edition of the chart said of one mention, with the path it walked."""

    __tablename__ = "verdicts"
    __table_args__ = (
        Index("uq_verdicts_mention_id_current", "mention_id", unique=True, postgresql_where=text("is_current")),
        Index("ix_verdicts_issue_id", "issue_id"),
    )

    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"))
    chart_version: Mapped[int] = mapped_column(ForeignKey("flowchart_versions.id"))
    is_current: Mapped[bool] = mapped_column(default=True)
    # "assign" | "unsure" | "nobody" | "nobody_eligible"
    outcome: Mapped[str]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="SET NULL"))
    path: Mapped[list[Any]]
    facts: Mapped[dict[str, Any]]
    # how the mention met its issue: "opened" | "thread" | "likeness" | "author" | "none"
    joined_by: Mapped[str] = mapped_column(default="none")
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id", ondelete="SET NULL"))
    at: Mapped[datetime]


class RouteMark(Base):
    """How far routing has come: every mention up to this one has its verdict, so that a round need not look again."""

    __tablename__ = "route_marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    mention_id: Mapped[int]
    swept_at: Mapped[datetime]  # when a round last looked at all mentions, whatever the mark says
