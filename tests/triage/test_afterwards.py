"""The word owed the next day, and everybody who reported it told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import afterwards, move
from triage.find.follow_ups import Owed, owed, owed_count, place, words_of
from triage.models import Department, FollowUp, Issue, Status
from triage.people import Actor
from triage.refusals import BadInput, NoSuch, NotNow, NotYours


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


Resolved = Callable[[], Issue]


@pytest.fixture
def resolved(session: Session, make: Maker, cast: Cast, now: datetime) -> Resolved:
    """Make an issue that Cara resolved at +5 h."""

    def making() -> Issue:
        issue = make.issue(make.mention(author_id=make.author("mirela").id))
        move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now + h(1))
        move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=2, now=now + h(2))
        return move.resolve(session, issue.id, by=cast.cara, seen=3, now=now + h(5))

    return making


def promised(session: Session, issue: Issue, by: Actor, now: datetime, member: Actor | None = None) -> FollowUp:
    return afterwards.promise_word(
        session, issue, due_at=now + h(20), member_id=member.member_id if member else None, words="Ask how it is.",
        by=by, now=now,
    )  # fmt: skip


def ids(found: tuple[Owed, ...]) -> list[int]:
    return [one.id for one in found]


def test_a_word_is_owed_from_its_day_on_until_it_is_done(
    session: Session, resolved: Resolved, cast: Cast, now: datetime
) -> None:
    issue, at = resolved(), now + h(5)
    one = promised(session, issue, cast.cara, at)
    assert owed_count(session, cast.cara, at) == 0
    assert ids(owed(session, cast.cara, at, when="coming")) == [one.id]
    then = at + h(20)
    assert (owed_count(session, cast.cara, then), ids(owed(session, cast.cara, then))) == (1, [one.id])
    assert owed(session, cast.lina, then) == ()
    assert ids(owed(session, cast.lina, then, whose="all")) == [one.id]
    assert owed(session, cast.conor, then, whose="all") == ()
    afterwards.end(session, one.id, "done", "The new lid fits.", by=cast.cara, now=then)
    assert owed_count(session, cast.cara, then) == 0
    [over] = owed(session, cast.cara, then, when="ended")
    assert (over.ended, over.said, over.author) == ("done", "The new lid fits.", "Mirela")
    with pytest.raises(BadInput):
        afterwards.end(session, one.id, "done", by=cast.cara, now=then)


def test_ending_it_is_a_move_and_leaving_it_needs_a_reason(
    session: Session, make: Maker, resolved: Resolved, cast: Cast, now: datetime
) -> None:
    issue = resolved()
    one = promised(session, issue, cast.lina, now + h(5), cast.cara)
    with pytest.raises(BadInput):
        afterwards.end(session, one.id, "left", "  ", by=cast.cara, now=now + h(6))
    with pytest.raises(NoSuch):
        afterwards.end(session, one.id, "left", "Not mine.", by=cast.conor, now=now + h(6))
    version = issue.version
    afterwards.end(session, one.id, "left", "She wrote herself.", by=cast.cara, now=now + h(6))
    last = make.moves(issue)[-1]
    assert (last.sort, last.words, last.data) == (
        "followed_up",
        "She wrote herself.",
        {"follow_up_id": one.id, "ended": "left"},
    )
    assert issue.version == version


def test_reopening_takes_it_back_and_resolving_again_owes_it_anew(
    session: Session, resolved: Resolved, cast: Cast, now: datetime
) -> None:
    issue = resolved()
    promised(session, issue, cast.cara, now + h(5))
    move.reopen(session, issue.id, by=cast.cara, seen=issue.version, now=now + h(6), words="It broke again.")
    later = now + h(90)
    assert owed_count(session, cast.cara, later) == 0
    move.resolve(session, issue.id, by=cast.cara, seen=issue.version, now=now + h(7))
    assert (owed_count(session, cast.cara, later), words_of(session, issue.id)) == (0, ())
    second = promised(session, issue, cast.cara, now + h(7))
    assert ids(owed(session, cast.cara, later)) == ids(words_of(session, issue.id)) == [second.id]


def test_an_issue_owes_one_word_at_a_time(session: Session, resolved: Resolved, cast: Cast, now: datetime) -> None:
    issue = resolved()
    promised(session, issue, cast.cara, now + h(5))
    second = promised(session, issue, cast.lina, now + h(6), cast.cara)
    assert ids(owed(session, cast.cara, now + h(90))) == [second.id]


@pytest.mark.parametrize("hours", [0, -1, 24 * 400])
def test_the_day_lies_ahead(session: Session, resolved: Resolved, cast: Cast, now: datetime, hours: float) -> None:
    with pytest.raises(BadInput):
        afterwards.promise_word(
            session, resolved(), due_at=now + h(5 + hours), member_id=None, by=cast.cara, now=now + h(5)
        )


def test_only_what_is_resolved_owes_a_word_and_only_those_who_work_on_it_ask(
    session: Session, make: Maker, resolved: Resolved, cast: Cast, now: datetime
) -> None:
    with pytest.raises(NotNow):
        promised(session, make.issue(status=Status.TRIAGE), cast.lina, now)
    with pytest.raises(NotYours):
        promised(session, resolved(), cast.conor, now + h(6))


def test_the_one_who_owes_it_is_told_once_when_its_day_comes(
    session: Session, make: Maker, resolved: Resolved, cast: Cast, now: datetime
) -> None:
    issue = resolved()
    one = promised(session, issue, cast.lina, now + h(5), cast.cara)
    assert afterwards.remind(session, now + h(24)) == 0
    assert [afterwards.remind(session, now + h(26)), afterwards.remind(session, now + h(27))] == [1, 0]
    assert make.notices(issue, "follow_up") == [(cast.cara.member_id, "follow_up", f"follow-up-{one.id}")]


def test_the_list_goes_on_where_it_ended(session: Session, resolved: Resolved, cast: Cast, now: datetime) -> None:
    made = [promised(session, resolved(), cast.cara, now + h(5)).id for _ in range(5)]
    later = now + h(90)
    first = owed(session, cast.cara, later, limit=3)
    rest = owed(session, cast.cara, later, after=place(first[-1]), limit=3)
    assert ids(first) + ids(rest) == made


HOURS = {day: [["10:00", "18:00"]] for day in ("sun", "mon", "tue", "wed", "thu")}


@pytest.mark.parametrize(
    ("hours", "zone", "days", "expected"),
    [
        (None, "UTC", 1, datetime(2026, 11, 22, 9, tzinfo=UTC)),
        (None, "Asia/Tehran", 2, datetime(2026, 11, 23, 5, 30, tzinfo=UTC)),
        # Saturday noon: Sunday is a working day in Jerusalem, and Monday the second
        (HOURS, "Asia/Jerusalem", 1, datetime(2026, 11, 22, 8, tzinfo=UTC)),
        (HOURS, "Asia/Jerusalem", 2, datetime(2026, 11, 23, 8, tzinfo=UTC)),
        (
            HOURS | {"holidays": ["2026-11-22", "2026-11-23"]},
            "Asia/Jerusalem",
            1,
            datetime(2026, 11, 24, 8, tzinfo=UTC),
        ),
        # after Thursday comes Sunday
        (HOURS, "Asia/Jerusalem", 6, datetime(2026, 11, 29, 8, tzinfo=UTC)),
    ],
)
def test_a_word_is_owed_on_working_days(
    now: datetime, hours: dict[str, object] | None, zone: str, days: int, expected: datetime
) -> None:
    place = Department(key="care", name="Care", timezone=zone, hours=hours)
    assert afterwards.morning(place, now, days) == expected


def test_everybody_who_reported_is_ticked_off_and_the_tick_can_be_taken_back(
    session: Session, make: Maker, resolved: Resolved, cast: Cast, now: datetime
) -> None:
    issue = resolved()
    assert issue.author_id is not None
    afterwards.tell(session, issue.id, issue.author_id, by=cast.cara, now=now + h(6), words="It is solved.")
    afterwards.tell(session, issue.id, issue.author_id, told=False, by=cast.cara, now=now + h(6))
    told = [one.data for one in make.moves(issue) if one.sort == "told"]
    assert told == [{"author_id": issue.author_id, "author": "Mirela", "told": yes} for yes in (True, False)]
