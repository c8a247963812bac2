"""Hacker News, through Algolia's search by date, in windows small enough to be read whole."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from listener.heard import Ask, Counts, FeedView, Heard, Item, Rejected, Reply, Speaker
from listener.sources.page import sort_out
from listener.sources.reading import check_address, check_days, json_of, mapping, moment, number, sample, web_address
from listener.sources.source import BadFeed, Unreadable
from listener.text import fold, plain

NAME = "Hacker News"
WORLD_IDS = True
PRICE = 0.0  # US dollars for one post read
ADDRESS = "https://hn.algolia.com/api/v1"
SITE = "https://news.ycombinator.com"
BACKFILL_DAYS = 30.0
OVERLAP = 15 * 60  # seconds; the index is filled with a delay
REACHABLE = 1000  # hits of one query that can be read at all
PAGE = 250

Window = tuple[int, int]  # after the first second, up to and with the second


def check(address: str, options: Mapping[str, Any]) -> None:
    """Raise `BadFeed` unless there are words to search for: option `query`; `tags` may be story, comment or both."""
    check_address(address)
    check_days(options)
    if not _terms(str(options.get("query", ""))):
        raise BadFeed('Write the words to search Hacker News for, like “nimbo” or “"nimbo mini"”.')
    if options.get("tags", "both") not in ("story", "comment", "both"):
        raise BadFeed("“tags” must be story, comment or both.")


def ask(feed: FeedView, now: datetime) -> Ask:
    """Ask for the window from the watermark (with an overlap) to now."""
    known = number(feed.cursor.get("to"))
    days = feed.options.get("backfill_days", BACKFILL_DAYS)
    start = known - OVERLAP if known else int((now - timedelta(days=days)).timestamp())
    return _ask(feed, (start, int(now.timestamp())), 0, (), int(now.timestamp()))


def read(feed: FeedView, ask: Ask, reply: Reply, now: datetime) -> Heard:
    """Read one page; a window with more hits than can be reached is halved and asked again."""
    document = mapping(json_of(reply))
    hits, found = document.get("hits"), number(document.get("nbHits"))
    if not isinstance(hits, list) or found is None:
        raise Unreadable("The reply is JSON, but not a list of hits.")
    to = int(ask.since["to"])
    window: Window = (int(ask.since["window"][0]), int(ask.since["window"][1]))
    rest = [(int(a), int(b)) for a, b in ask.since.get("rest", ())]
    cursor = {"to": to}
    if found > REACHABLE and window[1] - window[0] > 1:
        middle = (window[0] + window[1]) // 2
        return Heard(cursor=cursor, more=_ask(feed, (window[0], middle), 0, [(middle, window[1]), *rest], to))
    items, rejected = sort_out(hits, _item)
    words = _terms(str(feed.options.get("query", "")))
    page, pages = int(ask.since["page"]), number(document.get("nbPages")) or 0
    if page + 1 < pages:
        more: Ask | None = _ask(feed, window, page + 1, rest, to)
    else:
        more = _ask(feed, rest[0], 0, rest[1:], to) if rest else None
    return Heard(
        items=tuple(item for item in items if _speaks(item, words)), rejected=rejected, cursor=cursor, more=more
    )


def _ask(feed: FeedView, window: Window, page: int, rest: Any, to: int) -> Ask:
    tags = {"story": "story", "comment": "comment", "both": "(story,comment)"}[feed.options.get("tags", "both")]
    parameters = {
        "query": str(feed.options.get("query", "")),
        "tags": tags,
        "numericFilters": f"created_at_i>{window[0]},created_at_i<={window[1]}",
        "hitsPerPage": str(PAGE),
        "page": str(page),
        "advancedSyntax": "true",
        "typoTolerance": "false",
        "queryType": "prefixNone",
        "attributesToHighlight": "none",
        "attributesToSnippet": "none",
    }
    base = (feed.address or ADDRESS).rstrip("/")
    since = {"window": list(window), "page": page, "rest": [list(one) for one in rest], "to": to}
    url = f"{base}/search_by_date?{urlencode(parameters)}"
    return Ask(url, accept="application/json", conditional=False, since=since)


def _terms(query: str) -> list[str]:
    """Return the words and “quoted phrases” a hit must carry, folded; words with a minus are the server's business."""
    parts = re.findall(r'(-?)(?:"([^"]*)"|(\S+))', query)
    return [term for minus, phrase, word in parts if not minus and (term := fold(phrase or word))]


def _speaks(item: Item, words: list[str]) -> bool:
    """Say whether a hit carries the words whole: the server also finds beginnings of words."""
    shown = [plain(item.text, item.text_format).text, item.title, str(item.extra.get("link") or "")]
    speech = fold("\n".join([*shown, item.author.handle if item.author else "", str(item.extra.get("story") or "")]))
    return all(re.search(rf"(?<!\w){re.escape(term)}(?!\w)", speech) for term in words)


def _item(hit: Mapping[str, Any]) -> Item | Rejected:
    identity = str(hit.get("objectID") or "")
    if not identity:
        return Rejected(None, "It has no objectID, so it could not be told from others.", sample(hit))
    comment, told = hit.get("comment_text"), hit.get("story_text")
    title = str(hit.get("title") or "")
    body = str(comment or told or "")
    author = str(hit.get("author") or "")
    root = str(hit.get("story_id") or identity)
    parent = hit.get("parent_id")
    return Item(
        native_id=identity,
        text=body or title,
        text_format="html" if body else "plain",
        title=title if body else "",
        url=f"{SITE}/item?id={identity}",
        posted_at=moment(hit.get("created_at_i")) or moment(hit.get("created_at")),
        author=Speaker(author, handle=author, name=author, url=f"{SITE}/user?id={author}") if author else None,
        parent_id=str(parent) if parent else None,
        root_id=root,
        counts=Counts(likes=number(hit.get("points")), replies=number(hit.get("num_comments"))),
        form="comment" if comment else "post",
        extra={"link": web_address(hit.get("url")), "story": hit.get("story_title")},
    )
