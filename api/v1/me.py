"""Who you are here."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from api.accounts import Scope, Visitor
from api.dependencies import Actor, Database, Now, Open, SignedIn, require, require_briefly
from api.v1.members import Digest, QuietHours, changes_of, check_channels
from api.v1.paging import Given, Instant, Shape, example
from triage import channels, notify, packing, people
from triage.models import Role
from triage.refusals import BadInput

router = APIRouter(prefix="/me", tags=["me"])
OneselfBriefly = Annotated[people.Actor, Depends(require_briefly(scope=Scope.TRIAGE))]
Oneself = Annotated[people.Actor, Depends(require(*Role, scope=Scope.TRIAGE))]


class Me(Shape):
    """You: your role, where you work, and how you are told of things."""

    model_config = example(
        {
            "id": 1,
            "name": "Cara",
            "email": "cara@example.org",
            "role": "owner",
            "language": "en",
            "timezone": "Europe/Berlin",
            "channels": ["email"],
            "quiet_hours": {"from": "22:00", "until": "07:00"},
            "digest": "daily",
            "digest_at": "08:00",
            "away_until": None,
            "department_ids": [1],
            "led_ids": [1],
            "scopes": None,
            "unread": 3,
        }
    )

    id: int
    name: str
    email: str
    role: str
    language: str
    timezone: str
    channels: list[str]
    quiet_hours: QuietHours | None
    digest: Digest
    digest_at: str
    away_until: datetime | None
    department_ids: list[int]
    led_ids: list[int]
    scopes: list[str] | None
    unread: int


class MyChanges(Given):
    """What to change of yourself; what is left out stays."""

    language: str | None = Field(default=None, examples=["fa"])
    timezone: str | None = Field(default=None, examples=["Asia/Tehran"])
    channels: list[str] | None = Field(
        default=None, max_length=10, description='"email", or apprise addresses, beside the notice in the app.'
    )
    quiet_hours: QuietHours | None = Field(default=None, description="Null is none.")
    digest: Digest | None = Field(default=None, description="How what can wait comes outside the app.")
    digest_at: str | None = Field(default=None, max_length=8, examples=["08:30"])
    away_until: Instant | None = Field(default=None, description="You are handed nothing until then; null: here again.")


class Trial(Given):
    """One of your channels, to be tried."""

    channel: str = Field(max_length=500, examples=["email"])


class Tried(Shape):
    """How a trial went; `error` says why it could not be sent."""

    model_config = example({"sent": True, "error": None})

    sent: bool
    error: str | None


@router.get("", summary="Read who you are", response_description="You.")
def read(session: Database, acting: Actor, found: SignedIn) -> Me:
    """Answer everybody who is signed in, an outsider too. `scopes` is null for a browser."""
    return _me(session, acting, found)


@router.patch("", summary="Change how you read and are told", response_description="You.")
def change(session: Database, acting: Oneself, found: SignedIn, body: MyChanges) -> Me:
    """Change your language, zone, channels, quiet hours and letters, or say that you are away.

    What waits for you goes by the new ones.
    """
    check_channels(body.channels or [])
    people.update_member(session, acting.member_id, **changes_of(body))
    return _me(session, acting, found)


@router.post("/test-notice", summary="Try how you are told")
def try_out(acting: OneselfBriefly, now: Now, open_one: Open, body: Trial) -> Tried:
    """Send you a notice that says nothing happened, at once, and say how that went."""
    with open_one() as session:
        me = people.member(session, acting.member_id)
        if body.channel not in me.channels:
            raise BadInput("channel", "You are not told by this channel. Add it to your channels first.")
        parcel = packing.nothing(me, body.channel, now)
    # no transaction is open while the world answers
    outcome = channels.send(parcel, now)
    return Tried(sent=outcome.sent, error=outcome.error)


def _me(session: Database, acting: people.Actor, found: Visitor) -> Me:
    member = people.member(session, acting.member_id)
    return Me(
        id=member.id,
        name=member.name,
        email=member.email,
        role=member.role,
        language=member.language,
        timezone=member.timezone,
        channels=[str(channel) for channel in member.channels],
        quiet_hours=QuietHours.model_validate(member.quiet_hours) if member.quiet_hours else None,
        digest=member.digest,
        digest_at=member.digest_at,
        away_until=member.away_until,
        department_ids=sorted(acting.department_ids),
        led_ids=sorted(acting.led_ids),
        scopes=None if found.scopes is None else sorted(found.scopes),
        unread=notify.unread(session, member.id),
    )
