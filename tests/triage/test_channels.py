"""Channels against the real thing: an SMTP server, a receiver of webhooks, apprise over loopback."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from aiosmtpd.smtp import Session as Talk

from listener.settings import settings as hearing
from triage import channels
from triage.channels import email, webhook
from triage.parcels import Matter, Parcel, Reader
from triage.settings import settings
from triage.webhooks import new_secret

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MATTER = Matter(
    "issue", 41, "قوری چکه می‌کند", author="رضا", source="rss", status="handed", version=3, department="مراقبت",
    triage_due=AT, resolution_due=AT,
)  # fmt: skip

Environment = Callable[..., None]


def parcel(channel: str = "email", language: str = "fa", **changes: Any) -> Parcel:
    reader = Reader(1, "Cara Öz", "cara@example.org", language, "Asia/Tehran")
    given: dict[str, Any] = {"matter": MATTER, "data": {"words": "سلام"}, "reader": reader} | changes
    return Parcel(7, channel, "handed_over", "v1", AT, **given)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    """Choose settings for this test alone."""

    def choose(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        for cached in (settings, hearing, webhook._client):
            cached.cache_clear()

    choose(HEARBACK_PUBLIC_URL="https://hearback.example.org", HEARBACK_SEND_TIMEOUT="5")
    yield choose
    monkeypatch.undo()
    choose()


# e-mail


@dataclass
class Postbox:
    """Keeps what the server took, or answers as told."""

    answer: str = "250 OK"
    rcpt_answer: str = "250 OK"
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(self, server: SMTP, talk: Talk, envelope: Envelope, address: str, options: list[str]) -> str:
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: SMTP, talk: Talk, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return self.answer

    def messages(self) -> list[EmailMessage]:
        """Return what was taken, read."""
        found = []
        for envelope in self.envelopes:
            assert isinstance(envelope.content, bytes)
            read = message_from_bytes(envelope.content, policy=default)
            assert isinstance(read, EmailMessage)
            found.append(read)
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def postbox(environment: Environment) -> Iterator[Postbox]:
    """A mail server on loopback."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        environment(HEARBACK_SMTP_URL=f"smtp://127.0.0.1:{controller.port}?from=Hearback%20<hear@brand.example>")
        yield box
    finally:
        controller.stop()


def test_a_letter_arrives_in_plain_words_and_in_html_with_its_language_and_direction(postbox: Postbox) -> None:
    assert channels.send(parcel(), AT).sent
    (message,) = postbox.messages()
    assert postbox.envelopes[0].rcpt_tos == ["cara@example.org"]
    assert message["To"].addresses[0].display_name == "Cara Öz"
    assert message["From"] == "Hearback <hear@brand.example>"
    assert message["Content-Language"] == "fa"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "\u2068قوری چکه می‌کند\u2069" in message["Subject"]
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "https://hearback.example.org/issues/41" in plain.get_content()
    assert '<div lang="fa" dir="rtl"' in html.get_content()
    assert "سلام" in plain.get_content()
    assert "سلام" in html.get_content()


def test_a_letter_sent_twice_has_one_id(postbox: Postbox) -> None:
    channels.send(parcel(), AT)
    channels.send(parcel(), AT)
    assert {message["Message-ID"] for message in postbox.messages()} == {"<notice-7@brand.example>"}


def test_a_name_with_a_line_break_adds_no_header(postbox: Postbox) -> None:
    reader = Reader(1, "Cara\r\nBcc: all@example.org", "cara@example.org", "en", "UTC")
    outcome = channels.send(parcel(reader=reader), AT)
    assert not outcome.sent
    assert outcome.permanent
    assert postbox.envelopes == []


