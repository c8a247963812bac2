"""Saved views of the inbox: made, renamed, put in order and deleted by those they belong to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true, update
from sqlalchemy.orm import Session

from triage import audit, people
from triage.models import View
from triage.refusals import BadInput, NoSuch, NotYours
from triage.rights import EVERYTHING, Actor

LONGEST_NAME = 60
LONGEST_ADDRESS = 2000
MOST = 50  # of one keeper; more is no list any more


def make(
    session: Session,
    name: str,
    address: str,
    *,
    by: Actor,
    now: datetime,
    department_id: int | None = None,
    everybody: bool = False,
) -> View:
    """Keep an address of the inbox under a name: for oneself, for one department, or for everybody. It comes last."""
    owner_id = None if everybody or department_id is not None else by.member_id
    view = View(
        name=_name(name), address=_address(address), owner_id=owner_id,
        department_id=None if everybody else department_id, by_id=by.member_id, created_at=now,
    )  # fmt: skip
    if view.department_id is not None:
        people.department(session, view.department_id)
    _need_right(by, view)
    count, last = session.execute(select(func.count(), func.max(View.position)).where(_keeper(view))).one()
    if count >= MOST:
        raise BadInput("name", "There are %(most)s views already. Delete one that nobody opens.", most=MOST)
    view.position = (last or 0) + 1
    session.add(view)
    session.flush()
    _note(session, "made", view, by, now, becomes=_said(view))
    return view


def change(
    session: Session,
    view_id: int,
    *,
    by: Actor,
    now: datetime,
    name: str | None = None,
    address: str | None = None,
    is_default: bool | None = None,
) -> View:
    """Rename a view, point it elsewhere, or let the inbox open with it: one default for each keeper."""
    view = _held(session, view_id, by)
    before = _said(view)
    if name is not None:
        view.name = _name(name)
    if address is not None:
        view.address = _address(address)
    if is_default is not None:
        if is_default:
            session.execute(update(View).where(_keeper(view)).values(is_default=False))
        view.is_default = is_default
    session.flush()
    _note(session, "changed", view, by, now, said=before, becomes=_said(view))
    return view


def place(session: Session, view_id: int, position: int, *, by: Actor) -> View:
    """Put a view at a position (from 1) among those of its keeper; the others close up."""
    view = _held(session, view_id, by)
    rows = list(session.scalars(select(View).where(_keeper(view)).order_by(View.position, View.id).with_for_update()))
    rows.remove(view)
    rows.insert(min(max(position, 1), len(rows) + 1) - 1, view)
    for at, one in enumerate(rows, 1):
        one.position = at
    session.flush()
    return view


def delete(session: Session, view_id: int, *, by: Actor, now: datetime) -> None:
    """Take a view away; the issues it showed stay where they are."""
    view = _held(session, view_id, by)
    session.delete(view)
    session.flush()
    _note(session, "deleted", view, by, now, said=_said(view))


def may_change(actor: Actor, view: View) -> bool:
    """Whether somebody may make or change this view: their own, their department's, and everybody's if they lead."""
    if view.owner_id is not None:
        return view.owner_id == actor.member_id
    return actor.role in EVERYTHING or (view.department_id is not None and view.department_id in actor.department_ids)


def sees(actor: Actor) -> ColumnElement[bool]:
    """Return the clause on `View`: their own, those of their departments (of all for those who lead), everybody's."""
    theirs = View.department_id.is_(None) | View.department_id.in_(sorted(actor.department_ids))
    shared = View.owner_id.is_(None) & (true() if actor.role in EVERYTHING else theirs)
    return shared | (View.owner_id == actor.member_id)


def _held(session: Session, view_id: int, by: Actor) -> View:
    view = session.scalars(select(View).where(View.id == view_id, sees(by)).with_for_update()).one_or_none()
    if view is None:
        raise NoSuch("view", view_id)
    _need_right(by, view)
    return view


def _need_right(by: Actor, view: View) -> None:
    if not may_change(by, view):
        raise NotYours(verb="view")


def _keeper(view: View) -> ColumnElement[bool]:
    return View.owner_id.is_not_distinct_from(view.owner_id) & View.department_id.is_not_distinct_from(
        view.department_id
    )


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 0 < len(name) <= LONGEST_NAME or "\x00" in name:
        raise BadInput("name", "Give the view a name of at most %(most)s characters.", most=LONGEST_NAME)
    return name


def _address(text: str) -> str:
    if len(text) > LONGEST_ADDRESS or "\x00" in text:
        raise BadInput("address", "This narrows by more than a view can keep. Take some of it away.")
    return text


def _said(view: View) -> dict[str, Any]:
    return {"name": view.name, "address": view.address, "is_default": view.is_default}


def _note(session: Session, what: str, view: View, by: Actor, now: datetime, **sides: dict[str, Any]) -> None:
    # what somebody keeps for themselves is nobody else's business
    if view.owner_id is None:
        audit.write(
            session, what=what, subject="view", subject_id=view.id, name=view.name, by_id=by.member_id, now=now, **sides
        )
