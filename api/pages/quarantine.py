"""The quarantine: what is surely spam, with its reasons, and one click to let it out again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import status_of
from api.pages.frame import Insider
from api.reasons import refusal_words
from api.rendering import back, frame_of, page
from listener.find import quarantine
from triage import correcting, find, people
from triage.refusals import Refusal

router = APIRouter()

STRETCH = 30
RESTORED_WITHIN = timedelta(days=1)
Show = Literal["open", "told"]
Says = Literal["yes", "no"]


@router.get("/quarantine")
def show(
    request: Request, session: Database, acting: Insider, now: Now, show: Show = "open", cursor: int | None = None
) -> Response:
    """List what lies in quarantine: what nobody has looked at yet, or what somebody called spam too."""
    return whole(request, session, acting, now, show, cursor)


@router.post("/quarantine")
def settle(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    says: Annotated[Says, Form()],
    mention: Annotated[list[int] | None, Form(max_length=200)] = None,
    show: Annotated[Show, Form()] = "open",
) -> Response:
    """Say of each ticked mention that it is spam, or let it out; those that cannot be are told, the others are done."""
    done = 0
    refused: Refusal | None = None
    for mention_id in mention or ():
        try:
            with session.begin_nested():
                correcting.correct(session, mention_id, "spam", says, by=acting, now=now)
            done += 1
        except Refusal as no:
            refused = no
    if refused is not None:
        sentence = refusal_words(frame_of(request).reader, refused)
        return whole(request, session, acting, now, show, None, status=status_of(refused), trouble=sentence, done=done)
    key = "nothing_ticked" if not done else "restored" if says == "no" else "called_spam"
    return back(
        f"/quarantine?show={show}" if show != "open" else "/quarantine", key, n=frame_of(request).reader.number(done)
    )


def whole(
    request: Request,
    session: Session,
    acting: people.Actor,
    now: datetime,
    show: Show,
    cursor: int | None,
    *,
    status: int = 200,
    trouble: str | None = None,
    done: int = 0,
) -> Response:
    """Render the page; `trouble` is why some could not be settled, `done` how many were."""
    hits = quarantine.rows(session, looked_at=show == "told", cursor=cursor, limit=STRETCH)
    restored = quarantine.restored(session, since=now - RESTORED_WITHIN) if show == "open" and cursor is None else ()
    ids = [hit.mention.id for hit in (*hits.rows, *restored)]
    return page(
        request, "quarantine/page.html", status=status, show=show, hits=hits, restored=restored, trouble=trouble,
        done=done, waiting=quarantine.count(session), judged=find.judgements(session, acting, ids),
        verdicts=find.verdicts(session, ids), tickable=_tickable(session, acting, ids),
    )  # fmt: skip


def _tickable(session: Session, acting: people.Actor, ids: Sequence[int]) -> frozenset[int]:
    return correcting.may_correct(session, acting, ids)
