"""Moments along a line of time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from api.timelines import Timeline

SINCE = datetime(2026, 10, 1, tzinfo=UTC)
LINE = Timeline(SINCE, SINCE + timedelta(days=56))
MIRRORED = Timeline(LINE.since, LINE.until, mirrored=True)


def test_a_moment_lies_where_its_time_is_and_mirrored_on_the_other_side() -> None:
    at = SINCE + timedelta(days=14)
    assert (LINE.x(at), MIRRORED.x(at)) == (25.0, 75.0)
    assert (LINE.x(SINCE - timedelta(days=1)), LINE.x(LINE.until + timedelta(days=1))) == (0.0, 100.0)
    assert LINE.span(SINCE, at) == (0.0, 25.0)
    assert MIRRORED.span(SINCE, at) == (75.0, 25.0)
    assert Timeline(SINCE, SINCE).x(SINCE) == 0.0


def test_midnights_of_the_reader_are_named_and_there_is_room_for_them() -> None:
    tehran = ZoneInfo("Asia/Tehran")
    ticks = LINE.ticks(tehran)
    assert len(ticks) == 8
    assert {tick.at.astimezone(tehran).hour for tick in ticks} == {0}
    assert ticks[0].anchor == "end"
    assert [tick.is_minor for tick in ticks[:3]] == [False, True, False]
    assert len(Timeline(SINCE, SINCE + timedelta(days=3)).ticks(tehran)) == 3


def test_an_outline_begins_and_ends_at_nothing() -> None:
    values = [(SINCE, 0.0), (SINCE + timedelta(days=28), 5.0), (LINE.until, 10.0)]
    assert LINE.outline(values, 10) == "M0 100L0 100L500 50L1000 0L1000 100Z"
    assert MIRRORED.outline(values, 10) == "M1000 100L1000 100L500 50L0 0L0 100Z"
    assert LINE.outline(values, 0) == LINE.outline([], 1) == ""