@pytest.mark.parametrize(
    ("answer", "rcpt_answer", "permanent"),
    [
        ("451 try later", "250 OK", False),
        ("550 no", "250 OK", True),
        ("250 OK", "450 full", False),
        ("250 OK", "550 unknown", True),
    ],
)
def test_a_server_that_says_no_is_taken_at_its_word(
    postbox: Postbox, answer: str, rcpt_answer: str, permanent: bool
) -> None:
    postbox.answer, postbox.rcpt_answer = answer, rcpt_answer
    outcome = channels.send(parcel(), AT)
    assert not outcome.sent
    assert outcome.permanent is permanent
    assert "The mail server answered" in str(outcome.error)


def test_a_server_that_is_not_there_is_tried_again_later(environment: Environment) -> None:
    environment(HEARBACK_SMTP_URL=f"smtp://127.0.0.1:{free_port()}?from=hear@brand.example")
    outcome = channels.send(parcel(), AT)
    assert not outcome.sent
    assert not outcome.permanent
    assert "could not be reached" in str(outcome.error)


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
def test_a_name_and_password_are_used_and_a_wrong_one_is_said(environment: Environment) -> None:
    def judge(server: SMTP, talk: Talk, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == b"right")

    box = Postbox()
    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), authenticator=judge, auth_require_tls=False, auth_required=True
    )
    controller.start()
    try:
        for password, sent in (("wrong", False), ("right", True)):
            url = f"smtp://hear%40brand.example:{password}@127.0.0.1:{controller.port}"
            environment(HEARBACK_SMTP_URL=url)
            assert channels.send(parcel(), AT).sent is sent
    finally:
        controller.stop()


def test_without_a_mail_server_a_letter_is_given_up_with_what_to_do(environment: Environment) -> None:
    outcome = channels.send(parcel(), AT)
    assert outcome.permanent
    assert "HEARBACK_SMTP_URL" in str(outcome.error)


@pytest.mark.parametrize(
    "url",
    ["http://mail.example.org", "smtp://", "smtp://mail.example.org", "smtp://mail.example.org?from=nobody", "smtp://m:x"],
)  # fmt: skip
def test_a_mail_address_nobody_can_use_is_refused_with_what_to_do(url: str) -> None:
    with pytest.raises(ValueError, match="HEARBACK_SMTP_URL"):
        email.server(url)


def test_a_mail_address_is_read_whole() -> None:
    read = email.server("smtps://a%40b.example:p%2Fw@mail.example.org?from=Us <us@b.example>")
    assert (read.host, read.port, read.user, read.password, read.implicit) == (
        "mail.example.org", 465, "a@b.example", "p/w", True,
    )  # fmt: skip
    assert str(read.sender) == "Us <us@b.example>"


# webhooks


@dataclass
class Receiver:
    """What came, and how to answer it."""

    url: str = ""
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver(environment: Environment) -> Iterator[Receiver]:
    """An HTTP server on loopback, which this deployment allows."""
    kept = Receiver()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = server.server_address[1]
    kept.url = f"http://localhost:{port}/hook"
    environment(HEARBACK_ALLOW_HOSTS=f"localhost:{port}")
    try:
        yield kept
    finally:
        webhook._client().close()
        server.shutdown()
        server.server_close()
        thread.join()


def hook(url: str, secret: str = "", **changes: Any) -> Parcel:
    return parcel("webhook", reader=None, webhook_url=url, webhook_secret=secret or new_secret(), **changes)


def test_a_webhook_is_signed_so_that_its_receiver_can_tell(receiver: Receiver) -> None:
    secret = new_secret()
    assert channels.send(hook(receiver.url, secret), AT).sent
    ((path, headers, body),) = receiver.requests
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == "notice_7"
    assert headers["webhook-timestamp"] == str(int(AT.timestamp()))
    assert headers["content-type"] == "application/json"
    assert headers["host"].startswith("localhost:")
    assert path == "/hook"


