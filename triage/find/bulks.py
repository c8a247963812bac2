"""What was asked of many issues at once: how far it has come, whom it refused and why, what it does to the clocks."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from triage import bulk as bulks
from triage import deadlines, people, snooze
from triage.find.cards import MemberName
from triage.models import Bulk, BulkItem, BulkState, Department, Issue, Keeping, Member, Policy
from triage.refusals import NoSuch, Refusal, again
from triage.rights import EVERYTHING, Actor

MOST_ITEMS = 200
_OURS = ("told", "into")  # what only the worker reads


@dataclass(frozen=True, slots=True)
class BulkView:
    """One verb for many issues. `counts` are its issues by state: waiting, done, refused, left, undone, stays."""

    id: int
    verb: str
    state: str
    total: int
    by: MemberName
    address: str
    data: Mapping[str, Any]
    counts: Mapping[str, int]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    can_undo: bool

    @property
    def waiting(self) -> int:
        """How many it will still do."""
        return self.counts.get("waiting", 0)

    @property
    def done(self) -> int:
        """How many were done and stand."""
        return self.counts.get("done", 0) + self.counts.get("stays", 0)

    @property
    def refused(self) -> int:
        """How many were refused."""
        return self.counts.get("refused", 0)

    @property
    def looked_at(self) -> int:
        """How many it has come past: what remains of `total` still waits, to be done or to be taken back."""
        return self.total - self.counts.get("done" if self.state == BulkState.UNDOING else "waiting", 0)


@dataclass(frozen=True, slots=True)
class ItemView:
    """One issue of a bulk; `why` is what refused it, where something did."""

    issue_id: int
    title: str
    language: str
    state: str
    move_id: int | None
    why: Refusal | None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a bulk does to the clocks: a key, how many issues, and a moment where one belongs to it."""

    key: str
    count: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a bulk would do as things stand; `told` is who would hear of it, each once, and of how many issues.

    `instead` is the latest moment until which all of them could be set aside without breaking a promise.
    """

    lines: tuple[Line, ...] = ()
    told: tuple[MemberName, ...] = ()
    instead: datetime | None = None


def bulk(session: Session, actor: Actor, bulk_id: int, now: datetime) -> BulkView:
    """Return one bulk of this person's own (managers and administrators: anybody's); raise `NoSuch`."""
    found = session.get(Bulk, bulk_id, populate_existing=True)
    if found is None or not (found.by_id == actor.member_id or actor.role in EVERYTHING):
        raise NoSuch("bulk", bulk_id)
    return _views(session, [found], now)[0]


def bulks_of(
    session: Session, actor: Actor, now: datetime, *, before: int | None = None, limit: int = 50
) -> list[BulkView]:
    """Return what this person began, newest first; managers and administrators see everybody's."""
    theirs = true() if actor.role in EVERYTHING else Bulk.by_id == actor.member_id
    wanted = select(Bulk).where(theirs, Bulk.state != BulkState.PREVIEW)
    if before is not None:
        wanted = wanted.where(Bulk.id < before)
    return _views(session, session.scalars(wanted.order_by(Bulk.id.desc()).limit(limit)).all(), now)


def items(
    session: Session, bulk_id: int, *, state: str | None = None, after: int | None = None, limit: int = MOST_ITEMS
) -> list[ItemView]:
    """Return the issues of a bulk in the order of their numbers; `after` is the last of the page above."""
    wanted = (
        select(BulkItem, Issue.title, Issue.language)
        .join(Issue, Issue.id == BulkItem.issue_id)
        .where(BulkItem.bulk_id == bulk_id)
    )
    if state is not None:
        wanted = wanted.where(BulkItem.state == state)
    if after is not None:
        wanted = wanted.where(BulkItem.issue_id > after)
    rows = session.execute(wanted.order_by(BulkItem.issue_id).limit(limit)).all()
    return [
        ItemView(one.issue_id, title, language, one.state, one.move_id, again(one.why) if one.why else None)
        for one, title, language in rows
    ]


def candidates(session: Session, bulk_id: int, limit: int = 20) -> list[Issue]:
    """Return the issues a merge may choose its target from: all that were ticked and are open, the best first."""
    chosen = select(BulkItem.issue_id).where(BulkItem.bulk_id == bulk_id)
    target = select(Bulk.data["into_id"].as_integer()).where(Bulk.id == bulk_id)
    rows = session.scalars(
        select(Issue).where(Issue.id.in_(chosen.union(target)), Issue.closed_at.is_(None)).order_by(Issue.id)
    ).all()
    best = bulks.into(rows)
    return sorted(rows, key=lambda one: (one is not best, one.id))[:limit]


def forecast(session: Session, view: BulkView, actor: Actor, now: datetime) -> Forecast:
    """Say beforehand what a previewed bulk would do to the clocks, and who would be told."""
    waits = select(BulkItem.issue_id).where(BulkItem.bulk_id == view.id, BulkItem.state == "waiting")
    issues = session.scalars(select(Issue).where(Issue.id.in_(waits))).all()
    if not issues:
        return Forecast()
    told = _told(session, view, actor)
    if view.verb == "snooze":
        return _put_off(issues, view.data, now)
    counted = _COUNTED.get(view.verb)
    lines = list(counted(issues, now)) if counted else []
    if view.verb == "hand_over":
        lines += _starts(session, issues, view.data, now)
    if view.verb == "merge" and "into_id" in view.data:
        lines += _older(session, issues, int(view.data["into_id"]))
    return Forecast(tuple(line for line in lines if line.count), told)


