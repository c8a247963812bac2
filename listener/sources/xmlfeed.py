"""RSS, RDF and Atom, read by feedparser from bytes that were already fetched; entities of their own are not read."""

import calendar
import io
import re
from datetime import UTC, datetime
from typing import Any

import feedparser

from listener.heard import Counts, Item, Rejected, Reply, Speaker, TextFormat
from listener.sources.identity import native_id, unwrapped
from listener.sources.page import Page, sort_out
from listener.sources.reading import host_of, mapping, number, sample, web_address
from listener.sources.source import Unreadable
from listener.text import plain

# the part of a DOCTYPE that declares entities: bombs and file readers live there
_DECLARATIONS = re.compile(rb"<!DOCTYPE[^>\[]*\[.*?\]\s*>", re.I | re.S)
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)\b", re.I)
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.I)
_MAILBOX = re.compile(r"^(?:(?P<called>[^<>@]*)<)?(?P<mail>[^\s<>()@]+@[^\s<>()@]+)>?(?:\s*\((?P<name>[^()]*)\))?$")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&#?\w{1,10};")


def read(reply: Reply) -> Page:
    """Read a document in UTF-8; raise `Unreadable` if it is no feed. One that ends early is said so in `trouble`."""
    root = _ROOT.search(reply.body)
    if root is None:
        what = "nothing at all" if not reply.body.strip() else "something else"
        raise Unreadable(f"The reply is not a feed: {what} came back.")
    body = _DECLARATIONS.sub(b"", reply.body[: root.start()]) + reply.body[root.start() :]
    parsed = feedparser.parse(
        io.BytesIO(body),
        # no label: the encoding is settled, and addresses are joined here, ids left alone
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    entries, trouble = list(parsed.entries), None
    if not _END.search(body[-4096:]):
        entries, trouble = entries[:-1], "The reply ends in the middle; the rest did not arrive."
    elif not parsed.version and not entries:
        raise Unreadable("The reply looks like a feed but cannot be read as one.")
    items, rejected = sort_out(entries, lambda entry: _item(entry, parsed.feed, reply.url))
    minutes = number(parsed.feed.get("ttl"))
    return Page(
        items=items,
        rejected=rejected,
        title=_string(parsed.feed.get("title")) or None,
        next_url=_next(parsed.feed, reply.url),
        next_check=minutes * 60.0 if minutes else None,
        trouble=trouble,
    )


def _next(feed: Any, base: str) -> str | None:
    found = (link.get("href") for link in feed.get("links", ()) if link.get("rel") == "next")
    return web_address(next(found, None), base)


def _item(entry: Any, feed: Any, base: str) -> Item | Rejected:
    url = unwrapped(_link(entry, base))
    identity = native_id(_string(entry.get("id")) or None, url)
    if identity is None:
        reason = "It has neither an id nor an address, so it could not be told from others."
        return Rejected(None, reason, sample(_string(entry.get("title")) or _string(entry.get("summary"))))
    body, form, language = _body(entry)
    title = _title(entry)
    posted, edited = _moment(entry, "published"), _moment(entry, "updated")
    answered = mapping(entry.get("thr_in-reply-to")).get("ref")
    return Item(
        native_id=identity,
        text=body or title,
        text_format=form if body else "plain",
        title=title if body else "",
        url=url,
        posted_at=posted or edited,
        edited_at=edited if posted and edited and edited > posted else None,
        language=language or _string(feed.get("language")) or None,
        author=_author(entry, base) or _author(feed, base),
        parent_id=_string(answered) or None,
        counts=Counts(replies=number(entry.get("slash_comments"))),
        form="comment" if answered else "post",
    )


def _link(entry: Any, base: str) -> str | None:
    """Return the post's own page. An id that is no address must not become one."""
    stated = next((link.get("href") for link in entry.get("links", ()) if link.get("rel") == "alternate"), None)
    if stated is None:
        guid = _string(entry.get("id")) if entry.get("guidislink") else ""
        return web_address(guid) if guid.startswith(("http://", "https://")) else None
    return web_address(stated, base)


def _body(entry: Any) -> tuple[str, TextFormat, str | None]:
    """Return (text, its format, its language) of the fullest part."""
    parts = [*entry.get("content", ()), *([entry["summary_detail"]] if "summary_detail" in entry else ())]
    ranked = sorted(parts, key=lambda part: "html" in (part.get("type") or ""), reverse=True)
    for part in ranked:
        value = _string(part.get("value"))
        if value:
            return value, "html" if "html" in (part.get("type") or "") else "plain", part.get("language")
    return "", "plain", None


def _title(entry: Any) -> str:
    """Return the title without markup; RSS does not say whether its titles carry any."""
    value = _string(entry.get("title"))
    kind = mapping(entry.get("title_detail")).get("type") or ""
    return plain(value, "html").text if "html" in kind or _MARKUP.search(value) else value


def _author(entry: Any, base: str) -> Speaker | None:
    detail = mapping(entry.get("author_detail"))
    written = _string(entry.get("author"))
    # feedparser cuts addresses under long top domains in two
    both = _MAILBOX.match(written)
    name = (both["name"] or both["called"] or both["mail"]).strip() if both else _string(detail.get("name")) or written
    url, email = web_address(detail.get("href"), base), both["mail"] if both else _string(detail.get("email"))
    if not (name or url or email):
        return None
    # a bare name is one person on one site at most
    known = url or f"{host_of(base)}/{email or name}"
    return Speaker(native_id=known, handle=name, name=name, url=url)


def _moment(entry: Any, which: str) -> datetime | None:
    key = f"{which}_parsed"
    # `in` first: feedparser answers a missing “updated” with “published”, and warns
    parsed = entry[key] if key in entry else None  # noqa: SIM401
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _string(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
