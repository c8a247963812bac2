"""The trail of settings: who changed what, and what stood there before; beside every change, never rewritten.

Whoever is at the door is named once (`acting`); from then on every change of a row that is kept here writes its own
line, in the same transaction, whichever page or program made it. What is no change of such a row calls `write`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import Session

from listener.models import Feed, FeedState, Topic
from triage.models import Audit, Department, Member, Membership, Policy, Webhook

# never shown again, so never written down either; what changed is said, not what it is
SECRETS = frozenset({"credential", "password", "password_hash", "secret", "channels", "url"})
HIDDEN = "•••"
ACTING = "acting"


@dataclass(frozen=True, slots=True)
class Kept:
    """A row whose changes are written down: what it is called in the trail, and which of its fields count."""

    subject: str
    fields: tuple[str, ...]


KEPT: dict[type, Kept] = {
    Feed: Kept(
        "feed",
        ("name", "source", "address", "options", "interval", "language", "own_handles", "state", "credential"),
    ),
    Topic: Kept("topic", ("name", "kind", "query", "enabled", "tolerance")),
    Department: Kept("department", ("name", "key", "timezone", "hours", "enabled")),
    Member: Kept(
        "member",
        ("name", "email", "role", "language", "timezone", "channels", "quiet_hours", "digest", "digest_at",
         "away_until", "active"),
    ),
    Membership: Kept("membership", ("is_lead", "is_deputy")),
    Policy: Kept(
        "policy",
        ("name", "effective_at", "triage_hours", "resolution_hours", "late_after_hours", "late_hours", "pause_hours",
         "reopen_hours", "join_hours", "warn_at", "at_risk_hours"),
    ),
    Webhook: Kept("webhook", ("url", "secret", "enabled")),
}  # fmt: skip


def keep(row: type, subject: str, fields: Sequence[str]) -> None:
    """Write down the changes of another sort of row too: the top floor's own."""
    KEPT[row] = Kept(subject, tuple(fields))


def acting(session: Session, by_id: int, now: datetime) -> None:
    """Name whoever changes settings in this session from now on."""
    session.info[ACTING] = (by_id, now)


def write(
    session: Session,
    *,
    what: str,
    subject: str,
    subject_id: int | None,
    by_id: int | None,
    now: datetime,
    name: str = "",
    said: Mapping[str, Any] | None = None,
    becomes: Mapping[str, Any] | None = None,
) -> Audit | None:
    """Write one change down; return `None` where nothing changed.

    `what` is made, changed, deleted, published, …; `said` and `becomes` are the fields before and after, of which only
    those that differ are kept. The value of a secret never is. `by_id` is empty for the house.
    """
    before, after = dict(said or {}), dict(becomes or {})
    if what == "changed":
        names = [key for key in before | after if before.get(key) != after.get(key)]
        if not names:
            return None
        before = {key: before[key] for key in names if key in before}
        after = {key: after[key] for key in names if key in after}
    made = Audit(
        at=now, by_id=by_id, what=what, subject=subject, subject_id=subject_id, name=name[:200],
        said=_told(before), becomes=_told(after),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _told(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: HIDDEN if key in SECRETS and value else _plain(value) for key, value in fields.items()}


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a moment too
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(one) for one in value)
    return value


@event.listens_for(Session, "after_flush")
def _write_down(session: Session, _: Any) -> None:
    """Write a line for each kept row this flush changed; the flush still knows what stood there before."""
    if ACTING not in session.info:
        return
    by_id, now = session.info[ACTING]
    lines = [{"at": now, "by_id": by_id, **line} for line in _lines(session)]
    if lines:
        session.execute(insert(Audit), lines)


def _lines(session: Session) -> Iterator[dict[str, Any]]:
    for what, rows in (("made", session.new), ("changed", session.dirty), ("deleted", session.deleted)):
        for row in rows:
            kept = KEPT.get(type(row))
            if kept is None:
                continue
            said, becomes = _before(row, kept), {field: getattr(row, field) for field in kept.fields}
            if what == "made":
                said, becomes = (
                    {},
                    {field: value for field, value in becomes.items() if value not in (None, "", [], {})},
                )
            elif what == "deleted":
                becomes = {}
            else:
                said, becomes = _differing(said, becomes)
            if not said and not becomes:
                continue
            done = "deleted" if becomes.get("state") == FeedState.DELETED else what
            yield {"what": done, "said": _told(said), "becomes": _told(becomes), **_named(session, row, kept)}


def _before(row: Any, kept: Kept) -> dict[str, Any]:
    attributes = inspect(row).attrs
    found = {}
    for field in kept.fields:
        gone = attributes[field].history.deleted
        found[field] = gone[0] if gone else getattr(row, field)
    return found


def _differing(said: Mapping[str, Any], becomes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for name in becomes if said[name] != becomes[name]]
    return {name: said[name] for name in names}, {name: becomes[name] for name in names}


def _named(session: Session, row: Any, kept: Kept) -> dict[str, Any]:
    if isinstance(row, Membership):
        # somebody's place is a matter of the department; the name says whose
        name = session.scalar(select(Member.name).where(Member.id == row.member_id)) or ""
        return {"subject": kept.subject, "subject_id": row.department_id, "name": name}
    return {"subject": kept.subject, "subject_id": getattr(row, "id", None), "name": getattr(row, "name", "") or ""}
