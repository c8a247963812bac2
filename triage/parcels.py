"""What is carried out of the house: one notice with all that its channel needs, and how the sending went."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Reader:
    """The person a notice is for."""

    id: int
    name: str
    email: str
    language: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What a notice is about: an issue, a spike, a crisis, or nothing but the house itself."""

    sort: Literal["issue", "spike", "crisis", "house"]
    id: int | None = None
    title: str = ""
    author: str = ""
    source: str = ""
    kind: str = ""
    mood: str = ""
    status: str = ""
    version: int | None = None
    department: str = ""
    topic: str = ""
    triage_due: datetime | None = None
    resolution_due: datetime | None = None
    observed: float | None = None
    typical: float | None = None
    sentence: str = ""  # an incident in one sentence, in the reader's language
    is_demo: bool = False

    @property
    def path(self) -> str:
        """Where a person reads it."""
        pages = {"issue": "/issues", "spike": "/spikes", "crisis": "/crises"}
        return f"{pages[self.sort]}/{self.id}" if self.sort in pages else "/notices"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One claimed notice, whole: nothing is read from the database while it is being sent."""

    id: int
    channel: str
    reason: str
    step: str
    at: datetime
    matter: Matter
    data: Mapping[str, Any] = field(default_factory=dict)
    reader: Reader | None = None
    webhook_url: str = ""
    webhook_secret: str = ""
    others: tuple["Parcel", ...] = ()  # told in the same letter, because their reader wants what can wait gathered


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one sending went. `gone`: the address asked never to be written to again."""

    sent: bool
    error: str | None = None
    permanent: bool = False
    retry_after: float | None = None
    gone: bool = False
