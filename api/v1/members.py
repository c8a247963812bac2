"""The people at work here."""

from collections import defaultdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, status
from pydantic import ConfigDict, Field

from api import accounts
from api.accounts import Scope
from api.dependencies import LEADERS, Database, Now, require
from api.settings import settings
from api.v1.paging import Given, Instant, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from triage import channels, models, people
from triage.models import Role
from triage.refusals import BadInput

router = APIRouter(prefix="/members", tags=["members"])
Insider = Annotated[people.Actor, Depends(require())]
Admin = Annotated[people.Actor, Depends(require(Role.ADMIN, scope=Scope.ADMIN))]
Digest = Literal["each", "hourly", "daily"]

_CARA = {
    "id": 1, "name": "Cara", "role": "owner", "language": "en", "timezone": "Europe/Berlin", "active": True,
    "is_demo": False, "departments": [{"id": 1, "is_lead": True, "is_deputy": False}],
    "email": "cara@example.org", "channels": ["email"],
    "quiet_hours": {"from": "22:00", "until": "07:00"}, "digest": "each", "digest_at": "08:00", "away_until": None,
}  # fmt: skip


class QuietHours(Given):
    """When somebody is told nothing that can wait, by the clock on their wall, every day; it may pass midnight.

    Notices stand in the app at once all the same; a crisis and a broken promise are told at any hour.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    opens: str = Field(alias="from", max_length=8, examples=["22:00"])
    until: str = Field(max_length=8, examples=["07:00"])


class Place(Shape):
    """A department somebody works in."""

    id: int
    is_lead: bool = False
    is_deputy: bool = Field(default=False, description="Stands in for the lead: handed issues while no lead is here.")

    @property
    def part(self) -> str:
        """What somebody is there."""
        if self.is_lead and self.is_deputy:
            raise BadInput("departments", "Nobody is their own deputy: choose one of the two.")
        return "lead" if self.is_lead else "deputy" if self.is_deputy else "member"


class Member(Shape):
    """A person.

    `email` is for managers and themselves, `channels` and `quiet_hours` for administrators and themselves; else null.
    """

    model_config = example(_CARA)

    id: int
    name: str
    role: str
    language: str
    timezone: str
    active: bool
    away_until: datetime | None = Field(description="Handed nothing until then; null is here.")
    is_demo: bool
    departments: list[Place]
    email: str | None
    channels: list[str] | None
    quiet_hours: QuietHours | None
    digest: Digest | None = Field(description="What can wait comes each by itself, or gathered in one letter.")
    digest_at: str | None = Field(description="When a daily letter comes, by the clock on their wall.")


class NewMember(Given):
    """A person to add."""

    name: str = Field(min_length=1, max_length=120, examples=["Cara"])
    email: str = Field(min_length=3, max_length=254, examples=["cara@example.org"])
    role: Role = Field(examples=["owner"])
    language: str = Field(default="en", examples=["fa"])
    timezone: str = Field(default="UTC", examples=["Asia/Tehran"])
    channels: list[str] = Field(
        default=[], max_length=10, description='"email", or apprise addresses, beside the notice in the app.'
    )
    quiet_hours: QuietHours | None = None
    departments: list[Place] = Field(default=[], max_length=100)


class MemberChanges(Given):
    """What to change; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=120)
    email: str | None = Field(default=None, min_length=3, max_length=254)
    role: Role | None = None
    language: str | None = None
    timezone: str | None = None
    channels: list[str] | None = Field(default=None, max_length=10)
    quiet_hours: QuietHours | None = Field(default=None, description="Null is none.")
    digest: Digest | None = None
    digest_at: str | None = Field(default=None, max_length=8, examples=["08:30"])
    away_until: Instant | None = Field(default=None, description="Null is here again.")
    active: bool | None = None
    departments: list[Place] | None = Field(default=None, max_length=100, description="Exactly these from now on.")


class SignInLink(Shape):
    """A link that signs its member in once. It is shown now and never again."""

    model_config = example({"url": "https://hearback.example.org/signin/9wYx…", "minutes": 30})

    url: str
    minutes: float


