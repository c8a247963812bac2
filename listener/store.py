"""Store what a feed gave: judged in one pass, counted with it, edits beside the earlier text, nothing twice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Table, Text, any_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from listener import clusters, counting, revising
from listener.cleaning import clean
from listener.clusters import Sighting
from listener.counting import Contribution, Known, Spoke
from listener.heard import Item, Rejected, Speaker
from listener.judgement import Topicality, judge
from listener.judging import Judged, contribution, judged_columns
from listener.listening import TURN, topicalities
from listener.models import Feed, LikenessBand, Mention, MentionTopic, Topic
from listener.rejections import reject
from listener.settings import settings
from listener.sources import SOURCES

MENTIONS: Table = Mention.__table__  # type: ignore[assignment]
TOPICS: Table = MentionTopic.__table__  # type: ignore[assignment]
BANDS: Table = LikenessBand.__table__  # type: ignore[assignment]

Became = Literal["created", "updated", "duplicate", "rejected"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item."""

    native_id: str | None
    became: Became
    reason: str = ""
    mention_id: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of all items, in their order; `lag` is the median seconds from post to us, of the new ones."""

    outcomes: tuple[Outcome, ...] = ()
    lag: float | None = None
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def created(self) -> int:
        """How many mentions are new."""
        return self.counts["created"]

    @property
    def updated(self) -> int:
        """How many had been edited by their authors."""
        return self.counts["updated"]

    @property
    def duplicate(self) -> int:
        """How many we had already, word for word."""
        return self.counts["duplicate"]

    @property
    def rejected(self) -> int:
        """How many could not be kept; each is recorded with its reason."""
        return self.counts["rejected"]

    @property
    def mention_ids(self) -> list[int]:
        """The ids of the new mentions, in the items' order."""
        return [one.mention_id for one in self.outcomes if one.became == "created" and one.mention_id]


