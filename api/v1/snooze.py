"""Setting an issue aside: what it would do to the promises, doing it, and bringing it back."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, Field

from api.dependencies import Database, Now, require
from api.v1.moves import Plain, Taken
from api.v1.paging import Instant, Shape, example
from api.v1.problems import NOT_HERE, STALE
from api.v1.shapes import IssueState
from triage import find, people
from triage import snooze as aside
from triage.refusals import BadInput
from triage.turn import load

router = APIRouter(prefix="/issues/{issue_id}", responses=NOT_HERE)
Insider = Annotated[people.Actor, Depends(require())]


class Effect(Shape):
    """What a snooze does: `breaks` is the promise whose deadline, `due`, comes first; `instead` still keeps it."""

    model_config = example(
        {"breaks": "triage", "due": "2026-11-21T15:08:00Z", "instead": "2026-11-21T14:50:00Z"},
        {"breaks": None, "due": "2026-11-21T21:12:00Z", "instead": None},
    )

    breaks: str | None
    due: datetime | None
    instead: datetime | None


class Snooze(Plain):
    """Until when it is out of everybody's sight, 30 days at most."""

    until: Instant = Field(examples=["2026-11-21T14:50:00Z"])


@router.get("/snooze", summary="Ask what a snooze would do", tags=["issues"])
def snooze_effect(
    session: Database,
    acting: Insider,
    now: Now,
    issue_id: int,
    until: Annotated[AwareDatetime, Query(examples=["2026-11-21T16:00:00Z"])],
) -> Effect:
    """Say which promise would break while the issue is out of sight. Nothing is done."""
    find.issue(session, acting, issue_id, now)
    if until <= now:
        raise BadInput("until", "Choose a moment that is still to come.")
    return Effect.model_validate(aside.effect(load(session, issue_id), until, now))


@router.post("/snooze", summary="Snooze", tags=["moves"], responses=STALE)
def snooze(turn: Taken, body: Snooze) -> IssueState:
    """Take it out of everybody's sight until then. Its clocks run on, and it comes back by itself.

    It comes back before that when its author speaks again, when a promise breaks, and with every other move.
    """
    return turn.told(aside.snooze(turn.session, turn.issue_id, body.until, **turn.taken(body)))


@router.post("/wake", summary="Wake", tags=["moves"], responses=STALE)
def wake(turn: Taken, body: Plain) -> IssueState:
    """Bring it back before its time."""
    return turn.told(aside.wake(turn.session, turn.issue_id, **turn.taken(body)))
