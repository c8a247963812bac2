"""Drawing coordinates: in their frame, mirrored for pages that run from the right, gaps where nothing is known."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.plots import HEIGHT, WIDTH, banded, spark, swings

SCORES = st.lists(
    st.none() | st.tuples(st.floats(0, 40), st.floats(40, 60), st.floats(60, 100)), min_size=1, max_size=70
)
PAIRS = st.lists(st.tuples(st.floats(0, 900), st.floats(0, 900)), min_size=1, max_size=60)


def numbers(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def test_a_band_holds_its_line_and_stops_where_nothing_is_known() -> None:
    plot = banded([(40, 50, 60), (45, 55, 65), None, (30, 50, 70)])
    assert len(plot.bands) == 2
    assert (len(plot.line.paths), len(plot.line.dots)) == (1, 1)
    (first, second, *_), line = numbers(plot.bands[0]), numbers(plot.line.paths[0])
    assert first[1] < line[0][1]
    assert second[1] < line[1][1]
    assert [value for _, value in plot.rows] == [0, 25, 50, 75, 100]


@given(SCORES, st.booleans())
def test_everything_lies_in_the_frame(values: list[tuple[float, float, float] | None], mirrored: bool) -> None:
    plot = banded(values, mirrored)
    points = [point for path in (*plot.bands, *plot.line.paths) for point in numbers(path)]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in (*points, *plot.line.dots))
    assert plot.columns[-1][1] == len(values) - 1


@given(PAIRS)
def test_bars_leave_the_middle_and_the_longest_fills_its_half(values: list[tuple[float, float]]) -> None:
    plot = swings(values)
    for bar, (up, down) in zip(plot.bars, values, strict=True):
        top, length = bar.up
        assert top + length == pytest.approx(plot.middle - 1, abs=0.11)
        assert bar.down[0] == plot.middle + 1
        assert (length > bar.down[1]) == (round(length, 1) > round(bar.down[1], 1))
        assert 0 <= bar.x <= WIDTH
        assert up >= 0
        assert down >= 0
    longest = max(max(bar.up[1], bar.down[1]) for bar in plot.bars)
    assert longest == (pytest.approx(plot.middle - 4, abs=0.1) if plot.most else 0)


def test_a_page_from_the_right_has_the_newest_at_the_left() -> None:
    assert [bar.x for bar in swings([(1, 0), (2, 0)], mirrored=True).bars] == [
        bar.x for bar in reversed(swings([(1, 0), (2, 0)]).bars)
    ]
    assert banded([(1, 2, 3)] * 3, mirrored=True).columns[-1][0] < WIDTH / 4


@given(
    st.lists(st.none() | st.floats(0, 9_000), min_size=1, max_size=25),
    st.booleans(),
    st.booleans(),
)
def test_a_spark_lies_in_its_cell(values: list[float | None], known: bool, mirrored: bool) -> None:
    drawn = spark(values, [(1.0, 40.0) if known else None for _ in values], mirrored)
    points = [*numbers(drawn.line), *numbers(drawn.band), *drawn.hot]
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in points)
    assert bool(drawn.band) is known
    assert len(drawn.hot) == sum(value is not None and not 1 <= value <= 40 for value in values) * known
