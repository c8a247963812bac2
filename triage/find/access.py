"""Who may see which issues, as a clause every question carries."""

from sqlalchemy import ColumnElement, false, true

from triage.models import Issue, Move, Role
from triage.rights import SEES_ALL, Actor


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return the clause on `Issue`: an owner sees their departments', an outsider nothing, the others all."""
    if actor.role in SEES_ALL:
        return true()
    if actor.role == Role.OWNER and actor.department_ids:
        return Issue.department_id.in_(sorted(actor.department_ids))
    return false()


def may_read(actor: Actor, move: Move) -> bool:
    """Whether a move of an issue they see may be read: a note stays within the department it was written in."""
    if move.sort != "note" or actor.role in SEES_ALL or move.by_id == actor.member_id:
        return True
    written_in = move.data.get("department_id")
    return written_in is None or written_in in actor.department_ids
