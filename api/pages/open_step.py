"""What the form of one step of a draft needs: its fields, where its answers may lead, what may be done with it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from api import charted
from api.pages import asking
from api.pages.asking import StepForm
from api.reader import Reader
from triage import drawing, people
from triage.facts import FACTS
from triage.flowchart import NOBODY, UNSURE, Answer, Ask, Assign, Chart, Step
from triage.flowchart.editing import TO, goes_with, leads_back, move

NEW = "+"  # an answer that leads to a question still to be written


def fields(
    session: Session, reader: Reader, chart: Chart, step: Step | None, form: StepForm | None, names: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the template asks of a question, of an end, or of no step at all."""
    if step is None:
        return {"form": None, "asked": None}
    open_to = {TO + UNSURE, TO + NOBODY, *(TO + one.key for one in people.departments(session, enabled=True))}
    ends = [(place, words) for place, words in charted.ends(reader, names) if place in open_to]
    if isinstance(step, Assign):
        return {"form": None, "asked": None, "ends": ends, "came": _came(reader, chart, step, names), "to_prefix": TO}
    form = form or asking.form_of(step, place_of(chart, step.yes), place_of(chart, step.no))
    numbers = _numbers(drawing.outline(chart, reader.language, departments=names))
    return {
        "form": form,
        "asked": asking.asking(session, reader, form.fact, form.test, form.value),
        "meaning": str(reader.catalogue.gettext(FACTS[form.fact].means)) if form.fact in FACTS else "",
        "groups": asking.groups(reader),
        "ends": ends,
        "onward": _onward(reader, chart, step, form, numbers, names),
        "number": numbers.get(step.name, ""),
        "earlier": move(chart, step.name, "up") is not None,
        "later": move(chart, step.name, "down") is not None,
        "removals": [_removal(reader, chart, step, answer, names) for answer in ("no", "yes")],
        "new_question": NEW,
    }


def place_of(chart: Chart, name: str) -> str:
    """Return where an answer leads as a form has it: a step's name, or `to:` with whom the walk ends."""
    step = chart.steps.get(name)
    return TO + step.to if isinstance(step, Assign) else name if step is not None else ""


def _onward(
    reader: Reader, chart: Chart, step: Ask, form: StepForm, numbers: Mapping[str, str], names: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """(name, number, words) of the questions an answer may lead to: none from which the walk would come back."""
    back_to = leads_back(chart, step.name)
    return [
        (name, numbers.get(name, ""), charted.title_of(reader, one, names))
        for name, one in chart.steps.items()
        if isinstance(one, Ask) and (name not in back_to or name in (form.yes, form.no))
    ]


def _removal(
    reader: Reader, chart: Chart, step: Ask, keep: Answer, names: Mapping[str, str]
) -> tuple[Answer, str, list[str]]:
    """(the answer kept, where the walk goes on, what goes with the question) if it were taken out."""
    onward = chart.steps.get(step.next(keep))
    gone = [charted.title_of(reader, chart.steps[one], names) for one in goes_with(chart, step.name, keep)]
    return keep, charted.title_of(reader, onward, names) if onward else "", gone


def _came(reader: Reader, chart: Chart, step: Assign, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """(name, words) of the questions that end here."""
    asked = (one for one in chart.steps.values() if isinstance(one, Ask) and step.name in (one.yes, one.no))
    return [(one.name, charted.title_of(reader, one, names)) for one in asked]


def _numbers(nodes: tuple[drawing.OutlineStep, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in nodes:
        found |= {node.step: node.number, **_numbers(node.children)}
    return found