def store(
    session: Session,
    feed: Feed,
    items: Sequence[Item],
    *,
    now: datetime,
    topics: Sequence[Topicality] | None = None,
    history: bool = False,
) -> Tally:
    """Store `items`, heard through `feed` at `now`; storing them again changes nothing.

    1. Judge every item, before anything is locked. 2. Lock the feed and take our turn: one store at a time, so that
    likeness and counts see each other's rows and nobody locks anybody out. 3. Tell new from known. 4. Insert the new
    with authors, threads, clusters and topics; update the edited, keeping what they said before. 5. Count.
    An item that cannot be kept becomes a Rejection with its reason, and never stops the others.
    """
    judged, outcomes = _judge(items, feed, topicalities(session) if topics is None else topics, now)
    session.flush()
    session.execute(select(Feed.id).where(Feed.id == feed.id).with_for_update(key_share=True))
    session.execute(select(func.pg_advisory_xact_lock(TURN)))
    refused = [Rejected(items[at].native_id, one.reason, items[at].text[:500]) for at, one in outcomes.items()]
    fresh_mistakes = reject(session, feed.id, refused, now=now)
    judged = _still_topical(session, judged)
    created: list[Judged] = []
    while judged:
        # an id that comes twice in one batch is stored first, then looked at again
        batch = list({one.item.native_id: one for one in reversed(judged)}.values())[::-1]
        told = _keep_what_fits(session, feed, batch, now, history)
        outcomes |= told
        created += [one for one in batch if told[one.place].became == "created"]
        places = {one.place for one in batch}
        judged = [one for one in judged if one.place not in places]
    lags = sorted((now - one.judgement.posted_at).total_seconds() for one in created)
    tally = Tally(
        tuple(outcomes[place] for place in range(len(items))),
        lags[len(lags) // 2] if lags else None,
        Counter(one.became for one in outcomes.values()),
    )
    _count_feed(session, feed, tally, fresh_mistakes, now)
    return tally


def _judge(
    items: Sequence[Item], feed: Feed, topics: Sequence[Topicality], now: datetime
) -> tuple[list[Judged], dict[int, Outcome]]:
    judged: list[Judged] = []
    refused: dict[int, Outcome] = {}
    most = settings().mood_max_chars
    for place, given in enumerate(items):
        reason = ""
        try:
            item = clean(given)
            verdict = judge(
                item, source=feed.source, heard_at=now, topics=topics, feed_language=feed.language, mood_max_chars=most
            )
            if not item.native_id:
                reason = "It has no id, so it could not be told from others."
            elif not (verdict.text or verdict.title):
                reason = "It has no text."
        except Exception as error:  # whatever one post does to the judges, the round goes on
            reason = f"It could not be judged ({type(error).__name__}: {error})."
        if reason:
            refused[place] = Outcome(given.native_id or None, "rejected", reason)
        else:
            judged.append(Judged(place, item, verdict))
    return judged, refused


def _still_topical(session: Session, judged: list[Judged]) -> list[Judged]:
    """Leave out topics that were deleted while we judged; nobody deletes one during our turn."""
    alive = set(session.scalars(select(Topic.id)))
    kept: list[Judged] = []
    for one in judged:
        ids = tuple(topic for topic in one.judgement.topic_ids if topic in alive)
        if ids != one.judgement.topic_ids:
            one = replace(one, judgement=replace(one.judgement, topic_ids=ids))
        kept.append(one)
    return kept


def _keep_what_fits(
    session: Session, feed: Feed, batch: Sequence[Judged], now: datetime, history: bool
) -> dict[int, Outcome]:
    """Store a batch at once; if the database refuses some value in it, one by one, rejecting only the culprit."""
    try:
        with session.begin_nested():
            return _keep(session, feed, batch, now, history)
    except (DataError, IntegrityError) as error:
        if len(batch) == 1:
            one = batch[0]
            reason = f"The database refused it ({str(error.orig).partition(chr(10))[0]})."
            reject(session, feed.id, [Rejected(one.item.native_id, reason, one.item.text[:500])], now=now)
            return {one.place: Outcome(one.item.native_id, "rejected", reason)}
    outcomes: dict[int, Outcome] = {}
    for one in batch:
        outcomes |= _keep_what_fits(session, feed, [one], now, history)
    return outcomes


def _keep(session: Session, feed: Feed, batch: Sequence[Judged], now: datetime, history: bool) -> dict[int, Outcome]:
    """Store a batch in which no id comes twice."""
    known = revising.known(session, feed.id, [one.item.native_id for one in batch])
    new = sorted(
        (one for one in batch if one.item.native_id not in known),
        key=lambda one: (one.judgement.posted_at, -one.place),  # oldest first: ids follow the conversation
    )
    edited = [one for one in batch if one.item.native_id in known and known[one.item.native_id].is_edit(one)]
    authors = _authors(session, feed, new, edited, known, now)
    outcomes = _insert(session, feed, new, authors, now, history)
    revising.revise(session, feed.id, [(known[one.item.native_id], one) for one in edited], now=now)
    changed = {one.place for one in edited}
    for one in batch:
        row = known.get(one.item.native_id)
        if row is not None:
            became: Became = "updated" if one.place in changed else "duplicate"
            outcomes[one.place] = Outcome(one.item.native_id, became, mention_id=row.id)
    revising.recount(
        session, [(known[one.item.native_id], one.item.counts) for one in batch if one.item.native_id in known]
    )
    return outcomes


def _authors(
    session: Session,
    feed: Feed,
    new: Sequence[Judged],
    edited: Sequence[Judged],
    known: dict[str, revising.KnownMention],
    now: datetime,
) -> dict[str, Known]:
    ours = _own_handles(session, feed)
    fresh = {one.place for one in new}
    speakers: dict[str, Speaker] = {}
    sums: dict[str, Counter[str]] = {}
    for one in [*edited, *new]:
        if one.item.author is None:
            continue
        native_id = one.item.author.native_id
        speakers[native_id] = one.item.author
        change = sums.setdefault(native_id, Counter())
        change[one.judgement.mood.label] += 1
        if one.place in fresh:
            change["mentions"] += 1
        else:
            change[known[one.item.native_id].mood] -= 1
    spoken = {
        native_id: Spoke(
            speaker, _is_ours(speaker, ours), sums[native_id]["mentions"], sums[native_id]["negative"],
            sums[native_id]["positive"],
        )
        for native_id, speaker in speakers.items()
    }  # fmt: skip
    return counting.speak(session, feed.source, spoken, now=now, is_demo=feed.is_demo)


def _own_handles(session: Session, feed: Feed) -> frozenset[str]:
    """Return our own handles, as any feed of this source names them."""
    rows = session.scalars(select(Feed.own_handles).where(Feed.source == feed.source))
    return frozenset(str(handle).strip().lstrip("@").casefold() for handles in rows for handle in handles)


def _is_ours(speaker: Speaker, ours: frozenset[str]) -> bool:
    return bool(ours.intersection(one.lstrip("@").casefold() for one in (speaker.handle, speaker.native_id) if one))


def _insert(
    session: Session, feed: Feed, new: Sequence[Judged], authors: dict[str, Known], now: datetime, history: bool
) -> dict[int, Outcome]:
    if not new:
        return {}
    ids = _new_ids(session, len(new))
    threads = _threads(session, feed, new)
    world = _has_world_ids(feed.source)
    firsts = clusters.first_of(
        session,
        [
            Sighting(
                number, one.judgement.fingerprint, one.judgement.posted_at,
                one.item.native_id if world or (":" in one.item.native_id and feed.source in SOURCES) else None,
            )
            for number, one in zip(ids, new, strict=True)
        ],
        feed_id=feed.id, source=feed.source, history=history,
    )  # fmt: skip
    rows: list[dict[str, Any]] = []
    changes: list[tuple[int, Contribution]] = []
    for number, one in zip(ids, new, strict=True):
        author = authors.get(one.item.author.native_id) if one.item.author else None
        row = _row(feed, number, one, author, threads[one.place], firsts.get(number), now, history)
        rows.append(row)
        changes.append((1, contribution(one.judgement, row)))
    session.execute(insert(MENTIONS), rows)
    _insert_many(
        session, TOPICS,
        ({"mention_id": number, "topic_id": topic} for number, one in zip(ids, new, strict=True)
         for topic in one.judgement.topic_ids),
    )  # fmt: skip
    _insert_many(
        session, BANDS,
        ({"band": band, "mention_id": number} for number, one in zip(ids, new, strict=True)
         if number not in firsts and one.judgement.fingerprint for band in set(one.judgement.fingerprint.bands)),
    )  # fmt: skip
    counting.add(session, feed.id, changes)
    return {
        one.place: Outcome(one.item.native_id, "created", mention_id=number)
        for number, one in zip(ids, new, strict=True)
    }


def _new_ids(session: Session, count: int) -> list[int]:
    """Take ids before the rows exist: clusters, topics and bands name them in the same round trip."""
    sequence = func.nextval(func.pg_get_serial_sequence("mentions", "id"))
    return sorted(session.scalars(select(sequence).select_from(func.generate_series(1, count).alias("n"))))


def _insert_many(session: Session, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    found = list(rows)
    if found:
        session.execute(insert(table), found)


def _row(
    feed: Feed,
    number: int,
    one: Judged,
    author: Known | None,
    thread: str,
    first: int | None,
    now: datetime,
    history: bool,
) -> dict[str, Any]:
    item = one.item
    return judged_columns(one.judgement, item) | {
        "id": number, "feed_id": feed.id, "source": feed.source, "native_id": item.native_id, "form": item.form,
        "posted_at": one.judgement.posted_at, "edited_at": item.edited_at, "heard_at": now,
        "author_id": author.id if author else None, "thread": thread, "parent_native_id": item.parent_id,
        "local_id": item.extra.get("local_id"), "likes": item.counts.likes, "replies": item.counts.replies,
        "shares": item.counts.shares, "views": item.counts.views, "same_as_id": first,
        "is_ours": bool(author and author.is_ours), "is_repost": item.is_repost, "is_history": history,
        "is_demo": feed.is_demo, "state": "live",
    }  # fmt: skip


def _has_world_ids(source: str) -> bool:
    return source in SOURCES and SOURCES[source].WORLD_IDS


def _threads(session: Session, feed: Feed, new: Sequence[Judged]) -> dict[int, str]:
    """Return place -> thread: the thread of the post that is answered, else one of its own.

    An id like “7” is one feed's own word, so its thread carries the feed's number.
    """
    wanted = sorted({one.item.parent_id for one in new if one.item.parent_id})
    known: dict[str, str] = {}
    if wanted:
        parents = any_(bindparam("parents", wanted, ARRAY(Text)))
        for column in (MENTIONS.c.native_id, MENTIONS.c.local_id):
            asked = select(column, MENTIONS.c.thread).where(MENTIONS.c.feed_id == feed.id, column == parents)
            rows = session.execute(asked)
            known |= {str(row[0]): row[1] for row in rows}
    threads: dict[int, str] = {}
    for one in new:  # oldest first: who is answered comes before the answer
        item = one.item
        root = item.root_id if item.root_id != item.parent_id else None
        inherited = known.get(item.parent_id) if item.parent_id and not root else None
        key = item.root_id or item.parent_id or item.native_id
        is_world = _has_world_ids(feed.source) or (":" in key and feed.source in SOURCES)
        threads[one.place] = inherited or (one.judgement.thread if is_world else f"{feed.source}:{feed.id}/{key}")
        known[item.native_id] = threads[one.place]
        if "local_id" in item.extra:
            known[str(item.extra["local_id"])] = threads[one.place]
    return threads


def _count_feed(session: Session, feed: Feed, tally: Tally, mistakes: int, now: datetime) -> None:
    counted = {
        "heard_count": Feed.heard_count + tally.created,
        "duplicate_count": Feed.duplicate_count + tally.duplicate,
        "rejected_count": Feed.rejected_count + mistakes,
    }
    if tally.created:
        counted["last_heard_at"] = func.greatest(Feed.last_heard_at, now)
    session.execute(
        update(Feed).where(Feed.id == feed.id).values(counted), execution_options={"synchronize_session": False}
    )
    session.expire(feed, [*counted])
