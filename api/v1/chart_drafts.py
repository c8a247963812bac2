"""Drafts of the chart: changed step by step, compared, published, and what open issues do then."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, status
from pydantic import Field
from sqlalchemy.orm import Session

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, require, require_briefly
from api.v1.flowchart import LONGEST, WholeEdition
from api.v1.paging import Given, Shape, Stretch, example
from api.v1.problems import NOT_HERE, STALE
from triage import charts, drafting, people, rerouting
from triage.models import Role

router = APIRouter(prefix="/flowchart", tags=["flowchart"])
Insider = Annotated[people.Actor, Depends(require())]
Drafter = Annotated[people.Actor, Depends(require(*HEARERS, scope=Scope.TRIAGE))]
HearerBriefly = Annotated[people.Actor, Depends(require_briefly(*HEARERS))]
Admin = Annotated[people.Actor, Depends(require(Role.ADMIN, scope=Scope.ADMIN))]

_SOURCE = 'start = "spam"\n\n[steps.spam]\nask = "kind"\ntest = "is"\nvalue = "spam"\nyes = "no_one"\nno = "care"\n'
_LINE = {
    "id": 4, "name": "Leads to content", "base_id": 12, "version": 3, "by": "Lina", "changed_by": "Ada",
    "created_at": "2026-11-20T09:00:00Z", "updated_at": "2026-11-20T09:20:00Z", "steps_back": 2,
}  # fmt: skip
Seen = Annotated[int, Field(description="The version of the draft this was decided on.", examples=[3])]


class DraftLine(Shape):
    """A draft in a list. `base_id` is the edition it would follow; `steps_back` changes can be taken back."""

    model_config = example(_LINE)

    id: int
    name: str
    base_id: int
    version: int
    by: str | None
    changed_by: str | None
    created_at: datetime
    updated_at: datetime
    steps_back: int


class WholeDraft(DraftLine):
    """A draft with its source."""

    model_config = example({**_LINE, "source": _SOURCE})

    source: str


class Beginning(Given):
    """What a draft begins as: the chart in force, an older edition, or a source of your own."""

    version: int | None = Field(default=None, description="An edition; the one in force if left out.", examples=[12])
    source: str | None = Field(default=None, max_length=LONGEST, description="TOML, instead of an edition.")
    name: str = Field(default="", max_length=100, examples=["Leads to content"])


class Rewriting(Given):
    """A draft's whole source, or its name, anew."""

    seen: Seen
    source: str | None = Field(default=None, max_length=LONGEST, description="TOML.", examples=[_SOURCE])
    name: str | None = Field(default=None, max_length=100)


class Seeing(Given):
    """The version of a draft somebody looks at."""

    seen: Seen


class Publishing(Given):
    """A draft to put in force."""

    seen: Seen
    instead_of: int = Field(description="The edition in force as you saw it.", examples=[12])
    note: str = Field(default="", max_length=500, description="What is new.", examples=["Leads go to content"])
    reroute: bool = Field(default=False, description="Let open issues nobody has touched follow it.")


@router.get("/drafts", summary="List drafts")
def drafts(session: Database, acting: Insider) -> Stretch[DraftLine]:
    """List the drafts, the one changed last first. There are few; they end when they are published."""
    return Stretch[DraftLine](items=[DraftLine.model_validate(one) for one in drafting.drafts(session)])


@router.post("/drafts", summary="Begin a draft", status_code=status.HTTP_201_CREATED, responses=NOT_HERE)
def begin_draft(session: Database, acting: Drafter, now: Now, body: Beginning) -> WholeDraft:
    """Begin a draft. The chart in force never notices."""
    row = drafting.begin(session, by=acting, now=now, version=body.version, source=body.source, name=body.name)
    return whole(session, row.id)


@router.get("/drafts/{draft_id}", summary="Read a draft", responses=NOT_HERE)
def draft(session: Database, acting: Insider, draft_id: int) -> WholeDraft:
    """Read one draft with its source."""
    return whole(session, draft_id)


@router.put("/drafts/{draft_id}", summary="Rewrite a draft", responses=STALE)
def rewrite_draft(session: Database, acting: Drafter, now: Now, draft_id: int, body: Rewriting) -> WholeDraft:
    """Give a draft a new source or another name. A source that cannot be read is refused with its lines."""
    seen = body.seen
    if body.source is not None:
        drafting.rewrite(session, draft_id, body.source, by=acting, seen=seen, now=now)
        seen = drafting.draft(session, draft_id).version
    if body.name is not None:
        drafting.rename(session, draft_id, body.name, by=acting, seen=seen, now=now)
    return whole(session, draft_id)


@router.post("/drafts/{draft_id}/undo", summary="Take the last change back", responses=STALE)
def undo_draft(session: Database, acting: Drafter, now: Now, draft_id: int, body: Seeing) -> WholeDraft:
    """Let the draft say again what it said before its last change."""
    drafting.undo(session, draft_id, by=acting, seen=body.seen, now=now)
    return whole(session, draft_id)


@router.delete(
    "/drafts/{draft_id}", summary="Throw a draft away", status_code=status.HTTP_204_NO_CONTENT, responses=STALE
)
def discard_draft(session: Database, acting: Drafter, draft_id: int, seen: Annotated[int, Query()]) -> None:
    """Throw a draft away. It cannot be undone; the chart in force stays as it is."""
    drafting.discard(session, draft_id, seen=seen)


@router.post(
    "/drafts/{draft_id}/publish", summary="Publish a draft of several", status_code=status.HTTP_201_CREATED,
    responses=STALE,
)  # fmt: skip
def publish_draft(session: Database, acting: Admin, now: Now, draft_id: int, body: Publishing) -> WholeEdition:
    """Put a draft in force from now on; it ends as a draft. Open issues stay where they are unless you say so."""
    made = drafting.publish(
        session, draft_id, note=body.note, instead_of=body.instead_of, by=acting, seen=body.seen, now=now
    )
    if body.reroute:
        rerouting.ask(session, made.id, by=acting, now=now)
    return WholeEdition.model_validate(charts.edition(session, made.id))


def whole(session: Session, draft_id: int) -> WholeDraft:
    return WholeDraft.model_validate(drafting.draft(session, draft_id))
