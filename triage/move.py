"""What people do to an issue: every verb checks, takes its turn, writes the ledger and tells those who must know."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from triage import ledger, notify, people, presence
from triage.merging import merge, split
from triage.models import Department, Issue, Lane, Move, Policy, Status
from triage.people import Actor
from triage.refusals import BadInput, ReopenTooLate
from triage.replies import compared
from triage.turn import checked_words, load, ready, turn, write

__all__ = [
    "accept",
    "acknowledge",
    "author_spoke",
    "bounce",
    "dismiss",
    "go_private",
    "hand_over",
    "merge",
    "note",
    "pause",
    "reopen",
    "resolve",
    "resume",
    "resume_when_over",
    "split",
]


def acknowledge(
    session: Session,
    issue_id: int,
    *,
    by: Actor,
    seen: int,
    now: datetime,
    words: str = "",
    line_id: int | None = None,
) -> Issue:
    """Write down that the author was told they are heard; `words` is what was said. Of two who write, one answers.

    `line_id` is the empathy line it began from. Whether it reads as written for this one person is kept beside it.
    """
    issue = ready(session, issue_id, "acknowledge", by, seen)
    presence.let_answer(session, issue_id, by=by, now=now)
    to = Status.TRIAGE if issue.held_at is None else Status.ACCEPTED if issue.accepted_at else Status.HANDED
    data: dict[str, Any] = {}
    if words.strip():
        data = {"personal": compared(session, issue, words, by.member_id).personal, "line_id": line_id}
    move = turn(
        session, issue, "acknowledge", by=by, now=now, words=words, data=data, to=to, acknowledged_at=now,
        acknowledged_by=by.member_id,
    )  # fmt: skip
    ledger.acknowledged(session, issue, now, move_id=move.id)
    _tell(session, issue, move, by, [])
    return issue


def hand_over(
    session: Session,
    issue_id: int,
    department_id: int,
    owner_id: int | None = None,
    *,
    by: Actor,
    seen: int,
    now: datetime,
    words: str = "",
    after: int | None = None,
) -> Issue:
    """Give the issue to a department, or to one person in it; the first time starts the resolution promise.

    `after` is the move that this one is done with as one act, so that both are taken back as one.
    """
    issue = ready(session, issue_id, "hand_over", by, seen)
    department = people.department(session, department_id)
    able = {one.id: one.name for one in people.need_eligible(session, department)}
    if owner_id is not None and owner_id not in able:
        raise BadInput("owner_id", "Nobody of that name works in %(department)s now.", department=department.name)
    before = session.get(Department, issue.department_id) if issue.department_id is not None else None
    data = {
        "department": department.name,
        "department_id": department.id,
        "owner": able[owner_id] if owner_id is not None else None,
        "owner_id": owner_id,
        "from_department": before.name if before and issue.held_at else None,
        "suggested": issue.department_id,
    }
    if after is not None:
        data["after"] = after
    move = turn(
        session, issue, "hand_over", by=by, now=now, words=words, data=data,
        to=Status.HANDED if issue.acknowledged_at else Status.TRIAGE,
        lane=Lane.LATE if issue.late_found else Lane.TRIAGE,
        department_id=department.id,
        owner_id=owner_id,
        routed_by=issue.routed_by if issue.department_id == department.id else "person",
        handed_at=issue.handed_at or now,
        accepted_at=None,
    )  # fmt: skip
    ledger.handed_over(session, issue, department, now, move_id=move.id)
    if owner_id is not None:
        _tell(session, issue, move, by, [owner_id], "assigned")
    else:
        _tell(session, issue, move, by, able, "handed_over")
    return issue


def accept(session: Session, issue_id: int, *, by: Actor, seen: int, now: datetime, words: str = "") -> Issue:
    """Take the issue over: `by` owns it."""
    issue = ready(session, issue_id, "accept", by, seen)
    to = Status.ACCEPTED if issue.acknowledged_at else Status.TRIAGE
    move = turn(session, issue, "accept", by=by, now=now, words=words, to=to, owner_id=by.member_id, accepted_at=now)
    _tell(session, issue, move, by, [])
    return issue


def bounce(session: Session, issue_id: int, *, by: Actor, seen: int, now: datetime, words: str = "") -> Issue:
    """Hand the issue back to the listeners with a reason; no clock is reset."""
    issue = ready(session, issue_id, "bounce", by, seen, words)
    department = session.get(Department, issue.department_id) if issue.department_id is not None else None
    data = {"from_department": department.name if department else None, "department_id": issue.department_id}
    move = turn(
        session, issue, "bounce", by=by, now=now, words=words, data=data, to=Status.TRIAGE, lane=Lane.TRIAGE,
        department_id=None, owner_id=None, accepted_at=None, bounces=Issue.bounces + 1,
    )  # fmt: skip
    ledger.left(session, issue, now, move_id=move.id)
    said = {"department": department.name if department else ""}
    _tell(session, issue, move, by, people.triagers(session), "bounced", said)
    return issue


def note(
    session: Session, issue_id: int, words: str = "", *, by: Actor, now: datetime, seen: int | None = None
) -> Issue:
    """Write a private note; it makes nobody's page stale, so the version stays."""
    issue = ready(session, issue_id, "note", by, seen, words)
    # it stays within the department that has the issue now; written in triage, whoever gets it may read it
    place = issue.department_id if issue.held_at is not None else None
    write(session, issue, "note", by=by, now=now, words=checked_words(words), data={"department_id": place})
    return issue


