"""Any move then undo leaves the issue and every report as before."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import escalate, find, ledger, links, move, promises, snooze, undo
from triage.models import Issue, IssueLink, IssueMention, LinkSort, Move, Notice, Snapshot, Status
from triage.people import Actor
from triage.refusals import CannotUndo, NoSuch, NotYours, Refusal
from triage.standing import Scope

# what a move and its undo may leave behind: the version grows, and what was told stays told
GROWS = {"version", "triage_step", "resolution_step", "escalate_at"}


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


def s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def last_move(session: Session, issue_id: int, by: Actor) -> Move:
    wanted = select(Move).where(Move.issue_id == issue_id, Move.by_id == by.member_id).order_by(Move.id.desc())
    return session.scalars(wanted.limit(1)).one()


def picture(session: Session, cast: Cast, now: datetime) -> dict[str, Any]:
    """Every issue's columns, whose mention is where, both reports, and the lanes: all that a person can see."""
    session.expire_all()
    rows = session.scalars(select(Issue).order_by(Issue.id)).all()
    columns = {
        row.id: {column.name: getattr(row, column.name) for column in Issue.__table__.columns} for row in rows
    }  # fmt: skip
    for row in columns.values():
        for name in GROWS:
            row.pop(name)
        for promise in ("triage", "resolution"):
            due = row[f"{promise}_due"]
            if row[promise] == "running" and due < now:
                row[promise] = "broken"  # as every reader counts it
    scope = Scope(now - timedelta(days=30), now + timedelta(days=30), now)
    told = [promises.report(session, scope, by=by) for by in (None, "department", "kind")]
    return {
        "columns": columns,
        "mentions": {row.mention_id: row.issue_id for row in session.scalars(select(IssueMention))},
        "reports": told,
        "links": list(session.scalars(select(IssueLink.name).order_by(IssueLink.id))),
        "lanes": find.lanes(session, cast.max),
        "events": {row.id: [(e.promise, e.event, e.at) for e in ledger.events(session, row.id)] for row in rows},
    }


Doing = Callable[[Session, Issue, Issue, Cast, datetime], Issue]


def _split(session: Session, issue: Issue, other: Issue, cast: Cast, now: datetime) -> Issue:
    ids = list(session.scalars(select(IssueMention.mention_id).where(IssueMention.issue_id == issue.id)))
    return move.split(session, issue.id, sorted(ids)[-1:], by=cast.max, seen=issue.version, now=now)


def _split_what_came(session: Session, issue: Issue, other: Issue, cast: Cast, now: datetime) -> Issue:
    came = select(Move.data).where(Move.issue_id == issue.id, Move.sort == "take_in").order_by(Move.id.desc()).limit(1)
    data = session.scalar(came)
    ids = data["mention_ids"] if data else []
    return move.split(session, issue.id, ids, by=cast.max, seen=issue.version, now=now)


def _act(session: Session, issue: Issue, other: Issue, cast: Cast, now: datetime) -> Issue:
    moved = move.acknowledge(session, issue.id, by=cast.max, seen=issue.version, now=now, words="We hear you.")
    first = last_move(session, issue.id, cast.max).id
    return move.hand_over(session, issue.id, cast.care.id, by=cast.max, seen=moved.version, now=now, after=first)


def _snooze(session: Session, issue: Issue, other: Issue, cast: Cast, now: datetime) -> Issue:
    return snooze.snooze(session, issue.id, now + h(2), by=cast.max, seen=issue.version, now=now)


def _wake(session: Session, issue: Issue, other: Issue, cast: Cast, now: datetime) -> Issue:
    return snooze.wake(session, issue.id, by=cast.max, seen=issue.version, now=now)


def _link(session: Session, issue: Issue, other: Issue, cast: Cast, now: datetime) -> Issue:
    links.link(session, issue.id, LinkSort.PRODUCT_GAP, f"Hot at {now}", by=cast.max, now=now)
    return issue


