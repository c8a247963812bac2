"""The two promises in numbers: the edition in force, those to come, and what another one would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triage import particulars
from triage.deadlines import Terms
from triage.models import OPEN, Issue, Policy, Promise
from triage.refusals import BadInput, NoSuch

# hours, each at most
LIMITS: Mapping[str, float] = {
    "triage_hours": 720.0, "resolution_hours": 2160.0, "late_after_hours": 720.0, "late_hours": 720.0,
    "pause_hours": 8760.0, "reopen_hours": 8760.0, "join_hours": 2160.0, "at_risk_hours": 720.0,
}  # fmt: skip
FARTHEST = timedelta(days=366)


def current_policy(session: Session, now: datetime | None = None) -> Policy:
    """Return the policy in force for new issues: before the first began, the first. Raise `NoSuch` where none is."""
    wanted = select(Policy).order_by(Policy.effective_at.desc(), Policy.id.desc()).limit(1)
    found = session.scalars(wanted if now is None else wanted.where(Policy.effective_at <= now)).one_or_none()
    if found is None:
        found = session.scalars(select(Policy).order_by(Policy.effective_at, Policy.id).limit(1)).one_or_none()
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


def editions(session: Session) -> list[Policy]:
    """Return every edition, the newest (or the one still to come) first."""
    return list(session.scalars(select(Policy).order_by(Policy.effective_at.desc(), Policy.id.desc())))


def running(session: Session) -> int:
    """Count the issues whose promises still run; each keeps the edition it was opened under."""
    open_ones = select(func.count()).select_from(Issue).where(Issue.status.in_(OPEN))
    return session.scalar(open_ones) or 0


@dataclass(frozen=True, slots=True)
class Effect:
    """One promise over the last `days`: of those `met`, `was` in time, and `would` be with `hours` promised."""

    promise: Promise
    hours: float
    days: int
    met: int
    was: int
    would: int


def effect(session: Session, numbers: Mapping[str, Any], now: datetime, days: int = 30) -> tuple[Effect, ...]:
    """Return what other numbers would have made of both promises lately, had people worked as they did.

    How long each took is in the promise's own hours. Late-found issues count apart, so not here.
    """
    columns = {
        Promise.TRIAGE: (Issue.triage, Issue.triage_done_at, Issue.triage_seconds),
        Promise.RESOLUTION: (Issue.resolution, Issue.resolution_done_at, Issue.resolution_seconds),
    }
    found = []
    for promise, (state, done_at, seconds) in columns.items():
        hours = float(numbers[f"{promise}_hours"])
        counted = select(
            func.count(), func.count().filter(state == "kept"), func.count().filter(seconds <= hours * 3600)
        ).where(done_at > now - timedelta(days=days), state.in_(("kept", "broken")), Issue.late_found.is_(False))
        found.append(Effect(promise, hours, days, *session.execute(counted).one()))
    return tuple(found)


def numbers_of(policy: Policy) -> dict[str, Any]:
    """Return every number of an edition, as `new_policy` takes them."""
    return {name: getattr(policy, name) for name in (*LIMITS, "warn_at")}


def new_policy(
    session: Session, *, now: datetime, name: str = "", effective_at: datetime | None = None, **numbers: Any
) -> Policy:
    """Write a new edition, in force from `effective_at` (now, if left out); issues that stand keep theirs.

    Raises `BadInput`.
    """
    check(numbers)
    if effective_at is not None and not now <= effective_at <= now + FARTHEST:
        raise BadInput("effective_at", "A new edition begins now or later, within a year.")
    called = particulars.text("name", name, 200) if name else "Everyone, 24/7"
    made = Policy(name=called, effective_at=effective_at or now, **numbers)
    session.add(made)
    session.flush()
    return made


def withdraw(session: Session, policy_id: int, now: datetime) -> Policy:
    """Take an edition back that is not in force yet; raise `NoSuch`, or `BadInput` for one that is."""
    found = session.get(Policy, policy_id)
    if found is None:
        raise NoSuch("policy", policy_id)
    if found.effective_at <= now:
        raise BadInput("policy", "This edition is in force, and issues stand under it. Write a new one instead.")
    session.delete(found)
    session.flush()
    return found


def check(numbers: Mapping[str, Any]) -> None:
    """Raise `BadInput` unless these are numbers a policy may have."""
    for field, value in numbers.items():
        if field == "warn_at":
            particulars.steps(value)
        elif field not in LIMITS:
            raise BadInput(field, "A policy has no such number.")
        elif not particulars.is_number(value) or not 0 < value <= LIMITS[field]:
            raise BadInput(field, "Hours must be more than 0 and at most %(most)s.", most=LIMITS[field])
