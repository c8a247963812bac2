"""The demo's posts as their feeds would print them: RSS, Atom, JSON Feed, the Mastodon API and our own push format."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from api.demo.brand import NAME, PLACE
from api.demo.posts import Post
from api.demo.words import author

_LINKED = re.compile(r"(?<![\w.])@([\w.]+\w)|(?<!\w)#(\w+)|(?<![@\w.])([\w-]+(?:\.[\w-]+)*\.example(?:/[\w./-]*)?)")
# the boards of the forum: kitchen talk has one, we have one, in each language
_BOARDS = {
    "en": ("Tonight's pot", "Rice cookers"),
    "fa": ("سفره‌ی امشب", "پلوپزها"),
    "ar": ("سفرة الليلة", "طناجر الرز"),
    "he": ("סיר הערב", "סירי אורז"),
}  # fmt: skip


def rss(posts: Sequence[Post], now: datetime, following: str | None) -> bytes:
    """Print a page of RSS 2.0, newest first; `following` is the address of the next older page."""
    items = "".join(_rss_item(post, now) for post in posts)
    more = f'<atom:link rel="next" href={quoteattr(following)}/>' if following else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:thr="http://purl.org/syndication/thread/1.0">'
        f"<channel><title>{escape(PLACE['blog'].name)}</title><link>https://{PLACE['blog'].host}/</link>"
        f"<description>Invented for a demo.</description>{more}{items}</channel></rss>"
    ).encode()


def atom(posts: Sequence[Post], now: datetime, following: str | None) -> bytes:
    """Print a page of Atom, newest first."""
    entries = "".join(_atom_entry(post, now) for post in posts)
    more = f'<link rel="next" href={quoteattr(following)}/>' if following else ""
    updated = max((post.changed_at(now) for post in posts), default=now)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:thr="http://purl.org/syndication/thread/1.0">'
        f"<id>tag:{PLACE['forum'].host},2026:all</id><title>{escape(PLACE['forum'].name)}</title>"
        f"<updated>{updated.isoformat()}</updated>{more}{entries}</feed>"
    ).encode()


def jsonfeed(posts: Sequence[Post], now: datetime, following: str | None) -> bytes:
    """Print a page of JSON Feed 1.1, newest first."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": PLACE["reviews"].name,
        "items": [_review(post, now) for post in posts],
    }
    return _json(document | ({"next_url": following} if following else {}))


def statuses(posts: Sequence[Post], now: datetime, answers: dict[str, int]) -> bytes:
    """Print a page of Mastodon statuses in the given order; `answers` counts replies by post key."""
    return _json([_status(post, now, answers) for post in posts])


def pushed(posts: Sequence[Post], now: datetime) -> dict[str, Any]:
    """Return the body a contact form would push to us."""
    return {"items": [_message(post, now) for post in posts]}


def identity(post: Post) -> str:
    """Return the id a post has in its feed."""
    host = PLACE[post.said.place].host
    return {
        "social": f"https://{host}/users/{post.said.author}/statuses/{post.number}",
        "forum": f"tag:{host},2026:{post.key}",
        "blog": f"https://{host}/{post.key}",
        "reviews": f"https://{host}/reviews/{post.key}",
    }.get(post.said.place, post.key)


def _rss_item(post: Post, now: datetime) -> str:
    who = author(post.said.author)
    answered = f"<thr:in-reply-to ref={quoteattr(identity(post.root))}/>" if post.parent else ""
    title = f"<title>{escape(post.said.title)}</title>" if post.said.title else ""
    return (
        f'<item>{title}<link>{escape(identity(post))}</link><guid isPermaLink="false">{escape(identity(post))}</guid>'
        f"<dc:creator>{escape(who.name)}</dc:creator><pubDate>{format_datetime(post.posted_at)}</pubDate>"
        f"<description>{escape(_html(post, now))}</description>{answered}</item>"
    )


