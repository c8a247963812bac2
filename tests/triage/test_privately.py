"""The four steps of moving to private and back."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import find, move, privately
from triage.models import Issue
from triage.refusals import BadInput, SomeoneWasFaster


def standing(session: Session, issue: Issue, cast: Cast, now: datetime) -> list[tuple[str, str]]:
    moves = find.issue(session, cast.lina, issue.id, now).moves
    return [(step.key, step.words) for step in privately.steps(moves) if step.move]


def test_each_step_is_written_down_and_only_the_channel_makes_it_private(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    privately.take(session, issue.id, "line", words="I write to you now.", by=cast.lina, seen=1, now=now)
    privately.take(session, issue.id, "invitation", by=cast.lina, seen=2, now=now)
    session.refresh(issue)
    assert issue.private_at is None
    privately.take(session, issue.id, "channel", channel="e-mail", reference="CARE-7", by=cast.lina, seen=3, now=now)
    session.refresh(issue)
    assert issue.private_at == now
    privately.take(session, issue.id, "closed", words="Solved.", by=cast.lina, seen=4, now=now)
    assert standing(session, issue, cast, now) == [
        ("line", "I write to you now."),
        ("invitation", ""),
        ("channel", ""),
        ("closed", "Solved."),
    ]
    where = privately.steps(find.issue(session, cast.lina, issue.id, now).moves)[2]
    assert (where.channel, where.reference) == ("e-mail", "CARE-7")


def test_the_one_move_of_before_counts_for_line_and_channel(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue(department_id=cast.care.id, handed_at=now, held_at=now, acknowledged_at=now, status="handed")
    move.go_private(session, issue.id, "phone", by=cast.cara, seen=1, now=now, words="I call you.")
    assert standing(session, issue, cast, now) == [("line", "I call you."), ("channel", "I call you.")]
    move.resolve(session, issue.id, by=cast.cara, seen=2, now=now, words="Thank you for your patience.")
    assert standing(session, issue, cast, now)[-1] == ("closed", "Thank you for your patience.")
    move.reopen(session, issue.id, by=cast.cara, seen=3, now=now, words="Broke again.")
    assert [key for key, _ in standing(session, issue, cast, now)] == ["line", "channel"]


def test_a_step_says_what_it_lacks_and_loses_to_who_was_faster(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    for step, channel in (("line", ""), ("channel", "")):
        with pytest.raises(BadInput):
            privately.take(session, issue.id, step, channel=channel, reference="x", by=cast.lina, seen=1, now=now)  # type: ignore[arg-type]
    privately.take(session, issue.id, "invitation", by=cast.lina, seen=1, now=now)
    with pytest.raises(SomeoneWasFaster):
        privately.take(session, issue.id, "invitation", by=cast.lina, seen=1, now=now)
