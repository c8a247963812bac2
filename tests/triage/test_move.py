"""What people do to an issue, and what they are refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import sleep
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.orm import Session

from listener.models import Feed
from tests.triage.conftest import Cast, Maker
from triage import afterwards, links, move, people, rights, snooze
from triage.models import Issue, IssueMention, Keeping, Lane, Move, Notice, Role, Status, Webhook
from triage.people import Actor
from triage.refusals import (
    BadInput,
    NobodyEligible,
    NoSuch,
    NotNow,
    NotYours,
    ReasonNeeded,
    Refusal,
    ReopenTooLate,
    SomeoneWasFaster,
)


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


# what makes nobody's page stale needs no version
BESIDE: dict[str, Callable[[Session, Issue, Actor, datetime], Any]] = {
    "link": lambda session, issue, by, now: links.link(session, issue.id, "product_gap", "Lids", by=by, now=now),
    "tell": lambda session, issue, by, now: afterwards.tell(session, issue.id, 1, by=by, now=now),
    "follow_up": lambda session, issue, by, now: afterwards.promise_word(
        session, issue, due_at=now + h(20), member_id=None, by=by, now=now
    ),
}


@pytest.fixture
def do(session: Session) -> Callable[..., Issue]:
    """Do one verb to an issue as it stands now."""

    def doing(verb: str, issue: Issue, by: Actor, now: datetime, *arguments: Any, **more: Any) -> Issue:
        if verb in BESIDE:
            BESIDE[verb](session, issue, by, now)
            return issue
        rooms: dict[str, Callable[..., Issue]] = {
            "private": move.go_private,
            "snooze": snooze.snooze,
            "wake": snooze.wake,
        }
        if verb == "wake":
            more.pop("words", None)
        found: Issue = (rooms.get(verb) or getattr(move, verb))(
            session, issue.id, *arguments, by=by, seen=issue.version, now=now, **more
        )
        return found

    return doing


Do = Callable[..., Issue]


def accepted(make: Maker, cast: Cast, do: Do) -> Issue:
    """An issue Cara has accepted: acknowledged at +1 h, handed to care at +2 h, accepted at +3 h."""
    issue = make.issue()
    do("acknowledge", issue, cast.lina, make.now + h(1), words="Sorry you ran into this.")
    do("hand_over", issue, cast.lina, make.now + h(2), cast.care.id)
    return do("accept", issue, cast.cara, make.now + h(3))


def test_an_issue_goes_from_heard_to_resolved_and_both_promises_are_kept(
    make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    issue = accepted(make, cast, do)
    do("private", issue, cast.cara, now + h(4), "email")
    do("resolve", issue, cast.cara, now + h(5), {"refund": "none", "customer": "kept"})
    assert issue.status == Status.RESOLVED
    assert (issue.triage, issue.triage_done_at) == (Keeping.KEPT, now + h(2))
    assert (issue.resolution, issue.resolution_done_at) == (Keeping.KEPT, now + h(5))
    assert (issue.resolution_from, issue.resolution_due) == (now + h(2), now + h(26))
    assert issue.outcome == {"refund": "none", "customer": "kept"}
    assert issue.escalate_at is None
    assert [(m.sort, m.from_status, m.to_status, m.version) for m in make.moves(issue)] == [
        ("acknowledge", "triage", "triage", 2),
        ("hand_over", "triage", "handed", 3),
        ("accept", "handed", "accepted", 4),
        ("private", "accepted", "accepted", 5),
        ("resolve", "accepted", "resolved", 6),
    ]
    assert make.lines(issue) == [
        ("triage", "started", now),
        ("resolution", "started", now + h(2)),
        ("triage", "kept", now + h(2)),
        ("department", "held", now + h(2)),
        ("resolution", "kept", now + h(5)),
        ("department", "left", now + h(5)),
    ]


def test_handed_over_first_and_acknowledged_later_the_later_of_the_two_counts(
    make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    issue = make.issue()
    do("hand_over", issue, cast.lina, now + h(2), cast.care.id)
    assert (issue.status, issue.triage, issue.held_at) == (Status.TRIAGE, Keeping.RUNNING, now + h(2))
    do("accept", issue, cast.cara, now + h(3))
    assert issue.status == Status.TRIAGE
    do("acknowledge", issue, cast.cara, now + h(12.5))
    assert issue.status == Status.ACCEPTED
    assert (issue.triage, issue.triage_done_at) == (Keeping.BROKEN, now + h(12.5))
    assert make.lines(issue, "triage") == [
        ("triage", "started", now),
        ("triage", "broken", now + h(12)),
        ("triage", "met", now + h(12.5)),
    ]


def test_at_the_very_deadline_triage_is_kept(make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    issue = make.issue()
    do("acknowledge", issue, cast.lina, now + h(12))
    do("hand_over", issue, cast.lina, now + h(12), cast.care.id)
    assert issue.triage == Keeping.KEPT


def test_a_bounce_goes_back_to_triage_with_a_reason_and_resets_no_clock(
    make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    issue = accepted(make, cast, do)
    with pytest.raises(ReasonNeeded):
        do("bounce", issue, cast.cara, now + h(4), words="  ")
    do("bounce", issue, cast.cara, now + h(4), words="This is about the app.")
    assert (issue.status, issue.lane, issue.bounces) == (Status.TRIAGE, Lane.TRIAGE, 1)
    assert (issue.department_id, issue.owner_id, issue.held_at) == (None, None, None)
    do("hand_over", issue, cast.lina, now + h(5), cast.product.id, cast.petra.member_id)
    assert (issue.resolution_from, issue.resolution_due, issue.handed_at) == (now + h(2), now + h(26), now + h(2))
    assert issue.triage == Keeping.KEPT
    assert make.lines(issue, "department") == [
        ("department", "held", now + h(2)),
        ("department", "left", now + h(4)),
        ("department", "held", now + h(5)),
    ]
    assert [who for who, _, _ in make.notices(issue, "bounced")] == [cast.lina.member_id]
    # the department is told, or the one person it was given to
    assert [who for who, _, _ in make.notices(issue, "handed_over")] == [cast.cara.member_id]
    assert [who for who, _, _ in make.notices(issue, "assigned")] == [cast.petra.member_id]


def test_the_department_stays_when_a_person_takes_it(make: Maker, cast: Cast, do: Do) -> None:
    issue = accepted(make, cast, do)
    assert (issue.department_id, issue.owner_id) == (cast.care.id, cast.cara.member_id)


def test_of_two_people_only_the_first_moves_it_and_the_other_is_told_who_what_and_when(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    seen = issue.version
    move.hand_over(session, issue.id, cast.care.id, by=cast.max, seen=seen, now=now + h(1))
    with pytest.raises(SomeoneWasFaster) as refused:
        move.dismiss(session, issue.id, by=cast.lina, seen=seen, now=now + h(1), words="spam")
    data = refused.value.data
    assert (data["by"], data["move"], data["to"]) == ("Max", "hand_over", "Care")
    assert datetime.fromisoformat(data["at"]) == now + h(1)
    assert data["version"] == seen + 1
    assert len(make.moves(issue)) == 1


def test_the_database_itself_lets_only_one_of_two_transactions_win(engine: Engine, now: datetime) -> None:
    with Session(engine, expire_on_commit=False) as setting, setting.begin():
        policy = people.new_policy(setting, now=now - h(1000))
        lina = people.create_member(setting, name="Lina", email="l@example.org", role=Role.LISTENER, now=now)
        max_ = people.create_member(setting, name="Max", email="m@example.org", role=Role.MANAGER, now=now)
        feed = Feed(source="rss", name="Forum", address="https://example.org/feed", created_at=now, due_at=now)
        setting.add(feed)
        setting.flush()
        maker = Maker(setting, now, policy, feed)
        issue = maker.issue()
        actors = [people.actor_of(setting, one.id) for one in (lina, max_)]
    try:
        first, second = Session(engine), Session(engine)
        with first, second, ThreadPoolExecutor(1) as other:
            move.acknowledge(first, issue.id, by=actors[0], seen=1, now=now)
            # Max reads version 1 too, for Lina has not committed, and then waits for her row
            loser = other.submit(move.acknowledge, second, issue.id, by=actors[1], seen=1, now=now)
            wait_for_a_lock(engine)
            first.commit()
            with pytest.raises(SomeoneWasFaster) as refused:
                loser.result(timeout=10)
            assert refused.value.data["by"] == "Lina"
            second.rollback()
            assert len(second.scalars(select(Move).where(Move.issue_id == issue.id)).all()) == 1
    finally:
        with Session(engine) as clearing, clearing.begin():
            clearing.execute(delete(Issue).where(Issue.id == issue.id))
            for row in (feed, lina, max_, policy):
                clearing.delete(clearing.merge(row))


def wait_for_a_lock(engine: Engine) -> None:
    """Return once some other transaction waits for a row."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    for _ in range(200):
        with engine.connect() as looking:
            if looking.scalar(waiting):
                return
        sleep(0.05)
    raise AssertionError("nobody waits")


