"""Who works here: departments, their members, and who of them is here and can be handed an issue."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Exists, Select, or_, select, update
from sqlalchemy.orm import Session, aliased

from triage import calendars, notify, particulars
from triage.models import Department, Member, Membership, Role
from triage.particulars import LANGUAGES
from triage.policies import current_policy, new_policy, terms_of
from triage.refusals import BadInput, NobodyEligible, NoSuch
from triage.rights import Actor

__all__ = [
    "LANGUAGES",
    "Actor",
    "actor_of",
    "admins",
    "come_back",
    "create_department",
    "create_member",
    "current_policy",
    "department",
    "department_members",
    "departments",
    "eligible",
    "hours_of",
    "join_department",
    "leads",
    "leave_department",
    "listeners",
    "managers",
    "member",
    "members",
    "memberships",
    "need_eligible",
    "new_policy",
    "part_of",
    "set_departments",
    "set_members",
    "terms_of",
    "triagers",
    "update_department",
    "update_member",
]

CHANGEABLE = frozenset(
    {"name", "email", "role", "language", "timezone", "channels", "quiet_hours", "digest", "digest_at", "away_until",
     "active"}
)  # fmt: skip
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
Row = TypeVar("Row", Department, Member)


def actor_of(session: Session, member_id: int) -> Actor:
    """Return who acts; raise `NoSuch` for nobody and for those who left."""
    found = session.get(Member, member_id)
    if found is None or not found.active:
        raise NoSuch("member", member_id)
    rows = session.execute(
        select(Membership.department_id, Membership.is_lead).where(Membership.member_id == member_id)
    ).all()
    return Actor(
        member_id=found.id,
        name=found.name,
        role=Role(found.role),
        department_ids=frozenset(row.department_id for row in rows),
        led_ids=frozenset(row.department_id for row in rows if row.is_lead),
    )


def departments(session: Session, *, enabled: bool | None = None) -> list[Department]:
    """Return the departments by key; only the (not) enabled ones if asked."""
    wanted = select(Department).order_by(Department.key)
    if enabled is not None:
        wanted = wanted.where(Department.enabled == enabled)
    return list(session.scalars(wanted))


def department(session: Session, which: int | str) -> Department:
    """Return one department by id or key; raise `NoSuch`."""
    by = Department.id == which if isinstance(which, int) else Department.key == which
    found = session.scalars(select(Department).where(by)).one_or_none()
    if found is None:
        raise NoSuch("department", which)
    return found


def member(session: Session, member_id: int) -> Member:
    """Return one member, active or not; raise `NoSuch`."""
    found = session.get(Member, member_id)
    if found is None:
        raise NoSuch("member", member_id)
    return found


def members(session: Session, *, active: bool | None = None) -> list[Member]:
    """Return the members by name; only the (not) active ones if asked."""
    wanted = select(Member).order_by(Member.name, Member.id)
    if active is not None:
        wanted = wanted.where(Member.active == active)
    return list(session.scalars(wanted))


def memberships(session: Session) -> list[Membership]:
    """Return who works where."""
    return list(session.scalars(select(Membership).order_by(Membership.department_id, Membership.member_id)))


def eligible(session: Session, department_id: int) -> list[Member]:
    """Return who can own an issue of that department now: members of an enabled one who are here, by name.

    A deputy can while no lead of it is here.
    """
    return _eligible(session, [department_id])[department_id]


def eligible_in(session: Session, departments: Iterable[Department]) -> dict[int, list[Member]]:
    """Return by their ids who can own an issue of each of them now, as `eligible` does of one."""
    return _eligible(session, [one.id for one in departments])


def need_eligible(session: Session, found: Department) -> list[Member]:
    """Return who can own an issue of that department; raise `NobodyEligible` if nobody can."""
    able = eligible(session, found.id)
    if not able:
        raise NobodyEligible(department_id=found.id, department=found.name)
    return able


def department_members(session: Session, department_id: int | None) -> list[int]:
    """Return the ids of the active members of a department."""
    return [one.id for one in eligible(session, department_id)] if department_id is not None else []


def leads(session: Session, department_id: int | None) -> list[int]:
    """Return the ids of the leads of a department who are here, or where none is those of its deputies."""
    if department_id is None:
        return []
    found = session.execute(
        _here(Membership.department_id == department_id)
        .with_only_columns(Member.id, Membership.is_lead)
        .where(or_(Membership.is_lead, Membership.is_deputy))
        .order_by(Member.id)
    ).all()
    return [row.id for row in found if row.is_lead] or [row.id for row in found]


def listeners(session: Session) -> list[int]:
    """Return the ids of the active listeners."""
    return _in_role(session, Role.LISTENER)


def managers(session: Session) -> list[int]:
    """Return the ids of the active managers."""
    return _in_role(session, Role.MANAGER)


def admins(session: Session) -> list[int]:
    """Return the ids of the active administrators."""
    return _in_role(session, Role.ADMIN)


def triagers(session: Session) -> list[int]:
    """Return who looks after the queue: the listeners, or where none is active the managers, or the administrators."""
    return listeners(session) or managers(session) or admins(session)


def hours_of(found: Department | None) -> calendars.Calendar | None:
    """Return a department's working hours; `None` is around the clock."""
    return None if found is None else calendars.read(found.timezone, found.hours)