def go_private(
    session: Session, issue_id: int, channel: str, *, by: Actor, seen: int, now: datetime, words: str = ""
) -> Issue:
    """Write down that the talk goes on in private; `channel` says where: message, email, phone, …"""
    issue = ready(session, issue_id, "private", by, seen)
    where = checked_words(channel)
    if not 0 < len(where) <= 80:
        raise BadInput("channel", "Say where the talk goes on: by message, e-mail or phone.")
    move = turn(
        session, issue, "private", by=by, now=now, words=words, data={"channel": where},
        private_at=issue.private_at or now,
    )  # fmt: skip
    _tell(session, issue, move, by, [])
    return issue


def pause(
    session: Session, issue_id: int, until: datetime, *, by: Actor, seen: int, now: datetime, words: str = ""
) -> Issue:
    """Stop the resolution clock while we wait for the author, with a reason and no longer than the policy allows."""
    issue = ready(session, issue_id, "pause", by, seen, words)
    if until.tzinfo is None or until <= now:
        raise BadInput("until", "Choose a moment that is still to come.")
    most = now.astimezone(UTC) + ledger.pause_left(session, issue)
    if until > most:
        raise BadInput("until", "This issue can wait until %(most)s at the latest.", most=most.isoformat())
    move = turn(
        session, issue, "pause", by=by, now=now, words=words, data={"until": until.isoformat()}, to=Status.WAITING
    )
    ledger.paused(session, issue, until, move.words, now, move_id=move.id)
    _tell(session, issue, move, by, [])
    return issue


def resume(session: Session, issue_id: int, *, by: Actor, seen: int, now: datetime, words: str = "") -> Issue:
    """Let the resolution clock run again."""
    issue = ready(session, issue_id, "resume", by, seen)
    move = turn(session, issue, "resume", by=by, now=now, words=words, to=Status.ACCEPTED)
    ledger.resumed(session, issue, now, move_id=move.id)
    _tell(session, issue, move, by, [])
    return issue


def author_spoke(session: Session, issue_id: int, now: datetime) -> bool:
    """End a pause because the author answered; return whether there was one to end."""
    issue = load(session, issue_id)
    return _resume_by_house(session, issue, now, now, "author_spoke")


def resume_when_over(session: Session, issue: Issue, now: datetime) -> bool:
    """End a pause whose maximum has passed, as of that moment; return whether there was one to end."""
    until = issue.paused_until
    return until is not None and until <= now and _resume_by_house(session, issue, until, now, "pause_over")


def resolve(
    session: Session,
    issue_id: int,
    outcome: Mapping[str, Any] | None = None,
    *,
    by: Actor,
    seen: int,
    now: datetime,
    words: str = "",
) -> Issue:
    """Close the issue as solved; `outcome` keeps how it ended (refund, customer, afterwards, …)."""
    issue = ready(session, issue_id, "resolve", by, seen)
    ended = _checked_outcome(outcome or {})
    move = turn(
        session, issue, "resolve", by=by, now=now, words=words, data={"outcome": ended}, to=Status.RESOLVED,
        resolved_at=now, closed_at=now, outcome=ended,
    )  # fmt: skip
    ledger.resolved(session, issue, now, move_id=move.id)
    _tell(session, issue, move, by, [])
    return issue


