"""Everything apprise reaches: chat rooms, phones, and whatever else has an address there."""

import logging
import warnings
from datetime import datetime
from functools import cache
from typing import Any

import apprise

from triage import letters
from triage.channels.reach import reach
from triage.channels.trouble import Later, NeverAgain
from triage.parcels import Parcel
from triage.settings import settings

_Capture: Any = apprise.LogCapture  # it has no types

# these act on the machine we run on or read its files, and mail has a channel of its own
UNFIT = frozenset(
    {
        "blink1", "dbus", "kde", "qt", "gio", "glib", "gnome", "macosx", "windows", "syslog", "fcm", "vapid",
        "mailto", "mailtos",
    }
)  # fmt: skip


def send(parcel: Parcel, now: datetime) -> None:
    """Send one notice to one address, as its subject and plain words."""
    if parcel.reader is None:
        raise NeverAgain("This notice names nobody.")
    try:
        service = _service(parcel.channel)
    except ValueError as trouble:
        raise NeverAgain(str(trouble)) from None
    _check_host(service)
    letter = letters.write(
        parcel, parcel.reader, settings().link(parcel.matter.path), settings().link("/me/notices"),
        [settings().link(one.matter.path) for one in parcel.others],
    )  # fmt: skip
    with _Capture(level=logging.WARNING, fmt="%(message)s") as said:
        try:
            sent = service.notify(title=letter.subject, body=letter.text, body_format=apprise.NotifyFormat.TEXT)
        except (TypeError, OSError) as trouble:
            raise Later(f"{service.service_name} could not be told: {trouble}") from None
        if not sent:
            words = " ".join(said.getvalue().split())[:300]
            raise Later(f"{service.service_name} did not take it. {words}".strip())


def check(address: str) -> None:
    """Raise `ValueError` with a sentence when apprise does not know the address, or it is not for us to use."""
    _service(address)


def _service(address: str) -> Any:
    schema = address.partition("://")[0].lower()
    if schema in UNFIT:
        raise ValueError(f"“{schema}://” is not for notices. Use another address, or “email” for e-mail.")
    _load()
    asset = apprise.AppriseAsset(secure_logging=True, http_redirects=False, async_mode=False)
    service = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if service is None:
        # the address holds a secret, so only its beginning is said
        raise ValueError(f"“{schema}://…” is not an address apprise knows. Write “email”, or an address of apprise.")
    service.redirects = False
    return service


@cache
def _load() -> None:
    """Let apprise find its plugins, once; on Python before 3.13 it meets a module that warns of its own end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        apprise.Apprise.instantiate("json://localhost")


def _check_host(service: Any) -> None:
    """Hold addresses that name a host of their own to the same policy as everything else we ask."""
    if any("{host}" in template for template in getattr(service, "templates", ())) and service.host:
        secure = str(getattr(service, "schema", "")).endswith("s")
        reach(service.host, service.port or (443 if secure else 80))
