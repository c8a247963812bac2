"""Store what a feed gave: judged in one pass, counted with it, edits beside the earlier text, nothing twice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from listener import arrivals, learned, revising, transformer, voices
from listener.cleaning import clean
from listener.heard import Item, Rejected
from listener.judgement import Topicality, judge
from listener.judging import Judged
from listener.kinds import Learned
from listener.listening import TURN, topicalities
from listener.models import Feed, Topic
from listener.rejections import reject
from listener.settings import settings

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
    if not items:  # the last page of many a round: there is no turn to wait for
        return Tally()
    spoken_of = topicalities(session) if topics is None else topics
    speakers = voices.tongues(session, feed.source, (one.author.native_id for one in items if one.author))
    judged, outcomes = _judge(items, feed, speakers, spoken_of, learned.in_force(session), now)
    session.flush()
    session.execute(select(Feed.id).where(Feed.id == feed.id).with_for_update(key_share=True))
    session.execute(select(func.pg_advisory_xact_lock(TURN)))
    refused = [Rejected(items[at].native_id, one.reason, str(items[at].text)[:500]) for at, one in outcomes.items()]
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
    items: Sequence[Item],
    feed: Feed,
    speakers: Mapping[str, str],
    topics: Sequence[Topicality],
    taught: Mapping[str, Learned],
    now: datetime,
) -> tuple[list[Judged], dict[int, Outcome]]:
    judged: list[Judged] = []
    refused: dict[int, Outcome] = {}
    chosen = settings()
    reader = transformer.of(chosen.mood_model)
    for place, given in enumerate(items):
        reason = ""
        try:
            item = clean(given)
            verdict = judge(
                item,
                source=feed.source,
                heard_at=now,
                topics=topics,
                feed_language=speakers.get(item.author.native_id if item.author else "", feed.language),
                mood_max_chars=chosen.mood_max_chars,
                learned=taught,
                mood_reader=reader,
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
    new = [one for one in batch if one.item.native_id not in known]
    again = [(known[one.item.native_id], one) for one in batch if one.item.native_id in known]
    edits = revising.honoured(session, [(row, one) for row, one in again if row.is_edit(one)])
    # oldest first, so that ids follow the conversation; what a feed lists first is its newest
    new.sort(key=lambda one: (one.judgement.posted_at, -one.place))
    authors = voices.of(session, feed, new, [(row.mood, one) for row, one in edits], now=now)
    created = arrivals.add(session, feed, new, authors, now=now, history=history)
    revising.revise(session, feed.id, edits, now=now)
    revising.recount(session, [(row, one.item.counts) for row, one in again])
    outcomes = {one.place: Outcome(one.item.native_id, "created", mention_id=created[one.place]) for one in new}
    changed = {one.place for _, one in edits}
    for row, one in again:
        became: Became = "updated" if one.place in changed else "duplicate"
        outcomes[one.place] = Outcome(one.item.native_id, became, mention_id=row.id)
    return outcomes


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
