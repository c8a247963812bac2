"""What you were told, and whether you read it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.dependencies import Database, Now, require
from api.v1.paging import Cursor, Given, Limit, Shape, Stretch, cut, example, number
from triage import notify, people

router = APIRouter(prefix="/notices", tags=["notices"])
Insider = Annotated[people.Actor, Depends(require())]

_NOTICE = {
    "id": 77, "reason": "at_risk", "issue_id": 41, "spike_id": None, "crisis_id": None,
    "data": {"step": "75", "promise": "triage", "due": "2026-11-21T14:00:00+00:00"},
    "created_at": "2026-11-21T11:00:00Z", "read_at": None,
}  # fmt: skip


class Notice(Shape):
    """One thing you were told. `reason` is a key: handed_over, assigned, bounced, at_risk, broken, nobody_eligible,
    unsure, reopened, spike, spike_rose, spike_over, feed_silent, feed_heard, crisis, crisis_by_hand,
    crisis_grew, crisis_role_lead (speaker, approver, scribe), crisis_stood_down, given_up."""

    model_config = example(_NOTICE)

    id: int
    reason: str
    issue_id: int | None
    spike_id: int | None
    crisis_id: int | None
    data: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


class Reading(Given):
    """Which notices you have read."""

    ids: list[int] | None = Field(default=None, max_length=500, description="Null is all of them.", examples=[[77, 78]])


class Read(Shape):
    """How many were unread until now, and how many still are."""

    model_config = example({"marked": 2, "unread": 0})

    marked: int
    unread: int


@router.get("", summary="List your notices")
def index(
    session: Database,
    acting: Insider,
    cursor: Cursor = None,
    limit: Limit = 50,
    unread: Annotated[bool, Query(description="Only those you have not read.")] = False,
) -> Stretch[Notice]:
    """List your own notices, newest first. Nobody sees another's."""
    rows = notify.mine(session, acting.member_id, unread=unread, before=number(cursor), limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: row.id)
    return Stretch[Notice](items=[Notice.model_validate(row) for row in kept], next=following)


@router.post("/read", summary="Mark notices as read")
def read(session: Database, acting: Insider, now: Now, body: Reading) -> Read:
    """Mark your notices as read: those named, or all."""
    marked = notify.mark_read(session, acting.member_id, now, body.ids)
    return Read(marked=marked, unread=notify.unread(session, acting.member_id))
