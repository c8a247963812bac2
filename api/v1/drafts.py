"""What you have written on issues and not sent."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.v1.paging import Given, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from triage import drafts, people
from triage.refusals import NoSuch

router = APIRouter(tags=["drafts"])
Insider = Annotated[people.Actor, Depends(require())]
Writer = Annotated[people.Actor, Depends(require(scope=Scope.TRIAGE))]


class Draft(Shape):
    """Words that wait for you to send them. `seen` is the version of the issue you were looking at."""

    model_config = example(
        {"issue_id": 41, "words": "I am sorry, Reza. We", "seen": 7, "updated_at": "2026-11-21T11:58:20Z"}
    )

    issue_id: int
    words: str
    seen: int
    updated_at: datetime


class Written(Given):
    """Words as typed so far."""

    words: str = Field(min_length=1, max_length=10_000, examples=["I am sorry, Reza. We"])
    seen: int = Field(ge=1, description="The version of the issue you are looking at.", examples=[7])


@router.get("/drafts", summary="List your drafts", response_description="Your drafts, newest first.")
def index(session: Database, acting: Insider) -> Stretch[Draft]:
    """List what you have written and not sent, on whichever device; nobody else sees it."""
    return Stretch[Draft](items=[Draft.model_validate(one) for one in drafts.mine(session, acting.member_id)])


@router.get("/issues/{issue_id}/draft", summary="Read your draft", responses=NOT_HERE)
def read(session: Database, acting: Insider, issue_id: int) -> Draft:
    """Read what you have written on one issue and not sent."""
    found = drafts.of(session, acting.member_id, issue_id)
    if found is None:
        raise NoSuch("draft", issue_id)
    return Draft.model_validate(found)


@router.put("/issues/{issue_id}/draft", summary="Keep your draft", responses=NOT_HERE)
def keep(session: Database, acting: Writer, now: Now, issue_id: int, body: Written) -> Draft:
    """Keep what you have written so far, instead of what was kept before. A move with words drops it."""
    drafts.keep(session, issue_id, body.words, seen=body.seen, by=acting, now=now)
    return read(session, acting, issue_id)


@router.delete("/issues/{issue_id}/draft", summary="Throw your draft away", status_code=status.HTTP_204_NO_CONTENT)
def remove(session: Database, acting: Writer, issue_id: int) -> None:
    """Forget what you have written on one issue; where nothing is kept, nothing happens."""
    drafts.drop(session, acting.member_id, issue_id)
