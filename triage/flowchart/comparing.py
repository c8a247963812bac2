"""Two charts side by side: which steps came, which went, and what is otherwise in those that stayed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from triage.flowchart.chart import Ask, Assign, Chart, Step

Sort = Literal["added", "removed", "asks", "words", "yes", "no", "goes", "start"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer leads: a question by its name, or an end by who it assigns to; both empty is nowhere."""

    step: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise in the newer chart.

    `asks`: the question asks something else; `words`: its words; `yes` and `no`: where the answer leads; `goes`: an end
    assigns to somebody else; `start`: the walk begins elsewhere. `before` and `after` are the step as each chart has
    it, `was` and `becomes` where an answer (or the start) led and leads.
    """

    sort: Sort
    step: str
    before: Step | None = None
    after: Step | None = None
    was: Place = Place()
    becomes: Place = Place()


def compare(older: Chart, newer: Chart) -> tuple[Change, ...]:
    """Return what changed from one chart to the next, in the order of the newer one; what was removed comes last.

    Ends are known by whom they assign to, not by their name: a branch that still leads to the same department has not
    changed, and an end that came or went is told by the branch that leads to it.
    """
    changes: list[Change] = []
    if _place(older, older.start) != _place(newer, newer.start):
        changes.append(Change("start", newer.start, was=_place(older, older.start), becomes=_place(newer, newer.start)))
    for name, after in newer.steps.items():
        changes += _of(older, newer, older.steps.get(name), after)
    for name, before in older.steps.items():
        if isinstance(before, Ask) and not isinstance(newer.steps.get(name), Ask):
            changes.append(Change("removed", name, before=before))
    return tuple(changes)


def touched(changes: tuple[Change, ...]) -> Mapping[str, Sort]:
    """Return the steps of the newer chart that are new or otherwise, with how, for marking a picture."""
    marks: dict[str, Sort] = {}
    for change in changes:
        if change.sort not in ("removed", "start"):
            marks.setdefault(change.step, change.sort)
    return marks


def _of(older: Chart, newer: Chart, before: Step | None, after: Step) -> Iterator[Change]:
    if isinstance(after, Assign):
        if isinstance(before, Assign) and before.to != after.to:
            yield Change("goes", after.name, before, after, Place(to=before.to), Place(to=after.to))
        elif isinstance(before, Assign) and dict(before.title) != dict(after.title):
            yield Change("words", after.name, before, after)
        return
    if not isinstance(before, Ask):
        yield Change("added", after.name, after=after, becomes=_place(newer, after.yes))
        return
    if (before.fact, before.test, before.value) != (after.fact, after.test, after.value):
        yield Change("asks", after.name, before, after)
    if dict(before.title) != dict(after.title):
        yield Change("words", after.name, before, after)
    if (was := _place(older, before.yes)) != (becomes := _place(newer, after.yes)):
        yield Change("yes", after.name, before, after, was, becomes)
    if (was := _place(older, before.no)) != (becomes := _place(newer, after.no)):
        yield Change("no", after.name, before, after, was, becomes)


def _place(chart: Chart, name: str) -> Place:
    step = chart.steps.get(name)
    if isinstance(step, Assign):
        return Place(to=step.to)
    return Place(step=name) if step is not None else Place()
