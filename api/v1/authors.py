"""Who said it, on one source."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session

from api.dependencies import Database, require
from api.v1.mentions import shown
from api.v1.paging import Cursor, Limit, Stretch, number, seal
from api.v1.problems import NOT_HERE
from api.v1.shapes import Author, Mention
from listener import find as heard
from triage import people
from triage.find import said
from triage.refusals import NoSuch

router = APIRouter(prefix="/authors", tags=["authors"])
Insider = Annotated[people.Actor, Depends(require())]


@router.get("", summary="List authors")
def index(
    session: Database,
    acting: Insider,
    q: Annotated[str, Query(max_length=200, description="Part of a name or handle.")] = "",
    source: Annotated[str | None, Query(max_length=40)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Author]:
    """List authors, those first heard last on top."""
    rows, following = heard.authors(session, q=q, source=source, cursor=number(cursor), limit=limit)
    views = said.authors(session, [row.id for row in rows])
    return Stretch[Author](
        items=[Author.model_validate(views[row.id]) for row in rows],
        next=seal(following) if following is not None else None,
    )


@router.get("/{author_id}", summary="Read an author", responses=NOT_HERE)
def read(session: Database, acting: Insider, author_id: int) -> Author:
    """Read one author."""
    return _author(session, author_id)


@router.get("/{author_id}/mentions", summary="List an author's mentions", responses=NOT_HERE)
def mentions(
    session: Database, acting: Insider, author_id: int, cursor: Cursor = None, limit: Limit = 50
) -> Stretch[Mention]:
    """List what one author said, the last heard first."""
    _author(session, author_id)
    chosen = heard.Chosen(author_id=author_id)
    found = heard.mentions(session, chosen, cursor=number(cursor), limit=limit)
    return Stretch[Mention](
        items=shown(session, [hit.mention.id for hit in found.rows]),
        next=seal(found.cursor) if found.cursor is not None else None,
    )


def _author(session: Session, author_id: int) -> Author:
    view = said.authors(session, [author_id]).get(author_id)
    if view is None:
        raise NoSuch("author", author_id)
    return Author.model_validate(view)