def _atom_entry(post: Post, now: datetime) -> str:
    who, code, of_us = author(post.said.author), post.said.language, not post.key.startswith(("dish", "answer"))
    answered = f"<thr:in-reply-to ref={quoteattr(identity(post.root))}/>" if post.parent else ""
    host = PLACE["forum"].host
    edited = post.edited_at if post.edited_at and post.edited_at <= now else post.posted_at
    return (
        f"<entry><id>{escape(identity(post))}</id><title>{escape(_BOARDS[code][of_us])}</title>"
        f'<link rel="alternate" href="https://{host}/t/{post.root.key}#{post.key}"/>'
        f"<author><name>{escape(who.name)}</name><uri>https://{host}/u/{quote(who.handle)}</uri></author>"
        f"<published>{post.posted_at.isoformat()}</published><updated>{edited.isoformat()}</updated>"
        f'<content type="html" xml:lang="{code}">{escape(_html(post, now))}</content>{answered}</entry>'
    )


def _review(post: Post, now: datetime) -> dict[str, Any]:
    who, stars = author(post.said.author), post.said.stars or 3
    return {
        "id": identity(post),
        "url": identity(post),
        "title": f"{'★' * stars}{'☆' * (5 - stars)} {NAME} Nimbo",
        "content_text": post.text_at(now),
        "language": post.said.language,
        "date_published": post.posted_at.isoformat(),
        "authors": [{"name": who.name, "url": f"https://{PLACE['reviews'].host}/people/{quote(who.handle)}"}],
        "_review": {"rating": stars, "of": 5},
    }


def _status(post: Post, now: datetime, answers: dict[str, int]) -> dict[str, Any]:
    host, liked = PLACE["social"].host, post.number % 97
    edited = post.edited_at if post.edited_at and post.edited_at <= now else None
    return {
        "id": str(post.number),
        "uri": identity(post),
        "url": f"https://{host}/@{post.said.author}/{post.number}",
        "created_at": _z(post.posted_at),
        "edited_at": _z(edited) if edited else None,
        # like the real ones, it knows its parent by the local number; our readers keep a thread by its first post
        "in_reply_to_id": str(post.root.number) if post.parent else None,
        "content": "" if post.boosts else _html(post, now),
        "language": post.said.language,
        "visibility": "public",
        "sensitive": False,
        "spoiler_text": "",
        "favourites_count": liked // 4 if post.key.startswith(("dish", "answer")) else liked,
        "reblogs_count": liked // 9,
        "replies_count": answers.get(post.key, 0),
        "account": _account(post),
        "tags": [{"name": "kitchen"}, *({"name": tag.lower()} for tag in re.findall(r"#(\w+)", post.text_at(now)))],
        "media_attachments": [],
        "mentions": [],
        "reblog": _status(post.boosts, now, answers) if post.boosts else None,
    }


def _account(post: Post) -> dict[str, Any]:
    who, host = author(post.said.author), PLACE["social"].host
    return {
        "id": who.handle,
        "username": who.handle,
        # named as from another server: the one that is asked is this machine
        "acct": f"{who.handle}@{host}",
        "display_name": who.name,
        "url": f"https://{host}/@{who.handle}",
        "followers_count": who.followers,
        "statuses_count": who.followers // 3 + 11,
        "created_at": _z(datetime(2018 + len(who.handle) % 7, 1 + len(who.name) % 12, 3, tzinfo=UTC)),
        "bot": False,
    }


def _message(post: Post, now: datetime) -> dict[str, Any]:
    who = author(post.said.author)
    return {
        "native_id": identity(post),
        "text": post.text_at(now),
        "text_format": "plain",
        "created_at": post.posted_at.isoformat(),
        "author": {"id": who.handle, "handle": who.handle, "name": who.name},
        "kind": "dm",
    }


def _html(post: Post, now: datetime) -> str:
    lines = "<br />".join(_line(line) for line in post.text_at(now).splitlines())
    return f"<p>{lines}</p>"


def _line(text: str) -> str:
    """Return a line as HTML: people, tags and addresses are links, as Mastodon writes them."""
    host, done, at = PLACE["social"].host, [], 0
    for found in _LINKED.finditer(text):
        handle, tag, address = found.groups()
        done.append(escape(text[at : found.start()]))
        if handle:
            link = f'<a class="u-url mention" href="https://{host}/@{handle}">@<span>{escape(handle)}</span></a>'
            done.append(f'<span class="h-card">{link}</span>')
        elif tag:
            done.append(f'<a href="https://{host}/tags/{quote(tag)}" rel="tag">#<span>{escape(tag)}</span></a>')
        else:
            done.append(f'<a href="https://{escape(address)}">{escape(address)}</a>')
        at = found.end()
    return "".join([*done, escape(text[at:])])


def _z(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
