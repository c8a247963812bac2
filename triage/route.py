"""The round of routing: a mention without a verdict gets one, and an issue is opened or joined."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, column, func, insert, select, update, values
from sqlalchemy.orm import Session

from triage import backlog, charts, deadlines, joining, ledger, move, notify, people, snooze
from triage.deadlines import Terms
from triage.facts import kept
from triage.joining import Matters
from triage.judging import Judged, Place, judge, places
from triage.models import Issue, IssueMention, Keeping, Move, Policy, Promise, Status, Verdict, Webhook
from triage.opening import opening
from triage.refusals import NoSuch
from triage.returning import came_back, comes_back

LOCK = 0x4865617262_02  # one round at a time: issues are joined across mentions


@dataclass(slots=True)
class _Written:
    """What a round is about to write."""

    opened: list[tuple[Judged, Issue]] = field(default_factory=list)
    joined: list[tuple[Judged, Issue, str]] = field(default_factory=list)
    alone: list[Judged] = field(default_factory=list)


def round(session: Session, now: datetime, limit: int = 500) -> int:
    """Give up to `limit` mentions their verdict, the oldest first; return how many.

    1. Take the lock of routing, or leave the round to whoever has it.
    2. Find the mentions without a verdict, with their authors, topics and spikes.
    3. Follow the chart in force for each; what cannot be judged is unsure, with the reason in its path.
    4. Find the issue each joins, the oldest post first, or open one.
    5. Write issues, promises, moves, verdicts and notices.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
        return 0
    found = backlog.waiting(session, now, limit)
    if not found:
        return 0
    charts.ensure_shipped(session, now)
    version, chart = charts.current(session)
    known = places(session)
    judged = [judge(chart, one, known) for one in sorted(found, key=lambda one: (one.row.posted_at, one.row.id))]
    settle(session, judged, version, known, now)
    return len(judged)


def settle(session: Session, judged: Sequence[Judged], version: int, known: Mapping[str, Place], now: datetime) -> None:
    """Give these mentions, oldest post first, their issues and verdicts: steps 4 and 5 of a round, under its lock."""
    policy = _policy(session, now)
    matters = joining.matters(session, [one.mention for one in judged], policy.join_hours)
    written = _sort_out(session, judged, matters, policy, now)
    _write_opened(session, written.opened, people.terms_of(policy), now)
    _write_joined(session, written, now)
    _write_verdicts(session, written, version, now)
    tell_managers(session, written.opened, known, now)
    _tell_outside(session, written.opened, now)


def _policy(session: Session, now: datetime) -> Policy:
    try:
        return people.current_policy(session, now)
    except NoSuch:
        # a deployment that promised nothing yet keeps the promises of the product
        return people.new_policy(session, now=now)


# opening and joining


def _sort_out(session: Session, judged: Sequence[Judged], matters: Matters, policy: Policy, now: datetime) -> _Written:
    written = _Written()
    terms = people.terms_of(policy)
    for one in judged:
        found = None if one.barred else matters.find(one.mention, routed=one.routed)
        closed = None if found or not one.routed else matters.closed.get(one.row.thread)
        if closed is not None and comes_back(session, closed, one.row, one.facts, now):
            came_back(session, closed, one.row.id, now)
            matters.by_thread[one.row.thread] = closed
            found = closed, "thread"
        if found is not None:
            written.joined.append((one, *found))
            matters.remember(one.mention, found[0], opened=False)
        elif one.routed:
            issue = opening(one, policy.id, terms, now, closed)
            written.opened.append((one, issue))
            matters.remember(one.mention, issue, opened=True)
        else:
            written.alone.append(one)
    return written


# writing


def _write_opened(session: Session, opened: Sequence[tuple[Judged, Issue]], terms: Terms, now: datetime) -> None:
    numbers = _numbers(session, "issues", len(opened))
    for (_, issue), number in zip(opened, numbers, strict=True):
        issue.id = number
    session.add_all([issue for _, issue in opened])
    session.flush()
    moves = [
        Move(
            id=number, issue_id=issue.id, sort="opened", from_status=None, to_status=Status.TRIAGE, version=1,
            by_id=None, at=now, words="", data=_opened_by(one),
        )
        for (one, issue), number in zip(opened, _numbers(session, "moves", len(opened)), strict=True)
    ]  # fmt: skip
    session.add_all(moves)
    session.flush()
    firsts = [(issue, first.id) for (_, issue), first in zip(opened, moves, strict=True)]
    ledger.open_promises(session, firsts, terms, now)


def _opened_by(one: Judged) -> dict[str, Any]:
    return {"mention_id": one.row.id, "outcome": one.outcome, "department_id": one.department_id}


