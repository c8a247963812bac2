"""An author comes back to an issue that was resolved: within the policy's window the old promises continue."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from listener.kinds import Kind
from listener.sentiment import MoodLabel
from triage import ledger, notify, people
from triage.facts import Facts
from triage.models import Department, Issue, Policy, Status
from triage.turn import turn


def comes_back(session: Session, closed: Issue, row: Any, facts: Facts | None, now: datetime) -> bool:
    """Whether this mention reopens a closed issue of its thread.

    Only its own author does, only what was resolved (a dismissal was a person's word), only within the policy's window
    from the closing to the post, and not with thanks: praise for a solution does not undo it.
    """
    if closed.status != Status.RESOLVED or closed.closed_at is None or row.author_id is None:
        return False
    thanks = facts is not None and (facts.kind == Kind.PRAISE or facts.mood == MoodLabel.POSITIVE)
    until = closed.closed_at + timedelta(hours=session.get_one(Policy, closed.policy_id).reopen_hours)
    return (
        row.author_id == closed.author_id and not thanks and closed.closed_at <= row.posted_at <= until and now <= until
    )


def came_back(session: Session, issue: Issue, mention_id: int, now: datetime) -> None:
    """Reopen the issue in the house's name: its promises continue with the deadlines they had, who had it is told."""
    department = session.get(Department, issue.department_id) if issue.department_id is not None else None
    able = {one.id for one in people.eligible(session, department.id)} if department else set()
    holds = department if issue.handed_at is not None and able else None
    owner_id = issue.owner_id if issue.owner_id in able else None
    move = turn(
        session, issue, "reopen", by=None, now=now, data={"mention_id": mention_id, "outcome": dict(issue.outcome)},
        to=Status.HANDED if holds and issue.acknowledged_at else Status.TRIAGE,
        closed_at=None, resolved_at=None, outcome={}, owner_id=owner_id, accepted_at=None,
    )  # fmt: skip
    ledger.continued(session, issue, holds, now, move_id=move.id)
    notify.tell(
        session,
        issue_id=issue.id,
        member_ids=[owner_id] if owner_id else able if holds else people.triagers(session),
        reason="reopened",
        step=f"move-{move.id}",
        data={"move": "reopen", "department": department.name if department else "", "by": None, "words": ""},
        now=now,
    )
