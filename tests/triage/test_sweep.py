"""The morning's sweep shows everything severe since a moment, and remembers who went through it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.models import Feed, Mention, MentionTopic, Spike, SpikeSort, Topic, TopicKind
from tests.triage.conftest import Cast, Maker
from triage import move, steering, sweeping
from triage.find.sweep import SweepView, sweep
from triage.refusals import BadInput, NotYours

HOUR = timedelta(hours=1)


@pytest.fixture
def since(now: datetime) -> datetime:
    return now - 30 * HOUR


def look(session: Session, cast: Cast, since: datetime, now: datetime, who: str = "max") -> SweepView:
    return sweep(session, getattr(cast, who), since, now)


def topic(session: Session, now: datetime, kind: str = TopicKind.BRAND) -> Topic:
    made = Topic(name=kind, kind=kind, query=kind, created_at=now, updated_at=now)
    session.add(made)
    session.flush()
    return made


def angry(make: Maker, followers: int = 0, kind_of_topic: str = TopicKind.BRAND, **values: Any) -> Mention:
    author = make.author(followers=followers)
    made = make.mention(**{"author_id": author.id, "mood_score": -0.8, "kind_confidence": 0.9} | values)
    about = make.session.scalar(select(Topic).where(Topic.kind == kind_of_topic))
    about = about or topic(make.session, make.now, kind_of_topic)
    make.session.add(MentionTopic(mention_id=made.id, topic_id=about.id))
    make.session.flush()
    return made


def test_a_night_without_anything_is_quiet(session: Session, cast: Cast, since: datetime, now: datetime) -> None:
    seen = look(session, cast, since, now)
    assert seen.is_quiet
    assert (seen.last, seen.staff_topics) == (None, 0)


def test_severe_mentions_come_by_reach_once_each_and_without_noise(
    session: Session, cast: Cast, make: Maker, since: datetime, now: datetime
) -> None:
    near, far = angry(make, 10), angry(make, 5000, replies=3, copies=4)
    shared = angry(make, 0, shares=90)
    angry(make, 9000, same_as_id=far.id)
    angry(make, 9000, is_ours=True)
    angry(make, 9000, mood_score=-0.3)
    angry(make, 9000, posted_at=since - HOUR)
    angry(make, 9000, kind="spam")
    angry(make, 9000, TopicKind.COMPETITOR)
    seen = look(session, cast, since, now)
    assert [(one.said.id, one.reach, one.copies) for one in seen.severe] == [
        (far.id, 5003, 4), (shared.id, 90, 0), (near.id, 10, 0),
    ]  # fmt: skip
    assert seen.severe_count == 3
    assert not seen.is_quiet


def test_a_mention_says_where_it_stands_as_far_as_the_reader_may_know(
    session: Session, cast: Cast, make: Maker, since: datetime, now: datetime
) -> None:
    post = angry(make)
    issue = make.issue(post, department_id=cast.care.id)
    for who, elsewhere in (("max", False), ("cara", False), ("petra", True)):
        seen = look(session, cast, since, now, who).severe[0]
        assert (seen.issue.id if seen.issue else None, seen.is_elsewhere) == (
            None if elsewhere else issue.id,
            elsewhere,
        )


def test_what_our_own_people_said_stands_apart_whatever_its_mood(
    session: Session, cast: Cast, make: Maker, since: datetime, now: datetime
) -> None:
    post = angry(make, 0, TopicKind.OWN_STAFF, mood="neutral", mood_score=0.0)
    seen = look(session, cast, since, now)
    assert ([one.said.id for one in seen.staff], seen.staff_count, seen.staff_topics) == ([post.id], 1, 1)
    assert seen.severe == ()


def test_promises_that_broke_and_that_end_soon(
    session: Session, cast: Cast, make: Maker, since: datetime, now: datetime
) -> None:
    def heard(hours: float) -> Any:
        return make.issue(posted_at=now - hours * HOUR, heard_at=now - hours * HOUR)

    over, soon, early, old = heard(13), heard(9), heard(1), heard(80)
    answered = heard(14)
    move.dismiss(session, answered.id, by=cast.lina, seen=1, now=now, words="Nothing to say.")
    seen = look(session, cast, since, now)
    assert ([card.id for card in seen.broken], seen.broken_count) == ([over.id], 1)
    assert ([card.id for card in seen.soon], seen.soon_count) == ([soon.id], 1)
    assert {early.id, old.id} & {card.id for card in (*seen.broken, *seen.soon)} == set()
    assert look(session, cast, since, now, "petra").broken == ()


def test_incidents_open_and_just_over_silent_feeds_and_crises(
    session: Session, cast: Cast, make: Maker, since: datetime, now: datetime
) -> None:
    brand = topic(session, now)

    def incident(sort: str, closed_at: datetime | None = None, feed: Feed | None = None) -> Spike:
        made = Spike(
            topic_id=None if feed else brand.id, feed_id=feed.id if feed else None, sort=sort, started_at=now - 50 * HOUR,
            opened_at=now - 49 * HOUR, last_at=now, closed_at=closed_at, observed=9.0, typical=2.0, score=5.0,
        )  # fmt: skip
        session.add(made)
        session.flush()
        return made

    past = incident(SpikeSort.SPIKE, since - HOUR)
    over, going = incident(SpikeSort.DROP, now - HOUR), incident(SpikeSort.SURGE)
    silent = incident(SpikeSort.SILENCE, feed=make.feed)
    made = steering.declare(session, brand.id, by=cast.max, now=now - 40 * HOUR)
    seen = look(session, cast, since, now)
    assert [one.id for one in seen.incidents] == [going.id, over.id]
    assert past.id not in {one.id for one in seen.incidents}
    assert [one.id for one in seen.silent] == [silent.id]
    assert [one.crisis.id for one in seen.crises] == [made.id]
    steering.stand_down(session, made.id, "Over.", by=cast.max, seen=1, now=since - HOUR)
    assert look(session, cast, since, now).crises == ()


def test_a_sweep_is_marked_by_those_who_listen(session: Session, cast: Cast, since: datetime, now: datetime) -> None:
    sweeping.mark(session, since, by=cast.lina, now=now - HOUR, words="Quiet but for the forum.")
    last = look(session, cast, since, now).last
    assert last is not None
    assert (last.by.name, last.at, last.since, last.words) == ("Lina", now - HOUR, since, "Quiet but for the forum.")
    with pytest.raises(NotYours):
        sweeping.mark(session, since, by=cast.petra, now=now)
    with pytest.raises(BadInput):
        sweeping.mark(session, now + HOUR, by=cast.max, now=now)
