"""Open issues follow a new chart by choice: only those nobody touched, in batches, and never twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from tests.triage.test_charts import ALL_TO_CONTENT, routed
from triage import charts, move, people, presence, rerouting
from triage.flowchart import read
from triage.models import Issue, Lane, Move, Notice, Reroute, Verdict
from triage.refusals import BadInput

ALL_TO_NOBODY = 'start = "n"\n[steps.n]\nassign = "nobody"\n'


def preview(session: Session, source: str, now: datetime) -> rerouting.Preview:
    @contextmanager
    def opening() -> Iterator[Session]:
        yield session

    return rerouting.preview(opening, read(source), now)


def published(session: Session, cast: Cast, now: datetime, source: str = ALL_TO_CONTENT) -> int:
    return charts.publish(session, source, by=cast.ada.member_id, now=now).id


def test_a_preview_counts_who_would_change_hands_and_moves_nothing(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    routed(session, make, now, complaint=3, praise=2, bug=1)
    before = session.scalar(select(func.count()).select_from(Move))
    seen = preview(session, ALL_TO_CONTENT, now)
    assert (seen.untouched, seen.moved, seen.stay) == (6, 4, 0)
    assert {(flow.before, flow.after): flow.issues for flow in seen.flows} == {
        ("care", "content"): 3, ("product", "content"): 1,
    }  # fmt: skip
    assert session.scalar(select(func.count()).select_from(Move)) == before
    assert preview(session, ALL_TO_NOBODY, now).stay == 6


def test_issues_follow_the_edition_with_a_move_and_a_verdict_of_their_own(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    routed(session, make, now, complaint=2, praise=1)
    version = published(session, cast, now)
    asked = rerouting.ask(session, version, by=cast.ada, now=now)
    assert rerouting.ask(session, version, by=cast.max, now=now).id == asked.id
    assert rerouting.round(session, now) == 3
    (row,) = rerouting.reroutes(session)
    assert (row.moved, row.stayed, row.finished_at, row.by) == (2, 0, now, "Ada")
    issues = session.scalars(select(Issue)).all()
    assert {issue.department_id for issue in issues} == {cast.content.id}
    assert {issue.routed_by for issue in issues} == {"chart"}
    moved = session.scalars(select(Move).where(Move.sort == "rerouted")).all()
    assert len(moved) == 2
    assert moved[0].data == {
        "version": version, "department": "Content", "department_id": cast.content.id, "outcome": "assign",
    }  # fmt: skip
    current = session.scalars(select(Verdict).where(Verdict.is_current, Verdict.chart_version == version)).all()
    assert len(current) == 2
    assert rerouting.round(session, now) == 0


Touch = Callable[[Session, Issue, Cast, datetime], object]


@pytest.mark.parametrize(
    "touch",
    [
        lambda session, issue, cast, now: move.acknowledge(
            session, issue.id, words="Thank you.", by=cast.lina, seen=issue.version, now=now
        ),
        lambda session, issue, cast, now: move.hand_over(
            session, issue.id, cast.product.id, by=cast.lina, seen=issue.version, now=now
        ),
        lambda session, issue, cast, now: presence.attend(session, issue.id, "writing", by=cast.lina, now=now),
        lambda session, issue, cast, now: setattr(issue, "routed_by", "person"),
        lambda session, issue, cast, now: move.dismiss(
            session, issue.id, words="Not ours.", by=cast.lina, seen=issue.version, now=now
        ),
    ],
    ids=["acknowledged", "handed over", "being answered", "routed by a person", "dismissed"],
)
def test_what_a_person_touched_stays(session: Session, make: Maker, cast: Cast, now: datetime, touch: Touch) -> None:
    routed(session, make, now, complaint=1)
    issue = session.scalars(select(Issue)).one()
    touch(session, issue, cast, now)
    session.flush()
    department = issue.department_id
    version = published(session, cast, now)
    assert preview(session, ALL_TO_CONTENT, now).untouched == 0
    rerouting.ask(session, version, by=cast.ada, now=now)
    rerouting.round(session, now)
    session.refresh(issue)
    assert issue.department_id == department


def test_what_the_chart_gives_to_nobody_stays_for_a_person_to_dismiss(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    routed(session, make, now, complaint=1)
    rerouting.ask(session, published(session, cast, now, ALL_TO_NOBODY), by=cast.ada, now=now)
    rerouting.round(session, now)
    issue = session.scalars(select(Issue)).one()
    assert (issue.status, issue.department_id) == ("triage", cast.care.id)
    assert rerouting.reroutes(session)[0].stayed == 1


def test_it_goes_on_where_it_stopped(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    routed(session, make, now, complaint=5)
    rerouting.ask(session, published(session, cast, now), by=cast.ada, now=now)
    assert [rerouting.round(session, now, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert rerouting.reroutes(session)[0].moved == 5
    assert session.scalar(select(func.count()).select_from(Move).where(Move.sort == "rerouted")) == 5


def test_an_edition_that_was_replaced_reroutes_nothing_more(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    routed(session, make, now, complaint=1)
    version = published(session, cast, now)
    rerouting.ask(session, version, by=cast.ada, now=now)
    published(session, cast, now + timedelta(minutes=1), charts.shipped())
    assert rerouting.round(session, now) == 0
    assert session.scalars(select(Reroute)).one().finished_at == now
    with pytest.raises(BadInput, match="in force"):
        rerouting.ask(session, version, by=cast.ada, now=now)


def test_managers_are_told_where_nobody_is_eligible(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    routed(session, make, now, complaint=1)
    people.leave_department(session, cast.conor.member_id, cast.content.id)
    rerouting.ask(session, published(session, cast, now), by=cast.ada, now=now)
    rerouting.round(session, now)
    assert session.scalars(select(Issue)).one().lane == Lane.NOBODY
    assert session.scalar(select(func.count()).select_from(Notice).where(Notice.reason == "nobody_eligible"))
