"""What will break at today's pace: worked off by deadline, each desk as fast as it was, nothing else."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from triage.pace import LISTENERS, Running, forecast, hours

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def running(issue_id: int, minutes: float, desk: int | None = LISTENERS, promise: str = "triage") -> Running:
    return Running(issue_id, promise, NOW + timedelta(minutes=minutes), desk)


def test_the_nearest_deadline_is_worked_off_first() -> None:
    found = forecast([running(1, 90), running(2, 30), running(3, 60)], {("triage", LISTENERS): 2.0}, NOW)
    assert [(one.running.issue_id, one.done_at, one.breaks) for one in found] == [
        (2, NOW + timedelta(minutes=30), False),  # the last moment still counts as kept
        (3, NOW + timedelta(minutes=60), False),
        (1, NOW + timedelta(minutes=90), False),
    ]


def test_what_is_past_takes_its_turn_too() -> None:
    found = forecast([running(1, -60), running(2, 45)], {("triage", LISTENERS): 1.0}, NOW)
    assert [one.breaks for one in found] == [True, True]
    assert found[1].done_at == NOW + timedelta(hours=2)


def test_every_desk_has_its_own_pace_and_one_without_does_nothing() -> None:
    pace = {("resolution", 1): 4.0}
    found = forecast([running(1, 20, 1, "resolution"), running(2, 20, 2, "resolution"), running(3, 20)], pace, NOW)
    assert {one.running.issue_id: one.breaks for one in found} == {1: False, 2: True, 3: True}
    assert found[1].done_at is None


def test_a_deadline_on_the_hour_belongs_to_the_hour_it_ends() -> None:
    found = forecast([running(1, 0), running(2, 60), running(3, 61), running(4, 240), running(5, 241)], {}, NOW)
    assert [(one.due, one.breaks) for one in hours(found, NOW, 4)] == [(2, 2), (1, 1), (0, 0), (1, 1)]


DESKS = st.sampled_from([None, 1, 2])
QUEUES = st.lists(st.tuples(st.integers(-300, 600), DESKS), max_size=40)


@given(QUEUES, st.dictionaries(DESKS, st.floats(0, 8), max_size=3), st.floats(1, 4))
def test_faster_desks_never_break_more(
    queue: list[tuple[int, int | None]], speeds: dict[int | None, float], more: float
) -> None:
    waits = [running(number, minutes, desk) for number, (minutes, desk) in enumerate(queue)]
    slow = forecast(waits, {("triage", desk): speed for desk, speed in speeds.items()}, NOW)
    fast = forecast(waits, {("triage", desk): speed * more for desk, speed in speeds.items()}, NOW)
    assert {one.running.issue_id for one in fast if one.breaks} <= {one.running.issue_id for one in slow if one.breaks}
    assert [one.running for one in slow] == sorted(waits, key=lambda one: (one.due, one.issue_id))
    ahead = hours(slow, NOW, 4)
    assert sum(hour.due for hour in ahead) == sum(0 <= minutes <= 240 for minutes, _ in queue)
