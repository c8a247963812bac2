"""A crisis: declared once with its reasons, gathered into one issue, led by people, stood down with a note."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener import hushes
from listener.models import Author, Mention, MentionTopic, Spike, SpikeSort, Topic, Volume
from listener.volume import bucket_of
from tests.triage.conftest import Cast, Maker
from triage import charts, crisis, find, move, steering
from triage.find import crises
from triage.models import Crisis, CrisisMove, Issue, IssueMention, Member, Notice, Status, Verdict
from triage.refusals import BadInput, CrisisOver, CrisisStands, NoSuch, NotYours, ReasonNeeded, SomeoneWasFaster

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    made = Topic(name="Our brand", kind="brand", query="brand", created_at=now, updated_at=now)
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def chart(session: Session, now: datetime) -> int:
    return charts.ensure_shipped(session, now - timedelta(days=30)).id


class Storm:
    """Twenty angry people on two sources, and a rise that goes on since half an hour."""

    def __init__(self, session: Session, make: Maker, topic: Topic, chart: int, now: datetime) -> None:
        self.session, self.make, self.topic, self.chart, self.now = session, make, topic, chart, now
        session.add(
            Volume(
                topic_id=topic.id, feed_id=make.feed.id, bucket=bucket_of(now - timedelta(days=3)), total=200,
                distinct=200.0, negative=30,
            )
        )  # fmt: skip
        self.mentions = [self.say(minutes=30 - nth, source="rss" if nth % 2 else "mastodon") for nth in range(20)]
        self.spike = self.rise(topic)

    def say(self, minutes: float = 5, topic: Topic | None = None, judged: bool = True, **values: Any) -> Mention:
        """Make one angry post of the topic, by somebody new, with a verdict."""
        source = values.pop("source", "rss")
        author = self.make.author(source=source)
        made = self.make.mention(
            posted_at=self.now - minutes * MINUTE, source=source, author_id=author.id, kind_confidence=0.9, **values
        )
        self.session.add(MentionTopic(mention_id=made.id, topic_id=(topic or self.topic).id))
        if judged:
            self.session.add(
                Verdict(mention_id=made.id, chart_version=self.chart, outcome="nobody", path=[], facts={}, at=self.now)
            )
        self.session.flush()
        return made

    def rise(self, topic: Topic, **values: Any) -> Spike:
        """Open a rise of a topic."""
        made = Spike(
            **{"topic_id": topic.id, "sort": SpikeSort.SPIKE, "started_at": self.now - 31 * MINUTE,
               "opened_at": self.now - 15 * MINUTE, "last_at": self.now, "observed": 48.0, "typical": 3.0, "score": 9.0,
               "cause": {}} | values
        )  # fmt: skip
        self.session.add(made)
        self.session.flush()
        return made

    def standing(self) -> Crisis:
        return self.session.scalars(select(Crisis).execution_options(populate_existing=True)).one()

    def sorts(self) -> list[str]:
        return list(self.session.scalars(select(CrisisMove.sort).order_by(CrisisMove.id)))


@pytest.fixture
def storm(session: Session, make: Maker, topic: Topic, chart: int, now: datetime) -> Storm:
    return Storm(session, make, topic, chart, now)


def told(session: Session, reason: str) -> set[str]:
    wanted = select(Member.name).join(Notice, Notice.member_id == Member.id).where(Notice.reason == reason)
    return set(session.scalars(wanted))


# the house


def test_a_rise_that_is_angry_in_several_places_is_declared_once(
    session: Session, cast: Cast, storm: Storm, now: datetime
) -> None:
    assert crisis.round(session, now) == 1
    found = storm.standing()
    assert (found.topic_id, found.spike_id, found.opened_by_id) == (storm.topic.id, storm.spike.id, None)
    assert found.reason["signs"] == ["rise", "sources", "surge"]
    assert found.reason["places"] == ["mastodon", f"rss:{storm.make.feed.id}"]
    assert (found.reason["posts"], found.reason["negative"], found.reason["usual"]) == (20, 1.0, 0.15)
    assert told(session, "crisis") == {"Max", "Lina"}
    assert crisis.round(session, now + MINUTE) == 0
    assert session.scalar(select(func.count()).select_from(Crisis)) == 1
    assert storm.sorts() == ["declared", "gathered"]


@pytest.mark.parametrize(
    "change",
    [
        {"is_hushed": True},
        {"verdict": "false"},
        {"snoozed_until": MINUTE},
        {"sort": SpikeSort.SURGE},
    ],
)
def test_what_people_asked_not_to_hear_of_is_no_crisis(
    session: Session, cast: Cast, storm: Storm, now: datetime, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(storm.spike, name, now + value if name == "snoozed_until" else value)
    session.flush()
    assert crisis.round(session, now) == 0
    if "snoozed_until" in change:
        assert crisis.round(session, now + 2 * MINUTE) == 1


def test_a_topic_muted_after_its_rise_opened_is_left_in_peace_until_it_is_not(
    session: Session, cast: Cast, storm: Storm, now: datetime
) -> None:
    hushes.mute(session, storm.topic.id, until=now + HOUR, by_id=cast.lina.member_id, now=now)
    assert crisis.round(session, now + MINUTE) == 0
    assert crisis.round(session, now + HOUR + MINUTE) == 1


def test_copies_of_one_text_are_no_crowd(session: Session, cast: Cast, storm: Storm, now: datetime) -> None:
    for copy in storm.mentions[1:]:
        copy.same_as_id = storm.mentions[0].id
    session.flush()
    assert crisis.round(session, now) == 0


def test_a_crisis_that_was_stood_down_is_not_declared_again_for_the_same_rise(
    session: Session, cast: Cast, storm: Storm, now: datetime
) -> None:
    crisis.round(session, now)
    steering.stand_down(session, storm.standing().id, "It was the update.", by=cast.max, seen=1, now=now + MINUTE)
    assert crisis.round(session, now + 2 * MINUTE) == 0


def test_the_rise_of_a_second_topic_makes_the_crisis_grow_and_no_second_one(
    session: Session, cast: Cast, storm: Storm, now: datetime
) -> None:
    product = Topic(name="Nimbo", kind="product", query="nimbo", created_at=now, updated_at=now)
    session.add(product)
    session.flush()
    session.add_all([MentionTopic(mention_id=one.id, topic_id=product.id) for one in storm.mentions])
    storm.rise(product, observed=20.0)
    assert crisis.round(session, now) == 2
    assert crisis.round(session, now + MINUTE) == 0
    grew = session.scalars(select(CrisisMove).where(CrisisMove.sort == "grew")).one()
    assert (storm.standing().topic_id, grew.data["topic"]) == (storm.topic.id, "Nimbo")


def test_growth_by_half_and_a_new_sign_are_told_once_each(
    session: Session, cast: Cast, storm: Storm, now: datetime
) -> None:
    crisis.round(session, now)
    storm.spike.score, storm.spike.observed = 13.0, 60.0
    assert crisis.round(session, now + MINUTE) == 0
    storm.spike.score, storm.spike.observed = 13.6, 90.0
    assert crisis.round(session, now + 2 * MINUTE) == 1
    assert crisis.round(session, now + 3 * MINUTE) == 0
    assert told(session, "crisis_grew") == {"Max", "Lina"}
    for nth in range(30):
        storm.make.author(source="mastodon", followers=nth)
    storm.say(1, source="mastodon")
    loud = session.scalars(select(Mention).order_by(Mention.id.desc()).limit(1)).one()
    author = session.get_one(Author, loud.author_id)
    author.followers = 90_000
    session.flush()
    assert crisis.round(session, now + 4 * MINUTE) == 1
    grew = session.scalars(select(CrisisMove).where(CrisisMove.sort == "grew").order_by(CrisisMove.id.desc())).first()
    assert grew is not None
    assert grew.data["signs"] == ["influencer"]


# gathering


def test_its_mentions_come_into_one_issue_and_the_oldest_clock_wins(
    session: Session, cast: Cast, storm: Storm, now: datetime
) -> None:
    older = storm.make.issue(storm.mentions[2], opened_at=now)
    newer = storm.make.issue(storm.mentions[9], opened_at=now)
    crisis.round(session, now)
    found = session.get_one(Issue, storm.standing().issue_id, populate_existing=True)
    assert found.id == older.id
    assert (found.mention_count, found.triage) == (20, "running")
    assert found.triage_due == storm.mentions[2].posted_at + timedelta(hours=12)
    session.refresh(newer)
    assert (newer.status, newer.merged_into_id) == (Status.MERGED, older.id)
    how = session.execute(select(IssueMention.joined_by, func.count()).group_by(IssueMention.joined_by)).all()
    assert dict(tuple(row) for row in how) == {"opened": 2, "crisis": 18}


def test_a_later_merge_brings_an_older_clock_and_never_resets_one(
    session: Session, cast: Cast, storm: Storm, now: datetime
) -> None:
    first = storm.make.issue(storm.mentions[10], opened_at=now)
    crisis.round(session, now)
    due = first.triage_due
    late = storm.make.issue(storm.say(31, text="I waited longest."), opened_at=now)
    crisis.round(session, now + MINUTE)
    session.refresh(first)
    session.refresh(late)
    assert late.merged_into_id == first.id
    assert first.triage_due == now - 31 * MINUTE + timedelta(hours=12) < due


def test_what_people_hold_is_linked_and_never_taken(session: Session, cast: Cast, storm: Storm, now: datetime) -> None:
    held = storm.make.issue(storm.mentions[0], opened_at=now)
    handed = move.hand_over(session, held.id, cast.care.id, by=cast.lina, seen=1, now=now)
    crisis.round(session, now)
    crisis.round(session, now + MINUTE)
    session.refresh(handed)
    assert (handed.department_id, handed.mention_count, handed.merged_into_id) == (cast.care.id, 1, None)
    view = crises.crisis(session, cast.max, storm.standing().id, now)
    assert [card.id for card in view.linked] == [held.id]
    assert view.issue is not None
    assert view.issue.id != held.id
    assert view.issue.mention_count == 19
    assert [one.data["mentions"] for one in view.moves if one.sort == "gathered"] == [18]


def test_a_question_and_a_kind_word_of_the_same_hour_are_not_swallowed(
    session: Session, cast: Cast, storm: Storm, now: datetime
) -> None:
    asked = storm.make.issue(storm.say(3, mood="neutral", kind="question"), opened_at=now)
    storm.say(2, mood="positive", kind="praise")
    answer = storm.say(2, mood="neutral", kind="chatter", thread=storm.mentions[0].thread)
    storm.spike.cause = {"first": {"mention_id": storm.mentions[0].id}, "threads": []}
    session.flush()
    crisis.round(session, now)
    session.refresh(asked)
    assert asked.status == Status.TRIAGE
    inside = set(
        session.scalars(select(IssueMention.mention_id).where(IssueMention.issue_id == storm.standing().issue_id))
    )
    assert inside == {one.id for one in storm.mentions} | {answer.id}


def test_where_people_merge_its_issue_the_crisis_goes_along(
    session: Session, cast: Cast, storm: Storm, now: datetime
) -> None:
    held = move.hand_over(
        session, storm.make.issue(storm.mentions[0], opened_at=now).id, cast.care.id, by=cast.lina, seen=1, now=now
    )
    crisis.round(session, now)
    own = session.get_one(Issue, storm.standing().issue_id, populate_existing=True)
    move.merge(session, own.id, held.id, by=cast.lina, seen=own.version, now=now)
    late = storm.say(1)
    crisis.round(session, now + MINUTE)
    assert session.get_one(IssueMention, late.id).issue_id == held.id
    view = crises.crisis(session, cast.max, storm.standing().id, now)
    assert view.issue is not None
    assert (view.issue.id, view.linked) == (held.id, ())


def test_what_waits_for_its_verdict_is_left_to_routing(
    session: Session, cast: Cast, storm: Storm, now: datetime
) -> None:
    fresh = storm.say(1, judged=False)
    crisis.round(session, now)
    assert session.get(IssueMention, fresh.id) is None


def test_the_issue_of_the_first_post_gathers_though_an_older_grumble_belongs_too(
    session: Session, storm: Storm, make: Maker, now: datetime
) -> None:
    grumble, began = make.issue(storm.mentions[0]), make.issue(storm.mentions[3])
    storm.spike.first_mention_id = storm.mentions[3].id
    crisis.round(session, now)
    assert storm.standing().issue_id == began.id
    session.refresh(grumble)
    assert (grumble.status, grumble.merged_into_id) == (Status.MERGED, began.id)
    session.refresh(began)
    assert began.triage_due == grumble.triage_due


def test_a_closed_incident_and_a_closed_issue_gather_no_more(
    session: Session, cast: Cast, storm: Storm, now: datetime
) -> None:
    crisis.round(session, now)
    storm.spike.closed_at = now
    late = storm.say(-2)
    crisis.round(session, now + 5 * MINUTE)
    assert session.get(IssueMention, late.id) is None
    storm.spike.closed_at = None
    found = session.get_one(Issue, storm.standing().issue_id, populate_existing=True)
    move.dismiss(session, found.id, by=cast.lina, seen=found.version, now=now, words="A test.")
    crisis.round(session, now + 5 * MINUTE)
    assert session.get(IssueMention, late.id) is None


# people


@pytest.fixture
def standing(session: Session, cast: Cast, storm: Storm, now: datetime) -> Crisis:
    crisis.round(session, now)
    return storm.standing()


def test_a_person_declares_and_the_round_gathers(session: Session, cast: Cast, storm: Storm, now: datetime) -> None:
    storm.spike.verdict = "false"
    made = steering.declare(session, storm.topic.id, by=cast.lina, now=now, words="The minister wrote of us.")
    assert (made.opened_by_id, made.version) == (cast.lina.member_id, 1)
    assert told(session, "crisis_by_hand") == {"Max"}
    with pytest.raises(CrisisStands):
        steering.declare(session, storm.topic.id, by=cast.max, now=now)
    crisis.round(session, now)
    assert session.get_one(Issue, storm.standing().issue_id).mention_count == 20


def test_owners_read_and_outsiders_see_nothing(session: Session, cast: Cast, standing: Crisis, now: datetime) -> None:
    with pytest.raises(NotYours):
        steering.declare(session, standing.topic_id, by=cast.petra, now=now)
    with pytest.raises(NotYours) as no:
        steering.note(session, standing.id, "Me too.", by=cast.petra, now=now)
    assert no.value.data["ask"] == ["Max"]
    assert crises.crisis(session, cast.petra, standing.id, now).verbs == ()
    for attempt in (crises.crisis, find_note):
        with pytest.raises(NoSuch):
            attempt(session, cast.olaf, standing.id, now)


def find_note(session: Session, actor: Any, crisis_id: int, now: datetime) -> Crisis:
    return steering.note(session, crisis_id, "Let me in.", by=actor, now=now)


def test_whoever_has_a_role_may_act_and_is_told(session: Session, cast: Cast, standing: Crisis, now: datetime) -> None:
    steering.assign(session, standing.id, "speaker", cast.petra.member_id, by=cast.max, seen=1, now=now)
    assert told(session, "crisis_role_speaker") == {"Petra"}
    steering.hold(session, standing.id, "We look into it.", by=cast.petra, seen=2, now=now)
    view = crises.crisis(session, cast.petra, standing.id, now)
    assert {role: one.name for role, one in view.duties.items()} == {"speaker": "Petra"}
    assert view.crisis.holding == "We look into it."
    steering.assign(session, standing.id, "speaker", None, by=cast.max, seen=3, now=now)
    assert crises.crisis(session, cast.petra, standing.id, now).verbs == ()


@pytest.mark.parametrize("name", ["olaf", "nobody"])
def test_a_role_needs_somebody_who_works_here(
    session: Session, cast: Cast, standing: Crisis, now: datetime, name: str
) -> None:
    number = cast.olaf.member_id if name == "olaf" else 10**9
    with pytest.raises(BadInput):
        steering.assign(session, standing.id, "lead", number, by=cast.max, seen=1, now=now)
    with pytest.raises(BadInput):
        steering.assign(session, standing.id, "king", cast.max.member_id, by=cast.max, seen=1, now=now)


def test_the_line_of_every_page_is_one_line(session: Session, cast: Cast, standing: Crisis, now: datetime) -> None:
    steering.instruct(session, standing.id, "Say nothing\n of the cause.", by=cast.max, seen=1, now=now)
    assert [one.instruction for one in crises.standing(session)] == ["Say nothing of the cause."]
    with pytest.raises(BadInput):
        steering.instruct(session, standing.id, "x" * 201, by=cast.max, seen=2, now=now)


def test_of_two_at_once_one_is_first_and_the_other_is_told(
    session: Session, cast: Cast, standing: Crisis, now: datetime
) -> None:
    steering.instruct(session, standing.id, "Wait for Petra.", by=cast.max, seen=1, now=now)
    with pytest.raises(SomeoneWasFaster) as no:
        steering.hold(session, standing.id, "We are sorry.", by=cast.lina, seen=1, now=now + MINUTE)
    assert (no.value.data["by"], no.value.data["move"], no.value.data["version"]) == ("Max", "instructed", 2)


def test_gathering_and_notes_make_nobodys_page_stale(
    session: Session, cast: Cast, standing: Crisis, storm: Storm, now: datetime
) -> None:
    storm.say(1)
    crisis.round(session, now + MINUTE)
    steering.note(session, standing.id, "The press called.", by=cast.lina, now=now)
    assert storm.standing().version == 1


def test_standing_down_needs_a_note_and_ends_it(session: Session, cast: Cast, standing: Crisis, now: datetime) -> None:
    with pytest.raises(ReasonNeeded):
        steering.stand_down(session, standing.id, "  ", by=cast.max, seen=1, now=now)
    steering.stand_down(session, standing.id, "The update was taken back.", by=cast.max, seen=1, now=now)
    assert crises.standing(session) == ()
    assert told(session, "crisis_stood_down") == {"Lina"}
    with pytest.raises(CrisisOver):
        steering.instruct(session, standing.id, "Again.", by=cast.max, seen=2, now=now)
    steering.note(session, standing.id, "Written up for the team.", by=cast.max, now=now)
    issue = session.get_one(Issue, standing.issue_id, populate_existing=True)
    assert issue.status == Status.TRIAGE
    lines, following = crises.crises(session, is_open=False)
    assert [(one.topic, one.stood_down_by.name if one.stood_down_by else None) for one in lines] == [
        ("Our brand", "Max")
    ]
    assert following is None


def test_the_inbox_has_a_lane_of_it_while_it_stands(
    session: Session, cast: Cast, standing: Crisis, now: datetime
) -> None:
    lane = find.lanes(session, cast.lina)[0]
    assert (lane.key, lane.count, lane.alarm) == ("crisis", 1, True)
    cards = find.queue(session, cast.lina, "crisis", now=now).cards
    assert [card.id for card in cards] == [standing.issue_id]
    steering.stand_down(session, standing.id, "Over.", by=cast.max, seen=1, now=now)
    assert "crisis" not in [one.key for one in find.lanes(session, cast.lina)]
