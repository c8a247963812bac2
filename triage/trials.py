"""A draft tried on what was heard: who would gain and who would lose. Nothing is moved and nobody is told."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.models import Mention
from triage import charts, people
from triage.charts import NOBODY_ELIGIBLE
from triage.facts import Facts, again, never_on_a_clock
from triage.flowchart import NOBODY, UNSURE, Chart, ChartError, check, decide, read
from triage.models import Verdict

MOST = 50_000  # mentions one trial reads
BATCH = 2_000  # mentions one transaction reads
EXAMPLES = 50

Opening = Callable[[], AbstractContextManager[Session]]
Flow = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DryFlow:
    """How many mentions go from one place to another, with ids of the newest of them."""

    before: str
    after: str
    mentions: int
    examples: tuple[int, ...]


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
    """What a draft would have said of the mentions since `since`.

    `complete` is false when there were more than the limit, and only the newest were read.
    """

    since: datetime
    mentions: int
    changed: int
    rows: tuple[DryRow, ...]
    flows: tuple[DryFlow, ...]
    complete: bool

    @property
    def nobody_eligible(self) -> int:
        """How many would reach a department where nobody works."""
        return next((row.after for row in self.rows if row.key == NOBODY_ELIGIBLE), 0)

    def flow(self, before: str, after: str) -> DryFlow:
        """Return what goes from one place to another; nothing where nothing does."""
        found = (flow for flow in self.flows if (flow.before, flow.after) == (before, after))
        return next(found, DryFlow(before, after, 0, ()))


def run(opening: Opening, source: str, *, since: datetime, now: datetime, most: int = MOST) -> DryRun:
    """Say what a draft would change, on the facts kept with the verdicts of mentions heard since `since`.

    Both charts judge the same facts, so that a chart published in between changes nothing here. A fact the verdicts of
    an older release did not keep has its default. It reads in batches, each in a transaction of its own, for a month
    of mentions takes seconds. Raise `ChartError` where the draft cannot be read or is not sound.
    """
    draft = read(source)
    with opening() as session:
        departments = people.departments(session)
        wrong = check(draft, [one.key for one in departments])
        if wrong:
            raise ChartError(wrong)
        _, chart = charts.current(session)
        eligible = charts.eligible(session)
    counted: Counter[Flow] = Counter()
    examples: dict[Flow, list[int]] = {}
    seen = 0
    for mention_id, facts in _judged(opening, since, now, most + 1):
        seen += 1
        if seen > most:
            break  # the one beyond the limit only says that there was more
        flow = whereto(chart, facts, eligible), whereto(draft, facts, eligible)
        counted[flow] += 1
        if flow[0] != flow[1] and len(examples.setdefault(flow, [])) < EXAMPLES:
            examples[flow].append(mention_id)
    changed = {flow: count for flow, count in counted.most_common() if flow[0] != flow[1]}
    names = {one.key: one.name for one in departments}
    order = (*names, UNSURE, NOBODY, NOBODY_ELIGIBLE)
    return DryRun(
        since=since,
        mentions=min(seen, most),
        changed=sum(changed.values()),
        rows=tuple(_row(key, names.get(key, ""), counted, examples) for key in order),
        flows=tuple(DryFlow(*flow, count, tuple(examples[flow])) for flow, count in changed.items()),
        complete=seen <= most,
    )


def whereto(chart: Chart, facts: Facts, eligible: Mapping[str, bool]) -> str:
    """Return where a chart sends facts: a department's key, `unsure`, `nobody` or `nobody_eligible`."""
    if never_on_a_clock(facts):
        return NOBODY
    decision = decide(chart, facts)
    if decision.department is None:
        return decision.outcome
    return decision.department if eligible.get(decision.department) else NOBODY_ELIGIBLE


def _row(key: str, name: str, counted: Counter[Flow], examples: Mapping[Flow, Sequence[int]]) -> DryRow:
    came = Counter({before: n for (before, after), n in counted.items() if after == key != before})
    went = Counter({after: n for (before, after), n in counted.items() if before == key != after})
    touched = [number for flow, ids in examples.items() if key in flow for number in ids]
    return DryRow(
        key=key,
        name=name,
        before=sum(n for (before, _), n in counted.items() if before == key),
        after=sum(n for (_, after), n in counted.items() if after == key),
        came=tuple(came.most_common()),
        went=tuple(went.most_common()),
        examples=tuple(touched[:10]),
    )


def _judged(opening: Opening, since: datetime, now: datetime, most: int) -> Iterator[tuple[int, Facts]]:
    before: int | None = None
    while most > 0:
        wanted = (
            select(Verdict.mention_id, Verdict.facts)
            .join(Mention, Mention.id == Verdict.mention_id)
            .where(Verdict.is_current, Mention.heard_at >= since, Mention.heard_at <= now)
            .order_by(Mention.id.desc())
            .limit(min(BATCH, most))
        )
        with opening() as session:
            rows = session.execute(wanted if before is None else wanted.where(Mention.id < before)).all()
        for mention_id, facts in rows:
            if facts:  # a verdict in trouble kept none: a listener decides, whatever the chart says
                yield mention_id, again(facts)
        if len(rows) < BATCH:
            return
        most -= len(rows)
        before = rows[-1].mention_id