@router.get("", summary="List members")
def index(
    session: Database,
    acting: Insider,
    department_id: Annotated[int | None, Query(description="Only those who work there.")] = None,
    active: Annotated[bool | None, Query(description="Only those here, or only those who left.")] = None,
) -> Stretch[Member]:
    """List members by name."""
    places = _places(session)
    rows = people.members(session, active=active)
    if department_id is not None:
        rows = [row for row in rows if any(place.id == department_id for place in places[row.id])]
    return Stretch[Member](items=[_shown(row, places[row.id], acting) for row in rows])


@router.get("/{member_id}", summary="Read a member", responses=NOT_HERE)
def read(session: Database, acting: Insider, member_id: int) -> Member:
    """Read one member."""
    return _shown(people.member(session, member_id), _places(session)[member_id], acting)


@router.post("", summary="Add a member", status_code=status.HTTP_201_CREATED)
def create(session: Database, acting: Admin, now: Now, body: NewMember) -> Member:
    """Add a person; ask for their sign-in link next."""
    check_channels(body.channels)
    given = body.model_dump(by_alias=True, exclude={"departments"})
    made = people.create_member(session, **given, now=now)
    people.set_departments(session, made.id, {place.id: place.part for place in body.departments})
    return _shown(made, _places(session)[made.id], acting)


@router.patch("/{member_id}", summary="Change a member", responses=NOT_HERE)
def change(session: Database, acting: Admin, member_id: int, body: MemberChanges) -> Member:
    """Change a person. Whoever is made inactive is signed out, and their tokens stop."""
    check_channels(body.channels or [])
    changes = changes_of(body)
    changed = people.update_member(session, member_id, **changes)
    if body.departments is not None:
        people.set_departments(session, member_id, {place.id: place.part for place in body.departments})
    if not changed.active:
        accounts.sign_out_everywhere(session, accounts.account_of(session, member_id).id)
    return _shown(changed, _places(session)[member_id], acting)


@router.post(
    "/{member_id}/sign-in-link", summary="Make a sign-in link", status_code=status.HTTP_201_CREATED, responses=NOT_HERE
)
def sign_in_link(session: Database, acting: Admin, now: Now, member_id: int) -> SignInLink:
    """Make a link that signs this member in once, and hand it over yourself."""
    member = people.member(session, member_id)
    if not member.active:
        raise BadInput("member_id", "Somebody who left cannot sign in. Make them active first.")
    secret = accounts.sign_in_link(session, member_id, now)
    return SignInLink(url=settings().link(f"/signin/{secret}"), minutes=accounts.LINK_TERM.total_seconds() / 60)


def changes_of(body: Given) -> dict[str, Any]:
    """Return what a body changes of a member; only quiet hours and a time away can be nothing. Raise `BadInput`."""
    changes = body.model_dump(by_alias=True, exclude_unset=True, exclude={"departments"})
    empty = {name for name, value in changes.items() if value is None} - {"quiet_hours", "away_until"}
    for name in sorted(empty):
        raise BadInput(name, "This cannot be empty.")
    return changes


def _places(session: Database) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    for row in people.memberships(session):
        found[row.member_id].append(Place(id=row.department_id, is_lead=row.is_lead, is_deputy=row.is_deputy))
    return found


def _shown(row: models.Member, places: list[Place], acting: people.Actor) -> Member:
    own = row.id == acting.member_id
    sees_all = own or acting.role == Role.ADMIN
    return Member(
        id=row.id,
        name=row.name,
        role=row.role,
        language=row.language,
        timezone=row.timezone,
        active=row.active,
        away_until=row.away_until,
        is_demo=row.is_demo,
        departments=places,
        email=row.email if own or acting.role in LEADERS else None,
        # an apprise address holds secrets
        channels=[str(channel) for channel in row.channels] if sees_all else None,
        quiet_hours=QuietHours.model_validate(row.quiet_hours) if sees_all and row.quiet_hours else None,
        digest=row.digest if sees_all else None,
        digest_at=row.digest_at if sees_all else None,
    )


def check_channels(given: list[str]) -> None:
    """Raise `BadInput` when nothing could be sent to one of these."""
    for channel in given:
        try:
            channels.check(channel)
        except ValueError as trouble:
            raise BadInput("channels", str(trouble)) from None
