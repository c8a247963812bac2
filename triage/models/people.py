"""Departments, their members, and the policy they promised to keep."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class Role(StrEnum):
    """What a person may do: a listener triages, an owner resolves, a manager watches, an admin sets up."""

    LISTENER = "listener"
    OWNER = "owner"
    MANAGER = "manager"
    ADMIN = "admin"
    OUTSIDER = "outsider"


class Department(Numbered, Base):
    """Who answers for one sort of matter: care, content, product, and more if added."""

    __tablename__ = "departments"

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="UTC")
    # None: around the clock. Else {"mon": [["09:00", "13:00"], ["14:00", "18:00"]], ..., "holidays": ["2026-03-21"]}
    hours: Mapped[dict[str, Any] | None]
    enabled: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)


class Member(Numbered, Base):
    """A person at work here, and how they want to be told."""

    __tablename__ = "members"

    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    timezone: Mapped[str] = mapped_column(default="UTC")
    # apprise addresses beside the in-app notice; e-mail is "email" alone
    channels: Mapped[list[Any]] = mapped_column(default=list)
    # {"from": "22:00", "until": "07:00"} in the member's time zone: what can wait is sent afterwards
    quiet_hours: Mapped[dict[str, Any] | None]
    # what can wait comes "each" by itself, or gathered in one letter "hourly" or "daily", at `digest_at` by their clock
    digest: Mapped[str] = mapped_column(default="each")
    digest_at: Mapped[str] = mapped_column(default="08:00")
    # while it is set they are handed nothing; a task takes it off when it is over
    away_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Membership(Base):
    """That a member works in a department; a lead is told when a promise there is at risk.

    A deputy stands in: is handed issues and told as a lead is, while no lead of the department is here.
    """

    __tablename__ = "memberships"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    department_id: Mapped[int] = mapped_column(
        ForeignKey("departments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_lead: Mapped[bool] = mapped_column(default=False)
    is_deputy: Mapped[bool] = mapped_column(default=False)


class Policy(Numbered, Base):
    """The two promises in numbers (hours and percent); a new edition is a new row, old issues keep theirs."""

    __tablename__ = "policies"

    name: Mapped[str] = mapped_column(default="Everyone, 24/7")
    triage_hours: Mapped[float] = mapped_column(default=12.0)
    resolution_hours: Mapped[float] = mapped_column(default=24.0)
    late_after_hours: Mapped[float] = mapped_column(default=12.0)
    late_hours: Mapped[float] = mapped_column(default=4.0)
    pause_hours: Mapped[float] = mapped_column(default=72.0)
    reopen_hours: Mapped[float] = mapped_column(default=168.0)
    join_hours: Mapped[float] = mapped_column(default=48.0)
    warn_at: Mapped[list[Any]] = mapped_column(default=lambda: [50, 75, 90])
    at_risk_hours: Mapped[float] = mapped_column(default=2.0)
    effective_at: Mapped[datetime]