def test_a_webhook_says_what_happened_to_what(receiver: Receiver) -> None:
    channels.send(hook(receiver.url, data={"move": "hand_over", "by": "Lina", "step": "move-9"}), AT)
    told = json.loads(receiver.requests[0][2])
    assert told["type"] == "issue.hand_over"
    assert told["data"]["by"] == "Lina"
    assert told["data"]["issue"]["id"] == 41
    assert told["data"]["issue"]["title"] == MATTER.title
    assert told["data"]["issue"]["url"] == "https://hearback.example.org/issues/41"
    assert "step" not in told["data"]


def test_the_signature_is_that_of_the_published_example() -> None:
    """The vector of Standard Webhooks' own documents and libraries."""
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = webhook.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [300, 302, 400, 404, 429, 500, 503])
def test_any_other_answer_is_worth_another_try(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"Location": "http://169.254.169.254/", "Retry-After": "120"}
    outcome = channels.send(hook(receiver.url), AT)
    assert (outcome.sent, outcome.permanent, outcome.retry_after) == (False, False, 120.0)
    assert len(receiver.requests) == 1


def test_a_date_may_say_when_to_try_again(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 503, {"Retry-After": "Sat, 21 Nov 2026 12:05:00 GMT"}
    assert channels.send(hook(receiver.url), AT).retry_after == 300.0


def test_an_address_that_is_gone_is_never_asked_again(receiver: Receiver) -> None:
    receiver.status = 410
    outcome = channels.send(hook(receiver.url), AT)
    assert outcome.permanent
    assert outcome.gone


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "0.0.0.0"])
def test_a_private_place_is_told_nothing_unless_it_is_allowed(environment: Environment, host: str) -> None:
    outcome = channels.send(hook(f"http://{host}:9/"), AT)
    assert outcome.permanent
    assert "HEARBACK_ALLOW_HOSTS" in str(outcome.error)


def test_an_address_where_nobody_listens_is_tried_again(environment: Environment) -> None:
    port = free_port()
    environment(HEARBACK_ALLOW_HOSTS=f"localhost:{port}")
    outcome = channels.send(hook(f"http://localhost:{port}/"), AT)
    assert (outcome.sent, outcome.permanent) == (False, False)


@pytest.mark.parametrize(
    "url", ["hooks.example.org", "ftp://hooks.example.org/", "https://", "https://a:b@example.org/"]
)
def test_what_is_no_web_address_is_refused_when_it_is_typed(url: str) -> None:
    with pytest.raises(ValueError, match=r"address"):
        channels.CHANNELS["webhook"].check(url)


# apprise


def test_apprise_carries_the_same_words(receiver: Receiver) -> None:
    address = receiver.url.replace("http://", "json://")
    assert channels.send(parcel(address, language="en"), AT).sent
    told = json.loads(receiver.requests[0][2])
    assert "Handed to" in told["title"]
    assert "https://hearback.example.org/issues/41" in told["message"]


def test_apprise_says_why_it_failed_without_the_secret(receiver: Receiver) -> None:
    receiver.status = 500
    address = receiver.url.replace("http://", "json://user:verysecret@")
    outcome = channels.send(parcel(address), AT)
    assert (outcome.sent, outcome.permanent) == (False, False)
    assert "500" in str(outcome.error)
    assert "verysecret" not in str(outcome.error)


def test_apprise_is_held_to_the_same_address_policy(environment: Environment) -> None:
    outcome = channels.send(parcel("json://127.0.0.1:9/"), AT)
    assert outcome.permanent
    assert "HEARBACK_ALLOW_HOSTS" in str(outcome.error)


@pytest.mark.parametrize("address", ["dbus://", "syslog://", "mailto://a:b@example.org", "nosuch://x", "words", ""])
def test_an_address_that_is_not_for_notices_is_refused_when_it_is_typed(address: str) -> None:
    with pytest.raises(ValueError, match="email"):
        channels.check(address)


@pytest.mark.parametrize("address", ["email", "inapp", "json://example.org/", "ntfys://example.org/topic"])
def test_a_good_channel_is_taken(address: str) -> None:
    channels.check(address)
