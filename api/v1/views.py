"""Saved views of the inbox: a lane with its filters under a name."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, status
from pydantic import Field, model_validator

from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.pages import chosen
from api.v1.paging import Given, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from api.v1.shapes import DepartmentName
from triage import people, views
from triage.find import views as kept
from triage.refusals import BadInput

router = APIRouter(prefix="/views", tags=["views"])
Insider = Annotated[people.Actor, Depends(require())]
Keeper = Annotated[people.Actor, Depends(require(scope=Scope.TRIAGE))]

_VIEW = {
    "id": 3, "name": "Persian, unanswered", "address": "lane=triage&language=fa", "keeper": "me", "department": None,
    "position": 1, "is_default": False, "may_change": True,
}  # fmt: skip
Address = Annotated[
    str,
    Field(
        max_length=2000,
        description="The query of the inbox: lane, q, kind, mood, source, language, topic, department, owner, author, "
        "late and broken (1 or 0).",
        examples=["lane=triage&language=fa"],
    ),
]
ViewName = Annotated[str, Field(min_length=1, max_length=views.LONGEST_NAME, examples=["Persian, unanswered"])]


class View(Shape):
    """One view. `keeper` is me, department or everybody; `is_default` opens the inbox of those it belongs to."""

    model_config = example(_VIEW)

    id: int
    name: str
    address: str
    keeper: Literal["me", "department", "everybody"]
    department: DepartmentName | None
    position: int
    is_default: bool
    may_change: bool


class NewView(Given):
    """A view to keep: for yourself, unless it names a department or everybody."""

    name: ViewName
    address: Address
    department_id: int | None = Field(default=None, description="For one department.", examples=[None])
    everybody: bool = Field(default=False, description="For everybody. Managers and administrators may.")

    @model_validator(mode="after")
    def _one_keeper(self) -> "NewView":
        if self.everybody and self.department_id is not None:
            raise ValueError("Keep it for one department or for everybody, not for both")
        return self


class ViewChange(Given):
    """What changes; what is left out stays. `position` counts from 1 among the views of the same keeper."""

    name: ViewName | None = None
    address: Address | None = Field(default=None, examples=["lane=triage&language=fa&kind=complaint"])
    is_default: bool | None = Field(default=None, examples=[True])
    position: int | None = Field(default=None, ge=1, examples=[1])


@router.get("", summary="List saved views")
def index(session: Database, acting: Insider) -> Stretch[View]:
    """List the views you see: your own, those of your departments, and everybody's."""
    return Stretch[View](items=[View.model_validate(one) for one in kept.views(session, acting)])


@router.post("", summary="Save a view", status_code=status.HTTP_201_CREATED)
def make(session: Database, acting: Keeper, now: Now, body: NewView) -> View:
    """Keep a view. Only what the address narrows by is kept, not what is open in it."""
    made = views.make(
        session, body.name, _address(body.address), by=acting, now=now, department_id=body.department_id,
        everybody=body.everybody,
    )  # fmt: skip
    return View.model_validate(kept.view(session, acting, made.id))


@router.get("/{view_id}", summary="Read a view", responses=NOT_HERE)
def read(session: Database, acting: Insider, view_id: int) -> View:
    """Read one view."""
    return View.model_validate(kept.view(session, acting, view_id))


@router.patch("/{view_id}", summary="Change a view", responses=NOT_HERE)
def change(session: Database, acting: Keeper, now: Now, view_id: int, body: ViewChange) -> View:
    """Rename a view, point it elsewhere, open the inbox with it, or put it in another place."""
    views.change(
        session, view_id, by=acting, now=now, name=body.name, is_default=body.is_default,
        address=None if body.address is None else _address(body.address),
    )  # fmt: skip
    if body.position is not None:
        views.place(session, view_id, body.position, by=acting)
    return View.model_validate(kept.view(session, acting, view_id))


@router.delete("/{view_id}", summary="Delete a view", status_code=status.HTTP_204_NO_CONTENT, responses=NOT_HERE)
def delete(session: Database, acting: Keeper, now: Now, view_id: int) -> None:
    """Delete a view. The issues it showed stay where they are."""
    views.delete(session, view_id, by=acting, now=now)


def _address(query: str) -> str:
    looked = chosen.of(query)
    if not looked.address:
        raise BadInput("address", "Name a lane or a filter, such as `lane=triage&language=fa`.")
    return looked.address
