"""Lines over days as drawing coordinates: pure arithmetic, mirrored for pages that run from the right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720.0, 250.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 18.0, 28.0


@dataclass(frozen=True, slots=True)
class Line:
    """One series: its strokes (a gap where a day has no value), lone points, and where its name is written."""

    name: str
    paths: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    label: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Plot:
    """`rows` are (y, value) of the grid, `columns` (x, index of the day, anchor) of the named days."""

    lines: tuple[Line, ...]
    rows: tuple[tuple[float, float], ...]
    columns: tuple[tuple[float, int, str], ...]
    axis: float
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT


def shares(series: Sequence[tuple[str, Sequence[float | None]]], mirrored: bool = False) -> Plot:
    """Lay out shares (0…1) of the same days; the axis begins at 0, 50 or 80 %, whichever still shows every value."""
    known = [value for _, values in series for value in values if value is not None]
    low = next((low for low in (0.8, 0.5) if known and min(known) >= low), 0.0)
    count = max((len(values) for _, values in series), default=0)
    x = _along(count, mirrored)

    def y(value: float) -> float:
        return round(TOP + (1 - value) / (1 - low) * (HEIGHT - TOP - BOTTOM), 1)

    def line(place: int, name: str, values: Sequence[float | None]) -> Line:
        points = [None if value is None else (x(index), y(value)) for index, value in enumerate(values)]
        return _line(name, points, _label([point for point in points if point is not None], above=place == 0))

    steps = 4 if low == 0.8 else 5
    return Plot(
        lines=tuple(line(place, name, values) for place, (name, values) in enumerate(series)),
        rows=tuple((y(low + (1 - low) * step / steps), low + (1 - low) * step / steps) for step in range(steps + 1)),
        columns=tuple((x(index), index, _anchor(index, count, mirrored)) for index in _named(count)),
        axis=WIDTH - LEFT + 8 if mirrored else LEFT - 8,
    )


def _strokes(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    strokes: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            strokes.append([])
        else:
            strokes[-1].append(point)
    return [stroke for stroke in strokes if stroke]


def _label(points: Sequence[tuple[float, float]], above: bool) -> tuple[float, float] | None:
    """The first series is named above its highest point, the others below their lowest, away from the edges."""
    inner = [point for point in points if LEFT + 60 < point[0] < WIDTH - RIGHT - 80] or list(points)
    if not inner:
        return None
    at = min(inner, key=lambda point: point[1]) if above else max(inner, key=lambda point: point[1])
    return at[0], max(at[1] - 10, 12.0) if above else min(at[1] + 20, HEIGHT - BOTTOM - 6)


def _named(count: int) -> list[int]:
    """Return which days are named below: the last one always, and as many before it as fit."""
    step = max(1, -(-count // 7))
    return sorted(range(count - 1, -1, -step))


def _anchor(index: int, count: int, mirrored: bool) -> str:
    if index == count - 1 and count > 1:
        return "start" if mirrored else "end"
    if index == 0 and count > 1:
        return "end" if mirrored else "start"
    return "middle"


def _along(count: int, mirrored: bool) -> Callable[[int], float]:
    """Return where each of `count` steps stands, the first where reading begins; one alone in the middle."""

    def x(index: int) -> float:
        along = (index + 0.5) / count if count < 2 else index / (count - 1)
        at = LEFT + along * (WIDTH - LEFT - RIGHT)
        return round(WIDTH - at if mirrored else at, 1)

    return x


def _line(name: str, points: Sequence[tuple[float, float] | None], label: tuple[float, float] | None) -> Line:
    """Return the strokes through points, broken where one is missing; a lone one is a dot."""
    strokes = _strokes(points)
    return Line(
        name=name,
        paths=tuple("M" + "L".join(f"{a} {b}" for a, b in stroke) for stroke in strokes if len(stroke) > 1),
        dots=tuple(stroke[0] for stroke in strokes if len(stroke) == 1),
        label=label,
    )


@dataclass(frozen=True, slots=True)
class Banded:
    """One line within its band, 0 … 100: as `Plot`, with the areas of the band."""

    line: Line
    bands: tuple[str, ...]
    rows: tuple[tuple[float, float], ...]
    columns: tuple[tuple[float, int, str], ...]
    axis: float
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT


def banded(values: Sequence[tuple[float, float, float] | None], mirrored: bool = False) -> Banded:
    """Lay out scores of 0 … 100 as (low, score, high) of steps that follow each other, `None` where there is none."""
    count = len(values)
    x = _along(count, mirrored)

    def y(value: float) -> float:
        return round(TOP + (1 - value / 100) * (HEIGHT - TOP - BOTTOM), 1)

    points = [None if value is None else (x(index), y(value[1])) for index, value in enumerate(values)]
    edges = _strokes([None if value is None else (x(index), float(index)) for index, value in enumerate(values)])
    return Banded(
        line=_line("", points, None),
        bands=tuple(_band([(at, values[int(index)]) for at, index in edge], y) for edge in edges),
        rows=tuple((y(value), float(value)) for value in (0, 25, 50, 75, 100)),
        columns=tuple((x(index), index, _anchor(index, count, mirrored)) for index in _named(count)),
        axis=WIDTH - LEFT + 8 if mirrored else LEFT - 8,
    )


def _band(edge: Sequence[tuple[float, tuple[float, float, float] | None]], y: Callable[[float], float]) -> str:
    """Return the area between low and high; a lone step is a stroke as wide as a finger's edge."""
    known = [(at, value) for at, value in edge if value is not None]
    if len(known) == 1:
        at, value = known[0]
        known = [(at - 2, value), (at + 2, value)]
    upper = [f"{at} {y(value[2])}" for at, value in known]
    lower = [f"{at} {y(value[0])}" for at, value in reversed(known)]
    return "M" + "L".join([*upper, *lower]) + "Z"


