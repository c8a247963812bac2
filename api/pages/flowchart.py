"""Who answers what: the chart in force, its editions, and a draft that is tried before it is published."""

from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import NotAllowed
from api.pages.frame import Administrator, Insider
from api.problems import problem_words
from api.rendering import back, frame_of, page
from triage import charts, drawing, people, trials
from triage.facts import FACTS
from triage.flowchart import TESTS, Chart, ChartError, Problem, read
from triage.models import Role

router = APIRouter()

LONGEST = 200_000
Source = Annotated[str, Form(max_length=LONGEST)]
Days = Annotated[int, Form(ge=1, le=90)]


@router.get("/flowchart")
def show(
    request: Request, session: Database, acting: Insider, now: Now, version: int | None = None, draft: bool = False
) -> Response:
    """Show the chart in force, or an older edition; `draft` opens it for changing."""
    return _page(request, session, now, version=version, source=None, editing=draft and _may_try(acting))


@router.post("/flowchart/try")
def try_out(request: Request, session: Database, acting: Insider, now: Now, source: Source, days: Days = 7) -> Response:
    """Check a draft and say who would gain and lose. Nothing is moved and nobody is told."""
    if not _may_try(acting):
        raise NotAllowed(role=str(acting.role))
    return _tried(request, session, now, source, days)


@router.post("/flowchart/publish")
def publish(
    request: Request, session: Database, acting: Administrator, now: Now, source: Source,
    note: Annotated[str, Form(max_length=500)] = "", days: Days = 7,
) -> Response:  # fmt: skip
    """Put a draft in force; what is wrong with it is said instead."""
    try:
        made = charts.publish(session, _lines(source), note=note, by=acting.member_id, now=now)
    except ChartError:
        return _tried(request, session, now, source, days, status=422)
    return back("/flowchart", "chart_published", version=str(made.id))


def _tried(request: Request, session: Session, now: datetime, source: str, days: int, status: int = 200) -> Response:
    source = _lines(source)
    problems = charts.problems(session, source)
    since = now - timedelta(days=days)
    dry = None if problems else trials.run(lambda: nullcontext(session), source, since=since, now=now)
    return _page(
        request, session, now, source=source, editing=True, problems=problems, dry=dry, days=days,
        status=status if status != 200 or not problems else 422,
    )  # fmt: skip


def _page(
    request: Request, session: Session, now: datetime, *, source: str | None, editing: bool,
    version: int | None = None, problems: list[Problem] | None = None, dry: trials.DryRun | None = None, days: int = 7,
    status: int = 200,
) -> Response:  # fmt: skip
    reader = frame_of(request).reader
    in_force, _ = charts.current(session)
    edition = charts.edition(session, version or in_force)
    shown = _readable(source) if source is not None else edition.chart
    names = {one.key: one.name for one in people.departments(session)}
    marks = {one.step: problem_words(reader, one) for one in problems or () if one.step}
    warnings = charts.unattended(session, shown) if shown and not problems else []
    new = set(shown.steps) - set(edition.chart.steps) if shown and source is not None else set()
    return page(
        request,
        "flowchart/page.html",
        status=status,
        edition=edition,
        in_force=in_force,
        versions=charts.versions(session, 20),
        source=edition.source if source is None else source,
        editing=editing,
        tried=source is not None,
        problems=[(one, problem_words(reader, one)) for one in problems or ()],
        warnings=[(one, problem_words(reader, one)) for one in warnings],
        dry=dry,
        days=days,
        drawing=_drawn(shown, reader.language, names, marks | {one.step: "!" for one in warnings}, new),
        outline=drawing.outline(shown, reader.language, departments=names) if shown else (),
        may_try=_may_try_role(frame_of(request).role),
        may_publish=frame_of(request).role == Role.ADMIN,
        facts=FACTS.values(),
        tests=TESTS,
    )


def _drawn(
    chart: Chart | None, language: str, names: dict[str, str], problems: dict[str, str], new: set[str]
) -> Markup | None:
    if chart is None:
        return None
    return Markup(drawing.draw(chart, language=language, departments=names, problems=_short(problems), new=new))


def _short(problems: dict[str, str]) -> dict[str, Any]:
    # in the drawing a mark is enough; the words stand above it
    return dict.fromkeys(problems, "!")


def _readable(source: str) -> Chart | None:
    try:
        return read(source)
    except ChartError:
        return None


def _lines(source: str) -> str:
    # browsers send every line end as two characters
    return source.replace("\r\n", "\n")


def _may_try(acting: people.Actor) -> bool:
    return _may_try_role(acting.role)


def _may_try_role(role: str) -> bool:
    return role in (Role.MANAGER, Role.ADMIN)