def _numbers(session: Session, table: str, count: int) -> list[int]:
    """Take `count` numbers for new rows at once: rows that know theirs are written in one stream, unread."""
    series = func.generate_series(1, count).table_valued("n")
    taken = select(func.nextval(func.pg_get_serial_sequence(table, "id"))).select_from(series)
    return list(session.scalars(taken))


def _write_joined(session: Session, written: _Written, now: datetime) -> None:
    memberships = [(one, issue, "opened") for one, issue in written.opened] + written.joined
    if memberships:
        session.execute(
            insert(IssueMention),
            [
                {"mention_id": one.row.id, "issue_id": issue.id, "joined_by": how, "joined_at": now}
                for one, issue, how in memberships
            ],
        )
    came = Counter(issue.id for _, issue, _ in written.joined)
    if came:
        counted = values(column("issue_id", BigInteger), column("count", BigInteger), name="came").data([*came.items()])
        grown = (
            update(Issue)
            .where(Issue.id == counted.c.issue_id)
            .values(mention_count=Issue.mention_count + counted.c.count)
        )
        session.execute(grown.execution_options(synchronize_session=False))
    # a join makes nobody's page stale, so the version stays
    joins = [
        {
            "issue_id": issue.id, "sort": "joined", "from_status": issue.status, "to_status": issue.status,
            "version": issue.version, "by_id": None, "at": now, "words": "",
            "data": {"mention_id": one.row.id, "by": how},
        }
        for one, issue, how in written.joined
    ]  # fmt: skip
    if joins:
        session.execute(insert(Move), joins)
    policies: dict[int, Terms] = {}
    for one, issue, _ in written.joined:
        _follow_up(session, one, issue, policies, now)


def _follow_up(session: Session, one: Judged, issue: Issue, policies: dict[int, Terms], now: datetime) -> None:
    """Let the oldest clock win, and end a pause that waited for this author, or a snooze."""
    row = one.row
    if issue.policy_id not in policies:
        policies[issue.policy_id] = people.terms_of(session.get_one(Policy, issue.policy_id))
    terms = policies[issue.policy_id]
    due = deadlines.Clock(Promise.TRIAGE, deadlines.triage(row.posted_at, row.heard_at, terms)).due
    if issue.triage == Keeping.RUNNING and due < issue.triage_due and one.routed:
        ledger.older_mention(session, issue, row.posted_at, row.heard_at, terms, now)
    if row.author_id is None or row.author_id != issue.author_id:
        return
    if issue.status == Status.WAITING:
        move.author_spoke(session, issue.id, now)
    if issue.snoozed_until is not None:
        snooze.author_spoke(session, issue.id, now)


def _write_verdicts(session: Session, written: _Written, version: int, now: datetime) -> None:
    ends: list[tuple[Judged, Issue | None, str]] = [(one, issue, "opened") for one, issue in written.opened]
    ends += written.joined
    ends += [(one, None, "none") for one in written.alone]
    session.execute(
        insert(Verdict),
        [
            {
                "mention_id": one.row.id, "chart_version": version, "is_current": True, "outcome": one.outcome,
                "department_id": one.department_id, "path": one.path, "facts": kept(one.facts) if one.facts else {},
                "joined_by": how, "issue_id": issue.id if issue else None, "at": now,
            }
            for one, issue, how in ends
        ],
    )  # fmt: skip


def tell_managers(
    session: Session, opened: Sequence[tuple[Judged, Issue]], places: Mapping[str, Place], now: datetime
) -> None:
    """Raise the alarm once a round for each department nobody is eligible in, on the first issue it met."""
    met: dict[int | None, list[Issue]] = {}
    for one, issue in opened:
        if one.outcome == charts.NOBODY_ELIGIBLE:
            met.setdefault(one.department_id, []).append(issue)
    names = {place.id: place.name for place in places.values()}
    for department_id, issues in met.items():
        notify.tell(
            session,
            issue_id=issues[0].id,
            member_ids=people.managers(session) or people.admins(session),
            reason="nobody_eligible",
            step="opened",
            data={
                "department": names.get(department_id or 0, ""), "count": len(issues),
                "promise": Promise.TRIAGE, "due": issues[0].triage_due,
            },
            now=now,
        )  # fmt: skip


def _tell_outside(session: Session, opened: Sequence[tuple[Judged, Issue]], now: datetime) -> None:
    """Tell the addresses outside, where there are any, of every issue opened, as they are told of every move."""
    if not opened or session.scalar(select(Webhook.id).where(Webhook.enabled).limit(1)) is None:
        return
    for one, issue in opened:
        said = {"move": "opened", "by": None, "words": "", "mention_id": one.row.id, "outcome": one.outcome}
        notify.tell(session, issue_id=issue.id, member_ids=[], reason="moved", step="opened", data=said, now=now)
