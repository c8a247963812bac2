"""One polite request: our name, conditional headers, a deadline, limits, checked redirects, no private address."""

import os
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

from listener.addresses import is_allowed, is_public
from listener.heard import Ask, Reply
from listener.settings import Settings
from listener.sources.reading import check_address, host_of, mail_moment, moment, number
from listener.sources.source import BadFeed
from listener.unpacking import Unpacker

REDIRECTS = 5
PERMANENT = (301, 308)
TEMPORARY = (302, 303, 307)
TOO_OFTEN = (429, 503)
PIECE = 65_536  # bytes

_deadline = threading.local()


class Refused(Exception):
    """A host that must not be asked, because of where it is."""

    def __init__(self, host: str, port: int, address: str) -> None:
        where = "a private or local address" if address == host else f"at {address}, a private or local address"
        super().__init__(f"{host} is {where}")
        self.place = f"{host}:{port}"

    def sentence(self, *, sent_there: bool) -> str:
        """Return what to tell; only who wrote the address is told how to allow it."""
        if sent_there:
            return f"They send us on to a place that must not be asked: {self}."
        return (
            f"{self}, which is not asked. If it is meant, the administrator adds {self.place} to HEARBACK_ALLOW_HOSTS."
        )


def _client(settings: Settings) -> httpx.Client:
    connecting = min(settings.fetch_connect_timeout, settings.fetch_timeout)
    return httpx.Client(
        transport=_CheckedTransport(settings.allow_hosts),
        timeout=httpx.Timeout(settings.fetch_timeout, connect=connecting),
        follow_redirects=False,
        trust_env=False,  # a proxy would ask for us, without our checks
        # sites do not get to follow us from feed to feed
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"User-Agent": settings.user_agent, "Accept-Encoding": "gzip, deflate"},
    )


class Fetcher:
    """One kept-alive client for a whole process; any thread may use it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._owner, self._kept = os.getpid(), _client(settings)

    @property
    def _client(self) -> httpx.Client:
        """Return this process's client: connections that came over in a fork belong to the parent."""
        if self._owner != os.getpid():
            with self._lock:
                if self._owner != os.getpid():
                    self._kept, self._owner = _client(self._settings), os.getpid()
        return self._kept

    def fetch(self, ask: Ask, *, etag: str | None = None, last_modified: str | None = None) -> Reply:
        """Return what came back within the deadline; never raise. What went wrong is a sentence in `trouble`."""
        start = time.monotonic()
        _deadline.at = start + self._settings.fetch_timeout
        hop = _Hop(ask.url)
        try:
            return self._follow(hop, ask, _conditions(etag, last_modified), start)
        # an address we were given is hopeless; one we were sent to may be a passing mistake of theirs
        except Refused as refused:
            return self._trouble(hop, start, refused.sentence(sent_there=hop.count > 0), permanent=hop.count == 0)
        except BadFeed as bad:
            return self._trouble(hop, start, bad.sentence, permanent=hop.count == 0)
        except httpx.TimeoutException:
            return self._trouble(hop, start, self._too_slow())
        except (httpx.InvalidURL, UnicodeError):
            return self._trouble(hop, start, f"“{hop.url}” is not a web address.", permanent=hop.count == 0)
        except httpx.RemoteProtocolError as error:
            return self._trouble(hop, start, f"The answer broke off or was no HTTP ({error}).")
        except (httpx.HTTPError, OSError, ValueError) as error:
            return self._trouble(hop, start, _why(error, host_of(hop.url)))
        finally:
            _deadline.at = None

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _follow(self, hop: "_Hop", ask: Ask, conditions: Mapping[str, str], start: float) -> Reply:
        """Ask, and go where we are sent, a few times; the transport checks each host's addresses anew."""
        headers = {"Accept": ask.accept, **ask.headers, **conditions}
        params: Mapping[str, str] | None = ask.params or None
        while True:
            check_address(hop.url)
            request = self._client.build_request("GET", hop.url, params=params, headers=headers)
            response = self._client.send(request, stream=True)
            try:
                to = response.headers.get("location")
                if response.status_code not in (*PERMANENT, *TEMPORARY) or not to:
                    return self._reply(response, hop, start)
            finally:
                response.close()
            if hop.count == REDIRECTS:
                return self._trouble(
                    hop, start, f"They send us from one address to the next more than {REDIRECTS} times."
                )
            target = response.url.join(to)
            if (target.scheme, target.netloc) != (response.url.scheme, response.url.netloc):
                # what was meant for one host is not told to another
                headers = {"Accept": ask.accept}
            hop.move(str(target), for_good=response.status_code in PERMANENT)
            params = None

    def _reply(self, response: httpx.Response, hop: "_Hop", start: float) -> Reply:
        body, trouble = self._body(response)
        return Reply(
            status=response.status_code,
            url=str(response.url),
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body,
            trouble=trouble,
            permanent=False,
            retry_after=_retry_after(response) if response.status_code in TOO_OFTEN else None,
            moved_to=hop.url if hop.for_good and response.status_code in (200, 304) else None,
            seconds=time.monotonic() - start,
        )

    def _body(self, response: httpx.Response) -> tuple[bytes, str | None]:
        """Read a body piece by piece, unpacked here: a few packed kilobytes can hold gigabytes."""
        most, at = self._settings.fetch_max_bytes, _deadline.at
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
            return b"", f"They packed the answer in a way we did not ask for ({coding})."
        unpack = Unpacker(coding)
        kept = bytearray()
        for piece in response.iter_raw(PIECE):
            kept += unpack.piece(piece, most + 1 - len(kept))
            if len(kept) > most:
                return b"", f"The answer is larger than {most // 1_000_000 or 1} MB, more than a feed should be."
            if time.monotonic() > at:
                return b"", self._too_slow()
        if not unpack.is_whole:
            return b"", "The answer broke off before its packed end."
        return bytes(kept), None

    def _too_slow(self) -> str:
        return f"No whole answer came within {self._settings.fetch_timeout:g} seconds."

    @staticmethod
    def _trouble(hop: "_Hop", start: float, sentence: str, permanent: bool = False) -> Reply:
        return Reply(0, hop.url, trouble=sentence, permanent=permanent, seconds=time.monotonic() - start)


