"""Which earlier mention says the same, what a copy weighs, and how many others said it that day.

Found by bands of the fingerprint, in the database and within one batch, in time that grows with neither.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

from sqlalchemy import Text, any_, bindparam, delete, func, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from listener.likeness import Fingerprint, is_alike
from listener.models import Feed, LikenessBand, Mention

WITHIN = timedelta(days=14)  # the same words later than that are said anew
CAMPAIGN = timedelta(days=1)  # others who say the same within this time may be one campaign
_RECENT = 50  # of a cluster's copies, how many are asked who wrote them
# weights are whole parts of this, so that what was added can be taken back to the last digit
_PARTS = 1 << 20


@dataclass(frozen=True, slots=True)
class Sighting:
    """A new mention, as far as likeness goes. `world_id` is its id where that id is known beyond its own feed."""

    id: int
    fingerprint: Fingerprint | None
    posted_at: datetime
    world_id: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A new mention in its cluster: `first_id` is `None` for the first itself.

    `speaks` is false for what takes no place among the copies: a repost says nothing of its own, nor do we.
    """

    id: int
    first_id: int | None
    speaks: bool
    author_id: int | None
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class _First:
    id: int
    value: int
    posted_at: datetime


def first_of(
    session: Session, sightings: Sequence[Sighting], *, feed_id: int, source: str, history: bool
) -> dict[int, int]:
    """Return new mention -> the first mention of its cluster, for those that are not first themselves.

    Only the first of a cluster carries bands, so what went viral is as quick to find as what did not. History is
    compared with history alone: a live post must never hide behind one that starts no clock.
    """
    same = _same_post(session, sightings, feed_id, source, history)
    bands = _stored(session, sightings, history)
    for one in sightings:
        if one.id in same or one.fingerprint is None:
            continue
        candidates = [first for band in one.fingerprint.bands for first in bands[band]]
        alike = [
            first.id
            for first in candidates
            if abs(first.posted_at - one.posted_at) <= WITHIN and is_alike(first.value, one.fingerprint.value)
        ]
        if alike:
            same[one.id] = min(alike)
            continue
        for band in one.fingerprint.bands:
            bands[band].append(_First(one.id, one.fingerprint.value, one.posted_at))
    return same


def weight_of(place: int) -> float:
    """Return what the mention at this place of its cluster weighs; places 1 to N together weigh log2(1 + N)."""
    return _level(place) - _level(place - 1)


def _level(count: int) -> float:
    return round(log2(1 + count) * _PARTS) / _PARTS


def take_places(session: Session, members: Sequence[Member]) -> tuple[dict[int, float], dict[int, int]]:
    """Give each new mention its place; return mention -> weight, and first mention of this batch -> its copies.

    The copies of firsts that are stored already are counted on their rows, whatever the size of their clusters.
    """
    fresh = {one.id for one in members}
    counts = _speaking(session, {one.first_id for one in members if one.first_id} - fresh)
    weights: dict[int, float] = {}
    copies: dict[int, int] = defaultdict(int)
    for one in members:
        first = one.first_id or one.id
        weights[one.id] = 0.0
        if one.speaks:
            counts[first] += 1
            weights[one.id] = weight_of(counts[first])
            copies[first] += first != one.id
    grown = [{"first": first, "more": more} for first, more in sorted(copies.items()) if more and first not in fresh]
    if grown:
        row = Mention.__table__.c
        session.connection().execute(
            update(Mention.__table__)  # type: ignore[arg-type]
            .where(row.id == bindparam("first"))
            .values(copies=row.copies + bindparam("more")),
            grown,
        )
    return weights, {first: count for first, count in copies.items() if first in fresh}


def _speaking(session: Session, firsts: Iterable[int]) -> dict[int, int]:
    """Return first mention -> how many of its cluster speak, itself among them."""
    counts: dict[int, int] = defaultdict(int)
    wanted = sorted(firsts)
    if wanted:
        rows = session.execute(
            select(Mention.id, Mention.copies, Mention.is_repost, Mention.is_ours).where(
                Mention.id == any_(bindparam("firsts", wanted, ARRAY(BIGINT)))
            )
        )
        counts |= {row.id: row.copies + (not (row.is_repost or row.is_ours)) for row in rows}
    return counts


