"""Editions of the flowchart: what ships, what is in force, what was, and what a draft would change."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener.models import Mention
from triage import people
from triage.facts import Facts, again, never_on_a_clock
from triage.flowchart import NOBODY, UNSURE, Assign, Chart, ChartError, Problem, check, decide, read
from triage.models import FlowchartVersion, Member, Verdict
from triage.refusals import NoSuch

SHIPPED = Path(__file__).parent / "flowchart.toml"
NOBODY_ELIGIBLE = "nobody_eligible"
EXAMPLES = 10
_LOCK = 0x4865617262_01  # one process ships the first chart


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


@dataclass(frozen=True, slots=True)
class DryRow:
    """Who gains and who loses: `key` is a department's key, `unsure`, `nobody` or `nobody_eligible`.

    `came` and `went` say from whom and to whom, as (key, count), the most first; `examples` are ids of mentions that
    come here or leave from here.
    """

    key: str
    name: str
    before: int
    after: int
    came: tuple[tuple[str, int], ...]
    went: tuple[tuple[str, int], ...]
    examples: tuple[int, ...]

    @property
    def change(self) -> int:
        """How many more (or, below nought, fewer) it would be."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a draft would have said of the mentions since `since`. Nothing was moved and nobody was told.

    `complete` is false when there were more than the limit, and only the newest were read.
    """

    since: datetime
    mentions: int
    changed: int
    rows: tuple[DryRow, ...]
    complete: bool

    @property
    def nobody_eligible(self) -> int:
        """How many would reach a department where nobody works."""
        return next((row.after for row in self.rows if row.key == NOBODY_ELIGIBLE), 0)


def shipped() -> str:
    """Return the source of the chart that ships."""
    return SHIPPED.read_text(encoding="utf-8")


def ensure_shipped(session: Session, now: datetime) -> FlowchartVersion:
    """Return the edition in force; where there is none yet, put the one that ships in force first."""
    found = _newest(session)
    if found is None:
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
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
    for step in chart.steps.values():
        place = _eligible(session).get(step.to) if isinstance(step, Assign) else True
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
    return _add(session, source, note, by, now)


def current(session: Session) -> tuple[int, Chart]:
    """Return the number and the chart in force; raise `NoSuch` before the first."""
    found = _newest(session)
    if found is None:
        raise NoSuch("flowchart", "current")
    return found.id, _read(found.source)


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
    return {row.id: _read(row.source) for row in session.scalars(wanted)} if numbers else {}


def dry_run(session: Session, source: str, *, since: datetime, now: datetime, limit: int = 50_000) -> DryRun:
    """Say what a draft would change, on the facts kept with the verdicts of mentions heard since `since`.

    Both charts judge the same facts, so that a chart published in between changes nothing here. A fact the verdicts of
    an older release did not keep has its default. Raise `ChartError` where the draft cannot be read or is not sound.
    """
    draft = read(source)
    keys = [one.key for one in people.departments(session)]
    wrong = check(draft, keys)
    if wrong:
        raise ChartError(wrong)
    _, chart = current(session)
    eligible = _eligible(session)
    flows: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[int]] = {}
    read_so_far = 0
    for mention_id, facts in _judged(session, since, now, limit + 1):
        read_so_far += 1
        if read_so_far > limit:
            continue  # the one beyond the limit only says that there was more
        flow = _whereto(chart, facts, eligible), _whereto(draft, facts, eligible)
        flows[flow] += 1
        if flow[0] != flow[1] and len(examples.setdefault(flow, [])) < EXAMPLES:
            examples[flow].append(mention_id)
    names = {one.key: one.name for one in people.departments(session)}
    order = [*keys, UNSURE, NOBODY, NOBODY_ELIGIBLE]
    return DryRun(
        since=since,
        mentions=min(read_so_far, limit),
        changed=sum(count for (before, after), count in flows.items() if before != after),
        rows=tuple(_row(key, names.get(key, ""), flows, examples) for key in order),
        complete=read_so_far <= limit,
    )


def _row(
    key: str, name: str, flows: Counter[tuple[str, str]], examples: Mapping[tuple[str, str], Sequence[int]]
) -> DryRow:
    came = Counter({before: n for (before, after), n in flows.items() if after == key != before})
    went = Counter({after: n for (before, after), n in flows.items() if before == key != after})
    touched = [number for flow, ids in examples.items() if key in flow for number in ids]
    return DryRow(
        key=key,
        name=name,
        before=sum(n for (before, _), n in flows.items() if before == key),
        after=sum(n for (_, after), n in flows.items() if after == key),
        came=tuple(came.most_common()),
        went=tuple(went.most_common()),
        examples=tuple(touched[:EXAMPLES]),
    )


def _whereto(chart: Chart, facts: Facts, eligible: Mapping[str, bool]) -> str:
    if never_on_a_clock(facts):
        return NOBODY
    decision = decide(chart, facts)
    if decision.department is None:
        return decision.outcome
    return decision.department if eligible.get(decision.department) else NOBODY_ELIGIBLE


def _judged(session: Session, since: datetime, now: datetime, limit: int) -> Iterator[tuple[int, Facts]]:
    wanted = (
        select(Verdict.mention_id, Verdict.facts)
        .join(Mention, Mention.id == Verdict.mention_id)
        .where(Verdict.is_current, Mention.heard_at >= since, Mention.heard_at <= now)
        .order_by(Mention.id.desc())
        .limit(limit)
        .execution_options(yield_per=1000)
    )
    for mention_id, facts in session.execute(wanted):
        if facts:  # a verdict in trouble kept none: a listener decides, whatever the chart says
            yield mention_id, again(facts)


def _eligible(session: Session) -> dict[str, bool]:
    return {one.key: bool(people.eligible(session, one.id)) for one in people.departments(session)}


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
        Edition(row.id, row.source, _read(row.source), row.note, row.published_at, row.published_by,
                names.get(row.published_by or 0), row.id == newest)
        for row in rows
    ]  # fmt: skip


@lru_cache(maxsize=32)
def _read(source: str) -> Chart:
    # an edition never changes, so that it is read once in a process
    return read(source)
