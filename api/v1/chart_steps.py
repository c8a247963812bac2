"""The steps of a draft: a question added, changed, asked earlier or later, taken out."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, require
from api.v1.chart_drafts import Seen, WholeDraft, whole
from api.v1.paging import Given
from api.v1.problems import STALE
from triage import drafting, people
from triage.flowchart import Ask, Assign
from triage.flowchart.editing import MOST_STEPS, START, add, free_name, led_to, move, put, remove
from triage.refusals import BadInput, NoSuch

router = APIRouter(prefix="/flowchart", tags=["flowchart"])
Drafter = Annotated[people.Actor, Depends(require(*HEARERS, scope=Scope.TRIAGE))]

Language = Literal["en", "fa", "ar", "he"]
_PLACE = (
    "Where it leads: the name of a step, or `to:care`, `to:unsure`, `to:nobody` to end there; empty is nowhere yet."
)
Place = Annotated[str, Field(max_length=100, description=_PLACE, examples=["to:care"])]


class Saying(Given):
    """What a step says. A question asks a fact with a test; an end assigns."""

    seen: Seen
    title: dict[Language, str] = Field(default={}, examples=[{"en": "A complaint?"}])
    ask: str = Field(default="", max_length=100, description="A fact.", examples=["kind"])
    test: str = Field(default="", max_length=100, examples=["is"])
    value: str | float | list[str] | None = Field(default=None, examples=["complaint"])
    yes: Place = ""
    no: Place = ""
    assign: str = Field(default="", max_length=100, description="Of an end: a department, `unsure` or `nobody`.")


class NewStep(Saying):
    """A question to add. What stood at its place follows its answer `no` if that is left empty."""

    after: str = Field(default=START, max_length=100, description="The question it follows; empty is the beginning.")
    answer: Literal["yes", "no"] = Field(default="no", description="The answer of that question it hangs on.")


class Moving(Given):
    """A question to ask one earlier or one later on its line of "no"."""

    seen: Seen
    way: Literal["up", "down"] = Field(examples=["up"])


@router.post("/drafts/{draft_id}/steps", summary="Add a question", status_code=status.HTTP_201_CREATED, responses=STALE)
def add_step(session: Database, acting: Drafter, now: Now, draft_id: int, body: NewStep) -> WholeDraft:
    """Add a question after one answer of another, or before all; it need not be whole yet."""
    chart = drafting.draft(session, draft_id).chart
    if len(chart.steps) >= MOST_STEPS:
        raise BadInput("draft", "A chart has at most %(most)s steps. Take one out first.", most=MOST_STEPS)
    if body.after != START and not isinstance(chart.steps.get(body.after), Ask):
        raise NoSuch("step", body.after)
    chart, yes = led_to(chart, body.yes)
    chart, no = led_to(chart, body.no)
    name = free_name(chart, next(iter(body.title.values()), ""))
    ask = Ask(name, 0, _words(body), body.ask, body.test, body.value, yes, no)
    drafting.change(session, draft_id, add(chart, ask, body.after, body.answer), by=acting, seen=body.seen, now=now)
    return whole(session, draft_id)


@router.put("/drafts/{draft_id}/steps/{name}", summary="Change a step", responses=STALE)
def change_step(session: Database, acting: Drafter, now: Now, draft_id: int, name: str, body: Saying) -> WholeDraft:
    """Let a question or an end say something else; what is left out is empty."""
    chart = drafting.draft(session, draft_id).chart
    step = chart.steps.get(name)
    if step is None:
        raise NoSuch("step", name)
    if isinstance(step, Assign):
        changed = put(chart, Assign(name, 0, _words(body), body.assign))
    else:
        chart, yes = led_to(chart, body.yes)
        chart, no = led_to(chart, body.no)
        changed = put(chart, Ask(name, 0, _words(body), body.ask, body.test, body.value, yes, no))
    drafting.change(session, draft_id, changed, by=acting, seen=body.seen, now=now)
    return whole(session, draft_id)


@router.delete("/drafts/{draft_id}/steps/{name}", summary="Take a question out", responses=STALE)
def remove_step(
    session: Database, acting: Drafter, now: Now, draft_id: int, name: str, seen: Annotated[int, Query()],
    keep: Annotated[Literal["yes", "no"], Query(description="The answer whose way is kept.")] = "no",
) -> WholeDraft:  # fmt: skip
    """Take a question out: whoever came to it goes where its answer `keep` led; what hung on the other goes too."""
    chart = drafting.draft(session, draft_id).chart
    if not isinstance(chart.steps.get(name), Ask):
        raise NoSuch("step", name)
    changed = remove(chart, name, keep)
    if not changed.steps:
        raise BadInput("step", "A chart needs at least one step. Add another before you take this one out.")
    drafting.change(session, draft_id, changed, by=acting, seen=seen, now=now)
    return whole(session, draft_id)


@router.post("/drafts/{draft_id}/steps/{name}/move", summary="Ask it earlier or later", responses=STALE)
def move_step(session: Database, acting: Drafter, now: Now, draft_id: int, name: str, body: Moving) -> WholeDraft:
    """Swap a question with the one before or after it on its line of "no"."""
    chart = drafting.draft(session, draft_id).chart
    if name not in chart.steps:
        raise NoSuch("step", name)
    changed = move(chart, name, body.way)
    if changed is None:
        raise BadInput("way", "This question cannot be asked there: its line ends, or a walk would never end.")
    drafting.change(session, draft_id, changed, by=acting, seen=body.seen, now=now)
    return whole(session, draft_id)


def _words(body: Saying) -> dict[str, str]:
    return {str(language): words for language, words in body.title.items()}
