"""Editions of the chart: what ships, what is published, who is told that something is wrong."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import charts, people, route
from triage.flowchart import ChartError, read
from triage.models import FlowchartVersion
from triage.refusals import NoSuch

ALL_TO_CONTENT = 'start = "c"\n[steps.c]\ntitle = "Content"\nassign = "content"\n'


def routed(session: Session, make: Maker, now: datetime, **kinds: int) -> None:
    for kind, number in kinds.items():
        for _ in range(number):
            make.mention(kind=kind, kind_confidence=0.9, mood="neutral")
    route.round(session, now)


def test_the_chart_that_ships_is_in_force_once(session: Session, cast: Cast, now: datetime) -> None:
    first, second = charts.ensure_shipped(session, now), charts.ensure_shipped(session, now)
    assert first.id == second.id
    version, chart = charts.current(session)
    assert (version, chart) == (first.id, read(charts.shipped()))
    assert charts.problems(session, charts.shipped()) == []
    assert session.scalar(select(func.count()).select_from(FlowchartVersion)) == 1


def test_before_the_first_there_is_no_chart(session: Session) -> None:
    with pytest.raises(NoSuch):
        charts.current(session)


def test_a_published_chart_is_in_force_and_says_who_and_why(session: Session, cast: Cast, now: datetime) -> None:
    old = charts.ensure_shipped(session, now)
    later = now + timedelta(hours=1)
    new = charts.publish(session, ALL_TO_CONTENT, note=" Try it. ", by=cast.ada.member_id, now=later)
    assert charts.current(session)[0] == new.id
    edition = charts.edition(session, new.id)
    assert (edition.note, edition.by, edition.published_at, edition.in_force) == ("Try it.", "Ada", later, True)
    assert not charts.edition(session, old.id).in_force
    assert charts.edition(session, old.id).by is None
    assert [one.id for one in charts.versions(session)] == [new.id, old.id]
    assert [one.id for one in charts.versions(session, before=new.id)] == [old.id]


@pytest.mark.parametrize(
    ("source", "line"),
    [("start = ", 1), (ALL_TO_CONTENT.replace('"content"', '"legal"'), 2)],
)
def test_a_chart_with_something_to_mend_is_not_published(
    session: Session, cast: Cast, now: datetime, source: str, line: int
) -> None:
    before = charts.ensure_shipped(session, now)
    with pytest.raises(ChartError) as caught:
        charts.publish(session, source, by=cast.ada.member_id, now=now)
    assert caught.value.line == line
    assert [problem.line for problem in charts.problems(session, source)] == [line]
    assert charts.current(session)[0] == before.id


def test_a_department_closed_is_no_department_for_a_new_chart(session: Session, cast: Cast, now: datetime) -> None:
    people.update_department(session, cast.content.id, enabled=False)
    (problem,) = charts.problems(session, ALL_TO_CONTENT)
    assert problem.key == "unknown_department"


def test_a_department_without_members_is_a_warning(session: Session, cast: Cast, now: datetime) -> None:
    chart = read(ALL_TO_CONTENT)
    assert charts.unattended(session, chart) == []
    people.leave_department(session, cast.conor.member_id, cast.content.id)
    (problem,) = charts.unattended(session, chart)
    assert (problem.key, problem.step, problem.line) == ("no_members", "c", 2)
    assert charts.problems(session, ALL_TO_CONTENT) == []
