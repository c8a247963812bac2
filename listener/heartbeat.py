"""Signs of life: every worker and beat says that it is there, and anyone may ask when it last did."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from listener.models import Heartbeat

EVERY = 5.0  # seconds between two signs of one process


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign of life of one process; `name` is `role@host`."""

    name: str
    role: str
    at: datetime
    started_at: datetime


def beat(session: Session, name: str, role: str, started_at: datetime, now: datetime) -> None:
    """Write that `name` lives now."""
    row = insert(Heartbeat).values(name=name, role=role, at=now, started_at=started_at)
    again = {"role": role, "at": now, "started_at": started_at}
    session.execute(row.on_conflict_do_update(index_elements=[Heartbeat.name], set_=again))


def signs(session: Session) -> list[Sign]:
    """Return the last sign of every process, by name."""
    rows = session.scalars(select(Heartbeat).order_by(Heartbeat.name))
    return [Sign(row.name, row.role, row.at, row.started_at) for row in rows]


def leave(session: Session, name: str) -> None:
    """Take back the sign of a process that ends in an orderly way."""
    session.execute(delete(Heartbeat).where(Heartbeat.name == name))


def leave_host(session: Session, host: str) -> None:
    """Take back every sign of one machine, before its processes are started anew."""
    session.execute(delete(Heartbeat).where(Heartbeat.name.endswith(f"@{host}", autoescape=True)))


def forget(session: Session, before: datetime) -> int:
    """Drop the signs of processes last seen before then; return how many."""
    gone = session.scalars(delete(Heartbeat).where(Heartbeat.at < before).returning(Heartbeat.name))
    return len(gone.all())
