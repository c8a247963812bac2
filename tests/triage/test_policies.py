"""The two promises in numbers: editions, the moment they begin, and what they would have changed."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import move, policies
from triage.refusals import BadInput, NoSuch

HOUR = timedelta(hours=1)


def test_a_new_edition_waits_for_its_moment(session: Session, cast: Cast, now: datetime) -> None:
    later = policies.new_policy(session, now=now, effective_at=now + 24 * HOUR, triage_hours=6.0)
    assert policies.current_policy(session, now).id == cast.policy.id
    assert policies.current_policy(session, now + 24 * HOUR).id == later.id
    assert [one.id for one in policies.editions(session)] == [later.id, cast.policy.id]


def test_what_is_over_stays_as_it_was(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(BadInput):
        policies.new_policy(session, now=now, effective_at=now - HOUR)
    with pytest.raises(BadInput):
        policies.withdraw(session, cast.policy.id, now)
    with pytest.raises(NoSuch):
        policies.withdraw(session, 10**9, now)


def test_an_edition_to_come_can_be_withdrawn(session: Session, cast: Cast, now: datetime) -> None:
    later = policies.new_policy(session, now=now, effective_at=now + HOUR)
    policies.withdraw(session, later.id, now)
    assert [one.id for one in policies.editions(session)] == [cast.policy.id]


def test_the_effect_of_other_numbers_is_told_before(session: Session, cast: Cast, make: Maker, now: datetime) -> None:
    issue = make.issue(posted_at=now - 8 * HOUR, heard_at=now - 8 * HOUR)
    move.acknowledge(session, issue.id, words="We hear you.", by=cast.lina, seen=issue.version, now=now)
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=issue.version, now=now)
    numbers = policies.numbers_of(cast.policy)
    triage, resolution = policies.effect(session, numbers, now + HOUR)
    assert (triage.met, triage.was, triage.would) == (1, 1, 1)
    assert resolution.met == 0
    triage, _ = policies.effect(session, {**numbers, "triage_hours": 6.0}, now + HOUR)
    assert (triage.met, triage.was, triage.would) == (1, 1, 0)
    assert policies.running(session) == 1
