"""What the hours of a day brought, from real rows: by posting time, in the reader's zone, beside what taught."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from listener import counting, targets
from listener.counting import contribution
from listener.days import Aim, Counted, Word
from listener.find import days
from listener.models import Author, Feed, Mention, MentionTopic, Spike, Topic
from tests.listener.conftest import MakesFeeds, MakesTopics

TODAY = date(2026, 11, 21)
UTC_ZONE = ZoneInfo("UTC")
NUMBERS = count(1)
HOUR = timedelta(hours=1)


class Stage:
    """A topic that is listened for since a while, and people who speak of it."""

    def __init__(self, session: Session, topic: Topic, feed: Feed, now: datetime) -> None:
        self.session, self.topic, self.feed, self.now = session, topic, feed, now

    def author(self) -> Author:
        number = next(NUMBERS)
        made = Author(source="rss", native_id=f"a{number}", handle=f"a{number}", name=f"A {number}",
                      first_heard_at=self.now, last_heard_at=self.now)  # fmt: skip
        self.session.add(made)
        self.session.flush()
        return made

    def says(self, moments: Sequence[datetime], *, topic: Topic | None = None, **columns: Any) -> None:
        """Store mentions and count them as arrivals do."""
        about = topic or self.topic
        made = [
            Mention(**{
                "feed_id": self.feed.id, "source": "rss", "native_id": f"d{next(NUMBERS)}", "text": "nimbo", "posted_at": at,
                "heard_at": at, "language": "en", "thread": f"t{next(NUMBERS)}", "mood": "neutral", "kind": "chatter",
                "kind_confidence": 0.9, **columns,
            })
            for at in moments
        ]  # fmt: skip
        self.session.add_all(made)
        self.session.flush()
        self.session.add_all(MentionTopic(mention_id=one.id, topic_id=about.id) for one in made)
        rows = [{name: getattr(one, name) for name in (
            "posted_at", "kind", "kind_confidence", "mood", "weight", "is_ours", "is_repost", "is_history",
        )} for one in made]  # fmt: skip
        counting.add(self.session, self.feed.id, [(1, contribution(row, [about.id])) for row in rows])
        self.session.flush()

    def day(self, *measures: Counted, day: date = TODAY, zone: ZoneInfo = UTC_ZONE) -> days.Day:
        return days.days(
            self.session, [self.topic], day=day, zone=zone, now=self.now, measures=(Counted.MENTIONS, *measures)
        )[0]


@pytest.fixture
def stage(session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, now: datetime) -> Stage:
    topic = make_topic("nimbo")
    topic.created_at = now - timedelta(weeks=9)
    return Stage(session, topic, make_feed(), now)


def at(hour: float, back: int = 0) -> datetime:
    return datetime(2026, 11, 21, tzinfo=UTC) + timedelta(hours=hour, days=-back)


def test_hours_are_counted_by_posting_time(stage: Stage) -> None:
    stage.says([at(3.1), at(3.9), at(9), at(-0.1)])
    stage.says([at(9.5)], mood="negative")
    stage.says([at(9.6)], is_repost=True)
    found = stage.day().measures[Counted.MENTIONS]
    assert found.seen == 4
    assert [hour.seen for hour in found.hours[2:5]] == [0, 2, 0]
    assert found.hours[9].seen == 2
    assert found.hours[12].seen is None
    assert stage.day(Counted.NEGATIVE).measures[Counted.NEGATIVE].seen == 1
    assert stage.day().share.seen == 0.25


def test_the_day_is_that_of_the_zone(stage: Stage) -> None:
    stage.says([at(20.6, back=1)])  # after midnight in Tehran
    assert stage.day().measures[Counted.MENTIONS].seen == 0
    found = stage.day(zone=ZoneInfo("Asia/Tehran")).measures[Counted.MENTIONS]
    assert found.hours[0].seen == 1
    assert found.hours[0].clock == 0


def test_today_stands_beside_the_same_weekdays(stage: Stage) -> None:
    for week in range(1, 9):
        stage.says([at(hour + minute / 60, back=7 * week) for hour in range(24) for minute in (5, 25, 45)])
    stage.says([at(hour) for hour in range(12)])
    found = stage.day()
    told = found.measures[Counted.MENTIONS]
    assert (found.alike, len(found.learnt_from)) == (8, 8)
    assert told.due == pytest.approx(36)
    assert told.whole == pytest.approx(72)
    assert (told.seen, told.word) == (12, Word.LESS)
    assert told.coming is not None
    assert 12 < told.coming < 60
    past = stage.day(day=TODAY - timedelta(days=7))
    assert past.is_over
    assert past.measures[Counted.MENTIONS].seen == 72
    assert past.measures[Counted.MENTIONS].coming is None


def test_only_whole_days_since_it_is_listened_for_teach(stage: Stage) -> None:
    stage.topic.created_at = at(5, back=3)
    found = stage.day()
    assert found.learnt_from == (TODAY - timedelta(days=1), TODAY - timedelta(days=2))
    assert found.alike == 0
    stage.topic.created_at = at(0, back=3)
    assert len(stage.day().learnt_from) == 3
    stage.topic.created_at = at(5)
    assert stage.day().measures[Counted.MENTIONS].due is None


def test_shares_leads_and_new_authors(stage: Stage) -> None:
    old, new = stage.author(), stage.author()
    stage.says([at(4, back=30)], author_id=old.id)
    stage.says([at(6)], author_id=old.id, shares=5, replies=2, kind="lead")
    stage.says([at(7), at(8)], author_id=new.id, shares=None, replies=1)
    stage.says([at(7)], kind="lead", is_ours=True, shares=40)
    found = stage.day(Counted.SHARES, Counted.LEADS, Counted.NEW_AUTHORS).measures
    assert found[Counted.SHARES].seen == 9
    assert found[Counted.LEADS].seen == 1
    assert found[Counted.NEW_AUTHORS].seen == 1
    assert found[Counted.NEW_AUTHORS].hours[7].seen == 1


def test_somebody_known_from_another_topic_is_new_to_this_one(stage: Stage, make_topic: MakesTopics) -> None:
    author, other = stage.author(), make_topic("steamly")
    stage.says([at(4, back=3)], author_id=author.id, topic=other)
    stage.says([at(6)], author_id=author.id)
    assert stage.day(Counted.NEW_AUTHORS).measures[Counted.NEW_AUTHORS].seen == 1


def test_targets_bring_their_measures_along(stage: Stage, make_topic: MakesTopics) -> None:
    other = make_topic("steamly")
    stage.says([at(6)], shares=30)
    targets.aim(stage.session, stage.topic.id, {"shares": 25, "mentions": 400}, by_id=1, now=stage.now)
    mine, theirs = days.days(stage.session, [stage.topic, other], day=TODAY, zone=UTC_ZONE, now=stage.now)
    assert [(one.target.measure, one.told.seen) for one in mine.targets] == [("mentions", 1), ("shares", 30)]
    assert mine.targets[1].aim is Aim.KEPT
    assert theirs.targets == ()
    assert Counted.SHARES not in theirs.measures


def test_incidents_that_ran_on_the_day(stage: Stage) -> None:
    def spike(started: datetime, last: datetime, closed: datetime | None) -> None:
        stage.session.add(Spike(topic_id=stage.topic.id, sort="spike", started_at=started, opened_at=started, last_at=last,
                                closed_at=closed, observed=9, typical=1, score=3))  # fmt: skip
        stage.session.flush()

    spike(at(2, back=2), at(5, back=2), at(18, back=2))
    spike(at(20, back=1), at(2), at(8))
    spike(at(9), at(9), None)
    found = days.incidents(stage.session, stage.topic.id, since=at(0), until=at(24))
    assert [one.started_at for one in found] == [at(20, back=1), at(9)]
