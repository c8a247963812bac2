"""Where each step of a chart stands: "yes" leads to the right, "no" down, and no line runs through a box."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from triage.flowchart import Answer, Ask, Assign, Chart

ANSWERS: tuple[Answer, Answer] = ("yes", "no")


@dataclass(frozen=True, slots=True)
class End:
    """A place where a walk ends, drawn beside the question it answers; `step` is empty for an answer left open."""

    source: str
    answer: Answer
    step: str
    column: int
    row: int


@dataclass(slots=True)
class Layout:
    """The chart on a grid.

    `places` are the (column, row) of the questions in the order people read them; `hosts` say which answer a question
    hangs on; `crossing` are the answers that lead to a question that hangs on another one; `ends` are where walks end.
    `loose` are the steps no answer leads to.
    """

    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    hosts: dict[str, tuple[str, Answer]] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)
    crossing: list[tuple[str, Answer, str]] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    rows: int = 0

    def hosted(self, source: str, answer: Answer, target: str) -> bool:
        """Whether a question hangs on this answer of that one."""
        return self.hosts.get(target) == (source, answer)


def lay_out(chart: Chart) -> Layout:
    """Place every step of a chart, also of one that is still wrong."""
    layout = Layout()
    if isinstance(chart.steps.get(chart.start), Ask):
        _hang(chart, chart.start, layout)
    else:
        _lone_start(chart, layout)
    for step in chart.steps.values():
        if isinstance(step, Ask) and step.name not in layout.hosts and step.name not in layout.roots:
            layout.loose.append(step.name)
            _hang(chart, step.name, layout)
    shown = {end.step for end in layout.ends}
    for step in chart.steps.values():
        if isinstance(step, Assign) and step.name not in shown:
            layout.loose.append(step.name)
            layout.ends.append(End("", "yes", step.name, 0, layout.rows))
            layout.rows += 1
    return layout


def asked(chart: Chart, name: str) -> Iterator[tuple[Answer, str]]:
    """Yield the answers of a question that lead to another question."""
    step = chart.steps[name]
    if isinstance(step, Ask):
        for answer in ANSWERS:
            if isinstance(chart.steps.get(step.next(answer)), Ask):
                yield answer, step.next(answer)


def _lone_start(chart: Chart, layout: Layout) -> None:
    if chart.start in chart.steps:
        layout.ends.append(End("", "yes", chart.start, 0, 0))
        layout.rows = 1


def _hang(chart: Chart, root: str, layout: Layout) -> None:
    """Hang every question reached from `root` on one answer, and place it and the ends beside it."""
    layout.roots.append(root)
    _choose_hosts(chart, root, layout)
    order = _reading_order(chart, root, layout)
    heights = _heights(chart, order, layout)
    layout.places[root] = (0, layout.rows)
    for name in order:
        column, row = layout.places[name]
        step = chart.steps[name]
        assert isinstance(step, Ask)
        below = row + _beside(step, heights, layout)
        for answer, spot in zip(ANSWERS, ((column + 1, row), (column, below)), strict=True):
            target = step.next(answer)
            if layout.hosted(name, answer, target):
                layout.places[target] = spot
            elif isinstance(chart.steps.get(target), Ask):
                layout.crossing.append((name, answer, target))
            else:
                layout.ends.append(End(name, answer, target, *spot))
    layout.rows += heights[root]


def _choose_hosts(chart: Chart, root: str, layout: Layout) -> None:
    # the fewest "yes" on the way to a question decide its column: what both answers lead to stays on the spine
    waiting, depth, settled = deque([root]), {root: 0}, set()
    while waiting:
        name = waiting.popleft()
        if name in settled:
            continue
        settled.add(name)
        for answer, target in asked(chart, name):
            further = depth[name] + (answer == "yes")
            if (
                target in layout.places
                or target in settled
                or target == root
                or depth.get(target, further + 1) <= further
            ):
                continue
            depth[target], layout.hosts[target] = further, (name, answer)
            if answer == "yes":
                waiting.append(target)
            else:
                waiting.appendleft(target)


def _reading_order(chart: Chart, root: str, layout: Layout) -> list[str]:
    """Return the questions from `root` on: each before what hangs on it, "yes" before "no"."""
    order, stack = [], [root]
    while stack:
        name = stack.pop()
        order.append(name)
        stack += reversed([to for answer, to in asked(chart, name) if layout.hosted(name, answer, to)])
    return order


def _heights(chart: Chart, order: list[str], layout: Layout) -> dict[str, int]:
    heights: dict[str, int] = {}
    for name in reversed(order):
        step = chart.steps[name]
        assert isinstance(step, Ask)
        if layout.hosted(name, "no", step.no):
            below = heights[step.no]
        else:
            below = 0 if isinstance(chart.steps.get(step.no), Ask) else 1
        heights[name] = _beside(step, heights, layout) + below
    return heights


def _beside(step: Ask, heights: dict[str, int], layout: Layout) -> int:
    return heights[step.yes] if layout.hosted(step.name, "yes", step.yes) else 1
