"""Everywhere one can go and everything one can do, by typing a few letters of it; and the sheet of the keys."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from api import preferences, ways
from api.dependencies import Database
from api.pages.frame import Anyone, Insider
from api.rendering import back, fragment, frame_of, is_swap, page

router = APIRouter()


@router.get("/palette")
def palette(
    request: Request,
    session: Database,
    acting: Insider,
    q: Annotated[str, Query(max_length=200)] = "",
    issue: Annotated[str, Query(max_length=19)] = "",
) -> Response:
    """Show what fits the letters typed so far; `issue` is the one in hand, whose acts come first."""
    in_hand = int(issue) if issue.isascii() and issue.isdecimal() else None
    found = ways.found(session, acting, frame_of(request).reader, q, in_hand)
    if not is_swap(request):
        return page(request, "palette/page.html", groups=found, q=q)
    return fragment(request, "palette/found.html", groups=found, q=q)


@router.get("/keys")
def keys(request: Request, acting: Anyone) -> Response:
    """Show what every key does."""
    return page(request, "keys/page.html")


@router.post("/keys")
def settle(request: Request, session: Database, acting: Anyone, single: Annotated[str, Form()] = "") -> Response:
    """Let single keys act, or not: whoever speaks to their computer, or types with a switch, turns them off."""
    preferences.keep(session, acting.member_id, keys="on" if single else "off")
    return Response(status_code=204) if is_swap(request) else back("/keys", "preferences_saved")
