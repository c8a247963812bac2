"""Stretches of a list: a limit, an opaque cursor, and what follows."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from triage.refusals import BadInput

MOST = 200

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.", examples=[50])]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the answer before.")]

Shown = TypeVar("Shown", bound=BaseModel)
Row = TypeVar("Row")


def example(*examples: Any) -> ConfigDict:
    """Return the configuration of an answer that shows how it looks."""
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": list(examples)})


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("This moment lies outside every calendar") from None


Instant = Annotated[AwareDatetime, AfterValidator(_utc)]  # in a body: of any zone, kept and shown in UTC


class Shape(BaseModel):
    """Base of every answer: read from rows and values, moments with their zone."""

    model_config = ConfigDict(from_attributes=True)


class Given(BaseModel):
    """Base of every body: a field we do not know is a mistake, not a whim."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Stretch(Shape, Generic[Shown]):
    """Some of a list. `next` is the cursor of what follows, null at the end."""

    items: list[Shown]
    next: str | None = Field(default=None, description="Send it back as `cursor`; null is the end.")


def seal(*place: Any) -> str:
    """Return the cursor of a place in a list; what is in it is nobody's business."""
    return base64.urlsafe_b64encode(json.dumps(place, default=str).encode()).decode().rstrip("=")


def unseal(cursor: str | None, size: int = 1) -> tuple[Any, ...] | None:
    """Return the place a cursor stands for; raise `BadInput` when it is not one of ours."""
    if not cursor:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        place = None
    if not isinstance(place, list) or len(place) != size:
        raise BadInput("cursor", "This cursor is not one of ours; leave it out to begin at the start.")
    return tuple(place)


def number(cursor: str | None) -> int | None:
    """Return the id a cursor stands for."""
    place = unseal(cursor)
    if place is None:
        return None
    if not isinstance(place[0], int):
        raise BadInput("cursor", "This cursor is not one of ours; leave it out to begin at the start.")
    return place[0]


def cut(rows: Sequence[Row], limit: int, place: Callable[[Row], Any]) -> tuple[list[Row], str | None]:
    """Cut `limit + 1` rows to `limit`; the cursor names the last one kept, if there was one more."""
    kept = list(rows[:limit])
    return kept, seal(place(kept[-1])) if len(rows) > limit else None
