"""What somebody pasted, as a feed: an address of a page people know, a handle or a hashtag, to what can be asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

HACKER_NEWS = "https://hn.algolia.com/api/v1"

_ON_A_SERVER = re.compile(r"([@#])([\w.-]+)@([\w-]+(?:\.[\w-]+)+)")
_SUBREDDIT = re.compile(r"/?r/(\w{2,40})/?")


@dataclass(frozen=True, slots=True)
class Guess:
    """A feed that was meant; `seen_as` is a key of the words that say as what."""

    source: str
    address: str
    seen_as: str
    options: Mapping[str, Any] = field(default_factory=dict)


def guess(text: str) -> Guess | None:
    """Return what was meant, or `None` where only its writer can say; asks nobody.

    An address we know nothing of is taken for a feed, whose page says itself what it offers instead.
    """
    text = text.strip()
    named = _ON_A_SERVER.fullmatch(text)
    if named:
        sign, name, server = named.groups()
        if sign == "@":
            return Guess("rss", f"https://{server}/@{name}.rss", "mastodon_account")
        return Guess("mastodon", f"https://{server}", "mastodon_tag", {"tag": name})
    subreddit = _SUBREDDIT.fullmatch(text)
    if subreddit:
        return Guess("rss", f"https://www.reddit.com/r/{subreddit[1]}/new/.rss", "subreddit")
    if "://" not in text and re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", text):
        text = f"https://{text}"
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", text):
        return None
    host, path = parts.hostname.removeprefix("www."), parts.path.rstrip("/")
    steps = [step for step in path.split("/") if step]
    return _known(host, steps, parse_qs(parts.query)) or _fediverse(parts.netloc, steps) or Guess("rss", text, "feed")


def _known(host: str, steps: list[str], query: Mapping[str, list[str]]) -> Guess | None:
    """Return the feed of a page of a site that offers one and does not say so."""
    match (host, steps):
        case ("reddit.com" | "old.reddit.com", ["r", name, *_]):
            return Guess("rss", f"https://www.reddit.com/r/{name}/new/.rss", "subreddit")
        case ("youtube.com", ["channel", name, *_]):
            return Guess("rss", f"https://www.youtube.com/feeds/videos.xml?channel_id={name}", "youtube")
        case ("github.com", [owner, name, *_]):
            return Guess("rss", f"https://github.com/{owner}/{name}/releases.atom", "github")
        case ("stackoverflow.com", ["questions", "tagged", name, *_]):
            return Guess("rss", f"https://stackoverflow.com/feeds/tag/{quote(name)}", "stackoverflow")
        case ("apps.apple.com", [country, "app", *_, number]) if number.startswith("id"):
            address = f"https://itunes.apple.com/{country}/rss/customerreviews/id={number[2:]}/sortBy=mostRecent/xml"
            return Guess("rss", address, "app_store")
        case ("news.ycombinator.com" | "hn.algolia.com", _):
            words = " ".join(query.get("q", ()) or query.get("query", ()))
            return Guess("hackernews", HACKER_NEWS, "hackernews", {"query": words} if words else {})
    return None


def _fediverse(server: str, steps: list[str]) -> Guess | None:
    match steps:
        case ["tags", name]:
            return Guess("mastodon", f"https://{server}", "mastodon_tag", {"tag": name})
        case [name] if name.startswith("@") and not name.endswith(".rss"):
            return Guess("rss", f"https://{server}/{name}.rss", "mastodon_account")
    return None
