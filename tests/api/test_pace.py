"""A pace lets so many through in any minute, each key for itself."""

from datetime import datetime, timedelta

from api.pace import Pace

SECOND = timedelta(seconds=1)


def test_the_call_too_many_is_told_when_the_next_may_come(now: datetime) -> None:
    pace = Pace()
    assert [pace.take("a", 2, now + number * 10 * SECOND) for number in range(2)] == [None, None]
    assert pace.take("a", 2, now + 20 * SECOND) == 40.0
    assert pace.take("a", 2, now + 60 * SECOND) is None


def test_one_key_takes_nothing_from_another(now: datetime) -> None:
    pace = Pace()
    pace.take("a", 1, now)
    assert pace.take("b", 1, now) is None


def test_what_was_refused_is_not_counted(now: datetime) -> None:
    pace = Pace()
    pace.take("a", 1, now)
    for second in range(1, 60):
        assert pace.take("a", 1, now + second * SECOND) is not None
    assert pace.take("a", 1, now + 60 * SECOND) is None
