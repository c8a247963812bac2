"""One turn of one person: checked, taken from whoever read an older version, and written down as one Move."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from triage import people, rights
from triage.models import Department, Issue, Member, Move, Role, Snapshot, Status
from triage.refusals import BadInput, NoSuch, NotNow, NotYours, ReasonNeeded, SomeoneWasFaster
from triage.rights import Actor

MOST_WORDS = 10_000
# these leave a snoozed issue out of sight; every other move brings it back
LEAVE_ASLEEP = frozenset({"snooze", "corrected", "link"})


def load(session: Session, issue_id: int) -> Issue:
    """Return the issue as the database has it now; raise `NoSuch`."""
    wanted = select(Issue).where(Issue.id == issue_id).execution_options(populate_existing=True)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NoSuch("issue", issue_id)
    return found


def ready(session: Session, issue_id: int, verb: str, by: Actor, seen: int | None, words: str | None = None) -> Issue:
    """Return the issue if `by` may do `verb` to it as they saw it (version `seen`); else raise the refusal.

    `words` are checked too where given: a reason where the verb asks for one.
    """
    issue = load(session, issue_id)
    if by.role == Role.OUTSIDER:
        raise NoSuch("issue", issue_id)
    if not rights.may(by, verb, issue):
        raise not_yours(session, verb, issue)
    if seen is not None and issue.version != seen:
        raise someone_was_faster(session, issue_id, seen)
    why = rights.fits(verb, issue)
    if why is not None:
        raise NotNow(verb, issue.status, why)
    if words is not None and rights.VERBS[verb].words and not words.strip():
        raise ReasonNeeded(verb)
    return issue


def turn(
    session: Session,
    issue: Issue,
    verb: str,
    *,
    by: Actor | None,
    now: datetime,
    words: str = "",
    data: Mapping[str, Any] | None = None,
    to: Status | None = None,
    undoes: Move | None = None,
    **values: Any,
) -> Move:
    """Move the issue on from the version it was read at, and write the Move; raise `SomeoneWasFaster`.

    `by` is empty where the house does it. `values` are columns of the issue; `issue` is fresh afterwards. What a
    person changes is kept as it was before (a Snapshot) for the way back; `undoes` is the move this one takes back.
    """
    seen, before = issue.version, issue.status
    said = checked_words(words)
    if verb not in LEAVE_ASLEEP:
        values = {"snoozed_until": None, "snoozed_by": None, **values}
    was = {name: _plain(getattr(issue, name)) for name in ("status", "held_at", *values)}
    taken = (
        update(Issue)
        .where(Issue.id == issue.id, Issue.version == seen)
        .values(version=Issue.version + 1, status=to or before, **values)
        .returning(Issue)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    if session.scalars(taken).one_or_none() is None:
        raise someone_was_faster(session, issue.id, seen)
    move = write(session, issue, verb, by=by, now=now, words=said, data=data, before=before, undoes=undoes)
    if by is not None and undoes is None:
        session.execute(insert(Snapshot).values(move_id=move.id, at=now, columns=was))
    return move


def write(
    session: Session,
    issue: Issue,
    sort: str,
    *,
    by: Actor | None,
    now: datetime,
    words: str = "",
    data: Mapping[str, Any] | None = None,
    before: str | None = None,
    undoes: Move | None = None,
) -> Move:
    """Append one Move without moving the issue on: a note, a warning, a beginning."""
    move = Move(
        issue_id=issue.id,
        sort=sort,
        from_status=before if before is not None else issue.status,
        to_status=issue.status,
        version=issue.version,
        by_id=by.member_id if by else None,
        at=now,
        words=words,
        data=dict(data or {}),
        undoes_id=undoes.id if undoes else None,
    )
    session.add(move)
    session.flush()
    return move


def checked_words(words: str) -> str:
    """Return words as they may be kept; raise `BadInput` for what no page can show."""
    if "\x00" in words:
        raise BadInput("words", "There is a character in it that cannot be kept; paste it as plain text.")
    if len(words) > MOST_WORDS:
        raise BadInput("words", "This is longer than %(most)s characters.", most=MOST_WORDS)
    return words.strip()


def someone_was_faster(session: Session, issue_id: int, seen: int) -> SomeoneWasFaster:
    """Say who did what, when, since `seen`: the first move the loser has not read."""
    issue = load(session, issue_id)
    wanted = (
        select(Move.sort, Move.at, Move.by_id, Move.data, Member.name)
        .outerjoin(Member, Member.id == Move.by_id)
        .where(Move.issue_id == issue_id, Move.version > seen)
        .order_by(Move.id)
        .limit(1)
    )
    move = session.execute(wanted).one_or_none()
    return SomeoneWasFaster(
        issue_id=issue_id,
        version=issue.version,
        status=issue.status,
        by=move.name if move else None,
        by_id=move.by_id if move else None,
        move=move.sort if move else None,
        at=move.at.isoformat() if move else None,
        to=move.data.get("department") if move else None,
    )


def not_yours(session: Session, verb: str, issue: Issue) -> NotYours:
    """Say whose it is, and whom to ask."""
    owning = session.get(Department, issue.department_id) if issue.department_id is not None else None
    ask = [*people.leads(session, issue.department_id), *people.managers(session)][:3]
    names = list(session.scalars(select(Member.name).where(Member.id.in_(ask)).order_by(Member.name)))
    return NotYours(verb=verb, department=owning.name if owning else None, ask=names)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
