"""Who may poll a feed, for how long, and what a round leaves on its row: pages, watermark, health, gaps."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zlib import crc32

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from listener.cadence import next_due
from listener.heard import Ask, FeedView, Heard, Reply
from listener.models import Feed, FeedState, Gap
from listener.rejections import reject
from listener.settings import settings
from listener.sources import PUSHED, SOURCES, BadFeed
from listener.sources.reading import check_address, freshness, header, host_of, name_of
from listener.store import Tally, store

QUIET = {"synchronize_session": False}


class Lost(Exception):
    """The claim ran out and somebody else holds the feed now; what this round would write is rolled back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's right to one feed for a while, and what it knew of it at that moment."""

    feed: FeedView
    holder: str
    interval: float
    failures: int
    etag: str | None
    last_modified: str | None
    gap_id: int | None
    gap: dict[str, Any] | None

    @property
    def asked(self) -> str:
        """The address of the first request, as far as a move of it is a move of the feed."""
        return self.feed.address if self.feed.source == "rss" else ""


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Return the ids of feeds that are due and that nobody holds, longest overdue first."""
    return list(
        session.scalars(
            select(Feed.id)
            .where(Feed.state == FeedState.ACTIVE, Feed.source.not_in(PUSHED), Feed.due_at <= now, _free(now))
            .order_by(Feed.due_at, Feed.id)
            .limit(limit)
        )
    )


def _free(now: datetime) -> Any:
    return or_(Feed.claimed_until.is_(None), Feed.claimed_until <= now)


def claim(session: Session, feed_id: int, now: datetime, holder: str | None = None) -> Claim | None:
    """Take a due feed for a term, or return `None` if it is not due, held, or being taken this very moment."""
    feed = session.scalar(
        select(Feed)
        .where(
            Feed.id == feed_id, Feed.state == FeedState.ACTIVE, Feed.source.in_(SOURCES), Feed.due_at <= now, _free(now)
        )
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    if feed is None:
        return None
    holder = holder or uuid4().hex
    feed.claimed_by, feed.claimed_until = holder, now + _term()
    gap = session.scalar(
        select(Gap).where(Gap.feed_id == feed_id, Gap.filled_at.is_(None)).order_by(Gap.tries, Gap.id).limit(1),
        execution_options={"populate_existing": True},
    )
    session.flush()
    return Claim(
        feed=FeedView(feed.id, feed.source, feed.address, feed.options, feed.cursor, feed.credential),
        holder=holder,
        interval=feed.interval,
        failures=feed.failures,
        etag=feed.etag,
        last_modified=feed.last_modified,
        gap_id=gap.id if gap else None,
        gap=gap.resume if gap else None,
    )


def _term() -> timedelta:
    """Return how long a claim holds without a word: a few requests and the judging of a page."""
    return timedelta(seconds=min(settings().claim_term, 3 * settings().fetch_timeout + 20))


def record_page(session: Session, claim: Claim, heard: Heard, now: datetime) -> Tally:
    """Store one page and prolong the claim; raise `Lost` if the feed is no longer ours."""
    feed = session.get(Feed, claim.feed.id)
    if feed is None:
        raise Lost(f"feed {claim.feed.id}")
    tally = store(session, feed, heard.items, now=now)
    mistakes = reject(session, feed.id, heard.rejected, now=now)
    held = session.execute(
        update(Feed)
        .where(Feed.id == claim.feed.id, Feed.claimed_by == claim.holder)
        .values(
            claimed_until=now + _term(),
            rejected_count=Feed.rejected_count + mistakes,
        ),
        execution_options=QUIET,
    )
    if held.rowcount != 1:  # type: ignore[attr-defined]
        raise Lost(f"feed {claim.feed.id}")
    session.expire(feed)
    return tally


def finish(
    session: Session,
    claim: Claim,
    now: datetime,
    *,
    heard: Heard | None,
    reply: Reply,
    drained: bool = True,
    lag: float | None = None,
    hold: bool = False,
) -> None:
    """End a round that went well: move the watermark, say when next. `heard` is `None` after a 304.

    `reply` is the first page's: its validators stand for the whole feed. A round that stopped early leaves a gap,
    unless its pages came oldest first. With `hold` the claim stays, for filling an older gap.
    """
    feed = _ours(session, claim)
    if heard is not None:
        feed.cursor = dict(heard.cursor)
        feed.etag, feed.last_modified = header(reply, "etag"), header(reply, "last-modified")
        if heard.more and not drained and not heard.oldest_first:
            session.add(Gap(feed_id=feed.id, resume=_resume(heard.more), noted_at=now))
        # a feed nobody named is called what it calls itself
        if heard.title and feed.name == name_of(feed.source, feed.address, feed.options):
            feed.name = heard.title[:200]
    _follow(feed, claim, reply)
    feed.failures, feed.last_error = 0, None
    feed.last_polled_at = feed.last_success_at = now
    # a first round finds old posts; how late it found them says nothing about the feed
    if lag is not None and claim.feed.cursor:
        feed.lag = lag
    wish = heard.next_check if heard else freshness(reply)
    next_at = next_due(
        now, interval=feed.interval, retry_after=reply.retry_after, wish=wish, drained=drained, luck=_luck(feed.id, now)
    )
    feed.due_at = next_at.at
    if not hold:
        _release(feed)
    session.flush()


def fail(session: Session, claim: Claim, now: datetime, *, sentence: str, reply: Reply | None = None) -> None:
    """End a round that failed: the watermark stays, the reason is kept, the next try comes later each time."""
    feed = _ours(session, claim)
    feed.failures += 1
    feed.last_polled_at = feed.last_error_at = now
    feed.last_error = sentence
    if reply is not None and reply.status == 410:
        feed.state = FeedState.GONE
    next_at = next_due(
        now,
        interval=feed.interval,
        failures=feed.failures,
        retry_after=reply.retry_after if reply else None,
        permanent=bool(reply and reply.permanent),
        luck=_luck(feed.id, now),
    )
    feed.due_at = next_at.at
    _release(feed)
    session.flush()


def record_gap(session: Session, claim: Claim, now: datetime, *, more: Ask | None) -> None:
    """Note how far a gap was filled, in the transaction of the page that filled it."""
    filled = (
        {"resume": _resume(more), "tries": 0, "last_error": None} if more else {"filled_at": now, "last_error": None}
    )
    session.execute(update(Gap).where(Gap.id == claim.gap_id).values(filled), execution_options=QUIET)


def leave_gap(
    session: Session, claim: Claim, now: datetime, *, sentence: str | None = None, retry_after: float | None = None
) -> None:
    """End the filling of a gap, because it is filled, or the pages are spent, or (`sentence`) something went wrong."""
    feed = _ours(session, claim)
    if sentence:
        failed = {"tries": Gap.tries + 1, "last_error": sentence}
        session.execute(update(Gap).where(Gap.id == claim.gap_id).values(failed), execution_options=QUIET)
    if retry_after is not None:
        feed.due_at = max(feed.due_at, now + timedelta(seconds=retry_after))
    elif not sentence and session.scalar(
        select(Gap.id).where(Gap.feed_id == feed.id, Gap.filled_at.is_(None)).limit(1)
    ):
        feed.due_at = next_due(now, interval=feed.interval, drained=False, luck=_luck(feed.id, now)).at
    _release(feed)
    session.flush()


def gap_ask(claim: Claim, ask: Ask) -> Ask | None:
    """Return the request a gap goes on with; it carries the first request's headers to the same host alone."""
    if claim.gap is None:
        return None
    url = str(claim.gap["url"])
    headers = ask.headers if host_of(url) == host_of(ask.url) else {}
    since, params = claim.gap.get("since", {}), claim.gap.get("params", {})
    return replace(ask, url=url, params=params, since=since, headers=headers, conditional=False)


def _resume(more: Ask) -> dict[str, Any]:
    """Return what a gap must remember to be filled later; never a credential."""
    return {"url": more.url, "params": dict(more.params), "since": dict(more.since)}


def _follow(feed: Feed, claim: Claim, reply: Reply) -> None:
    """Take over the address a feed has moved to for good, if it is one we would have taken from a person."""
    new = reply.moved_to
    if not new or feed.address != claim.feed.address or claim.asked != feed.address:
        return
    if feed.address.startswith("https://") and not new.startswith("https://"):
        return
    try:
        check_address(new)
        SOURCES[feed.source].check(new, feed.options)
    except BadFeed:
        return
    feed.address = new


def _release(feed: Feed) -> None:
    feed.claimed_until, feed.claimed_by = None, None


def _ours(session: Session, claim: Claim) -> Feed:
    feed = session.scalar(
        select(Feed)
        .where(Feed.id == claim.feed.id, Feed.claimed_by == claim.holder)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if feed is None:
        raise Lost(f"feed {claim.feed.id}")
    return feed


def _luck(feed_id: int, now: datetime) -> float:
    """Return the dice of this feed at this moment: spread, and the same again in a test."""
    return crc32(f"{feed_id}:{now.timestamp()}".encode()) / 2**32
