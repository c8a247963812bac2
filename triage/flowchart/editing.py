"""Changes a person makes to a chart, one at a time: each gives a new chart, and the old one stays as it was."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from triage.flowchart.chart import Answer, Ask, Assign, Chart, Step
from triage.flowchart.checking import loops, reachable

Way = Literal["up", "down"]
START = ""  # the place before the first question, where others name the question and its answer
TO = "to:"  # before whom a walk ends with, where others name a step
MOST_STEPS = 300
_NAME = 30


def ending(chart: Chart, to: str, title: Mapping[str, str] | None = None) -> tuple[Chart, str]:
    """Return the chart with a step that assigns to `to` (a department's key, unsure, nobody), and that step's name."""
    for step in chart.steps.values():
        if isinstance(step, Assign) and step.to == to:
            return chart, step.name
    name = free_name(chart, to)
    return _with(chart, Assign(name, 0, dict(title or {}), to)), name


def led_to(chart: Chart, place: str, titles: Mapping[str, Mapping[str, str]] | None = None) -> tuple[Chart, str]:
    """Return where an answer leads as a step's name: `place` is one, or `to:` with whom the walk is to end with.

    An end the chart does not have yet is made, with its words in `titles`.
    """
    if not place.startswith(TO):
        return chart, place
    to = place.removeprefix(TO)
    return ending(chart, to, (titles or {}).get(to))


def put(chart: Chart, step: Step) -> Chart:
    """Return the chart with this step in the place of the one of its name; ends no answer leads to any more go."""
    return _tidied(_with(chart, step))


def add(chart: Chart, ask: Ask, after: str = START, answer: Answer = "no") -> Chart:
    """Return the chart with a new question after one answer of `after`, or before all others.

    What stood there follows the new question: a branch it leaves open leads on to it.
    """
    onward = chart.start if after == START else _question(chart, after).next(answer)
    made = replace(ask, yes=ask.yes or "", no=ask.no or onward)
    steps = dict(chart.steps)
    if after == START:
        return _tidied(replace(chart, start=made.name, steps={made.name: made, **steps}))
    ordered: dict[str, Step] = {}
    for name, step in steps.items():
        ordered[name] = _led(step, answer, made.name) if name == after else step
        if name == after:
            ordered[made.name] = made
    return _tidied(replace(chart, steps=ordered))


def before(chart: Chart, ask: Ask, name: str) -> Chart:
    """Return the chart with a new question before a step: whoever came to that step comes to the question first.

    An answer it leaves open leads on to the step, but for "yes", which a person chooses.
    """
    made = replace(ask, no=ask.no or name)
    steps: dict[str, Step] = {}
    for one in chart.steps.values():
        if one.name == name:
            steps[made.name] = made
        steps[one.name] = _redirected(one, name, made.name)
    return _tidied(replace(chart, start=made.name if chart.start == name else chart.start, steps=steps))


def remove(chart: Chart, name: str, keep: Answer = "no") -> Chart:
    """Return the chart without a question: whoever came to it goes where its answer `keep` led.

    What only its other answer led to goes with it: `goes_with` says what.
    """
    gone = {name, *goes_with(chart, name, keep)}
    return _tidied(_without(chart, name, keep, gone))


def goes_with(chart: Chart, name: str, keep: Answer = "no") -> tuple[str, ...]:
    """Return the questions nobody would reach any more if this one were removed."""
    rest = reachable(_without(chart, name, keep, {name}))
    return tuple(
        one for one in reachable(chart) if one != name and one not in rest and isinstance(chart.steps[one], Ask)
    )


def move(chart: Chart, name: str, way: Way) -> Chart | None:
    """Return the chart with a question asked one earlier or later on its line of "no"; `None` where it cannot be.

    A line ends where a "yes" begins it and where a "no" leads to somebody.
    """
    if way == "up":
        above = _above(chart, name)
        return move(chart, above, "down") if above else None
    step = chart.steps.get(name)
    below = chart.steps.get(step.no) if isinstance(step, Ask) else None
    if not isinstance(step, Ask) or not isinstance(below, Ask) or below.name == name:
        return None
    steps = {one.name: _redirected(one, name, below.name) for one in chart.steps.values()}
    steps[name] = replace(step, no=below.no)
    steps[below.name] = replace(below, no=name)
    start = below.name if chart.start == name else chart.start
    made = replace(chart, start=start, steps=_swapped(steps, name, below.name))
    return None if len(loops(made)) > len(loops(chart)) else made


def leads_back(chart: Chart, name: str) -> frozenset[str]:
    """Return the steps from which a walk can come to `name`, itself included: an answer of it may not lead there."""
    comes: dict[str, set[str]] = {}
    for step in chart.steps.values():
        if isinstance(step, Ask):
            for target in (step.yes, step.no):
                comes.setdefault(target, set()).add(step.name)
    found, waiting = {name}, [name]
    while waiting:
        for one in comes.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return frozenset(found)


def free_name(chart: Chart, words: str) -> str:
    """Return a name no step has: made of the words where they are Latin, else numbered."""
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:_NAME].strip("_")
    if plain and plain not in chart.steps:
        return plain
    stem = plain or "question"
    return next(name for name in (f"{stem}_{n}" for n in range(2, len(chart.steps) + 3)) if name not in chart.steps)


def _question(chart: Chart, name: str) -> Ask:
    step = chart.steps[name]
    if not isinstance(step, Ask):
        raise KeyError(name)
    return step


def _with(chart: Chart, step: Step) -> Chart:
    return replace(chart, steps={**chart.steps, step.name: step})


def _without(chart: Chart, name: str, keep: Answer, gone: set[str]) -> Chart:
    onward = _question(chart, name).next(keep)
    onward = "" if onward == name else onward
    steps = {one.name: _redirected(one, name, onward) for one in chart.steps.values() if one.name not in gone}
    return replace(chart, start=onward if chart.start == name else chart.start, steps=steps)


def _tidied(chart: Chart) -> Chart:
    """Leave out the ends no answer leads to; questions stay, for a person wrote them."""
    led = {chart.start}
    for step in chart.steps.values():
        if isinstance(step, Ask):
            led |= {step.yes, step.no}
    kept = {name: step for name, step in chart.steps.items() if isinstance(step, Ask) or name in led}
    return replace(chart, steps=kept)


def _led(step: Step, answer: Answer, target: str) -> Step:
    assert isinstance(step, Ask)
    return replace(step, yes=target) if answer == "yes" else replace(step, no=target)


def _redirected(step: Step, old: str, new: str) -> Step:
    if not isinstance(step, Ask) or old not in (step.yes, step.no):
        return step
    return replace(step, yes=new if step.yes == old else step.yes, no=new if step.no == old else step.no)


def _above(chart: Chart, name: str) -> str | None:
    for step in chart.steps.values():
        if isinstance(step, Ask) and step.no == name and step.name != name:
            return step.name
    return None


def _swapped(steps: Mapping[str, Step], one: str, other: str) -> dict[str, Step]:
    order = list(steps)
    first, second = order.index(one), order.index(other)
    order[first], order[second] = order[second], order[first]
    return {name: steps[name] for name in order}