@dataclass(frozen=True, slots=True)
class Swing:
    """One step: two bars that leave the middle, up and down, and which step it is."""

    index: int
    x: float
    up: tuple[float, float]
    down: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Swings:
    """Bars up and down from one line; `most` is the longest bar's value, `middle` the line."""

    bars: tuple[Swing, ...]
    wide: float
    most: float
    middle: float
    columns: tuple[tuple[float, int, str], ...]
    width: float = WIDTH
    height: float = 130.0


def swings(values: Sequence[tuple[float, float]], mirrored: bool = False) -> Swings:
    """Lay out (up, down) of steps that follow each other, the longest bar as long as there is room."""
    count, high, foot = max(len(values), 1), 130.0, 22.0
    most = max((max(pair) for pair in values), default=0.0)
    middle = (high - foot) / 2
    step = WIDTH / count
    room = middle - 4

    def x(index: int) -> float:
        at = (index + 0.5) * step
        return round(WIDTH - at if mirrored else at, 1)

    def long(value: float) -> float:
        return value / most * room if most else 0.0

    bars = tuple(
        Swing(
            index=index,
            x=round(x(index) - step * 0.32, 1),
            up=(round(middle - 1 - long(up), 1), round(long(up), 1)),
            down=(middle + 1, round(long(down), 1)),
        )
        for index, (up, down) in enumerate(values)
    )
    columns = tuple((x(index), index, _anchor(index, count, mirrored)) for index in _named(count))
    return Swings(bars, round(step * 0.64, 1), most, middle, columns)


@dataclass(frozen=True, slots=True)
class Spark:
    """A line small enough for a cell, over the band it should lie in; `hot` are the points that left the band."""

    line: str
    band: str
    hot: tuple[tuple[float, float], ...]
    last: tuple[float, float] | None
    width: float = 144.0
    height: float = 32.0


def spark(values: Sequence[float | None], bands: Sequence[tuple[float, float] | None], mirrored: bool = False) -> Spark:
    """Lay out counts from 0 up beside (low, high), both `None` where they are not known."""
    width, height, edge = 144.0, 32.0, 3.0
    known = [value for value in values if value is not None] + [band[1] for band in bands if band]
    # a handful does not fill the cell
    most = max([*known, 4.0])
    count = max(len(values) - 1, 1)

    def x(index: int) -> float:
        at = edge + index / count * (width - 2 * edge)
        return round(width - at if mirrored else at, 1)

    def y(value: float) -> float:
        return round(height - edge - value / most * (height - 2 * edge), 1)

    points = [None if value is None else (x(index), y(value)) for index, value in enumerate(values)]
    beside = [(x(index), (low_high[0], 0.0, low_high[1])) for index, low_high in enumerate(bands) if low_high]
    hot = [
        point
        for point, value, band in zip(points, values, bands, strict=True)
        if point and value is not None and band and not band[0] <= value <= band[1]
    ]
    drawn = [point for point in points if point]
    return Spark(
        line="".join("M" + "L".join(f"{a} {b}" for a, b in stroke) for stroke in _strokes(points) if len(stroke) > 1),
        band=_band(beside, y) if beside else "",
        hot=tuple(hot),
        last=drawn[-1] if drawn else None,
    )
