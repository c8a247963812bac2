"""Mastodon and what speaks its API: tag timelines, search, and the notifications of one account."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

from listener.heard import Ask, Counts, FeedView, Heard, Item, Rejected, Reply, Speaker
from listener.sources.page import sort_out
from listener.sources.reading import (
    check_address,
    check_days,
    header,
    host_of,
    json_of,
    links,
    mapping,
    moment,
    number,
    sample,
    web_address,
)
from listener.sources.source import BadFeed, Unreadable

NAME = "Mastodon"
WORLD_IDS = True
PRICE = 0.0  # US dollars for one post read
WHAT = ("tag", "search", "notifications")
BACKFILL_DAYS = 30.0
OVERLAP = timedelta(minutes=15)  # posts of other servers arrive late, under the id of their writing
SNOWFLAKE = 10**15  # ids from here on are a time in milliseconds, shifted by 16 bits


def check(address: str, options: Mapping[str, Any]) -> None:
    """Raise `BadFeed` unless there is a server, and a tag, or words to search, or an account to listen as.

    Options: `tag` (with `any`, `all`, `none` more tags, and `local`), or `query`, or `notifications: true`.
    An address of a tag's own page (https://server/tags/word) needs no options.
    """
    check_address(address)
    check_days(options)
    for name in ("any", "all", "none"):
        if not isinstance(options.get(name, []), list | tuple):
            raise BadFeed(f"“{name}” must be a list of hashtags.")
    what = _what(address, options)
    if what == "tag" and not _tag(address, options):
        raise BadFeed("Name a hashtag to listen for, like “nimbo”, without spaces.")
    if what == "search" and not str(options.get("query", "")).strip():
        raise BadFeed("Write the words to search for.")


def ask(feed: FeedView, now: datetime) -> Ask:
    """Ask forward from the watermark; a first round asks for the newest page and walks back."""
    what = _what(feed.address, feed.options)
    start = feed.cursor.get("min_id")
    horizon = now - timedelta(days=feed.options.get("backfill_days", BACKFILL_DAYS))
    way = "offset" if what == "search" else "forward" if start else "back"
    parameters = _parameters(what, feed) + ([("min_id", str(start))] if start else [])
    return Ask(
        f"{_base(feed.address)}{_path(what, feed)}?{urlencode(parameters)}",
        headers={"Authorization": f"Bearer {feed.credential}"} if feed.credential else {},
        accept="application/json",
        conditional=False,
        since={"way": way, "horizon": horizon.isoformat()},
    )


def read(feed: FeedView, ask: Ask, reply: Reply, now: datetime) -> Heard:
    """Read one page and say where the next lies.

    forward: `min_id` gives the oldest page after the watermark, so stopping early leaves nothing behind.
    back, offset: newest first, until the horizon or an empty page.
    """
    rows = _rows(json_of(reply))
    host = host_of(feed.address)
    items, rejected = sort_out(filter(None, map(_status, rows)), lambda status: _item(status, host))
    heard = Heard(items=items, rejected=rejected, next_check=_budget(reply, now))
    ids = [str(row.get("id")) for row in rows if row.get("id")]
    if ask.since.get("way") == "forward":
        return _forward(feed, ask, reply, heard, ids)
    return _back(feed, ask, reply, heard, ids)


def _forward(feed: FeedView, ask: Ask, reply: Reply, heard: Heard, ids: list[str]) -> Heard:
    newest = _newest([*ids, str(ask.since.get("newest") or feed.cursor.get("newest") or "")])
    if not ids:
        return replace(heard, cursor=_drained(newest, feed), oldest_first=True)
    following = _linked(reply, "prev", ask) or _with(ask.url, min_id=newest)
    more = replace(ask, url=following, since={**ask.since, "newest": newest})
    return replace(heard, cursor={"newest": newest, "min_id": newest}, more=more, oldest_first=True)


def _back(feed: FeedView, ask: Ask, reply: Reply, heard: Heard, ids: list[str]) -> Heard:
    newest = str(ask.since.get("newest") or _newest([*ids, str(feed.cursor.get("newest") or "")]))
    times = [item.posted_at for item in heard.items if item.posted_at]
    horizon = moment(ask.since.get("horizon"))
    cursor = _drained(newest, feed)
    if not ids or (times and horizon and max(times) < horizon):
        return replace(heard, cursor=cursor)
    if ask.since.get("way") == "offset":
        offset = int(ask.since.get("offset", 0)) + len(ids)
        more = replace(
            ask, url=_with(ask.url, offset=str(offset)), since={**ask.since, "newest": newest, "offset": offset}
        )
    else:
        following = _linked(reply, "next", ask) or _with(ask.url, max_id=ids[-1])
        more = replace(ask, url=following, since={**ask.since, "newest": newest})
    return replace(heard, cursor=cursor, more=more)


def _drained(newest: str, feed: FeedView) -> dict[str, Any]:
    """Return the cursor after a whole round, with an overlap for posts that arrive late."""
    if not newest:
        return dict(feed.cursor)
    if newest.isdigit() and int(newest) >= SNOWFLAKE:
        start = str(int(newest) - (int(OVERLAP.total_seconds() * 1000) << 16))
    else:
        # ids that carry no time: go on from where the round before this one ended
        start = str(feed.cursor.get("newest") or newest)
    return {"newest": newest, "min_id": start}


def _newest(ids: list[str]) -> str:
    """Return the newest id: numbers by size, others by the server's order (newest first)."""
    known = [one for one in ids if one]
    if known and all(one.isdigit() for one in known):
        return max(known, key=int)
    return known[0] if known else ""


