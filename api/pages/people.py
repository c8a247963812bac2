"""People: departments and members, their way in, and what everybody sets for themselves."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api import accounts, sentences
from api.accounts import Scope, Visitor
from api.dependencies import Database, Now, browser_only, remember
from api.errors import status_of
from api.locales import LANGUAGES
from api.pages.frame import Administrator, Anyone
from api.rendering import back, frame_of, page
from api.settings import settings
from triage import channels, people
from triage.calendars import DAYS
from triage.models import Department, Member, Role
from triage.refusals import BadInput, NoSuch, Refusal

router = APIRouter()
Browser = Annotated[Visitor, Depends(browser_only)]

LEADERS = (Role.MANAGER, Role.ADMIN)


class Person(BaseModel):
    """The form of a member."""

    name: str = Field(default="", max_length=200)
    email: str = Field(default="", max_length=300)
    role: str = "listener"
    language: str = "en"
    timezone: str = "UTC"
    department: list[int] = Field(default_factory=list)
    leads: list[int] = Field(default_factory=list)
    active: bool = False


class Place(BaseModel):
    """The form of a department; empty hours are around the clock."""

    key: str = Field(default="", max_length=60)
    name: str = Field(default="", max_length=200)
    timezone: str = "UTC"
    enabled: bool = False
    mon: str = ""
    tue: str = ""
    wed: str = ""
    thu: str = ""
    fri: str = ""
    sat: str = ""
    sun: str = ""
    holidays: str = ""

    @property
    def hours(self) -> dict[str, Any] | None:
        """`09:00-13:00, 14:00-18:00` of each day, as a calendar reads it."""
        days = {day: _windows(getattr(self, day)) for day in DAYS}
        kept: dict[str, Any] = {day: windows for day, windows in days.items() if windows}
        if not kept:
            return None
        return kept | {"holidays": self.holidays.replace(",", " ").split()}


class Mine(BaseModel):
    """What everybody sets for themselves."""

    language: str = "en"
    timezone: str = "UTC"
    theme: str = "auto"
    channels: str = Field(default="", max_length=4000)
    quiet_from: str = Field(default="", max_length=8)
    quiet_until: str = Field(default="", max_length=8)


@router.get("/people")
def index(
    request: Request, session: Database, acting: Anyone, found: Browser, now: Now, change: int | None = None
) -> Response:
    """Show who is here; everybody finds their own settings, an outsider nothing else."""
    return _page(request, session, acting, found, now, change=change)


@router.post("/people/members")
def add_member(
    request: Request, session: Database, acting: Administrator, found: Browser, now: Now,
    person: Annotated[Person, Form()],
) -> Response:  # fmt: skip
    """Add a person, and show the link that lets them in, once."""
    try:
        with session.begin_nested():
            made = people.create_member(
                session, name=person.name, email=person.email, role=person.role, now=now, language=person.language,
                timezone=person.timezone,
            )  # fmt: skip
            people.set_departments(
                session, made.id, {one: "lead" if one in person.leads else "member" for one in person.department}
            )
    except Refusal as refusal:
        return _page(request, session, acting, found, now, person=person, wrong=_wrong(request, "member", refusal),
                     status=status_of(refusal))  # fmt: skip
    return _page(request, session, acting, found, now, link=_link(session, made.id, made.name, now))


@router.post("/people/members/{member_id}")
def change_member(
    request: Request, session: Database, acting: Administrator, found: Browser, now: Now, member_id: int,
    person: Annotated[Person, Form()],
) -> Response:  # fmt: skip
    """Change a person; whoever is made inactive is signed out."""
    try:
        with session.begin_nested():
            changed = people.update_member(
                session, member_id, name=person.name, email=person.email, role=person.role,
                language=person.language, timezone=person.timezone, active=person.active,
            )  # fmt: skip
            people.set_departments(
                session, member_id, {one: "lead" if one in person.leads else "member" for one in person.department}
            )
    except Refusal as refusal:
        wrong = _wrong(request, f"member-{member_id}", refusal)
        return _page(request, session, acting, found, now, change=member_id, wrong=wrong, status=status_of(refusal))
    if not changed.active:
        accounts.sign_out_everywhere(session, accounts.account_of(session, member_id).id)
    return back("/people", "member_saved", name=changed.name)


@router.post("/people/members/{member_id}/link")
def link(
    request: Request, session: Database, acting: Administrator, found: Browser, now: Now, member_id: int
) -> Response:
    """Make a link that signs a member in once, and show it once."""
    member = people.member(session, member_id)
    if not member.active:
        raise BadInput("member_id", "Somebody who left cannot sign in. Make them active first.")
    return _page(request, session, acting, found, now, link=_link(session, member_id, member.name, now))


@router.post("/people/departments")
def add_department(
    request: Request, session: Database, acting: Administrator, found: Browser, now: Now,
    place: Annotated[Place, Form()],
) -> Response:  # fmt: skip
    """Add a department."""
    try:
        with session.begin_nested():
            made = people.create_department(
                session, key=place.key.strip(), name=place.name, timezone=place.timezone, hours=place.hours
            )
    except Refusal as refusal:
        wrong = _wrong(request, "department", refusal)
        return _page(request, session, acting, found, now, place=place, wrong=wrong, status=status_of(refusal))
    return back("/people", "department_added", name=made.name)


@router.post("/people/departments/{department_id}")
def change_department(
    request: Request, session: Database, acting: Administrator, found: Browser, now: Now, department_id: int,
    place: Annotated[Place, Form()],
) -> Response:  # fmt: skip
    """Change a department; running clocks keep the hours they began with."""
    try:
        with session.begin_nested():
            changed = people.update_department(
                session, department_id, name=place.name, timezone=place.timezone, hours=place.hours,
                enabled=place.enabled,
            )  # fmt: skip
    except Refusal as refusal:
        wrong = _wrong(request, f"department-{department_id}", refusal)
        return _page(request, session, acting, found, now, wrong=wrong, status=status_of(refusal))
    return back("/people", "department_saved", name=changed.name)


@router.post("/people/me")
def mine(
    request: Request, session: Database, acting: Anyone, found: Browser, now: Now, given: Annotated[Mine, Form()]
) -> Response:
    """Keep one's own language, zone, theme, ways to be told and quiet hours."""
    wishes = [line.strip() for line in given.channels.splitlines() if line.strip()]
    try:
        for channel in wishes:
            _check_channel(channel)
        with session.begin_nested():
            people.update_member(
                session, acting.member_id, language=given.language, timezone=given.timezone, channels=wishes,
                quiet_hours={"from": given.quiet_from, "until": given.quiet_until},
            )  # fmt: skip
    except Refusal as refusal:
        wrong = _wrong(request, "me", refusal)
        return _page(request, session, acting, found, now, mine=given, wrong=wrong, status=status_of(refusal))
    account = accounts.account_of(session, acting.member_id)
    theme = given.theme if given.theme in ("light", "dark") else "auto"
    account.preferences = {**account.preferences, "theme": theme}
    return back("/people#me", "preferences_saved")


