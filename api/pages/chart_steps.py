"""The steps of a draft, one small form each: a question added, written, asked earlier or later, taken out."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.locales import LANGUAGES
from api.pages.asking import StepForm, step_form
from api.pages.chart_drafts import Seen, address, editor
from api.pages.frame import Hearer
from api.pages.open_step import NEW
from api.rendering import back
from triage import drafting, people
from triage.drafting import DraftView
from triage.flowchart import NOBODY, UNSURE, Answer, Ask, Assign, Chart
from triage.flowchart.editing import MOST_STEPS, TO, Way, add, before, free_name, led_to, move, put, remove
from triage.refusals import BadInput, NoSuch, SomeoneWasFaster

router = APIRouter()

Name = Annotated[str, Form(max_length=200)]
Words = Annotated[str, Field(max_length=200)]


class StepGiven(BaseModel):
    """A step as its form sends it; `then` is "choose" where only the fact was chosen and nothing is to be saved."""

    name: Words
    seen: int
    then: Words = ""
    title_en: Words = ""
    title_fa: Words = ""
    title_ar: Words = ""
    title_he: Words = ""
    fact: Words = ""
    test: Words = ""
    value: list[Words] = Field(default_factory=list, max_length=200)
    typed: Annotated[str, Field(max_length=1000)] = ""
    yes: Words = ""
    no: Words = ""
    assign: Words = ""


@router.post("/flowchart/drafts/{draft_id}/steps")
def add_step(
    request: Request, session: Database, acting: Hearer, now: Now, draft_id: int, seen: Seen, name: Name,
    where: Annotated[Literal["before", "yes", "no"], Form()],
) -> Response:  # fmt: skip
    """Add an empty question before another, or after one of its answers, and open its form."""
    draft = drafting.draft(session, draft_id)
    chart = draft.chart
    if len(chart.steps) >= MOST_STEPS:
        full = BadInput("step", "A chart has at most %(most)s steps. Take one out first.", most=MOST_STEPS)
        return editor(request, session, draft, step=name, refused=full, status=422)
    made = Ask(free_name(chart, ""), 0, {}, "", "")
    if where == "before":
        changed = before(chart, made, _there(chart, name).name)
    else:
        changed = add(chart, made, _question(chart, name).name, where)
    return _change(request, session, acting, now, draft, seen, changed, made.name, "chart_step_added")


@router.post("/flowchart/drafts/{draft_id}/step")
def save_step(
    request: Request, session: Database, acting: Hearer, now: Now, draft_id: int, given: Annotated[StepGiven, Form()]
) -> Response:
    """Save what a step says, or only show what fits the fact that was chosen."""
    draft = drafting.draft(session, draft_id)
    step = _there(draft.chart, given.name)
    if isinstance(step, Assign):
        return _save_end(request, session, acting, now, draft, step, given)
    form = step_form(given.model_dump(), given.value)
    if given.then == "choose":
        form.errors.clear()
        return editor(request, session, draft, step=step.name, form=form)
    if form.errors:
        return editor(request, session, draft, step=step.name, form=form, status=422)
    chart, yes = _led(draft.chart, step, "yes", form.yes, session)
    chart, no = _led(chart, step, "no", form.no, session)
    written = [one for one in (yes, no) if one in chart.steps and one not in draft.chart.steps]
    opens = next((one for one in written if isinstance(chart.steps[one], Ask)), step.name)
    ask = Ask(step.name, 0, form.title, form.fact, form.test, form.value, yes, no)
    said = "chart_step_saved" if opens == step.name else "chart_step_added"
    return _change(request, session, acting, now, draft, given.seen, put(chart, ask), opens, said, form)


@router.post("/flowchart/drafts/{draft_id}/step/move")
def move_step(
    request: Request, session: Database, acting: Hearer, now: Now, draft_id: int, seen: Seen, name: Name,
    way: Annotated[Way, Form()],
) -> Response:  # fmt: skip
    """Ask a question one earlier or one later."""
    draft = drafting.draft(session, draft_id)
    changed = move(draft.chart, _question(draft.chart, name).name, way)
    if changed is None:
        no = BadInput("way", "This question cannot be asked there: its line ends, or a walk would never end.")
        return editor(request, session, draft, step=name, refused=no, status=422)
    return _change(request, session, acting, now, draft, seen, changed, name, "chart_step_moved")


@router.post("/flowchart/drafts/{draft_id}/step/remove")
def remove_step(
    request: Request, session: Database, acting: Hearer, now: Now, draft_id: int, seen: Seen, name: Name,
    keep: Annotated[Answer, Form()] = "no",
) -> Response:  # fmt: skip
    """Take a question out; the walk goes on where one of its answers led."""
    draft = drafting.draft(session, draft_id)
    onward = _question(draft.chart, name).next(keep)
    changed = remove(draft.chart, name, keep)
    if not changed.steps:
        last = BadInput("step", "A chart needs at least one step. Add another before you take this one out.")
        return editor(request, session, draft, step=name, refused=last, status=422)
    return _change(request, session, acting, now, draft, seen, changed, onward, "chart_step_removed")


def _save_end(
    request: Request, session: Session, acting: people.Actor, now: datetime, draft: DraftView, step: Assign,
    given: StepGiven,
) -> Response:  # fmt: skip
    title = {one: words for one in LANGUAGES if (words := " ".join(getattr(given, f"title_{one}").split()))}
    to = given.assign.removeprefix(TO)
    if to not in _ends(session):
        no = BadInput("assign", "There is no such department. Choose one of those listed.")
        return editor(request, session, draft, step=step.name, refused=no, status=422)
    changed = put(draft.chart, Assign(step.name, 0, title, to))
    return _change(request, session, acting, now, draft, given.seen, changed, step.name, "chart_step_saved")


def _led(chart: Chart, step: Ask, answer: Answer, place: str, session: Session) -> tuple[Chart, str]:
    """Return the chart and the name of the step an answer leads to: one that stands, an end, or a new question."""
    target = chart.steps.get(step.next(answer))
    if isinstance(target, Assign) and place == TO + target.to:
        return chart, target.name  # of several ends for one department, the one it led to
    if place == NEW:
        name = free_name(chart, "")
        return add(chart, Ask(name, 0, {}, "", ""), step.name, answer), name
    if place.startswith(TO) and place.removeprefix(TO) not in _ends(session):
        return chart, ""
    chart, name = led_to(chart, place)
    return chart, name if name in chart.steps else ""


def _change(
    request: Request, session: Session, acting: people.Actor, now: datetime, draft: DraftView, seen: int,
    changed: Chart, opens: str, said: str, form: StepForm | None = None,
) -> Response:  # fmt: skip
    try:
        drafting.change(session, draft.id, changed, by=acting, seen=seen, now=now)
    except SomeoneWasFaster as no:
        # what somebody filled in stays in the form, to be saved over what is there now if they still want it
        return editor(request, session, draft, step=opens, form=form, refused=no, status=409)
    return back(address(drafting.draft(session, draft.id), opens), said)


def _there(chart: Chart, name: str) -> Ask | Assign:
    if name not in chart.steps:
        raise NoSuch("step", name)
    return chart.steps[name]


def _question(chart: Chart, name: str) -> Ask:
    step = _there(chart, name)
    if not isinstance(step, Ask):
        raise NoSuch("step", name)
    return step


def _ends(session: Session) -> set[str]:
    return {UNSURE, NOBODY, *(one.key for one in people.departments(session, enabled=True))}
