"""What somebody writes on an issue, kept while they write; thrown away when they say so."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from api.dependencies import Database, Now
from api.pages import chosen
from api.pages.frame import Insider
from api.rendering import back, fragment, is_swap
from triage import drafts

router = APIRouter()


class Written(BaseModel):
    """Words as typed so far, the version of the issue their writer was looking at, and what was chosen in the inbox."""

    seen: int
    words: str = ""
    query: str = ""


@router.post("/issues/{issue_id}/draft")
def keep(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, written: Annotated[Written, Form()]
) -> Response:
    """Keep the words, or, where there are none, forget the draft."""
    kept = drafts.keep(session, issue_id, written.words, seen=written.seen, by=acting, now=now)
    if is_swap(request):
        return fragment(request, "drafts/kept.html", kept=kept)
    onward = chosen.of(written.query).link() if written.query else f"/issues/{issue_id}"
    return back(onward, "draft_kept" if kept else "draft_dropped")
