"""From a draft to the chart in force: tried on what was heard, published with a note; open issues follow by choice."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy import select

from api import charted
from api.dependencies import Database, Now, Open
from api.pages.chart_drafts import Seen, editor, names_of, told
from api.pages.frame import Administrator, AdministratorBriefly, InsiderBriefly
from api.rendering import back, frame_of, page
from listener.models import Author, Mention
from triage import charts, drafting, rerouting, trials
from triage.charts import Edition
from triage.drafting import DraftView
from triage.flowchart import ChartError
from triage.flowchart.comparing import compare
from triage.refusals import NoSuch, SomeoneWasFaster

router = APIRouter()

Days = Annotated[int, Query(ge=1, le=90)]
SPANS = (1, 7, 14, 30, 90)


@router.get("/flowchart/drafts/{draft_id}/trial")
def try_out(
    request: Request, open_one: Open, acting: InsiderBriefly, now: Now, draft_id: int, days: Days = 7
) -> Response:
    """Say who would gain and who would lose. Nothing is moved and nobody is told."""
    with open_one() as session:
        draft = drafting.draft(session, draft_id)
        names = names_of(session)
        problems = told(frame_of(request).reader, charts.problems(session, draft.source), draft.chart, names)
        in_force, _ = charts.current(session)
    dry = None if problems else trials.run(open_one, draft.source, since=now - timedelta(days=days), now=now)
    return page(
        request, "flowchart/trial.html", draft=draft, in_force=in_force, names=names, problems=problems, dry=dry,
        days=days, spans=SPANS,
    )  # fmt: skip


@router.get("/flowchart/drafts/{draft_id}/trial/mentions")
def changed_mentions(
    request: Request, open_one: Open, acting: InsiderBriefly, now: Now, draft_id: int,
    before: Annotated[str, Query(max_length=100)], after: Annotated[str, Query(max_length=100)], days: Days = 7,
) -> Response:  # fmt: skip
    """Show the newest mentions that would go from one place to another."""
    with open_one() as session:
        draft = drafting.draft(session, draft_id)
        names = names_of(session)
        sound = not charts.problems(session, draft.source)
    if not sound:
        return back(f"/flowchart/drafts/{draft_id}/trial?days={days}")
    flow = trials.run(open_one, draft.source, since=now - timedelta(days=days), now=now).flow(before, after)
    with open_one() as session:
        wanted = (
            select(Mention, Author)
            .outerjoin(Author, Author.id == Mention.author_id)
            .where(Mention.id.in_(flow.examples))
            .order_by(Mention.id.desc())
        )
        rows = session.execute(wanted).all()
        return page(
            request, "flowchart/moved.html", draft=draft, names=names, flow=flow, rows=rows, days=days
        )  # fmt: skip


@router.get("/flowchart/drafts/{draft_id}/publish")
def before_publishing(
    request: Request, open_one: Open, acting: AdministratorBriefly, now: Now, draft_id: int
) -> Response:
    """Say once more what changes, and what would become of open issues."""
    return _before(request, open_one, now, draft_id)


@router.post("/flowchart/drafts/{draft_id}/publish")
def publish(
    request: Request, session: Database, acting: Administrator, now: Now, draft_id: int, seen: Seen,
    instead_of: Annotated[int, Form()], note: Annotated[str, Form(max_length=500)] = "",
    reroute: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Put a draft in force; open issues follow only where that was ticked."""
    try:
        made = drafting.publish(session, draft_id, note=note, instead_of=instead_of, by=acting, seen=seen, now=now)
    except NoSuch:
        return back("/flowchart", "chart_draft_gone")
    except ChartError:
        return editor(request, session, drafting.draft(session, draft_id), status=422)
    except SomeoneWasFaster as no:
        return editor(request, session, drafting.draft(session, draft_id), refused=no, status=409)
    if reroute:
        rerouting.ask(session, made.id, by=acting, now=now)
    return back("/flowchart", "chart_published_rerouting" if reroute else "chart_published", version=str(made.id))


@router.get("/flowchart/reroute")
def before_rerouting(request: Request, open_one: Open, acting: AdministratorBriefly, now: Now) -> Response:
    """Say which open issues would follow the chart in force, and what was re-routed before."""
    with open_one() as session:
        in_force, chart = charts.current(session)
        names = names_of(session)
        past = rerouting.reroutes(session)
    seen = rerouting.preview(open_one, chart, now)
    return page(request, "flowchart/reroute.html", in_force=in_force, names=names, preview=seen, past=past)


@router.post("/flowchart/reroute")
def reroute_open(session: Database, acting: Administrator, now: Now) -> Response:
    """Let open issues nobody has touched follow the chart in force."""
    rerouting.ask(session, charts.current(session)[0], by=acting, now=now)
    return back("/flowchart/reroute", "chart_rerouting")


def _before(request: Request, open_one: Open, now: datetime, draft_id: int) -> Response:
    reader = frame_of(request).reader
    with open_one() as session:
        try:
            draft = drafting.draft(session, draft_id)
        except NoSuch:
            return back("/flowchart", "chart_draft_gone")
        names = names_of(session)
        in_force = charts.edition(session, charts.current(session)[0])
        problems = told(reader, charts.problems(session, draft.source), draft.chart, names)
        warnings = told(reader, charts.unattended(session, draft.chart), draft.chart, names)
    return page(
        request, "flowchart/publish.html", draft=draft, in_force=in_force, names=names, problems=problems,
        warnings=warnings, changes=_changes(request, in_force, draft, names),
        preview=None if problems else rerouting.preview(open_one, draft.chart, now),
    )  # fmt: skip


def _changes(request: Request, in_force: Edition, draft: DraftView, names: dict[str, str]) -> list[str]:
    reader = frame_of(request).reader
    found = compare(in_force.chart, draft.chart)
    return [charted.change_words(reader, one, in_force.chart, draft.chart, names) for one in found]
