"""What a database cannot hold is taken out of an item before anybody judges it."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from listener.heard import Counts, Item, Speaker

LONGEST_RAW = 500_000  # characters of a body that are read at all
LONGEST_NAME = 1_000  # characters of an id, a name or an address
MOST = 2**63 - 1


def clean(item: Item) -> Item:
    """Return the item without NULs, lone surrogates, numbers that are none, and sizes nobody reads."""
    return replace(
        item,
        native_id=name(item.native_id),
        text=words(item.text[:LONGEST_RAW]),
        title=words(item.title[:LONGEST_RAW]),
        url=words(item.url) if item.url and len(item.url) <= 8_000 else None,
        language=name(item.language) if item.language else None,
        author=_speaker(item.author) if item.author else None,
        parent_id=name(item.parent_id) if item.parent_id else None,
        root_id=name(item.root_id) if item.root_id else None,
        counts=Counts(*map(_count, (item.counts.likes, item.counts.replies, item.counts.shares, item.counts.views))),
        rating=item.rating if item.rating is not None and math.isfinite(item.rating) else None,
        form=name(item.form) or "post",
        extra=storable(item.extra),
    )


def words(text: str) -> str:
    """Return text that PostgreSQL can hold: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def name(text: str) -> str:
    """Return a short text on its own: an id, a handle, a form."""
    return words(text[:LONGEST_NAME]).strip()


def _speaker(author: Speaker) -> Speaker | None:
    native_id = name(author.native_id)
    if not native_id:
        return None
    url = words(author.url) if author.url and len(author.url) <= 8_000 else None
    return replace(
        author,
        native_id=native_id,
        handle=name(author.handle),
        name=name(author.name),
        url=url,
        followers=_count(author.followers),
        following=_count(author.following),
    )


def _count(value: int | None) -> int | None:
    return None if value is None else max(-MOST, min(int(value), MOST))


def storable(value: Any) -> Any:
    """Return what `jsonb` can hold of a value: no NUL, no half surrogates, no NaN."""
    if isinstance(value, str):
        return words(value[:LONGEST_RAW])
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name(str(key)): storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value if isinstance(value, int | None) else words(str(value))
