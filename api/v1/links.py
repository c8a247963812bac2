"""What issues are evidence of and where they go on: gaps of product and content, and places outside."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, require
from api.v1.paging import Cursor, Given, Limit, Shape, Stretch, cut, example, number, unseal
from api.v1.problems import NOT_HERE
from api.v1.shapes import Name
from triage import find, links, people
from triage.find import gaps
from triage.models import LinkSort
from triage.refusals import BadInput, NoSuch

router = APIRouter(tags=["links"])
Insider = Annotated[people.Actor, Depends(require())]
Mover = Annotated[people.Actor, Depends(require(scope=Scope.TRIAGE))]
Hearer = Annotated[people.Actor, Depends(require(*HEARERS, scope=Scope.TRIAGE))]
GapSort = Literal["product_gap", "content_gap"]

_LINK = {
    "id": 3, "sort": "product_gap", "name": "Mini handle gets hot", "url": None, "mention_id": 512,
    "at": "2026-11-21T12:00:00Z", "by": {"id": 4, "name": "Lina"}, "issues": 17, "mentions": 64,
    "first_at": "2026-11-09T08:00:00Z",
}  # fmt: skip
_GAP = {
    "sort": "product_gap", "name": "Mini handle gets hot", "issues": 17, "open": 5, "mentions": 64,
    "languages": ["en", "fa", "he"], "first_at": "2026-11-09T08:00:00Z", "last_at": "2026-11-21T09:12:00Z",
}  # fmt: skip
_EVIDENCE = {
    "link_id": 3, "issue_id": 41, "title": "The handle is too hot.", "status": "accepted", "mentions": 2,
    "mention_id": 512, "text": "The handle is too hot to hold.", "language": "en", "source": "mastodon",
    "url": "https://social.example/@reza/1", "posted_at": "2026-11-21T09:12:00Z", "at": "2026-11-21T12:00:00Z",
    "by": {"id": 4, "name": "Lina"},
}  # fmt: skip


class Link(Shape):
    """One gap an issue shows, or a place it goes on. `issues` counts those that show the same gap."""

    model_config = example(_LINK)

    id: int
    sort: str
    name: str
    url: str | None
    mention_id: int | None
    at: datetime
    by: Name | None
    issues: int
    mentions: int
    first_at: datetime


class Gap(Shape):
    """One gap, and what shows it as far as you may see."""

    model_config = example(_GAP)

    sort: str
    name: str
    issues: int
    open: int
    mentions: int
    languages: list[str]
    first_at: datetime
    last_at: datetime


class Evidence(Shape):
    """One issue that shows a gap, and the mention that says it."""

    model_config = example(_EVIDENCE)

    link_id: int
    issue_id: int
    title: str
    status: str
    mentions: int
    mention_id: int | None
    text: str
    language: str
    source: str
    url: str | None
    posted_at: datetime | None
    at: datetime
    by: Name | None


class Linking(Given):
    """What an issue shows, or where it goes on."""

    sort: LinkSort = Field(examples=["product_gap"])
    name: str = Field(min_length=1, max_length=160, examples=["Mini handle gets hot"])
    url: str = Field(default="", max_length=2000, description="Needed for a place outside.")
    mention_id: int | None = Field(default=None, description="The evidence; null is the issue's first mention.")


class Renaming(Given):
    """Another name for a gap; the name of another gap joins the two."""

    sort: GapSort = Field(examples=["product_gap"])
    name: str = Field(max_length=160, examples=["Handle is hot"])
    becomes: str = Field(min_length=1, max_length=160, examples=["Mini handle gets hot"])


@router.get("/issues/{issue_id}/links", summary="List the links of an issue", responses=NOT_HERE)
def of_issue(session: Database, acting: Insider, now: Now, issue_id: int) -> Stretch[Link]:
    """List what one issue is evidence of and where it goes on, oldest first."""
    seen = find.issue(session, acting, issue_id, now)
    rows = gaps.links_of(session, acting, seen.card.id)
    return Stretch[Link](items=[Link.model_validate(row) for row in rows])


@router.post(
    "/issues/{issue_id}/links", summary="Link an issue", responses=NOT_HERE, status_code=status.HTTP_201_CREATED
)
def link(session: Database, acting: Mover, now: Now, issue_id: int, body: Linking) -> Link:
    """Link it to a gap, or to a place outside. What is linked already stays as it is."""
    made = links.link(
        session, issue_id, body.sort, body.name, url=body.url, mention_id=body.mention_id, by=acting, now=now
    )
    rows = gaps.links_of(session, acting, issue_id)
    return Link.model_validate(next(row for row in rows if row.id == made.id))


@router.delete(
    "/issues/{issue_id}/links/{link_id}",
    summary="Take a link away",
    responses=NOT_HERE,
    status_code=status.HTTP_204_NO_CONTENT,
)
def unlink(session: Database, acting: Mover, now: Now, issue_id: int, link_id: int) -> None:
    """Take a link away; that it was there stays in the moves."""
    links.unlink(session, issue_id, link_id, by=acting, now=now)


@router.get("/gaps", summary="List gaps")
def index(
    session: Database, acting: Insider, sort: GapSort | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Stretch[Gap]:
    """List the gaps that issues show, those with the most issues first."""
    rows = gaps.gaps(session, acting, sort=sort, after=_placed(cursor), limit=limit + 1)
    kept, following = cut(rows, limit, gaps.gap_place)
    return Stretch[Gap](items=[Gap.model_validate(row) for row in kept], next=following)


@router.get("/gaps/{sort}/evidence", summary="List what shows a gap")
def evidence(
    session: Database,
    acting: Insider,
    sort: GapSort,
    name: Annotated[str, Query(max_length=160, examples=["Mini handle gets hot"])],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Evidence]:
    """List the issues that show a gap, linked last first."""
    rows = gaps.evidence(session, acting, sort, name, before=number(cursor), limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: row.link_id)
    return Stretch[Evidence](items=[Evidence.model_validate(row) for row in kept], next=following)


@router.post("/gaps/rename", summary="Rename a gap", responses=NOT_HERE)
def rename(session: Database, acting: Hearer, now: Now, body: Renaming) -> Gap:
    """Call a gap otherwise on all its issues; the name of another gap joins the two."""
    named = links.rename(session, body.sort, body.name, body.becomes, by=acting, now=now)
    found = gaps.gap(session, acting, body.sort, named)
    if found is None:
        raise NoSuch("gap", named)
    return Gap.model_validate(found)


def _placed(cursor: str | None) -> gaps.Place | None:
    found = unseal(cursor)
    if found is None:
        return None
    try:
        count, sort, name = found[0]
        return int(count), str(sort), str(name)
    except (TypeError, ValueError):
        raise BadInput("cursor", "This cursor is not one of ours; leave it out to begin at the start.") from None
