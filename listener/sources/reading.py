"""What all sources read alike: times, numbers, addresses, link headers, JSON."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from listener.heard import Reply
from listener.sources.source import BadFeed, Unreadable

_LINK = re.compile(r"""<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^,;"\s]*))*)""")
_PARAMETER = re.compile(r"""([\w*-]+)\s*=\s*(?:"([^"]*)"|([^,;"\s]*))""")
_HTML = re.compile(rb"^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)


def moment(value: Any) -> datetime | None:
    """Read an RFC 3339 time or a number of seconds since 1970, in UTC; `None` where it is neither."""
    if isinstance(value, bool) or value is None or value == "":
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        read = datetime.fromisoformat(str(value).strip())
    except (ValueError, OverflowError, OSError):
        return None
    # RFC 3339 asks for an offset; what leaves it out means UTC far more often than anything else
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def mail_moment(value: str) -> datetime | None:
    """Read an RFC 822 time, as headers and RSS carry them, in UTC."""
    try:
        read = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def number(value: Any) -> int | None:
    """Read a count; `None` where there is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return max(0, int(value))
    except (TypeError, ValueError, OverflowError):
        return None


def web_address(value: Any, base: str = "") -> str | None:
    """Return an absolute http(s) address, or `None`: nothing else may become a link on a page."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        whole = urljoin(base, value.strip())
        parts = urlsplit(whole)
    except ValueError:
        return None
    return whole if parts.scheme in ("http", "https") and parts.netloc else None


def name_of(source: str, address: str, options: Mapping[str, Any]) -> str:
    """Return what a feed is called until it has told its own title: `kettle, news.example`, `forum.example`."""
    what = options.get("tag") or options.get("query")
    host = address.partition("://")[2].partition("/")[0] or source
    return f"{what}, {host}" if what else host


def host_of(url: str) -> str:
    """Return the host (and port, if not the usual one) an address names; nothing, where it cannot be read."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def check_address(address: str) -> None:
    """Raise `BadFeed` unless `address` is a whole http(s) address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise BadFeed(f"“{address}” is not a web address. Its host or port cannot be read.") from None
    if parts.scheme not in ("http", "https"):
        raise BadFeed(f"“{address}” is not a web address. It must begin with https:// or http://.")
    if not parts.hostname or port == 0 or any(char.isspace() for char in parts.netloc):
        raise BadFeed(f"“{address}” names no host. Write it whole, like https://example.org/feed.xml.")


def check_days(options: Mapping[str, Any]) -> None:
    """Raise `BadFeed` unless `backfill_days`, how far back a first round looks, is a number of days."""
    days = options.get("backfill_days", 0)
    if isinstance(days, bool) or not isinstance(days, int | float) or not 0 <= days <= 3650:
        raise BadFeed("“backfill_days” must be a number of days, 0 to 3650.")


def links(header: str | None) -> dict[str, str]:
    """Read a `Link` header into relation -> address."""
    found: dict[str, str] = {}
    for address, parameters in _LINK.findall(header or ""):
        for name, quoted, bare in _PARAMETER.findall(parameters):
            if name.lower() == "rel":
                for relation in (quoted or bare).lower().split():
                    found.setdefault(relation, address)
    return found


def header(reply: Reply, name: str) -> str | None:
    """Return a header of a reply, whatever the case of its name."""
    wanted = name.lower()
    return next((value for key, value in reply.headers.items() if key.lower() == wanted), None)


def is_html(body: bytes) -> bool:
    """Say whether a body is a page for people, whatever its Content-Type claims."""
    return bool(_HTML.match(body.removeprefix(b"\xef\xbb\xbf")[:4000]))


def json_of(reply: Reply) -> Any:
    """Read a JSON body, whatever its Content-Type claims; raise `Unreadable` with what came instead."""
    if is_html(reply.body):
        raise Unreadable(
            "A web page came back instead of data. The address may be wrong, or the site asks for a sign-in."
        )
    try:
        return json.loads(reply.body)
    except UnicodeDecodeError:
        raise Unreadable("The reply is not readable text.") from None
    except RecursionError:
        raise Unreadable("The reply is nested too deeply to be a feed.") from None
    except ValueError as error:
        if reply.body and not reply.body.rstrip().endswith((b"}", b"]")):
            raise Unreadable("The reply ends in the middle; the rest did not arrive.") from None
        raise Unreadable(f"The reply is not JSON ({error}).") from None


def freshness(reply: Reply) -> float | None:
    """Return the seconds for which the server says this reply stays fresh (Cache-Control, else Expires)."""
    control = header(reply, "cache-control") or ""
    found = re.search(r"\bmax-age\s*=\s*(\d{1,9})", control, re.I)
    if re.search(r"\bno-(?:cache|store)\b", control, re.I):
        return None
    if found:
        return float(found[1])
    expires, sent = mail_moment(header(reply, "expires") or ""), mail_moment(header(reply, "date") or "")
    return max(0.0, (expires - sent).total_seconds()) if expires and sent else None


def sample(row: Any, limit: int = 500) -> str:
    """Return the beginning of a row for a person who must find out what is wrong with it."""
    text = row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, default=str)
    return text[:limit].replace("\0", "")


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a JSON object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}
