"""RSS 0.91 to 2.0, RDF, Atom and JSON Feed: whatever an address calls a feed, told by its body, not by its label."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from listener.heard import Ask, FeedView, Heard, Item, Reply
from listener.sources import jsonfeed, xmlfeed
from listener.sources.reading import check_address, check_days, freshness, header, host_of, is_html, moment, web_address
from listener.sources.source import Unreadable

NAME = "RSS, Atom, JSON Feed"
WORLD_IDS = False
PRICE = 0.0  # US dollars for one post read
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
OVERLAP = timedelta(hours=1)  # posts may appear later than they are dated
BACKFILL_DAYS = 30.0  # how far back the first round follows a feed's archive
KNOWN = 500  # ids remembered of a feed that dates nothing
LOOP = 50  # pages remembered, so that an archive that points back at itself ends

_DECLARED = re.compile(rb"<\?xml[^>]*\bencoding\s*=\s*[\"']([\w.:-]+)[\"']", re.I)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_ALTERNATE = re.compile(rb"<link\b[^>]*\btype\s*=\s*[\"']application/(?:rss|atom|feed)\+(?:xml|json)[\"'][^>]*>", re.I)
_HREF = re.compile(rb"\bhref\s*=\s*[\"']([^\"']+)[\"']", re.I)


def check(address: str, options: Mapping[str, Any]) -> None:
    """Raise `BadFeed` if this is not a web address, or `backfill_days` is not a number of days."""
    check_address(address)
    check_days(options)


def ask(feed: FeedView, now: datetime) -> Ask:
    """Ask for the feed itself; `since` says how far back its pages are worth following."""
    newest = moment(feed.cursor.get("newest"))
    until = newest - OVERLAP if newest else now - timedelta(days=feed.options.get("backfill_days", BACKFILL_DAYS))
    headers = {"Authorization": f"Bearer {feed.credential}"} if feed.credential else {}
    return Ask(feed.address, headers=headers, accept=ACCEPT, since={"until": until.isoformat()})


def read(feed: FeedView, ask: Ask, reply: Reply, now: datetime) -> Heard:
    """Read one page, newest first; follow the next one until the watermark of the last round."""
    body = _utf8(reply)
    if is_html(body):
        raise Unreadable(_a_page_came(body, reply.url))
    reader = jsonfeed if body.lstrip()[:1] in (b"{", b"[") else xmlfeed
    page = reader.read(replace(reply, body=body))

    watermark = moment(feed.cursor.get("newest"))
    known = (watermark, moment(ask.since.get("newest")))
    times = [at for at in (*known, *(item.posted_at for item in page.items)) if at and at <= now]
    latest = max(times).isoformat() if times else None
    seen = [*ask.since.get("seen", ()), *(item.native_id for item in page.items if item.posted_at is None)][:KNOWN]
    more = _older(feed, ask, page.next_url, page.items)
    if more:
        visited = [*ask.since.get("visited", ()), crc32(ask.url.encode())][-LOOP:]
        more = replace(more, since={**ask.since, "newest": latest, "seen": seen, "visited": visited})
    return Heard(
        items=page.items,
        rejected=page.rejected,
        cursor=({"newest": latest} if latest else {}) | ({"known": seen} if seen else {}),
        more=more,
        trouble=page.trouble,
        is_behind=bool(watermark) and all(item.posted_at and item.posted_at <= watermark for item in page.items),
        next_check=max((hint for hint in (page.next_check, freshness(reply)) if hint is not None), default=None),
        title=page.title,
    )


def _older(feed: FeedView, ask: Ask, url: str | None, items: Sequence[Item]) -> Ask | None:
    """Return the request for the next older page, unless this one already reached what we know."""
    if url is None or not items or url == ask.url or crc32(url.encode()) in ask.since.get("visited", ()):
        return None
    dated = [item.posted_at for item in items if item.posted_at]
    until = moment(ask.since.get("until"))
    # the last in the document's order: a post pinned on top may be of any age
    if dated and until and dated[-1] < until:
        return None
    if not dated and set(feed.cursor.get("known", ())).issuperset(item.native_id for item in items):
        return None
    headers = ask.headers if host_of(url) == host_of(ask.url) else {}
    return Ask(url, headers=headers, accept=ask.accept, conditional=False)


def _utf8(reply: Reply) -> bytes:
    """Return the body in UTF-8. Bytes that are valid UTF-8 are UTF-8, whatever the labels say."""
    body = reply.body
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return body.decode(codec, "replace").removeprefix("\ufeff").encode()
    declared = _DECLARED.search(body[:200])
    labelled = _CHARSET.search(header(reply, "content-type") or "")
    named = [declared[1].decode()] if declared else []
    named += [labelled[1]] if labelled else []
    for name in ("utf-8", *named, "windows-1252"):
        try:
            return body.decode(name).encode()
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("utf-8", "replace").encode()


def _a_page_came(body: bytes, url: str) -> str:
    """Say that a web page came, and which feed it names, if it names one."""
    link = _ALTERNATE.search(body)
    href = _HREF.search(link[0]) if link else None
    named = web_address(href[1].decode("utf-8", "replace"), url) if href else None
    if named:
        return f"A web page came back instead of a feed. It names its feed: {named}"
    return "A web page came back instead of a feed. The address may be wrong, or the site asks for a sign-in."