def create_department(
    session: Session,
    *,
    key: str,
    name: str,
    timezone: str = "UTC",
    hours: Mapping[str, Any] | None = None,
    enabled: bool = True,
    is_demo: bool = False,
) -> Department:
    """Add a department; raise `BadInput`."""
    if not _KEY.fullmatch(key):
        raise BadInput("key", "A key is a short word in small Latin letters, such as care.")
    if session.scalar(select(Department.id).where(Department.key == key)) is not None:
        raise BadInput("key", "There is a department “%(key)s” already.", key=key)
    made = Department(
        key=key,
        name=particulars.text("name", name, 120),
        timezone=timezone,
        hours=particulars.hours(timezone, hours),
        enabled=enabled,
        is_demo=is_demo,
    )
    session.add(made)
    session.flush()
    return made


def update_department(session: Session, department_id: int, **changes: Any) -> Department:
    """Change name, timezone, hours or enabled of a department; running clocks keep the hours they began with."""
    found = department(session, department_id)
    particulars.only(changes, {"name", "timezone", "hours", "enabled"})
    if "name" in changes:
        changes["name"] = particulars.text("name", changes["name"], 120)
    if {"timezone", "hours"} & set(changes):
        changes["hours"] = particulars.hours(changes.get("timezone", found.timezone), changes.get("hours", found.hours))
    return _changed(session, found, changes)


def create_member(
    session: Session,
    *,
    name: str,
    email: str,
    role: str,
    now: datetime,
    language: str = "en",
    timezone: str = "UTC",
    channels: Sequence[str] = (),
    quiet_hours: Mapping[str, Any] | None = None,
    department_ids: Iterable[int] = (),
    is_demo: bool = False,
) -> Member:
    """Add a person, and the departments they work in; raise `BadInput`."""
    given = {
        "name": name,
        "email": email,
        "role": role,
        "language": language,
        "timezone": timezone,
        "channels": channels,
        "quiet_hours": quiet_hours,
    }
    places = [department(session, department_id) for department_id in department_ids]
    made = Member(**particulars.member(session, given, None), is_demo=is_demo, created_at=now)
    session.add(made)
    session.flush()
    for place in places:
        join_department(session, made.id, place.id)
    return made


def update_member(session: Session, member_id: int, **changes: Any) -> Member:
    """Change a person; the last active administrator stays one. Raise `BadInput`."""
    found = member(session, member_id)
    particulars.only(changes, CHANGEABLE)
    checked = particulars.member(session, changes, found.id)
    stays = checked.get("role", found.role) == Role.ADMIN and checked.get("active", found.active)
    if not stays and admins(session) == [found.id]:
        raise BadInput("role", "Somebody must stay administrator: make another one first.")
    _changed(session, found, checked)
    if {"quiet_hours", "timezone", "digest", "digest_at"} & set(checked):
        notify.rouse(session, found.id)
    return found


