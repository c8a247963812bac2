"""The two promises as arithmetic."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import calendars, deadlines
from triage.deadlines import BREACH, Clock, Event, Start, Terms

T = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TERMS = Terms()
OFFICE = calendars.read("UTC", {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


def started(start: Start, promise: str = "resolution") -> Event:
    return Event(promise, "started", start.since, why=start.plain())


def paused(at: datetime, until: datetime) -> Event:
    return Event("resolution", "paused", at, why={"until": until.isoformat(), "words": "waits for a photo"})


def event(name: str, at: datetime, promise: str = "resolution") -> Event:
    return Event(promise, name, at)


RUN = started(Start(T, T, 24.0))


@pytest.mark.parametrize(
    ("posted", "heard", "late", "due"),
    [
        (T, T, False, T + h(12)),
        (T - h(1), T, False, T + h(11)),  # from the post, not from when we found it
        (T + h(3), T, False, T + h(12)),  # the source's clock lies: clamped to heard
        (T - h(12), T, False, T),  # exactly twelve hours old is not late yet
        (T - h(12.01), T, True, T + h(4)),
        (T - h(500), T, True, T + h(4)),
    ],
)
def test_triage_is_due_from_the_post_and_late_found_from_when_it_was_heard(
    posted: datetime, heard: datetime, late: bool, due: datetime
) -> None:
    assert deadlines.is_late_found(posted, heard, TERMS) is late
    start = deadlines.triage_start(posted, heard)
    assert start == min(posted, heard)
    assert deadlines.triage_due(start, heard, late, TERMS) == due
    assert Clock("triage", deadlines.triage(posted, heard, TERMS)).due == due


@pytest.mark.parametrize(
    ("lines", "state", "due"),
    [
        ([RUN], "running", T + h(24)),
        ([RUN, paused(T + h(2), T + h(8))], "paused", T + h(30)),
        ([RUN, paused(T + h(2), T + h(8)), event("resumed", T + h(5))], "running", T + h(27)),
        (
            [RUN, paused(T + h(2), T + h(8)), event("resumed", T + h(5)), paused(T + h(6), T + h(10)),
             event("resumed", T + h(10))],
            "running",
            T + h(31),
        ),
        ([RUN, event("kept", T + h(20))], "kept", T + h(24)),
        ([RUN, event("broken", T + h(24))], "broken", T + h(24)),
        ([RUN, event("broken", T + h(24)), event("met", T + h(30))], "broken", T + h(24)),
        # a pause after it broke moves nothing
        ([RUN, event("broken", T + h(24)), paused(T + h(25), T + h(40))], "broken", T + h(24)),
        ([RUN, event("void", T + h(3))], "void", T + h(24)),
        ([RUN, event("kept", T + h(20)), event("continued", T + h(22))], "running", T + h(24)),
        ([RUN, event("broken", T + h(24)), event("met", T + h(30)), event("continued", T + h(31))], "broken", T + h(24)),
        ([RUN, event("void", T + h(3)), event("continued", T + h(4))], "running", T + h(24)),
    ],
)  # fmt: skip
def test_the_ledger_alone_says_where_a_promise_stands(lines: list[Event], state: str, due: datetime) -> None:
    clock = deadlines.read(lines, "resolution")
    assert clock is not None
    assert (clock.state, clock.due) == (state, due)
    assert deadlines.resolution_due(lines) == due


def test_a_promise_that_never_started_has_no_deadline() -> None:
    assert deadlines.read([], "resolution") is None
    assert deadlines.resolution_due([started(Start(T, T, 12.0), "triage")]) is None


def test_the_last_moment_still_counts_as_kept() -> None:
    clock = Clock("triage", Start(T, T, 12.0))
    assert not clock.is_over(T + h(12))
    assert clock.is_over(T + h(12) + timedelta(microseconds=1))


def test_a_promise_reopened_after_its_deadline_breaks_when_it_comes_back_not_before() -> None:
    lines = [RUN, event("kept", T + h(20)), event("continued", T + h(40))]
    clock = deadlines.read(lines, "resolution")
    assert clock is not None
    assert clock.is_over(T + h(41))
    assert clock.due == T + h(24)
    assert clock.breach_at() == T + h(40)


def test_working_hours_stretch_the_promise_and_its_warnings_alike() -> None:
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    clock = Clock("resolution", Start(friday, friday, 24.0, OFFICE))
    assert clock.due == datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    assert clock.moment(50) == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    assert clock.used(datetime(2026, 11, 23, 10, 0, tzinfo=UTC)) == h(3)


@pytest.mark.parametrize(
    ("lines", "told", "at", "step"),
    [
        ([RUN], 0, T + h(12), 50),
        ([RUN], 50, T + h(18), 75),
        ([RUN], 90, T + h(24), BREACH),
        ([RUN, paused(T + h(1), T + h(5))], 0, T + h(5), 0),  # the end of the pause comes first
        ([RUN, paused(T + h(1), T + h(5)), event("resumed", T + h(3))], 0, T + h(14), 50),
        ([RUN, event("broken", T + h(24))], 90, T + h(24), BREACH),
    ],
)
def test_escalation_looks_next_at_the_first_step_not_told(
    lines: list[Event], told: int, at: datetime, step: int
) -> None:
    clock = deadlines.read(lines, "resolution")
    assert clock is not None
    look = deadlines.next_look([clock], {"resolution": told}, TERMS.warn_at)
    assert look is not None
    assert (look.at, look.step) == (at, step)


@pytest.mark.parametrize(
    "lines",
    [
        [RUN, event("kept", T + h(1))],
        [RUN, event("void", T + h(1))],
        [RUN, event("broken", T + h(24)), event("met", T + h(25))],
    ],
)
def test_escalation_never_looks_at_what_is_over(lines: list[Event]) -> None:
    clock = deadlines.read(lines, "resolution")
    assert clock is not None
    assert deadlines.next_look([clock], {}, TERMS.warn_at) is None


def test_of_two_promises_the_nearer_step_is_looked_at() -> None:
    triage = Clock("triage", Start(T - h(4), T - h(4), 12.0))
    resolution = Clock("resolution", Start(T, T, 24.0))
    look = deadlines.next_look([resolution, triage], {}, TERMS.warn_at)
    assert look is not None
    assert (look.promise, look.at) == ("triage", T + h(2))


@pytest.mark.parametrize(
    ("after", "step"), [(0, 0), (11.9, 0), (12, 50), (17, 50), (18, 75), (21.6, 90), (24, 90), (24.01, 100)]
)
def test_the_highest_step_reached_is_told(after: float, step: int) -> None:
    assert deadlines.step_reached(Clock("resolution", Start(T, T, 24.0)), T + h(after), TERMS.warn_at) == step


def test_each_department_has_a_clock_of_its_own_that_rests_while_the_author_is_awaited() -> None:
    def holds(name: str, department: int, at: datetime) -> Event:
        return Event("department", name, at, department_id=department, why={"calendar": None})

    lines = [
        RUN,
        holds("held", 1, T),
        holds("left", 1, T + h(3)),
        holds("held", 2, T + h(5)),
        paused(T + h(6), T + h(20)),
        event("resumed", T + h(8)),
        holds("left", 2, T + h(10)),
        holds("held", 1, T + h(10)),
    ]
    assert deadlines.held(lines, T + h(11)) == {1: h(4), 2: h(3)}


def test_why_ends_in_the_sum() -> None:
    lines = [RUN, paused(T + h(2), T + h(8)), event("resumed", T + h(4))]
    reasons = deadlines.why(lines, "resolution")
    assert [reason.key for reason in reasons] == ["handed_over", "paused", "resumed", "sum"]
    total = reasons[-1].data
    assert total["from"] + h(total["hours"]) + total["paused"] == total["due"] == T + h(26)
    late = [started(deadlines.triage(T - h(50), T, TERMS), "triage")]
    assert [reason.key for reason in deadlines.why(late, "triage")] == ["late_found", "sum"]
    assert deadlines.why([], "triage") == []


@given(
    gaps=st.lists(st.tuples(st.floats(0, 10), st.floats(0, 30)), max_size=6),
    hours=st.floats(1, 60),
    office=st.booleans(),
)
def test_pauses_are_added_and_nothing_else(gaps: list[tuple[float, float]], hours: float, office: bool) -> None:
    calendar = OFFICE if office else None
    lines, cursor = [started(Start(T, T, hours, calendar))], T
    for run, rest in gaps:
        begins = cursor + h(run)
        cursor = begins + h(rest)
        lines += [paused(begins, begins + h(72)), event("resumed", cursor)]
    clock = deadlines.read(lines, "resolution")
    assert clock is not None
    # whatever the pauses, at the deadline exactly the promised time has been used
    assert abs(clock.used(clock.due) - h(hours)) < timedelta(milliseconds=1)
    assert T <= clock.moment(50) <= clock.moment(75) <= clock.moment(90) <= clock.due
    if not office:
        pauses_before = sum((b - a for a, b in clock.pauses if a < clock.due and b <= clock.due), timedelta(0))
        assert abs(clock.due - (T + h(hours) + pauses_before)) < timedelta(milliseconds=1)


@given(
    posted=st.integers(-100_000, 100_000), zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Tehran"])
)
def test_twelve_hours_are_twelve_hours_in_every_zone(posted: int, zone: str) -> None:
    at = datetime(2026, 3, 29, tzinfo=UTC) + timedelta(seconds=posted)
    local = at.astimezone(ZoneInfo(zone))
    clock = Clock("triage", deadlines.triage(local, local, TERMS))
    assert clock.due == at + h(12)
    assert clock.due.astimezone(UTC) - at == h(12)
