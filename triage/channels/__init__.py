"""Ways to tell people, one file each: `send(parcel, now)` returns, or raises `Later` or `NeverAgain`."""

from datetime import datetime
from typing import Protocol

from triage.channels import apprise, email, webhook
from triage.channels.trouble import Later, NeverAgain
from triage.parcels import Outcome, Parcel

__all__ = ["CHANNELS", "Channel", "Later", "NeverAgain", "check", "send"]


class Channel(Protocol):
    """One way to tell people."""

    def send(self, parcel: Parcel, now: datetime) -> None:
        """Send one notice, or raise `Later` or `NeverAgain` with a sentence for the admin."""

    def check(self, address: str) -> None:
        """Raise `ValueError` with a sentence when nothing could be sent there."""


# the notice in the app is no channel: it is read where it was written
CHANNELS: dict[str, Channel] = {"email": email, "webhook": webhook, "apprise": apprise}


def send(parcel: Parcel, now: datetime) -> Outcome:
    """Send one notice on its channel; whatever the world answers becomes a value."""
    try:
        CHANNELS.get(parcel.channel, apprise).send(parcel, now)
    except Later as trouble:
        return Outcome(sent=False, error=str(trouble), retry_after=trouble.retry_after)
    except NeverAgain as trouble:
        return Outcome(sent=False, error=str(trouble), permanent=True, gone=trouble.gone)
    return Outcome(sent=True)


def check(channel: str) -> None:
    """Judge what a member chose to be told by: "email" or an apprise address; raise `ValueError` with a sentence."""
    if channel not in {"inapp", "email"}:
        apprise.check(channel)
