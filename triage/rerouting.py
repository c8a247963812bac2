"""Open issues follow a new edition of the chart: only by somebody's choice, and never over a person's decision."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, insert, select, update
from sqlalchemy.orm import Session

from triage import backlog, charts, notify, people, route
from triage.charts import NOBODY_ELIGIBLE
from triage.facts import again
from triage.flowchart import NOBODY, UNSURE, Chart
from triage.judging import Fate, Judged, Place, follow, places
from triage.models import Doing, Issue, Lane, Member, Presence, Reroute, Status, Verdict
from triage.opening import lane_of
from triage.refusals import BadInput, NoSuch
from triage.rights import Actor
from triage.turn import turn

MOST = 20_000  # issues a preview reads
BATCH = 2_000  # issues one of its transactions reads
EXAMPLES = 20

Opening = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class RerouteFlow:
    """How many open issues would go from one place to another (keys as a trial has them), with ids of some."""

    before: str
    after: str
    issues: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What re-routing would do: of `untouched` open issues `moved` change hands.

    `stay` would be nobody's matter; they stay where they are, for only a person may dismiss them.
    """

    untouched: int
    moved: int
    stay: int
    flows: tuple[RerouteFlow, ...]


@dataclass(frozen=True, slots=True)
class RerouteView:
    """One re-routing: of which edition, by whom, how far it is."""

    id: int
    chart_version: int
    by: str | None
    asked_at: datetime
    finished_at: datetime | None
    moved: int
    stayed: int


def preview(opening: Opening, chart: Chart, now: datetime, most: int = MOST) -> Preview:
    """Say which open issues nobody has touched would change hands. Reads in batches; moves nothing.

    An issue is untouched while nobody acknowledged it, handed it over, took it or routed it, and nobody is writing.
    """
    counted: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[int]] = {}
    untouched, upto = 0, 0
    with opening() as session:
        known = places(session)
    keys = {place.id: key for key, place in known.items()}
    while untouched < most:
        with opening() as session:
            rows = session.execute(_untouched(upto, now, BATCH)).all()
        for row in rows:
            fate = _fate(chart, row, known)
            flow = _key(keys, row.department_id, row.lane), _whereto(keys, fate, row)
            counted[flow] += 1
            if len(examples.setdefault(flow, [])) < EXAMPLES:
                examples[flow].append(row.id)
        untouched += len(rows)
        if len(rows) < BATCH:
            break
        upto = rows[-1].id
    moved = {flow: count for flow, count in counted.most_common() if flow[0] != flow[1] and flow[1] != NOBODY}
    return Preview(
        untouched=untouched,
        moved=sum(moved.values()),
        stay=sum(count for (_, after), count in counted.items() if after == NOBODY),
        flows=tuple(RerouteFlow(*flow, count, tuple(examples[flow])) for flow, count in moved.items()),
    )


def ask(session: Session, version: int, *, by: Actor, now: datetime) -> Reroute:
    """Ask that the open issues nobody has touched follow the chart in force; the deciding worker does it.

    Raise `NoSuch` for an edition there is not, `BadInput` for one that is not in force.
    """
    charts.edition(session, version)
    if charts.current(session)[0] != version:
        raise BadInput("version", "Open issues follow the chart in force. This edition is not: publish it again first.")
    waiting = session.scalars(
        select(Reroute).where(Reroute.chart_version == version, Reroute.finished_at.is_(None))
    ).first()
    if waiting is not None:
        return waiting
    row = Reroute(chart_version=version, by_id=by.member_id, asked_at=now, upto=0, moved=0, stayed=0)
    session.add(row)
    session.flush()
    return row


def reroutes(session: Session, limit: int = 20, before: int | None = None) -> tuple[RerouteView, ...]:
    """Return what was re-routed, the newest first; `before` is the last id of the page above."""
    wanted = select(Reroute, Member.name).outerjoin(Member, Member.id == Reroute.by_id).order_by(Reroute.id.desc())
    if before is not None:
        wanted = wanted.where(Reroute.id < before)
    return tuple(
        RerouteView(row.id, row.chart_version, by, row.asked_at, row.finished_at, row.moved, row.stayed)
        for row, by in session.execute(wanted.limit(limit))
    )


