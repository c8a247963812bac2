"""Putting the demo on stage and taking it off again."""

import gc
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists as found
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api import environment
from api.demo import removal
from listener.clock import utc_now
from listener.models import Feed
from triage.models import Department, Member, Membership

Transaction = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the cast, for whoever wants to sign in as somebody else; `department` is empty for those without."""

    member_id: int
    name: str
    email: str
    role: str
    department: str


def exists(session: Session) -> bool:
    """Say whether anything of the demo is here: its feeds or its people."""
    return bool(session.scalar(select(or_(found().where(Feed.is_demo), found().where(Member.is_demo)))))


def seed(transaction: Transaction, now: datetime, *, origin: str | None = None, number: int = 1) -> bool:
    """Live through the two weeks before `now` in one transaction; return whether that was needed.

    `origin` is where its feeds will be served (by default the port after ours); `number` chooses another two weeks.
    A start that dies on the way leaves nothing, a second one changes nothing.
    """
    with transaction() as session:
        if exists(session):
            return False
        # read once in a deployment's life, and large: no other start should wait for it
        from api.demo.history import Fortnight  # noqa: PLC0415

        now = now.replace(microsecond=0)
        # rows stay until the commit: looking for garbage again and again takes a quarter of the time
        gc.disable()
        try:
            Fortnight(session, now, origin or f"http://127.0.0.1:{environment.demo_port()}", number).live()
        finally:
            gc.enable()
    return True


def people(session: Session) -> list[Colleague]:
    """Return the cast, by name."""
    rows = session.execute(
        select(Member.id, Member.name, Member.email, Member.role, Department.name)
        .outerjoin(Membership, Membership.member_id == Member.id)
        .outerjoin(Department, Department.id == Membership.department_id)
        .where(Member.is_demo, Member.active)
        .order_by(Member.name, Department.name)
    )
    return [Colleague(number, name, email, role, department or "") for number, name, email, role, department in rows]


def remove(session: Session, now: datetime | None = None) -> int:
    """Take the whole demo away and nothing else; return how many mentions went."""
    return removal.remove(session, now or utc_now())