def others(session: Session, members: Sequence[Member], asked: Iterable[int]) -> dict[int, int]:
    """Return, for the new mentions `asked` for, how many other authors said the same within a day.

    Of a large cluster only the newest copies are looked at: past a few dozen authors it makes no difference.
    """
    wanted = frozenset(asked)
    firsts = {one.first_id for one in members if one.id in wanted and one.first_id}
    said = _said_by(session, firsts)
    told: dict[int, int] = {}
    for one in members:
        first = one.first_id or one.id
        if one.id in wanted and one.first_id:
            near = {by for by, at in said[first] if abs(at - one.posted_at) <= CAMPAIGN}
            told[one.id] = len(near - {one.author_id})
        if one.author_id is not None and one.speaks:
            said[first].append((one.author_id, one.posted_at))
    return {number: count for number, count in told.items() if count}


def _said_by(session: Session, firsts: Iterable[int]) -> dict[int, list[tuple[int, datetime]]]:
    """Return first mention -> author and posting time of itself and of its newest copies."""
    said: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    wanted = sorted(firsts)
    if not wanted:
        return said
    ids = bindparam("asked", wanted, ARRAY(BIGINT))
    asked = func.unnest(ids).table_valued("id").render_derived(name="asked")
    newest = (
        select(Mention.author_id, Mention.posted_at)
        .where(Mention.same_as_id == asked.c.id)
        .order_by(Mention.id.desc())
        .limit(_RECENT)
        .lateral("newest")
    )
    copies = select(asked.c.id, newest.c.author_id, newest.c.posted_at).join(newest, true())
    itself = select(Mention.id, Mention.author_id, Mention.posted_at).where(Mention.id == any_(ids))
    for first, author_id, at in [*session.execute(copies), *session.execute(itself)]:
        if author_id is not None:
            said[first].append((author_id, at))
    return said


def forget(session: Session, now: datetime, most: int = 50_000) -> int:
    """Drop the bands of mentions too old to be alike to anything new; return how many rows went."""
    old = select(Mention.id).where(Mention.posted_at < now - 2 * WITHIN, Mention.id == LikenessBand.mention_id)
    found = select(LikenessBand.band, LikenessBand.mention_id).where(old.exists()).limit(most).subquery()
    gone = session.execute(
        delete(LikenessBand).where(LikenessBand.band == found.c.band, LikenessBand.mention_id == found.c.mention_id),
        execution_options={"synchronize_session": False},
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _stored(session: Session, sightings: Sequence[Sighting], history: bool) -> dict[int, list[_First]]:
    found: dict[int, list[_First]] = defaultdict(list)
    wanted = sorted({band for one in sightings if one.fingerprint for band in one.fingerprint.bands})
    if not wanted:
        return found
    times = [one.posted_at for one in sightings]
    rows = session.execute(
        select(LikenessBand.band, Mention.id, Mention.fingerprint, Mention.posted_at)
        .join(Mention, Mention.id == LikenessBand.mention_id)
        .where(
            LikenessBand.band == any_(bindparam("bands", wanted, ARRAY(BIGINT))),
            Mention.is_history.is_(history),
            Mention.posted_at.between(min(times) - WITHIN, max(times) + WITHIN),
        )
        .order_by(Mention.id)
    )
    for band, mention_id, value, posted_at in rows:
        if value is not None:
            found[band].append(_First(mention_id, value, posted_at))
    return found


def _same_post(
    session: Session, sightings: Sequence[Sighting], feed_id: int, source: str, history: bool
) -> dict[int, int]:
    """Find the very same post, heard through another feed of this source."""
    wanted = {one.world_id: one.id for one in sightings if one.world_id}
    if not wanted:
        return {}
    others = list(session.scalars(select(Feed.id).where(Feed.source == source, Feed.id != feed_id)))
    if not others:
        return {}
    rows = session.execute(
        select(Mention.native_id, Mention.id, Mention.same_as_id)
        .where(
            Mention.feed_id.in_(others),
            Mention.native_id == any_(bindparam("natives", sorted(wanted), ARRAY(Text))),
            Mention.is_history.is_(history),
        )
        .order_by(Mention.id.desc())
    )
    return {wanted[native_id]: same_as_id or mention_id for native_id, mention_id, same_as_id in rows}
