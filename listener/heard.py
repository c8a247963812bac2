"""The three values every source speaks in: what to ask, what came back, what was heard."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

TextFormat = Literal["plain", "html", "markdown"]


@dataclass(frozen=True, slots=True)
class FeedView:
    """What a source may know of a feed: its address, its options and where it stood last."""

    id: int
    source: str
    address: str
    options: Mapping[str, Any] = field(default_factory=dict)
    cursor: Mapping[str, Any] = field(default_factory=dict)
    credential: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One polite request. `since` travels along so that `read` knows the watermark it was asked for."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: str = "*/*"
    conditional: bool = True
    since: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request brought: never raised, always a value.

    `status` is 0 where no answer came; `trouble` is then (and for refused addresses, sizes and
    time-outs) a sentence for a person. `retry_after` is in seconds.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    trouble: str | None = None
    permanent: bool = False
    retry_after: float | None = None
    moved_to: str | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """A body worth reading."""
        return self.trouble is None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who wrote it, as the source names them."""

    native_id: str
    handle: str = ""
    name: str = ""
    url: str | None = None
    followers: int | None = None
    following: int | None = None
    since: datetime | None = None
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Engagement as the source counts it at this moment; `None` where it does not say."""

    likes: int | None = None
    replies: int | None = None
    shares: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One public post as a source gave it, before we judged anything."""

    native_id: str
    text: str
    text_format: TextFormat = "plain"
    title: str = ""
    url: str | None = None
    posted_at: datetime | None = None
    edited_at: datetime | None = None
    language: str | None = None
    author: Speaker | None = None
    parent_id: str | None = None
    root_id: str | None = None
    counts: Counts = field(default_factory=Counts)
    form: str = "post"
    rating: float | None = None
    is_repost: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row a feed gave that could not be read, with a sentence that says why."""

    native_id: str | None
    reason: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One page, read: what it brought, where to ask next, and how far the watermark may move.

    `cursor` is the feed's cursor once *every* page of this round is stored; `more` is the next
    page of this round, or `None` when the round is drained. A round that stops before it is drained
    remembers `more` as a gap, unless the pages come `oldest_first`: then `cursor` is already where
    the next round goes on. `trouble` says that the page was only partly readable: its rows count,
    but the round has failed and the cursor stays. `is_behind` says that all of it is older than the watermark: if we
    have all of it, nothing older is new. `next_check` is the source's own wish, in seconds.
    """

    items: tuple[Item, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    cursor: Mapping[str, Any] = field(default_factory=dict)
    more: Ask | None = None
    oldest_first: bool = False
    trouble: str | None = None
    is_behind: bool = False
    next_check: float | None = None
    title: str | None = None
