"""What people say of our judgements of a mention, and the way back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, status
from pydantic import Field
from sqlalchemy.orm import Session

from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.v1.paging import Given, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from api.v1.shapes import Name
from listener import corrections
from listener import find as heard
from listener.models import Aspect
from listener.models import Correction as Row
from triage import correcting, people
from triage.refusals import NoSuch

router = APIRouter(tags=["corrections"])
Insider = Annotated[people.Actor, Depends(require())]
Speaker = Annotated[people.Actor, Depends(require(scope=Scope.TRIAGE))]

_CORRECTION = {
    "id": 7, "mention_id": 512, "aspect": "kind", "said": "praise", "becomes": "complaint", "version": "rules-2",
    "language": "en", "by": {"id": 4, "name": "Lina"}, "at": "2026-11-21T11:50:00Z", "undone_at": None,
    "undone_by": None,
}  # fmt: skip


class Correction(Shape):
    """One person's word on one judgement. `said` is what stood there; where both are equal, the person agreed.

    Of spam both are "yes" or "no"; of a topic they are its number, with "-" before it where the mention does not speak
    of it. `said` is "unsure" where a kind had been left to a person. `version` is what had judged, or "person".
    """

    model_config = example(_CORRECTION)

    id: int
    mention_id: int
    aspect: Aspect
    said: str
    becomes: str
    version: str
    language: str
    by: Name | None
    at: datetime
    undone_at: datetime | None
    undone_by: Name | None


class Word(Given):
    """What a person says of one judgement."""

    aspect: str = Field(max_length=40, description="mood, kind, language, topic or spam.", examples=["kind"])
    becomes: str = Field(
        min_length=1,
        max_length=40,
        description="A mood, a kind, a code of a language, a topic's number (with “-”: not of it), or “yes” or “no”.",
        examples=["complaint"],
    )


@router.get("/mentions/{mention_id}/corrections", summary="List what people said of a mention", responses=NOT_HERE)
def index(session: Database, acting: Insider, mention_id: int) -> Stretch[Correction]:
    """List what people said of our judgements of a mention, newest first, what was taken back among it."""
    if heard.mention(session, mention_id) is None:
        raise NoSuch("mention", mention_id)
    return Stretch[Correction](items=shown(session, corrections.of(session, [mention_id]).get(mention_id, ())))


@router.post(
    "/mentions/{mention_id}/corrections",
    summary="Correct a mention",
    status_code=status.HTTP_201_CREATED,
    responses=NOT_HERE,
)
def create(session: Database, acting: Speaker, now: Now, mention_id: int, body: Word) -> Correction:
    """Say what a judgement should have been, or that it is right; it stands from now on, whatever is judged later.

    The chart judges the mention anew. An issue nobody has handed over follows; of one that was, only the move tells.
    Owners may correct what is in the issues of their departments.
    """
    made = correcting.correct(session, mention_id, body.aspect, body.becomes, by=acting, now=now)
    return shown(session, [made])[0]


@router.delete("/corrections/{correction_id}", summary="Take a correction back", responses=NOT_HERE)
def undo(session: Database, acting: Speaker, now: Now, correction_id: int) -> Correction:
    """Take the newest word on an aspect back: what stood before it stands again, for its issue too."""
    return shown(session, [correcting.undo(session, correction_id, by=acting, now=now)])[0]


def shown(session: Session, rows: Iterable[Row]) -> list[Correction]:
    """Return corrections with the names of who said them."""
    names = {one.id: Name(id=one.id, name=one.name) for one in people.members(session)}
    return [
        Correction(
            id=row.id, mention_id=row.mention_id, aspect=Aspect(row.aspect), said=row.said, becomes=row.becomes,
            version=row.version, language=row.language, by=names.get(row.by_id), at=row.at, undone_at=row.undone_at,
            undone_by=names.get(row.undone_by_id or 0),
        )
        for row in rows
    ]  # fmt: skip
