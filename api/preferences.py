"""How somebody wants to read and work: theme, calendar, digits, first day of the week, single keys."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from api import accounts

Theme = Literal["auto", "light", "dark"]
Calendar = Literal["", "gregorian", "jalali", "hijri", "hebrew"]
Figures = Literal["own", "latin"]


class Preferences(BaseModel):
    """What is kept with the account; an empty calendar or first day is as the language does."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    theme: Theme = "auto"
    calendar: Calendar = ""
    figures: Figures = "own"
    week_from: int | None = Field(default=None, ge=0, le=6)  # Monday is 0
    guide: Literal["shown", "skipped"] = "shown"  # whether first steps are offered while nothing is heard
    keys: Literal["on", "off"] = "on"  # whether a letter alone is a command (WCAG 2.1.4)


def read(kept: Mapping[str, Any] | None) -> Preferences:
    """Return preferences as they were kept; what no longer means anything is as it was at first."""
    try:
        return Preferences.model_validate(kept or {})
    except ValidationError as trouble:
        wrong = {str(error["loc"][0]) for error in trouble.errors()}
        return Preferences.model_validate({name: value for name, value in (kept or {}).items() if name not in wrong})


def keep(session: Session, member_id: int, **changes: Any) -> Preferences:
    """Change some of somebody's preferences; raise pydantic's `ValidationError` for what means nothing."""
    account = accounts.account_of(session, member_id)
    made = Preferences.model_validate(read(account.preferences).model_dump() | changes)
    account.preferences = {**account.preferences, **made.model_dump()}
    return made
