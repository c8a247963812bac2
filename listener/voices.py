"""Who wrote a batch: authors inserted or brought up to date, our own told apart, their running numbers kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, Text, any_, bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from listener.batch import insert_from, packed
from listener.cleaning import name
from listener.heard import Speaker
from listener.judging import Judged
from listener.language import UNKNOWN
from listener.models import Author, Feed, Mention

AUTHORS: Table = Author.__table__  # type: ignore[assignment]
# of an author's latest mentions so many, and such a share of them, must be in one language to expect it of the next
_LATEST, _ENOUGH, _NEARLY_ALL = 20, 5, 0.8


@dataclass(frozen=True, slots=True)
class Voice:
    """An author's row, as far as a mention needs it."""

    id: int
    is_ours: bool


def tongues(session: Session, source: str, native_ids: Iterable[str]) -> dict[str, str]:
    """Return author's native id -> the language nearly all of their latest mentions are in; only where there is one."""
    wanted = any_(bindparam("natives", sorted({name(one) for one in native_ids}), ARRAY(Text)))
    latest = (
        select(Mention.language)
        .where(Mention.author_id == Author.id)
        .order_by(Mention.posted_at.desc())
        .limit(_LATEST)
        .lateral("latest")
    )
    said: dict[str, Counter[str]] = {}
    for native_id, language, count in session.execute(
        select(Author.native_id, latest.c.language, func.count())
        .join(latest, true())
        .where(Author.source == source, Author.native_id == wanted)
        .group_by(Author.native_id, latest.c.language)
    ):
        said.setdefault(native_id, Counter())[language] = count
    most = {native_id: counts.most_common(1)[0] for native_id, counts in said.items()}
    return {
        native_id: language
        for native_id, (language, count) in most.items()
        if count >= _ENOUGH and count >= _NEARLY_ALL * said[native_id].total() and language != UNKNOWN
    }


def of(
    session: Session, feed: Feed, new: Sequence[Judged], edited: Sequence[tuple[str, Judged]], *, now: datetime
) -> dict[str, Voice]:
    """Upsert the authors of new mentions and of edited ones (each with the mood it had); return native id -> row."""
    speakers: dict[str, Speaker] = {}
    changes: dict[str, Counter[str]] = {}
    for before, one in [*edited, *((None, one) for one in new)]:
        if one.item.author is None:
            continue
        speakers[one.item.author.native_id] = one.item.author
        change = changes.setdefault(one.item.author.native_id, Counter())
        change[one.judgement.mood.label] += 1
        if before is None:
            change["mentions"] += 1
        else:
            change[before] -= 1
    if not speakers:
        return {}
    ours = _own_handles(session, feed)
    rows = [
        {
            "source": feed.source, "native_id": native_id, "handle": one.handle, "name": one.name, "url": one.url,
            "followers": one.followers, "following": one.following, "since": one.since, "is_bot": one.is_bot,
            "is_ours": _is_ours(one, ours), "is_demo": feed.is_demo, "first_heard_at": now, "last_heard_at": now,
            **{key: changes[native_id][key] for key in ("mentions", "negative", "positive")},
        }
        for native_id, one in sorted(speakers.items())
    ]  # fmt: skip
    fresh = insert_from(AUTHORS, tuple(rows[0]))
    new_, old = fresh.excluded, AUTHORS.c
    upsert = fresh.on_conflict_do_update(
        index_elements=["source", "native_id"],
        set_={
            # what they leave out this time is not forgotten
            **{key: func.coalesce(func.nullif(new_[key], ""), old[key]) for key in ("handle", "name")},
            **{key: func.coalesce(new_[key], old[key]) for key in ("url", "followers", "following", "since")},
            "is_bot": new_.is_bot,
            "is_ours": or_(old.is_ours, new_.is_ours),
            "last_heard_at": func.greatest(old.last_heard_at, new_.last_heard_at),
            **{key: old[key] + new_[key] for key in ("mentions", "negative", "positive")},
        },
    ).returning(old.native_id, old.id, old.is_ours)
    return {row.native_id: Voice(row.id, row.is_ours) for row in session.execute(upsert, packed(rows))}


def _own_handles(session: Session, feed: Feed) -> frozenset[str]:
    """Return our own handles, as any feed of this source names them."""
    rows = session.scalars(select(Feed.own_handles).where(Feed.source == feed.source))
    return frozenset(str(handle).strip().lstrip("@").casefold() for handles in rows for handle in handles)


def _is_ours(speaker: Speaker, ours: frozenset[str]) -> bool:
    return bool(ours.intersection(one.lstrip("@").casefold() for one in (speaker.handle, speaker.native_id) if one))
