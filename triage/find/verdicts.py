"""What the chart said of mentions, with the titles of the edition that said it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage import charts
from triage.find.cards import DepartmentName, VerdictView
from triage.flowchart import Chart, PathStep
from triage.models import Department, Verdict


def verdicts(session: Session, mention_ids: Iterable[int]) -> dict[int, VerdictView]:
    """Return the verdict that stands for each of the mentions that have one."""
    ids = sorted(set(mention_ids))
    if not ids:
        return {}
    rows = session.scalars(select(Verdict).where(Verdict.mention_id.in_(ids), Verdict.is_current)).all()
    editions = charts.charts(session, [row.chart_version for row in rows])
    places = {one.id: DepartmentName(one.id, one.key, one.name) for one in session.scalars(select(Department))}
    return {row.mention_id: _verdict(row, editions[row.chart_version], places) for row in rows}


def _verdict(row: Verdict, chart: Chart, places: Mapping[int, DepartmentName]) -> VerdictView:
    said = {name: line[name] for line in row.path for name in ("end", "trouble", "rule") if name in line}
    end = chart.steps.get(said.get("end", ""))
    return VerdictView(
        id=row.id,
        mention_id=row.mention_id,
        chart_version=row.chart_version,
        outcome=row.outcome,
        department=places.get(row.department_id or 0),
        path=tuple(_step(line, chart) for line in row.path if "step" in line),
        end=end.name if end else "",
        end_title=end.title if end else {},
        trouble=said.get("trouble"),
        rule=said.get("rule"),
        facts=row.facts,
        joined_by=row.joined_by,
        issue_id=row.issue_id,
        at=row.at,
    )


def _step(line: Mapping[str, Any], chart: Chart) -> PathStep:
    step = chart.steps.get(line["step"])
    wanted = getattr(step, "value", None)
    title = step.title if step else {}
    return PathStep(line["step"], line["fact"], line["value"], line["test"], line["answer"], title, wanted)
