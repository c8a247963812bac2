"""Who you are here."""

from fastapi import APIRouter

from api.dependencies import Actor, Database, SignedIn
from api.v1.paging import Shape, example
from triage import notify, people

router = APIRouter(prefix="/me", tags=["me"])


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
    department_ids: list[int]
    led_ids: list[int]
    scopes: list[str] | None
    unread: int


@router.get("", summary="Read who you are", response_description="You.")
def read(session: Database, acting: Actor, found: SignedIn) -> Me:
    """Answer everybody who is signed in, an outsider too. `scopes` is null for a browser."""
    member = people.member(session, acting.member_id)
    return Me(
        id=member.id,
        name=member.name,
        email=member.email,
        role=member.role,
        language=member.language,
        timezone=member.timezone,
        channels=[str(channel) for channel in member.channels],
        department_ids=sorted(acting.department_ids),
        led_ids=sorted(acting.led_ids),
        scopes=None if found.scopes is None else sorted(found.scopes),
        unread=notify.unread(session, member.id),
    )
