"""What a reader asks of the promises, as it stands in the address: days, a group, what to compare with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from api.pages.frame import Insider
from api.reader import Reader
from api.rendering import frame_of
from triage.find.course import Pace
from triage.promises import group_of
from triage.standing import By, Scope

PRESETS = (1, 7, 30, 90)
LONGEST = timedelta(days=3650)
Compare = Literal["before", "year", "none"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whole days of the reader's zone; `days` is set where the last of them is today.

    `by` is what the table is told by, `within` one group that everything is narrowed to (`department:3`), `of` the
    promise whose curve is drawn, `step` the step of the trend where it was chosen.
    """

    first: date
    last: date
    days: int | None
    scope: Scope
    by: By = "department"
    within: str = ""
    mine: bool = False
    compare: Compare = "before"
    step: Pace | None = None
    of: Literal["triage", "resolution"] = "triage"

    @property
    def before(self) -> Scope | None:
        """What it is compared with: as many days right before, or the same days a year ago."""
        if self.compare == "none":
            return None
        length = self.last - self.first + timedelta(days=1)
        back = timedelta(days=364) if self.compare == "year" else length  # a year ago on the same weekdays
        zone = self.scope.start.tzinfo
        start, end = (datetime.combine(day - back, time(), zone) for day in (self.first, self.first + length))
        return replace(self.scope, start=start, end=end)

    @property
    def values(self) -> dict[str, str]:
        """What is asked as an address says it, without what goes without saying."""
        found: dict[str, Any] = {"days": self.days} if self.days else {"from": self.first, "to": self.last}
        found |= {name: getattr(self, name) for name in ("by", "within", "compare", "step", "of")}
        found["mine"] = "1" if self.mine else ""
        return {name: str(value) for name, value in found.items() if value and value != _UNSAID.get(name)}

    def address(self, path: str = "/promises", **changes: Any) -> str:
        """Return the address of the same question with some of it changed; an empty value leaves it out."""
        values: Mapping[str, Any] = self.values | changes
        if changes.keys() & {"from", "to"}:
            values = {name: value for name, value in values.items() if name != "days"}
        elif "days" in changes:
            values = {name: value for name, value in values.items() if name not in ("from", "to")}
        kept = {name: value for name, value in values.items() if value not in ("", None, False)}
        return f"{path}?{urlencode(kept)}" if kept else path

    def behind(self, number: str, **more: Any) -> str:
        """Return the address of the issues behind a number."""
        narrow = dict.fromkeys(("by", "compare", "step", "of"), "")
        return self.address("/promises/issues", **narrow, **more, number=number)


_UNSAID = {"days": 7, "by": "department", "compare": "before", "of": "triage"}


def asked(
    request: Request,
    acting: Insider,
    days: Annotated[int, Query(ge=1, le=366)] = 7,
    first: Annotated[str, Query(alias="from", max_length=20)] = "",
    to: Annotated[str, Query(max_length=20)] = "",
    by: By = "department",
    within: Annotated[str, Query(max_length=200)] = "",
    mine: bool = False,
    compare: Compare = "before",
    step: Annotated[str, Query(max_length=10)] = "",
    of: Literal["triage", "resolution"] = "triage",
) -> Asked:
    """Read what is asked from an address; days that are none, or are still to come, become those of `days`."""
    reader = frame_of(request).reader
    since, until, preset = _days(reader, first, to, days)
    scope = Scope(
        start=datetime.combine(since, time(), reader.zone),
        # by the calendar: a day may have 23 or 25 hours
        end=datetime.combine(until + timedelta(days=1), time(), reader.zone),
        now=reader.now,
        within=group_of(within),
        member_id=acting.member_id if mine else None,
    )
    pace: Pace | None = next((one for one in get_args(Pace) if one == step), None)
    return Asked(since, until, preset, scope, by, within, mine, compare, pace, of)


AsAsked = Annotated[Asked, Depends(asked)]


def _days(reader: Reader, first: str, to: str, days: int) -> tuple[date, date, int | None]:
    today = reader.local(reader.now).date()
    since, until = _date(first), _date(to)
    if since is None and until is None:
        return today - timedelta(days=days - 1), today, days
    until = min(until or today, today)
    since = since or until - timedelta(days=days - 1)
    since, until = min(since, until), max(since, until)
    until = min(until, today)
    return max(min(since, until), until - LONGEST), until, None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
