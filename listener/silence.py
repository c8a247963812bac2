"""Which feeds have stopped working: their silence is a fault of the feed, not the quiet of people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener.find.hushes import maintained
from listener.models import Feed, FeedState, Mention
from listener.volume import profile

MEMORY = timedelta(days=14)
LEARNING = timedelta(hours=48)
EXPECTED = 14.0  # mentions missed in a row: the chance of that is e^-14
FAILURES = 3  # in a row
GRACE = timedelta(minutes=15)  # a feed is asked once more after its maintenance before it is called silent


@dataclass(frozen=True, slots=True)
class Silence:
    """A feed that says nothing: since when, how much was to be expected meanwhile, and why as far as it is known.

    One that is excused is, or was a moment ago, under maintenance: that is no news.
    """

    feed_id: int
    since: datetime
    expected: float
    baseline: dict[str, Any]
    cause: dict[str, Any]
    is_demo: bool
    is_excused: bool = False


def silent_feeds(session: Session, now: datetime) -> list[Silence]:
    """Return the feeds that fail, or that are silent when they usually would not be."""
    rows = list(
        session.scalars(select(Feed).where(Feed.state == FeedState.ACTIVE, Feed.source != "import").order_by(Feed.id))
    )
    heard = _heard(session, [row.id for row in rows], now)
    ended, all_ended = maintained(session, now - MEMORY, now)
    found = []
    for row in rows:
        hours = heard.get(row.id, [])
        one = _failing(row) or _quiet(row, hours, row.created_at, now)
        if one is not None:
            ends = [at for at in (ended.get(row.id), all_ended) if at is not None]
            found.append(replace(one, is_excused=bool(ends) and _is_excused(row, hours, max(ends), now)))
    return found


def _is_excused(row: Feed, hours: Sequence[tuple[datetime, float]], until: datetime, now: datetime) -> bool:
    """Say whether a silence is one of the maintenance that lasted `until`, and of the time a feed needs to come back.

    A feed that fails is asked once more first; one that answers should have brought something since.
    """
    return now - until < GRACE or (_failing(row) is None and _quiet(row, hours, until, now) is None)


def _failing(row: Feed) -> Silence | None:
    if row.failures < FAILURES:
        return None
    since = row.last_success_at or row.created_at
    cause = {
        "why": "failing",
        "error": row.last_error,
        "failures": row.failures,
        "last_heard_at": _said(row.last_heard_at),
    }
    return Silence(row.id, since, 0.0, {"failures": row.failures}, cause, row.is_demo)


def _quiet(row: Feed, hours: Sequence[tuple[datetime, float]], since: datetime, now: datetime) -> Silence | None:
    if row.last_heard_at is None or not hours or now - row.created_at < LEARNING:
        return None
    last = max(row.last_heard_at, since)
    # one hour may be a whole archive that came at once; what is usual is learnt since the feed first spoke
    even = [(at, min(value, _busy(hours))) for at, value in hours]
    usual = profile(even, last, max(row.created_at, hours[0][0]))
    expected = usual.over(last, now)
    if expected < EXPECTED:
        return None
    baseline = {"expected": round(expected, 1), "hours": round((now - last) / timedelta(hours=1), 2)}
    cause = {
        "why": "quiet",
        "error": row.last_error,
        "last_heard_at": _said(row.last_heard_at),
        "usual_a_day": _a_day(hours),
    }
    return Silence(row.id, last, round(expected, 1), baseline, cause, row.is_demo)


def _busy(hours: Sequence[tuple[datetime, float]]) -> float:
    """Return what a busy hour may bring: three times the middle one of those that bring anything."""
    values = sorted(value for _, value in hours)
    return 3 * values[len(values) // 2]


def _a_day(hours: Sequence[tuple[datetime, float]]) -> float:
    span = max((hours[-1][0] - hours[0][0]) / timedelta(days=1), 1.0)
    return round(sum(value for _, value in hours) / span, 1)


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _heard(session: Session, ids: Sequence[int], now: datetime) -> dict[int, list[tuple[datetime, float]]]:
    """Return feed -> (hour, mentions heard), for the hours that brought any."""
    hour = func.date_bin(timedelta(hours=1), Mention.heard_at, datetime(2000, 1, 1, tzinfo=now.tzinfo))
    rows = session.execute(
        select(Mention.feed_id, hour, func.count())
        .where(Mention.feed_id.in_(ids), Mention.heard_at > now - MEMORY, Mention.heard_at <= now)
        .where(Mention.is_history.is_(False))
        .group_by(Mention.feed_id, hour)
        .order_by(Mention.feed_id, hour)
    )
    found: dict[int, list[tuple[datetime, float]]] = {}
    for feed_id, at, count in rows:
        found.setdefault(feed_id, []).append((at, float(count)))
    return found
