"""Four feeds on loopback that page, repeat, edit and misbehave as real ones do."""

import email.utils
import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from bench.posts import Post

PAGE = 200
HANG = 60.0  # seconds; longer than any poll is willing to wait
KINDS = {"en": "rss", "fa": "atom", "ar": "json", "he": "mastodon"}


class RudeServer:
    """Serves `posts` (language -> oldest first); `rude` turns the misfortunes on, `pace` delays each page."""

    size = PAGE

    def __init__(self, posts: dict[str, list[Post]], *, rude: bool, pace: float = 0.0) -> None:
        self.posts = posts
        self.rude = rude
        self.pace = pace
        self.served: set[tuple[str, str]] = set()
        self.told = Counter[str]()
        self._asked = Counter[str]()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def base(self) -> str:
        """Where the feeds are."""
        return f"http://127.0.0.1:{self.port}"

    def address(self, language: str) -> str:
        """The address a feed of this language is added under."""
        return self.base if KINDS[language] == "mastodon" else f"{self.base}/{language}/feed"

    def edit(self, language: str, count: int, at: datetime) -> None:
        """Let the authors of the newest posts change their words."""
        with self._lock:
            kept = self.posts[language]
            self.posts[language] = kept[:-count] + [post.edited(at) for post in kept[-count:]]

    # what a request meets
    def misfortune(self, language: str) -> str | None:
        """Name what goes wrong with this request, by its number, so that every run meets the same."""
        with self._lock:
            self._asked[language] += 1
            number = self._asked[language]
        if not self.rude:
            return None
        return {
            ("en", 2): "500", ("en", 4): "truncated", ("en", 7): "drip", ("fa", 2): "429 seconds", ("fa", 4): "429 date",
            ("ar", 2): "hang", ("ar", 5): "html", ("he", 3): "500", ("he", 6): "truncated", ("he", 9): "429 seconds",
        }.get((language, number))  # fmt: skip

    def page(self, language: str, query: dict[str, list[str]]) -> tuple[str, bytes, dict[str, str]]:
        """Return (content type, body, headers) of one page."""
        posts = self.shown(language)
        if KINDS[language] == "mastodon":
            chosen, headers = _mastodon_page(posts, query, self.base)
        else:
            at = int(query.get("page", ["0"])[0])
            newest = posts[::-1]
            chosen = newest[at * self.size : (at + 1) * self.size]
            headers = {}
            more = f"{self.base}/{language}/feed?page={at + 1}" if len(newest) > (at + 1) * self.size else None
        with self._lock:
            self.served |= {(language, post.native_id) for post in chosen}
        if KINDS[language] == "mastodon":
            return "application/json", json.dumps([_status(post) for post in chosen]).encode(), headers
        return *WRITERS[KINDS[language]](chosen, more), headers

    def shown(self, language: str) -> list[Post]:
        """Return the posts that are there by now, oldest first."""
        with self._lock:
            return list(self.posts[language])

    def wait(self, seconds: float) -> None:
        """Sleep, but not beyond the end of the run."""
        self._ended.wait(seconds)


