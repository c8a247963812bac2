"""When a feed is due again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from listener.cadence import LONGEST_ORDER, LONGEST_WAIT, next_due

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def wait(**hints: object) -> float:
    return (next_due(NOW, interval=300.0, **hints).at - NOW).total_seconds()  # type: ignore[arg-type]


def test_a_feed_that_answers_is_due_after_its_interval() -> None:
    assert wait(luck=0.5) == 300
    assert 285 <= wait(luck=0.0) < wait(luck=0.99) <= 315


@pytest.mark.parametrize(
    ("hints", "seconds"),
    [
        ({"wish": 900.0}, 900),  # a ttl longer than our interval is obeyed
        ({"wish": 60.0}, 300),  # a shorter one does not make us faster
        ({"wish": 86_400.0}, 3600),  # a day would break the promise to answer
        ({"retry_after": 1200.0}, 1200),
        ({"drained": False}, 2),
    ],
)
def test_what_the_source_wishes_is_weighed(hints: dict[str, object], seconds: float) -> None:
    assert wait(**hints) == seconds


def test_a_feed_that_fails_is_asked_less_and_less_often() -> None:
    waits = [wait(failures=count, luck=0.99) for count in range(1, 20)]
    assert waits == sorted(waits)
    assert waits[0] <= 5
    assert waits[-1] <= LONGEST_WAIT


def test_a_busy_feed_gets_a_quick_second_chance() -> None:
    assert (next_due(NOW, interval=1.0, failures=1).at - NOW).total_seconds() <= 1


def test_a_server_that_names_the_moment_is_obeyed_even_when_it_failed() -> None:
    due = next_due(NOW, interval=300.0, failures=7, retry_after=2.0, luck=0.0)
    assert due.at == NOW + timedelta(seconds=2)
    assert due.why == "asked to wait"


def test_a_hopeless_feed_waits_longest_at_once() -> None:
    assert wait(failures=1, permanent=True, luck=0.0) == LONGEST_WAIT


@given(
    failures=some.integers(0, 10_000),
    retry_after=some.none() | some.floats(0, 1e9),
    wish=some.none() | some.floats(0, 1e9),
    luck=some.floats(0, 1, exclude_max=True),
    drained=some.booleans(),
    permanent=some.booleans(),
    interval=some.floats(1, 86_400),
)
def test_no_hint_ever_makes_a_feed_due_in_the_past_or_never(
    failures: int,
    retry_after: float | None,
    wish: float | None,
    luck: float,
    drained: bool,
    permanent: bool,
    interval: float,
) -> None:
    due = next_due(
        NOW, interval=interval, failures=failures, retry_after=retry_after, wish=wish, drained=drained,
        permanent=permanent, luck=luck,
    )  # fmt: skip
    assert NOW <= due.at <= NOW + timedelta(seconds=1.2 * max(LONGEST_ORDER, interval))
