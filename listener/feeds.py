"""Feeds made, changed, paused and removed; each tried before it is kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener import learned
from listener.cleaning import clean
from listener.heard import FeedView, Heard, Item, Reply
from listener.judgement import Judgement, judge
from listener.kinds import is_quarantined
from listener.listening import topicalities
from listener.models import Feed, FeedState, Mention
from listener.sources import PUSHED, SOURCES, BadFeed, Unreadable
from listener.sources.reading import name_of
from listener.trouble import sentence

SHORTEST, LONGEST = 1.0, 86_400.0  # seconds between two polls
UNSET: Any = object()


@dataclass(frozen=True, slots=True)
class Sample:
    """One item a feed would give, as it would be judged."""

    item: Item
    judgement: Judgement
    is_known: bool


@dataclass(frozen=True, slots=True)
class FeedPreview:
    """What a feed would have heard: its newest page. `error` says why there is nothing.

    `noise` is the share of spam and reposts, which are also told apart. `overlap` names the feeds that heard some of it
    already, with how much; `languages` are those of the posts, most first; `money` is US dollars a day.
    """

    title: str | None
    samples: tuple[Sample, ...]
    per_day: float | None
    noise: float
    known: int
    rejected: int
    error: str | None = None
    spam: float = 0.0
    reposts: float = 0.0
    languages: tuple[tuple[str, int], ...] = ()
    overlap: tuple[tuple[str, int], ...] = ()
    money: float | None = None


def create(
    session: Session,
    *,
    source: str,
    address: str,
    now: datetime,
    name: str = "",
    options: Mapping[str, Any] | None = None,
    interval: float = 300.0,
    language: str | None = None,
    own_handles: Sequence[str] = (),
    credential: str | None = None,
    paused: bool = False,
    is_demo: bool = False,
) -> Feed:
    """Make a feed, due at once; raise `BadFeed` with a sentence. `preview` shows beforehand what it would give."""
    address, chosen = address.strip(), dict(options or {})
    check(source, address, chosen, interval)
    _only_once(session, source, address, chosen, None)
    feed = Feed(
        source=source,
        name=name.strip() or name_of(source, address, chosen),
        address=address,
        options=chosen,
        credential=credential or None,
        own_handles=_handles(own_handles),
        language=language or None,
        state=FeedState.PAUSED if paused else FeedState.ACTIVE,
        is_demo=is_demo,
        created_at=now,
        interval=interval,
        due_at=now,
        cursor={},
        failures=0,
        heard_count=0,
        duplicate_count=0,
        rejected_count=0,
    )
    session.add(feed)
    session.flush()
    return feed


def update(
    session: Session,
    feed_id: int,
    *,
    now: datetime,
    name: str | None = None,
    address: str | None = None,
    options: Mapping[str, Any] | None = None,
    interval: float | None = None,
    language: str | None = UNSET,
    own_handles: Sequence[str] | None = None,
    credential: str | None = UNSET,
) -> Feed | None:
    """Change a feed, or return `None` where there is none. Another address or option begins a new watermark."""
    feed = _held(session, feed_id)
    if feed is None:
        return None
    place = (feed.address, feed.options)
    asked = (feed.address if address is None else address.strip(), feed.options if options is None else dict(options))
    pace = feed.interval if interval is None else interval
    check(feed.source, asked[0], asked[1], pace)
    _only_once(session, feed.source, *asked, feed.id)
    feed.address, feed.options = asked
    feed.interval = pace
    feed.name = (name if name is not None else feed.name).strip() or name_of(feed.source, *asked)
    if language is not UNSET:
        feed.language = language or None
    if credential is not UNSET:
        feed.credential = credential or None
    if own_handles is not None:
        feed.own_handles = _handles(own_handles)
    if asked != place:
        feed.cursor, feed.etag, feed.last_modified = {}, None, None
        feed.claimed_by = feed.claimed_until = (
            None  # a round still out for the old place must not move the new watermark
        )
        if feed.state == FeedState.GONE:
            feed.state = FeedState.ACTIVE
    feed.due_at = min(feed.due_at, now)
    session.flush()
    return feed


def pause(session: Session, feed_id: int) -> Feed | None:
    """Ask a feed no more, for now."""
    return _turn(session, feed_id, FeedState.PAUSED, None)


def resume(session: Session, feed_id: int, *, now: datetime) -> Feed | None:
    """Ask a feed again, at once; its watermark stands where it stood."""
    return _turn(session, feed_id, FeedState.ACTIVE, now)


def remove(session: Session, feed_id: int) -> Feed | None:
    """Take a feed away; what it heard stays. Its credential is forgotten."""
    feed = _turn(session, feed_id, FeedState.DELETED, None)
    if feed is not None:
        feed.credential = None
        session.flush()
    return feed


def ask_soon(session: Session, feed_id: int, *, now: datetime) -> Feed | None:
    """Let a feed be asked at the next tick."""
    feed = _held(session, feed_id)
    if feed is not None:
        feed.due_at = now
        session.flush()
    return feed


def check(source: str, address: str, options: Mapping[str, Any], interval: float = 300.0) -> None:
    """Raise `BadFeed` with a sentence if such a feed cannot work; asks nobody."""
    if source in PUSHED:
        return
    if source not in SOURCES:
        raise BadFeed(f"“{source}” is no source. The sources are {', '.join([*SOURCES, *PUSHED])}.")
    if not SHORTEST <= interval <= LONGEST:
        raise BadFeed(f"A feed is asked every {SHORTEST:g} to {LONGEST:g} seconds, not every {interval:g}.")
    SOURCES[source].check(address, options)


def view(
    source: str, address: str, options: Mapping[str, Any] | None = None, credential: str | None = None
) -> FeedView:
    """Return a feed that is not kept yet, for asking its first page: `SOURCES[source].ask(view(...), now)`."""
    return FeedView(0, source, address.strip(), dict(options or {}), {}, credential or None)


def preview(
    session: Session, feed: FeedView, reply: Reply, *, now: datetime, language: str | None = None
) -> FeedPreview:
    """Judge the first page of a feed as if it were heard; store nothing. The caller has asked for the reply."""
    heard = _read(feed, reply, now)
    if isinstance(heard, str):
        return FeedPreview(None, (), None, 0.0, 0, 0, heard)
    topics, taught = topicalities(session), learned.in_force(session)
    ids = [item.native_id for item in heard.items]
    known = set(
        session.scalars(select(Mention.native_id).where(Mention.source == feed.source, Mention.native_id.in_(ids)))
    )
    samples = []
    for item in heard.items:
        try:
            verdict = judge(
                clean(item),
                source=feed.source,
                heard_at=now,
                topics=topics,
                feed_language=language,
                learned=taught,
            )
        except Exception:  # counted below, as a poll would record it
            continue
        samples.append(Sample(item, verdict, item.native_id in known))
    guesses = [one.judgement.kind for one in samples]
    spam = [is_quarantined(guess.kind, guess.confidence) for guess in guesses]
    reposts = [one.item.is_repost for one in samples]
    noisy = sum(one or other for one, other in zip(spam, reposts, strict=True))
    per_day = _per_day([one.judgement.posted_at for one in samples])
    return FeedPreview(
        title=heard.title,
        samples=tuple(samples),
        per_day=per_day,
        noise=noisy / (len(samples) or 1),
        spam=sum(spam) / (len(samples) or 1),
        reposts=sum(reposts) / (len(samples) or 1),
        languages=tuple(Counter(one.judgement.language.code for one in samples).most_common()),
        overlap=_overlap(session, feed.source, [one.item.native_id for one in samples if one.is_known]),
        money=per_day * SOURCES[feed.source].PRICE if per_day is not None else None,
        known=sum(one.is_known for one in samples),
        rejected=len(heard.rejected) + len(heard.items) - len(samples),
        error=heard.trouble,
    )


def _read(feed: FeedView, reply: Reply, now: datetime) -> Heard | str:
    if not reply.ok:
        return sentence(reply)
    source = SOURCES[feed.source]
    try:
        return source.read(feed, source.ask(feed, now), reply, now)
    except Unreadable as unreadable:
        return unreadable.sentence


def _overlap(session: Session, source: str, ids: Sequence[str]) -> tuple[tuple[str, int], ...]:
    rows = session.execute(
        select(Feed.name, func.count())
        .join(Mention, Mention.feed_id == Feed.id)
        .where(Mention.source == source, Mention.native_id.in_(ids))
        .group_by(Feed.id, Feed.name)
        .order_by(func.count().desc(), Feed.name)
    )
    return tuple((name, count) for name, count in rows)


def _per_day(times: Sequence[datetime]) -> float | None:
    if len(times) < 2:
        return None
    days = (max(times) - min(times)).total_seconds() / 86_400
    return (len(times) - 1) / days if days else None


def _held(session: Session, feed_id: int) -> Feed | None:
    return session.scalar(
        select(Feed)
        .where(Feed.id == feed_id, Feed.state != FeedState.DELETED)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _turn(session: Session, feed_id: int, state: FeedState, due_at: datetime | None) -> Feed | None:
    feed = _held(session, feed_id)
    if feed is not None:
        feed.state = state
        feed.claimed_by = feed.claimed_until = None
        if due_at is not None:
            feed.due_at, feed.failures, feed.last_error = due_at, 0, None
        session.flush()
    return feed


def _only_once(session: Session, source: str, address: str, options: Mapping[str, Any], own: int | None) -> None:
    if source in PUSHED:
        return
    twin = session.scalar(
        select(Feed).where(
            Feed.source == source,
            Feed.address == address,
            Feed.options == dict(options),
            Feed.state != FeedState.DELETED,
        )
    )
    if twin is not None and twin.id != own:
        raise BadFeed(f"This is listened to already: “{twin.name}”.")


def _handles(given: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(handle.strip() for handle in given if handle.strip()))
