"""A draft of the chart: its picture, its steps, what is to mend, and its text for experts."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from api import charted
from api.dependencies import Database, Now
from api.pages import open_step
from api.pages.asking import StepForm
from api.pages.frame import Hearer, Insider
from api.problems import problem_words
from api.reader import Reader
from api.reasons import refusal_words
from api.rendering import back, frame_of, page
from triage import charts, drafting, drawing, people
from triage.drafting import DraftView
from triage.facts import FACTS
from triage.flowchart import TESTS, Chart, ChartError, Problem
from triage.flowchart.editing import TO
from triage.models import Role
from triage.refusals import BadInput, NoSuch, SomeoneWasFaster

router = APIRouter()

Seen = Annotated[int, Form()]
Source = Annotated[str, Form(max_length=200_000)]


@router.post("/flowchart/drafts")
def begin(
    session: Database, acting: Hearer, now: Now, version: Annotated[int | None, Form()] = None,
    name: Annotated[str, Form(max_length=100)] = "",
) -> Response:  # fmt: skip
    """Begin a draft from the chart in force, or from an older edition that is to come back."""
    row = drafting.begin(session, by=acting, now=now, version=version, name=name)
    return back(f"/flowchart/drafts/{row.id}", "chart_draft_begun")


@router.get("/flowchart/drafts/{draft_id}")
def show(request: Request, session: Database, acting: Insider, draft_id: int, step: str = "") -> Response:
    """Show a draft, with the form of one step."""
    try:
        draft = drafting.draft(session, draft_id)
    except NoSuch:
        return back("/flowchart", "chart_draft_gone")
    return editor(request, session, draft, step=step)


@router.post("/flowchart/drafts/{draft_id}/undo")
def undo(
    request: Request, session: Database, acting: Hearer, now: Now, draft_id: int, seen: Seen,
    step: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Take the last change back."""
    try:
        drafting.undo(session, draft_id, by=acting, seen=seen, now=now)
    except (SomeoneWasFaster, BadInput) as no:
        return editor(request, session, drafting.draft(session, draft_id), step=step, refused=no, status=409)
    return back(address(drafting.draft(session, draft_id), step), "chart_step_undone")


@router.post("/flowchart/drafts/{draft_id}/name")
def rename(
    request: Request, session: Database, acting: Hearer, now: Now, draft_id: int, seen: Seen,
    name: Annotated[str, Form(max_length=100)] = "",
) -> Response:  # fmt: skip
    """Give a draft a name of its own."""
    try:
        drafting.rename(session, draft_id, name, by=acting, seen=seen, now=now)
    except SomeoneWasFaster as no:
        return editor(request, session, drafting.draft(session, draft_id), refused=no, status=409)
    return back(f"/flowchart/drafts/{draft_id}", "chart_step_saved")


@router.post("/flowchart/drafts/{draft_id}/source")
def rewrite(
    request: Request, session: Database, acting: Hearer, now: Now, draft_id: int, seen: Seen, source: Source
) -> Response:
    """Let a draft say what an expert wrote as text."""
    draft = drafting.draft(session, draft_id)
    try:
        drafting.rewrite(session, draft_id, source, by=acting, seen=seen, now=now)
    except ChartError as trouble:
        return editor(request, session, draft, source=source, unreadable=trouble.problems, status=422)
    except SomeoneWasFaster as no:
        return editor(request, session, draft, source=source, refused=no, status=409)
    return back(f"/flowchart/drafts/{draft_id}", "chart_step_saved")


@router.post("/flowchart/drafts/{draft_id}/discard")
def discard(request: Request, session: Database, acting: Hearer, draft_id: int, seen: Seen) -> Response:
    """Throw a draft away."""
    try:
        drafting.discard(session, draft_id, seen=seen)
    except SomeoneWasFaster as no:
        return editor(request, session, drafting.draft(session, draft_id), refused=no, status=409)
    return back("/flowchart", "chart_draft_discarded")


def address(draft: DraftView, step: str = "") -> str:
    """Return where a draft is open at a step."""
    known = f"?step={quote(step)}#step" if step in draft.chart.steps else ""
    return f"/flowchart/drafts/{draft.id}{known}"


def editor(
    request: Request, session: Session, draft: DraftView, *, step: str = "", form: StepForm | None = None,
    refused: SomeoneWasFaster | BadInput | None = None, source: str | None = None,
    unreadable: tuple[Problem, ...] = (), status: int = 200,
) -> Response:  # fmt: skip
    """Render a draft with one step open; what somebody filled in is kept when it could not be saved."""
    reader, role = frame_of(request).reader, frame_of(request).role
    chart = draft.chart
    names = names_of(session)
    problems = charts.problems(session, draft.source)
    warnings = charts.unattended(session, chart)
    found = chart.steps.get(step) or chart.steps.get(next((one.step for one in problems if one.step), ""))
    return page(
        request,
        "flowchart/draft.html",
        status=status,
        draft=draft,
        drafts=drafting.drafts(session),
        in_force=charts.current(session)[0],
        step=found,
        title=charted.title_of(reader, found, names) if found else "",
        refused=refusal_words(reader, refused) if refused else "",
        problems=told(reader, problems, chart, names),
        warnings=told(reader, warnings, chart, names),
        here=_of_step(told(reader, [*problems, *warnings], chart, names), found.name if found else ""),
        drawing=charted.picture(
            reader, chart, names, links=_links(draft), problems=[*problems, *warnings], new=_new(session, draft),
            here=found.name if found else "",
        ),
        outline=drawing.outline(chart, reader.language, departments=spoken(reader, names)),
        source=draft.source if source is None else source,
        unreadable=[(one, problem_words(reader, one)) for one in unreadable],
        facts=FACTS.values(),
        tests=TESTS,
        may_draft=role in (Role.LISTENER, Role.MANAGER, Role.ADMIN),
        may_publish=role == Role.ADMIN,
        **open_step.fields(session, reader, chart, found, form, names),
    )  # fmt: skip


def names_of(session: Session) -> dict[str, str]:
    """Return the departments' names by their keys."""
    return {one.key: one.name for one in people.departments(session)}


def spoken(reader: Reader, names: Mapping[str, str]) -> dict[str, str]:
    """Return everybody a walk may end with, by key, in the reader's words."""
    return {place.removeprefix(TO): words for place, words in charted.ends(reader, names)}


def told(
    reader: Reader, problems: list[Problem], chart: Chart, names: Mapping[str, str]
) -> list[tuple[Problem, str, str]]:
    """(problem, the words of its step, its sentence) of each."""
    steps = {one.step: chart.steps.get(one.step) for one in problems}
    titles = {name: charted.title_of(reader, step, names) for name, step in steps.items() if step}
    return [(one, titles.get(one.step, ""), charted.problem_words(reader, one, chart, names)) for one in problems]


def _of_step(problems: list[tuple[Problem, str, str]], name: str) -> list[str]:
    return [words for one, _, words in problems if name and one.step == name]


def _links(draft: DraftView) -> dict[str, str]:
    return {name: address(draft, name) for name in draft.chart.steps}


def _new(session: Session, draft: DraftView) -> set[str]:
    return set(draft.chart.steps) - set(charts.edition(session, draft.base_id).chart.steps)
