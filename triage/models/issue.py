"""The work: one or many mentions of one matter, what people did to it, and its two promises."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, aliased, mapped_column

from listener.database import Base, Numbered


class Status(StrEnum):
    """Where an issue stands."""

    TRIAGE = "triage"  # waits for acknowledgement, or for a hand-over, or for both
    HANDED = "handed"  # handed over; the owner has not said yes yet
    ACCEPTED = "accepted"  # an owner works on it
    WAITING = "waiting"  # paused: waits for the author
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    MERGED = "merged"


OPEN = (Status.TRIAGE, Status.HANDED, Status.ACCEPTED, Status.WAITING)


class Promise(StrEnum):
    """The two promises, and the sub-clock of the department that holds the issue."""

    TRIAGE = "triage"
    RESOLUTION = "resolution"
    DEPARTMENT = "department"


class Keeping(StrEnum):
    """How a promise stands: `void` is a promise that ended without being due (dismissed, merged)."""

    NONE = "none"
    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    BROKEN = "broken"
    VOID = "void"


class Lane(StrEnum):
    """Where an issue is looked for while it waits for triage."""

    TRIAGE = "triage"
    LATE = "late"
    UNSURE = "unsure"
    NOBODY = "nobody"


class Issue(Numbered, Base):
    """One matter. `version` grows with every move, so that of two people only one is first."""

    __tablename__ = "issues"
    __table_args__ = (
        Index("ix_issues_triage_due_open", "triage_due", postgresql_where=text("triage IN ('running', 'paused')")),
        Index(
            "ix_issues_resolution_due_open", "resolution_due",
            postgresql_where=text("resolution IN ('running', 'paused')"),
        ),
        # what reports of a period are counted by
        Index("ix_issues_triage_decided_at", "triage_decided_at"),
        Index("ix_issues_resolution_decided_at", "resolution_decided_at"),
        Index("ix_issues_acknowledged_at", "acknowledged_at"),
        Index("ix_issues_handed_at", "handed_at"),
        Index("ix_issues_resolved_at", "resolved_at"),
        # what hangs on an issue
        Index("ix_issues_merged_into_id", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
        Index("ix_issues_follows_id", "follows_id", postgresql_where=text("follows_id IS NOT NULL")),
        Index("ix_issues_escalate_at", "escalate_at", postgresql_where=text("escalate_at IS NOT NULL")),
        Index("ix_issues_status_lane", "status", "lane"),
        Index("ix_issues_thread", "thread"),
        Index("ix_issues_author_id_opened_at", "author_id", "opened_at"),
        Index("ix_issues_opened_at", "opened_at"),
    )  # fmt: skip

    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(default=Status.TRIAGE)
    lane: Mapped[str] = mapped_column(default=Lane.TRIAGE)
    title: Mapped[str]
    language: Mapped[str] = mapped_column(default="und")
    is_demo: Mapped[bool] = mapped_column(default=False)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))

    # what it is about
    first_mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"))
    mention_count: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id", ondelete="SET NULL"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="SET NULL"))
    source: Mapped[str]
    thread: Mapped[str]
    kind: Mapped[str]
    mood: Mapped[str]

    # who has it: the department stays when a person takes it (sentry#84612)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="SET NULL"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    routed_by: Mapped[str] = mapped_column(default="chart")  # "chart" | "person"

    # when things happened
    posted_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    handed_at: Mapped[datetime | None]  # the first hand-over; never reset
    held_at: Mapped[datetime | None]  # since when its department has it; empty before a hand-over and after a bounce
    accepted_at: Mapped[datetime | None]
    private_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]  # resolved, dismissed or merged
    paused_until: Mapped[datetime | None]
    # out of everybody's sight until then, while its clocks run on
    snoozed_until: Mapped[datetime | None]
    snoozed_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    bounces: Mapped[int] = mapped_column(default=0)

    # the two promises: state, start, deadline, when they were in truth met, and for reports when they were kept, broken
    # or void and the seconds of their own time until met
    late_found: Mapped[bool] = mapped_column(default=False)
    triage: Mapped[str] = mapped_column(default=Keeping.RUNNING)
    triage_from: Mapped[datetime]
    triage_due: Mapped[datetime]
    triage_done_at: Mapped[datetime | None]
    triage_decided_at: Mapped[datetime | None]
    triage_seconds: Mapped[float | None]
    resolution: Mapped[str] = mapped_column(default=Keeping.NONE)
    resolution_from: Mapped[datetime | None]
    resolution_due: Mapped[datetime | None]
    resolution_done_at: Mapped[datetime | None]
    resolution_decided_at: Mapped[datetime | None]
    resolution_seconds: Mapped[float | None]

    # the next moment escalate.py must look at it, and the last step told for each promise
    escalate_at: Mapped[datetime | None]
    triage_step: Mapped[int] = mapped_column(default=0)
    resolution_step: Mapped[int] = mapped_column(default=0)

    # how it ended, and what it hangs on
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id", ondelete="SET NULL"))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id", ondelete="SET NULL"))


class IssueMention(Base):
    """That a mention belongs to an issue now; how it came and went is in the moves."""

    __tablename__ = "issue_mentions"

    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), index=True)
    joined_by: Mapped[str]
    joined_at: Mapped[datetime]


class Move(Numbered, Base):
    """One thing somebody (or the house, `by_id` empty) did to an issue; append-only."""

    __tablename__ = "moves"
    __table_args__ = (
        Index("ix_moves_issue_id_id", "issue_id", "id"),
        # what somebody said last
        Index("ix_moves_by_id_id_words", "by_id", "id", postgresql_where=text("words <> ''")),
    )

    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"))
    sort: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    version: Mapped[int]  # the issue's version after this move
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(default="")  # reply, note or reason, as typed
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # the move this one took back
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("moves.id", ondelete="CASCADE"), unique=True)


class Snapshot(Base):
    """What a move changed of an issue, as it was before; kept for a while so that the move can be taken back."""

    __tablename__ = "snapshots"

    move_id: Mapped[int] = mapped_column(ForeignKey("moves.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    columns: Mapped[dict[str, Any]]


class LedgerEntry(Numbered, Base):
    """One event in the life of a promise; append-only. The truth every report is derived from."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ix_ledger_issue_id_id", "issue_id", "id"), Index("ix_ledger_at", "at"))

    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"))
    promise: Mapped[str]
    # started | paused | resumed | kept | broken | met (done after it broke) | void | continued (reopened)
    # | moved (an older clock took over); of a department: held | left; undone (another line was taken back)
    event: Mapped[str]
    at: Mapped[datetime]
    due: Mapped[datetime | None]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="SET NULL"))
    move_id: Mapped[int | None] = mapped_column(ForeignKey("moves.id", ondelete="SET NULL"))
    why: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # the event this one took back: of both no report speaks
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("ledger.id", ondelete="CASCADE"), unique=True)


def stands(row: type[Move] | type[LedgerEntry]) -> ColumnElement[bool]:
    """Return the clause of moves or ledger lines that count: taken back are neither they nor what took them back."""
    other = aliased(row)
    # so few are ever taken back that the database keeps their numbers at hand, where a join would read all rows
    gone = select(other.undoes_id).where(other.undoes_id.is_not(None))
    return row.undoes_id.is_(None) & row.id.not_in(gone)
