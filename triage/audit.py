"""The trail of settings: who changed what, and what stood there before; beside every change, never rewritten."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy.orm import Session

from triage.models import Audit

# never shown again, so never written down either; what changed is said, not what it is
SECRETS = frozenset({"credential", "password", "secret", "channels", "url"})
HIDDEN = "•••"


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