def test_a_note_makes_nobody_s_page_stale(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    move.note(session, issue.id, "She called twice.", by=cast.lina, now=now)
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now)
    first = make.moves(issue)[0]
    assert (first.sort, first.words, first.version) == ("note", "She called twice.", 1)
    with pytest.raises(ReasonNeeded):
        move.note(session, issue.id, " ", by=cast.lina, now=now)


def test_a_pause_stops_the_clock_and_resuming_gives_back_exactly_the_rest(
    make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    issue = accepted(make, cast, do)
    do("pause", issue, cast.cara, now + h(4), now + h(30), words="Waits for a photo.")
    assert (issue.status, issue.resolution, issue.paused_until) == (Status.WAITING, Keeping.PAUSED, now + h(30))
    assert issue.resolution_due == now + h(52)
    do("resume", issue, cast.cara, now + h(10))
    assert (issue.status, issue.resolution, issue.paused_until) == (Status.ACCEPTED, Keeping.RUNNING, None)
    assert issue.resolution_due == now + h(32)
    do("resolve", issue, cast.cara, now + h(31.9))
    assert issue.resolution == Keeping.KEPT


def test_pauses_together_never_pass_the_policy_s_maximum(make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    issue = accepted(make, cast, do)
    with pytest.raises(BadInput):
        do("pause", issue, cast.cara, now + h(4), now + h(4 + 72.1), words="Waits.")
    with pytest.raises(BadInput):
        do("pause", issue, cast.cara, now + h(4), now + h(3), words="Waits.")
    with pytest.raises(ReasonNeeded):
        do("pause", issue, cast.cara, now + h(4), now + h(5))
    do("pause", issue, cast.cara, now + h(4), now + h(64), words="Waits.")
    do("resume", issue, cast.cara, now + h(64))
    with pytest.raises(BadInput):
        do("pause", issue, cast.cara, now + h(65), now + h(77.1), words="Waits again.")
    do("pause", issue, cast.cara, now + h(65), now + h(77), words="Waits again.")


def test_the_author_s_answer_ends_a_pause(session: Session, make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    issue = accepted(make, cast, do)
    do("pause", issue, cast.cara, now + h(4), now + h(30), words="Waits.")
    assert move.author_spoke(session, issue.id, now + h(6))
    assert (issue.status, issue.resolution_due) == (Status.ACCEPTED, now + h(28))
    assert not move.author_spoke(session, issue.id, now + h(7))


def test_resolved_while_waiting_counts_the_pause_out(make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    issue = accepted(make, cast, do)
    do("pause", issue, cast.cara, now + h(4), now + h(60), words="Waits.")
    do("resolve", issue, cast.cara, now + h(50))
    assert (issue.resolution, issue.resolution_due, issue.paused_until) == (Keeping.KEPT, now + h(72), None)


def test_an_issue_reopened_keeps_its_first_deadline(make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    issue = accepted(make, cast, do)
    do("resolve", issue, cast.cara, now + h(5))
    do("reopen", issue, cast.lina, now + h(8), words="It broke again.")
    assert (issue.status, issue.owner_id) == (Status.ACCEPTED, cast.cara.member_id)
    assert (issue.resolution, issue.resolution_due) == (Keeping.RUNNING, now + h(26))
    assert (issue.resolution_done_at, issue.resolved_at, issue.closed_at) == (None, None, None)
    assert issue.triage == Keeping.KEPT
    assert [who for who, _, _ in make.notices(issue, "reopened")] == [cast.cara.member_id]
    do("resolve", issue, cast.cara, now + h(27))
    assert (issue.resolution, issue.resolution_done_at) == (Keeping.BROKEN, now + h(27))


def test_reopened_after_its_deadline_it_was_not_resolved_in_time(
    make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    issue = accepted(make, cast, do)
    do("resolve", issue, cast.cara, now + h(5))
    do("reopen", issue, cast.lina, now + h(40), words="It broke again.")
    assert issue.resolution == Keeping.BROKEN
    assert make.lines(issue, "resolution")[-1] == ("resolution", "broken", now + h(40))
    assert issue.resolution_due == now + h(26)


def test_after_the_window_reopening_is_refused_so_that_a_new_issue_follows(
    make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    issue = accepted(make, cast, do)
    do("resolve", issue, cast.cara, now + h(5))
    with pytest.raises(ReopenTooLate) as refused:
        do("reopen", issue, cast.lina, now + h(5 + 168.1), words="Again.")
    assert refused.value.key == "reopen_too_late"
    assert datetime.fromisoformat(refused.value.data["until"]) == now + h(5 + 168)
    do("reopen", issue, cast.lina, now + h(5 + 168), words="Again.")


def test_reopened_without_anybody_left_it_shows_in_the_lane_of_nobody(
    session: Session, make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    issue = accepted(make, cast, do)
    do("resolve", issue, cast.cara, now + h(5))
    people.update_member(session, cast.cara.member_id, active=False)
    do("reopen", issue, cast.lina, now + h(6), words="Again.")
    assert (issue.status, issue.lane, issue.owner_id) == (Status.TRIAGE, Lane.NOBODY, None)
    assert make.notices(issue, "reopened") == []  # Lina did it herself, and nobody else listens


def test_a_dismissal_needs_a_reason_and_voids_what_runs(make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    issue = make.issue()
    with pytest.raises(ReasonNeeded):
        do("dismiss", issue, cast.lina, now + h(1))
    do("dismiss", issue, cast.lina, now + h(1), words="A joke among friends.")
    assert (issue.status, issue.triage, issue.resolution) == (Status.DISMISSED, Keeping.VOID, Keeping.NONE)
    do("reopen", issue, cast.lina, now + h(2), words="It was none.")
    assert (issue.status, issue.triage, issue.triage_due) == (Status.TRIAGE, Keeping.RUNNING, now + h(12))


def test_dismissing_does_not_hide_a_broken_promise(make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    issue = make.issue()
    do("dismiss", issue, cast.lina, now + h(13), words="Too late now.")
    assert issue.triage == Keeping.BROKEN
    assert issue.escalate_at is None


def test_handing_to_a_department_without_anybody_is_refused(
    session: Session, make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    issue = make.issue()
    empty = people.create_department(session, key="press", name="Press")
    with pytest.raises(NobodyEligible) as refused:
        do("hand_over", issue, cast.lina, now, empty.id)
    assert refused.value.data["department"] == "Press"
    with pytest.raises(BadInput):
        do("hand_over", issue, cast.lina, now, cast.care.id, cast.petra.member_id)
    with pytest.raises(NoSuch):
        do("hand_over", issue, cast.lina, now, 10**9)
    assert make.moves(issue) == []


def test_a_chart_s_suggestion_that_is_confirmed_stays_the_chart_s(
    make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    confirmed, changed = make.issue(department_id=cast.care.id), make.issue(department_id=cast.care.id)
    do("hand_over", confirmed, cast.lina, now, cast.care.id)
    do("hand_over", changed, cast.lina, now, cast.product.id)
    assert (confirmed.routed_by, changed.routed_by) == ("chart", "person")


def test_working_hours_of_the_first_department_govern_the_resolution(
    session: Session, make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    weekdays = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    people.update_department(session, cast.care.id, hours=weekdays)
    issue = make.issue()  # now is a Saturday
    do("hand_over", issue, cast.lina, now, cast.care.id)
    due = issue.resolution_due
    assert due == datetime.fromisoformat("2026-11-25T17:00+00:00")
    # neither an edit of the hours nor another department moves a promise that runs
    people.update_department(session, cast.care.id, hours=None)
    do("bounce", issue, cast.cara, now + h(1), words="Not ours.")
    do("hand_over", issue, cast.lina, now + h(2), cast.product.id)
    assert issue.resolution_due == due


def test_nobody_is_told_of_their_own_move(session: Session, make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    people.join_department(session, cast.max.member_id, cast.care.id)
    issue = make.issue()
    do("hand_over", issue, cast.max, now, cast.care.id)
    assert [who for who, _, _ in make.notices(issue, "handed_over")] == [cast.cara.member_id]


@pytest.mark.parametrize("words", ["\x00", "a" * 10_001])
def test_words_no_page_can_show_are_refused(make: Maker, cast: Cast, now: datetime, do: Do, words: str) -> None:
    issue = make.issue()
    with pytest.raises(BadInput):
        do("acknowledge", issue, cast.lina, now, words=words)


@pytest.mark.parametrize("outcome", [{"refund": {"deep": 1}}, {str(n): n for n in range(21)}])
def test_an_outcome_is_a_few_plain_values(
    make: Maker, cast: Cast, now: datetime, do: Do, outcome: dict[str, Any]
) -> None:
    issue = accepted(make, cast, do)
    with pytest.raises(BadInput):
        do("resolve", issue, cast.cara, now + h(5), outcome)


# who may do what, wherever the issue stands: care's issue, seen by everybody
BOTH = {"snooze", "wake", "link", "follow_up", "tell"}
MAY = {
    "lina": {"acknowledge", "hand_over", "private", "dismiss", "reopen", "merge", "split", "note", *BOTH},
    "cara": {"acknowledge", "accept", "bounce", "private", "pause", "resume", "resolve", "reopen", "note", *BOTH},
    "max": set(rights.VERBS),
    "ada": set(rights.VERBS),
    "conor": set(),
    "olaf": set(),
}


@pytest.mark.parametrize("name", MAY)
def test_roles_and_departments_decide_who_may_do_what(
    make: Maker, cast: Cast, now: datetime, do: Do, name: str
) -> None:
    issue = accepted(make, cast, do)
    actor: Actor = getattr(cast, name)
    assert {verb for verb in rights.VERBS if rights.may(actor, verb, issue)} == MAY[name]
    arguments: dict[str, tuple[Any, ...]] = {
        "hand_over": (cast.care.id,), "private": ("email",), "pause": (now + h(9),), "merge": (issue.id + 1,),
        "split": ([1],), "snooze": (now + h(9),),
    }  # fmt: skip
    for verb in set(rights.VERBS) - MAY[name] - {"note"}:
        with pytest.raises(NoSuch if name == "olaf" else NotYours):
            do(verb, issue, actor, now + h(4), *arguments.get(verb, ()), words="why")


def test_who_is_refused_is_told_whose_it_is_and_whom_to_ask(make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    issue = accepted(make, cast, do)
    with pytest.raises(NotYours) as refused:
        do("resolve", issue, cast.conor, now + h(4))
    assert refused.value.data == {"verb": "resolve", "department": "Care", "ask": ["Cara", "Max"]}


@pytest.mark.parametrize("status", list(Status))
def test_every_verb_is_refused_where_the_table_says_so(
    session: Session, make: Maker, cast: Cast, now: datetime, do: Do, status: Status
) -> None:
    issue = make.issue(status=status, department_id=cast.care.id)
    issue.held_at = issue.handed_at = now
    issue.closed_at = now
    issue.snoozed_until = now + h(1)  # or there would be nothing to wake
    session.flush()
    offered = rights.allowed(cast.ada, issue)
    assert set(offered) == {verb for verb, asked in rights.VERBS.items() if status in asked.statuses}
    arguments: dict[str, tuple[Any, ...]] = {
        "hand_over": (cast.care.id,), "private": ("email",), "pause": (now + h(9),), "merge": (issue.id + 1,),
        "split": ([1],), "snooze": (now + h(9),),
    }  # fmt: skip
    for verb in set(rights.VERBS) - set(offered) - {"note"}:
        with pytest.raises(NotNow) as refused:
            do(verb, issue, cast.ada, now, *arguments.get(verb, ()), words="why")
        assert refused.value.data["verb"] == verb
        assert refused.value.data["status"] == status


def test_no_issue_no_move(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(NoSuch):
        move.accept(session, 10**9, by=cast.cara, seen=1, now=now)


def merged(make: Maker, cast: Cast, do: Do, child: Issue, into: Issue, now: datetime) -> None:
    do("merge", child, cast.lina, now, into.id)
    make.session.refresh(into)


def test_in_a_merge_the_oldest_clock_wins_and_the_child_cannot_break(
    session: Session, make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    older, younger = make.issue(posted_at=now - h(5)), make.issue()
    merged(make, cast, do, older, younger, now + h(1))
    assert (older.status, older.triage, older.merged_into_id) == (Status.MERGED, Keeping.VOID, younger.id)
    assert (younger.triage_from, younger.triage_due) == (now - h(5), now + h(7))
    assert (younger.mention_count, older.mention_count) == (2, 0)
    belongs = session.scalars(select(IssueMention.issue_id)).all()
    assert list(belongs) == [younger.id, younger.id]
    assert older.escalate_at is None


def test_a_younger_child_leaves_the_clock_alone(make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    older, younger = make.issue(posted_at=now - h(5)), make.issue()
    merged(make, cast, do, younger, older, now + h(1))
    assert (older.triage_from, older.triage_due) == (now - h(5), now + h(7))


def test_the_older_resolution_clock_wins_too(make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    first, second = accepted(make, cast, do), make.issue()
    do("hand_over", second, cast.lina, now + h(6), cast.care.id)
    merged(make, cast, do, first, second, now + h(7))
    assert (second.resolution_from, second.resolution_due) == (now + h(2), now + h(26))
    assert (first.resolution, first.held_at) == (Keeping.VOID, None)


def test_a_split_with_what_a_merge_brought_undoes_it(
    session: Session, make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    child, into = accepted(make, cast, do), make.issue()
    do("hand_over", into, cast.lina, now + h(6), cast.care.id)
    moved = child.first_mention_id
    merged(make, cast, do, child, into, now + h(7))
    do("split", into, cast.lina, now + h(8), [moved])
    session.refresh(child)
    assert (child.status, child.merged_into_id, child.closed_at) == (Status.ACCEPTED, None, None)
    assert (child.resolution, child.resolution_due) == (Keeping.RUNNING, now + h(26))
    assert child.triage == Keeping.KEPT
    assert (into.resolution_from, into.resolution_due) == (now + h(6), now + h(30))
    assert (child.mention_count, into.mention_count) == (1, 1)
    assert session.scalar(select(IssueMention.issue_id).where(IssueMention.mention_id == moved)) == child.id


def test_a_split_opens_a_new_issue_with_the_clock_of_its_own_post(
    session: Session, make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    mentions = [make.mention(posted_at=now - h(hours), heard_at=now) for hours in (6, 3, 20)]
    issue = make.issue(*mentions[:2])
    session.add(IssueMention(mention_id=mentions[2].id, issue_id=issue.id, joined_by="thread", joined_at=now))
    issue.mention_count = 3
    session.flush()
    before = (issue.triage_from, issue.triage_due)
    do("split", issue, cast.lina, now + h(1), [mentions[1].id])
    other = session.scalars(select(Issue).order_by(Issue.id.desc()).limit(1)).one()
    assert (other.triage_from, other.triage_due) == (now - h(3), now + h(9))
    assert (issue.triage_from, issue.triage_due) == before
    assert (issue.mention_count, other.mention_count) == (2, 1)
    assert [m.data["issue_id"] for m in make.moves(issue)] == [other.id]
    assert [(m.sort, m.data["split_from"]) for m in make.moves(other)] == [("opened", issue.id)]
    do("split", issue, cast.lina, now + h(1), [mentions[2].id])
    late = session.scalars(select(Issue).order_by(Issue.id.desc()).limit(1)).one()
    assert (late.late_found, late.lane, late.triage_due) == (True, Lane.LATE, now + h(4))


def test_a_split_takes_some_of_the_issue_s_own_mentions_never_all(
    make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    issue, other = make.issue(make.mention(), make.mention()), make.issue()
    for chosen in ([], [other.first_mention_id], [issue.first_mention_id, issue.first_mention_id + 1], [10**9]):
        with pytest.raises(BadInput):
            do("split", issue, cast.lina, now, chosen)


@pytest.mark.parametrize(
    ("case", "refusal"),
    [("itself", BadInput), ("nothing", NoSuch), ("closed", NotNow), ("other way round", NotNow)],
)
def test_merges_that_make_no_sense_are_refused(
    make: Maker, cast: Cast, now: datetime, do: Do, case: str, refusal: type[Refusal]
) -> None:
    child, into = accepted(make, cast, do), make.issue()
    if case == "closed":
        do("dismiss", into, cast.lina, now, words="Nothing.")
    target = {"itself": child.id, "nothing": 10**9}.get(case, into.id)
    with pytest.raises(refusal):
        do("merge", child, cast.lina, now + h(4), target)
    assert child.status == Status.ACCEPTED


def test_a_broken_child_stays_broken_and_is_counted_once(make: Maker, cast: Cast, now: datetime, do: Do) -> None:
    child, into = make.issue(posted_at=now - h(11)), make.issue()
    merged(make, cast, do, child, into, now + h(2))
    assert child.triage == Keeping.BROKEN
    assert (into.triage, into.triage_due) == (Keeping.RUNNING, now + h(12))


def test_addresses_outside_are_told_of_every_move_once(
    session: Session, make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    session.add(Webhook(url="https://example.org/hook", secret="s", enabled=True, created_at=now))
    session.flush()
    issue = accepted(make, cast, do)
    do("pause", issue, cast.cara, now + h(4), now + h(9), words="Waits.")
    move.author_spoke(session, issue.id, now + h(5))
    told = session.scalars(select(Notice).where(Notice.channel == "webhook").order_by(Notice.id)).all()
    assert [notice.data["move"] for notice in told] == [one.sort for one in make.moves(issue)]
    assert [who for who, _, _ in make.notices(issue, "resumed")] == [cast.cara.member_id]


def test_a_note_stays_with_the_department_it_was_written_in(
    session: Session, make: Maker, cast: Cast, now: datetime, do: Do
) -> None:
    issue = make.issue(department_id=cast.care.id)
    move.note(session, issue.id, "Sounds like the app.", by=cast.lina, now=now)
    do("hand_over", issue, cast.lina, now, cast.care.id)
    move.note(session, issue.id, "She is a friend of mine.", by=cast.cara, now=now)
    notes = [one.data["department_id"] for one in make.moves(issue) if one.sort == "note"]
    assert notes == [None, cast.care.id]
