"""Editions of the flowchart: what ships, what is in force, and what was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triage import audit, people
from triage.flowchart import Assign, Chart, ChartError, Problem, check, read
from triage.models import FlowchartVersion, Member
from triage.refusals import NoSuch

SHIPPED = Path(__file__).parent / "flowchart.toml"
NOBODY_ELIGIBLE = "nobody_eligible"
LOCK = 0x4865617262_01  # one chart is published at a time


@dataclass(frozen=True, slots=True)
class Edition:
    """One published edition; `by` is empty for the chart that ships."""

    id: int
    source: str
    chart: Chart
    note: str
    published_at: datetime
    by_id: int | None
    by: str | None
    in_force: bool


def shipped() -> str:
    """Return the source of the chart that ships."""
    return SHIPPED.read_text(encoding="utf-8")


def ensure_shipped(session: Session, now: datetime) -> FlowchartVersion:
    """Return the edition in force; where there is none yet, put the one that ships in force first."""
    found = _newest(session)
    if found is None:
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        found = _newest(session) or _add(session, shipped(), "", None, now)
    return found


def problems(session: Session, source: str) -> list[Problem]:
    """Return everything to mend before this source may be published here; what cannot be read is one of them."""
    try:
        chart = read(source)
    except ChartError as trouble:
        return list(trouble.problems)
    return check(chart, [one.key for one in people.departments(session, enabled=True)])


def unattended(session: Session, chart: Chart) -> list[Problem]:
    """Return the steps that assign to a department where nobody is eligible: a warning, not a reason to refuse."""
    found = []
    attended = eligible(session)
    for step in chart.steps.values():
        place = attended.get(step.to) if isinstance(step, Assign) else True
        if isinstance(step, Assign) and place is False:
            sentence = (
                f'Nobody works in "{step.to}", so nobody would be told. Add a member, or choose another department.'
            )
            found.append(Problem(step.line, step.name, "no_members", sentence, {"name": step.to}))
    return found


def publish(session: Session, source: str, *, note: str = "", by: int | None, now: datetime) -> FlowchartVersion:
    """Put a chart in force from now on; raise `ChartError` with everything that is wrong with it.

    `by` is the member who publishes. Verdicts that stand keep the edition that judged them.
    """
    wrong = problems(session, source)
    if wrong:
        raise ChartError(wrong)
    before = _newest(session)
    made = _add(session, source, note, by, now)
    audit.write(
        session, what="published", subject="flowchart", subject_id=made.id, name=made.note, by_id=by, now=now,
        said={"version": before.id if before else None}, becomes={"version": made.id},
    )  # fmt: skip
    return made


def current(session: Session) -> tuple[int, Chart]:
    """Return the number and the chart in force; raise `NoSuch` before the first."""
    found = _newest(session)
    if found is None:
        raise NoSuch("flowchart", "current")
    return found.id, chart_of(found.source)


def edition(session: Session, version: int) -> Edition:
    """Return one edition; raise `NoSuch`."""
    found = session.get(FlowchartVersion, version)
    if found is None:
        raise NoSuch("flowchart", version)
    return _editions(session, [found])[0]


def versions(session: Session, limit: int = 50, before: int | None = None) -> tuple[Edition, ...]:
    """Return the editions, newest first; `before` is the last id of the page above."""
    wanted = select(FlowchartVersion).order_by(FlowchartVersion.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(FlowchartVersion.id < before)
    return tuple(_editions(session, session.scalars(wanted).all()))


def charts(session: Session, numbers: Sequence[int]) -> dict[int, Chart]:
    """Return the charts of some editions by their numbers."""
    wanted = select(FlowchartVersion).where(FlowchartVersion.id.in_(sorted(set(numbers))))
    return {row.id: chart_of(row.source) for row in session.scalars(wanted)} if numbers else {}


def eligible(session: Session) -> dict[str, bool]:
    """Return of each department, by key, whether somebody there can be given work."""
    departments = people.departments(session)
    able = people.eligible_in(session, departments)
    return {one.key: bool(able[one.id]) for one in departments}


def _newest(session: Session) -> FlowchartVersion | None:
    return session.scalars(select(FlowchartVersion).order_by(FlowchartVersion.id.desc()).limit(1)).one_or_none()


def _add(session: Session, source: str, note: str, by: int | None, now: datetime) -> FlowchartVersion:
    row = FlowchartVersion(source=source, note=note.strip(), published_at=now, published_by=by)
    session.add(row)
    session.flush()
    return row


def _editions(session: Session, rows: Sequence[FlowchartVersion]) -> list[Edition]:
    newest = session.scalar(select(func.max(FlowchartVersion.id)))
    members = {row.published_by for row in rows if row.published_by is not None}
    names: dict[int, str] = {
        row.id: row.name for row in session.execute(select(Member.id, Member.name).where(Member.id.in_(members)))
    }
    return [
        Edition(row.id, row.source, chart_of(row.source), row.note, row.published_at, row.published_by,
                names.get(row.published_by or 0), row.id == newest)
        for row in rows
    ]  # fmt: skip


@lru_cache(maxsize=32)
def chart_of(source: str) -> Chart:
    """Return the chart of a source that can be read; an edition never changes, so it is read once in a process."""
    return read(source)
