"""Drafts of the chart: several people change one, of two at once one is first, every change can be taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast
from triage import charts, drafting
from triage.flowchart import Ask, ChartError, read
from triage.flowchart.editing import add, put, remove
from triage.flowchart.writing import same
from triage.models import Audit
from triage.refusals import BadInput, NoSuch, SomeoneWasFaster

FAN = Ask("fan", 0, {"en": "A known fan?"}, "author_positive", "at_least", 3, "care")


@pytest.fixture
def number(session: Session, cast: Cast, now: datetime) -> int:
    charts.ensure_shipped(session, now)
    return drafting.begin(session, by=cast.lina, now=now).id


def test_a_draft_begins_as_the_chart_in_force_and_touches_it_never(
    session: Session, cast: Cast, now: datetime, number: int
) -> None:
    draft = drafting.draft(session, number)
    assert (draft.source, draft.by, draft.changed_by, draft.steps_back) == (charts.shipped(), "Lina", "Lina", 0)
    drafting.change(session, number, add(draft.chart, FAN, "praise"), by=cast.max, seen=1, now=now)
    changed = drafting.draft(session, number)
    assert (changed.version, changed.by, changed.changed_by, changed.steps_back) == (2, "Lina", "Max", 1)
    assert "fan" in changed.chart.steps
    assert "# 7. Praise is thanked by content" in changed.source
    assert same(charts.current(session)[1], read(charts.shipped()))


def test_of_two_who_change_a_draft_one_is_first(session: Session, cast: Cast, now: datetime, number: int) -> None:
    chart = drafting.draft(session, number).chart
    drafting.change(session, number, remove(chart, "idea"), by=cast.max, seen=1, now=now)
    acts: tuple[Callable[[], object], ...] = (
        lambda: drafting.change(session, number, remove(chart, "bug"), by=cast.ada, seen=1, now=now),
        lambda: drafting.undo(session, number, by=cast.ada, seen=1, now=now),
        lambda: drafting.discard(session, number, seen=1),
        lambda: drafting.rewrite(session, number, "", by=cast.ada, seen=1, now=now),
    )
    for act in acts:
        with pytest.raises(SomeoneWasFaster) as caught:
            act()
        assert (caught.value.data["by"], caught.value.data["move"]) == ("Max", "changed")


def test_changes_are_taken_back_one_by_one(session: Session, cast: Cast, now: datetime, number: int) -> None:
    for step, name in enumerate(("idea", "bug", "rival"), 1):
        chart = drafting.draft(session, number).chart
        drafting.change(session, number, remove(chart, name), by=cast.ada, seen=step, now=now)
    drafting.undo(session, number, by=cast.ada, seen=4, now=now)
    assert "rival" in drafting.draft(session, number).chart.steps
    drafting.undo(session, number, by=cast.ada, seen=5, now=now)
    drafting.undo(session, number, by=cast.ada, seen=6, now=now)
    assert drafting.draft(session, number).source == charts.shipped()
    with pytest.raises(BadInput, match="nothing to take back"):
        drafting.undo(session, number, by=cast.ada, seen=7, now=now)


def test_what_changes_nothing_is_no_change(session: Session, cast: Cast, now: datetime, number: int) -> None:
    drafting.change(session, number, drafting.draft(session, number).chart, by=cast.ada, seen=1, now=now)
    assert drafting.draft(session, number).version == 1


def test_only_so_many_changes_are_remembered(session: Session, cast: Cast, now: datetime, number: int) -> None:
    for seen in range(1, drafting.MOST_PAST + 4):
        source = f"# {seen}\n{charts.shipped()}"
        drafting.rewrite(session, number, source, by=cast.ada, seen=seen, now=now)
    assert drafting.draft(session, number).steps_back == drafting.MOST_PAST


def test_text_that_is_no_chart_is_refused_with_its_line(
    session: Session, cast: Cast, now: datetime, number: int
) -> None:
    with pytest.raises(ChartError, match="line 1"):
        drafting.rewrite(session, number, "start = ", by=cast.ada, seen=1, now=now)
    with pytest.raises(BadInput):
        drafting.rewrite(session, number, "#" * 200_001, by=cast.ada, seen=1, now=now)


def test_a_name_and_the_list_of_drafts(session: Session, cast: Cast, now: datetime, number: int) -> None:
    later = now + timedelta(minutes=1)
    other = drafting.begin(session, by=cast.max, now=later, name="  Leads \n to content ")
    assert [one.name for one in drafting.drafts(session)] == ["Leads to content", ""]
    drafting.rename(session, other.id, "Leads", by=cast.max, seen=1, now=later)
    assert drafting.draft(session, other.id).name == "Leads"
    drafting.discard(session, other.id, seen=2)
    assert [one.id for one in drafting.drafts(session)] == [number]
    with pytest.raises(NoSuch):
        drafting.draft(session, other.id)


def test_publishing_ends_the_draft_and_is_written_down(
    session: Session, cast: Cast, now: datetime, number: int
) -> None:
    old = charts.current(session)[0]
    draft = drafting.draft(session, number)
    drafting.change(session, number, remove(draft.chart, "idea"), by=cast.max, seen=1, now=now)
    made = drafting.publish(session, number, note="No ideas.", instead_of=old, by=cast.ada, seen=2, now=now)
    assert charts.current(session)[0] == made.id
    assert drafting.drafts(session) == ()
    audit = session.scalars(select(Audit).where(Audit.subject == "flowchart").order_by(Audit.id.desc())).first()
    assert audit is not None
    assert (audit.what, audit.subject_id, audit.name, audit.by_id) == (
        "published", made.id, "No ideas.", cast.ada.member_id,
    )  # fmt: skip
    assert (audit.said, audit.becomes) == ({"version": old}, {"version": made.id})


def test_a_draft_with_something_to_mend_stays_a_draft(session: Session, cast: Cast, now: datetime, number: int) -> None:
    chart = drafting.draft(session, number).chart
    step = chart.steps["idea"]
    assert isinstance(step, Ask)
    drafting.change(session, number, put(chart, replace(step, yes="")), by=cast.ada, seen=1, now=now)
    with pytest.raises(ChartError):
        drafting.publish(session, number, note="", instead_of=charts.current(session)[0], by=cast.ada, seen=2, now=now)
    assert drafting.draft(session, number).version == 2


def test_nobody_publishes_over_a_chart_they_have_not_seen(
    session: Session, cast: Cast, now: datetime, number: int
) -> None:
    old = charts.current(session)[0]
    newer = charts.publish(session, charts.shipped() + "# newer\n", note="", by=cast.max.member_id, now=now)
    with pytest.raises(SomeoneWasFaster) as caught:
        drafting.publish(session, number, note="", instead_of=old, by=cast.ada, seen=1, now=now)
    assert (caught.value.data["by"], caught.value.data["version"]) == ("Max", newer.id)
    drafting.publish(session, number, note="", instead_of=newer.id, by=cast.ada, seen=1, now=now)


def test_an_older_edition_comes_back_by_a_draft(session: Session, cast: Cast, now: datetime, number: int) -> None:
    old = charts.current(session)[0]
    charts.publish(session, 'start = "c"\n[steps.c]\nassign = "content"\n', by=cast.ada.member_id, now=now)
    draft = drafting.draft(session, drafting.begin(session, by=cast.ada, now=now, version=old).id)
    assert draft.source == charts.shipped()
    assert draft.base_id == charts.current(session)[0]
