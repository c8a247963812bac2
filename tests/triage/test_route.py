"""Routing: every mention gets a verdict, issues are opened or joined, and the oldest clock wins."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from listener.models import Author, Mention, MentionTopic, Topic
from listener.text import fold
from tests.triage.conftest import Cast, Maker
from triage import backlog, charts, facts, judging, ledger, move, people, route
from triage.models import (
    Issue,
    IssueMention,
    Keeping,
    Lane,
    LedgerEntry,
    Move,
    Notice,
    Policy,
    RouteMark,
    Status,
    Verdict,
    Webhook,
)

pytestmark = pytest.mark.usefixtures("cast")

WANTS_REFUND = "Three weeks and still no refund for my order."


def said(make: Maker, text: str = WANTS_REFUND, **values: Any) -> Mention:
    return make.mention(**{"text": text, "folded": fold(text), "kind": "complaint", "kind_confidence": 0.9} | values)


def topic(session: Session, make: Maker, *mentions: Mention, name: str = "Nimbo Mini", kind: str = "product") -> Topic:
    made = session.scalars(select(Topic).where(Topic.name == name)).one_or_none()
    if made is None:
        made = Topic(name=name, kind=kind, query="nimbo", created_at=make.now, updated_at=make.now)
        session.add(made)
        session.flush()
    session.add_all([MentionTopic(mention_id=one.id, topic_id=made.id) for one in mentions])
    session.flush()
    return made


def verdict(session: Session, mention: Mention) -> Verdict:
    return session.scalars(select(Verdict).where(Verdict.mention_id == mention.id, Verdict.is_current)).one()


def issue_of(session: Session, mention: Mention) -> Issue | None:
    belongs = session.get(IssueMention, mention.id)
    return session.get(Issue, belongs.issue_id, populate_existing=True) if belongs else None


def opened(session: Session, mention: Mention) -> Issue:
    found = issue_of(session, mention)
    assert found is not None
    return found


def test_a_complaint_about_money_opens_an_issue_for_care_with_its_promise_from_the_post(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    author = make.author()
    mention = said(make, posted_at=now - timedelta(hours=3), heard_at=now - timedelta(hours=1), author_id=author.id)
    assert route.round(session, now) == 1

    issue = opened(session, mention)
    assert (issue.status, issue.lane, issue.department_id) == (Status.TRIAGE, Lane.TRIAGE, cast.care.id)
    assert (issue.triage, issue.resolution) == (Keeping.RUNNING, Keeping.NONE)
    assert issue.triage_from == now - timedelta(hours=3)
    assert issue.triage_due == now + timedelta(hours=9)
    assert issue.escalate_at == now + timedelta(hours=3)  # half of it gone
    assert issue.title == WANTS_REFUND
    assert make.lines(issue) == [("triage", "started", now - timedelta(hours=3))]
    (first,) = make.moves(issue)
    assert (first.sort, first.by_id, first.to_status) == ("opened", None, Status.TRIAGE)
    line = session.scalars(select(LedgerEntry).where(LedgerEntry.issue_id == issue.id)).one()
    assert line.move_id == first.id

    given = verdict(session, mention)
    assert (given.outcome, given.department_id, given.joined_by) == ("assign", cast.care.id, "opened")
    assert given.issue_id == issue.id
    assert given.path[-1] == {"end": "care"}
    assert given.path[-2] == {
        "step": "complaint_care", "fact": "care_words", "value": ["order", "refund"], "test": "found", "answer": "yes"
    }  # fmt: skip
    assert given.facts["kind"] == "complaint"


@pytest.mark.parametrize(
    ("values", "department"),
    [
        ({"text": "The lid broke on the first day."}, "product"),
        ({"text": "I burned my hand on the handle!", "kind": "praise"}, "product"),
        ({"text": "It is awful."}, "care"),
        ({"text": "The page stays white.", "kind": "bug"}, "product"),
        ({"text": "You could make a red one.", "kind": "idea"}, "product"),
        ({"text": "How do I descale it?", "kind": "question"}, "content"),
        ({"text": "How can I change my password?", "kind": "question"}, "care"),
        ({"text": "Are you open on Friday?", "kind": "question"}, "care"),
        ({"text": "Love it.", "kind": "praise", "mood": "positive"}, "content"),
        ({"text": "Which one should I get?", "kind": "lead"}, "care"),
    ],
)
def test_each_kind_goes_to_the_department_that_knows(
    session: Session, make: Maker, cast: Cast, now: datetime, values: dict[str, Any], department: str
) -> None:
    mention = said(make, **values)
    route.round(session, now)
    assert opened(session, mention).department_id == getattr(cast, department).id


@pytest.mark.parametrize(
    "values",
    [
        {"is_ours": True},
        {"is_history": True},
        {"is_repost": True},
        {"kind": "spam"},
        {"kind": "chatter", "mood": "neutral"},
    ],
)
def test_what_is_never_on_a_clock_gets_a_verdict_and_no_issue(
    session: Session, make: Maker, now: datetime, values: dict[str, Any]
) -> None:
    mention = said(make, **values)
    assert route.round(session, now) == 1
    assert verdict(session, mention).outcome == "nobody"
    assert verdict(session, mention).path[-1] == {"end": "nobody"}
    assert session.scalar(select(func.count()).select_from(Issue)) == 0


def test_no_chart_can_put_spam_on_a_clock(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    charts.publish(session, 'start = "care"\n[steps.care]\nassign = "care"\n', by=cast.ada.member_id, now=now)
    spam, ours, real = said(make, kind="spam"), said(make, is_ours=True), said(make)
    route.round(session, now)
    assert verdict(session, spam).path == [{"end": "care"}, {"rule": "never_on_a_clock"}]
    assert [verdict(session, one).outcome for one in (spam, ours, real)] == ["nobody", "nobody", "assign"]
    assert issue_of(session, spam) is issue_of(session, ours) is None


def test_a_competitors_matter_is_nobodys_unless_it_is_a_lead(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    theirs, lead, both = said(make), said(make, kind="lead"), said(make)
    topic(session, make, theirs, lead, both, name="Their Brand", kind="competitor")
    topic(session, make, both, name="Our Brand", kind="brand")
    route.round(session, now)
    assert issue_of(session, theirs) is None
    assert opened(session, lead).department_id == cast.care.id
    assert opened(session, both).department_id == cast.care.id


@pytest.mark.parametrize("values", [{"kind_confidence": 0.49}, {"kind": "praise", "mood": "negative"}])
def test_whatever_is_unsure_waits_for_a_listener(
    session: Session, make: Maker, now: datetime, values: dict[str, Any]
) -> None:
    mention = said(make, "Oh great.", **values)
    route.round(session, now)
    issue = opened(session, mention)
    assert (issue.lane, issue.department_id) == (Lane.UNSURE, None)
    assert verdict(session, mention).outcome == "unsure"


def test_a_mention_found_late_has_a_lane_and_a_target_of_its_own(session: Session, make: Maker, now: datetime) -> None:
    mention = said(make, posted_at=now - timedelta(hours=13), heard_at=now)
    route.round(session, now)
    issue = opened(session, mention)
    assert (issue.lane, issue.late_found, issue.triage_due) == (Lane.LATE, True, now + timedelta(hours=4))


def test_a_department_with_nobody_raises_an_alarm_once_a_round(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    people.leave_department(session, cast.cara.member_id, cast.care.id)
    first, second = said(make), said(make)
    route.round(session, now)
    issues = [opened(session, one) for one in (first, second)]
    assert [one.lane for one in issues] == [Lane.NOBODY, Lane.NOBODY]
    assert verdict(session, first).outcome == "nobody_eligible"
    assert make.notices(issues[0]) == [(cast.max.member_id, "nobody_eligible", "opened")]
    assert make.notices(issues[1]) == []


def test_a_mention_that_cannot_be_judged_waits_for_a_listener_and_says_why(
    session: Session, make: Maker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = said(make, "unreadable"), said(make)

    def of(view: facts.MentionView, *rest: Any) -> facts.Facts:
        if view.folded == "unreadable":
            raise ValueError("no such language")
        return facts.of(view, *rest)

    monkeypatch.setattr(judging, "of", of)
    assert route.round(session, now) == 2
    assert opened(session, bad).lane == Lane.UNSURE
    assert verdict(session, bad).path == [{"trouble": "ValueError: no such language"}]
    assert opened(session, good).lane == Lane.TRIAGE


def test_a_topic_of_a_kind_nobody_knows_does_not_stop_the_round(session: Session, make: Maker, now: datetime) -> None:
    mention = said(make)
    topic(session, make, mention, name="Odd", kind="odd")
    filed = topic(session, make, mention, name="Nimbo", kind="brand")
    route.round(session, now)
    assert opened(session, mention).topic_id == filed.id


def test_a_deployment_without_a_policy_keeps_the_promises_of_the_product(
    session: Session, make: Maker, now: datetime
) -> None:
    session.execute(delete(Policy))
    mention = said(make)
    route.round(session, now)
    issue = opened(session, mention)
    assert issue.triage_due == now + timedelta(hours=12)


# joining


def test_a_thread_is_one_issue(session: Session, make: Maker, now: datetime) -> None:
    first = said(make, thread="rss:t", posted_at=now - timedelta(hours=2), heard_at=now - timedelta(hours=2))
    second = said(make, "Same here, no refund.", thread="rss:t", posted_at=now - timedelta(hours=1))
    route.round(session, now)
    third = said(make, "And here.", thread="rss:t")
    route.round(session, now)
    issue = opened(session, first)
    assert issue.id == opened(session, second).id == opened(session, third).id
    assert issue.mention_count == 3
    assert issue.first_mention_id == first.id
    assert issue.version == 1  # a join makes nobody's page stale
    assert [one.sort for one in make.moves(issue)] == ["opened", "joined", "joined"]
    assert verdict(session, third).joined_by == "thread"
    assert session.get_one(IssueMention, third.id).joined_by == "thread"


def test_near_duplicates_and_reposts_join_the_issue_of_the_first(session: Session, make: Maker, now: datetime) -> None:
    first = said(make)
    route.round(session, now)
    copy, repost = said(make, same_as_id=first.id), said(make, same_as_id=first.id, is_repost=True, kind="chatter")
    route.round(session, now)
    assert opened(session, first).mention_count == 3
    assert [verdict(session, one).joined_by for one in (copy, repost)] == ["likeness", "likeness"]
    assert verdict(session, repost).outcome == "nobody"


def test_a_later_copy_finds_the_issue_of_another_copy(session: Session, make: Maker, now: datetime) -> None:
    first = said(make, is_repost=True)  # the first we heard opens nothing
    second, third = said(make, same_as_id=first.id), said(make, same_as_id=first.id)
    route.round(session, now, limit=2)
    route.round(session, now)
    assert issue_of(session, first) is None
    assert opened(session, second).id == opened(session, third).id


@pytest.mark.parametrize(("hours", "joins"), [(47, True), (49, False)])
def test_one_author_on_one_topic_is_one_issue_within_the_window(
    session: Session, make: Maker, now: datetime, hours: int, joins: bool
) -> None:
    author = make.author()
    old = said(make, author_id=author.id, posted_at=now - timedelta(hours=hours), heard_at=now - timedelta(hours=hours))
    new, other = said(make, author_id=author.id), said(make, author_id=author.id)
    topic(session, make, old, new)
    topic(session, make, other, name="Nimbo Grind")
    route.round(session, now)
    assert (opened(session, old).id == opened(session, new).id) is joins
    assert opened(session, other).id not in {opened(session, old).id, opened(session, new).id}


def test_chatter_of_bystanders_stays_out_of_the_issue_and_the_authors_own_joins(
    session: Session, make: Maker, now: datetime
) -> None:
    author, bystander = make.author(), make.author("bystander")
    first = said(make, thread="rss:t", author_id=author.id)
    route.round(session, now)
    lol = said(make, "lol", thread="rss:t", author_id=bystander.id, kind="chatter", mood="neutral")
    sent = said(make, "Sent you the number.", thread="rss:t", author_id=author.id, kind="chatter", mood="neutral")
    ours = said(make, "We hear you.", thread="rss:t", is_ours=True)
    route.round(session, now)
    assert issue_of(session, lol) is issue_of(session, ours) is None
    assert opened(session, sent).id == opened(session, first).id
    assert verdict(session, sent).outcome == "nobody"


def test_the_oldest_clock_wins_when_an_older_post_joins(session: Session, make: Maker, now: datetime) -> None:
    first = said(make, thread="rss:t", posted_at=now - timedelta(hours=1), heard_at=now - timedelta(hours=1))
    route.round(session, now)
    said(make, thread="rss:t", posted_at=now - timedelta(hours=8))
    route.round(session, now)
    issue = opened(session, first)
    assert issue.triage_from == now - timedelta(hours=8)
    assert issue.triage_due == now + timedelta(hours=4)
    assert make.lines(issue)[-1][:2] == ("triage", "moved")


def test_the_oldest_clock_wins_within_one_round_whatever_was_heard_first(
    session: Session, make: Maker, now: datetime
) -> None:
    newer = said(make, thread="rss:t", posted_at=now - timedelta(hours=1))
    older = said(make, thread="rss:t", posted_at=now - timedelta(hours=8))
    route.round(session, now)
    issue = opened(session, newer)
    assert (issue.first_mention_id, issue.triage_due) == (older.id, now + timedelta(hours=4))


def test_a_post_found_late_takes_over_only_when_its_own_target_is_earlier(
    session: Session, make: Maker, now: datetime
) -> None:
    late = said(make, thread="rss:t", posted_at=now - timedelta(hours=30))
    in_time = said(make, thread="rss:t", posted_at=now - timedelta(hours=10))
    route.round(session, now)
    issue = opened(session, late)
    assert issue.id == opened(session, in_time).id
    assert issue.triage_due == now + timedelta(hours=2)


def test_an_author_who_answers_ends_the_pause(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    author = make.author()
    issue = make.issue(make.mention(author_id=author.id, thread="rss:t"))
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now)
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=2, now=now)
    move.accept(session, issue.id, by=cast.cara, seen=3, now=now)
    move.pause(
        session, issue.id, now + timedelta(hours=20), by=cast.cara, seen=4, now=now, words="Asked for the number."
    )
    mark_routed(session, now)
    said(make, "Here it is.", thread="rss:t", author_id=author.id, kind="chatter", mood="neutral")
    route.round(session, now + timedelta(hours=1))
    session.refresh(issue)
    assert (issue.status, issue.resolution) == (Status.ACCEPTED, Keeping.RUNNING)


# coming back


def mark_routed(session: Session, now: datetime) -> None:
    """Give what stands a verdict of its own, so that a round sees only what comes after."""
    version = charts.ensure_shipped(session, now).id
    for mention_id in session.scalars(select(Mention.id)):
        session.add(
            Verdict(
                mention_id=mention_id, chart_version=version, outcome="assign", path=[], facts={}, joined_by="opened",
                at=now,
            )
        )  # fmt: skip
    session.flush()


def resolved(session: Session, make: Maker, cast: Cast, author: Author, at: datetime) -> Issue:
    posted = at - timedelta(hours=2)
    mention = make.mention(author_id=author.id, thread="rss:t", posted_at=posted, heard_at=posted)
    issue = make.issue(mention, department_id=cast.care.id)
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=posted)
    move.hand_over(session, issue.id, cast.care.id, cast.cara.member_id, by=cast.lina, seen=2, now=posted)
    move.accept(session, issue.id, by=cast.cara, seen=3, now=posted)
    move.resolve(session, issue.id, {}, by=cast.cara, seen=4, now=at)
    mark_routed(session, at)
    return issue


def test_an_author_who_comes_back_in_time_reopens_the_old_promise(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    author = make.author()
    issue = resolved(session, make, cast, author, now - timedelta(hours=1))
    due = issue.resolution_due
    back = said(make, "Still not here.", thread="rss:t", author_id=author.id)
    route.round(session, now)
    session.refresh(issue)
    assert opened(session, back).id == issue.id
    assert (issue.status, issue.resolution, issue.resolution_due) == (Status.HANDED, Keeping.RUNNING, due)
    assert issue.closed_at is None
    assert ("resolution", "continued", now) in make.lines(issue)
    assert make.notices(issue, "reopened")[0][0] == cast.cara.member_id
    assert [one.sort for one in make.moves(issue)][-2:] == ["reopen", "joined"]


@pytest.mark.parametrize(
    ("values", "days"),
    [
        ({"kind": "praise", "mood": "positive"}, 0),  # thanks do not undo a solution
        ({"author_id": None}, 0),  # somebody else
        ({}, 8),  # after the policy's window
    ],
)
def test_what_does_not_reopen_opens_a_new_issue_that_follows_the_old(
    session: Session, make: Maker, cast: Cast, now: datetime, values: dict[str, Any], days: int
) -> None:
    author = make.author()
    issue = resolved(session, make, cast, author, now - timedelta(days=days, hours=1))
    back = said(make, **{"text": "And again.", "thread": "rss:t", "author_id": author.id} | values)
    route.round(session, now)
    session.refresh(issue)
    assert issue.status == Status.RESOLVED
    assert opened(session, back).follows_id == issue.id


# the round itself


def test_a_mention_gets_one_verdict_however_often_rounds_run(session: Session, make: Maker, now: datetime) -> None:
    mentions = [said(make) for _ in range(5)]
    assert [route.round(session, now, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    verdicts = session.scalar(select(func.count()).select_from(Verdict))
    assert verdicts == len(mentions)


def test_a_new_chart_judges_only_what_comes_after(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    before = said(make)
    route.round(session, now)
    old = verdict(session, before).chart_version
    made = charts.publish(session, 'start = "c"\n[steps.c]\nassign = "content"\n', by=cast.ada.member_id, now=now)
    after = said(make)
    assert route.round(session, now) == 1
    assert verdict(session, before).chart_version == old
    assert verdict(session, after).chart_version == made.id
    assert opened(session, after).department_id == cast.content.id


def test_the_mark_of_the_backlog_passes_no_mention_a_transaction_may_still_bring(
    session: Session, make: Maker, now: datetime
) -> None:
    fresh = said(make)
    route.round(session, now)
    mark = session.get_one(RouteMark, "route", populate_existing=True)
    assert mark.mention_id < fresh.id  # it was written seconds ago
    old = said(make, stored_at=now - timedelta(days=400))
    route.round(session, now)
    session.refresh(mark)
    assert mark.mention_id == old.id
    mark.mention_id = 10**9
    late = said(make, stored_at=now - timedelta(days=400))
    assert route.round(session, now) == 0  # the mark is believed ...
    assert route.round(session, now + backlog.SWEEP) == 1  # ... for an hour at most
    assert verdict(session, late).outcome == "assign"


def test_every_issue_a_round_opens_has_the_deadline_its_ledger_says(
    session: Session, make: Maker, now: datetime
) -> None:
    for hours in range(0, 40, 3):
        said(make, posted_at=now - timedelta(hours=hours))
    route.round(session, now)
    for issue in session.scalars(select(Issue)):
        clock = ledger.clock(session, issue.id, "triage")
        assert clock is not None
        assert (issue.triage_due, issue.triage_from, issue.triage) == (clock.due, clock.start.since, clock.state)


def test_moves_keep_the_number_of_the_mention_that_made_them(session: Session, make: Maker, now: datetime) -> None:
    mention = said(make)
    route.round(session, now)
    assert session.scalars(select(Move)).one().data["mention_id"] == mention.id


def test_two_rounds_never_run_at_once(session: Session, make: Maker, now: datetime, engine: Engine) -> None:
    said(make)
    with engine.connect() as other:
        other.execute(select(func.pg_advisory_xact_lock(route.LOCK)))
        assert route.round(session, now) == 0
    assert route.round(session, now) == 1


def test_addresses_outside_are_told_of_every_issue_opened(session: Session, make: Maker, now: datetime) -> None:
    session.add(Webhook(url="https://example.org/hook", secret="s", enabled=True, created_at=now))
    session.flush()
    mentions = [said(make), said(make)]
    route.round(session, now)
    told = session.execute(select(Notice.issue_id, Notice.channel, Notice.reason)).all()
    assert {tuple(row) for row in told} == {(opened(session, one).id, "webhook", "moved") for one in mentions}
