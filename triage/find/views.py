"""The saved views a person sees, and the one their inbox opens with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage import views as kept
from triage.find.cards import DepartmentName
from triage.models import Department, View
from triage.refusals import NoSuch
from triage.rights import Actor

Keeper = Literal["me", "department", "everybody"]
KEEPERS: tuple[Keeper, ...] = ("me", "department", "everybody")


@dataclass(frozen=True, slots=True)
class ViewShown:
    """A lane with its filters under a name; `address` is the query of the inbox, `position` its place from 1."""

    id: int
    name: str
    address: str
    keeper: Keeper
    department: DepartmentName | None
    position: int
    is_default: bool
    may_change: bool


def views(session: Session, actor: Actor) -> tuple[ViewShown, ...]:
    """Return the views somebody sees: their own first, then those of departments, then everybody's."""
    rows = session.execute(
        select(View, Department)
        .outerjoin(Department, Department.id == View.department_id)
        .where(kept.sees(actor))
        .order_by(View.owner_id.is_(None), View.department_id.is_(None), Department.key, View.position, View.id)
    )
    return tuple(_shown(actor, view, department) for view, department in rows)


def view(session: Session, actor: Actor, view_id: int) -> ViewShown:
    """Return one view; raise `NoSuch` where it is absent or not theirs to see."""
    found = next((one for one in views(session, actor) if one.id == view_id), None)
    if found is None:
        raise NoSuch("view", view_id)
    return found


def default(found: Sequence[ViewShown], actor: Actor) -> ViewShown | None:
    """Return the view somebody's inbox opens with: their own, else their department's, else everybody's."""
    mine = (one for one in found if one.is_default)
    return next((one for one in mine if one.department is None or one.department.id in actor.department_ids), None)


def _shown(actor: Actor, row: View, department: Department | None) -> ViewShown:
    keeper: Keeper = "me" if row.owner_id is not None else "department" if department is not None else "everybody"
    place = DepartmentName(department.id, department.key, department.name) if department else None
    return ViewShown(
        row.id, row.name, row.address, keeper, place, row.position, row.is_default, kept.may_change(actor, row)
    )
