"""Webhooks: one signed POST to an address outside, as Standard Webhooks has it."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx

from listener.settings import settings as hearing
from triage.channels.reach import reach
from triage.channels.trouble import Later, NeverAgain
from triage.parcels import Parcel
from triage.settings import settings
from triage.webhooks import SECRET_PREFIX

PORTS = {"https": 443, "http": 80}


def send(parcel: Parcel, now: datetime) -> None:
    """Post one notice. Any 2xx is a yes; 410 asks never to be written to again; all else is worth another try."""
    body = json.dumps(payload(parcel), ensure_ascii=False, separators=(",", ":"), default=_plain).encode()
    headers = {"Content-Type": "application/json"} | sign(parcel.webhook_secret, f"notice_{parcel.id}", now, body)
    try:
        answer = _client().post(parcel.webhook_url, content=body, headers=headers)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise NeverAgain(f"{parcel.webhook_url} is not a web address.") from None
    except httpx.HTTPError as trouble:
        raise Later(f"The address could not be reached: {trouble or type(trouble).__name__}") from None
    if answer.status_code == httpx.codes.GONE:
        raise NeverAgain("The address answered 410: it does not want to be told any more.", gone=True)
    if not answer.is_success:
        raise Later(f"The address answered {answer.status_code}.", _retry_after(answer, now))


def payload(parcel: Parcel) -> dict[str, Any]:
    """Return what is told: `type` is what happened, `data` the issue or spike it happened to."""
    matter = {name: value for name, value in asdict(parcel.matter).items() if value not in (None, "")}
    sort = matter.pop("sort")
    event = str(parcel.data.get("move") or parcel.reason)
    told = {name: value for name, value in parcel.data.items() if name != "step"}
    return {
        "type": f"{sort}.{event}",
        "timestamp": parcel.at.isoformat(),
        "data": {sort: matter | {"url": settings().link(parcel.matter.path)}, "reason": parcel.reason, **told},
    }


def sign(secret: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`."""
    at = str(int(now.timestamp()))
    signed = hmac.digest(_key(secret), f"{message_id}.{at}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def check(address: str) -> None:
    """Raise `ValueError` with a sentence when nothing could be sent there, whoever asks."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        raise ValueError("This is not a web address; write it like https://hooks.example.org/hearback.") from None
    if url.scheme not in PORTS or not url.host:
        raise ValueError("This is not a web address; write it like https://hooks.example.org/hearback.")
    if url.userinfo:
        raise ValueError("Leave name and password out of the address: the signature says who it comes from.")


class _Checked(httpx.HTTPTransport):
    """Connects to the address that was checked, so that a name cannot be swapped in between."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the Host header and TLS keep the name."""
        host = request.url.host
        address = reach(host, request.url.port or PORTS[request.url.scheme])
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return super().handle_request(request)


@cache
def _client() -> httpx.Client:
    return httpx.Client(
        transport=_Checked(trust_env=False),
        timeout=settings().send_timeout,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": hearing().user_agent},
    )


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()


def _retry_after(answer: httpx.Response, now: datetime) -> float | None:
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked[:9])
    try:
        return max(0.0, (parsedate_to_datetime(asked) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
