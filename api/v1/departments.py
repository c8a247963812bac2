"""Who answers for one sort of matter."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import Database, require
from api.v1.paging import Given, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from triage import people
from triage.models import Role

router = APIRouter(prefix="/departments", tags=["departments"])
Insider = Annotated[people.Actor, Depends(require())]
Admin = Annotated[people.Actor, Depends(require(Role.ADMIN, scope=Scope.ADMIN))]

_HOURS = {"mon": [["09:00", "13:00"], ["14:00", "18:00"]], "holidays": ["2026-12-25"]}
_CARE = {
    "id": 1, "key": "care", "name": "Care", "timezone": "Europe/Berlin", "hours": None, "enabled": True,
    "is_demo": False,
}  # fmt: skip


class Department(Shape):
    """A department. `hours` null is around the clock."""

    model_config = example(_CARE)

    id: int
    key: str
    name: str
    timezone: str
    hours: dict[str, Any] | None
    enabled: bool
    is_demo: bool


class NewDepartment(Given):
    """A department to add."""

    key: str = Field(min_length=1, max_length=40, description="What the chart calls it.", examples=["care"])
    name: str = Field(min_length=1, max_length=120, examples=["Care"])
    timezone: str = Field(default="UTC", examples=["Europe/Berlin"])
    hours: dict[str, Any] | None = Field(
        default=None, description="Windows per weekday and days off; null is around the clock.", examples=[_HOURS]
    )


class DepartmentChanges(Given):
    """What to change; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=120)
    timezone: str | None = None
    hours: dict[str, Any] | None = Field(default=None, examples=[_HOURS])
    enabled: bool | None = None


@router.get("", summary="List departments")
def index(session: Database, acting: Insider) -> Stretch[Department]:
    """List every department, by key. There are few, so they come at once."""
    return Stretch[Department](items=[Department.model_validate(row) for row in people.departments(session)])


@router.get("/{department_id}", summary="Read a department", responses=NOT_HERE)
def read(session: Database, acting: Insider, department_id: int) -> Department:
    """Read one department."""
    return Department.model_validate(people.department(session, department_id))


@router.post("", summary="Add a department", status_code=status.HTTP_201_CREATED)
def create(session: Database, acting: Admin, body: NewDepartment) -> Department:
    """Add a department. The chart can send issues there once it has a member."""
    return Department.model_validate(people.create_department(session, **body.model_dump()))


@router.patch("/{department_id}", summary="Change a department", responses=NOT_HERE)
def change(session: Database, acting: Admin, department_id: int, body: DepartmentChanges) -> Department:
    """Change a department. Clocks that run keep the hours they began with; `"hours": null` means around the clock."""
    changes = body.model_dump(exclude_unset=True)
    return Department.model_validate(people.update_department(session, department_id, **changes))
