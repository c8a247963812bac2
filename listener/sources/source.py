"""What every kind of feed can do, and how it says that it cannot."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from listener.heard import Ask, FeedView, Heard, Reply


class BadFeed(ValueError):
    """An address or option that cannot work; `sentence` says what to write instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unreadable(ValueError):
    """A reply that is not what this kind of feed gives; `sentence` says what came instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Source(Protocol):
    """One kind of feed. All three functions are pure."""

    @property
    def NAME(self) -> str:
        """The name people read."""
        ...

    @property
    def WORLD_IDS(self) -> bool:
        """Whether its ids are known beyond one feed, so that two feeds can give the very same post."""
        ...

    @property
    def PRICE(self) -> float:
        """What reading one post costs there, in US dollars."""
        ...

    def check(self, address: str, options: Mapping[str, Any]) -> None:
        """Raise `BadFeed` if this address with these options cannot be asked."""
        ...

    def ask(self, feed: FeedView, now: datetime) -> Ask:
        """Return the first request of a round."""
        ...

    def read(self, feed: FeedView, ask: Ask, reply: Reply, now: datetime) -> Heard:
        """Read one page. `feed.cursor` is the stored one all round long; what a round must remember from
        page to page travels in `ask.since`. Raise `Unreadable` if nothing of it can be used.
        """
        ...