def _what(address: str, options: Mapping[str, Any]) -> str:
    if options.get("notifications"):
        return "notifications"
    return "search" if "query" in options else "tag"


def _tag(address: str, options: Mapping[str, Any]) -> str:
    path = urlsplit(address).path
    tag = str(options.get("tag") or (path.removeprefix("/tags/") if path.startswith("/tags/") else ""))
    tag = tag.strip().lstrip("#")
    return "" if any(char.isspace() or char in "/?&" for char in tag) else tag


def _base(address: str) -> str:
    path = urlsplit(address).path
    kept = address.partition("?")[0].partition("#")[0]
    return kept.removesuffix(path).rstrip("/") if path.startswith("/tags/") else kept.rstrip("/")


def _path(what: str, feed: FeedView) -> str:
    tag = _tag(feed.address, feed.options)
    return {
        "tag": f"/api/v1/timelines/tag/{tag}",
        "search": "/api/v2/search",
        "notifications": "/api/v1/notifications",
    }[what]


def _parameters(what: str, feed: FeedView) -> list[tuple[str, str]]:
    if what == "notifications":
        # without include_filtered, strangers and new accounts are kept from us: exactly the angry ones
        return [("types[]", "mention"), ("include_filtered", "true"), ("limit", "80")]
    if what == "search":
        return [("q", str(feed.options["query"])), ("type", "statuses"), ("limit", "40")]
    more = [(f"{name}[]", str(tag)) for name in ("any", "all", "none") for tag in feed.options.get(name, ())]
    return [*more, *([("local", "true")] if feed.options.get("local") else []), ("limit", "40")]


def _rows(document: Any) -> list[Mapping[str, Any]]:
    rows = document.get("statuses") if isinstance(document, dict) else document
    if not isinstance(rows, list):
        said = mapping(document).get("error")
        raise Unreadable(f"The server answered: {said}." if said else "The reply is JSON, but no list of posts.")
    return [row for row in rows if isinstance(row, dict)]


def _linked(reply: Reply, relation: str, ask: Ask) -> str | None:
    """Return a page the `Link` header names, if it lies on the same server: our token travels along."""
    url = web_address(links(header(reply, "link")).get(relation), ask.url)
    return url if url and host_of(url) == host_of(ask.url) and url != ask.url else None


def _with(url: str, **parameters: str) -> str:
    kept = [part for part in url.partition("?")[2].split("&") if part.partition("=")[0] not in (*parameters, "max_id")]
    return f"{url.partition('?')[0]}?{'&'.join([*kept, urlencode(parameters)])}"


def _budget(reply: Reply, now: datetime) -> float | None:
    """Return the seconds to wait when the server says that little is left of its allowance."""
    left, reset = number(header(reply, "x-ratelimit-remaining")), moment(header(reply, "x-ratelimit-reset"))
    return max(0.0, (reset - now).total_seconds()) if left is not None and left < 10 and reset else None


def _status(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the post of a row: a notification carries it inside, and some carry none."""
    return row if "content" in row or "type" not in row else mapping(row.get("status"))


def _item(row: Mapping[str, Any], host: str) -> Item | Rejected:
    inner = row.get("reblog")
    status = mapping(inner) or row
    identity = str(row.get("uri") or row.get("url") or "") or (f"{host}/{row['id']}" if row.get("id") else "")
    if not identity:
        return Rejected(None, "It has no id, so it could not be told from others.", sample(row))
    local, parent = f"{host}/{row.get('id')}", row.get("in_reply_to_id")
    parent_id = f"{host}/{parent}" if parent else None
    return Item(
        native_id=identity,
        text=_content(status),
        text_format="html",
        url=web_address(status.get("url")) or web_address(status.get("uri")),
        posted_at=moment(row.get("created_at")),
        edited_at=moment(row.get("edited_at")),
        language=status.get("language") if isinstance(status.get("language"), str) else None,
        author=_author(mapping(row.get("account")), host),
        parent_id=parent_id,
        root_id=parent_id or local,
        counts=Counts(
            likes=number(status.get("favourites_count")),
            replies=number(status.get("replies_count")),
            shares=number(status.get("reblogs_count")),
        ),
        form="dm" if row.get("visibility") == "direct" else "comment" if parent else "post",
        is_repost=bool(inner),
        extra={"local_id": local, "sensitive": bool(status.get("sensitive"))},
    )


def _content(status: Mapping[str, Any]) -> str:
    """Return the words: the warning on top, then the post, or what its pictures show."""
    warning, content = str(status.get("spoiler_text") or ""), str(status.get("content") or "")
    if not content.strip():
        media = status.get("media_attachments")
        shown = [mapping(one).get("description") for one in media] if isinstance(media, list) else []
        content = "".join(f"<p>{escape(str(one))}</p>" for one in shown if one)
    return f"<p>{escape(warning)}</p>{content}" if warning else content


def _author(account: Mapping[str, Any], host: str) -> Speaker | None:
    acct = str(account.get("acct") or "")
    if not acct:
        return None
    # a local account is told without its domain
    handle = acct if "@" in acct else f"{acct}@{host}"
    return Speaker(
        native_id=handle.lower(),
        handle=handle,
        name=str(account.get("display_name") or account.get("username") or acct),
        url=web_address(account.get("url")),
        followers=number(account.get("followers_count")),
        following=number(account.get("following_count")),
        since=moment(account.get("created_at")),
        is_bot=account.get("bot") is True,
    )
