"""What is unusual is told once a moment, to the people who can do something about it, and to nobody who said hush."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from listener import incidents
from listener.models import Feed, MomentSort, Spike, SpikeSort, Topic
from tests.triage.conftest import Cast
from triage import alarm, notify, people, webhooks
from triage.models import Member, Notice, Role
from triage.parcels import Outcome

HOUR = timedelta(hours=1)

Open = Callable[..., Spike]


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    made = Topic(name="Our brand", kind="brand", query="brand", created_at=now, updated_at=now)
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def feed(session: Session, now: datetime) -> Feed:
    made = Feed(name="Forum", source="rss", address="https://forum.example/rss", created_at=now, due_at=now)
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def opened(session: Session, now: datetime, topic: Topic) -> Open:
    """Open an incident of the topic, as the ground floor writes it down; every column can be changed."""

    def make(sort: SpikeSort = SpikeSort.SPIKE, **changes: Any) -> Spike:
        given = {
            "sort": sort, "started_at": now - HOUR, "opened_at": now, "last_at": now, "observed": 48.4, "typical": 2.25,
            "score": 9.0, "baseline": {"window_minutes": 60.0},
        } | ({} if "feed_id" in changes else {"topic_id": topic.id})  # fmt: skip
        made = Spike(**given | changes)
        session.add(made)
        session.flush()
        incidents.happened(session, made, MomentSort.OPENED, now=now)
        return made

    return make


def happens(session: Session, spike: Spike, sort: MomentSort, now: datetime) -> None:
    if sort == MomentSort.CLOSED:
        spike.closed_at = now
    incidents.happened(session, spike, sort, now=now)


def told(session: Session, spike: Spike, channel: str = "inapp") -> list[tuple[str, str]]:
    """Return (name, reason) of an incident's notices on one channel, oldest first."""
    wanted = select(Member.name, Notice.reason).join(Member, Member.id == Notice.member_id)
    wanted = wanted.where(Notice.spike_id == spike.id, Notice.channel == channel)
    return [(name, reason) for name, reason in session.execute(wanted.order_by(Notice.id))]


def test_an_incident_is_told_to_listeners_and_managers_once(
    session: Session, now: datetime, cast: Cast, opened: Open
) -> None:
    spike = opened()
    assert alarm.round(session, now) == 1
    assert told(session, spike) == [("Lina", "spike"), ("Max", "spike")]
    notice = session.scalars(select(Notice).where(Notice.spike_id == spike.id).limit(1)).one()
    assert (notice.data["observed"], notice.data["typical"], notice.data["topic"]) == (48, 2.2, "Our brand")
    assert alarm.round(session, now) == 0
    assert alarm.round(session, now + HOUR) == 0


def test_a_surge_is_told_in_shares(session: Session, now: datetime, cast: Cast, opened: Open) -> None:
    spike = opened(SpikeSort.SURGE, observed=0.618, typical=0.184)
    alarm.round(session, now)
    notice = session.scalars(select(Notice).where(Notice.spike_id == spike.id).limit(1)).one()
    assert (notice.data["observed"], notice.data["typical"]) == (0.62, 0.18)


def test_a_silent_feed_is_told_to_listeners_and_administrators_and_so_is_its_return(
    session: Session, now: datetime, cast: Cast, opened: Open, feed: Feed
) -> None:
    spike = opened(SpikeSort.SILENCE, feed_id=feed.id)
    alarm.round(session, now)
    happens(session, spike, MomentSort.CLOSED, now + HOUR)
    alarm.round(session, now + HOUR)
    first, second = ("Lina", "feed_silent"), ("Ada", "feed_silent")
    assert told(session, spike) == [first, second, ("Lina", "feed_heard"), ("Ada", "feed_heard")]


def test_rising_is_an_update_told_once(session: Session, now: datetime, cast: Cast, opened: Open) -> None:
    spike = opened()
    alarm.round(session, now)
    happens(session, spike, MomentSort.ROSE, now + HOUR)
    spike.observed = 120.0
    assert [alarm.round(session, now + HOUR) for _ in range(3)] == [1, 0, 0]
    assert told(session, spike)[2:] == [("Lina", "spike_rose"), ("Max", "spike_rose")]


