"""What somebody writes on an issue, kept while they write; thrown away when they say so."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from api.dependencies import Database, Now
from api.pages.frame import Insider
from api.rendering import back, is_swap, page
from triage import drafts

router = APIRouter()


class Written(BaseModel):
    """Words as typed so far, and the version of the issue their writer was looking at."""

    seen: int
    words: str = ""
    lane: str = ""


@router.post("/issues/{issue_id}/draft")
def keep(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, written: Annotated[Written, Form()]
) -> Response:
    """Keep the words, or, where there are none, forget the draft."""
    kept = drafts.keep(session, issue_id, written.words, seen=written.seen, by=acting, now=now)
    if is_swap(request):
        return page(request, "drafts/kept.html", kept=kept)
    onward = f"/inbox?lane={quote(written.lane)}" if written.lane else f"/issues/{issue_id}"
    return back(onward, "draft_kept" if kept else "draft_dropped")
