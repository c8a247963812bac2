"""The trail of settings, read: who changed what and when, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.models import Audit, Department, Member


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `by` is empty for the house. `place` names the department a membership is of."""

    id: int
    at: datetime
    by_id: int | None
    by: str
    what: str
    subject: str
    subject_id: int | None
    name: str
    place: str
    said: dict[str, Any]
    becomes: dict[str, Any]


def trail(
    session: Session,
    *,
    subject: str | None = None,
    subject_id: int | None = None,
    by_id: int | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Change]:
    """Return changes, the newest first; `before` is the id of the last one of the page above.

    `start` is in the period, `end` is not. What concerns a department holds who works in it too.
    """
    wanted = (
        select(Audit, Member.name, Department.name)
        .outerjoin(Member, Member.id == Audit.by_id)
        .outerjoin(Department, (Department.id == Audit.subject_id) & (Audit.subject == "membership"))
        .order_by(Audit.id.desc())
        .limit(limit)
    )
    if subject == "department":
        wanted = wanted.where(Audit.subject.in_(("department", "membership")))
    elif subject is not None:
        wanted = wanted.where(Audit.subject == subject)
    for column, value in ((Audit.subject_id, subject_id), (Audit.by_id, by_id)):
        if value is not None:
            wanted = wanted.where(column == value)
    if start is not None:
        wanted = wanted.where(Audit.at >= start)
    if end is not None:
        wanted = wanted.where(Audit.at < end)
    if before is not None:
        wanted = wanted.where(Audit.id < before)
    return [
        Change(row.id, row.at, row.by_id, by or "", row.what, row.subject, row.subject_id, row.name, place or "",
               row.said, row.becomes)
        for row, by, place in session.execute(wanted)
    ]  # fmt: skip


def subjects(session: Session) -> list[str]:
    """Return what was ever changed, by name."""
    return sorted(session.scalars(select(Audit.subject).distinct()))
