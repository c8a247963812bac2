"""The morning's sweep: everything severe since a moment, in one answer."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, status
from pydantic import AwareDatetime, Field

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, require
from api.v1.crises import LINE, Crisis, line
from api.v1.paging import Given, Shape, example
from api.v1.shapes import CARD, MENTION, IssueCard, Mention, Name
from api.v1.spikes import Spike
from triage import people, sweeping
from triage.find import sweep as sweeps

router = APIRouter(prefix="/sweep", tags=["sweep"])
Insider = Annotated[people.Actor, Depends(require())]
Sweeper = Annotated[people.Actor, Depends(require(*HEARERS, scope=Scope.TRIAGE))]

LOOK_BACK = timedelta(hours=24)
_SEVERE = {"said": MENTION, "reach": 248, "copies": 2, "issue": CARD, "is_elsewhere": False}
_DONE = {
    "by": {"id": 4, "name": "Lina"}, "at": "2026-11-21T07:05:00Z", "since": "2026-11-20T00:00:00Z",
    "words": "Quiet but for the forum.",
}  # fmt: skip
_SWEEP = {
    "since": "2026-11-20T00:00:00Z", "until": "2026-11-21T07:00:00Z", "is_quiet": False, "crises": [LINE],
    "incidents": [], "silent": [], "severe": [_SEVERE], "severe_count": 1, "staff": [], "staff_count": 0,
    "broken": [], "broken_count": 0, "soon": [CARD], "soon_count": 1, "last": _DONE,
}  # fmt: skip


class Severe(Shape):
    """One mention worth a look. `reach` is followers, replies and shares together; `is_elsewhere` says that it stands
    in an issue you may not see."""

    model_config = example(_SEVERE)

    said: Mention
    reach: int
    copies: int
    issue: IssueCard | None
    is_elsewhere: bool


class Swept(Shape):
    """A sweep somebody marked as done."""

    model_config = example(_DONE)

    by: Name
    at: datetime
    since: datetime
    words: str


class Sweep(Shape):
    """What happened from `since` to `until`: each list shows the first ones, its count says how many there are."""

    model_config = example(_SWEEP)

    since: datetime
    until: datetime
    is_quiet: bool
    crises: list[Crisis]
    incidents: list[Spike]
    silent: list[Spike]
    severe: list[Severe]
    severe_count: int
    staff: list[Severe]
    staff_count: int
    broken: list[IssueCard]
    broken_count: int
    soon: list[IssueCard]
    soon_count: int
    last: Swept | None


class Done(Given):
    """Since when you looked, and what you found."""

    since: AwareDatetime = Field(examples=["2026-11-20T00:00:00Z"])
    words: str = Field(default="", max_length=2_000, examples=["Quiet but for the forum."])


@router.get("", summary="Sweep")
def read(
    session: Database,
    acting: Insider,
    now: Now,
    since: Annotated[AwareDatetime | None, Query(description="24 hours ago if left out.")] = None,
) -> Sweep:
    """Everything severe since a moment: crises, incidents, angry and far-reaching words, our own people, promises."""
    found = sweeps.sweep(session, acting, since or now - LOOK_BACK, now)
    shown = {name: getattr(found, name) for name in Sweep.model_fields}
    return Sweep.model_validate(shown | {"crises": [line(one) for one in found.crises]}, from_attributes=True)


@router.post("", summary="Mark a sweep as done", status_code=status.HTTP_201_CREATED)
def mark(session: Database, acting: Sweeper, now: Now, body: Done) -> Swept:
    """Write down that you went through everything, so that the next person knows from where to go on."""
    made = sweeping.mark(session, body.since, by=acting, now=now, words=body.words)
    name = Name(id=acting.member_id, name=acting.name)
    return Swept(by=name, at=made.at, since=made.since, words=made.words)
