"""Who answers what: the chart in force as a picture and a list, its editions, and two of them side by side."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from api import charted
from api.dependencies import Database
from api.pages.chart_drafts import names_of, spoken, told
from api.pages.frame import Insider
from api.rendering import back, frame_of, page
from triage import charts, drafting, drawing, rerouting
from triage.flowchart import Ask, Assign, Chart
from triage.flowchart.comparing import compare, touched
from triage.models import Role
from triage.refusals import NoSuch

router = APIRouter()

PAGE = 30


@router.get("/flowchart")
def show(request: Request, session: Database, acting: Insider, version: int | None = None, step: str = "") -> Response:
    """Show the chart in force, or an older edition, with one step explained."""
    reader, role = frame_of(request).reader, frame_of(request).role
    in_force, _ = charts.current(session)
    edition = charts.edition(session, version or in_force)
    chart, names = edition.chart, names_of(session)
    warnings = charts.unattended(session, chart) if edition.in_force else []
    at = f"?version={edition.id}&" if not edition.in_force else "?"
    open_step = chart.steps.get(step)
    return page(
        request,
        "flowchart/page.html",
        edition=edition,
        in_force=in_force,
        drafts=drafting.drafts(session),
        step=open_step,
        title=charted.title_of(reader, open_step, names) if open_step else "",
        asks=charted.asks(reader, open_step) if open_step else "",
        leads=_leads(request, chart, open_step, names),
        came=_came(request, chart, open_step, names),
        warnings=told(reader, warnings, chart, names),
        rerouting=next((one for one in rerouting.reroutes(session, 1) if one.finished_at is None), None),
        drawing=charted.picture(
            reader, chart, names, links={name: f"/flowchart{at}step={name}#step" for name in chart.steps},
            problems=warnings, here=open_step.name if open_step else "",
        ),
        outline=drawing.outline(chart, reader.language, departments=spoken(reader, names)),
        may_draft=role in (Role.LISTENER, Role.MANAGER, Role.ADMIN),
        may_publish=role == Role.ADMIN,
    )  # fmt: skip


@router.get("/flowchart/history")
def history(
    request: Request, session: Database, acting: Insider, before: Annotated[int | None, Query()] = None
) -> Response:
    """List every edition: who published it, when and why."""
    rows = charts.versions(session, PAGE + 1, before)
    role = frame_of(request).role
    return page(
        request, "flowchart/history.html", versions=rows[:PAGE], more=len(rows) > PAGE,
        in_force=charts.current(session)[0], drafts=drafting.drafts(session),
        may_draft=role in (Role.LISTENER, Role.MANAGER, Role.ADMIN), may_publish=role == Role.ADMIN,
    )  # fmt: skip


@router.get("/flowchart/compare")
def compared(
    request: Request, session: Database, acting: Insider, older: int | None = None,
    newer: Annotated[str, Query(max_length=30)] = "",
) -> Response:  # fmt: skip
    """Show two charts side by side, and what is otherwise in words. A draft is named `draft-4`."""
    reader, names = frame_of(request).reader, names_of(session)
    in_force, _ = charts.current(session)
    versions, drafts = charts.versions(session, 100), drafting.drafts(session)
    newer = newer or (f"draft-{drafts[0].id}" if drafts else str(in_force))
    if older is None:
        older = in_force if newer.startswith("draft-") or len(versions) < 2 else versions[1].id
    try:
        one, other = charts.edition(session, older).chart, _chart(session, newer)
    except NoSuch:
        return back("/flowchart/history")
    changes = compare(one, other)
    return page(
        request,
        "flowchart/compare.html",
        older=older,
        newer=newer,
        versions=versions,
        drafts=drafts,
        in_force=in_force,
        changes=[(change.sort, charted.change_words(reader, change, one, other, names)) for change in changes],
        pictures=(
            charted.picture(reader, one, names, new={change.step for change in changes if change.sort == "removed"}),
            charted.picture(reader, other, names, new=touched(changes)),
        ),
    )


def _chart(session: Session, named: str) -> Chart:
    which, _, number = named.rpartition("-")
    if not number.isdecimal() or which not in ("", "draft"):
        raise NoSuch("flowchart", named)
    return drafting.draft(session, int(number)).chart if which else charts.edition(session, int(number)).chart


def _leads(
    request: Request, chart: Chart, step: Ask | Assign | None, names: dict[str, str]
) -> list[tuple[str, str, str]]:
    """(answer, the step it leads to, its words) of a question."""
    if not isinstance(step, Ask):
        return []
    reader = frame_of(request).reader
    return [
        (answer, target, charted.title_of(reader, chart.steps[target], names))
        for answer, target in (("yes", step.yes), ("no", step.no))
        if target in chart.steps
    ]


def _came(
    request: Request, chart: Chart, step: Ask | Assign | None, names: dict[str, str]
) -> list[tuple[str, str, str]]:
    """(step, its words, its answer) of every question that leads here."""
    if step is None:
        return []
    reader = frame_of(request).reader
    return [
        (one.name, charted.title_of(reader, one, names), answer)
        for one in chart.steps.values()
        if isinstance(one, Ask)
        for answer, target in (("yes", one.yes), ("no", one.no))
        if target == step.name
    ]
