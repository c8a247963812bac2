"""What may be written of a person, a department or a policy: checked, cleaned, or refused with a sentence."""

import re
from collections.abc import Collection, Mapping
from datetime import time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triage import calendars
from triage.models import Member, Role
from triage.refusals import BadInput

LANGUAGES = ("en", "fa", "ar", "he")
DIGESTS = ("each", "hourly", "daily")
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")


def member(session: Session, given: Mapping[str, Any], known_id: int | None) -> dict[str, Any]:
    """Return what is given of a member, checked; `known_id` is whose row it is, if there is one already."""
    checked = dict(given)
    if "name" in given:
        checked["name"] = text("name", given["name"], 120)
    if "email" in given:
        checked["email"] = _email(session, given["email"], known_id)
    if "role" in given and given["role"] not in set(Role):
        raise BadInput("role", "A role is one of %(roles)s.", roles=", ".join(Role))
    if "language" in given and given["language"] not in LANGUAGES:
        raise BadInput("language", "A language is one of %(languages)s.", languages=", ".join(LANGUAGES))
    if "timezone" in given:
        hours(given["timezone"], None)
    if "channels" in given:
        checked["channels"] = [text("channels", channel, 500) for channel in given["channels"]]
    if "quiet_hours" in given:
        checked["quiet_hours"] = quiet_hours(given["quiet_hours"])
    if "digest" in given and given["digest"] not in DIGESTS:
        raise BadInput("digest", "A digest is one of %(digests)s.", digests=", ".join(DIGESTS))
    if "digest_at" in given:
        checked["digest_at"] = _clock("digest_at", given["digest_at"])
    return checked


def _clock(field: str, given: Any) -> str:
    try:
        return f"{time.fromisoformat(str(given)):%H:%M}"
    except ValueError:
        raise BadInput(field, "Write the time of day like 08:30.") from None


def _email(session: Session, given: Any, known_id: int | None) -> str:
    email = text("email", given, 254)
    if not _EMAIL.fullmatch(email):
        raise BadInput("email", "That is not an e-mail address: write it like cara@example.org.")
    taken = select(Member.id).where(func.lower(Member.email) == email.lower())
    if session.scalar(taken if known_id is None else taken.where(Member.id != known_id)) is not None:
        raise BadInput("email", "Somebody here has the address %(email)s already.", email=email)
    return email


def quiet_hours(given: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Return quiet hours as a member's row keeps them; `None`, or nothing in either place, is none."""
    kept = {name: str((given or {}).get(name) or "").strip() for name in ("from", "until")}
    if not any(kept.values()):
        return None
    try:
        kept = {name: f"{time.fromisoformat(value):%H:%M}" for name, value in kept.items()}
    except ValueError:
        raise BadInput("quiet_hours", "Write both times of the quiet hours like 22:00 and 07:00.") from None
    if kept["from"] == kept["until"]:
        raise BadInput("quiet_hours", "Quiet hours end when they begin: choose two times, or leave both empty.")
    return kept


def hours(timezone: Any, given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return working hours as a department's row keeps them; `None` is around the clock."""
    try:
        calendar = calendars.read(str(timezone), given)
    except calendars.CalendarError as trouble:
        raise BadInput("timezone" if given is None else "hours", trouble.sentence, **trouble.values) from None
    if calendar is None:
        return None
    return {day: value for day, value in calendar.plain().items() if day != "timezone"}


def steps(given: Any) -> None:
    """Refuse warnings that are no percents, or too many."""
    whole = isinstance(given, list | tuple) and all(isinstance(step, int) and 0 < step < 100 for step in given)
    if not whole or len(set(given)) != len(given) or len(given) > 9:
        raise BadInput("warn_at", "Warnings are at most nine different whole percents between 1 and 99.")


def is_number(value: Any) -> bool:
    """Say whether it is a number; yes and no are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def text(field: str, given: Any, most: int) -> str:
    """Return a line of text, trimmed, of at most `most` characters."""
    trimmed = str(given).replace("\x00", "").strip()
    if not trimmed:
        raise BadInput(field, "This cannot be empty.")
    if len(trimmed) > most:
        raise BadInput(field, "This is longer than %(most)s characters.", most=most)
    return trimmed


def only(changes: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse changes of anything else."""
    for field in changes:
        if field not in known:
            raise BadInput(field, "This cannot be changed here.")
