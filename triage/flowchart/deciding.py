"""From the first question to who answers."""

from typing import Any

from triage.facts import Facts
from triage.flowchart.chart import NOBODY, UNSURE, Answer, Assign, Chart, ChartError, Decision, PathStep, Problem


def decide(chart: Chart, facts: Facts) -> Decision:
    """Follow a checked chart from its start; raise `ChartError` where an unchecked one leads nowhere."""
    path: list[PathStep] = []
    name = chart.start
    for _ in range(len(chart.steps) + 1):
        step = chart.steps.get(name)
        if isinstance(step, Assign):
            if step.to in (UNSURE, NOBODY):
                return Decision("unsure" if step.to == UNSURE else "nobody", None, name, tuple(path))
            return Decision("assign", step.to, name, tuple(path))
        if step is None:
            break
        value = getattr(facts, step.fact)
        answer: Answer = "yes" if passes(step.test, value, step.value) else "no"
        path.append(PathStep(name, step.fact, value, step.test, answer, step.title, step.value))
        name = step.next(answer)
    last = path[-1].step if path else ""
    line = chart.steps[last].line if last else chart.start_line
    raise ChartError([Problem(line, last, "lost", "The walk did not end. Check the chart before it is followed.")])


def passes(test: str, value: Any, wanted: Any) -> bool:
    """Whether a fact's value passes a test; what is not known passes none."""
    if value is None:
        return False
    match test:
        case "holds" | "found":
            return bool(value)
        case "is":
            return bool(value == wanted)
        case "one_of":
            return value in wanted
        case "at_least":
            return bool(value >= wanted)
        case "at_most":
            return bool(value <= wanted)
        case "includes":
            return not set(value).isdisjoint(wanted)
    raise KeyError(test)
