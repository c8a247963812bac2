"""One way back: what somebody did a moment ago is taken back, and their words are a draft again."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import status_of
from api.pages import chosen
from api.pages.conflicts import conflict_of
from api.pages.frame import Insider
from api.pages.inbox import desk
from api.pages.issue import shown
from api.rendering import back, frame_of
from triage import drafts, people, rights, undo
from triage.models import Issue, Move
from triage.refusals import NoSuch, Refusal

router = APIRouter()


class Where(BaseModel):
    """Where it was taken back: `query` is the inbox as it was chosen, empty on the page of an issue."""

    query: str = ""


@router.post("/moves/{move_id}/undo")
def take_back(
    request: Request, session: Database, acting: Insider, now: Now, move_id: int, where: Annotated[Where, Form()]
) -> Response:
    """Take a move back and show its issue again; a refusal says why it stays."""
    move = session.get(Move, move_id)
    if move is None:
        raise NoSuch("move", move_id)
    looked = chosen.of(where.query) if where.query else None
    try:
        with session.begin_nested():
            issue = undo.undo(session, move_id, by=acting, now=now)
    except Refusal as refusal:
        if refusal.key == "no_such":
            raise
        told: dict[str, Any] = {
            "status": status_of(refusal),
            "conflict": conflict_of(frame_of(request).reader, session, refusal, "", move.issue_id),
        }
        if looked is not None:
            return desk(request, session, acting, now, looked, opened=move.issue_id, **told)
        return shown(request, session, acting, now, move.issue_id, **told)
    _keep(session, issue, move, acting, now)
    if not rights.may_see(acting, issue):
        return back("/inbox", "taken_back")
    return back(looked.link(open=issue.id) if looked else f"/issues/{issue.id}", "taken_back")


def _keep(session: Session, issue: Issue, move: Move, acting: people.Actor, now: datetime) -> None:
    """Keep the words that were said as the draft they were before."""
    said = move if move.words else session.get(Move, move.data["after"]) if move.data.get("after") else None
    if said is None or not said.words or said.by_id != acting.member_id or not rights.may_see(acting, issue):
        return
    if drafts.of(session, acting.member_id, issue.id) is None:
        drafts.keep(session, issue.id, said.words, seen=issue.version, by=acting, now=now)