def test_moments_that_came_while_nobody_told_are_one_notice(
    session: Session, now: datetime, cast: Cast, opened: Open
) -> None:
    spike = opened()
    happens(session, spike, MomentSort.ROSE, now)
    happens(session, spike, MomentSort.ROSE, now + HOUR)
    assert alarm.round(session, now + HOUR) == 1
    assert told(session, spike) == [("Lina", "spike"), ("Max", "spike")]
    assert alarm.round(session, now + HOUR) == 0


def test_two_workers_at_once_tell_once(engine: Engine, now: datetime) -> None:
    with Session(engine) as setup, setup.begin():
        person = people.create_member(setup, name="Twice", email="twice@example.org", role="listener", now=now)
        brand = Topic(name="Told twice", kind="brand", query="twice", created_at=now, updated_at=now)
        setup.add(brand)
        setup.flush()
        spike = Spike(
            topic_id=brand.id, sort="spike", started_at=now, opened_at=now, last_at=now, observed=9, typical=1, score=3
        )
        setup.add(spike)
        setup.flush()
        incidents.happened(setup, spike, MomentSort.OPENED, now=now)
        rows = (person.id, brand.id, spike.id)
    try:
        with Session(engine) as one, Session(engine) as other, one.begin(), other.begin():
            assert [alarm.round(one, now), alarm.round(other, now)] == [1, 0]
        with Session(engine) as after:
            assert alarm.round(after, now) == 0
            assert len(after.scalars(select(Notice.id).where(Notice.spike_id == rows[2])).all()) == 1
    finally:
        with Session(engine) as after, after.begin():
            after.execute(delete(Topic).where(Topic.id == rows[1]))
            after.execute(delete(Member).where(Member.id == rows[0]))


def test_that_it_is_over_stands_in_the_app_and_wakes_nobody(
    session: Session, now: datetime, cast: Cast, opened: Open
) -> None:
    people.update_member(session, cast.max.member_id, channels=["email"])
    hook = webhooks.create(session, url="https://hooks.example.org/", now=now)
    spike = opened()
    alarm.round(session, now)
    happens(session, spike, MomentSort.CLOSED, now + HOUR)
    alarm.round(session, now + HOUR)
    assert told(session, spike, "email") == [("Max", "spike")]
    assert told(session, spike)[2:] == [("Lina", "spike_over"), ("Max", "spike_over")]
    moves = [one.data["move"] for one in webhooks.deliveries(session, hook.id)]
    assert moves == ["closed", "opened"]


def test_what_ended_before_anybody_was_told_is_left_at_that(
    session: Session, now: datetime, cast: Cast, opened: Open
) -> None:
    spike = opened()
    happens(session, spike, MomentSort.CLOSED, now)
    assert alarm.round(session, now) == 0
    assert told(session, spike) == []


def test_an_end_is_no_news_after_a_day(session: Session, now: datetime, cast: Cast, opened: Open) -> None:
    spike = opened()
    alarm.round(session, now)
    happens(session, spike, MomentSort.CLOSED, now)
    assert alarm.round(session, now + timedelta(days=1)) == 0


def test_what_people_know_of_is_told_to_be_over_although_its_topic_was_muted_meanwhile(
    session: Session, now: datetime, cast: Cast, opened: Open
) -> None:
    spike = opened()
    alarm.round(session, now)
    spike.is_hushed = True
    happens(session, spike, MomentSort.ROSE, now + HOUR)
    assert alarm.round(session, now + HOUR) == 0
    happens(session, spike, MomentSort.CLOSED, now + 2 * HOUR)
    assert alarm.round(session, now + 2 * HOUR) == 1
    assert told(session, spike)[2:] == [("Lina", "spike_over"), ("Max", "spike_over")]


def test_a_hushed_incident_tells_nobody_until_it_is_hushed_no_more(
    session: Session, now: datetime, cast: Cast, opened: Open
) -> None:
    spike = opened(is_hushed=True)
    happens(session, spike, MomentSort.ROSE, now)
    assert alarm.round(session, now) == 0
    spike.is_hushed = False
    assert alarm.round(session, now + timedelta(days=3)) == 1
    assert told(session, spike) == [("Lina", "spike"), ("Max", "spike")]


