"""The chart, and one path through it lit, as a picture: SVG with a layout of its own, mirrored where text is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from listener.text import direction
from triage.flowchart import Answer, Ask, Assign, Chart, PathStep, name_of
from triage.labels import lines, printable
from triage.layout import Layout, lay_out
from triage.outline import Branch, OutlineStep, outline

__all__ = ["Branch", "OutlineStep", "draw", "outline"]

BOX, PILL = 200.0, 180.0  # widths
LEAST = 52.0  # height
SMALLEST = 760.0  # width of a whole picture
MARGIN, GAP_X, GAP_Y = 20.0, 80.0, 42.0
TITLE, SMALL = 14.5, 13.0  # sizes of letters, as the style sheet sets them
LINE = 18.0
RIGHT_TO_LEFT = frozenset({"fa", "ar", "he"})
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"yes": "yes", "no": "no", "title": "The flowchart: %s. The same steps stand in the list below it."},
    "fa": {"yes": "بله", "no": "نه", "title": "نمودار: %s. همین گام‌ها در فهرست زیر آن هم هست."},
    "ar": {"yes": "نعم", "no": "لا", "title": "المخطط: %s. الخطوات نفسها في القائمة أسفله."},
    "he": {"yes": "כן", "no": "לא", "title": "התרשים: %s. אותם צעדים מופיעים ברשימה שמתחתיו."},
}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Box:
    """One box or pill: where it stands (its middle), how big, what it says."""

    key: tuple[str, str]  # a question: (name, ""); an end: (name of the question, answer)
    step: str
    x: float
    y: float
    width: float
    height: float
    title: tuple[str, ...]
    note: tuple[str, ...]
    sort: str  # "ask" | "end"
    marks: tuple[str, ...]  # "lit", "bad", "new", "here"


@dataclass(frozen=True, slots=True)
class _Said:
    """What the caller wants said beside the chart itself."""

    language: str
    notes: Mapping[str, str]
    links: Mapping[str, str]
    problems: Mapping[str, str]
    new: Collection[str]
    departments: Mapping[str, str]
    answers: Mapping[str, Answer]
    values: Mapping[str, PathStep]
    here: str


def draw(
    chart: Chart,
    lit: Sequence[PathStep] = (),
    *,
    language: str = "en",
    notes: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    new: Collection[str] = (),
    departments: Mapping[str, str] | None = None,
    here: str = "",
) -> str:
    """Return the chart as SVG, titles in `language`, the walk of `lit` in the accent.

    Keyed by step: `notes` are the small words under a title, `links` where a step leads when chosen, `problems` a few
    words on what is wrong with it, `new` what the draft added. `departments` name by key the ends without a title;
    `here` is the step somebody is at. The picture has no ids, so that several stand on one page. A chart that is still
    wrong is drawn too.
    """
    answers: dict[str, Answer] = {step.step: step.answer for step in lit}
    said = _Said(
        language, notes or {}, links or {}, problems or {}, new, departments or {}, answers,
        {step.step: step for step in lit}, here,
    )  # fmt: skip
    layout = lay_out(chart)
    boxes, width, height = _boxes(chart, layout, said)
    mirror = width if language in RIGHT_TO_LEFT else None
    words = WORDS.get(language, WORDS["en"])
    name = escape(printable(words["title"] % name_of(chart.title, language, "").strip()).replace(": .", "."))
    edges = sorted(_edges(chart, layout, boxes, said), key=lambda edge: edge.lit)
    parts = [
        f'<svg class="flow" viewBox="0 0 {width:.0f} {height:.0f}" role="{"group" if said.links else "img"}"'
        f' lang="{escape(language)}" aria-label="{name}" xmlns="http://www.w3.org/2000/svg"><title>{name}</title>',
        *(_line(edge, mirror) for edge in edges),
        *(_label(edge, words, mirror) for edge in edges if edge.answer),
        *(_shape(box, chart, said, mirror) for box in boxes.values()),
        "</svg>",
    ]
    return "".join(parts)


# boxes


def _boxes(chart: Chart, layout: Layout, said: _Said) -> tuple[dict[tuple[str, str], _Box], float, float]:
    drafts = [_ask(chart, name, place, layout, said) for name, place in layout.places.items()]
    drafts += [
        _end(chart, end.source, end.answer, end.step, (end.column, end.row), layout, said) for end in layout.ends
    ]
    widths: dict[int, float] = {}
    heights: dict[int, float] = {}
    for box, (column, row) in drafts:
        widths[column] = max(widths.get(column, 0.0), box.width)
        heights[row] = max(heights.get(row, 0.0), box.height)
    lefts, right = _stacked(widths, GAP_X)
    tops, bottom = _stacked(heights, GAP_Y)
    boxes = {}
    for box, (column, row) in drafts:
        x, y = lefts[column] + widths[column] / 2, tops[row] + heights[row] / 2
        boxes[box.key] = _Box(
            box.key, box.step, x, y, box.width, box.height, box.title, box.note, box.sort, box.marks
        )  # fmt: skip
    # lines that leave the grid run beside its last column; a small chart is not blown up to the width of the page
    return boxes, max(right + (GAP_X / 2 if layout.crossing else 0.0), SMALLEST), bottom


def _stacked(sizes: Mapping[int, float], gap: float) -> tuple[dict[int, float], float]:
    starts, cursor = {}, MARGIN
    for place in range(max(sizes, default=-1) + 1):
        starts[place] = cursor
        cursor += sizes.get(place, 0.0) + gap
    return starts, max(cursor - gap, MARGIN) + MARGIN


def _ask(chart: Chart, name: str, place: tuple[int, int], layout: Layout, said: _Said) -> tuple[_Box, tuple[int, int]]:
    step = chart.steps[name]
    assert isinstance(step, Ask)
    title = lines(name_of(step.title, said.language, name), BOX - 16, TITLE)
    wrong = said.problems.get(name)
    note = lines(wrong or said.notes.get(name) or _note(step, said.values.get(name)), BOX - 16, SMALL, most=2)
    marks = [mark for mark, is_on in _marks(name, layout, said) if is_on]
    if name in said.answers:
        marks.append("lit")
    return _sized((name, ""), name, title, note, "ask", tuple(marks), BOX), place


def _end(
    chart: Chart, source: str, answer: Answer, name: str, place: tuple[int, int], layout: Layout, said: _Said
) -> tuple[_Box, tuple[int, int]]:
    step = chart.steps.get(name)
    key = (source, answer) if source else (name, "end")
    if not isinstance(step, Assign):
        # an answer left open, or one that names a step that is not there
        words = f"{WORDS.get(said.language, WORDS['en'])[answer]}: {name}?"
        return _sized(key, "", (), lines(words, PILL - 24, SMALL), "end", ("bad",), PILL), place
    title = lines(name_of(step.title, said.language, said.departments.get(step.to, step.to)), PILL - 24, TITLE)
    note = lines(said.problems.get(name) or said.notes.get(name, ""), PILL - 24, SMALL, most=2)
    marks = [mark for mark, is_on in _marks(name, layout, said) if is_on]
    if source and said.answers.get(source) == answer:
        marks.append("lit")
    return _sized(key, name, title, note, "end", tuple(marks), PILL), place


def _marks(name: str, layout: Layout, said: _Said) -> Iterator[tuple[str, bool]]:
    yield "bad", name in said.problems or name in layout.loose
    yield "new", name in said.new
    yield "here", name == said.here


def _sized(
    key: tuple[str, str], step: str, title: Sequence[str], note: Sequence[str], sort: str, marks: tuple[str, ...],
    width: float,
) -> _Box:  # fmt: skip
    height = max(LEAST, LINE * (len(title) + len(note)) + 16)
    return _Box(key, step, 0, 0, width, height, tuple(title), tuple(note), sort, marks)


def _note(step: Ask, asked: PathStep | None) -> str:
    """Say the test in signs that need no translation; on a lit path, the words that were found."""
    if asked is not None and isinstance(asked.value, tuple | list) and asked.value:
        return ", ".join(str(word) for word in asked.value[:3])
    value = ", ".join(map(str, step.value)) if isinstance(step.value, list) else step.value
    sign = {"is": "=", "one_of": "=", "at_least": "≥", "at_most": "≤", "includes": "∋"}.get(step.test)
    return f"{step.fact} {sign} {value}".replace("_", " ") if sign else ""


# lines


@dataclass(frozen=True, slots=True)
class _Edge:
    points: tuple[Point, ...]
    answer: str
    at: Point  # of its label
    lit: bool
    bad: bool


def _edges(chart: Chart, layout: Layout, boxes: Mapping[tuple[str, str], _Box], said: _Said) -> Iterator[_Edge]:
    for name in layout.places:
        step = chart.steps[name]
        assert isinstance(step, Ask)
        for answer, target in (("yes", step.yes), ("no", step.no)):
            to = boxes.get((name, answer)) or boxes[target, ""]
            crossing = (name, answer, target) in layout.crossing
            lane = layout.crossing.index((name, answer, target)) if crossing else -1  # type: ignore[arg-type]
            points, at = _way(boxes[name, ""], to, answer, lane)
            yield _Edge(points, answer, at, said.answers.get(name) == answer, "bad" in to.marks and not to.step)


def _way(source: _Box, to: _Box, answer: str, lane: int) -> tuple[tuple[Point, ...], Point]:
    """Return the corners of a line and where its word stands. `lane` keeps lines apart that leave the grid."""
    right, bottom = source.x + source.width / 2, source.y + source.height / 2
    if lane < 0 and answer == "yes":
        return ((right, source.y), (to.x - to.width / 2 - 2, to.y)), (right + GAP_X / 2 - 8, source.y)
    if lane < 0:
        return ((source.x, bottom), (source.x, to.y - to.height / 2 - 2)), (source.x, bottom + 18)
    # to a question that hangs elsewhere: through the gap beside this column, then the gap above that question
    channel = source.x + BOX / 2 + GAP_X / 2 + 6 * (lane % 5) - 12
    above = to.y - to.height / 2 - 10 - 4 * (lane % 3)
    entry = to.x + 30 + 12 * (lane % 4)
    start: tuple[Point, ...] = ((right, source.y), (channel, source.y))
    word = (right + 18, source.y)
    if answer == "no":
        low = bottom + 12 + 4 * (lane % 3)
        leave = source.x + 40
        start, word = ((leave, bottom), (leave, low), (channel, low)), (leave + 24, low)
    return (*start, (channel, above), (entry, above), (entry, to.y - to.height / 2 - 2)), word


def _line(edge: _Edge, mirror: float | None) -> str:
    points = [_mirrored(point, mirror) for point in edge.points]
    (x1, y1), (x2, y2) = points[-2], points[-1]
    marks = " lit" if edge.lit else " bad" if edge.bad else ""
    paint = "var(--accent)" if edge.lit else "var(--broken)" if edge.bad else "var(--edge)"
    # the tip is drawn, not a marker: markers need ids, and ids clash where two charts stand on one page
    size = 5.0 if edge.lit else 4.0
    dx, dy = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    if dx and dy:
        dx = 0
    x3, y3 = x2 - dx * size * 2, y2 - dy * size * 2
    tip = f"M{x2:.1f} {y2:.1f}L{x3 + dy * size:.1f} {y3 + dx * size:.1f}L{x3 - dy * size:.1f} {y3 - dx * size:.1f}Z"
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="e{marks}" points="{way}"/><path d="{tip}" fill="{paint}"/>'


def _label(edge: _Edge, words: Mapping[str, str], mirror: float | None) -> str:
    x, y = _mirrored(edge.at, mirror)
    lit = " lit" if edge.lit else ""
    return (
        f'<rect class="lab" x="{x - 16:.1f}" y="{y - 9:.1f}" width="32" height="18"/>'
        f'<text class="k{lit}" x="{x:.1f}" y="{y + 4:.1f}">{_isolated(words[edge.answer])}</text>'
    )


# shapes


def _shape(box: _Box, chart: Chart, said: _Said, mirror: float | None) -> str:
    x, y = _mirrored((box.x, box.y), mirror)
    marks = "".join(f" {mark}" for mark in box.marks)
    round_ = box.height / 2 if box.sort == "end" else 6
    parts = [
        f'<rect class="{box.sort}{marks}" x="{x - box.width / 2:.1f}" y="{y - box.height / 2:.1f}"'
        f' width="{box.width:.1f}" height="{box.height:.1f}" rx="{round_:.1f}"/>'
    ]
    baseline = y - LINE * (len(box.title) + len(box.note)) / 2 + LINE * 0.72
    words_of = "lit" if "lit" in box.marks else ""
    note_of = "warn" if "bad" in box.marks else "k"
    for place, words in enumerate((*box.title, *box.note)):
        sort = words_of if place < len(box.title) else note_of
        parts.append(
            f'<text{f" class={chr(34)}{sort}{chr(34)}" if sort else ""} x="{x:.1f}" y="{baseline + LINE * place:.1f}">'
            f"{_isolated(words)}</text>"
        )
    drawn = f"<g{_walk(box, chart)}>{''.join(parts)}</g>"
    link = said.links.get(box.step)
    if not link or not box.step:
        return drawn
    current = ' aria-current="true"' if "here" in box.marks else ""
    return f'<a href="{escape(printable(link))}"{current}>{drawn}</a>'


def _walk(box: _Box, chart: Chart) -> str:
    """Say for the keyboard which step this is and where its answers lead."""
    step = chart.steps.get(box.step)
    if step is None:
        return ""
    said = {"step": step.name}
    if isinstance(step, Ask):
        said |= {"yes": step.yes, "no": step.no}
    elif box.key[1] != "end":
        # the same end stands beside every question that leads to it
        said |= {"from": box.key[0], "answer": box.key[1]}
    return "".join(f' data-{name}="{escape(printable(value))}"' for name, value in said.items())


def _mirrored(point: Point, width: float | None) -> Point:
    return point if width is None else (width - point[0], point[1])


def _isolated(words: str) -> str:
    """Keep a label's own direction, whatever surrounds it: RLI or LRI, the words, PDI."""
    return f"{'⁧' if direction(words) == 'rtl' else '⁦'}{escape(words, quote=False)}⁩"
