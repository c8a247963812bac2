"""Read-only questions: lanes that open what they count, cards in the order of time left, one issue as each may see it."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.models import MentionTopic, Topic
from listener.text import fold
from tests.triage.conftest import Cast, Maker
from triage import charts, find, move, people, route
from triage.find import HORIZONS, Filters, clocks
from triage.find.queue import DUE
from triage.models import OPEN, Issue, Keeping, Lane, Status
from triage.people import Actor
from triage.refusals import BadInput, NoSuch

HOUR = timedelta(hours=1)


def handed(session: Session, make: Maker, cast: Cast, now: datetime, to: Any = None, **values: Any) -> Issue:
    issue = make.issue(**values)
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now)
    move.hand_over(session, issue.id, (to or cast.care).id, by=cast.lina, seen=2, now=now)
    return issue


@pytest.fixture
def desk(session: Session, make: Maker, cast: Cast, now: datetime) -> dict[str, Issue]:
    """One issue of every sort, named."""
    made = {
        "calm": make.issue(),
        "soon": make.issue(posted_at=now - 11.5 * HOUR, heard_at=now - 11 * HOUR),
        "over": make.issue(posted_at=now - 13 * HOUR, heard_at=now - 12 * HOUR),
        "late": make.issue(posted_at=now - 20 * HOUR, heard_at=now),
        "unsure": make.issue(lane=Lane.UNSURE),
        "nobody": make.issue(lane=Lane.NOBODY, department_id=cast.content.id),
        "care": handed(session, make, cast, now),
        "product": handed(session, make, cast, now, cast.product),
        "cara's": handed(session, make, cast, now),
        "waiting": handed(session, make, cast, now),
        "resolved": handed(session, make, cast, now),
        "dismissed": make.issue(),
    }
    for name in ("cara's", "waiting", "resolved"):
        move.accept(session, made[name].id, by=cast.cara, seen=3, now=now)
    move.pause(session, made["waiting"].id, now + HOUR, by=cast.cara, seen=4, now=now, words="Asked for a photo.")
    move.resolve(session, made["resolved"].id, {}, by=cast.cara, seen=4, now=now)
    move.dismiss(session, made["dismissed"].id, by=cast.lina, seen=1, now=now, words="Not ours.")
    return made


def names(desk: dict[str, Issue], page: find.Page) -> list[str]:
    by_id = {issue.id: name for name, issue in desk.items()}
    return [by_id[card.id] for card in page.cards]


@pytest.mark.parametrize(
    ("lane", "expected"),
    [
        ("triage", ["over", "soon", "calm"]),
        ("late", ["late"]),
        ("unsure", ["unsure"]),
        ("nobody", ["nobody"]),
        ("mine", []),
        ("department:care", ["care", "cara's"]),
        ("department:product", ["product"]),
        ("department:content", []),
        ("waiting", ["waiting"]),
        ("closed", ["dismissed", "resolved"]),
    ],
)
def test_each_lane_holds_its_own_with_the_least_time_left_first(
    session: Session, desk: dict[str, Issue], cast: Cast, now: datetime, lane: str, expected: list[str]
) -> None:
    assert names(desk, find.queue(session, cast.lina, lane, now=now)) == expected


def everyone(cast: Cast) -> list[Actor]:
    return [cast.cara, cast.conor, cast.petra, cast.lina, cast.max, cast.ada, cast.olaf]


def test_counts_agree_with_what_opens_for_everyone(
    session: Session, desk: dict[str, Issue], cast: Cast, now: datetime
) -> None:
    for actor in everyone(cast):
        for lane in find.lanes(session, actor):
            page = find.queue(session, actor, lane.key, now=now)
            assert lane.count == page.total == len(page.cards) == sum(page.horizons.values()), (actor.name, lane.key)


def test_lanes_are_those_a_person_works_with(session: Session, desk: dict[str, Issue], cast: Cast) -> None:
    def keys(actor: Actor) -> list[str]:
        return [lane.key for lane in find.lanes(session, actor)]

    departments = ["department:care", "department:content", "department:product"]
    assert keys(cast.lina) == ["triage", "late", "unsure", "nobody", "mine", "waiting", "snoozed", *departments]
    assert keys(cast.lina) == keys(cast.max) == keys(cast.ada)
    assert keys(cast.cara) == ["mine", "waiting", "snoozed", "triage", "late", "department:care"]
    assert keys(cast.olaf) == []
    by_key = {lane.key: lane for lane in find.lanes(session, cast.max)}
    assert by_key["nobody"].alarm
    assert not by_key["unsure"].alarm
    assert by_key["department:care"].department is not None
    assert by_key["department:care"].department.name == "Care"


def test_an_owner_sees_the_issues_of_their_departments_and_an_outsider_none(
    session: Session, desk: dict[str, Issue], cast: Cast, now: datetime
) -> None:
    everything = find.search(session, cast.max, Filters(), now=now)
    assert set(names(desk, everything)) == set(desk)
    assert set(names(desk, find.search(session, cast.cara, Filters(), now=now))) == {
        "care", "cara's", "waiting", "resolved"
    }  # fmt: skip
    assert names(desk, find.search(session, cast.olaf, Filters(), now=now)) == []
    for name, issue in desk.items():
        if issue.department_id != cast.care.id:
            with pytest.raises(NoSuch):
                find.issue(session, cast.cara, issue.id, now)
        with pytest.raises(NoSuch):
            find.issue(session, cast.olaf, issue.id, now)
        assert find.issue(session, cast.lina, issue.id, now).card.id == issue.id, name


def test_a_card_says_all_a_page_shows(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    author = make.author("mirela", mentions=4, negative=2)
    mention = make.mention(author_id=author.id, posted_at=now - 3 * HOUR, heard_at=now - 2 * HOUR, likes=7)
    topic = Topic(name="Nimbo", kind="brand", query="nimbo", created_at=now, updated_at=now)
    session.add(topic)
    session.flush()
    session.add(MentionTopic(mention_id=mention.id, topic_id=topic.id))
    issue = make.issue(mention)
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now)
    move.hand_over(session, issue.id, cast.care.id, cast.cara.member_id, by=cast.lina, seen=2, now=now)
    (card,) = find.queue(session, cast.cara, "mine", now=now + HOUR).cards
    assert (card.version, card.status, card.kind, card.mood, card.mention_count) == (
        3,
        "handed",
        "complaint",
        "negative",
        1,
    )
    assert card.author is not None
    assert (card.author.label, card.author.mentions, card.author.issues) == ("Mirela", 4, 1)
    assert [one.name for one in card.topics] == ["Nimbo"]
    assert (card.department, card.owner) == (
        find.DepartmentName(cast.care.id, "care", "Care"), find.MemberName(cast.cara.member_id, "Cara")
    )  # fmt: skip
    assert (card.triage.state, card.triage.left) == ("kept", 9 * HOUR)
    assert (card.clock.promise, card.clock.state, card.clock.left) == ("resolution", "running", 23 * HOUR)
    assert (card.keeping, card.due, card.at_risk) == ("running", now + 24 * HOUR, False)
    assert card.first.likes == 7


@pytest.mark.parametrize(
    ("hours", "state", "at_risk"),
    [(0, "running", False), (9.9, "running", False), (10, "risk", True), (12, "risk", True), (12.1, "broken", False)],
)
def test_the_clock_takes_its_shape_from_the_time_left(
    session: Session, make: Maker, cast: Cast, now: datetime, hours: float, state: str, at_risk: bool
) -> None:
    issue = make.issue()
    triage, resolution = clocks.clocks(issue, 2.0, now + hours * HOUR)
    assert (triage.state, triage.at_risk, triage.over) == (state, at_risk, hours > 12)
    assert triage.gone == pytest.approx(min(hours / 12, 1))
    assert (resolution.state, resolution.left) == ("none", None)


def test_a_clock_that_waits_or_was_found_late_has_a_shape_of_its_own(
    session: Session, desk: dict[str, Issue], cast: Cast, now: datetime
) -> None:
    (late,) = find.queue(session, cast.lina, "late", now=now).cards
    assert (late.clock.state, late.clock.left, late.late_found) == ("late", 4 * HOUR, True)
    (waits,) = find.queue(session, cast.lina, "waiting", now=now).cards
    assert (waits.clock.state, waits.clock.paused_until) == ("paused", now + HOUR)
    assert {card.clock.state for card in find.queue(session, cast.lina, "closed", now=now).cards} == {"kept", "none"}


# horizons


def test_the_queue_is_grouped_by_horizon_in_the_readers_days(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    # 12:00 in UTC is 15:30 in Tehran; its day ends at 20:30 UTC
    for left in (-1, 0.5, 3, 8, 9, 12):
        make.issue(posted_at=now - (12 - left) * HOUR, heard_at=now - (12 - left) * HOUR)
    page = find.queue(session, cast.lina, "triage", now=now, timezone="Asia/Tehran")
    assert [(name, count, len(cards)) for name, count, cards in page.groups] == [
        ("past", 1, 1), ("hour", 1, 1), ("four_hours", 1, 1), ("today", 1, 1), ("tomorrow", 2, 2)
    ]  # fmt: skip
    utc = find.queue(session, cast.lina, "triage", now=now)
    assert [name for name, _, _ in utc.groups] == ["past", "hour", "four_hours", "today", "tomorrow"]
    assert utc.horizons["today"] == 2


MOMENTS = st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * HOUR / 60)


@given(MOMENTS, st.sampled_from(["UTC", "Asia/Tehran", "Asia/Jerusalem", "America/Los_Angeles"]))
def test_headings_never_overlap_whatever_the_hour(moment: datetime, zone: str) -> None:
    edges = clocks.bounds(moment, zone)
    assert edges == sorted(edges)
    assert len(edges) == len(HORIZONS) - 1
    assert clocks.horizon(moment, edges) == "hour"
    assert clocks.horizon(moment - timedelta(seconds=1), edges) == "past"


# a stretch at a time


@pytest.mark.parametrize("lane", ["triage", "all"])
def test_stretches_follow_each_other_without_gap_or_repeat(
    session: Session, make: Maker, cast: Cast, now: datetime, lane: str
) -> None:
    for hours in (5, 1, 3, 3, 3, 2, 4):
        make.issue(posted_at=now - hours * HOUR, heard_at=now - hours * HOUR)
    whole = [card.id for card in find.queue(session, cast.lina, lane, now=now).cards]
    found: list[int] = []
    cursor = None
    for _ in range(4):
        page = find.queue(session, cast.lina, lane, None, cursor, now, limit=2)
        found += [card.id for card in page.cards]
        cursor = page.cursor
        assert page.total == 7
    assert found == whole
    assert cursor is None


@pytest.mark.parametrize(
    ("lane", "cursor", "zone", "field"),
    [
        ("nowhere", None, "UTC", "lane"),
        ("department:legal", None, "UTC", "lane"),
        ("triage", "???", "UTC", "cursor"),
        ("triage", "YWJj", "UTC", "cursor"),
        ("triage", None, "Mars/Olympus", "timezone"),
        ("triage", None, "../etc/passwd", "timezone"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    session: Session, cast: Cast, now: datetime, lane: str, cursor: str | None, zone: str, field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        find.queue(session, cast.lina, lane, None, cursor, now, timezone=zone)
    assert caught.value.field == field


# filters and search


def test_filters_narrow_cards_and_counts_alike(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    bug = make.issue(make.mention(kind="bug", language="fa"))
    make.issue(make.mention(kind="praise", mood="positive"))
    broken = make.issue(triage=Keeping.BROKEN)
    broken.triage = Keeping.BROKEN
    session.flush()

    def ids(**values: Any) -> list[int]:
        page = find.queue(session, cast.lina, "triage", Filters(**values), now=now)
        assert page.total == len(page.cards)
        return [card.id for card in page.cards]

    assert ids(kind="bug") == ids(language="fa") == [bug.id]
    assert ids(kind="bug", mood="positive") == []
    assert ids(broken=True) == [broken.id]
    assert len(ids(opened_from=now, opened_to=now + HOUR)) == 3
    assert ids(opened_to=now) == []
    assert ids(status=Status.RESOLVED) == []


def test_a_topic_finds_issues_by_any_of_their_mentions(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    first, second = make.mention(), make.mention()
    issue = make.issue(first, second)
    make.issue()
    topic = Topic(name="Nimbo", kind="brand", query="nimbo", created_at=now, updated_at=now)
    session.add(topic)
    session.flush()
    session.add(MentionTopic(mention_id=second.id, topic_id=topic.id))
    session.flush()
    page = find.search(session, cast.lina, Filters(topic_id=topic.id), now=now)
    assert [card.id for card in page.cards] == [issue.id]


def test_words_find_an_issue_by_any_of_its_mentions_and_a_number_by_itself(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    first = make.mention(folded=fold("The lid broke"))
    reply = make.mention(folded=fold("دستهٔ کتری شکست"))
    issue = make.issue(first, reply)
    make.issue(make.mention(folded=fold("All is well")))

    def ids(words: str) -> list[int]:
        return [card.id for card in find.search(session, cast.lina, Filters(words=words), now=now).cards]

    assert ids("LID broke") == ids("کتری") == ids(f"HB-{issue.id}") == ids(str(issue.id)) == [issue.id]
    assert ids('"lid broke"') == ids("lid -kettle") == ids("kettle OR lid") == [issue.id]
    assert ids('"broke lid"') == ids("lid -broke") == ids("lid kettle") == ids("' OR 1=1 --") == ids("9" * 40) == []


def test_old_issues_are_read_no_further_than_a_page_needs(
    session: Session, make: Maker, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("listener.find.said"), "WINDOWS", (2, 4))
    monkeypatch.setattr(import_module("triage.find.queue"), "FEW", 3)
    made = [make.issue(make.mention(folded=fold(text))).id for text in ("lid", "cup", "lid", "lid", "lid", "cup")]
    lids = [made[at] for at in (4, 3, 2, 0)]

    def asked(limit: int, cursor: str | None = None) -> find.Page:
        return find.search(session, cast.lina, Filters(words="lid"), cursor, now=now, limit=limit)

    first = asked(2)
    assert ([card.id for card in first.cards], first.total, first.at_least) == (lids[:2], 3, True)
    second = asked(2, first.cursor)
    assert ([card.id for card in second.cards], second.total, second.at_least) == (lids[2:], 4, False)
    assert second.cursor is None
    whole = asked(50)
    assert ([card.id for card in whole.cards], whole.total, whole.at_least) == (lids, 4, False)
    assert asked(2, find.search(session, cast.lina, Filters(), now=now, limit=5).cursor).cards == whole.cards[3:]
    # of what is rare all are known at once
    cups = find.search(session, cast.lina, Filters(words="cup"), now=now, limit=1)
    assert ([card.id for card in cups.cards], cups.total, cups.at_least) == ([made[5]], 2, False)


# one issue


def test_one_issue_shows_its_mentions_thread_moves_ledger_and_path(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    author = make.author()
    mention = make.mention(
        author_id=author.id, thread="rss:t", kind_confidence=0.9, folded=fold("no refund"), posted_at=now - HOUR
    )
    ours = make.mention(thread="rss:t", is_ours=True, text="We hear you.")
    route.round(session, now)
    number = find.issue_of(session, mention.id)
    assert number is not None
    view = find.issue(session, cast.lina, number, now)
    assert [one.id for one in view.mentions] == [mention.id]
    assert [(one.id, one.joined_by) for one in view.thread] == [(mention.id, "opened"), (ours.id, None)]
    assert [(one.sort, one.by) for one in view.moves] == [("opened", None)]
    assert [(one.promise, one.event, one.due) for one in view.ledger] == [("triage", "started", now + 11 * HOUR)]
    assert view.reasons["triage"][-1].key == "sum"
    assert view.reasons["resolution"] == ()
    assert view.verdict is not None
    assert (view.verdict.outcome, view.verdict.end, view.verdict.end_title["fa"]) == ("assign", "care", "پشتیبانی")
    assert view.verdict.path[-1].title["en"] == "An order, money or service?"
    assert view.verdict.path[-1].value == ["refund"]
    assert (view.verdict.trouble, view.verdict.rule) == (None, None)
    assert "acknowledge" in view.verbs
    assert find.issue(session, cast.cara, number, now).verbs != view.verbs


def test_verdicts_keep_the_words_of_the_edition_that_said_them(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    mention = make.mention(kind_confidence=0.9)
    route.round(session, now)
    charts.publish(session, 'start = "c"\n[steps.c]\nassign = "content"\n', by=cast.ada.member_id, now=now)
    (verdict,) = find.verdicts(session, [mention.id, 10**9]).values()
    assert verdict.path[0].title["en"] == "Imported from the past?"
    assert find.verdicts(session, []) == {}


def test_a_note_stays_in_the_department_it_was_written_in(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = handed(session, make, cast, now)
    move.note(session, issue.id, "She is a regular.", by=cast.cara, now=now)
    move.note(session, issue.id, "Mind the tone.", by=cast.lina, now=now)
    people.join_department(session, cast.petra.member_id, cast.care.id)
    petra = people.actor_of(session, cast.petra.member_id)

    def notes(actor: Actor) -> list[str]:
        return [one.words for one in find.issue(session, actor, issue.id, now).moves if one.sort == "note"]

    both = ["She is a regular.", "Mind the tone."]
    assert notes(cast.cara) == notes(cast.lina) == notes(cast.max) == notes(petra) == both
    move.hand_over(session, issue.id, cast.product.id, by=cast.lina, seen=3, now=now)
    assert notes(cast.petra) == []  # her own department has it now, the notes are care's
    assert notes(cast.lina) == both


def test_links_lead_to_issues_the_reader_may_see(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    author = make.author()
    old = handed(session, make, cast, now)
    first = make.mention(author_id=author.id)
    issue = make.issue(first, follows_id=old.id)
    copy = make.issue(make.mention(same_as_id=first.id), department_id=cast.product.id)
    earlier = make.issue(make.mention(author_id=author.id), department_id=cast.care.id)
    view = find.issue(session, cast.lina, issue.id, now)
    assert view.follows is not None
    assert view.follows.id == old.id
    assert [one.id for one in find.issue(session, cast.lina, old.id, now).followed_by] == [issue.id]
    assert [one.id for one in view.alike] == [copy.id]
    assert [one.id for one in view.earlier] == [earlier.id]
    assert find.issue(session, cast.petra, copy.id, now).alike == ()


def test_a_merged_issue_points_to_where_it_went(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    into, gone = make.issue(), make.issue()
    move.merge(session, gone.id, into.id, by=cast.lina, seen=1, now=now)
    view = find.issue(session, cast.lina, gone.id, now)
    assert view.merged_into is not None
    assert view.merged_into.id == into.id
    assert [one.id for one in find.issue(session, cast.lina, into.id, now).merged] == [gone.id]


def test_the_backlog_is_what_has_no_verdict(session: Session, make: Maker, now: datetime) -> None:
    assert find.waiting(session) == (0, None)
    mention = make.mention()
    session.refresh(mention)
    assert find.waiting(session) == (1, mention.stored_at)
    route.round(session, now)
    assert find.waiting(session) == (0, None)


def test_the_due_of_the_database_is_the_due_of_the_card(
    session: Session, desk: dict[str, Issue], cast: Cast, now: datetime
) -> None:
    for issue in desk.values():
        card = find.issue(session, cast.max, issue.id, now).card
        found = find.queue(session, cast.max, "all", Filters(words=str(issue.id)), now=now).cards
        assert card in found
        if issue.status in OPEN:
            assert session.scalar(select(DUE).where(Issue.id == issue.id)) == card.due
