"""Who is at an issue, who holds its answer, and what becomes of somebody else's."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import move, presence
from triage.models import Presence
from triage.presence import READS, WRITES
from triage.refusals import BadInput, Held, NoSuch, SomeoneWasFaster

SECOND = timedelta(seconds=1)


def test_the_others_at_an_issue_are_seen_writers_first(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    assert presence.attend(session, issue.id, "reading", by=cast.lina, now=now).others == ()
    presence.attend(session, issue.id, "writing", by=cast.max, now=now + SECOND)
    found = presence.attend(session, issue.id, "reading", by=cast.ada, now=now + 2 * SECOND)
    assert [(one.name, one.doing) for one in found.others] == [("Max", "writing"), ("Lina", "reading")]
    assert found.held_by == found.others[0]
    assert found.held_by.until == now + SECOND + WRITES


def test_presence_ends_by_itself_and_when_one_leaves(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    presence.attend(session, issue.id, "reading", by=cast.lina, now=now)
    presence.attend(session, issue.id, "writing", by=cast.max, now=now)
    assert [one.name for one in presence.around(session, issue.id, by=cast.ada, now=now + READS).others] == ["Max"]
    presence.leave(session, issue.id, by=cast.max)
    assert presence.around(session, issue.id, by=cast.ada, now=now).held_by is None


def test_of_two_who_write_the_first_holds_the_answer(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    first = presence.attend(session, issue.id, "writing", by=cast.lina, now=now)
    second = presence.attend(session, issue.id, "writing", by=cast.max, now=now + SECOND)
    again = presence.attend(session, issue.id, "writing", by=cast.lina, now=now + 20 * SECOND)
    assert (first.held_by, again.held_by) == (None, None)
    assert second.held_by is not None
    assert second.held_by.name == "Lina"
    # a pause in which nobody believed it any more begins anew
    late = presence.attend(session, issue.id, "writing", by=cast.lina, now=now + 20 * SECOND + WRITES)
    assert late.held_by is None
    assert late.others == ()


def test_the_second_answer_is_refused_while_the_first_is_written(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    presence.attend(session, issue.id, "writing", by=cast.lina, now=now)
    with pytest.raises(Held) as refused:
        move.acknowledge(session, issue.id, by=cast.max, seen=1, now=now + SECOND)
    assert refused.value.data["by"] == "Lina"
    # what needs no words of hers still works
    move.hand_over(session, issue.id, cast.care.id, by=cast.max, seen=1, now=now + SECOND)
    # and once she has answered, a stale answer says so rather than that she writes
    move.acknowledge(session, issue.id, by=cast.lina, seen=2, now=now + 2 * SECOND)
    with pytest.raises(SomeoneWasFaster):
        move.acknowledge(session, issue.id, by=cast.max, seen=2, now=now + 3 * SECOND)


def test_whoever_reads_on_a_second_device_goes_on_writing_on_the_first(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    presence.attend(session, issue.id, "writing", by=cast.lina, now=now)
    presence.attend(session, issue.id, "reading", by=cast.lina, now=now + SECOND)
    held = presence.around(session, issue.id, by=cast.max, now=now + 2 * SECOND).held_by
    assert held is not None
    assert (held.name, held.since, held.until) == ("Lina", now, now + WRITES)
    # neither for longer than she writes, nor once the answer is given
    presence.attend(session, issue.id, "reading", by=cast.lina, now=now + WRITES)
    assert presence.around(session, issue.id, by=cast.max, now=now + WRITES).held_by is None
    presence.attend(session, issue.id, "writing", by=cast.lina, now=now + WRITES)
    issue.acknowledged_at = now + WRITES
    presence.attend(session, issue.id, "reading", by=cast.lina, now=now + WRITES + SECOND)
    assert presence.around(session, issue.id, by=cast.max, now=now + WRITES + SECOND).held_by is None


def test_an_answer_can_be_taken_over(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    presence.attend(session, issue.id, "writing", by=cast.lina, now=now)
    taken = presence.attend(session, issue.id, "writing", by=cast.max, now=now + SECOND, take=True)
    assert taken.held_by is None
    assert [(one.name, one.doing) for one in taken.others] == [("Lina", "reading")]
    lost = presence.attend(session, issue.id, "writing", by=cast.lina, now=now + 2 * SECOND)
    assert lost.held_by is not None
    assert lost.held_by.name == "Max"
    move.acknowledge(session, issue.id, by=cast.max, seen=1, now=now + 3 * SECOND)


def test_nobody_is_at_an_issue_they_may_not_see(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    for stranger in (cast.olaf, cast.conor):
        with pytest.raises(NoSuch):
            presence.attend(session, issue.id, "reading", by=stranger, now=now)
    with pytest.raises(BadInput):
        presence.attend(session, issue.id, "sleeping", by=cast.lina, now=now)


def test_a_queue_asks_once_and_old_words_of_presence_go(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    one, other = make.issue(), make.issue()
    presence.attend(session, one.id, "reading", by=cast.lina, now=now)
    presence.attend(session, other.id, "writing", by=cast.max, now=now)
    found = presence.at_work(session, [one.id, other.id], now, but=cast.lina.member_id)
    assert {issue: [person.name for person in people] for issue, people in found.items()} == {other.id: ["Max"]}
    assert presence.at_work(session, [], now, but=cast.lina.member_id) == {}
    presence.attend(session, other.id, "reading", by=cast.lina, now=now + READS)
    rows = select(func.count()).select_from(Presence).where(Presence.member_id == cast.lina.member_id)
    assert session.scalar(rows) == 1
