"""An issue set aside: out of every lane but its own, its clocks running on, and back by itself."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import escalate, find, move, snooze, undo
from triage.models import Issue, Keeping, Promise, Status
from triage.refusals import BadInput, NotNow, NotYours, SomeoneWasFaster
from triage.snooze import SPARE, Effect, effect

NOW = datetime.fromisoformat("2026-11-21T12:00:00+00:00")


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


def lanes(session: Session, cast: Cast) -> dict[str, int]:
    return {lane.key: lane.count for lane in find.lanes(session, cast.lina) if lane.count}


def test_what_is_snoozed_waits_in_its_own_lane_while_its_clock_runs_on(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    due = issue.triage_due
    snooze.snooze(session, issue.id, now + h(2), by=cast.lina, seen=1, now=now)
    assert lanes(session, cast) == {"snoozed": 1}
    assert (issue.triage, issue.triage_due, issue.version, issue.status) == (Keeping.RUNNING, due, 2, Status.TRIAGE)
    (made,) = make.moves(issue)
    assert (made.sort, made.by_id, made.data["breaks"]) == ("snooze", cast.lina.member_id, None)
    snooze.wake(session, issue.id, by=cast.lina, seen=2, now=now + h(1))
    assert lanes(session, cast) == {"triage": 1}


def test_it_comes_back_by_itself_and_whoever_set_it_aside_is_told(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    snooze.snooze(session, issue.id, now + h(2), by=cast.lina, seen=1, now=now)
    assert escalate.round(session, now + h(1.9)) == 0
    assert escalate.round(session, now + h(2)) == 1
    assert (issue.snoozed_until, lanes(session, cast)) == (None, {"triage": 1})
    assert make.moves(issue)[-1].data == {"why": "over"}
    assert [(member, reason) for member, reason, _ in make.notices(issue, "woken")] == [(cast.lina.member_id, "woken")]
    assert issue.escalate_at == now + h(6)  # half of its time: what comes next is a warning again


def test_a_promise_that_breaks_brings_it_back_once(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    snooze.snooze(session, issue.id, now + h(20), by=cast.lina, seen=1, now=now)
    assert make.moves(issue)[-1].data["breaks"] == "triage"
    escalate.round(session, now + h(13))
    assert (issue.triage, issue.snoozed_until) == (Keeping.BROKEN, None)
    # broken already, it may be set aside again, and then stays until its time is over
    snooze.snooze(session, issue.id, now + h(20), by=cast.lina, seen=issue.version, now=now + h(14))
    escalate.round(session, now + h(15))
    assert issue.snoozed_until == now + h(20)


def test_its_author_brings_it_back(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    assert not snooze.author_spoke(session, issue.id, now)
    snooze.snooze(session, issue.id, now + h(2), by=cast.lina, seen=1, now=now)
    assert snooze.author_spoke(session, issue.id, now + h(1))
    assert make.moves(issue)[-1].data == {"why": "author_spoke"}


def test_every_other_move_brings_it_back_but_a_note_does_not(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    snooze.snooze(session, issue.id, now + h(2), by=cast.lina, seen=1, now=now)
    move.note(session, issue.id, "She called.", by=cast.lina, now=now)
    assert lanes(session, cast) == {"snoozed": 1}
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=2, now=now)
    assert (issue.snoozed_until, issue.snoozed_by) == (None, None)
    assert lanes(session, cast) == {"triage": 1, "department:care": 1}


def test_it_can_be_taken_back_at_once(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    looked_at = issue.escalate_at
    snooze.snooze(session, issue.id, now + h(2), by=cast.lina, seen=1, now=now)
    assert issue.escalate_at == now + h(2)
    undo.undo(session, make.moves(issue)[-1].id, by=cast.lina, now=now + timedelta(seconds=5))
    assert (issue.snoozed_until, issue.snoozed_by, issue.escalate_at) == (None, None, looked_at)
    assert lanes(session, cast) == {"triage": 1}


def test_who_may_not_and_when_it_cannot_be(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    for until, at in ((now, now), (now - h(1), now), (now + h(31 * 24), now)):
        with pytest.raises(BadInput):
            snooze.snooze(session, issue.id, until, by=cast.lina, seen=1, now=at)
    with pytest.raises(NotNow):
        snooze.wake(session, issue.id, by=cast.lina, seen=1, now=now)
    with pytest.raises(NotYours):
        snooze.snooze(session, issue.id, now + h(1), by=cast.cara, seen=1, now=now)
    snooze.snooze(session, issue.id, now + h(1), by=cast.lina, seen=1, now=now)
    with pytest.raises(SomeoneWasFaster):
        snooze.snooze(session, issue.id, now + h(1), by=cast.max, seen=1, now=now)
    move.dismiss(session, issue.id, by=cast.lina, seen=2, now=now, words="Not ours.")
    with pytest.raises(NotNow):
        snooze.snooze(session, issue.id, now + h(1), by=cast.lina, seen=3, now=now)


def running(triage_due: datetime, resolution_due: datetime | None = None) -> Issue:
    resolution = Keeping.RUNNING if resolution_due else Keeping.NONE
    return Issue(triage=Keeping.RUNNING, triage_due=triage_due, resolution=resolution, resolution_due=resolution_due)


def test_the_effect_is_said_beforehand() -> None:
    due = NOW + timedelta(hours=3, minutes=8)
    assert effect(running(due), NOW + h(2), NOW) == Effect(None, due, None)
    assert effect(running(due), NOW + h(4), NOW) == Effect(Promise.TRIAGE, due, NOW + timedelta(hours=2, minutes=50))
    # the sooner of two decides; what is broken already breaks no more
    assert effect(running(due, NOW + h(1)), NOW + h(2), NOW).breaks == Promise.RESOLUTION
    assert effect(running(NOW - h(1)), NOW + h(2), NOW) == Effect(None, None, None)
    # too near to be of use
    assert effect(running(NOW + timedelta(minutes=12)), NOW + h(2), NOW).instead is None


@given(minutes=st.integers(1, 2000), until=st.integers(1, 4000))
def test_what_is_proposed_instead_never_breaks_the_promise(minutes: int, until: int) -> None:
    issue = running(NOW + timedelta(minutes=minutes))
    found = effect(issue, NOW + timedelta(minutes=until), NOW)
    assert (found.breaks is not None) == (until >= minutes)
    if found.instead is not None:
        assert NOW < found.instead <= issue.triage_due - SPARE
        assert found.instead.minute % 10 == 0
        assert effect(issue, found.instead, NOW).breaks is None
