"""The two promises in numbers, edition by edition."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.v1.paging import Given, Instant, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from triage import people, policies
from triage.models import Role

router = APIRouter(prefix="/policies", tags=["policies"])
Insider = Annotated[people.Actor, Depends(require())]
Admin = Annotated[people.Actor, Depends(require(Role.ADMIN, scope=Scope.ADMIN))]

_NUMBERS = {
    "triage_hours": 12.0, "resolution_hours": 24.0, "late_after_hours": 12.0, "late_hours": 4.0, "pause_hours": 72.0,
    "reopen_hours": 168.0, "join_hours": 48.0, "warn_at": [50, 75, 90], "at_risk_hours": 2.0,
}  # fmt: skip
_EDITION = {"id": 2, "name": "Summer 2027", **_NUMBERS, "effective_at": "2027-06-01T00:00:00Z", "in_force": False}
_EFFECT = {"promise": "triage", "hours": 8.0, "days": 30, "met": 412, "was": 396, "would": 351}


class Policy(Shape):
    """One edition. Issues keep the one they were opened under, whatever comes later."""

    model_config = example(_EDITION)

    id: int
    name: str
    triage_hours: float
    resolution_hours: float
    late_after_hours: float
    late_hours: float
    pause_hours: float
    reopen_hours: float
    join_hours: float
    warn_at: list[int] = Field(description="Percents of the promised time at which people are warned.")
    at_risk_hours: float
    effective_at: datetime
    in_force: bool = False


class Numbers(Given):
    """Hours, each more than 0; what is left out is as in the edition in force."""

    triage_hours: float | None = Field(default=None, gt=0, examples=[8.0])
    resolution_hours: float | None = Field(default=None, gt=0)
    late_after_hours: float | None = Field(default=None, gt=0)
    late_hours: float | None = Field(default=None, gt=0)
    pause_hours: float | None = Field(default=None, gt=0)
    reopen_hours: float | None = Field(default=None, gt=0)
    join_hours: float | None = Field(default=None, gt=0)
    warn_at: list[int] | None = Field(default=None, max_length=9)
    at_risk_hours: float | None = Field(default=None, gt=0)


class NewPolicy(Numbers):
    """An edition to write."""

    name: str = Field(min_length=1, max_length=200, examples=["Summer 2027"])
    effective_at: Instant | None = Field(default=None, description="Now, if left out; never before now.")


class Effect(Shape):
    """One promise over the last days: of what was `met`, `was` in time, and `would` have been within `hours`."""

    model_config = example(_EFFECT)

    promise: str
    hours: float
    days: int
    met: int
    was: int
    would: int


@router.get("", summary="List policies")
def index(session: Database, acting: Insider, now: Now) -> Stretch[Policy]:
    """List every edition, the newest (or still to come) first."""
    current = policies.current_policy(session, now).id
    shown = [Policy.model_validate(row) for row in policies.editions(session)]
    for one in shown:
        one.in_force = one.id == current
    return Stretch[Policy](items=shown)


@router.post("/preview", summary="Try other numbers")
def preview(session: Database, acting: Insider, now: Now, body: Numbers) -> Stretch[Effect]:
    """Say what other numbers would have made of the last 30 days. Nothing is kept."""
    numbers = _numbers(session, body, now)
    policies.check(numbers)
    return Stretch[Effect](items=[Effect.model_validate(one) for one in policies.effect(session, numbers, now)])


@router.post("", summary="Write a policy", status_code=status.HTTP_201_CREATED)
def create(session: Database, acting: Admin, now: Now, body: NewPolicy) -> Policy:
    """Write a new edition. It holds for issues opened from its moment on."""
    made = policies.new_policy(
        session, now=now, name=body.name, effective_at=body.effective_at, **_numbers(session, body, now)
    )
    shown = Policy.model_validate(made)
    shown.in_force = policies.current_policy(session, now).id == made.id
    return shown


@router.delete("/{policy_id}", summary="Withdraw a policy", status_code=204, responses=NOT_HERE)
def remove(session: Database, acting: Admin, now: Now, policy_id: int) -> None:
    """Take an edition back that is not in force yet."""
    policies.withdraw(session, policy_id, now)


def _numbers(session: Database, body: Numbers, now: datetime) -> dict[str, Any]:
    given = body.model_dump(exclude_none=True, exclude={"name", "effective_at"})
    return policies.numbers_of(policies.current_policy(session, now)) | given