def _plain(verb: str, *arguments: Any, **more: Any) -> Doing:
    def doing(session: Session, issue: Issue, other: Issue, cast: Cast, now: datetime) -> Issue:
        given = [one(cast, other, now) if callable(one) else one for one in arguments]
        found: Issue = getattr(move, verb)(session, issue.id, *given, by=cast.max, seen=issue.version, now=now, **more)
        return found

    return doing


VERBS: dict[str, Doing] = {
    "acknowledge": _plain("acknowledge", words="Sorry."),
    "hand_over": _plain("hand_over", lambda cast, other, now: cast.care.id),
    "hand_over_product": _plain("hand_over", lambda cast, other, now: cast.product.id),
    "act": _act,
    "accept": _plain("accept"),
    "bounce": _plain("bounce", words="Not ours."),
    "private": _plain("go_private", "email"),
    "pause": _plain("pause", lambda cast, other, now: now + h(3), words="Waiting."),
    "resume": _plain("resume"),
    "resolve": _plain("resolve", {"refund": "given"}),
    "dismiss": _plain("dismiss", words="Nobody's."),
    "reopen": _plain("reopen", words="Again."),
    "note": _plain("note", words="She called."),
    "snooze": _snooze,
    "wake": _wake,
    "link": _link,
    "merge": _plain("merge", lambda cast, other, now: other.id),
    "split": _split,
    "split_what_came": _split_what_came,
}
STEPS = st.lists(st.tuples(st.sampled_from(sorted(VERBS)), st.sampled_from((0.01, 0.5, 3.0, 11.0, 26.0))), max_size=7)


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS, st.sampled_from(sorted(VERBS)), st.integers(1, 50))
@example([("act", 0.5), ("accept", 0.5), ("resolve", 0.5)], "reopen", 10)
@example([("act", 0.5), ("accept", 0.5)], "pause", 10)
@example([("hand_over", 11.0)], "merge", 10)
@example([], "act", 10)
@example([("merge", 0.5)], "note", 10)
@example([], "split", 50)
@example([("snooze", 0.5)], "wake", 20)
@example([("act", 0.5)], "link", 20)
@example([("act", 26.0), ("accept", 26.0)], "resolve", 50)
@example([("dismiss", 26.0)], "reopen", 50)
def test_any_move_then_undo_leaves_issues_and_reports_as_before(
    session: Session, make: Maker, cast: Cast, steps: list[tuple[str, float]], verb: str, seconds: int
) -> None:
    with session.begin_nested() as savepoint:
        at = make.now
        issue = make.issue(make.mention(), make.mention())
        other = make.issue(make.mention(), make.mention(posted_at=make.now - h(1)))
        for name, hours in steps:
            at += h(hours)
            try:
                with session.begin_nested():
                    VERBS[name](session, issue, other, cast, at)
            except Refusal:
                continue
        escalate.round(session, at)
        before = picture(session, cast, at + s(seconds))
        try:
            with session.begin_nested():
                VERBS[verb](session, issue, other, cast, at)
        except Refusal:
            savepoint.rollback()
            return
        escalate.round(session, at + s(seconds / 2))
        made = last_move(session, issue.id, cast.max)
        assert undo.may_undo(session, made.id, by=cast.max, now=at + s(seconds))
        undo.undo(session, made.id, by=cast.max, now=at + s(seconds))
        after = picture(session, cast, at + s(seconds))
        opened = after["columns"].keys() - before["columns"].keys()
        for number in opened:
            # what a split opened lies merged, on no clock, holding nothing
            made_so = after["columns"].pop(number)
            assert (made_so["status"], made_so["triage"], made_so["mention_count"]) == (Status.MERGED, "void", 0)
            assert after["events"].pop(number) == []
        assert after == before
        savepoint.rollback()


