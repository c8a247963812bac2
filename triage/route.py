"""The round of routing: a mention without a verdict gets one, and an issue is opened or joined."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, column, func, insert, select, update, values
from sqlalchemy.orm import Session

from listener.kinds import Kind
from listener.text import snippet
from triage import backlog, charts, deadlines, joining, ledger, move, notify, people
from triage.backlog import Waiting
from triage.deadlines import Terms
from triage.facts import Facts, kept, never_on_a_clock, of
from triage.flowchart import NOBODY, UNSURE, Chart, Decision, decide
from triage.joining import Matters
from triage.models import Issue, IssueMention, Keeping, Lane, Move, Policy, Promise, Status, Verdict, Webhook
from triage.returning import came_back, comes_back

_LOCK = 0x4865617262_02  # one round at a time: issues are joined across mentions
TITLE = 140
# which of a mention's topics an issue is filed under
_TOPIC_ORDER = ("product", "campaign", "person", "brand", "own_staff", "influencer", "industry", "competitor")


@dataclass(frozen=True, slots=True)
class _Judged:
    """One mention with its verdict, before it is written."""

    one: Waiting
    facts: Facts | None  # None: they could not be computed
    outcome: str
    department_id: int | None
    path: list[dict[str, Any]]
    barred: bool = False  # never on a clock, and never part of a matter

    @property
    def routed(self) -> bool:
        """Somebody must look at it."""
        return self.outcome != NOBODY


@dataclass(slots=True)
class _Written:
    """What a round is about to write."""

    opened: list[tuple[_Judged, Issue]] = field(default_factory=list)
    joined: list[tuple[_Judged, Issue, str]] = field(default_factory=list)
    alone: list[_Judged] = field(default_factory=list)


def round(session: Session, now: datetime, limit: int = 500) -> int:
    """Give up to `limit` mentions their verdict, the oldest first; return how many.

    1. Take the lock of routing, or leave the round to whoever has it.
    2. Find the mentions without a verdict, with their authors, topics and spikes.
    3. Follow the chart in force for each; what cannot be judged is unsure, with the reason in its path.
    4. Find the issue each joins, the oldest post first, or open one.
    5. Write issues, promises, moves, verdicts and notices.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
        return 0
    found = backlog.waiting(session, now, limit)
    if not found:
        return 0
    charts.ensure_shipped(session, now)
    version, chart = charts.current(session)
    policy = people.current_policy(session)
    places = _places(session)
    judged = [_judge(chart, one, places) for one in sorted(found, key=lambda one: (one.row.posted_at, one.row.id))]
    matters = joining.matters(session, found, policy.join_hours)
    written = _sort_out(session, judged, matters, policy, now)
    _write_opened(session, written.opened, people.terms_of(policy), now)
    _write_joined(session, written, now)
    _write_verdicts(session, written, version, now)
    _tell_managers(session, written.opened, places, now)
    _tell_outside(session, written.opened, now)
    return len(judged)


@dataclass(frozen=True, slots=True)
class _Place:
    """A department a chart may name."""

    id: int
    name: str
    attended: bool  # somebody there is eligible


def _places(session: Session) -> dict[str, _Place]:
    return {
        one.key: _Place(one.id, one.name, bool(people.eligible(session, one.id))) for one in people.departments(session)
    }


# judging


def _judge(chart: Chart, one: Waiting, places: Mapping[str, _Place]) -> _Judged:
    row = one.row
    try:
        facts = of(one.view(), one.author, one.topics, one.in_spike)
        decision = decide(chart, facts)
    except Exception as trouble:
        # one bad mention never stops the round: a listener decides, and the verdict says why
        barred = row.is_ours or row.is_history or row.is_repost
        path = [{"trouble": f"{type(trouble).__name__}: {trouble}"[:500]}]
        return _Judged(one, None, NOBODY if barred else UNSURE, None, path, barred)
    path = _path(decision)
    if never_on_a_clock(facts):
        if decision.outcome != NOBODY:
            path.append({"rule": "never_on_a_clock"})
        # somebody who passes a post on belongs to its matter; spam, our own posts and the past belong to none
        return _Judged(
            one, facts, NOBODY, None, path, barred=facts.is_ours or facts.is_history or facts.kind == Kind.SPAM
        )
    if decision.department is None:
        return _Judged(one, facts, decision.outcome, None, path)
    place = places.get(decision.department)
    outcome = "assign" if place and place.attended else charts.NOBODY_ELIGIBLE
    return _Judged(one, facts, outcome, place.id if place else None, path)


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


# opening and joining


def _sort_out(session: Session, judged: Sequence[_Judged], matters: Matters, policy: Policy, now: datetime) -> _Written:
    written = _Written()
    terms = people.terms_of(policy)
    for one in judged:
        found = None if one.barred else matters.find(one.one, routed=one.routed)
        closed = None if found or not one.routed else matters.closed.get(one.one.row.thread)
        if closed is not None and comes_back(session, closed, one.one.row, one.facts, now):
            came_back(session, closed, one.one.row.id, now)
            matters.by_thread[one.one.row.thread] = closed
            found = closed, "thread"
        if found is not None:
            written.joined.append((one, *found))
            matters.remember(one.one, found[0], opened=False)
        elif one.routed:
            issue = _opening(one, policy.id, terms, now, closed)
            written.opened.append((one, issue))
            matters.remember(one.one, issue, opened=True)
        else:
            written.alone.append(one)
    return written