def _handler(server: RudeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path.startswith("/trap"):
                server.told["redirect"] += 1
                return self._answer(302, "text/plain", b"", {"Location": "http://169.254.169.254/latest/meta-data/"})
            language = "he" if parts.path.startswith("/api/") else parts.path.split("/")[1]
            if language not in KINDS:
                return self._answer(404, "text/plain", b"no such feed", {})
            server.wait(server.pace)
            wrong = server.misfortune(language)
            if wrong:
                server.told[wrong] += 1
                return self._go_wrong(wrong, language, parse_qs(parts.query))
            content_type, body, headers = server.page(language, parse_qs(parts.query))
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == tag:
                server.told["304"] += 1
                return self._answer(304, content_type, b"", {"ETag": tag})
            server.told["page"] += 1
            return self._answer(200, content_type, body, headers | {"ETag": tag})

        def _go_wrong(self, wrong: str, language: str, query: dict[str, list[str]]) -> None:
            if wrong == "500":
                self._answer(500, "text/plain", b"something broke", {})
            elif wrong == "429 seconds":
                self._answer(429, "text/plain", b"slow down", {"Retry-After": "2"})
            elif wrong == "429 date":
                later = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)  # noqa: TID251
                self._answer(429, "text/plain", b"slow down", {"Retry-After": later})
            elif wrong == "html":
                self._answer(200, "application/feed+json", b"<!doctype html><title>Just a moment</title>", {})
            elif wrong == "hang":
                server.wait(HANG)
                self.close_connection = True
            else:
                content_type, body, _ = server.page(language, query)
                self._half(content_type, body, drip=wrong == "drip")

        def _half(self, content_type: str, body: bytes, *, drip: bool) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if drip:
                for at in range(0, len(body) // 2, 64):
                    if server._ended.is_set():
                        break
                    try:
                        self.wfile.write(body[at : at + 64])
                    except OSError:
                        break
                    server.wait(0.2)
            else:
                self.wfile.write(body[: len(body) // 2])
            self.close_connection = True

        def _answer(self, status: int, content_type: str, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            # the lie: an RSS feed that says it is a picture
            self.send_header("Content-Type", "image/png" if b"<rss" in body[:200] else content_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                server.told["left"] += 1  # the client had enough of us, as it should

        def log_message(self, *_: Any) -> None:
            return

    return Handler


def _rss(posts: list[Post], more: str | None) -> tuple[str, bytes]:
    link = f'<atom:link rel="next" href="{escape(more)}"/>' if more else ""
    rows = "".join(
        f'<item><guid isPermaLink="false">{post.native_id}</guid><dc:creator>{post.author}</dc:creator>'
        f"<description>{escape(escape(post.text))}</description>"
        f"<pubDate>{email.utils.format_datetime(post.posted_at)}</pubDate>"
        + (f"<atom:updated>{post.edited_at.isoformat()}</atom:updated>" if post.edited_at else "")
        + "</item>"
        for post in posts
    )
    spaces = 'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    body = f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel><title>en</title>{link}{rows}</channel></rss>'
    return "application/rss+xml", body.encode()


def _atom(posts: list[Post], more: str | None) -> tuple[str, bytes]:
    link = f'<link rel="next" href="{escape(more)}"/>' if more else ""
    rows = "".join(
        f"<entry><id>{post.native_id}</id><author><name>{post.author}</name></author><title/>"
        f'<content type="text">{escape(post.text)}</content><published>{post.posted_at.isoformat()}</published>'
        f"<updated>{(post.edited_at or post.posted_at).isoformat()}</updated>"
        + (f'<thr:in-reply-to ref="{post.parent}"/>' if post.parent else "")
        + "</entry>"
        for post in posts
    )
    spaces = 'xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"'
    body = f'<?xml version="1.0" encoding="utf-8"?><feed {spaces}><title>fa</title>{link}{rows}</feed>'
    return "application/atom+xml", body.encode()


def _json(posts: list[Post], more: str | None) -> tuple[str, bytes]:
    feed: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "title": "ar", "items": []}
    if more:
        feed["next_url"] = more
    for post in posts:
        item = {"id": post.native_id, "content_text": post.text, "date_published": post.posted_at.isoformat(),
                "authors": [{"name": post.author}]}  # fmt: skip
        if post.edited_at:
            item["date_modified"] = post.edited_at.isoformat()
        feed["items"].append(item)
    return "application/feed+json", json.dumps(feed).encode()


WRITERS: dict[str, Callable[[list[Post], str | None], tuple[str, bytes]]] = {"rss": _rss, "atom": _atom, "json": _json}


def _mastodon_page(posts: list[Post], query: dict[str, list[str]], base: str) -> tuple[list[Post], dict[str, str]]:
    """Answer as a tag timeline does: `min_id` gives the oldest page after it, else the newest page; newest first."""
    limit = min(int(query.get("limit", ["20"])[0]), 40)
    ordered = sorted(posts, key=lambda post: int(post.native_id))
    if "min_id" in query:
        chosen = [post for post in ordered if int(post.native_id) > int(query["min_id"][0])][:limit]
    elif "max_id" in query:
        chosen = [post for post in ordered if int(post.native_id) < int(query["max_id"][0])][-limit:]
    else:
        chosen = ordered[-limit:]
    chosen = chosen[::-1]
    if not chosen:
        return [], {}
    path = f"{base}/api/v1/timelines/tag/brand?limit={limit}"
    links = f'<{path}&max_id={chosen[-1].native_id}>; rel="next", <{path}&min_id={chosen[0].native_id}>; rel="prev"'
    return chosen, {"Link": links, "X-RateLimit-Remaining": "299"}


def _status(post: Post) -> dict[str, Any]:
    at = post.posted_at.isoformat().replace("+00:00", "Z")
    return {
        "id": post.native_id, "uri": f"https://social.example/statuses/{post.native_id}", "created_at": at,
        "url": f"https://social.example/@{post.author}/{post.native_id}", "language": None, "visibility": "public",
        "edited_at": post.edited_at.isoformat() if post.edited_at else None, "spoiler_text": "", "sensitive": False,
        "content": f"<p>{escape(post.text)}</p>", "in_reply_to_id": post.parent, "in_reply_to_account_id": None,
        "replies_count": 0, "reblogs_count": 0, "favourites_count": 0, "reblog": None, "mentions": [], "tags": [],
        "account": {"id": post.author, "acct": post.author, "username": post.author, "display_name": post.author,
                    "url": f"https://social.example/@{post.author}", "followers_count": 10, "statuses_count": 100,
                    "created_at": "2020-01-01T00:00:00.000Z", "bot": False},
    }  # fmt: skip


def elapsed(since: float) -> float:
    """Seconds of this run since `since` (monotonic)."""
    return time.perf_counter() - since
