"""What people call a good day: kept by measure, refused with the measure's name, taken away again."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from listener import targets
from listener.find import days
from listener.models import Topic
from listener.targets import BadTarget
from tests.listener.conftest import MakesTopics


@pytest.fixture
def topic(make_topic: MakesTopics) -> Topic:
    return make_topic("nimbo")


def test_targets_are_set_changed_and_taken_away(session: Session, topic: Topic, now: datetime) -> None:
    made = targets.aim(session, topic.id, {"leads": 3, "mentions": 40}, by_id=1, now=now)
    assert made is not None
    assert [(one.measure, one.at_least) for one in made] == [("mentions", 40), ("leads", 3)]
    later = now + timedelta(hours=1)
    changed = targets.aim(session, topic.id, {"mentions": 50, "leads": 3, "shares": None}, by_id=2, now=later)
    assert changed is not None
    assert [(one.measure, one.at_least, one.by_id, one.at) for one in changed] == [
        ("mentions", 50, 2, later), ("leads", 3, 1, now),
    ]  # fmt: skip
    assert targets.aim(session, topic.id, {"mentions": None, "leads": None}, by_id=2, now=later) == []
    assert days.targets(session, topic.id) == []


@pytest.mark.parametrize(
    ("measure", "at_least"),
    [("mentions", 0), ("mentions", -1), ("shares", float("nan")), ("shares", 1e12), ("smiles", 3)],
)
def test_what_cannot_be_a_target_is_refused_and_changes_nothing(
    session: Session, topic: Topic, now: datetime, measure: str, at_least: float
) -> None:
    with pytest.raises(BadTarget) as refused:
        targets.aim(session, topic.id, {"leads": 3, measure: at_least}, by_id=1, now=now)
    assert refused.value.field == measure
    assert days.targets(session, topic.id) == []


def test_a_topic_that_is_not_there_has_none(session: Session, now: datetime) -> None:
    assert targets.aim(session, 999_999, {"leads": 3}, by_id=1, now=now) is None
