"""The curve of how long a promise takes: rising, inside its frame, the same mirrored."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from api.curves import HEIGHT, WIDTH, risen

POINTS = st.lists(st.tuples(st.floats(0, 400_000), st.floats(0, 1)), min_size=1, max_size=51).map(
    lambda points: list(zip(sorted(at for at, _ in points), sorted(share for _, share in points), strict=True))
)


def places(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def test_the_promise_stands_at_two_thirds_and_what_is_done_stays_done() -> None:
    plot = risen([(0, 0.0), (3600, 0.5), (7200, 0.9)], [(3600, 0.45), (6480, 0.81)], 12)
    assert plot.promise == round(plot.right - (plot.right - plot.left) / 3, 1)
    assert [hour for _, hour in plot.columns] == [0, 3, 6, 9, 12, 15, 18]
    line = places(plot.line)
    assert line[-1] == (plot.right, line[-2][1])
    assert [mark.seconds for mark in plot.marks] == [3600, 6480]


def test_what_took_longer_than_the_axis_is_cut_at_its_edge() -> None:
    plot = risen([(0, 0.0), (36 * 3600, 1.0)], [(40 * 3600, 0.9)], 12)
    assert places(plot.line)[-1] == (plot.right, places(risen([(0, 0.0), (18 * 3600, 0.5)], [], 12).line)[-1][1])
    assert plot.marks == ()


@given(POINTS, st.sampled_from([0.5, 4.0, 12.0, 24.0, 72.0]))
def test_it_rises_inside_its_frame_and_mirrors(points: list[tuple[float, float]], hours: float) -> None:
    plot, mirrored = risen(points, points[:1], hours), risen(points, points[:1], hours, mirrored=True)
    drawn = places(plot.line)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in drawn)
    assert all(a[0] <= b[0] and a[1] >= b[1] for a, b in pairwise(drawn))
    assert [(round(WIDTH - x, 1), y) for x, y in places(mirrored.line)] == drawn
    assert len(plot.columns) <= 9
