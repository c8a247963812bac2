"""One way back: the last move of an issue is taken back while nothing happened since, for every report too."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from triage import correcting, ledger, notify
from triage.models import Issue, IssueLink, IssueMention, Move, Notice, Role, Snapshot, Status, stands
from triage.refusals import CannotUndo, NoSuch, NotYours, Refusal
from triage.rights import EVERYTHING, Actor
from triage.turn import load, turn, write

WITHIN = timedelta(seconds=60)
KEPT = timedelta(days=7)  # a bulk is taken back as a whole some time later


def undo(session: Session, move_id: int, *, by: Actor, now: datetime, within: timedelta = WITHIN) -> Issue:
    """Take one move back, and with it what was done as one act with it; return its issue, as it was before.

    1. Whoever made it may, and managers and administrators; within `within`, and while no other move came after it.
    2. Mentions that went elsewhere return, the columns it changed get their values back, its ledger lines are taken
    back by lines of their own. 3. Notices nobody has seen are withdrawn; who was told is told of this too.
    A correction is taken back by its own way. Raise `NoSuch`, `NotYours`, `CannotUndo`.
    """
    if by.role == Role.OUTSIDER:
        raise NoSuch("move", move_id)
    act = _act(session, move_id)
    _lock(session, {one.issue_id for one in act})
    _admit(session, act, by, now, within)
    if "correction_id" in act[0].data:
        correcting.undo(session, act[0].data["correction_id"], by=by, now=now)
        return load(session, act[0].issue_id)
    for one in act:
        _bring_home(session, one)
    for one in sorted(act, key=lambda one: -one.id):
        _take_back(session, one, by, now)
    return load(session, act[0].issue_id)


def may_undo(session: Session, move_id: int, *, by: Actor, now: datetime, within: timedelta = WITHIN) -> bool:
    """Say whether `undo` would do it now: what a page offers."""
    try:
        _admit(session, _act(session, move_id), by, now, within)
    except Refusal:
        return False
    return by.role != Role.OUTSIDER


def last(session: Session, issue_id: int, *, by: Actor, now: datetime) -> int | None:
    """Return the move of this issue that `by` made last and may still take back."""
    wanted = (
        select(Move.id)
        .where(Move.issue_id == issue_id, Move.by_id == by.member_id, Move.at > now - WITHIN, stands(Move))
        .order_by(Move.id.desc())
        .limit(1)
    )
    found = session.scalar(wanted)
    return found if found is not None and may_undo(session, found, by=by, now=now) else None


def made(session: Session, issue_id: int) -> int | None:
    """Return the last move a person made to this issue that still stands."""
    wanted = select(Move.id).where(Move.issue_id == issue_id, Move.by_id.is_not(None), stands(Move))
    return session.scalar(wanted.order_by(Move.id.desc()).limit(1))


def forget(session: Session, now: datetime) -> int:
    """Let go of what issues were before moves nobody can take back any more; return how many."""
    gone = delete(Snapshot).where(Snapshot.at < now - KEPT).returning(Snapshot.move_id)
    return len(session.execute(gone).all())


def _move(session: Session, move_id: int) -> Move:
    found = session.get(Move, move_id)
    if found is None:
        raise NoSuch("move", move_id)
    return found


def _lock(session: Session, issue_ids: set[int]) -> None:
    # always in one order, so that two who take back across never wait for each other
    session.execute(select(Issue.id).where(Issue.id.in_(issue_ids)).order_by(Issue.id).with_for_update())


def _act(session: Session, move_id: int) -> list[Move]:
    """Return the move and those that were done as one act with it: the half before it, or the other issue's side."""
    move = _move(session, move_id)
    match move.sort:
        case "merge":
            return [move, *_beside(session, move, move.data["into"], "take_in")]
        case "take_in":
            return [move, *_beside(session, move, move.data["issue_id"], "merge")]
        case "split":
            return [move, *_beside(session, move, move.data["issue_id"], "opened", "reopen")]
        case _ if move.data.get("after"):
            return [move, _move(session, move.data["after"])]
        case _:
            return [move]


def _beside(session: Session, move: Move, issue_id: int, *sorts: str) -> Sequence[Move]:
    """Return the move of the other issue that was written with this one."""
    wanted = select(Move).where(Move.issue_id == issue_id, Move.sort.in_(sorts), Move.at == move.at, stands(Move))
    return session.scalars(wanted.order_by(func.abs(Move.id - move.id)).limit(1)).all()


