"""Departments: their hours, who works in them, leads and stands in, and what happens when one is closed."""

from datetime import datetime
from itertools import zip_longest
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import status_of
from api.pages.frame import Administrator, Insider
from api.pages.wrong import wrong_of
from api.rendering import back, frame_of, page
from triage import people
from triage.calendars import DAYS, CalendarError
from triage.models import OPEN, Department, Issue, Member, Role
from triage.refusals import Refusal

router = APIRouter()

WINDOWS, HOLIDAYS = 2, 3  # pairs of fields a day has at least; empty fields for days off
DAY = [["09:00", "17:00"]]
WEEKS: dict[str, tuple[str, ...]] = {
    "mon_fri": ("mon", "tue", "wed", "thu", "fri"),
    "sun_thu": ("sun", "mon", "tue", "wed", "thu"),
    "sat_wed": ("sat", "sun", "mon", "tue", "wed"),
}


class Place(BaseModel):
    """The form of a department; a day holds its windows as opens, closes, opens, closes, …"""

    key: str = Field(default="", max_length=60)
    name: str = Field(default="", max_length=200)
    timezone: str = "UTC"
    enabled: bool = False
    around: bool = False
    fill: str = ""
    mon: list[str] = Field(default_factory=list, max_length=20)
    tue: list[str] = Field(default_factory=list, max_length=20)
    wed: list[str] = Field(default_factory=list, max_length=20)
    thu: list[str] = Field(default_factory=list, max_length=20)
    fri: list[str] = Field(default_factory=list, max_length=20)
    sat: list[str] = Field(default_factory=list, max_length=20)
    sun: list[str] = Field(default_factory=list, max_length=20)
    holidays: list[str] = Field(default_factory=list, max_length=400)

    @property
    def hours(self) -> dict[str, Any] | None:
        """The windows of each day, as a calendar reads them; nothing at all is around the clock."""
        days: dict[str, Any] = {day: windows for day in DAYS if (windows := _pairs(getattr(self, day)))}
        if self.around or not days:
            return None
        return days | {"holidays": sorted({day for day in self.holidays if day})}


class Parts(BaseModel):
    """Who works there: `member:part` of each."""

    part: list[str] = Field(default_factory=list, max_length=2000)

    @property
    def chosen(self) -> dict[int, str]:
        """The parts of those who have one."""
        pairs = (one.partition(":") for one in self.part)
        return {int(who): part for who, _, part in pairs if who.isdigit() and part in ("member", "lead", "deputy")}


@router.get("/departments")
def index(request: Request, session: Database, acting: Insider, now: Now) -> Response:
    """List the departments: when they work, who leads, who can be handed an issue now."""
    return _list(request, session, now)


@router.post("/departments")
def add(
    request: Request, session: Database, acting: Administrator, now: Now, place: Annotated[Place, Form()]
) -> Response:
    """Add a department, and go on to its hours and people."""
    try:
        with session.begin_nested():
            made = people.create_department(
                session, key=place.key.strip(), name=place.name, timezone=place.timezone or "UTC"
            )
    except Refusal as refusal:
        return _list(request, session, now, place=place, wrong=wrong_of(request, "department", refusal),
                     status=status_of(refusal))  # fmt: skip
    return back(f"/departments/{made.id}", "department_added", name=made.name)


@router.get("/departments/{department_id}")
def show(request: Request, session: Database, acting: Insider, now: Now, department_id: int) -> Response:
    """Show one department whole."""
    return _one(request, session, now, people.department(session, department_id))


@router.post("/departments/{department_id}")
def change(
    request: Request, session: Database, acting: Administrator, now: Now, department_id: int,
    place: Annotated[Place, Form()],
) -> Response:  # fmt: skip
    """Change name, zone and hours, open or close it; running clocks keep the hours they began with."""
    found = people.department(session, department_id)
    if place.fill in WEEKS:
        return _one(request, session, now, found, shown=_Shown(place.name, place.timezone, place.enabled,
                    {**dict.fromkeys(WEEKS[place.fill], DAY), "holidays": place.holidays}))  # fmt: skip
    try:
        with session.begin_nested():
            changed = people.update_department(
                session, department_id, name=place.name, timezone=place.timezone, hours=place.hours,
                enabled=place.enabled,
            )  # fmt: skip
    except Refusal as refusal:
        shown = _Shown(place.name, place.timezone, place.enabled, place.hours)
        return _one(request, session, now, found, shown=shown, wrong=wrong_of(request, "department", refusal),
                    status=status_of(refusal))  # fmt: skip
    return back(f"/departments/{department_id}", "department_saved", name=changed.name)


