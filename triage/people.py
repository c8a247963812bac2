"""Who works here: departments, members, what each may see, and the policy they promised to keep."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from triage import calendars, notify, particulars
from triage.deadlines import Terms
from triage.models import Department, Member, Membership, Policy, Role
from triage.particulars import LANGUAGES
from triage.refusals import BadInput, NobodyEligible, NoSuch
from triage.rights import Actor

__all__ = [
    "LANGUAGES",
    "Actor",
    "actor_of",
    "admins",
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
    "set_departments",
    "terms_of",
    "triagers",
    "update_department",
    "update_member",
]

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
    """Return who can own an issue of that department now: active members of an enabled one, by name."""
    wanted = (
        select(Member)
        .join(Membership, Membership.member_id == Member.id)
        .join(Department, Department.id == Membership.department_id)
        .where(Membership.department_id == department_id, Department.enabled, Member.active)
        .where(Member.role != Role.OUTSIDER)
        .order_by(Member.name, Member.id)
    )
    return list(session.scalars(wanted))


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
    """Return the ids of the active leads of a department."""
    if department_id is None:
        return []
    wanted = (
        select(Member.id)
        .join(Membership, Membership.member_id == Member.id)
        .where(Membership.department_id == department_id, Membership.is_lead, Member.active)
        .where(Member.role != Role.OUTSIDER)
    )
    return list(session.scalars(wanted.order_by(Member.id)))


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


def current_policy(session: Session, now: datetime | None = None) -> Policy:
    """Return the policy in force for new issues; raise `NoSuch` before the first."""
    wanted = select(Policy).order_by(Policy.effective_at.desc(), Policy.id.desc()).limit(1)
    if now is not None:
        wanted = wanted.where(Policy.effective_at <= now)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NoSuch("policy", "current")
    return found


def terms_of(policy: Policy) -> Terms:
    """Return a policy's numbers as a plain value."""
    return Terms(
        triage_hours=policy.triage_hours,
        resolution_hours=policy.resolution_hours,
        late_after_hours=policy.late_after_hours,
        late_hours=policy.late_hours,
        pause_hours=policy.pause_hours,
        reopen_hours=policy.reopen_hours,
        warn_at=tuple(sorted(int(step) for step in policy.warn_at)),
        at_risk_hours=policy.at_risk_hours,
    )


def hours_of(found: Department | None) -> calendars.Calendar | None:
    """Return a department's working hours; `None` is around the clock."""
    return None if found is None else calendars.read(found.timezone, found.hours)


def new_policy(session: Session, *, now: datetime, name: str = "", **numbers: Any) -> Policy:
    """Write a new edition of the policy, in force from `now`; issues that stand keep theirs. Raise `BadInput`."""
    limits = {"triage_hours": 720.0, "resolution_hours": 2160.0, "late_after_hours": 720.0, "late_hours": 720.0,
              "pause_hours": 8760.0, "reopen_hours": 8760.0, "join_hours": 2160.0, "at_risk_hours": 720.0}  # fmt: skip
    for field, value in numbers.items():
        if field == "warn_at":
            particulars.steps(value)
        elif field not in limits:
            raise BadInput(field, "A policy has no such number.")
        elif not particulars.is_number(value) or not 0 < value <= limits[field]:
            raise BadInput(field, "Hours must be more than 0 and at most %(most)s.", most=limits[field])
    made = Policy(name=particulars.text("name", name, 200) if name else "Everyone, 24/7", effective_at=now, **numbers)
    session.add(made)
    session.flush()
    return made


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
    particulars.only(changes, {"name", "email", "role", "language", "timezone", "channels", "quiet_hours", "active"})
    checked = particulars.member(session, changes, found.id)
    stays = checked.get("role", found.role) == Role.ADMIN and checked.get("active", found.active)
    if not stays and admins(session) == [found.id]:
        raise BadInput("role", "Somebody must stay administrator: make another one first.")
    _changed(session, found, checked)
    if {"quiet_hours", "timezone"} & set(checked):
        notify.rouse(session, found.id)
    return found


def join_department(session: Session, member_id: int, department_id: int, *, is_lead: bool = False) -> None:
    """Let a member work in a department, or change whether they lead it."""
    member(session, member_id)
    department(session, department_id)
    session.merge(Membership(member_id=member_id, department_id=department_id, is_lead=is_lead))
    session.flush()


def leave_department(session: Session, member_id: int, department_id: int) -> None:
    """Let a member work in a department no longer; their issues there stay with the department."""
    session.execute(
        delete(Membership).where(Membership.member_id == member_id, Membership.department_id == department_id)
    )


def set_departments(session: Session, member_id: int, leads_by_department: Mapping[int, bool]) -> None:
    """Let a member work in exactly these departments; the value says whether they lead there."""
    member(session, member_id)
    for department_id in leads_by_department:
        department(session, department_id)
    session.execute(
        delete(Membership).where(
            Membership.member_id == member_id, Membership.department_id.not_in(list(leads_by_department))
        )
    )
    for department_id, is_lead in leads_by_department.items():
        join_department(session, member_id, department_id, is_lead=is_lead)


def _in_role(session: Session, role: Role) -> list[int]:
    return list(session.scalars(select(Member.id).where(Member.role == role, Member.active).order_by(Member.id)))


def _changed(session: Session, row: Row, changes: Mapping[str, Any]) -> Row:
    for name, value in changes.items():
        setattr(row, name, value)
    session.flush()
    return row