def _opening(one: _Judged, policy_id: int, terms: Terms, now: datetime, follows: Issue | None) -> Issue:
    """Return the row of a new issue, its triage promise as `ledger.open_promises` will write it, not yet added."""
    row, start = one.one.row, deadlines.triage(one.one.row.posted_at, one.one.row.heard_at, terms)
    clock = deadlines.Clock(Promise.TRIAGE, start)
    look = deadlines.next_look([clock], {}, terms.warn_at)
    late = deadlines.is_late_found(row.posted_at, row.heard_at, terms)
    topics = sorted(one.one.topics, key=lambda topic: (_TOPIC_ORDER.index(topic.kind), topic.name))
    return Issue(
        version=1, status=Status.TRIAGE, lane=_lane(one, late),
        title=snippet(row.title or row.text, TITLE) or row.url or row.native_id,
        language=row.language, is_demo=row.is_demo, policy_id=policy_id, first_mention_id=row.id, mention_count=1,
        author_id=row.author_id, topic_id=topics[0].id if topics else None, source=row.source, thread=row.thread,
        kind=one.facts.kind if one.facts else UNSURE, mood=row.mood, department_id=one.department_id,
        routed_by="chart", posted_at=row.posted_at, heard_at=row.heard_at, opened_at=now, bounces=0, late_found=late,
        triage=Keeping.RUNNING, triage_from=start.since, triage_due=clock.due, resolution=Keeping.NONE,
        escalate_at=look.at if look else None, triage_step=0, resolution_step=0, outcome={}, triage_done_at=None,
        held_at=None,
        follows_id=follows.id if follows else None,
    )  # fmt: skip


def _lane(one: _Judged, late_found: bool) -> Lane:
    if one.outcome == charts.NOBODY_ELIGIBLE:
        return Lane.NOBODY
    if late_found:
        return Lane.LATE
    return Lane.UNSURE if one.outcome == UNSURE else Lane.TRIAGE


# writing


def _write_opened(session: Session, opened: Sequence[tuple[_Judged, Issue]], terms: Terms, now: datetime) -> None:
    session.add_all([issue for _, issue in opened])
    session.flush()
    moves = [
        Move(
            issue_id=issue.id, sort="opened", from_status=None, to_status=Status.TRIAGE, version=1, by_id=None, at=now,
            words="", data={"mention_id": one.one.row.id, "outcome": one.outcome, "department_id": one.department_id},
        )
        for one, issue in opened
    ]  # fmt: skip
    session.add_all(moves)
    session.flush()
    for (_, issue), opening in zip(opened, moves, strict=True):
        ledger.open_promises(session, issue, terms, now, move_id=opening.id)


def _write_joined(session: Session, written: _Written, now: datetime) -> None:
    memberships = [(one, issue, "opened") for one, issue in written.opened] + written.joined
    if memberships:
        session.execute(
            insert(IssueMention),
            [
                {"mention_id": one.one.row.id, "issue_id": issue.id, "joined_by": how, "joined_at": now}
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
            "data": {"mention_id": one.one.row.id, "by": how},
        }
        for one, issue, how in written.joined
    ]  # fmt: skip
    if joins:
        session.execute(insert(Move), joins)
    policies: dict[int, Terms] = {}
    for one, issue, _ in written.joined:
        _follow_up(session, one, issue, policies, now)


def _follow_up(session: Session, one: _Judged, issue: Issue, policies: dict[int, Terms], now: datetime) -> None:
    """Let the oldest clock win, and end a pause that waited for this author."""
    row = one.one.row
    if issue.policy_id not in policies:
        policies[issue.policy_id] = people.terms_of(session.get_one(Policy, issue.policy_id))
    terms = policies[issue.policy_id]
    due = deadlines.Clock(Promise.TRIAGE, deadlines.triage(row.posted_at, row.heard_at, terms)).due
    if issue.triage == Keeping.RUNNING and due < issue.triage_due and one.routed:
        ledger.older_mention(session, issue, row.posted_at, row.heard_at, terms, now)
    if issue.status == Status.WAITING and row.author_id is not None and row.author_id == issue.author_id:
        move.author_spoke(session, issue.id, now)


def _write_verdicts(session: Session, written: _Written, version: int, now: datetime) -> None:
    ends: list[tuple[_Judged, Issue | None, str]] = [(one, issue, "opened") for one, issue in written.opened]
    ends += written.joined
    ends += [(one, None, "none") for one in written.alone]
    session.execute(
        insert(Verdict),
        [
            {
                "mention_id": one.one.row.id, "chart_version": version, "is_current": True, "outcome": one.outcome,
                "department_id": one.department_id, "path": one.path, "facts": kept(one.facts) if one.facts else {},
                "joined_by": how, "issue_id": issue.id if issue else None, "at": now,
            }
            for one, issue, how in ends
        ],
    )  # fmt: skip


def _tell_managers(
    session: Session, opened: Sequence[tuple[_Judged, Issue]], places: Mapping[str, _Place], now: datetime
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


def _tell_outside(session: Session, opened: Sequence[tuple[_Judged, Issue]], now: datetime) -> None:
    """Tell the addresses outside, where there are any, of every issue opened, as they are told of every move."""
    if not opened or session.scalar(select(Webhook.id).where(Webhook.enabled).limit(1)) is None:
        return
    for one, issue in opened:
        said = {"move": "opened", "by": None, "words": "", "mention_id": one.one.row.id, "outcome": one.outcome}
        notify.tell(session, issue_id=issue.id, member_ids=[], reason="moved", step="opened", data=said, now=now)
