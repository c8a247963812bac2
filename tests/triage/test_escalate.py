"""Who hears of a promise at risk, when, and never twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from listener.models import Feed
from tests.triage.conftest import Cast, Maker
from triage import escalate, ledger, move, people
from triage.models import Issue, Keeping, Member, Status


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


def names(session: Session, make: Maker, issue: Issue, reason: str, step: str) -> list[str]:
    told = [who for who, _, told in make.notices(issue, reason) if told == step]
    return sorted(session.scalars(select(Member.name).where(Member.id.in_(told))))


def in_care(session: Session, make: Maker, cast: Cast, *, owned: bool = True) -> Issue:
    """An issue handed to care at once: its resolution is due in 24 hours."""
    issue = make.issue(department_id=cast.care.id)
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=make.now)
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=2, now=make.now)
    if owned:
        move.accept(session, issue.id, by=cast.cara, seen=3, now=make.now)
    return issue


def test_in_triage_the_listeners_hear_first_then_the_lead_then_the_manager(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue(department_id=cast.care.id)
    for hours in (6, 9, 10.8, 12.01):
        assert escalate.round(session, now + h(hours)) == 1
    assert names(session, make, issue, "at_risk", "triage-50") == ["Lina"]
    assert names(session, make, issue, "at_risk", "triage-75") == ["Cara", "Lina"]
    assert names(session, make, issue, "at_risk", "triage-90") == ["Cara", "Lina", "Max"]
    assert names(session, make, issue, "broken", "triage-100") == ["Cara", "Lina", "Max"]
    assert [(m.sort, m.data["percent"], m.by_id) for m in make.moves(issue)] == [
        ("warn", 50, None), ("warn", 75, None), ("warn", 90, None), ("breach", 100, None),
    ]  # fmt: skip
    assert make.moves(issue)[2].data["told"] == ["Cara", "Lina", "Max"]


def test_the_breach_is_written_at_the_time_it_was_due_however_late_the_round(
    session: Session, make: Maker, now: datetime
) -> None:
    issue = make.issue()
    escalate.round(session, now + h(30))
    assert issue.triage == Keeping.BROKEN
    assert make.lines(issue)[-1] == ("triage", "broken", now + h(12))
    assert [step for _, _, step in make.notices(issue)] == ["triage-100"] * len(make.notices(issue))
    assert issue.escalate_at is None


def test_at_the_very_deadline_nothing_is_broken_yet(session: Session, make: Maker, now: datetime) -> None:
    issue = make.issue()
    escalate.round(session, now + h(12))
    assert issue.triage == Keeping.RUNNING
    assert issue.escalate_at == now + h(12)


def test_a_round_that_runs_twice_tells_once(session: Session, make: Maker, now: datetime) -> None:
    issue = make.issue()
    for _ in range(3):
        escalate.round(session, now + h(6))
    issue.escalate_at = now  # even where a worker forgot that it had looked
    session.flush()
    escalate.round(session, now + h(6))
    assert len(make.notices(issue)) == 1
    assert len(make.moves(issue)) == 1


def test_of_steps_passed_while_nobody_looked_only_the_highest_is_told(
    session: Session, make: Maker, now: datetime
) -> None:
    issue = make.issue()
    escalate.round(session, now + h(11))
    assert {step for _, _, step in make.notices(issue)} == {"triage-90"}
    assert issue.escalate_at == now + h(12)


def test_the_owner_hears_of_the_resolution_then_the_lead_then_the_manager(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    helper = people.create_member(session, name="Ravi", email="ravi@example.org", role="owner", now=now)
    people.join_department(session, helper.id, cast.care.id)
    issue = in_care(session, make, cast, owned=False)
    move.accept(session, issue.id, by=people.actor_of(session, helper.id), seen=3, now=now)
    for hours in (12, 18, 21.6, 24.01):
        escalate.round(session, now + h(hours))
    assert names(session, make, issue, "at_risk", "resolution-50") == ["Ravi"]
    assert names(session, make, issue, "at_risk", "resolution-75") == ["Cara", "Ravi"]
    assert names(session, make, issue, "at_risk", "resolution-90") == ["Cara", "Max", "Ravi"]
    assert names(session, make, issue, "broken", "resolution-100") == ["Cara", "Max", "Ravi"]


def test_without_an_owner_the_whole_department_hears(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    helper = people.create_member(session, name="Ravi", email="ravi@example.org", role="owner", now=now)
    people.join_department(session, helper.id, cast.care.id)
    issue = in_care(session, make, cast, owned=False)
    escalate.round(session, now + h(12))
    assert names(session, make, issue, "at_risk", "resolution-50") == ["Cara", "Ravi"]


def test_after_a_bounce_the_listeners_hear_of_the_resolution(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = in_care(session, make, cast)
    move.bounce(session, issue.id, by=cast.cara, seen=issue.version, now=now + h(1), words="Not ours.")
    escalate.round(session, now + h(12))
    assert names(session, make, issue, "at_risk", "resolution-50") == ["Lina"]


def test_handed_over_but_not_acknowledged_the_listeners_still_hear(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=1, now=now)
    escalate.round(session, now + h(6))
    assert names(session, make, issue, "at_risk", "triage-50") == ["Lina"]


@pytest.mark.parametrize(
    ("gone", "heard"),
    [(["lina"], ["Max"]), (["lina", "max"], ["Ada"]), (["cara"], ["Lina"])],
)
def test_where_a_rung_is_empty_the_next_one_hears(
    session: Session, make: Maker, cast: Cast, now: datetime, gone: Sequence[str], heard: list[str]
) -> None:
    issue = in_care(session, make, cast) if "cara" in gone else make.issue()
    for name in gone:
        people.update_member(session, getattr(cast, name).member_id, active=False)
    escalate.round(session, now + h(12))
    step = "resolution-50" if "cara" in gone else "triage-90"
    assert names(session, make, issue, "at_risk", step) == heard


def test_it_stops_when_somebody_acts(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = in_care(session, make, cast)
    escalate.round(session, now + h(12))
    move.resolve(session, issue.id, by=cast.cara, seen=issue.version, now=now + h(13))
    assert escalate.round(session, now + h(100)) == 0
    assert {step for _, reason, step in make.notices(issue) if reason == "at_risk"} == {"resolution-50"}
    assert make.notices(issue, "broken") == []


def test_a_breach_somebody_else_wrote_down_is_still_told(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = in_care(session, make, cast)
    # the move itself notices that the deadline has passed, before any round did
    move.go_private(session, issue.id, "phone", by=cast.cara, seen=issue.version, now=now + h(25))
    move.bounce(session, issue.id, by=cast.cara, seen=issue.version, now=now + h(25), words="Not ours.")
    assert issue.resolution == Keeping.BROKEN
    escalate.round(session, now + h(25))
    assert names(session, make, issue, "broken", "resolution-100") == ["Lina", "Max"]


def test_a_pause_past_its_maximum_ends_as_of_that_moment_and_the_clock_runs(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = in_care(session, make, cast)
    move.pause(session, issue.id, now + h(10), by=cast.cara, seen=issue.version, now=now + h(4), words="Waits.")
    assert escalate.round(session, now + h(9)) == 0
    escalate.round(session, now + h(11))
    assert (issue.status, issue.resolution, issue.resolution_due) == (Status.ACCEPTED, Keeping.RUNNING, now + h(30))
    assert make.lines(issue, "resolution")[-1] == ("resolution", "resumed", now + h(10))
    assert issue.escalate_at == now + h(18)
    assert [who for who, _, _ in make.notices(issue, "resumed")] == [cast.cara.member_id]


def test_a_promise_reopened_past_its_deadline_is_told_at_once(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = in_care(session, make, cast)
    move.resolve(session, issue.id, by=cast.cara, seen=issue.version, now=now + h(1))
    move.reopen(session, issue.id, by=cast.lina, seen=issue.version, now=now + h(30), words="Again.")
    escalate.round(session, now + h(30))
    assert names(session, make, issue, "broken", "resolution-100") == ["Cara", "Max"]


def test_a_warning_makes_nobody_s_page_stale(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    escalate.round(session, now + h(11))
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now + h(11))


def test_one_bad_issue_never_stops_the_round(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    bad, good = make.issue(posted_at=now - h(1)), make.issue()
    ledger.Book(session, bad).write("triage", "moved", now, due=now, why={"from": "nonsense"})
    assert escalate.round(session, now + h(6)) == 2
    assert [step for _, _, step in make.notices(good)] == ["triage-50"]
    assert [(m.sort, m.data["error"][:10]) for m in make.moves(bad)] == [("trouble", "ValueError")]
    assert bad.escalate_at == now + h(6) + escalate.REST_AFTER_TROUBLE
    assert escalate.round(session, now + h(6.1)) == 0


def test_what_another_worker_holds_is_left_to_it(engine: Engine, now: datetime) -> None:
    with Session(engine, expire_on_commit=False) as setting, setting.begin():
        policy = people.new_policy(setting, now=now - h(1000))
        feed = Feed(source="rss", name="Forum", address="https://example.org/feed", created_at=now, due_at=now)
        setting.add(feed)
        setting.flush()
        issue = Maker(setting, now, policy, feed).issue()
    try:
        with Session(engine) as first, Session(engine) as second:
            assert escalate.round(first, now + h(6)) == 1
            assert escalate.round(second, now + h(6)) == 0
    finally:
        with Session(engine) as clearing, clearing.begin():
            clearing.execute(delete(Issue).where(Issue.id == issue.id))
            for row in (feed, policy):
                clearing.delete(clearing.merge(row))


def test_a_round_takes_the_oldest_first_and_no_more_than_its_limit(
    session: Session, make: Maker, now: datetime
) -> None:
    issues = [make.issue(posted_at=now - h(hours)) for hours in (1, 3, 2)]
    assert escalate.round(session, now + h(5.5), limit=2) == 2
    assert [len(make.notices(issue)) for issue in issues] == [0, 1, 1]
