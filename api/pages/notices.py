"""What a person was told."""

from fastapi import APIRouter, Request, Response

from api.dependencies import Database, Now
from api.pages.frame import Insider
from api.rendering import back, page
from triage import notify

router = APIRouter()

STRETCH = 50


@router.get("/notices")
def index(request: Request, session: Database, acting: Insider, before: int | None = None) -> Response:
    """List one's own notices, newest first."""
    rows = notify.mine(session, acting.member_id, before=before, limit=STRETCH + 1)
    return page(
        request,
        "notices/page.html",
        notices=rows[:STRETCH],
        before=rows[STRETCH - 1].id if len(rows) > STRETCH else None,
    )


@router.post("/notices/read")
def read(session: Database, acting: Insider, now: Now) -> Response:
    """Mark all of one's notices as read."""
    notify.mark_read(session, acting.member_id, now)
    return back("/notices", "notices_read")
