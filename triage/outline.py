"""The chart as a nested list: the same steps for people without pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.flowchart import NOBODY, UNSURE, Answer, Ask, Assign, Chart, PathStep, name_of
from triage.layout import ANSWERS, Layout, asked, lay_out


@dataclass(frozen=True, slots=True)
class Branch:
    """Where an answer leads.

    To a question: `number` is its place in the list. To an end: `outcome` is assign, unsure or nobody, `department`
    its key. Nowhere yet: both are empty, and `step` says the name that does not exist, if any.
    """

    step: str
    title: str
    number: str = ""
    outcome: str = ""
    department: str | None = None
    lit: bool = False


@dataclass(frozen=True, slots=True)
class OutlineStep:
    """One question: its number, its words, both branches; `children` are the questions asked after a "yes"."""

    number: str
    step: str
    title: str
    yes: Branch
    no: Branch
    answer: Answer | None  # what was answered on the lit path
    reachable: bool
    children: tuple["OutlineStep", ...]


def outline(
    chart: Chart, language: str = "en", lit: Sequence[PathStep] = (), departments: Mapping[str, str] | None = None
) -> tuple[OutlineStep, ...]:
    """Return the questions in reading order, those after a "yes" nested; `departments` name the ends by key."""
    layout = lay_out(chart)
    numbers: dict[str, str] = {}
    count = 0
    for root in layout.roots:
        count = _number(chart, layout, root, "", count, numbers)
    answers: dict[str, Answer] = {step.step: step.answer for step in lit}
    made: dict[str, OutlineStep] = {}
    children: dict[str, list[OutlineStep]] = {}
    # from the last to the first, so that what is nested is there before what it is nested in
    for name in reversed(list(layout.places)):
        step = chart.steps[name]
        assert isinstance(step, Ask)
        answer = answers.get(name)
        branches = [
            _branch(chart, step.next(each), language, numbers, departments or {}, answer == each) for each in ANSWERS
        ]
        made[name] = OutlineStep(
            number=numbers[name], step=name, title=name_of(step.title, language, name), yes=branches[0],
            no=branches[1], answer=answer, reachable=name not in layout.loose,
            children=tuple(children.get(numbers[name], [])),
        )  # fmt: skip
        above = numbers[name].rpartition(".")[0]
        children.setdefault(above, []).insert(0, made[name])
    return tuple(children.get("", []))


def _number(chart: Chart, layout: Layout, root: str, above: str, count: int, numbers: dict[str, str]) -> int:
    """Number the questions that hang on `root` by "no", and below each those that hang on it by "yes"."""
    waiting = [(root, above, count)]
    last = count
    while waiting:
        name, within, before = waiting.pop()
        while True:
            before += 1
            numbers[name] = f"{within}.{before}" if within else str(before)
            hung = {answer: to for answer, to in asked(chart, name) if layout.hosted(name, answer, to)}
            if "yes" in hung:
                waiting.append((hung["yes"], numbers[name], 0))
            if within == above:
                last = before
            if "no" not in hung:
                break
            name = hung["no"]
    return last


def _branch(
    chart: Chart, name: str, language: str, numbers: Mapping[str, str], departments: Mapping[str, str], lit: bool
) -> Branch:
    step = chart.steps.get(name)
    if step is None:
        return Branch(name, "", lit=lit)
    if isinstance(step, Assign):
        outcome = step.to if step.to in (UNSURE, NOBODY) else "assign"
        department = step.to if outcome == "assign" else None
        title = name_of(step.title, language, departments.get(step.to, step.to))
        return Branch(name, title, outcome=outcome, department=department, lit=lit)
    return Branch(name, name_of(step.title, language, name), number=numbers[name], lit=lit)