@router.post("/people/me/password")
def password(
    request: Request, session: Database, acting: Anyone, found: Browser, now: Now,
    password: Annotated[str, Form(max_length=2000)] = "",
) -> Response:  # fmt: skip
    """Set one's own password; every other browser is signed out, this one stays."""
    try:
        accounts.set_password(session, acting.member_id, password)
    except ValueError as trouble:
        wrong = {"where": "password", "field": "password", "sentence": str(trouble)}
        return _page(request, session, acting, found, now, wrong=wrong, status=422)
    answer = back("/people#me", "password_set")
    remember(answer, accounts.open_sign_in(session, found.account_id, now, timedelta(days=settings().sign_in_days)))
    return answer


@router.post("/people/me/tokens")
def add_token(
    request: Request, session: Database, acting: Anyone, found: Browser, now: Now,
    name: Annotated[str, Form(max_length=80)] = "", scope: Annotated[Scope, Form()] = Scope.READ,
    days: Annotated[int, Form(ge=0, le=3650)] = 90,
) -> Response:  # fmt: skip
    """Make a token and show its secret, once."""
    expires_at = now + timedelta(days=days) if days else None
    _, secret = accounts.create_token(
        session, found.account_id, name=name.strip() or "token", scopes=[scope], now=now, expires_at=expires_at
    )
    return _page(request, session, acting, found, now, token=secret)


