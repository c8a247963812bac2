"""One post of the demo: something written, put on a calendar and into a thread."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from zlib import crc32

from api.demo.words import Written

WINDOW = timedelta(hours=3)  # how far back the demo's feeds reach
_ORDER = re.compile(r"\bPL\d{5}\b")


@dataclass(frozen=True)
class Post:
    """`key` names it in every feed and at any time; `seen_at` is when its feed first shows it.

    `parent` and `root` are posts of its thread; `boosts` is the post it passes on without a word.
    """

    key: str
    said: Written
    posted_at: datetime
    seen_at: datetime
    edited_at: datetime | None = None
    parent: "Post | None" = None
    boosts: "Post | None" = None

    @property
    def root(self) -> "Post":
        """The post its thread began with."""
        return self.parent.root if self.parent else self

    @cached_property
    def number(self) -> int:
        """Its number where posts are numbered by time: milliseconds, and 16 bits that tell two of them apart."""
        return (int(self.posted_at.timestamp() * 1000) << 16) + (crc32(self.key.encode()) & 0xFFFF)

    @cached_property
    def shelf(self) -> int:
        """Its place in a feed that is in order of appearance."""
        return (int(self.seen_at.timestamp()) << 16) + (self.number & 0xFFFF)

    def changed_at(self, now: datetime) -> datetime:
        """Return when it last changed, as of `now`."""
        return self.edited_at if self.edited_at and self.edited_at <= now else self.seen_at

    def text_at(self, now: datetime) -> str:
        """Return what it says at `now`."""
        return self.said.edited or "" if self.edited_at and self.edited_at <= now else self.said.text


def shown(posts: Iterable[Post], place: str, now: datetime) -> list[Post]:
    """Return what one feed shows at `now`, newest first."""
    found = [post for post in posts if post.said.place == place and now - WINDOW < post.seen_at <= now]
    return sorted(found, key=lambda post: post.shelf, reverse=True)


def renumbered(said: Written, turn: int) -> Written:
    """Return the words with order numbers of another order: two people never have the same one."""
    return replace(
        said, text=_ORDER.sub(lambda found: f"PL{50000 + crc32(f'{found[0]}/{turn}'.encode()) % 9999}", said.text)
    )
