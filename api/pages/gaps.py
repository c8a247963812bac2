"""The gaps that issues show, of product and of content, with how many show each and the issues themselves."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel

from api.dependencies import Database, Now
from api.pages.frame import Hearer, Insider
from api.reasons import refusal_words
from api.rendering import back, frame_of, page
from triage import links
from triage.find import gaps
from triage.models import LinkSort
from triage.refusals import BadInput, NoSuch
from triage.rights import SEES_ALL

router = APIRouter()

STRETCH = 50


class Place(BaseModel):
    """Which gaps, and the one above the first."""

    sort: str = ""
    count: int | None = None
    after_sort: str = ""
    after: str = ""


class Renamed(BaseModel):
    """Another name for a gap."""

    name: str
    becomes: str = ""


@router.get("/gaps")
def index(request: Request, session: Database, acting: Insider, place: Annotated[Place, Query()]) -> Response:
    """List the gaps, those with the most issues first."""
    sort = place.sort if place.sort in set(links.GAPS) else None
    after = (-place.count, place.after_sort, place.after) if place.count is not None else None
    rows = gaps.gaps(session, acting, sort=sort, after=after, limit=STRETCH + 1)
    return page(
        request,
        "gaps/page.html",
        rows=rows[:STRETCH],
        sort=sort,
        sorts=links.GAPS,
        most=max((row.issues for row in rows), default=0),
        more=rows[STRETCH - 1] if len(rows) > STRETCH else None,
    )


@router.get("/gaps/{sort}")
def show(
    request: Request, session: Database, acting: Insider, sort: LinkSort, name: str, before: int | None = None
) -> Response:
    """Show one gap and the issues that are its evidence."""
    return _shown(request, session, acting, sort, name, before)


@router.post("/gaps/{sort}")
def rename(
    request: Request, session: Database, acting: Hearer, now: Now, sort: LinkSort, given: Annotated[Renamed, Form()]
) -> Response:
    """Call a gap otherwise, or join it to another."""
    try:
        named = links.rename(session, sort, given.name, given.becomes, by=acting, now=now)
    except BadInput as refusal:
        wrong = refusal_words(frame_of(request).reader, refusal)
        return _shown(request, session, acting, sort, given.name, None, wrong)
    return back(f"/gaps/{sort}?name={quote(named)}", "gap_renamed", name=named)


def _shown(
    request: Request,
    session: Database,
    acting: Insider,
    sort: LinkSort,
    name: str,
    before: int | None,
    wrong: str | None = None,
) -> Response:
    gap = gaps.gap(session, acting, sort, name)
    if gap is None:
        raise NoSuch("gap", name)
    rows = gaps.evidence(session, acting, sort, name, before=before, limit=STRETCH + 1)
    return page(
        request,
        "gaps/gap.html",
        status=422 if wrong else 200,
        gap=gap,
        rows=rows[:STRETCH],
        before=rows[STRETCH - 1].link_id if len(rows) > STRETCH else None,
        names=gaps.gap_names(session, acting)[sort],
        may_rename=acting.role in SEES_ALL,
        wrong=wrong,
    )
