"""Buckets, and what an hour of the week usually brings."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.volume import BUCKET, bucket_of, profile, typical

MONDAY_NINE = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "start"),
    [
        (datetime(2026, 11, 16, 9, 4, 59, 999_999, tzinfo=UTC), MONDAY_NINE),
        (datetime(2026, 11, 16, 9, 5, tzinfo=UTC), MONDAY_NINE + BUCKET),
        (datetime(2026, 11, 16, 12, 33, tzinfo=timezone(timedelta(hours=3, minutes=30))), MONDAY_NINE),
    ],
)
def test_a_bucket_is_five_minutes_of_utc(at: datetime, start: datetime) -> None:
    assert bucket_of(at) == start
    assert bucket_of(at).tzinfo is UTC


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda at: at.year < 9_999))
def test_every_moment_lies_in_its_bucket(at: datetime) -> None:
    assert bucket_of(at) <= at < bucket_of(at) + BUCKET


def hourly(weeks: int, count: float) -> list[tuple[datetime, float]]:
    """`count` mentions every hour for some weeks before Monday nine."""
    return [(MONDAY_NINE - step * HOUR, count) for step in range(weeks * 168, 0, -1)]


def test_an_even_topic_brings_the_same_every_hour() -> None:
    usual = typical(hourly(4, 12.0), MONDAY_NINE)
    assert usual.mean == pytest.approx(1.0)
    assert usual.weeks == pytest.approx(4.0)


def test_an_hour_of_the_week_is_known_apart_from_its_neighbours() -> None:
    history = [(at, 60.0 if at.weekday() == 0 and at.hour == 9 else 6.0) for at, _ in hourly(6, 0)]
    assert typical(history, MONDAY_NINE).mean * 12 > 40
    assert typical(history, MONDAY_NINE + 2 * HOUR).mean * 12 < 10


def test_one_old_spike_does_not_make_a_monday() -> None:
    calm = hourly(4, 6.0)
    spiked = [(at, 600.0 if at == MONDAY_NINE - WEEK else value) for at, value in calm]
    assert typical(spiked, MONDAY_NINE).mean == pytest.approx(typical(calm, MONDAY_NINE).mean, rel=0.05)


def test_hours_without_mentions_count_as_nothing_heard() -> None:
    history = [(MONDAY_NINE - 7 * DAY, 12.0)]
    assert typical(history, MONDAY_NINE).mean < 1.0


def test_the_future_changes_nothing() -> None:
    history = hourly(2, 6.0)
    later = [(MONDAY_NINE + step * HOUR, 9_000.0) for step in range(200)]
    assert typical([*history, *later], MONDAY_NINE) == typical(history, MONDAY_NINE)


def test_without_history_nothing_is_usual() -> None:
    assert (typical([], MONDAY_NINE).mean, typical([], MONDAY_NINE).weeks) == (0.0, 0.0)


def test_what_is_usual_adds_up_over_a_window() -> None:
    usual = profile(hourly(4, 12.0), MONDAY_NINE)
    assert usual.over(MONDAY_NINE - BUCKET, MONDAY_NINE + HOUR) == pytest.approx(13.0)
    assert usual.over(MONDAY_NINE, MONDAY_NINE) == 0.0


@given(st.lists(st.tuples(st.integers(0, 60 * 24 * 60), st.floats(0, 1e6)), max_size=60))
def test_what_is_usual_is_never_negative(pairs: list[tuple[int, float]]) -> None:
    history = sorted((MONDAY_NINE - timedelta(minutes=minutes), value) for minutes, value in pairs)
    usual = typical(history, MONDAY_NINE)
    assert usual.mean >= 0
    assert usual.spread >= 0
