"""The first start: what must be there before the first mention, and a person's way in."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import accounts
from triage import charts, empathy, people
from triage.models import Policy, Role

DEPARTMENTS = {"care": "Care", "content": "Content", "product": "Product"}
FIRST_ADMIN = ("Administrator", "admin@localhost.localdomain")
LINK_MINUTES = f"{accounts.LINK_TERM.total_seconds() / 60:.0f} minutes"


def ground(session: Session, now: datetime) -> None:
    """Lay what every deployment stands on, where it is missing: a policy, departments, chart, lines."""
    if session.scalar(select(Policy.id).limit(1)) is None:
        people.new_policy(session, now=now)
    if not people.departments(session):
        for key, name in DEPARTMENTS.items():
            people.create_department(session, key=key, name=name)
    charts.ensure_shipped(session, now)
    empathy.ensure_shipped(session, now)


def first_admin(session: Session, now: datetime) -> None:
    """Make the first administrator where nobody is there yet."""
    if not people.members(session):
        name, email = FIRST_ADMIN
        people.create_member(session, name=name, email=email, role=Role.ADMIN, now=now)


def way_in(session: Session, member_id: int, now: datetime) -> str:
    """Make a sign-in link for a member; return the path of its page."""
    return f"/signin/{accounts.sign_in_link(session, member_id, now)}"