@router.post("/people/me/tokens/{token_id}/end")
def end_token(session: Database, acting: Anyone, found: Browser, now: Now, token_id: int) -> Response:
    """End one of one's own tokens, at once."""
    name = next((one.name for one in accounts.tokens_of(session, found.account_id) if one.id == token_id), "")
    if not accounts.revoke_token(session, found.account_id, token_id, now):
        raise NoSuch("token", token_id)
    return back("/people#me", "token_revoked", name=name)


def _page(
    request: Request, session: Session, acting: people.Actor, found: Visitor, now: datetime, *, status: int = 200,
    **more: Any,
) -> Response:  # fmt: skip
    inside, sets_up = acting.role != Role.OUTSIDER, acting.role == Role.ADMIN
    change = more.pop("change", None)
    me = people.member(session, acting.member_id)
    return page(
        request,
        "people/page.html",
        status=status,
        me=me,
        inside=inside,
        members=people.members(session) if inside else [],
        departments=people.departments(session) if inside else [],
        places=_places(session),
        hours=_shown_hours,
        tokens=accounts.tokens_of(session, found.account_id),
        roles=list(Role),
        scopes=list(Scope),
        zones=sorted(available_timezones()),
        known_languages=LANGUAGES,
        week=DAYS,
        sets_up=sets_up,
        changing=people.member(session, change) if change is not None and sets_up else None,
        sees_addresses=acting.role in LEADERS,
        **{
            "person": Person(),
            "place": Place(),
            "mine": _mine(me, frame_of(request).theme),
            "wrong": None,
            "link": None,
            "token": None,
            **more,
        },
    )


def _mine(member: Member, theme: str) -> Mine:
    """Return what somebody set for themselves, as its form writes it."""
    quiet = member.quiet_hours or {}
    return Mine(
        language=member.language, timezone=member.timezone, theme=theme, channels="\n".join(map(str, member.channels)),
        quiet_from=quiet.get("from", ""), quiet_until=quiet.get("until", ""),
    )  # fmt: skip


def _places(session: Session) -> dict[int, dict[int, bool]]:
    """Return for each member the departments they work in, and whether they lead there."""
    found: dict[int, dict[int, bool]] = defaultdict(dict)
    for row in people.memberships(session):
        found[row.member_id][row.department_id] = row.is_lead
    return found


def _shown_hours(department: Department) -> dict[str, str]:
    """Return a department's hours as its form writes them."""
    kept = department.hours or {}
    shown = {day: ", ".join(f"{opens}-{closes}" for opens, closes in kept.get(day, ())) for day in DAYS}
    return shown | {"holidays": " ".join(kept.get("holidays", ()))}


def _windows(text: str) -> list[list[str]]:
    parts = (part.strip().replace("–", "-") for part in text.split(","))
    return [[end.strip() for end in part.split("-", 1)] for part in parts if part]


def _link(session: Session, member_id: int, name: str, now: datetime) -> dict[str, Any]:
    secret = accounts.sign_in_link(session, member_id, now)
    return {"name": name, "url": settings().link(f"/signin/{secret}"), "seconds": accounts.LINK_TERM.total_seconds()}


def _check_channel(channel: str) -> None:
    try:
        channels.check(channel)
    except ValueError as trouble:
        raise BadInput("channels", str(trouble)) from None


def _wrong(request: Request, where: str, refusal: Refusal) -> dict[str, str]:
    sentence = sentences.of(refusal).detail_in(frame_of(request).reader.catalogue)
    return {"where": where, "field": str(refusal.data.get("field", "")), "sentence": sentence}