@router.post("/departments/{department_id}/members")
def place_members(
    request: Request, session: Database, acting: Administrator, now: Now, department_id: int,
    parts: Annotated[Parts, Form()],
) -> Response:  # fmt: skip
    """Let exactly these people work there, lead it or stand in."""
    found = people.department(session, department_id)
    people.set_members(session, department_id, parts.chosen)
    return back(f"/departments/{department_id}", "department_saved", name=found.name)


class _Shown(BaseModel):
    """What the form of a department is filled with."""

    name: str
    timezone: str
    enabled: bool
    hours: dict[str, Any] | None

    def __init__(self, name: str, timezone: str, enabled: bool, hours: dict[str, Any] | None) -> None:
        super().__init__(name=name, timezone=timezone, enabled=enabled, hours=hours)

    @property
    def windows(self) -> dict[str, list[tuple[str, str]]]:
        """For each day as many pairs of times as the fullest day has, and one more."""
        kept = self.hours or {}
        most = max([WINDOWS, *(len(kept.get(day, ())) + 1 for day in DAYS)])
        filled = {
            day: [(opens, "00:00" if closes == "24:00" else closes) for opens, closes in kept.get(day, ())]
            for day in DAYS
        }
        return {day: [*pairs, *[("", "")] * (most - len(pairs))] for day, pairs in filled.items()}

    @property
    def holidays(self) -> list[str]:
        """The days off, and a few fields for more."""
        return [*(self.hours or {}).get("holidays", ()), *[""] * HOLIDAYS]


def _list(request: Request, session: Session, now: datetime, *, status: int = 200, **more: Any) -> Response:
    departments = people.departments(session)
    return page(
        request,
        "departments/page.html",
        status=status,
        departments=departments,
        parts=_parts(session),
        eligible=people.eligible_in(session, departments),
        opening={one.id: _opening(one, now) for one in departments},
        sets_up=frame_of(request).role == Role.ADMIN,
        zones=sorted(available_timezones()),
        runs={one.id: _runs(one, _week(request)) for one in departments},
        **{"place": Place(timezone=frame_of(request).reader.zone.key), "wrong": None, **more},
    )


def _one(
    request: Request, session: Session, now: datetime, found: Department, *, status: int = 200, **more: Any
) -> Response:
    works = select(func.count()).select_from(Issue).where(Issue.department_id == found.id, Issue.status.in_(OPEN))
    return page(
        request,
        "departments/department.html",
        status=status,
        department=found,
        parts=_parts(session)[found.id],
        members=[one for one in people.members(session, active=True) if one.role != Role.OUTSIDER],
        eligible=people.eligible(session, found.id),
        opening=_opening(found, now),
        open_issues=session.scalar(works) or 0,
        sets_up=frame_of(request).role == Role.ADMIN,
        zones=sorted(available_timezones()),
        week=_week(request),
        weeks=WEEKS,
        **{"shown": _Shown(found.name, found.timezone, found.enabled, found.hours), "wrong": None, **more},
    )


def _parts(session: Session) -> dict[int, dict[str, list[Member]]]:
    """Return for each department its active people by what they are there."""
    known = {one.id: one for one in people.members(session, active=True)}
    found: dict[int, dict[str, list[Member]]] = {
        one.id: {"lead": [], "deputy": [], "member": []} for one in people.departments(session)
    }
    for row in people.memberships(session):
        if row.member_id in known:
            found[row.department_id][people.part_of(row)].append(known[row.member_id])
    return found


def _opening(found: Department, now: datetime) -> tuple[datetime, datetime] | None:
    """Return when it is open, from now or next; `None` is around the clock."""
    calendar = people.hours_of(found)
    try:
        return calendar.stretch(now) if calendar else None
    except CalendarError:
        return None


def _week(request: Request) -> tuple[str, ...]:
    """Return the days as the reader's week begins."""
    first = frame_of(request).reader.first_day
    return DAYS[first:] + DAYS[:first]


def _runs(found: Department, week: tuple[str, ...]) -> list[tuple[str, str, list[list[str]]]]:
    """Return days in a row that share their windows, as (first, last, windows)."""
    runs: list[tuple[str, str, list[list[str]]]] = []
    for day in week:
        windows = (found.hours or {}).get(day) or []
        if runs and runs[-1][2] == windows:
            runs[-1] = (runs[-1][0], day, windows)
        else:
            runs.append((day, day, windows))
    return [run for run in runs if run[2]]


def _pairs(times: list[str]) -> list[list[str]]:
    clean = [one.strip() for one in times]
    found = [[opens, closes] for opens, closes in zip_longest(clean[::2], clean[1::2], fillvalue="") if opens or closes]
    # a field for a time cannot say 24:00, so what closes at midnight closes at the end of that day
    return [[opens, "24:00" if closes in ("00:00", "00:00:00") else closes] for opens, closes in found]
