"""Editions of the chart: what ships, what is published, what a draft would change."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import charts, people, route
from triage.flowchart import ChartError, read
from triage.models import FlowchartVersion, Issue, Notice, Verdict
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


def rows(run: charts.DryRun) -> dict[str, tuple[int, int]]:
    return {row.key: (row.before, row.after) for row in run.rows}


def test_a_dry_run_says_who_gains_and_loses_and_moves_nothing(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    routed(session, make, now, complaint=3, praise=2, bug=1, spam=2, chatter=4)

    def counts() -> list[Any]:
        return [session.scalar(select(func.count()).select_from(table)) for table in (Verdict, Issue, Notice)]

    before = counts()
    run = charts.dry_run(session, ALL_TO_CONTENT, since=now - timedelta(days=7), now=now)
    assert rows(run) == {
        "care": (3, 0), "content": (2, 10), "product": (1, 0), "unsure": (0, 0), "nobody": (6, 2),
        "nobody_eligible": (0, 0),
    }  # fmt: skip
    assert (run.mentions, run.changed, run.complete) == (12, 8, True)
    content = next(row for row in run.rows if row.key == "content")
    assert (content.name, content.change, content.went) == ("Content", 8, ())
    assert dict(content.came) == {"care": 3, "product": 1, "nobody": 4}
    assert len(content.examples) == 8
    assert counts() == before
    assert charts.current(session)[1] == read(charts.shipped())


def test_a_dry_run_names_who_would_reach_nobody(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    routed(session, make, now, complaint=2, praise=1)
    people.leave_department(session, cast.conor.member_id, cast.content.id)
    run = charts.dry_run(session, ALL_TO_CONTENT, since=now - timedelta(days=7), now=now)
    assert run.nobody_eligible == 3
    assert rows(run)["nobody_eligible"] == (1, 3)
    assert rows(run)["content"] == (0, 0)


def test_a_dry_run_reads_the_days_it_was_asked_for_and_no_more_than_its_limit(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    make.mention(
        kind="praise", kind_confidence=0.9, heard_at=now - timedelta(days=8), posted_at=now - timedelta(days=8)
    )
    routed(session, make, now, praise=3)
    week = {"since": now - timedelta(days=7), "now": now}
    assert charts.dry_run(session, ALL_TO_CONTENT, **week).mentions == 3
    some = charts.dry_run(session, ALL_TO_CONTENT, **week, limit=2)
    assert (some.mentions, some.complete) == (2, False)


def test_a_dry_run_of_a_bad_draft_says_what_to_mend(session: Session, cast: Cast, now: datetime) -> None:
    charts.ensure_shipped(session, now)
    with pytest.raises(ChartError, match="line 2"):
        charts.dry_run(session, ALL_TO_CONTENT.replace('"content"', '"legal"'), since=now, now=now)
