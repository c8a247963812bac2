"""The mentions of a crisis brought into one issue: what nobody holds comes in, what people hold is linked and left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, select
from sqlalchemy.orm import Session

from listener.models import Mention, Spike
from listener.text import snippet
from triage import ledger, people, route
from triage.find.issue import ended_in
from triage.merging import unite
from triage.models import OPEN, Crisis, CrisisMove, Issue, IssueMention, Lane, Move, Status, Verdict
from triage.opening import TITLE
from triage.turn import write

MOST_MENTIONS, MOST_ISSUES = 500, 20  # of one round: routing waits meanwhile


def gather(session: Session, crisis: Crisis, belongs: ColumnElement[bool], now: datetime) -> dict[str, Any]:
    """Bring what belongs to a crisis into its issue, opening or choosing one; return what came, empty for nothing.

    `mentions` is how many joined, `merged` the issues that went in, `linked` those that people hold: they are named
    and left. A merge never resets a clock, the oldest wins. An issue of the crisis that was closed gathers no more.
    """
    # routing never waits for this turn, so waiting for it is short and harmless
    session.execute(select(func.pg_advisory_xact_lock(route.LOCK)))
    into = _of(session, crisis)
    free, held = _issues(session, crisis, belongs)
    alone = _alone(session, belongs)
    if into is None and crisis.issue_id is None and (free or alone):
        into = _chosen(session, free, crisis) if free else _opened(session, alone.pop(0), crisis, now)
        crisis.issue_id = into.id
    if into is None:
        alone, free = [], []
    else:
        for child in free:
            unite(session, child, into, by=None, now=now)
        _join(session, into, alone, now)
    known = _linked(session, crisis)
    found = {
        "mentions": len(alone), "merged": [one.id for one in free], "linked": [one for one in held if one not in known],
    }  # fmt: skip
    return found if any(found.values()) else {}


def _chosen(session: Session, free: list[Issue], crisis: Crisis) -> Issue:
    """Take out the issue of the incident's first post, which tells what it is about; without one, the oldest.

    The oldest clock wins the merge either way.
    """
    spike = session.get(Spike, crisis.spike_id) if crisis.spike_id is not None else None
    began = spike.first_mention_id if spike else None
    return free.pop(next((place for place, one in enumerate(free) if one.first_mention_id == began), 0))


def _of(session: Session, crisis: Crisis) -> Issue | None:
    """Return the crisis's issue, held, if it is open; where people merged it, the one it went into."""
    crisis.issue_id = ended_in(session, crisis.issue_id)
    wanted = select(Issue).where(Issue.id == crisis.issue_id, Issue.status.in_(OPEN)).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def _issues(session: Session, crisis: Crisis, belongs: ColumnElement[bool]) -> tuple[list[Issue], list[int]]:
    """Return the issues nobody took over yet that began with a mention of it, held and oldest first; the others' ids.

    What somebody is moving at this moment is left to the next round.
    """
    own = Issue.id.is_distinct_from(crisis.issue_id)
    began = exists().where(Mention.id == Issue.first_mention_id, belongs)
    untaken = (Issue.status == Status.TRIAGE) & Issue.handed_at.is_(None) & Issue.held_at.is_(None)
    free = (
        select(Issue)
        .where(untaken, own, began)
        .order_by(Issue.posted_at, Issue.id)
        .limit(MOST_ISSUES)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    holds = select(IssueMention.issue_id).join(Mention, Mention.id == IssueMention.mention_id).where(belongs)
    held = select(Issue.id).where(Issue.id.in_(holds), own, Issue.status.in_(OPEN), Issue.handed_at.is_not(None))
    return list(session.scalars(free)), list(session.scalars(held.order_by(Issue.id)))


def _alone(session: Session, belongs: ColumnElement[bool]) -> list[Mention]:
    """Return the mentions of it that stand in no issue, oldest first; what waits for its verdict is left to routing."""
    judged = exists().where(Verdict.mention_id == Mention.id, Verdict.is_current)
    placed = exists().where(IssueMention.mention_id == Mention.id)
    wanted = select(Mention).where(belongs, judged, ~placed).order_by(Mention.posted_at, Mention.id)
    return list(session.scalars(wanted.limit(MOST_MENTIONS)))


def _opened(session: Session, mention: Mention, crisis: Crisis, now: datetime) -> Issue:
    """Open the crisis's issue with its first mention, under the promise every issue has."""
    policy = people.current_policy(session, now)
    issue = Issue(
        version=1, status=Status.TRIAGE, title=snippet(mention.title or mention.text, TITLE) or mention.native_id,
        language=mention.language, is_demo=mention.is_demo, policy_id=policy.id, first_mention_id=mention.id,
        mention_count=1, author_id=mention.author_id, topic_id=crisis.topic_id, source=mention.source,
        thread=mention.thread, kind=mention.kind, mood=mention.mood, posted_at=mention.posted_at,
        heard_at=mention.heard_at, opened_at=now, outcome={},
    )  # fmt: skip
    terms = people.terms_of(policy)
    ledger.begin(issue, terms)
    issue.lane = Lane.LATE if issue.late_found else Lane.TRIAGE
    session.add(issue)
    session.flush()
    joined = {"mention_id": mention.id, "issue_id": issue.id, "joined_by": "opened", "joined_at": now}
    session.execute(insert(IssueMention), [joined])
    move = write(session, issue, "opened", by=None, now=now, data={"mention_id": mention.id, "crisis_id": crisis.id})
    ledger.open_promises(session, [(issue, move.id)], terms, now)
    return issue


def _join(session: Session, issue: Issue, mentions: Sequence[Mention], now: datetime) -> None:
    """Let mentions without an issue join: the chart gave them to nobody, so they bring no clock."""
    if not mentions:
        return
    session.execute(
        insert(IssueMention),
        [{"mention_id": one.id, "issue_id": issue.id, "joined_by": "crisis", "joined_at": now} for one in mentions],
    )
    session.execute(
        insert(Move),
        [
            {
                "issue_id": issue.id, "sort": "joined", "from_status": issue.status, "to_status": issue.status,
                "version": issue.version, "by_id": None, "at": now, "words": "",
                "data": {"mention_id": one.id, "by": "crisis"},
            }
            for one in mentions
        ],
    )  # fmt: skip
    issue.mention_count += len(mentions)
    session.flush()


def _linked(session: Session, crisis: Crisis) -> set[int]:
    wanted = select(CrisisMove.data).where(CrisisMove.crisis_id == crisis.id, CrisisMove.sort == "gathered")
    return {one for data in session.scalars(wanted) for one in data.get("linked", ())}
