"""E-mail: one letter to one person, in plain words and in HTML, by SMTP."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from triage import letters
from triage.channels.trouble import Later, NeverAgain
from triage.parcels import Parcel
from triage.settings import settings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in. `implicit` TLS is smtps; else STARTTLS is used wherever it is offered."""

    host: str
    port: int
    sender: Address
    user: str = ""
    password: str = ""
    implicit: bool = False


def server(url: str) -> Server:
    """Read `smtp[s]://user:password@host:port?from=Name <address>`; raise `ValueError` with what to do."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("HEARBACK_SMTP_URL is spelled smtp://user:password@host:587?from=hearback@example.org")
    user = unquote(parts.username or "")
    name, address = parseaddr(parse_qs(parts.query).get("from", [""])[0] or user)
    try:
        sender = Address(name or "Hearback", addr_spec=address)
    except (ValueError, HeaderParseError, IndexError):
        raise ValueError("HEARBACK_SMTP_URL does not say who mail comes from: add ?from=hearback@example.org") from None
    if not sender.domain:
        raise ValueError("HEARBACK_SMTP_URL does not say who mail comes from: add ?from=hearback@example.org")
    implicit = parts.scheme == "smtps"
    return Server(
        parts.hostname,
        _port(parts) or (465 if implicit else 587),
        sender,
        user,
        unquote(parts.password or ""),
        implicit,
    )


def send(parcel: Parcel, now: datetime) -> None:
    """Hand one letter to the mail server."""
    chosen = settings().smtp_url
    if chosen is None:
        raise NeverAgain("No mail server is set. Set HEARBACK_SMTP_URL, or take e-mail off this person's channels.")
    try:
        at = server(chosen.get_secret_value())
    except ValueError as trouble:
        raise NeverAgain(str(trouble)) from None
    letter = compose(parcel, at.sender, now)
    try:
        with _open(at, settings().send_timeout) as smtp:
            smtp.send_message(letter)
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        raise _answered(code, said) from None
    except smtplib.SMTPAuthenticationError:
        # somebody can mend a password, so this is worth another try
        raise Later(f"The mail server {at.host} did not take our name and password.") from None
    except smtplib.SMTPResponseException as refused:
        raise _answered(refused.smtp_code, refused.smtp_error) from None
    except (smtplib.SMTPException, OSError, ssl.SSLError) as trouble:
        raise Later(f"The mail server {at.host}:{at.port} could not be reached: {trouble}") from None


def compose(parcel: Parcel, sender: Address, now: datetime) -> EmailMessage:
    """Return the whole message; its id stays the same through every try, so that a doubled one can be told."""
    reader = parcel.reader
    if reader is None:
        raise NeverAgain("This notice names nobody.")
    letter = letters.write(
        parcel, reader, settings().link(parcel.matter.path), settings().link("/me/notices"),
        [settings().link(one.matter.path) for one in parcel.others],
    )  # fmt: skip
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = Address(reader.name, addr_spec=reader.email)
    except (ValueError, HeaderParseError, IndexError):
        raise NeverAgain(f"{reader.email!r} is not an e-mail address.") from None
    message["From"] = sender
    message["Subject"] = letter.subject
    message["Date"] = now
    message["Message-ID"] = f"<notice-{parcel.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = letter.language  # last: setting the content takes every Content- header away
    return message


def check(address: str) -> None:
    """Raise `ValueError` when this cannot be an e-mail address."""
    try:
        if not Address(addr_spec=address).domain:
            raise ValueError("An e-mail address has an @ and a domain.")
    except (HeaderParseError, IndexError):
        raise ValueError("An e-mail address has an @ and a domain.") from None


@contextmanager
def _open(at: Server, timeout: float) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    connect = (
        smtplib.SMTP_SSL(at.host, at.port, timeout=timeout, context=context)
        if at.implicit
        else smtplib.SMTP(at.host, at.port, timeout=timeout)
    )
    with connect as smtp:
        smtp.ehlo()
        if not at.implicit and smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
        elif not at.implicit and at.user and at.host not in _LOOPBACK:
            raise NeverAgain(f"{at.host} offers no TLS, and a password never travels without it. Use smtps://.")
        if at.user:
            smtp.login(at.user, at.password)
        yield smtp


def _answered(code: int, said: bytes | str) -> Later | NeverAgain:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    sentence = f"The mail server answered {code} {words}"
    return NeverAgain(sentence) if 500 <= code < 600 else Later(sentence)


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise ValueError("HEARBACK_SMTP_URL has a port that is not a number.") from None
