"""The first start: what must be there before the first mention, and the first person's way in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import accounts
from triage import charts, people
from triage.models import Member, Policy, Role

DEPARTMENTS = {"care": "Care", "content": "Content", "product": "Product"}
FIRST_ADMIN = ("Administrator", "admin@localhost.localdomain")


@dataclass(frozen=True, slots=True)
class WayIn:
    """A link that signs one person in, once."""

    name: str
    role: str
    secret: str
    minutes: float


def ground(session: Session, now: datetime) -> None:
    """Lay what every deployment stands on, where it is missing: a policy, departments, the shipped chart."""
    if session.scalar(select(Policy.id).limit(1)) is None:
        people.new_policy(session, now=now)
    if not people.departments(session):
        for key, name in DEPARTMENTS.items():
            people.create_department(session, key=key, name=name)
    charts.ensure_shipped(session, now)


def first_admin(session: Session, now: datetime) -> None:
    """Make the first administrator where nobody is there yet."""
    if not people.members(session):
        name, email = FIRST_ADMIN
        people.create_member(session, name=name, email=email, role=Role.ADMIN, now=now)


def way_in(session: Session, member: Member, minutes: float, now: datetime) -> WayIn:
    """Make a sign-in link for a member."""
    secret = accounts.sign_in_link(session, member.id, now, timedelta(minutes=minutes))
    return WayIn(member.name, member.role, secret, minutes)