def round(session: Session, now: datetime, limit: int = 200) -> int:
    """Re-route the next issues of the oldest asking; return how many were looked at, nought when there is no work.

    It takes the lock of routing, so that no mention joins an issue that moves. An edition that is no longer in force
    re-routes nothing more.
    """
    row = session.scalars(
        select(Reroute).where(Reroute.finished_at.is_(None)).order_by(Reroute.id).limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()  # fmt: skip
    if row is None or not session.scalar(select(func.pg_try_advisory_xact_lock(route.LOCK))):
        return 0
    version, chart = charts.current(session)
    if version != row.chart_version:
        row.finished_at = now
        return 0
    known = places(session)
    by = _asker(session, row)
    found = session.execute(_untouched(row.upto, now, limit)).all()
    for one in found:
        fate = _fate(chart, one, known)
        if fate is None:
            continue
        if fate.outcome == NOBODY:
            row.stayed += 1
        elif (fate.department_id, lane_of(fate.outcome, one.late_found)) != (one.department_id, one.lane):
            row.moved += _reroute(session, one, fate, version, known, by, now)
    row.upto = found[-1].id if found else row.upto
    if len(found) < limit:
        row.finished_at = now
    session.flush()
    return len(found)


def _untouched(after: int, now: datetime, limit: int) -> Select[Any]:
    writing = exists().where(
        Presence.issue_id == Issue.id, Presence.doing == Doing.WRITING, Presence.until > now
    )  # fmt: skip
    return (
        select(
            Issue.id, Issue.department_id, Issue.lane, Issue.late_found, Verdict.id.label("verdict_id"), Verdict.facts
        )
        .join(Verdict, (Verdict.mention_id == Issue.first_mention_id) & Verdict.is_current)
        .where(
            Issue.id > after, Issue.status == Status.TRIAGE, Issue.routed_by == "chart", Issue.handed_at.is_(None),
            Issue.acknowledged_at.is_(None), Issue.owner_id.is_(None), ~writing,
        )
        .order_by(Issue.id)
        .limit(limit)
    )  # fmt: skip


def _fate(chart: Chart, row: Row[Any], known: Mapping[str, Place]) -> Fate | None:
    # what a verdict in trouble could not tell, a listener decides
    return follow(chart, again(row.facts), known) if row.facts else None


def _whereto(keys: Mapping[int, str], fate: Fate | None, row: Row[Any]) -> str:
    if fate is None:
        return _key(keys, row.department_id, row.lane)
    return keys.get(fate.department_id or 0, fate.outcome) if fate.outcome == "assign" else fate.outcome


def _key(keys: Mapping[int, str], department_id: int | None, lane: str) -> str:
    if lane == Lane.NOBODY:
        return NOBODY_ELIGIBLE
    return keys.get(department_id or 0, UNSURE)


def _reroute(
    session: Session, row: Row[Any], fate: Fate, version: int, known: Mapping[str, Place], by: Actor | None,
    now: datetime,
) -> int:  # fmt: skip
    """Move one issue to where the edition sends it, unless somebody touched it since; return 1 if it moved."""
    wanted = select(Issue).where(Issue.id == row.id).with_for_update().execution_options(populate_existing=True)
    issue = session.scalars(wanted).one()
    if issue.status != Status.TRIAGE or issue.handed_at or issue.acknowledged_at or issue.routed_by != "chart":
        return 0
    name = next((place.name for place in known.values() if place.id == fate.department_id), None)
    data = {"version": version, "department": name, "department_id": fate.department_id, "outcome": fate.outcome}
    move = turn(
        session, issue, "rerouted", by=by, now=now, data=data, department_id=fate.department_id,
        lane=lane_of(fate.outcome, issue.late_found),
    )  # fmt: skip
    _judge_anew(session, row, fate, version, issue, now)
    notify.tell(
        session, issue_id=issue.id, member_ids=[], reason="moved", step=f"move-{move.id}",
        data={"move": move.sort, "by": by.name if by else None, "words": "", **data}, now=now,
    )  # fmt: skip
    mention = backlog.known(session, issue.first_mention_id) if fate.outcome == NOBODY_ELIGIBLE else None
    if mention is not None:
        judged = Judged(mention, again(row.facts), fate.outcome, fate.department_id, fate.path)
        route.tell_managers(session, [(judged, issue)], known, now)
    return 1


def _judge_anew(session: Session, row: Row[Any], fate: Fate, version: int, issue: Issue, now: datetime) -> None:
    """Let a verdict of the new edition, on the same facts, follow the one of the old."""
    retired = (
        update(Verdict).where(Verdict.id == row.verdict_id).values(is_current=False).returning(Verdict.joined_by)
    ).execution_options(synchronize_session=False)
    session.execute(
        insert(Verdict).values(
            mention_id=issue.first_mention_id, chart_version=version, is_current=True, outcome=fate.outcome,
            department_id=fate.department_id, path=fate.path, facts=row.facts,
            joined_by=session.scalar(retired) or "opened", issue_id=issue.id, at=now,
        )
    )  # fmt: skip


def _asker(session: Session, row: Reroute) -> Actor | None:
    try:
        return people.actor_of(session, row.by_id) if row.by_id is not None else None
    except NoSuch:
        return None  # who asked has left; what they asked for stands