def join_department(
    session: Session, member_id: int, department_id: int, *, is_lead: bool = False, is_deputy: bool = False
) -> None:
    """Let a member work in a department, or change whether they lead it or stand in for who does."""
    member(session, member_id)
    department(session, department_id)
    if is_lead and is_deputy:
        raise BadInput("deputy", "Nobody is their own deputy: choose one of the two.")
    session.merge(Membership(member_id=member_id, department_id=department_id, is_lead=is_lead, is_deputy=is_deputy))
    session.flush()


def leave_department(session: Session, member_id: int, department_id: int) -> None:
    """Let a member work in a department no longer; their issues there stay with the department."""
    found = session.get(Membership, (member_id, department_id))
    if found is not None:
        session.delete(found)
        session.flush()


def set_departments(session: Session, member_id: int, places: Mapping[int, str]) -> None:
    """Let a member work in exactly these departments, in each as "member", "lead" or "deputy"."""
    for department_id in places:
        department(session, department_id)
    for row in memberships(session):
        if row.member_id == member_id and row.department_id not in places:
            leave_department(session, member_id, row.department_id)
    for department_id, part in places.items():
        join_department(session, member_id, department_id, is_lead=part == "lead", is_deputy=part == "deputy")


def set_members(session: Session, department_id: int, parts: Mapping[int, str]) -> None:
    """Let exactly these members work in a department, each as "member", "lead" or "deputy"."""
    for member_id in parts:
        member(session, member_id)
    for row in memberships(session):
        if row.department_id == department_id and row.member_id not in parts:
            leave_department(session, row.member_id, department_id)
    for member_id, part in parts.items():
        join_department(session, member_id, department_id, is_lead=part == "lead", is_deputy=part == "deputy")


def part_of(row: Membership) -> str:
    """Return what somebody is in a department: "lead", "deputy" or "member"."""
    return "lead" if row.is_lead else "deputy" if row.is_deputy else "member"


def come_back(session: Session, now: datetime) -> int:
    """Let those be here again whose time away is over; return how many."""
    over = update(Member).where(Member.away_until <= now).values(away_until=None).returning(Member.id)
    return len(session.execute(over).all())


def _eligible(session: Session, department_ids: Sequence[int]) -> dict[int, list[Member]]:
    found: dict[int, list[Member]] = {number: [] for number in department_ids}
    wanted = (
        _here(Membership.department_id.in_(department_ids))
        .add_columns(Membership.department_id)
        .join(Department, Department.id == Membership.department_id)
        .where(Department.enabled, or_(Membership.is_deputy.is_(False), ~_lead_is_here()))
        .order_by(Member.name, Member.id)
    )
    for member, department_id in session.execute(wanted):
        found[department_id].append(member)
    return found


def _here(there: ColumnElement[bool]) -> Select[Any]:
    return (
        select(Member)
        .join(Membership, Membership.member_id == Member.id)
        .where(there, Member.active, Member.away_until.is_(None))
        .where(Member.role != Role.OUTSIDER)
    )


def _lead_is_here() -> Exists:
    lead, place = aliased(Member), aliased(Membership)
    return (
        select(place.member_id)
        .join(lead, lead.id == place.member_id)
        .where(place.department_id == Membership.department_id, place.is_lead, lead.active, lead.away_until.is_(None))
        .exists()
    )


def _in_role(session: Session, role: Role) -> list[int]:
    return list(session.scalars(select(Member.id).where(Member.role == role, Member.active).order_by(Member.id)))


def _changed(session: Session, row: Row, changes: Mapping[str, Any]) -> Row:
    for name, value in changes.items():
        setattr(row, name, value)
    session.flush()
    return row
