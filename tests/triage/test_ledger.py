"""The ledger is the truth: append-only, and enough to say by hand what every column says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import deadlines, escalate, ledger, move, people, rights, snooze
from triage.models import Issue, Keeping, LedgerEntry, Promise, Status

SETTINGS = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


def test_a_new_issue_starts_its_triage_clock_at_the_post(make: Maker, now: datetime) -> None:
    issue = make.issue(posted_at=now - h(3), opened_at=now + h(1))
    assert (issue.triage, issue.triage_from, issue.triage_due) == (Keeping.RUNNING, now - h(3), now + h(9))
    assert (issue.resolution, issue.resolution_from, issue.resolution_due) == (Keeping.NONE, None, None)
    assert issue.escalate_at == now + h(3)
    assert make.lines(issue) == [("triage", "started", now - h(3))]


def test_a_late_found_issue_has_a_target_of_its_own(make: Maker, now: datetime) -> None:
    issue = make.issue(posted_at=now - h(30))
    assert (issue.late_found, issue.triage_due, issue.triage) == (True, now + h(4), Keeping.RUNNING)
    assert issue.escalate_at == now + h(2)


@pytest.mark.parametrize(
    ("posted", "heard", "since", "due"),
    [
        (-5, 0, -5, 7),  # older: takes over
        (-0.5, 0, -1, 11),  # younger: nothing changes
        (-30, 0, -30, 4),  # found late: its own target, four hours from when it was heard
        (-30, 9, -1, 11),  # found late, but its target lies after the one that stands
    ],
)
def test_the_oldest_clock_wins_when_a_mention_joins(
    session: Session, make: Maker, cast: Cast, now: datetime, posted: float, heard: float, since: float, due: float
) -> None:
    issue = make.issue(posted_at=now - h(1))
    terms = people.terms_of(cast.policy)
    took_over = ledger.older_mention(session, issue, now + h(posted), now + h(heard), terms, now + h(max(heard, 0)))
    assert took_over == (since != -1)
    assert (issue.triage_from, issue.triage_due) == (now + h(since), now + h(due))
    assert not issue.late_found


def test_an_older_mention_changes_nothing_once_triage_is_done(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now)
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=2, now=now)
    assert not ledger.older_mention(session, issue, now - h(8), now, people.terms_of(cast.policy), now + h(1))
    assert (issue.triage, issue.triage_due) == (Keeping.KEPT, now + h(12))


def test_an_older_mention_that_comes_with_its_time_nearly_up_breaks_nothing_backwards(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue(posted_at=now - h(1))
    # heard in time, judged two hours after its deadline: a backlog of ours
    late = now + h(3)
    assert ledger.older_mention(session, issue, now - h(11), now - h(10), people.terms_of(cast.policy), late)
    escalate.round(session, late + h(1))
    assert make.lines(issue, "triage")[-1] == ("triage", "broken", late)


def test_a_policy_edit_moves_no_promise_that_runs(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    people.new_policy(session, now=now, triage_hours=1.0, resolution_hours=1.0)
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=1, now=now + h(1))
    assert (issue.triage_due, issue.resolution_due) == (now + h(12), now + h(25))
    assert make.issue().policy_id == cast.policy.id  # the maker's own; new issues of the house take the new edition
    assert people.current_policy(session).triage_hours == 1.0


def test_time_used_leaves_pauses_out(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    for verb, at, arguments in (
        ("acknowledge", 1, {}),
        ("hand_over", 2, {"department_id": cast.care.id}),
        ("accept", 2, {}),
        ("pause", 3, {"until": now + h(30), "words": "Waits."}),
        ("resume", 13, {}),
        ("resolve", 15, {}),
    ):
        getattr(move, verb)(session, issue.id, by=cast.max, seen=issue.version, now=now + h(at), **arguments)
    kept = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.issue_id == issue.id, LedgerEntry.event == "kept")
        .order_by(LedgerEntry.id)
    ).all()
    assert [(line.promise, line.why["seconds"]) for line in kept] == [("triage", 2 * 3600), ("resolution", 3 * 3600)]
    assert [line.move_id for line in kept] == [make.moves(issue)[1].id, make.moves(issue)[5].id]


def test_the_sub_clock_of_each_department_is_in_the_ledger(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=1, now=now)
    move.bounce(session, issue.id, by=cast.cara, seen=2, now=now + h(2), words="Not ours.")
    move.hand_over(session, issue.id, cast.product.id, by=cast.lina, seen=3, now=now + h(3))
    assert deadlines.held(ledger.events(session, issue.id), now + h(7)) == {cast.care.id: h(2), cast.product.id: h(4)}


def test_a_database_in_another_zone_changes_no_deadline_across_a_clock_change(
    session: Session, make: Maker, cast: Cast
) -> None:
    session.execute(text("SET TIME ZONE 'Europe/Berlin'"))
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)  # the clocks go forward that night
    issue = make.issue(posted_at=evening, heard_at=evening, opened_at=evening)

    def at(hours: float, verb: str, **more: Any) -> None:
        session.expire_all()
        doing = getattr(move, verb)
        doing(session, issue.id, by=cast.max, seen=issue.version, now=evening + h(hours), **more)
        session.expire_all()

    at(1, "acknowledge")
    at(2, "hand_over", department_id=cast.care.id)
    at(2, "accept")
    at(3, "pause", until=evening + h(20), words="Waits.")
    assert ledger.pause_left(session, issue) == h(72)
    at(11, "resume")
    assert ledger.pause_left(session, issue) == h(64)
    assert (issue.triage_due, issue.resolution_due) == (evening + h(12), evening + h(34))
    assert deadlines.why(ledger.events(session, issue.id), "resolution")[-1].data["paused"] == h(8)
    reproduced(session, issue)


@pytest.mark.parametrize("table", ["ledger", "moves"])
def test_the_database_refuses_to_rewrite_what_happened(
    session: Session, make: Maker, cast: Cast, now: datetime, table: str
) -> None:
    issue = make.issue()
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(f"UPDATE {table} SET at = at + interval '1 hour' WHERE issue_id = {issue.id}"))


def test_people_and_departments_may_still_leave(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=1, now=now)
    session.execute(text(f"DELETE FROM members WHERE id = {cast.lina.member_id}"))
    session.execute(text(f"DELETE FROM departments WHERE id = {cast.care.id}"))
    session.expire_all()
    assert [one.by_id for one in make.moves(issue)] == [None]
    assert {line.department_id for line in session.scalars(select(LedgerEntry))} == {None}
    # what the lines say stays: the deadline still follows from them
    clock = ledger.clock(session, issue.id, Promise.RESOLUTION)
    assert clock is not None
    assert clock.due == now + h(24)


# Any sequence of allowed moves, at any times

# verbs whose room has another name, or is not move.py
OTHERWISE = {"private": move.go_private, "note": move.note, "snooze": snooze.snooze, "wake": snooze.wake}
# other issues, or none of the clocks
ELSEWHERE = {"merge", "split", "link", "follow_up", "tell", "reopen"}

steps = st.lists(st.tuples(st.integers(0, 100), st.floats(0, 15, allow_nan=False)), min_size=1, max_size=14)


def arguments(verb: str, cast: Cast, now: datetime, choice: int) -> dict[str, Any]:
    return {
        "hand_over": {"department_id": (cast.care.id, cast.content.id, cast.product.id)[choice % 3]},
        "private": {"channel": "email"},
        "pause": {"until": now + h(1 + choice % 5)},
        "snooze": {"until": now + h(1 + choice % 5)},
    }.get(verb, {})


def columns(issue: Issue, promise: str) -> tuple[Any, ...]:
    if promise == Promise.TRIAGE:
        return issue.triage, issue.triage_from, issue.triage_due, issue.triage_done_at
    return issue.resolution, issue.resolution_from, issue.resolution_due, issue.resolution_done_at


def reproduced(session: Session, issue: Issue) -> None:
    """The ledger alone says what the row says."""
    lines = ledger.events(session, issue.id)
    for promise in (Promise.TRIAGE, Promise.RESOLUTION):
        clock = deadlines.read(lines, promise)
        found = (
            (clock.state, clock.start.since, clock.due, clock.done_at) if clock else (Keeping.NONE, None, None, None)
        )
        assert columns(issue, promise) == found


def walk(
    session: Session, make: Maker, cast: Cast, chosen: list[tuple[int, float]], check: Callable[[Issue, datetime], None]
) -> tuple[Issue, datetime]:
    """Do one allowed move after another; every seventh choice is a round of escalation instead."""
    issue, now = make.issue(), make.now
    for choice, wait in chosen:
        now += h(wait)
        verbs = [verb for verb in rights.allowed(cast.ada, issue) if verb not in ELSEWHERE or (
            verb == "reopen" and issue.closed_at and now <= issue.closed_at + h(168)
        )]  # fmt: skip
        if choice % 7 == 6 or not verbs:
            escalate.round(session, now)
            session.refresh(issue)
        else:
            verb = verbs[choice % len(verbs)]
            doing = OTHERWISE.get(verb) or getattr(move, verb)
            more = {"words": "because", **arguments(verb, cast, now, choice)}
            if verb == "pause" and now + ledger.pause_left(session, issue) < more["until"]:
                continue
            doing(session, issue.id, by=cast.ada, seen=issue.version, now=now, **more)
        check(issue, now)
    return issue, now


@SETTINGS
@given(chosen=steps)
def test_whatever_people_do_the_ledger_alone_reproduces_the_row(
    session: Session, make: Maker, cast: Cast, chosen: list[tuple[int, float]]
) -> None:
    starts: list[tuple[datetime, datetime]] = []

    def check(issue: Issue, now: datetime) -> None:
        reproduced(session, issue)
        # the resolution starts at the first hand-over, and nothing ever moves that
        assert issue.resolution_from == issue.handed_at
        if issue.handed_at:
            starts.append((issue.handed_at, now))
        assert len({start for start, _ in starts}) <= 1
        assert (issue.escalate_at is None) or issue.status not in {Status.RESOLVED, Status.DISMISSED, Status.MERGED}

    with session.begin_nested() as sheltered:
        issue, now = walk(session, make, cast, chosen, check)
        by_hand(session, make, issue, now)
        sheltered.rollback()


def by_hand(session: Session, make: Maker, issue: Issue, now: datetime) -> None:
    """Say from the moves alone, without the ledger, whether both promises were kept, and compare."""
    moves = make.moves(issue)
    first = {verb: next((one.at for one in moves if one.sort == verb), None) for verb in ("acknowledge", "hand_over")}
    if all(first.values()):
        done = max(at for at in first.values() if at)
        assert issue.triage == (Keeping.KEPT if done <= make.now + h(12) else Keeping.BROKEN)
        assert issue.triage_done_at == done
    elif issue.status == Status.DISMISSED:
        closed = [one.at for one in moves if one.sort == "dismiss"][-1]
        assert issue.triage == (Keeping.VOID if closed <= make.now + h(12) else Keeping.BROKEN)
    if issue.status == Status.RESOLVED and issue.resolution_due and issue.resolved_at:
        assert issue.resolution == (Keeping.KEPT if issue.resolved_at <= issue.resolution_due else Keeping.BROKEN)
        assert issue.resolution_done_at == issue.resolved_at
    if first["hand_over"]:
        paused, due, begins, until = timedelta(0), first["hand_over"] + h(24), None, now
        for one in moves:
            if one.sort == "pause":
                begins, until = one.at, datetime.fromisoformat(one.data["until"])
            elif begins is not None and one.sort in {"resume", "resolve", "dismiss"}:
                # a pause lasts no longer than was said, also where the next round of the house was late
                ends = min(datetime.fromisoformat(one.data["at"]) if "at" in one.data else one.at, until)
                # a pause that begins once the promise is broken cannot mend it
                paused += ends - begins if begins < due + paused else timedelta(0)
                begins = None
        if begins is None:
            assert issue.resolution_due == due + paused


@settings(SETTINGS, max_examples=30)
@given(chosen=steps, others=steps)
def test_a_merge_never_gives_an_author_a_later_start(
    session: Session, make: Maker, cast: Cast, chosen: list[tuple[int, float]], others: list[tuple[int, float]]
) -> None:
    def nothing(issue: Issue, now: datetime) -> None:
        return None

    with session.begin_nested() as sheltered:
        child, one = walk(session, make, cast, chosen, nothing)
        into, other = walk(session, make, cast, others, nothing)
        now = max(one, other)
        if "merge" in rights.allowed(cast.lina, child) and "merge" in rights.allowed(cast.lina, into):
            may_move = not (child.handed_at and not into.handed_at)
            before = {
                promise: (columns(child, promise), columns(into, promise)) for promise in ("triage", "resolution")
            }
            if may_move:
                move.merge(session, child.id, into.id, by=cast.lina, seen=child.version, now=now)
                session.refresh(into)
                reproduced(session, child)
                reproduced(session, into)
                for promise, (_, (state, start, due, _)) in before.items():
                    found = columns(into, promise)
                    assert (found[1] is None) == (start is None)
                    if start is not None:
                        assert found[1] <= start
                        if state == Keeping.KEPT:
                            assert found[:3] == (state, start, due)
                assert child.triage not in {Keeping.RUNNING, Keeping.PAUSED}
                assert child.resolution not in {Keeping.RUNNING, Keeping.PAUSED}
        sheltered.rollback()