def _views(session: Session, rows: Sequence[Bulk], now: datetime) -> list[BulkView]:
    ids = [one.id for one in rows]
    counts: dict[int, dict[str, int]] = {number: {} for number in ids}
    counted = select(BulkItem.bulk_id, BulkItem.state, func.count()).where(BulkItem.bulk_id.in_(ids))
    for bulk_id, state, count in session.execute(counted.group_by(BulkItem.bulk_id, BulkItem.state)):
        counts[bulk_id][state] = count
    wanted = select(Member.id, Member.name).where(Member.id.in_({one.by_id for one in rows}))
    names = {number: MemberName(number, name) for number, name in session.execute(wanted)}
    return [
        BulkView(
            id=one.id, verb=one.verb, state=one.state, total=one.total, by=names[one.by_id], address=one.address,
            data={name: value for name, value in one.data.items() if name not in _OURS}, counts=counts[one.id],
            created_at=one.created_at, started_at=one.started_at, finished_at=one.finished_at,
            can_undo=bulks.may_undo(one, now) and counts[one.id].get("done", 0) > 0,
        )
        for one in rows
    ]  # fmt: skip


def _told(session: Session, view: BulkView, actor: Actor) -> tuple[MemberName, ...]:
    if view.verb != "hand_over" or "department_id" not in view.data:
        return ()
    able = people.eligible(session, view.data["department_id"])
    owner = view.data.get("owner_id")
    return tuple(
        MemberName(one.id, one.name) for one in able if one.id != actor.member_id and owner in (None, one.id)
    )  # fmt: skip


def _acknowledged(issues: Sequence[Issue], now: datetime) -> Iterable[Line]:
    running = [one for one in issues if one.triage == Keeping.RUNNING and one.triage_due >= now]
    yield Line("keeps", sum(one.handed_at is not None for one in running))
    yield Line("still_hand_over", sum(one.handed_at is None for one in issues))
    yield Line("stays_broken", _broken(issues, now))


def _handed(issues: Sequence[Issue], now: datetime) -> Iterable[Line]:
    running = [one for one in issues if one.triage == Keeping.RUNNING and one.triage_due >= now]
    yield Line("keeps", sum(one.acknowledged_at is not None for one in running))
    yield Line("still_acknowledge", sum(one.acknowledged_at is None for one in issues))
    yield Line("runs_on", sum(one.resolution != Keeping.NONE for one in issues))
    yield Line("stays_broken", _broken(issues, now))


def _ended(issues: Sequence[Issue], now: datetime) -> Iterable[Line]:
    runs = [one for one in issues if Keeping.RUNNING in (one.triage, one.resolution)]
    yield Line("uncounted", len(runs) - _broken(runs, now))
    yield Line("stays_broken", _broken(issues, now))


def _judged(issues: Sequence[Issue], now: datetime) -> Iterable[Line]:
    free = [one for one in issues if one.status == "triage" and one.handed_at is None and one.routed_by == "chart"]
    yield Line("chart_again", len(free))
    yield Line("people_decided", len(issues) - len(free))


_COUNTED: Mapping[str, Callable[[Sequence[Issue], datetime], Iterable[Line]]] = {
    "acknowledge": _acknowledged,
    "hand_over": _handed,
    "dismiss": _ended,
    "merge": _ended,
    "spam": _judged,
    "kind": _judged,
}


def _broken(issues: Iterable[Issue], now: datetime) -> int:
    """Count those with a promise that is broken, or past its deadline and about to be."""

    def is_broken(keeping: str, due: datetime | None) -> bool:
        return keeping == Keeping.BROKEN or (keeping == Keeping.RUNNING and due is not None and due < now)

    return sum(
        is_broken(one.triage, one.triage_due) or is_broken(one.resolution, one.resolution_due) for one in issues
    )  # fmt: skip


def _starts(session: Session, issues: Sequence[Issue], data: Mapping[str, Any], now: datetime) -> list[Line]:
    """Return how many resolution promises begin, and by when the first of them is due."""
    new = [one for one in issues if one.resolution == Keeping.NONE]
    if not new or "department_id" not in data:
        return []
    hours = people.hours_of(session.get(Department, data["department_id"]))
    policies = Counter(one.policy_id for one in new)
    dues = [
        deadlines.Clock("resolution", deadlines.resolution(now, people.terms_of(policy), hours)).due
        for policy in session.scalars(select(Policy).where(Policy.id.in_(policies)))
    ]
    return [Line("starts", len(new), min(dues))]


def _older(session: Session, issues: Sequence[Issue], into_id: int) -> list[Line]:
    """Return whether one of them brings an older clock that then counts for the whole."""
    target = session.get(Issue, into_id)
    if target is None:
        return []
    oldest = min((one.triage_due for one in issues if one.triage == Keeping.RUNNING), default=None)
    if target.triage != Keeping.RUNNING or oldest is None:
        return []
    return [Line("oldest_wins", 1, oldest) if oldest < target.triage_due else Line("own_stays", 1, target.triage_due)]


def _put_off(issues: Sequence[Issue], data: Mapping[str, Any], now: datetime) -> Forecast:
    if "until" not in data:
        return Forecast()
    effects = [snooze.effect(one, datetime.fromisoformat(data["until"]), now) for one in issues]
    breaks = [one for one in effects if one.breaks is not None]
    first = min((one.due for one in breaks if one.due is not None), default=None)
    instead = min((one.instead for one in breaks if one.instead is not None), default=None)
    lines = (Line("breaks", len(breaks), first), Line("safe", len(issues) - len(breaks)))
    # where one of them cannot be put off at all, no moment is safe for all
    safe = instead if all(one.instead is not None for one in breaks) else None
    return Forecast(tuple(line for line in lines if line.count), instead=safe)
