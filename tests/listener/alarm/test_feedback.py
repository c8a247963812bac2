"""What people say of alerts moves the bar, a little, for a while, and never too far."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.alarm.feedback import FALSE, HALF_LIFE, LEAST, MOST, factor

verdicts = st.lists(st.tuples(st.floats(0, 1e9), st.booleans()), max_size=50)


def test_where_nobody_said_anything_the_bar_stands() -> None:
    assert factor([], 0.0) == 1.0


def test_each_false_alarm_lifts_the_bar_and_each_real_one_lowers_it_a_little() -> None:
    once, twice = factor([(0.0, False)], 0.0), factor([(0.0, False)] * 2, 0.0)
    assert 1 < once < twice
    assert 2 - once < factor([(0.0, True)], 0.0) < 1


def test_what_was_said_is_forgotten_by_half_in_a_half_life() -> None:
    assert factor([(0.0, False)], HALF_LIFE) == pytest.approx(1 + FALSE / 2)


def test_what_is_said_later_does_not_judge_what_was_before() -> None:
    assert factor([(10.0, False), (20.0, True)], 5.0) == 1.0
    assert factor([(10.0, False), (20.0, True)], 15.0) == factor([(10.0, False)], 15.0)


@given(verdicts, st.floats(0, 2e9))
def test_no_number_of_verdicts_makes_a_topic_deaf_or_nervous(said: list[tuple[float, bool]], at: float) -> None:
    assert LEAST <= factor(said, at) <= MOST
