"""What the demo's feeds answer to one request: a page of posts, 304 where nothing is new, 404 elsewhere."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from api.demo import papers
from api.demo.brand import PLACE
from api.demo.posts import Post, shown

PAGE = 30
PRINTED = {"/forum.atom": "forum", "/blogs.rss": "blog", "/reviews.json": "reviews"}
TYPES = {"forum": "application/atom+xml", "blog": "application/rss+xml", "reviews": "application/feed+json"}
TAG = "/api/v1/timelines/tag/"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body of a reply."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def answer(url: str, headers: Mapping[str, str], posts: Sequence[Post], now: datetime) -> Answer:
    """Answer a GET of `url` (the whole address, as it was asked) at `now`; `posts` may hold more than is shown."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.path in PRINTED:
        made = _printed(PRINTED[parts.path], f"{origin}{parts.path}", query, posts, now)
    elif parts.path.startswith(TAG):
        made = _timeline(url.partition("?")[0], query, posts, now)
    else:
        return Answer(404, {"Content-Type": "text/plain; charset=utf-8"}, b"There is no such feed in the demo.\n")
    if headers.get("If-None-Match") == made.headers["ETag"]:
        return Answer(304, {"ETag": made.headers["ETag"]})
    return made


def _printed(place: str, address: str, query: Mapping[str, str], posts: Sequence[Post], now: datetime) -> Answer:
    found = shown(posts, place, now)
    if "before" in query:
        found = [post for post in found if post.shelf < _number(query["before"])]
    page = found[:PAGE]
    following = f"{address}?before={page[-1].shelf}" if len(found) > PAGE else None
    print_page = {"forum": papers.atom, "blog": papers.rss, "reviews": papers.jsonfeed}[place]
    return _whole(print_page(page, now, following), TYPES[place])


def _timeline(address: str, query: Mapping[str, str], posts: Sequence[Post], now: datetime) -> Answer:
    """Page as Mastodon does: `min_id` gives the oldest page after it, else the newest one; always newest first."""
    found = sorted(shown(posts, "social", now), key=lambda post: post.number, reverse=True)
    limit = min(max(_number(query.get("limit", "20")), 1), 40)
    if "max_id" in query:
        found = [post for post in found if post.number < _number(query["max_id"])]
    if "since_id" in query:
        found = [post for post in found if post.number > _number(query["since_id"])]
    if "min_id" in query:
        found = [post for post in found if post.number > _number(query["min_id"])][-limit:]
    page = found[:limit]
    counts = Counter(post.parent.key for post in posts if post.parent and post.seen_at <= now)
    made = _whole(papers.statuses(page, now, counts), "application/json; charset=utf-8")
    kept = "&".join(f"{name}={value}" for name, value in query.items() if name not in ("min_id", "max_id", "since_id"))
    links = [
        f'<{address}?{kept}&{name}={post.number}>; rel="{relation}"'
        for name, relation, post in (("max_id", "next", page[-1]), ("min_id", "prev", page[0]))
    ] if page else []  # fmt: skip
    budget = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299", "X-RateLimit-Reset": now.isoformat()}
    return Answer(200, {**made.headers, **budget, **({"Link": ", ".join(links)} if links else {})}, made.body)


def _whole(body: bytes, kind: str) -> Answer:
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    return Answer(200, {"Content-Type": kind, "ETag": tag, "Cache-Control": "no-cache"}, body)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def feeds(origin: str) -> dict[str, str]:
    """Return the address of every feed that is polled, by its word; `origin` is like http://127.0.0.1:8001."""
    return {word: f"{origin}{place.path}" for word, place in PLACE.items() if place.source != "push"}