@dataclass(slots=True)
class _Hop:
    """Where a request stands: the address, how often it was sent on, and whether each time for good."""

    url: str
    count: int = 0
    for_good: bool = False

    def move(self, url: str, *, for_good: bool) -> None:
        self.for_good = for_good and (self.for_good or self.count == 0)
        self.url = url
        self.count += 1


@cache
def _trust() -> ssl.SSLContext:
    """Return whom we trust, read once: it takes a quarter of a second."""
    return httpx.create_ssl_context(trust_env=False)


class _CheckedTransport(httpx.HTTPTransport):
    """httpx's own transport, over connections that are made to checked addresses only."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(verify=_trust(), trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust(),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=60.0,
            network_backend=_CheckedBackend(allowed),
        )


class _CheckedBackend(httpcore.SyncBackend):
    """Resolves a name once, checks every address it has, and connects to one of those: no second look-up to swap."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__()
        self._allowed = allowed

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to `host`, whose name stays in the Host header and in TLS, at an address that was checked."""
        addresses = _resolve(host, port)
        if not is_allowed(host, port, self._allowed):
            for address in addresses:
                if not is_public(address):
                    raise Refused(host, port, address)
        failed: Exception | None = None
        for address in addresses[:4]:
            try:
                return _Timed(super().connect_tcp(address, port, _left(timeout), local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError(f"no address for {host}")


class _Timed(httpcore.NetworkStream):
    """A connection on which nothing outlasts the deadline of the request, however slowly it drips."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, until the deadline."""
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all, until the deadline."""
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Go on encrypted, as the host that was named."""
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        """Tell of the connection below."""
        return self._stream.get_extra_info(info)


def _left(timeout: float | None) -> float | None:
    """Return the seconds this step may take: its own limit, or what is left of the whole."""
    at = getattr(_deadline, "at", None)
    if at is None:
        return timeout
    left: float = at - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the deadline has passed")
    return left if timeout is None else min(timeout, left)


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} is not known ({error})") from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Return both validators word for word, as they came (RFC 9110)."""
    pairs = (("If-None-Match", etag), ("If-Modified-Since", last_modified))
    return {name: value for name, value in pairs if value}


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds they ask us to wait: Retry-After as seconds or date, else when their allowance renews.

    Dates are measured against the server's own clock, which is in the same answer.
    """
    sent = mail_moment(response.headers.get("date", ""))
    asked = response.headers.get("retry-after", "").strip()
    if asked.isdigit():
        return float(number(asked[:9]) or 0)
    reset = response.headers.get("x-ratelimit-reset", "")
    until = mail_moment(asked) or moment(reset if "-" in reset else number(reset))
    if until is None or sent is None:
        return None
    return max(0.0, (until - sent).total_seconds())


def _why(error: Exception, host: str) -> str:
    """Return a sentence for what the network said."""
    words = str(error) or type(error).__name__
    if isinstance(error, httpx.ConnectError):
        if "certificate" in words.lower():
            return f"The certificate of {host} cannot be trusted ({words})."
        return f"No connection to {host} ({words})."
    return f"The request failed ({words})."
