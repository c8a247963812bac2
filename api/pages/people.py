"""People: who works here, as what and in which departments, who is away, and their way in."""

from collections import defaultdict
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api import accounts
from api.dependencies import LEADERS, Database, Now
from api.errors import status_of
from api.pages.frame import Administrator, Anyone
from api.pages.wrong import wrong_of
from api.rendering import back, frame_of, page
from api.settings import settings
from triage import people
from triage.models import Role
from triage.refusals import BadInput, Refusal

router = APIRouter()

PARTS = ("member", "lead", "deputy")


class Person(BaseModel):
    """The form of a member; `place` holds `department:part` of each department they have a part in."""

    name: str = Field(default="", max_length=200)
    email: str = Field(default="", max_length=300)
    role: str = "listener"
    language: str = "en"
    timezone: str = "UTC"
    place: list[str] = Field(default_factory=list, max_length=500)
    away_until: str = Field(default="", max_length=40)
    active: bool = False

    @property
    def places(self) -> dict[int, str]:
        """What they are in which department."""
        pairs = (one.partition(":") for one in self.place)
        return {int(where): part for where, _, part in pairs if where.isdigit() and part in PARTS}


@router.get("/people")
def index(request: Request, session: Database, acting: Anyone, now: Now, change: int | None = None) -> Response:
    """Show who is here; an outsider is told why there is nothing to see."""
    return _page(request, session, acting, change=change)


@router.post("/people/members")
def add_member(
    request: Request, session: Database, acting: Administrator, now: Now, person: Annotated[Person, Form()]
) -> Response:
    """Add a person, and show the link that lets them in, once."""
    try:
        with session.begin_nested():
            made = people.create_member(
                session, name=person.name, email=person.email, role=person.role, now=now, language=person.language,
                timezone=person.timezone,
            )  # fmt: skip
            people.set_departments(session, made.id, person.places)
    except Refusal as refusal:
        return _page(request, session, acting, person=person, wrong=wrong_of(request, "member", refusal),
                     status=status_of(refusal))  # fmt: skip
    return _page(request, session, acting, link=_link(session, made.id, made.name, now))


@router.post("/people/members/{member_id}")
def change_member(
    request: Request, session: Database, acting: Administrator, member_id: int, person: Annotated[Person, Form()]
) -> Response:
    """Change a person; whoever is made inactive is signed out."""
    try:
        with session.begin_nested():
            changed = people.update_member(
                session, member_id, name=person.name, email=person.email, role=person.role,
                language=person.language, timezone=person.timezone, active=person.active,
                away_until=frame_of(request).reader.typed(person.away_until),
            )  # fmt: skip
            people.set_departments(session, member_id, person.places)
    except Refusal as refusal:
        wrong = wrong_of(request, f"member-{member_id}", refusal)
        return _page(request, session, acting, change=member_id, wrong=wrong, status=status_of(refusal))
    if not changed.active:
        accounts.sign_out_everywhere(session, accounts.account_of(session, member_id).id)
    return back("/people", "member_saved", name=changed.name)


@router.post("/people/members/{member_id}/link")
def link(request: Request, session: Database, acting: Administrator, now: Now, member_id: int) -> Response:
    """Make a link that signs a member in once, and show it once."""
    member = people.member(session, member_id)
    if not member.active:
        raise BadInput("member_id", "Somebody who left cannot sign in. Make them active first.")
    return _page(request, session, acting, link=_link(session, member_id, member.name, now))


def _page(
    request: Request, session: Session, acting: people.Actor, *, change: int | None = None, status: int = 200,
    **more: Any,
) -> Response:  # fmt: skip
    inside, sets_up = acting.role != Role.OUTSIDER, acting.role == Role.ADMIN
    return page(
        request,
        "people/page.html",
        status=status,
        inside=inside,
        members=people.members(session) if inside else [],
        departments=people.departments(session) if inside else [],
        places=_places(session),
        roles=list(Role),
        parts=PARTS,
        zones=sorted(available_timezones()),
        sets_up=sets_up,
        changing=people.member(session, change) if change is not None and sets_up else None,
        sees_addresses=acting.role in LEADERS,
        **{"person": Person(timezone=frame_of(request).reader.zone.key), "wrong": None, "link": None, **more},
    )


def _places(session: Session) -> dict[int, dict[int, str]]:
    """Return for each member what they are in which department."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for row in people.memberships(session):
        found[row.member_id][row.department_id] = people.part_of(row)
    return found


def _link(session: Session, member_id: int, name: str, now: datetime) -> dict[str, Any]:
    secret = accounts.sign_in_link(session, member_id, now)
    return {"name": name, "url": settings().link(f"/signin/{secret}"), "seconds": accounts.LINK_TERM.total_seconds()}
