"""What a newer chart says otherwise, and the open issues that follow it by choice."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, Open, require, require_briefly
from api.v1.paging import Cursor, Limit, Shape, Stretch, cut, example, number
from api.v1.problems import NOT_HERE
from triage import charts, drafting, people, rerouting
from triage.flowchart.comparing import compare
from triage.models import Role
from triage.refusals import BadInput

router = APIRouter(prefix="/flowchart", tags=["flowchart"])
Insider = Annotated[people.Actor, Depends(require())]
HearerBriefly = Annotated[people.Actor, Depends(require_briefly(*HEARERS))]
Admin = Annotated[people.Actor, Depends(require(Role.ADMIN, scope=Scope.ADMIN))]

_CHANGE = {"sort": "yes", "step": "lead", "was": {"step": "", "to": "care"}, "becomes": {"step": "", "to": "content"}}


class Led(Shape):
    """Where an answer leads: to a question, or to an end; both empty is nowhere."""

    step: str
    to: str


class Change(Shape):
    """One thing that is otherwise: `added`, `removed`, `asks`, `words`, `yes`, `no`, `goes` or `start`."""

    sort: str
    step: str
    was: Led
    becomes: Led


class Compared(Shape):
    """Two charts side by side."""

    model_config = example({"changes": [_CHANGE]})

    changes: list[Change]


class RerouteFlow(Shape):
    """How many open issues would go from one place to another, with ids of some."""

    before: str
    after: str
    issues: int
    examples: list[int]


class ReroutePreview(Shape):
    """What re-routing would do. `stay` would be nobody's matter and wait for a person all the same."""

    model_config = example(
        {
            "untouched": 40, "moved": 9, "stay": 2,
            "flows": [{"before": "care", "after": "content", "issues": 9, "examples": [41, 57]}],
        }
    )  # fmt: skip

    untouched: int = Field(description="Open issues nobody has acknowledged, handed over, taken or routed.")
    moved: int
    stay: int
    flows: list[RerouteFlow]


class Reroute(Shape):
    """One re-routing, and how far it is: `finished_at` is null while the worker is at it."""

    model_config = example(
        {
            "id": 2, "chart_version": 13, "by": "Ada", "asked_at": "2026-11-20T09:30:00Z",
            "finished_at": "2026-11-20T09:30:04Z", "moved": 9, "stayed": 2,
        }
    )  # fmt: skip

    id: int
    chart_version: int
    by: str | None
    asked_at: datetime
    finished_at: datetime | None
    moved: int
    stayed: int


@router.get("/compare", summary="Compare two charts", responses=NOT_HERE)
def compared(
    session: Database, acting: Insider, older: Annotated[int, Query(description="An edition.", examples=[12])],
    newer: Annotated[int | None, Query(description="An edition, or leave it out and name a draft.")] = None,
    draft_id: Annotated[int | None, Query(description="A draft, instead of a newer edition.")] = None,
) -> Compared:  # fmt: skip
    """Say what is otherwise in a newer edition, or in a draft. Ends are known by whom they assign to."""
    before = charts.edition(session, older).chart
    if draft_id is not None:
        after = drafting.draft(session, draft_id).chart
    else:
        after = charts.edition(session, newer or charts.current(session)[0]).chart
    return Compared(changes=[Change.model_validate(one) for one in compare(before, after)])


@router.get("/reroutes", summary="List re-routings")
def reroutes(session: Database, acting: Insider, cursor: Cursor = None, limit: Limit = 50) -> Stretch[Reroute]:
    """List what was re-routed, the newest first, and how far it is."""
    rows = rerouting.reroutes(session, limit + 1, number(cursor))
    kept, following = cut(rows, limit, lambda row: row.id)
    return Stretch[Reroute](items=[Reroute.model_validate(row) for row in kept], next=following)


@router.get("/reroutes/preview", summary="Preview a re-routing", responses=NOT_HERE)
def preview_reroute(
    open_one: Open, acting: HearerBriefly, now: Now,
    draft_id: Annotated[int | None, Query(description="A draft; the chart in force if left out.")] = None,
) -> ReroutePreview:  # fmt: skip
    """Say which open issues would change hands. What a person decided is never among them. Nothing is moved."""
    with open_one() as session:
        chart = drafting.draft(session, draft_id).chart if draft_id is not None else charts.current(session)[1]
        sound = draft_id is None or not charts.problems(session, drafting.draft(session, draft_id).source)
    if not sound:
        raise BadInput("draft_id", "Mend the draft first: `/flowchart/check` says what is wrong.")
    return ReroutePreview.model_validate(rerouting.preview(open_one, chart, now))


@router.post("/reroutes", summary="Re-route open issues", status_code=status.HTTP_202_ACCEPTED, responses=NOT_HERE)
def reroute(session: Database, acting: Admin, now: Now) -> Reroute:
    """Let the open issues nobody has touched follow the chart in force. The worker does it within seconds."""
    row = rerouting.ask(session, charts.current(session)[0], by=acting, now=now)
    return next(Reroute.model_validate(one) for one in rerouting.reroutes(session) if one.id == row.id)
