"""How long a promise takes, as drawing coordinates: pure arithmetic, mirrored for pages that run from the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

WIDTH, HEIGHT = 520.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 22.0, 14.0, 30.0
SPAN = 1.5  # the axis shows so many times the promise
TICKS = (0.25, 0.5, 1, 2, 3, 6, 12, 24, 48, 72, 168)  # hours between two names, at most seven of them


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the curve and where its name stands; `seconds` says which it is."""

    x: float
    y: float
    seconds: float
    label: tuple[float, float, str]


@dataclass(frozen=True, slots=True)
class Risen:
    """`rows` are (y, share), `columns` (x, hours); `promise` is where the promise ends, its name beside it."""

    line: str
    area: str
    marks: tuple[Mark, ...]
    promise: float
    name: tuple[float, float, str]
    rows: tuple[tuple[float, float], ...]
    columns: tuple[tuple[float, float], ...]
    axis: float
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    foot: float = HEIGHT - BOTTOM


def risen(
    points: Sequence[tuple[float, float]], marked: Sequence[tuple[float, float]], hours: float, mirrored: bool = False
) -> Risen:
    """Lay out (seconds, share) that rise from the first hour to one and a half times the promise of `hours`.

    `marked` are the points that are named, two at most: the first below the line, the second above it.
    """
    last = hours * SPAN

    def x(seconds: float) -> float:
        at = LEFT + min(max(seconds / 3600 / last, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)
        return round(WIDTH - at if mirrored else at, 1)

    def y(share: float) -> float:
        return round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM), 1)

    seen = _cut(points, last * 3600)
    drawn = [(x(at), y(share)) for at, share in seen]
    line = "M" + "L".join(f"{a} {b}" for a, b in drawn) if len(drawn) > 1 else ""
    area = f"{line}L{drawn[-1][0]} {HEIGHT - BOTTOM}L{drawn[0][0]} {HEIGHT - BOTTOM}Z" if line else ""
    every = next((step for step in TICKS if last / step <= 7), ceil(last / 7))
    columns = [place * every for place in range(int(last / every) + 1)]
    side = -1 if mirrored else 1
    marks = tuple(
        Mark(x(at), y(share), at, _label(x(at), y(share), above=place == 1, mirrored=mirrored))
        for place, (at, share) in enumerate(marked)
        if at <= last * 3600
    )
    return Risen(
        line=line,
        area=area,
        marks=marks,
        promise=x(hours * 3600),
        name=(x(hours * 3600) + side * 7, HEIGHT - BOTTOM - 12, "end" if mirrored else "start"),
        rows=tuple((y(share), share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
        columns=tuple((x(hour * 3600), float(hour)) for hour in columns),
        axis=WIDTH - LEFT + 8 if mirrored else LEFT - 8,
    )


def _cut(points: Sequence[tuple[float, float]], last: float) -> list[tuple[float, float]]:
    """Return the points up to `last`, with one on the very edge where the curve goes on."""
    seen = [point for point in points if point[0] <= last]
    if not seen or len(seen) == len(points):
        # what is done stays done: the curve runs on to the edge
        return [*seen, (last, seen[-1][1])] if seen else []
    (left, low), (right, high) = seen[-1], points[len(seen)]
    return [*seen, (last, low + (high - low) * (last - left) / (right - left))]


def _label(x: float, y: float, above: bool, mirrored: bool) -> tuple[float, float, str]:
    """The first is named below and after its point, the second above and before it, where the curve leaves room."""
    side = -1 if mirrored else 1
    if above:
        return x - side * 10, max(y - 8, 12.0), "start" if mirrored else "end"
    return x + side * 10, y + 18, "end" if mirrored else "start"