def test_a_snoozed_incident_tells_nobody_and_what_it_missed_is_told_once_after(
    session: Session, now: datetime, cast: Cast, opened: Open
) -> None:
    spike = opened()
    alarm.round(session, now)
    incidents.snooze(session, spike.id, now + 3 * HOUR, by_id=cast.lina.member_id, now=now)
    happens(session, spike, MomentSort.ROSE, now + HOUR)
    happens(session, spike, MomentSort.ROSE, now + 2 * HOUR)
    assert alarm.round(session, now + 2 * HOUR) == 0
    assert alarm.round(session, now + 3 * HOUR) == 1
    assert told(session, spike)[2:] == [("Lina", "spike_rose"), ("Max", "spike_rose")]


def test_of_a_false_alarm_nobody_hears_more(session: Session, now: datetime, cast: Cast, opened: Open) -> None:
    spike = opened()
    alarm.round(session, now)
    incidents.judge(session, spike.id, "false", by_id=cast.lina.member_id, now=now)
    happens(session, spike, MomentSort.ROSE, now)
    assert alarm.round(session, now) == 0
    incidents.judge(session, spike.id, None, by_id=cast.lina.member_id, now=now)
    assert alarm.round(session, now) == 1


def test_where_nobody_listens_or_manages_the_administrators_are_told(
    session: Session, now: datetime, cast: Cast, opened: Open
) -> None:
    for one in (cast.lina, cast.max):
        people.update_member(session, one.member_id, role=Role.OWNER)
    spike = opened()
    alarm.round(session, now)
    assert told(session, spike) == [("Ada", "spike")]


def test_a_letter_carries_the_sentence_in_its_readers_language_and_a_webhook_in_english(
    session: Session, now: datetime, cast: Cast, opened: Open
) -> None:
    people.update_member(session, cast.max.member_id, channels=["email"], language="fa", timezone="Asia/Tehran")
    webhooks.create(session, url="https://hooks.example.org/", now=now)
    opened(observed=412.0, typical=38.0)
    alarm.round(session, now)
    letter, hook = notify.claim(session, now, 10)
    assert letter.matter.sentence == "\u2068Our brand\u2069: شمار گفته‌ها در یک ساعت ۴۱۲، معمولاً ۳۸."
    assert hook.matter.sentence == "\u2068Our brand\u2069: 1-hour volume 412, usually 38."


def test_what_waited_through_a_night_is_one_letter_in_the_morning(
    session: Session, now: datetime, cast: Cast, opened: Open
) -> None:
    night = {"from": f"{now - HOUR:%H:%M}", "until": f"{now + 8 * HOUR:%H:%M}"}
    people.update_member(session, cast.max.member_id, channels=["email"], quiet_hours=night)
    spike = opened()
    alarm.round(session, now)
    happens(session, spike, MomentSort.ROSE, now + HOUR)
    alarm.round(session, now + HOUR)
    assert told(session, spike) == [("Lina", "spike"), ("Max", "spike"), ("Lina", "spike_rose"), ("Max", "spike_rose")]
    assert notify.claim(session, now + HOUR, 10) == []
    (parcel,) = notify.claim(session, now + 8 * HOUR, 10)
    assert parcel.reason == "spike"
    notify.record(session, parcel.id, Outcome(sent=True), now + 8 * HOUR)
    assert notify.claim(session, now + 9 * HOUR, 10) == []
    happens(session, spike, MomentSort.ROSE, now + 9 * HOUR)
    alarm.round(session, now + 9 * HOUR)
    assert [one.reason for one in notify.claim(session, now + 9 * HOUR, 10)] == ["spike_rose"]


@pytest.mark.parametrize(("word", "of"), [("snoozed", "snoozed_until"), ("false", "verdict"), ("over", "closed_at")])
def test_a_letter_is_not_sent_of_what_was_snoozed_judged_false_or_ended_meanwhile(
    session: Session, now: datetime, cast: Cast, opened: Open, word: str, of: str
) -> None:
    people.update_member(session, cast.max.member_id, channels=["email"])
    spike = opened()
    alarm.round(session, now)
    setattr(spike, of, {"snoozed": now + HOUR, "false": "false", "over": now}[word])
    session.flush()
    assert notify.claim(session, now) == []