def _admit(session: Session, act: Sequence[Move], by: Actor, now: datetime, within: timedelta) -> None:
    for move in act:
        status = load(session, move.issue_id).status
        if move.by_id != by.member_id and by.role not in EVERYTHING:
            raise NotYours(verb="undo", department=None, ask=[])
        if not _stands(session, move):
            raise CannotUndo("undo", status, "undone")
        if now - move.at > within:
            raise CannotUndo("undo", status, "too_long_ago")
        newer = select(Move.id).where(
            Move.issue_id == move.issue_id, Move.version > move.version, stands(Move),
            Move.id.not_in([one.id for one in act]),
        )  # fmt: skip
        if session.scalar(select(newer.exists())):
            raise CannotUndo("undo", status, "moved_since")
        known = move.sort in _CHANGES_NO_COLUMN or "correction_id" in move.data
        if not known and session.get(Snapshot, move.id) is None:
            raise CannotUndo("undo", status, "no_way_back")


def _stands(session: Session, move: Move) -> bool:
    taken = aliased(Move)
    undone = session.scalar(select(exists().where(taken.undoes_id == move.id)))
    return not (undone or move.undoes_id is not None or move.data.get("undone"))


# a note and a link stand beside the issue; what a split opened had no values before
_CHANGES_NO_COLUMN = frozenset({"note", "link", "opened"})


def _take_back(session: Session, move: Move, by: Actor, now: datetime) -> None:
    issue = load(session, move.issue_id)
    data = {"move": move.sort, "move_id": move.id, "department": move.data.get("department")}
    if move.sort in ("note", "link"):
        write(session, issue, "undo", by=by, now=now, data=data, undoes=move)
        session.execute(delete(IssueLink).where(IssueLink.id == move.data.get("link_id")))
        return
    values = _opened(move) if move.sort == "opened" else _values(session.get_one(Snapshot, move.id))
    to = Status(values.pop("status"))
    if "mention_count" in values:
        values["mention_count"] = _count(session, issue.id)
    back = turn(session, issue, "undo", by=by, now=now, data=data, to=to, undoes=move, **values)
    undone = None if move.sort == "opened" else move.id
    ledger.taken_back(session, issue, undone, now, move_id=back.id)
    _tell(session, issue, move, back, by)


def _opened(move: Move) -> dict[str, Any]:
    """Return what becomes of an issue that a split opened: merged again, as if it had never been."""
    return {
        "status": Status.MERGED, "merged_into_id": move.data["split_from"], "closed_at": move.at, "mention_count": 0,
        "triage": "void",
    }  # fmt: skip


def _values(snapshot: Snapshot) -> dict[str, Any]:
    columns = Issue.__table__.columns
    return {
        name: datetime.fromisoformat(value)
        if value is not None and columns[name].type.python_type is datetime
        else value
        for name, value in snapshot.columns.items()
    }


def _bring_home(session: Session, move: Move) -> None:
    """Let mentions return to the issue they left by this move."""
    went = {"merge": "into", "split": "issue_id"}.get(move.sort)
    if went is not None:
        theirs = IssueMention.mention_id.in_(move.data["mention_ids"]), IssueMention.issue_id == move.data[went]
        session.execute(update(IssueMention).where(*theirs).values(issue_id=move.issue_id))


def _count(session: Session, issue_id: int) -> int:
    counted = select(func.count()).select_from(IssueMention).where(IssueMention.issue_id == issue_id)
    return session.scalar(counted) or 0


def _tell(session: Session, issue: Issue, move: Move, back: Move, by: Actor) -> None:
    """Withdraw the notices of a move that nobody has seen, and tell those who have that it was taken back."""
    theirs = (
        Notice.issue_id == issue.id, Notice.data["step"].astext == f"move-{move.id}", Notice.member_id.is_not(None),
    )  # fmt: skip
    waits = (Notice.state == "waiting") & or_(Notice.claimed_until.is_(None), Notice.claimed_until <= back.at)
    session.execute(update(Notice).where(*theirs, waits).values(state="moot"))
    unseen = (Notice.channel == "inapp") & Notice.read_at.is_(None)
    seen = set(session.scalars(select(Notice.member_id).where(*theirs, Notice.state != "moot", ~unseen)))
    session.execute(delete(Notice).where(*theirs, unseen, Notice.member_id.not_in(seen)))
    said = {"move": "undo", "undone": move.sort, "by": by.name, "words": "", "department": move.data.get("department")}
    notify.tell(
        session,
        issue_id=issue.id,
        member_ids=[one for one in seen if one is not None and one != by.member_id],
        reason="taken_back",
        step=f"move-{back.id}",
        data=said,
        now=back.at,
    )
