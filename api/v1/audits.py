"""Who changed which setting."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.accounts import Scope
from api.dependencies import LEADERS, Database, require
from api.v1.paging import Cursor, Instant, Limit, Shape, Stretch, cut, example, number
from triage import people
from triage.find import audits

router = APIRouter(prefix="/audits", tags=["audits"])
Leader = Annotated[people.Actor, Depends(require(*LEADERS, scope=Scope.READ))]

_CHANGE = {
    "id": 812, "at": "2026-11-21T11:58:20Z", "by_id": 6, "by": "Ada", "what": "changed", "subject": "feed",
    "subject_id": 3, "name": "#nimbo, social.example", "place": "", "said": {"interval": 300.0},
    "becomes": {"interval": 120.0},
}  # fmt: skip


class Audit(Shape):
    """One change of a setting: the fields that changed, before and after. A secret is told as •••, never as it is."""

    model_config = example(_CHANGE)

    id: int
    at: datetime
    by_id: int | None = Field(description="Who; null is the house, or somebody whose row is gone.")
    by: str
    what: str = Field(description="made, changed, deleted, published, …")
    subject: str = Field(description="feed, topic, department, membership, member, policy, flowchart, token, …")
    subject_id: int | None
    name: str = Field(description="What it was called then.")
    place: str = Field(description="The department a membership is of.")
    said: dict[str, Any]
    becomes: dict[str, Any]


@router.get("", summary="List changes of settings")
def index(
    session: Database,
    acting: Leader,
    subject: Annotated[str | None, Query(max_length=40, examples=["feed"])] = None,
    subject_id: Annotated[int | None, Query(ge=1)] = None,
    by_id: Annotated[int | None, Query(ge=1, description="Only what this member changed.")] = None,
    start: Annotated[Instant | None, Query(description="From this moment on.")] = None,
    end: Annotated[Instant | None, Query(description="Before this moment.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Stretch[Audit]:
    """List who changed what and when, the newest first, with what stood there before."""
    rows = audits.trail(
        session, subject=subject, subject_id=subject_id, by_id=by_id, start=start, end=end, before=number(cursor),
        limit=limit + 1,
    )  # fmt: skip
    kept, after = cut(rows, limit, lambda row: row.id)
    return Stretch[Audit](items=[Audit.model_validate(row) for row in kept], next=after)