def dismiss(session: Session, issue_id: int, *, by: Actor, seen: int, now: datetime, words: str = "") -> Issue:
    """Close the issue because nobody has to answer, with a reason; what still runs becomes void."""
    issue = ready(session, issue_id, "dismiss", by, seen, words)
    move = turn(session, issue, "dismiss", by=by, now=now, words=words, to=Status.DISMISSED, closed_at=now)
    ledger.voided(session, issue, now, "dismissed", move_id=move.id)
    _tell(session, issue, move, by, [])
    return issue


def reopen(session: Session, issue_id: int, *, by: Actor, seen: int, now: datetime, words: str = "") -> Issue:
    """Open a closed issue again inside the policy's window: the old promises continue, with the deadlines they had."""
    issue = ready(session, issue_id, "reopen", by, seen, words)
    until = _reopens_until(session, issue)
    if now > until:
        raise ReopenTooLate("reopen", issue.status, "window", until=until.isoformat())
    department = session.get(Department, issue.department_id) if issue.department_id is not None else None
    able = people.eligible(session, department.id) if department else []
    holds = department if issue.handed_at is not None and able else None
    owner_id = issue.owner_id if issue.owner_id in {one.id for one in able} else None
    move = turn(
        session, issue, "reopen", by=by, now=now, words=words, data={"outcome": dict(issue.outcome)},
        to=_status_after_reopening(issue, holds, owner_id), closed_at=None, resolved_at=None, outcome={},
        owner_id=owner_id, accepted_at=issue.accepted_at if owner_id else None,
        lane=_lane_after_reopening(issue, holds),
    )  # fmt: skip
    ledger.continued(session, issue, holds, now, move_id=move.id)
    whom = [owner_id] if owner_id else [one.id for one in able] if holds else people.triagers(session)
    _tell(session, issue, move, by, whom, "reopened", {"department": department.name if department else ""})
    return issue


def _resume_by_house(session: Session, issue: Issue, at: datetime, now: datetime, why: str) -> bool:
    if issue.status != Status.WAITING:
        return False
    move = turn(session, issue, "resume", by=None, now=now, data={"why": why}, to=Status.ACCEPTED)
    ledger.resumed(session, issue, at, move_id=move.id)
    whom = [issue.owner_id] if issue.owner_id is not None else people.department_members(session, issue.department_id)
    _tell(session, issue, move, None, whom, "resumed")
    return True


def _reopens_until(session: Session, issue: Issue) -> datetime:
    policy = session.get_one(Policy, issue.policy_id)
    return (issue.closed_at or issue.opened_at).astimezone(UTC) + timedelta(hours=policy.reopen_hours)


def _status_after_reopening(issue: Issue, holds: Department | None, owner_id: int | None) -> Status:
    if holds is None or issue.acknowledged_at is None:
        return Status.TRIAGE
    return Status.ACCEPTED if owner_id and issue.accepted_at else Status.HANDED


def _lane_after_reopening(issue: Issue, holds: Department | None) -> str:
    # its department has nobody any more: it must not come back in silence
    return Lane.NOBODY if issue.handed_at is not None and issue.department_id and holds is None else issue.lane


def _checked_outcome(outcome: Mapping[str, Any]) -> dict[str, Any]:
    if len(outcome) > 20:
        raise BadInput("outcome", "An outcome has at most 20 entries.")
    for name, value in outcome.items():
        if not (value is None or isinstance(value, str | int | float | bool)):
            raise BadInput("outcome", "“%(name)s” must be a text, a number, yes or no.", name=name)
    return {checked_words(name): checked_words(v) if isinstance(v, str) else v for name, v in outcome.items()}


def _tell(
    session: Session,
    issue: Issue,
    move: Move,
    by: Actor | None,
    member_ids: Iterable[int],
    reason: str = "moved",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Tell members of a move, never the one who made it; addresses outside are told of every move."""
    said = {"move": move.sort, "by": by.name if by else None, "words": move.words, **move.data, **(data or {})}
    notify.tell(
        session,
        issue_id=issue.id,
        member_ids=[one for one in member_ids if by is None or one != by.member_id],
        reason=reason,
        step=f"move-{move.id}",
        data=said,
        now=move.at,
    )
