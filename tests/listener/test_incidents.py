"""What people do to an incident: snoozed, woken, judged; each a moment that nobody rewrites."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from listener import find
from listener.incidents import BadSnooze, judge, snooze, wake, wake_due
from listener.models import Spike
from tests.listener.conftest import MakesTopics

HOUR = timedelta(hours=1)


@pytest.fixture
def spike(session: Session, make_topic: MakesTopics, now: datetime) -> Spike:
    """A spike that opened an hour ago and goes on."""
    made = Spike(
        topic_id=make_topic("nimbo").id, sort="spike", started_at=now - HOUR, opened_at=now - HOUR, last_at=now,
        observed=40.0, typical=4.0, score=3.0,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def told(session: Session, spike: Spike) -> list[tuple[str, int | None]]:
    return [(one.sort, one.by_id) for one in find.moments(session, spike.id)]


def test_a_snooze_ends_by_itself_or_by_hand(session: Session, spike: Spike, now: datetime) -> None:
    assert snooze(session, spike.id, now + HOUR, by_id=4, now=now) is spike
    assert spike.snoozed_until == now + HOUR
    wake_due(session, now + HOUR / 2)
    assert spike.snoozed_until is not None
    wake_due(session, now + HOUR)
    wake_due(session, now + 2 * HOUR)
    assert spike.snoozed_until is None
    snooze(session, spike.id, now + 4 * HOUR, by_id=4, now=now + 2 * HOUR)
    wake(session, spike.id, by_id=5, now=now + 3 * HOUR)
    wake(session, spike.id, by_id=5, now=now + 3 * HOUR)
    assert told(session, spike) == [("snoozed", 4), ("woken", None), ("snoozed", 4), ("woken", 5)]
    assert find.moments(session, spike.id)[0].data == {"until": (now + HOUR).isoformat()}


def test_what_is_over_is_neither_snoozed_nor_woken_by_itself(session: Session, spike: Spike, now: datetime) -> None:
    snooze(session, spike.id, now + HOUR, by_id=4, now=now)
    spike.closed_at = now
    session.flush()
    wake_due(session, now + HOUR)
    assert told(session, spike) == [("snoozed", 4)]
    with pytest.raises(BadSnooze, match="over"):
        snooze(session, spike.id, now + HOUR, by_id=4, now=now)


@pytest.mark.parametrize("until", [timedelta(0), -HOUR, timedelta(days=7, seconds=1)])
def test_a_snooze_lasts_a_week_at_most(session: Session, spike: Spike, now: datetime, until: timedelta) -> None:
    with pytest.raises(BadSnooze) as wrong:
        snooze(session, spike.id, now + until, by_id=4, now=now)
    assert wrong.value.field == "until"
    assert told(session, spike) == []


def test_a_verdict_is_said_changed_and_taken_back(session: Session, spike: Spike, now: datetime) -> None:
    judge(session, spike.id, "false", by_id=4, now=now)
    assert (spike.verdict, spike.verdict_by_id, spike.verdict_at) == ("false", 4, now)
    judge(session, spike.id, "false", by_id=5, now=now + HOUR)  # says nothing new
    judge(session, spike.id, "real", by_id=5, now=now + HOUR)
    judge(session, spike.id, None, by_id=5, now=now + HOUR)
    assert (spike.verdict, spike.verdict_by_id, spike.verdict_at) == (None, None, None)
    judge(session, spike.id, None, by_id=5, now=now + HOUR)
    said = [(one.by_id, one.data["was"], one.data["verdict"]) for one in find.moments(session, spike.id)]
    assert said == [(4, None, "false"), (5, "false", "real"), (5, "real", None)]


def test_there_may_be_no_such_incident(session: Session, now: datetime) -> None:
    assert snooze(session, 999_999, now + HOUR, by_id=4, now=now) is None
    assert wake(session, 999_999, by_id=4, now=now) is None
    assert judge(session, 999_999, "real", by_id=4, now=now) is None


def test_a_moment_is_never_rewritten(session: Session, spike: Spike, now: datetime) -> None:
    judge(session, spike.id, "real", by_id=4, now=now)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text("UPDATE spike_moments SET sort = 'closed'"))
