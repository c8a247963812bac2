"""Notices: told once, claimed for a term, moot when done, retried, given up where people see it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from listener.models import Feed, Spike
from tests.triage.conftest import Cast, Maker
from triage import move, notify, packing, people, webhooks
from triage.models import Issue, Member, Notice
from triage.parcels import Outcome, Parcel

SENT = Outcome(sent=True)
LATER = Outcome(sent=False, error="The mail server is asleep.")
MINUTE = timedelta(minutes=1)

Tell = Callable[..., None]


@pytest.fixture
def issue(make: Maker) -> Issue:
    return make.issue()


@pytest.fixture
def by_email(session: Session, cast: Cast) -> int:
    """Cara, who also wants e-mail."""
    people.update_member(session, cast.cara.member_id, channels=["email"])
    return cast.cara.member_id


@pytest.fixture
def tell(session: Session, issue: Issue, now: datetime) -> Tell:
    """Tell of the issue; every argument can be changed."""

    def told(*member_ids: int, **changes: Any) -> None:
        given = {"reason": "reopened", "step": "v1", "data": {}, "now": now, "issue_id": issue.id} | changes
        notify.tell(session, member_ids=member_ids, **given)

    return told


def waiting(session: Session, **columns: Any) -> list[Notice]:
    wanted = select(Notice).where(Notice.state == "waiting").order_by(Notice.id).filter_by(**columns)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def everything(session: Session) -> list[Notice]:
    return list(session.scalars(select(Notice).order_by(Notice.id).execution_options(populate_existing=True)))


def test_a_notice_is_in_the_app_at_once_and_waits_on_every_channel_of_its_member(
    session: Session, by_email: int, tell: Tell, now: datetime
) -> None:
    tell(by_email)
    assert [(one.channel, one.state, one.sent_at) for one in everything(session)] == [
        ("inapp", "sent", now),
        ("email", "waiting", None),
    ]


def test_one_step_is_told_once(session: Session, by_email: int, tell: Tell) -> None:
    tell(by_email)
    tell(by_email)
    assert len(everything(session)) == 2
    tell(by_email, step="v2")
    assert len(everything(session)) == 4


def test_two_apprise_addresses_of_one_member_are_told_apart_and_stay_out_of_the_key(
    session: Session, cast: Cast, tell: Tell
) -> None:
    channels = ["jsons://one.example.org/secret", "jsons://two.example.org/secret"]
    people.update_member(session, cast.cara.member_id, channels=channels)
    tell(cast.cara.member_id)
    assert [one.channel for one in waiting(session)] == channels
    assert not any("secret" in one.key for one in everything(session))


def test_an_outsider_and_somebody_who_left_are_told_nothing(session: Session, cast: Cast, tell: Tell) -> None:
    people.update_member(session, cast.conor.member_id, active=False)
    tell(cast.olaf.member_id, cast.conor.member_id)
    assert everything(session) == []


def test_every_enabled_webhook_is_told_even_where_no_member_is(session: Session, now: datetime, tell: Tell) -> None:
    live = webhooks.create(session, url="https://hooks.example.org/", now=now)
    paused = webhooks.create(session, url="https://paused.example.org/", now=now)
    webhooks.change(session, paused.id, {"enabled": False})
    tell()
    assert [one.webhook_id for one in everything(session)] == [live.id]


def test_moments_travel_as_words(session: Session, cast: Cast, tell: Tell, now: datetime) -> None:
    tell(cast.cara.member_id, data={"due": now})
    assert everything(session)[0].data == {"due": "2026-11-21T12:00:00+00:00", "step": "v1"}


def test_a_claim_keeps_others_away_until_its_term_ends(
    session: Session, by_email: int, tell: Tell, now: datetime
) -> None:
    tell(by_email)
    assert len(notify.claim(session, now, 10)) == 1
    assert notify.claim(session, now + notify.TERM - MINUTE, 10) == []
    (again,) = notify.claim(session, now + notify.TERM, 10)
    assert waiting(session)[0].tries == 2
    assert again.reader is not None
    assert again.reader.email == "cara@example.org"


def test_two_workers_at_once_never_claim_the_same_notice(engine: Engine, now: datetime) -> None:
    with Session(engine) as setup, setup.begin():
        person = people.create_member(
            setup, name="Twice", email="twice@example.org", role="manager", now=now, channels=["email"]
        )
        for step in ("a", "b"):
            notify.tell(setup, member_ids=[person.id], reason="given_up", step=step, data={}, now=now)
        number = person.id
    try:
        with Session(engine) as one, Session(engine) as other, one.begin(), other.begin():
            first, second = notify.claim(one, now), notify.claim(other, now)
            assert len({first[0].id, second[0].id}) == 2
            assert notify.claim(other, now) == []
    finally:
        with Session(engine) as after, after.begin():
            after.delete(after.get_one(Member, number))


def test_a_parcel_carries_all_that_sending_needs(
    session: Session, cast: Cast, make: Maker, by_email: int, tell: Tell, now: datetime
) -> None:
    author = make.author("reza")
    issue = make.issue(make.mention(author_id=author.id))
    tell(by_email, issue_id=issue.id, reason="at_risk", step="triage-50", data={"promise": "triage", "percent": 50})
    (parcel,) = notify.claim(session, now)
    matter = parcel.matter
    assert (matter.sort, matter.id, matter.title, matter.author) == ("issue", issue.id, issue.title, "Reza")
    assert matter.path == f"/issues/{issue.id}"
    assert matter.triage_due == now + timedelta(hours=12)
    assert parcel.data["percent"] == 50


def test_what_is_sent_is_not_sent_again(session: Session, by_email: int, tell: Tell, now: datetime) -> None:
    tell(by_email)
    (parcel,) = notify.claim(session, now)
    notify.record(session, parcel.id, SENT, now)
    row = session.get_one(Notice, parcel.id)
    assert (row.state, row.sent_at, row.claimed_until) == ("sent", now, None)
    assert notify.claim(session, now + timedelta(days=9)) == []


def test_each_failure_waits_longer_until_it_is_given_up_and_the_admins_are_told_once(
    session: Session, cast: Cast, by_email: int, tell: Tell, now: datetime
) -> None:
    tell(by_email)
    at, waits = now, []
    while parcels := notify.claim(session, at):
        notify.record(session, parcels[0].id, LATER, at)
        row = session.get_one(Notice, parcels[0].id)
        if row.state == "waiting":
            waits.append(row.next_try_at - at)
            at = row.next_try_at
    assert waits == list(notify.BACK_OFF)
    assert waits[0] == MINUTE
    assert waits[-1] == timedelta(hours=24)
    assert (row.state, row.last_error) == ("given_up", LATER.error)
    told = notify.mine(session, cast.ada.member_id)
    assert [(one.reason, one.data["channel"], one.data["to"], one.data["error"]) for one in told] == [
        ("given_up", "email", "Cara", LATER.error)
    ]


def test_a_dead_mail_server_tells_the_admins_once_a_day_for_each_reader(
    session: Session, cast: Cast, by_email: int, tell: Tell, now: datetime
) -> None:
    for step in ("a", "b", "c"):
        tell(by_email, step=step)
    for parcel in notify.claim(session, now, 10):
        notify.record(session, parcel.id, Outcome(sent=False, error="No server.", permanent=True), now)
    assert len(notify.mine(session, cast.ada.member_id)) == 1


def test_a_receiver_may_ask_for_more_time_but_not_for_more_than_a_day() -> None:
    assert notify.wait(1, retry_after=600) == timedelta(minutes=10)
    assert notify.wait(1, retry_after=10) == MINUTE
    assert notify.wait(1, retry_after=9e9) == timedelta(hours=24)
    assert notify.wait(99) == timedelta(hours=24)


def test_an_address_that_is_gone_pauses_its_webhook(session: Session, now: datetime, tell: Tell) -> None:
    hook = webhooks.create(session, url="https://hooks.example.org/", now=now)
    tell()
    (parcel,) = notify.claim(session, now)
    notify.record(session, parcel.id, Outcome(sent=False, error="410", permanent=True, gone=True), now)
    session.refresh(hook)
    assert not hook.enabled


def test_what_waits_for_a_webhook_that_was_paused_is_moot(session: Session, now: datetime, tell: Tell) -> None:
    hook = webhooks.create(session, url="https://hooks.example.org/", now=now)
    tell()
    webhooks.change(session, hook.id, {"enabled": False})
    assert notify.claim(session, now) == []
    assert [one.state for one in everything(session)] == ["moot"]


def test_a_notice_of_a_hand_over_is_moot_once_somebody_accepted(
    session: Session, cast: Cast, issue: Issue, by_email: int, now: datetime
) -> None:
    moved = move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now, words="Sorry.")
    moved = move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=moved.version, now=now)
    assert [one.reason for one in waiting(session)] == ["handed_over"]
    move.accept(session, issue.id, by=cast.cara, seen=moved.version, now=now)
    assert notify.claim(session, now) == []
    assert waiting(session) == []


MOOT = [
    ("at_risk", {"promise": "triage"}, {"triage": "kept"}),
    ("at_risk", {"promise": "triage"}, {"triage": "paused"}),
    ("at_risk", {"promise": "resolution"}, {"resolution": "kept"}),
    ("broken", {"promise": "triage"}, {"triage_done_at": datetime(2026, 11, 21).astimezone()}),
    ("broken", {"promise": "resolution"}, {"resolution_done_at": datetime(2026, 11, 21).astimezone()}),
    ("broken", {"promise": "triage"}, {"status": "merged"}),
    ("bounced", {}, {"held_at": datetime(2026, 11, 21).astimezone()}),
    ("nobody_eligible", {}, {"lane": "triage"}),
    ("unsure", {}, {"lane": "triage"}),
    ("reopened", {}, {"status": "resolved"}),
    ("handed_over", {}, {"held_at": None}),
    ("follow_up", {}, {"status": "accepted"}),
]
ALIVE = [
    ("at_risk", {"promise": "triage"}, {"triage": "running"}),
    ("broken", {"promise": "triage"}, {"triage": "broken"}),
    ("bounced", {}, {"held_at": None}),
    ("nobody_eligible", {}, {"lane": "nobody"}),
    ("unsure", {}, {"lane": "unsure"}),
    ("handed_over", {}, {"held_at": datetime(2026, 11, 21).astimezone()}),
    ("given_up", {}, {"status": "resolved"}),
    ("follow_up", {}, {"status": "resolved"}),
]


@pytest.mark.parametrize(
    ("reason", "data", "columns", "moot"), [(*row, True) for row in MOOT] + [(*row, False) for row in ALIVE]
)
def test_a_notice_is_moot_exactly_when_nobody_needs_it_any_more(
    make: Maker, now: datetime, reason: str, data: dict[str, Any], columns: dict[str, Any], moot: bool
) -> None:
    issue = make.issue()
    for name, value in columns.items():
        setattr(issue, name, value)
    assert packing.is_moot(reason, data, now, issue) is moot


def test_a_spike_that_is_over_alarms_nobody(session: Session, by_email: int, now: datetime) -> None:
    feed = Feed(source="rss", name="Forum", address="https://example.org/f", created_at=now, due_at=now)
    session.add(feed)
    session.flush()
    spike = Spike(
        feed_id=feed.id, sort="silence", started_at=now, opened_at=now, last_at=now, observed=0, typical=4, score=1
    )
    session.add(spike)
    session.flush()
    for step in ("a", "b"):
        notify.tell(
            session, spike_id=spike.id, member_ids=[by_email], reason="feed_silent", step=step, data={}, now=now
        )
    (parcel,) = notify.claim(session, now)
    assert (parcel.matter.sort, parcel.matter.title, parcel.matter.path) == ("spike", "Forum", f"/spikes/{spike.id}")
    spike.closed_at = now
    session.flush()
    assert notify.claim(session, now) == []


def test_what_can_wait_is_sent_when_quiet_hours_end_and_stands_in_the_app_at_once(
    session: Session, by_email: int, tell: Tell, now: datetime
) -> None:
    people.update_member(
        session, by_email, quiet_hours={"from": "15:00", "until": "23:00"}, timezone="Asia/Tehran"
    )  # from 11:30 to 19:30 in UTC; it is noon there
    tell(by_email)
    assert everything(session)[0].sent_at == now
    assert notify.claim(session, now) == []
    ends = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)
    assert [one.next_try_at for one in waiting(session)] == [ends]
    assert notify.claim(session, ends - MINUTE) == []
    assert len(notify.claim(session, ends)) == 1


@pytest.mark.parametrize("reason", ["broken", "crisis"])
def test_a_broken_promise_and_a_crisis_are_told_at_any_hour(
    session: Session, by_email: int, tell: Tell, now: datetime, reason: str
) -> None:
    people.update_member(session, by_email, quiet_hours={"from": "00:00", "until": "23:59"})
    tell(by_email, reason=reason)
    assert [one.reason for one in notify.claim(session, now)] == [reason]


def test_a_try_that_failed_is_not_repeated_in_quiet_hours(
    session: Session, by_email: int, tell: Tell, now: datetime
) -> None:
    people.update_member(session, by_email, quiet_hours={"from": "12:01", "until": "20:00"})
    tell(by_email)
    (parcel,) = notify.claim(session, now)
    notify.record(session, parcel.id, LATER, now)
    assert notify.claim(session, now + MINUTE) == []
    assert len(notify.claim(session, now + timedelta(hours=8))) == 1


def test_who_changes_their_quiet_hours_is_told_by_the_new_ones(
    session: Session, by_email: int, tell: Tell, now: datetime
) -> None:
    people.update_member(session, by_email, quiet_hours={"from": "10:00", "until": "20:00"})
    tell(by_email)
    assert notify.claim(session, now) == []
    people.update_member(session, by_email, quiet_hours=None)
    assert len(notify.claim(session, now + MINUTE)) == 1


def test_a_webhook_never_sleeps(session: Session, by_email: int, tell: Tell, now: datetime) -> None:
    webhooks.create(session, url="https://hooks.example.org/", now=now)
    people.update_member(session, by_email, quiet_hours={"from": "10:00", "until": "20:00"})
    tell(by_email)
    assert [one.channel for one in notify.claim(session, now, 10)] == ["webhook"]


def test_a_round_sends_outside_of_any_transaction_and_a_bad_notice_does_not_stop_it(
    session: Session, by_email: int, tell: Tell, now: datetime
) -> None:
    for step in ("a", "b", "c"):
        tell(by_email, step=step)
    depth, sent = 0, []

    @contextmanager
    def transaction() -> Iterator[Session]:
        nonlocal depth
        depth += 1
        with session.begin_nested():
            yield session
        depth -= 1

    def send(parcel: Parcel, at: datetime) -> Outcome:
        assert depth == 0
        sent.append(parcel.step)
        if parcel.step == "b":
            raise RuntimeError("a channel with a mistake")
        return SENT

    assert notify.round(transaction, lambda: now, send) == 3
    assert sent == ["a", "b", "c"]
    states = {one.data["step"]: (one.state, one.last_error) for one in everything(session) if one.channel == "email"}
    assert states["a"] == states["c"] == ("sent", None)
    assert states["b"] == ("waiting", "RuntimeError: a channel with a mistake")


def test_a_round_stops_at_its_limit(session: Session, by_email: int, tell: Tell, now: datetime) -> None:
    for step in range(4):
        tell(by_email, step=str(step))

    @contextmanager
    def transaction() -> Iterator[Session]:
        yield session

    assert notify.round(transaction, lambda: now, lambda parcel, at: SENT, limit=3) == 3
    assert len(waiting(session)) == 1


def test_reading_is_for_ones_own_notices_alone(session: Session, cast: Cast, tell: Tell, now: datetime) -> None:
    tell(cast.cara.member_id, cast.conor.member_id)
    (hers,), (his,) = (notify.mine(session, one.member_id) for one in (cast.cara, cast.conor))
    assert notify.mark_read(session, cast.cara.member_id, now, [hers.id, his.id]) == 1
    assert notify.unread(session, cast.cara.member_id) == 0
    assert notify.unread(session, cast.conor.member_id) == 1


def test_replay_sends_once_more_under_the_same_id(session: Session, now: datetime, tell: Tell) -> None:
    hook = webhooks.create(session, url="https://hooks.example.org/", now=now)
    tell()
    (first,) = notify.claim(session, now)
    notify.record(session, first.id, SENT, now)
    webhooks.replay(session, hook.id, first.id, now + MINUTE)
    (second,) = notify.claim(session, now + MINUTE)
    assert second.id == first.id
    assert second.step == first.step


def test_what_can_wait_is_gathered_in_one_letter(session: Session, by_email: int, tell: Tell, now: datetime) -> None:
    people.update_member(session, by_email, digest="hourly")
    tell(by_email, step="v1")
    tell(by_email, step="v2", now=now + 10 * MINUTE)
    assert notify.claim(session, now + 11 * MINUTE) == []
    tell(by_email, step="v3", now=now + 61 * MINUTE)  # of the next hour, so of the next letter
    (letter,) = notify.claim(session, now + 62 * MINUTE)
    assert [one.step for one in (letter, *letter.others)] == ["v1", "v2"]
    assert notify.claim(session, now + 63 * MINUTE) == []
    for one in (letter, *letter.others):
        notify.record(session, one.id, SENT, now + 63 * MINUTE)
    assert [one.data["step"] for one in waiting(session, channel="email")] == ["v3"]


def test_what_cannot_wait_comes_by_itself_and_at_once(
    session: Session, by_email: int, tell: Tell, now: datetime
) -> None:
    people.update_member(session, by_email, digest="daily", digest_at="08:00")
    tell(by_email, step="v1")
    tell(by_email, reason="broken", step="v2", data={"promise": "triage"})
    (letter,) = notify.claim(session, now)
    assert (letter.reason, letter.others) == ("broken", ())
    notify.record(session, letter.id, SENT, now)
    (tomorrow,) = notify.claim(session, now.replace(hour=8) + timedelta(days=1))
    assert tomorrow.step == "v1"


def test_whoever_wants_each_by_itself_again_gets_what_waits(
    session: Session, by_email: int, tell: Tell, now: datetime
) -> None:
    people.update_member(session, by_email, digest="daily")
    tell(by_email, step="v1")
    assert notify.claim(session, now) == []
    people.update_member(session, by_email, digest="each")
    assert [one.step for one in notify.claim(session, now)] == ["v1"]