def test_one_act_is_taken_back_as_one(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    _act(session, issue, issue, cast, now)
    assert issue.status == Status.HANDED
    undo.undo(session, last_move(session, issue.id, cast.max).id, by=cast.max, now=now + s(9))
    assert (issue.status, issue.acknowledged_at, issue.handed_at, issue.held_at) == (Status.TRIAGE, None, None, None)
    assert (issue.triage, issue.resolution, issue.resolution_due) == ("running", "none", None)
    assert [(one.sort, one.undoes_id is not None) for one in make.moves(issue)] == [
        ("acknowledge", False), ("hand_over", False), ("undo", True), ("undo", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "after", "between", "refused", "why"),
    [
        ("lina", 61, False, CannotUndo, "too_long_ago"),
        ("lina", 9, True, CannotUndo, "moved_since"),
        ("cara", 9, False, NotYours, None),
        ("olaf", 9, False, NoSuch, None),
        ("max", 9, False, None, None),
        ("lina", 60, False, None, None),
    ],
)
def test_who_may_take_back_until_when(
    session: Session, make: Maker, cast: Cast, now: datetime, who: str, after: int, between: bool,
    refused: type[Refusal] | None, why: str | None,
) -> None:  # fmt: skip
    issue = make.issue()
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now)
    made, by, at = last_move(session, issue.id, cast.lina), getattr(cast, who), now + s(after)
    if between:
        move.hand_over(session, issue.id, cast.care.id, by=cast.max, seen=2, now=now + s(1))
    assert undo.may_undo(session, made.id, by=by, now=at) is (refused is None)
    if refused is None:
        undo.undo(session, made.id, by=by, now=at)
        assert issue.acknowledged_at is None
        return
    with pytest.raises(refused) as no:
        undo.undo(session, made.id, by=by, now=at)
    assert no.value.data.get("why") == why


def test_nothing_is_taken_back_twice(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now)
    made = last_move(session, issue.id, cast.lina)
    assert undo.last(session, issue.id, by=cast.lina, now=now) == made.id
    undo.undo(session, made.id, by=cast.lina, now=now)
    assert undo.last(session, issue.id, by=cast.lina, now=now) is None
    for number in (made.id, last_move(session, issue.id, cast.lina).id):
        with pytest.raises(CannotUndo) as no:
            undo.undo(session, number, by=cast.lina, now=now)
        assert no.value.data["why"] == "undone"


def test_a_mention_that_joined_since_keeps_its_place(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=1, now=now)
    joined = make.mention()
    session.add(IssueMention(mention_id=joined.id, issue_id=issue.id, joined_by="thread", joined_at=now))
    issue.mention_count += 1
    ledger.older_mention(session, issue, now - h(2), now, ledger.terms(session, issue), now)
    undo.undo(session, last_move(session, issue.id, cast.lina).id, by=cast.lina, now=now + s(5))
    assert (issue.mention_count, issue.triage_due) == (2, now + h(10))


def test_unseen_notices_are_withdrawn_and_who_was_told_hears_that_it_was_taken_back(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=1, now=now)
    undo.undo(session, last_move(session, issue.id, cast.lina).id, by=cast.lina, now=now + s(5))
    assert make.notices(issue) == []
    move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=issue.version, now=now + s(6))
    (told,) = session.scalars(select(Notice).where(Notice.issue_id == issue.id))
    told.read_at = now + s(7)
    undo.undo(session, last_move(session, issue.id, cast.lina).id, by=cast.lina, now=now + s(8))
    assert [(who, reason) for who, reason, _ in make.notices(issue)] == [
        (cast.cara.member_id, "handed_over"), (cast.cara.member_id, "taken_back"),
    ]  # fmt: skip


def test_snapshots_are_forgotten(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=now)
    assert undo.forget(session, now + timedelta(days=1)) == 0
    assert undo.forget(session, now + timedelta(days=8)) == 1
    assert session.scalar(select(func.count()).select_from(Snapshot)) == 0
    with pytest.raises(CannotUndo) as no:
        undo.undo(session, last_move(session, issue.id, cast.lina).id, by=cast.lina, now=now, within=timedelta(days=30))
    assert no.value.data["why"] == "no_way_back"


def test_there_is_no_such_move(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(NoSuch):
        undo.undo(session, 1, by=cast.max, now=now)
    assert not undo.may_undo(session, 1, by=cast.max, now=now)
