"""Many issues at once: previewed, done in batches that may die, told as one, stopped, and taken back as a whole."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import bulk, move, people
from triage.find import bulks
from triage.models import Bulk, BulkItem, Issue, Notice, Status
from triage.people import Actor
from triage.refusals import BadInput, NoSuch, NotNow, ReasonNeeded, again, plain


def chosen(*issues: Issue) -> list[tuple[int, int]]:
    return [(one.id, one.version) for one in issues]


def work(session: Session, now: datetime, limit: int = 25) -> int:
    """What the worker does until nothing is left; return how many rounds it took."""
    rounds = 0
    while bulk.round(session, now, limit):
        rounds += 1
    return rounds


def states(session: Session, made: Bulk) -> dict[int, str]:
    rows = session.scalars(select(BulkItem).where(BulkItem.bulk_id == made.id).order_by(BulkItem.issue_id))
    return {one.issue_id: one.state for one in rows}


def begun(session: Session, verb: str, issues: list[Issue], data: dict[str, Any], by: Actor, now: datetime) -> Bulk:
    made = bulk.preview(session, verb, chosen(*issues), data, by=by, now=now)
    return bulk.start(session, made.id, by=by, now=now)


def test_many_are_handed_over_and_each_person_is_told_once(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issues = [make.issue() for _ in range(7)]
    made = begun(
        session, "hand_over", issues, {"department_id": cast.care.id, "words": "All of one lid."}, cast.lina, now
    )
    assert work(session, now, limit=3) == 3
    session.refresh(made)
    assert made.state == "done"
    assert set(states(session, made).values()) == {"done"}
    assert all(session.get_one(Issue, one.id).department_id == cast.care.id for one in issues)
    [told] = session.scalars(select(Notice).where(Notice.member_id == cast.cara.member_id, Notice.channel == "inapp"))
    assert told.reason == "many_handed_over"
    assert told.data["count"] == 7
    assert told.data["department"] == "Care"
    assert told.data["words"] == "All of one lid."


def test_who_is_refused_is_said_before_and_why(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    waits, moved, closed = make.issue(), make.issue(), make.issue()
    seen = chosen(waits, moved, closed)
    move.acknowledge(session, moved.id, by=cast.max, seen=1, now=now)
    move.dismiss(session, closed.id, by=cast.max, seen=1, now=now, words="Nothing to answer.")
    made = bulk.preview(
        session, "hand_over", [seen[0], seen[1], (closed.id, 2)], {"department_id": cast.care.id}, by=cast.lina, now=now
    )
    assert made.total == 3
    found = {one.issue_id: one.why for one in bulks.items(session, made.id)}
    assert found[waits.id] is None
    assert found[moved.id] is not None
    assert found[moved.id].key == "someone_was_faster"
    assert found[moved.id].data["by"] == "Max"
    assert found[closed.id] is not None
    assert found[closed.id].key == "not_now"
    bulk.start(session, made.id, by=cast.lina, now=now)
    work(session, now)
    assert states(session, made) == {waits.id: "done", moved.id: "refused", closed.id: "refused"}


def test_what_somebody_moved_meanwhile_is_refused_and_the_others_are_done(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    one, other = make.issue(), make.issue()
    made = begun(session, "hand_over", [one, other], {"department_id": cast.care.id}, cast.lina, now)
    move.hand_over(session, one.id, cast.product.id, by=cast.max, seen=1, now=now)
    work(session, now)
    assert states(session, made) == {one.id: "refused", other.id: "done"}
    assert session.get_one(Issue, one.id).department_id == cast.product.id
    [item] = bulks.items(session, made.id, state="refused")
    assert item.why is not None
    assert item.why.data["to"] == "Product"


def test_a_batch_that_died_is_done_again_and_nothing_twice(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issues = [make.issue() for _ in range(5)]
    made = begun(session, "acknowledge", issues, {"words": "We hear you."}, cast.lina, now)
    assert bulk.round(session, now, 2) == 2
    dying = session.begin_nested()
    bulk.round(session, now, 2)
    dying.rollback()  # kill -9: its transaction never was
    session.expire_all()
    work(session, now, 2)
    assert set(states(session, made).values()) == {"done"}
    for one in issues:
        assert [done.sort for done in make.moves(one) if done.sort == "acknowledge"] == ["acknowledge"]


@pytest.mark.parametrize(
    ("verb", "refused"),
    [
        ("acknowledge", ReasonNeeded), ("dismiss", ReasonNeeded), ("note", ReasonNeeded), ("hand_over", BadInput),
        ("snooze", BadInput), ("kind", BadInput),
    ],
)  # fmt: skip
def test_nothing_starts_without_what_the_verb_needs(
    session: Session, make: Maker, cast: Cast, now: datetime, verb: str, refused: type[Exception]
) -> None:
    made = bulk.preview(session, verb, chosen(make.issue()), {}, by=cast.lina, now=now)
    with pytest.raises(refused):
        bulk.start(session, made.id, by=cast.lina, now=now)


def test_what_was_given_later_previews_anew(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    made = bulk.preview(session, "hand_over", chosen(issue), {}, by=cast.lina, now=now)
    bulk.change(session, made.id, {"department_id": cast.product.id}, by=cast.lina, now=now)
    view = bulks.bulk(session, cast.lina, made.id, now)
    forecast = bulks.forecast(session, view, cast.lina, now)
    assert [one.name for one in forecast.told] == ["Petra"]
    assert {line.key: line.count for line in forecast.lines} == {"still_acknowledge": 1, "starts": 1}
    assert next(line.at for line in forecast.lines if line.key == "starts") == now + timedelta(hours=24)


def test_nobody_touches_the_bulk_of_another(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    made = bulk.preview(session, "spam", chosen(make.issue()), {}, by=cast.lina, now=now)
    with pytest.raises(NoSuch):
        bulk.start(session, made.id, by=cast.cara, now=now)
    with pytest.raises(NoSuch):
        bulks.bulk(session, cast.cara, made.id, now)
    assert bulks.bulk(session, cast.max, made.id, now).verb == "spam"
    with pytest.raises(NoSuch):
        bulk.preview(session, "spam", chosen(make.issue()), {}, by=cast.olaf, now=now)


def test_an_owner_is_refused_what_is_not_theirs(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    theirs, others = make.issue(department_id=cast.care.id), make.issue(department_id=cast.product.id)
    until = (now + timedelta(hours=1)).isoformat()
    made = begun(session, "snooze", [theirs, others], {"until": until}, cast.cara, now)
    work(session, now)
    assert states(session, made) == {theirs.id: "done", others.id: "refused"}
    assert session.get_one(Issue, theirs.id).snoozed_until == now + timedelta(hours=1)


def test_what_a_snooze_breaks_is_said_before(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    soon, later = make.issue(posted_at=now - timedelta(hours=9)), make.issue()
    until = (now + timedelta(hours=5)).isoformat()
    made = bulk.preview(session, "snooze", chosen(soon, later), {"until": until}, by=cast.lina, now=now)
    said = bulks.forecast(session, bulks.bulk(session, cast.lina, made.id, now), cast.lina, now)
    assert {line.key: line.count for line in said.lines} == {"breaks": 1, "safe": 1}
    assert said.lines[0].at == soon.triage_due
    assert said.instead is not None
    assert said.instead < soon.triage_due


def test_a_bulk_is_stopped_between_batches(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issues = [make.issue() for _ in range(4)]
    made = begun(session, "dismiss", issues, {"words": "Not about us."}, cast.lina, now)
    bulk.round(session, now, 2)
    bulk.stop(session, made.id, by=cast.lina, now=now)
    work(session, now)
    session.refresh(made)
    assert list(states(session, made).values()) == ["done", "done", "left", "left"]
    assert made.state == "done"


def test_it_is_taken_back_as_a_whole_but_not_what_went_on_since(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issues = [make.issue() for _ in range(3)]
    made = begun(session, "hand_over", issues, {"department_id": cast.care.id}, cast.lina, now)
    work(session, now)
    move.accept(session, issues[1].id, by=cast.cara, seen=2, now=now)
    bulk.undo(session, made.id, by=cast.lina, now=now)
    work(session, now, limit=2)
    session.refresh(made)
    assert made.state == "undone"
    assert list(states(session, made).values()) == ["undone", "stays", "undone"]
    assert [session.get_one(Issue, one.id).held_at is None for one in issues] == [True, False, True]
    # nobody had read the notice, so nobody needs a second one
    assert not session.scalars(select(Notice).where(Notice.member_id == cast.cara.member_id)).all()


def test_whoever_read_of_it_hears_that_it_was_taken_back(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    made = begun(session, "hand_over", [make.issue()], {"department_id": cast.care.id}, cast.lina, now)
    work(session, now)
    for one in session.scalars(select(Notice).where(Notice.member_id == cast.cara.member_id)):
        one.read_at = now
    bulk.undo(session, made.id, by=cast.lina, now=now)
    work(session, now)
    wanted = select(Notice.reason).where(Notice.member_id == cast.cara.member_id).order_by(Notice.id)
    assert list(session.scalars(wanted)) == ["many_handed_over", "many_taken_back"]


def test_after_an_hour_it_stays(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    made = begun(session, "note", [make.issue()], {"words": "Called twice."}, cast.lina, now)
    with pytest.raises(NotNow):
        bulk.undo(session, made.id, by=cast.lina, now=now)
    work(session, now)
    assert bulk.may_undo(made, now + timedelta(hours=1))
    with pytest.raises(NotNow):
        bulk.undo(session, made.id, by=cast.lina, now=now + timedelta(hours=1, seconds=1))


def test_many_become_one_and_part_again(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    first, second, third = (make.issue(posted_at=now - timedelta(hours=age)) for age in (1, 5, 3))
    made = bulk.preview(session, "merge", chosen(first, second, third), {}, by=cast.lina, now=now)
    assert made.data["into_id"] == second.id  # the least time left
    assert made.total == 2
    bulk.start(session, made.id, by=cast.lina, now=now)
    work(session, now)
    assert session.get_one(Issue, second.id).mention_count == 3
    assert {one.status for one in (first, third)} == {Status.MERGED}
    # a word about the one that took them in hinders no way back
    move.acknowledge(session, second.id, by=cast.lina, seen=second.version, now=now)
    bulk.undo(session, made.id, by=cast.lina, now=now)
    work(session, now)
    assert set(states(session, made).values()) == {"undone"}
    assert [session.get_one(Issue, one.id).mention_count for one in (first, second, third)] == [1, 1, 1]
    assert {one.status for one in (first, third)} == {Status.TRIAGE}


def test_one_handed_over_takes_in_those_that_are_not(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    young, handed = make.issue(posted_at=now - timedelta(hours=9)), make.issue()
    move.hand_over(session, handed.id, cast.care.id, by=cast.lina, seen=1, now=now)
    made = bulk.preview(session, "merge", chosen(young, handed), {}, by=cast.lina, now=now)
    assert made.data["into_id"] == handed.id
    bulk.change(session, made.id, {"into_id": young.id}, by=cast.lina, now=now)
    [item] = bulks.items(session, made.id)
    assert item.issue_id == handed.id
    assert item.why is not None
    assert item.why.data["why"] == "other_way_round"


def test_many_are_called_spam_and_come_back(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    alone, pair = make.issue(), make.issue(make.mention(), make.mention())
    made = begun(session, "spam", [alone, pair], {}, cast.lina, now)
    work(session, now)
    assert states(session, made) == {alone.id: "done", pair.id: "refused"}
    assert session.get_one(Issue, alone.id).status == Status.DISMISSED
    bulk.undo(session, made.id, by=cast.lina, now=now)
    work(session, now)
    assert states(session, made)[alone.id] == "undone"
    assert session.get_one(Issue, alone.id).status == Status.TRIAGE


def test_many_get_another_kind(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    with pytest.raises(BadInput):
        bulk.preview(session, "kind", chosen(issue), {"becomes": "poem"}, by=cast.lina, now=now)
    made = begun(session, "kind", [issue], {"becomes": "bug"}, cast.lina, now)
    work(session, now)
    assert states(session, made) == {issue.id: "done"}
    assert session.get_one(Issue, issue.id).kind == "bug"


def test_who_left_does_nothing_more(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    made = begun(session, "dismiss", [issue], {"words": "Not about us."}, cast.lina, now)
    people.update_member(session, cast.lina.member_id, active=False)
    work(session, now)
    assert states(session, made) == {issue.id: "refused"}
    assert session.get_one(Issue, issue.id).status == Status.TRIAGE


def test_three_do_not_wait_for_three_thousand(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    long = begun(session, "note", [make.issue() for _ in range(4)], {"words": "Long."}, cast.lina, now)
    short = begun(session, "note", [make.issue()], {"words": "Short."}, cast.max, now)
    bulk.round(session, now, 2)
    session.refresh(short)
    session.refresh(long)
    assert (short.state, long.state) == ("done", "running")


def test_what_breaks_at_one_issue_stops_no_other(
    session: Session, make: Maker, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = make.issue(), make.issue()
    made = begun(session, "acknowledge", [one, other], {"words": "We hear you."}, cast.lina, now)
    rightly = move.acknowledge

    def breaks(session: Session, issue_id: int, **how: Any) -> Issue:
        if issue_id == one.id:
            raise ZeroDivisionError
        return rightly(session, issue_id, **how)

    monkeypatch.setattr(move, "acknowledge", breaks)
    work(session, now)
    assert states(session, made) == {one.id: "refused", other.id: "done"}
    assert session.get_one(BulkItem, (made.id, one.id)).why["key"] == "unexpected"


def test_nothing_ticked_and_too_much_are_refused(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(BadInput):
        bulk.preview(session, "note", [], {}, by=cast.lina, now=now)
    with pytest.raises(BadInput):
        bulk.preview(session, "note", [(one, 1) for one in range(bulk.LONGEST + 1)], {}, by=cast.lina, now=now)
    with pytest.raises(BadInput):
        bulk.preview(session, "resolve", [(1, 1)], {}, by=cast.lina, now=now)


@pytest.mark.parametrize(
    "refusal",
    [
        NotNow("merge", "triage", "target_closed", into=3),
        BadInput("until", "This issue can wait until %(most)s at the latest.", most="2026-11-21T09:00:00+00:00"),
        NoSuch("issue", 7),
        ReasonNeeded("dismiss"),
    ],
)
def test_a_refusal_can_be_kept(refusal: Any) -> None:
    back = again(plain(refusal))
    assert (type(back), back.data) == (type(refusal), refusal.data)
