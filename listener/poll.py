"""Poll a feed: claim it, ask page by page, store each page, move its watermark last, then fill what was left out."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from listener.claims import (
    Claim,
    Lost,
    claim,
    due,
    fail,
    finish,
    gap_ask,
    leave_gap,
    record_gap,
    record_page,
)  # fmt: skip
from listener.heard import Ask, Heard, Reply
from listener.settings import settings
from listener.sources import SOURCES, Unreadable
from listener.store import Tally
from listener.trouble import sentence

BATCH = 500  # items a transaction stores; a page may hold thousands

Transaction = Callable[[], AbstractContextManager[Session]]
Clock = Callable[[], datetime]


class Asks(Protocol):
    """Who asks for us: `fetch.Fetcher`, or a test."""

    def fetch(self, ask: Ask, *, etag: str | None = None, last_modified: str | None = None) -> Reply:
        """Return what came back; never raise."""
        ...


@dataclass(slots=True)
class Round:
    """How a round goes: pages left in its budget, and what it stored."""

    feed_id: int
    left: int
    created: int = 0
    updated: int = 0
    duplicate: int = 0
    rejected: int = 0
    error: str | None = None
    lags: list[float] = field(default_factory=list)

    def count(self, tally: Tally) -> None:
        """Add what one page brought."""
        self.created += tally.created
        self.updated += tally.updated
        self.duplicate += tally.duplicate
        self.rejected += tally.rejected
        if tally.lag is not None:
            self.lags.append(tally.lag)

    @property
    def lag(self) -> float | None:
        """The middle of the pages' lags, in seconds."""
        return sorted(self.lags)[len(self.lags) // 2] if self.lags else None


@dataclass(frozen=True, slots=True)
class _Poll:
    """One claimed feed and the three things a round needs from its door."""

    claim: Claim
    fetcher: Asks
    transaction: Transaction
    clock: Clock

    def read(self, ask: Ask, reply: Reply) -> Heard | str:
        """Return what a reply says, or a sentence why it cannot be read."""
        try:
            return SOURCES[self.claim.feed.source].read(self.claim.feed, ask, reply, self.clock())
        except Unreadable as unreadable:
            return unreadable.sentence
        except Exception as error:  # what one reply does to a reader is told on its feed, and stops no other
            return f"The reply could not be read ({type(error).__name__}: {error})."


def round_of(feed_id: int, fetcher: Asks, transaction: Transaction, clock: Clock) -> Round | None:
    """Poll one feed if it is due and free; return how it went, or `None` if it was not ours to poll.

    1. Claim it (a transaction of its own). 2. Ask and store page after page, newest or oldest first as the source
    has it, each page in its own transaction; the watermark moves with the last. 3. What the budget of pages did not
    reach is a gap; what is left of the budget fills the oldest one. No socket opens inside a transaction.
    """
    with transaction() as session:
        claimed = claim(session, feed_id, clock())
    if claimed is None:
        return None
    poll = _Poll(claimed, fetcher, transaction, clock)
    went = Round(feed_id, settings().poll_pages)
    try:
        first = SOURCES[claimed.feed.source].ask(claimed.feed, clock())
        gap = gap_ask(claimed, first)
        if _news(poll, first, went, hold=gap is not None) and gap is not None:
            _fill(poll, gap, went)
    except Lost:
        return None
    except Exception as error:
        # told on the feed and tried again later, not at the next tick
        with suppress(Lost), transaction() as session:
            fail(session, claimed, clock(), sentence=f"The round broke off ({type(error).__name__}: {error}).")
        raise
    return went


def _news(poll: _Poll, ask: Ask, went: Round, *, hold: bool) -> bool:
    """Drain what is new; return whether the round ended well."""
    claimed = poll.claim
    known = {"etag": claimed.etag, "last_modified": claimed.last_modified} if ask.conditional else {}
    first = reply = poll.fetcher.fetch(ask, **known)
    while True:
        went.left -= 1
        if reply.status == 304:
            with poll.transaction() as session:
                finish(session, claimed, poll.clock(), heard=None, reply=reply, hold=hold)
            return True
        heard = poll.read(ask, reply) if reply.ok else sentence(reply)
        if isinstance(heard, str):
            went.error = heard
            with poll.transaction() as session:
                fail(session, claimed, poll.clock(), sentence=heard, reply=reply)
            return False
        if _page(poll, heard, reply, first, went, hold=hold) or heard.more is None:
            return went.error is None
        ask = heard.more
        reply = poll.fetcher.fetch(ask)


def _page(poll: _Poll, heard: Heard, reply: Reply, first: Reply, went: Round, *, hold: bool) -> bool:
    """Store one page, its last part together with the end of the round if it is the last page; say whether it was."""
    claimed, news = poll.claim, 0
    for part, is_last in _parts(heard):
        with poll.transaction() as session:
            tally = record_page(session, claimed, part, poll.clock())
            went.count(tally)
            news += tally.created + tally.updated
            if not is_last:
                continue
            if heard.trouble:
                went.error = heard.trouble
                fail(session, claimed, poll.clock(), sentence=heard.trouble, reply=reply)
                return True
            # behind the watermark, a page without news means that older ones have none either
            drained = heard.more is None or (heard.is_behind and not news)
            if drained or went.left <= 0:
                now, lag = poll.clock(), went.lag
                finish(session, claimed, now, heard=heard, reply=first, drained=drained, lag=lag, hold=hold)
                return True
    return False


def _fill(poll: _Poll, ask: Ask, went: Round) -> None:
    """Go on with a gap for as long as pages are left."""
    claimed = poll.claim
    following: Ask | None = ask
    trouble: str | None = None
    retry_after: float | None = None
    while following is not None and went.left > 0 and trouble is None:
        reply = poll.fetcher.fetch(following)
        went.left -= 1
        heard = poll.read(following, reply) if reply.ok else sentence(reply)
        if isinstance(heard, str):
            trouble, retry_after = heard, reply.retry_after
            break
        for part, is_last in _parts(heard):
            with poll.transaction() as session:
                went.count(record_page(session, claimed, part, poll.clock()))
                if is_last and not heard.trouble:
                    record_gap(session, claimed, poll.clock(), more=heard.more)
        trouble, following = heard.trouble, heard.more
    with poll.transaction() as session:
        leave_gap(session, claimed, poll.clock(), sentence=trouble, retry_after=retry_after)


def _parts(heard: Heard) -> Iterator[tuple[Heard, bool]]:
    """Cut a page into parts a transaction can hold; say which is the last."""
    starts = range(0, max(len(heard.items), 1), BATCH)
    for start in starts:
        rejected = heard.rejected if start == 0 else ()
        yield replace(heard, items=heard.items[start : start + BATCH], rejected=rejected), start == starts[-1]


__all__ = ["Asks", "Claim", "Lost", "Round", "claim", "due", "fail", "finish", "record_page", "round_of"]
