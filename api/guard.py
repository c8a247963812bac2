"""What stands before every route: request ids, size limits, no acts from other sites, safe headers, a last catch."""

import re
import secrets
import time
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors
from api.dependencies import COOKIE
from api.settings import settings
from triage.refusals import Refusal

log = structlog.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 2_000_000  # bytes
INGEST = "/api/v1/ingest/"
_REQUEST_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        # the templates set sizes as custom properties on elements; style sheets come from us alone
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


class FromAnotherSite(Refusal):
    """An act that a page of another site tried to do with our cookie."""

    key = "other_site"


errors.STATUS[FromAnotherSite] = 403


class Guard:
    """Wraps the application; speaks plain ASGI so that nothing is buffered on the way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        passing = _Passing(scope, receive, send)
        with structlog.contextvars.bound_contextvars(request_id=passing.request_id):
            try:
                passing.check()
                await self._app(scope, passing.receive, passing.send)
            except Exception as error:
                if passing.started is not None:
                    # half an answer has left: all that can be done is to break off where the browser sees it
                    errors.log.error("answer_broken_off", exc_info=error)
                    raise
                request = Request(scope)
                answer = (
                    errors.refused(request, error) if isinstance(error, Refusal) else errors.unexpected(request, error)
                )
                await answer(scope, receive, passing.send)
            passing.note()
        return None


class _Passing:
    """One request on its way through."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._headers = Headers(scope=scope)
        self._taken = 0
        self._began = time.perf_counter()
        self.started: int | None = None
        given = self._headers.get("x-request-id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)

    def check(self) -> None:
        """Refuse what needs no reading to be refused."""
        length = self._headers.get("content-length", "0")
        if length.isdecimal() and int(length) > LARGEST_BODY:
            raise errors.TooLarge(limit=LARGEST_BODY)
        if self._scope["method"] not in SAFE_METHODS and not self._is_from_us():
            raise FromAnotherSite

    def _is_from_us(self) -> bool:
        """Say whether an unsafe request may use a cookie, by what only a browser can say of where it comes from."""
        if "authorization" in self._headers or self._scope["path"].startswith(INGEST):
            return True  # another site can send neither a token nor a signature
        site = self._headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = self._headers.get("origin")
        if origin is not None:
            return urlsplit(origin).netloc in {self._headers.get("host"), urlsplit(settings().public_url).netloc}
        return COOKIE not in Request(self._scope).cookies

    async def receive(self) -> Message:
        """Pass the body on, up to its limit."""
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        if self._taken > LARGEST_BODY:
            raise errors.TooLarge(limit=LARGEST_BODY)
        return message

    async def send(self, message: Message) -> None:
        """Put our headers on the answer."""
        if message["type"] == "http.response.start":
            self.started = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers["x-request-id"] = self.request_id
            if self._scope["path"].startswith("/api/"):
                headers.setdefault("cache-control", "no-store")
            if settings().is_secure:
                headers.setdefault("strict-transport-security", "max-age=31536000")
        await self._send(message)

    def note(self) -> None:
        """Write one line about it. The route's pattern, not the path: a sign-in link is a secret."""
        route = self._scope.get("route")
        path = getattr(route, "path", None) or ("/static" if self._scope["path"].startswith("/static/") else "unknown")
        log.info(
            "request",
            method=self._scope["method"],
            route=path,
            status=self.started,
            ms=round((time.perf_counter() - self._began) * 1000, 1),
        )
