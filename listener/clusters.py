"""Which earlier mention says the same: found by bands of the fingerprint, in the database and within one batch."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, any_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from listener.likeness import Fingerprint, is_alike
from listener.models import Feed, LikenessBand, Mention

WITHIN = timedelta(days=14)  # the same words later than that are said anew


@dataclass(frozen=True, slots=True)
class Sighting:
    """A new mention, as far as likeness goes. `world_id` is its id where that id is known beyond its own feed."""

    id: int
    fingerprint: Fingerprint | None
    posted_at: datetime
    world_id: str | None


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
