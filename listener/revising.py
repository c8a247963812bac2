"""What we have already: edited posts get their new words beside the old ones, counters their newest value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Text, any_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from listener import by_hand, counting, learned, transformer
from listener.batch import insert_rows
from listener.counting import Contribution, contribution
from listener.heard import Counts
from listener.judgement import in_language
from listener.judging import LONGEST, Judged, judged_columns
from listener.kinds import Kind, KindGuess, Learned
from listener.models import Aspect, LikenessBand, Mention, MentionTopic, MentionVersion, Topic
from listener.models.correction import PERSON
from listener.sentiment import MoodLabel
from listener.settings import settings

MENTIONS: Table = Mention.__table__  # type: ignore[assignment]
TOPICS: Table = MentionTopic.__table__  # type: ignore[assignment]
BANDS: Table = LikenessBand.__table__  # type: ignore[assignment]
VERSIONS: Table = MentionVersion.__table__  # type: ignore[assignment]
KEPT = (
    "native_id", "id", "text", "title", "mood", "mood_score", "edited_at", "posted_at", "kind", "kind_confidence",
    "kind_evidence", "kind_version", "language", "language_confidence", "by_hand", "same_as_id", "weight", "is_ours",
    "is_repost", "is_history",
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
    counters = tuple(row[name] for name in COUNTERS)
    counted = contribution(row, row["topic_ids"])
    return KnownMention(row["id"], row["text"], row["title"], row["mood"], row["edited_at"], counters, row, counted)


def honoured(session: Session, edits: Sequence[tuple[KnownMention, Judged]]) -> list[tuple[KnownMention, Judged]]:
    """Return the edits with what people said of these mentions put back over what was judged anew."""
    if not any(old.row["by_hand"] for old, _ in edits):
        return list(edits)
    alive, taught = frozenset(session.scalars(select(Topic.id))), learned.in_force(session)
    return [(old, _honoured(old.row, new, alive, taught) if old.row["by_hand"] else new) for old, new in edits]


def _honoured(row: Mapping[str, Any], new: Judged, alive: frozenset[int], taught: Mapping[str, Learned]) -> Judged:
    """Put the corrections of one mention's row over its judgement; topics that are gone stay away."""
    held, said = row["by_hand"], new.judgement
    if Aspect.LANGUAGE in held and said.language.code != row["language"]:
        chosen = settings()
        said = in_language(
            said, new.item, row["language"], mood_max_chars=chosen.mood_max_chars, learned=taught,
            mood_reader=transformer.of(chosen.mood_model),
        )  # fmt: skip
    if Aspect.MOOD in held:
        mood = replace(said.mood, label=MoodLabel(row["mood"]), score=row["mood_score"], version=PERSON)
        said = replace(said, mood=mood)
    if Aspect.KIND in held or Aspect.SPAM in held:
        why = tuple(map(str, row["kind_evidence"]))
        said = replace(said, kind=KindGuess(Kind(row["kind"]), row["kind_confidence"], why, row["kind_version"]))
    topics = tuple(topic for topic in by_hand.topics(held, said.topic_ids) if topic in alive)
    return replace(new, judgement=replace(said, topic_ids=topics))


def revise(session: Session, feed_id: int, edits: Sequence[tuple[KnownMention, Judged]], *, now: datetime) -> None:
    """Give each edited mention its new words and judgement; keep the earlier ones as a version; count anew.

    It stays in its cluster, with its weight, and in its thread, and keeps its posting time: no clock restarts.
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
        (1, contribution(old.row | judged, new.judgement.topic_ids))
        for (old, new), judged in zip(edits, rows, strict=True)
    ]
    counting.add(session, feed_id, changes)


def _bound(row: dict[str, Any]) -> dict[str, Any]:
    return {name: bindparam(name) for name in row if name != "row_id"}


def _renew_bands(session: Session, edits: Sequence[tuple[KnownMention, Judged]], ids: Any) -> None:
    session.execute(delete(BANDS).where(BANDS.c.mention_id == ids))
    bands = [
        {"band": band, "mention_id": old.id}
        for old, new in edits
        if old.row["same_as_id"] is None and new.judgement.fingerprint
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
