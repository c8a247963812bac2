"""Who else is at an issue: a page tells every few seconds that its reader is, and shows who answers."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from api.dependencies import Database, Now
from api.pages import chosen
from api.pages.frame import Insider
from api.rendering import back, fragment, is_swap
from triage import presence

router = APIRouter()


class Here(BaseModel):
    """One word of presence. `take` takes the answer over from whoever writes it; `gone` says the reader left.

    `query` is what was chosen in the inbox, where it came from there.
    """

    doing: str = "reading"
    take: bool = False
    gone: bool = False
    query: str = ""


@router.post("/issues/{issue_id}/presence")
def here(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, told: Annotated[Here, Form()]
) -> Response:
    """Keep that the reader is at this issue, and show who else is."""
    if told.gone:
        presence.leave(session, issue_id, by=acting)
        return Response(status_code=204)
    attendance = presence.attend(session, issue_id, told.doing, by=acting, now=now, take=told.take)
    if is_swap(request):
        return fragment(request, "presence/others.html", attendance=attendance)
    return back(chosen.of(told.query).link(open=issue_id) if told.query else f"/issues/{issue_id}")
