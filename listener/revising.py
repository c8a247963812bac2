"""What we have already: edited posts get their new words beside the old ones, counters their newest value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Text, any_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from listener import counting
from listener.batch import insert_rows
from listener.counting import Contribution
from listener.heard import Counts
from listener.judging import LONGEST, Judged, contribution, judged_columns
from listener.kinds import UNSURE_BELOW, Kind
from listener.models import LikenessBand, Mention, MentionTopic, MentionVersion

MENTIONS: Table = Mention.__table__  # type: ignore[assignment]
TOPICS: Table = MentionTopic.__table__  # type: ignore[assignment]
BANDS: Table = LikenessBand.__table__  # type: ignore[assignment]
VERSIONS: Table = MentionVersion.__table__  # type: ignore[assignment]
KEPT = (
    "native_id", "id", "text", "title", "mood", "edited_at", "posted_at", "kind", "kind_confidence", "same_as_id",
    "is_ours", "is_repost", "is_history",
)  # fmt: skip
COUNTERS = ("likes", "replies", "shares", "views")


@dataclass(frozen=True, slots=True)
class KnownMention:
    """What we need of a row to tell an edit from a repetition, and to take back what it counted."""

    id: int
    text: str
    title: str
    mood: str
    edited_at: datetime | None
    counters: tuple[int | None, ...]
    row: dict[str, Any]
    contribution: Contribution

    def is_edit(self, again: Judged) -> bool:
        """Say whether the author changed the words; an older copy that a cache still serves is no edit."""
        at = again.item.edited_at
        if at and self.edited_at and at < self.edited_at:
            return False
        said = again.judgement
        return (said.text[:LONGEST], said.title[:LONGEST]) != (self.text, self.title)


def known(session: Session, feed_id: int, native_ids: Sequence[str]) -> dict[str, KnownMention]:
    """Return native id -> row, for those of one feed that we have."""
    wanted = any_(bindparam("natives", sorted(native_ids), ARRAY(Text)))
    spoken = select(func.coalesce(func.array_agg(MentionTopic.topic_id), bindparam("none", [], ARRAY(BIGINT)))).where(
        MentionTopic.mention_id == Mention.id
    )
    rows = session.execute(
        select(
            *(getattr(Mention, name) for name in (*KEPT, *COUNTERS)), spoken.scalar_subquery().label("topic_ids")
        ).where(Mention.feed_id == feed_id, Mention.native_id == wanted)
    ).mappings()
    return {row["native_id"]: _known(dict(row)) for row in rows}


def _known(row: dict[str, Any]) -> KnownMention:
    spam = row["kind"] == Kind.SPAM and row["kind_confidence"] >= UNSURE_BELOW
    counted = Contribution(
        topic_ids=frozenset(row["topic_ids"]),
        posted_at=row["posted_at"],
        counted=not (spam or row["is_ours"] or row["is_repost"] or row["is_history"]),
        distinct=row["same_as_id"] is None,
        negative=row["mood"] == "negative",
    )
    counters = tuple(row[name] for name in COUNTERS)
    return KnownMention(
        row["id"], row["text"], row["title"], row["mood"], row["edited_at"], counters, row, counted
    )  # fmt: skip


def revise(session: Session, feed_id: int, edits: Sequence[tuple[KnownMention, Judged]], *, now: datetime) -> None:
    """Give each edited mention its new words and judgement; keep the earlier ones as a version; count anew.

    It stays in its cluster and its thread, and keeps its posting time: the clock does not restart.
    """
    if not edits:
        return
    edits = sorted(edits, key=lambda edit: edit[0].id)
    said_before = [
        {"mention_id": old.id, "title": old.title, "text": old.text, "edited_at": old.edited_at, "replaced_at": now}
        for old, _ in edits
    ]
    insert_rows(session, VERSIONS, said_before)
    rows = [
        judged_columns(new.judgement, new.item)
        | {"row_id": old.id, "edited_at": new.item.edited_at or now, "state": "edited"}
        for old, new in edits
    ]
    session.execute(update(MENTIONS).where(MENTIONS.c.id == bindparam("row_id")).values(_bound(rows[0])), rows)
    ids = any_(bindparam("ids", [old.id for old, _ in edits], ARRAY(BIGINT)))
    session.execute(delete(TOPICS).where(TOPICS.c.mention_id == ids))
    topics = [{"mention_id": old.id, "topic_id": topic} for old, new in edits for topic in new.judgement.topic_ids]
    insert_rows(session, TOPICS, topics)
    _renew_bands(session, edits, ids)
    changes = [(-1, old.contribution) for old, _ in edits]
    changes += [
        (1, contribution(new.judgement, old.row | {"mood": new.judgement.mood.label.value})) for old, new in edits
    ]
    counting.add(session, feed_id, changes)


def _bound(row: dict[str, Any]) -> dict[str, Any]:
    return {name: bindparam(name) for name in row if name != "row_id"}


def _renew_bands(session: Session, edits: Sequence[tuple[KnownMention, Judged]], ids: Any) -> None:
    session.execute(delete(BANDS).where(BANDS.c.mention_id == ids))
    bands = [
        {"band": band, "mention_id": old.id}
        for old, new in edits
        if old.contribution.distinct and new.judgement.fingerprint
        for band in set(new.judgement.fingerprint.bands)
    ]
    insert_rows(session, BANDS, bands)


def recount(session: Session, seen: Sequence[tuple[KnownMention, Counts]]) -> None:
    """Keep the newest engagement of each mention; what a source does not say stays as it was."""
    rows = []
    for old, counts in seen:
        told = tuple(getattr(counts, name) for name in COUNTERS)
        newest = tuple(new if new is not None else was for new, was in zip(told, old.counters, strict=True))
        if newest != old.counters:
            rows.append(dict(zip(COUNTERS, newest, strict=True)) | {"row_id": old.id})
    if rows:
        session.execute(
            update(MENTIONS).where(MENTIONS.c.id == bindparam("row_id")).values(_bound(rows[0])),
            sorted(rows, key=lambda row: int(row["row_id"] or 0)),
        )
