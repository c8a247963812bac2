"""What the chart in force says of one mention, whatever happens on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from listener.kinds import Kind
from triage import charts, people
from triage.backlog import Waiting
from triage.facts import Facts, never_on_a_clock, of
from triage.flowchart import NOBODY, UNSURE, Chart, Decision, decide


@dataclass(frozen=True, slots=True)
class Judged:
    """One mention with its verdict, before it is written."""

    mention: Waiting
    facts: Facts | None  # None: they could not be computed
    outcome: str
    department_id: int | None
    path: list[dict[str, Any]]
    barred: bool = False  # never on a clock, and never part of a matter

    @property
    def row(self) -> Any:
        """The mention's own columns, by name."""
        return self.mention.row

    @property
    def routed(self) -> bool:
        """Somebody must look at it."""
        return self.outcome != NOBODY


@dataclass(frozen=True, slots=True)
class Fate:
    """What a chart makes of facts here: its outcome, the department, and the path it walked as a verdict keeps it."""

    outcome: str  # "assign" | "unsure" | "nobody" | "nobody_eligible"
    department_id: int | None
    path: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """A department a chart may name."""

    id: int
    name: str
    attended: bool  # somebody there is eligible


def places(session: Session) -> dict[str, Place]:
    """Return the departments by key."""
    departments = people.departments(session)
    able = people.eligible_in(session, departments)
    return {one.key: Place(one.id, one.name, bool(able[one.id])) for one in departments}


def judge(chart: Chart, one: Waiting, places: Mapping[str, Place]) -> Judged:
    """Follow the chart for one mention. Never raises: what cannot be judged waits for a listener and says why."""
    row = one.row
    try:
        facts = of(one.view(), one.author, one.topics, one.in_spike)
        fate = follow(chart, facts, places)
    except Exception as trouble:
        # one bad mention never stops the round
        barred = row.is_ours or row.is_history or row.is_repost
        path = [{"trouble": f"{type(trouble).__name__}: {trouble}"[:500]}]
        return Judged(one, None, NOBODY if barred else UNSURE, None, path, barred)
    # somebody who passes a post on belongs to its matter; spam, our own posts and the past belong to none
    barred = facts.is_ours or facts.is_history or facts.kind == Kind.SPAM
    return Judged(one, facts, fate.outcome, fate.department_id, fate.path, barred)


def follow(chart: Chart, facts: Facts, places: Mapping[str, Place]) -> Fate:
    """Follow a chart with facts, and say what becomes of them; raise `ChartError` where a chart is not sound."""
    decision = decide(chart, facts)
    path = _path(decision)
    if never_on_a_clock(facts):
        if decision.outcome != NOBODY:
            path.append({"rule": "never_on_a_clock"})
        return Fate(NOBODY, None, path)
    if decision.department is None:
        return Fate(decision.outcome, None, path)
    place = places.get(decision.department)
    outcome = "assign" if place and place.attended else charts.NOBODY_ELIGIBLE
    return Fate(outcome, place.id if place else None, path)


def _path(decision: Decision) -> list[dict[str, Any]]:
    asked = [
        {
            "step": step.step,
            "fact": step.fact,
            "value": list(step.value) if isinstance(step.value, tuple) else step.value,
            "test": step.test,
            "answer": step.answer,
        }
        for step in decision.path
    ]
    return [*asked, {"end": decision.step}]
