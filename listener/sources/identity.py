"""How a post without a world-wide id is known: by its address."""

import hashlib
from urllib.parse import parse_qs, urlsplit

from listener.likeness import canonical_url
from listener.sources.reading import web_address


def native_id(known: str | None, url: str | None) -> str | None:
    """Return the id a feed gives a post, else one made of its address; never of its title, which gets edited."""
    if known and known.strip():
        return known.strip()
    return hashlib.sha256(canonical_url(url).encode()).hexdigest()[:32] if url else None


def unwrapped(url: str | None) -> str | None:
    """Return the page behind a search engine's redirect (`google.com/url?...&url=REAL`)."""
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.path == "/url" and (parts.hostname or "").endswith("google.com"):
        query = parse_qs(parts.query)
        return web_address((query.get("url") or query.get("q") or [""])[0]) or url
    return url
