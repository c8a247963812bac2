"""Who is at an issue just now, and who holds its answer."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.v1.paging import Given, Shape, example
from api.v1.problems import NOT_HERE
from triage import people, presence, rights, turn
from triage.models import Doing
from triage.refusals import NoSuch

router = APIRouter(prefix="/issues/{issue_id}/presences", tags=["presences"], responses=NOT_HERE)
Insider = Annotated[people.Actor, Depends(require())]
Writer = Annotated[people.Actor, Depends(require(scope=Scope.TRIAGE))]

_CARA = {
    "id": 1, "name": "Cara", "doing": "writing", "since": "2026-11-21T11:57:02Z", "until": "2026-11-21T12:00:20Z",
}  # fmt: skip


class Presence(Shape):
    """One person at an issue. It is believed until `until`, unless it is said anew."""

    model_config = example(_CARA)

    id: int
    name: str
    doing: Doing
    since: datetime
    until: datetime


class Attendance(Shape):
    """The others at an issue, writers first. While `held_by` holds the answer, nobody else may acknowledge."""

    model_config = example({"others": [_CARA], "held_by": _CARA})

    others: list[Presence]
    held_by: Presence | None


class Here(Given):
    """What you do at the issue."""

    doing: Doing = Field(examples=["writing"])
    take: bool = Field(default=False, description="Take the answer over from whoever writes it.")


@router.get("", summary="Read who is at an issue")
def read(session: Database, acting: Insider, now: Now, issue_id: int) -> Attendance:
    """Read who else is at an issue, without saying that you are."""
    if not rights.may_see(acting, turn.load(session, issue_id)):
        raise NoSuch("issue", issue_id)
    return Attendance.model_validate(presence.around(session, issue_id, by=acting, now=now))


@router.put("/me", summary="Say that you are at an issue")
def attend(session: Database, acting: Writer, now: Now, issue_id: int, body: Here) -> Attendance:
    """Say that you read (believed for 30 seconds) or write (for two minutes). Of several writers the first answers."""
    told = presence.attend(session, issue_id, body.doing, by=acting, now=now, take=body.take)
    return Attendance.model_validate(told)


@router.delete("/me", summary="Say that you have gone", status_code=status.HTTP_204_NO_CONTENT)
def leave(session: Database, acting: Writer, issue_id: int) -> None:
    """Say that you have left; it is also believed by itself after a short while."""
    presence.leave(session, issue_id, by=acting)
