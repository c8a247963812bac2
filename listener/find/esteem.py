"""The reputation of a topic in a window: the whole, its days, its languages, its sources, and the mentions behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Row, Select, cast, func, select, tuple_
from sqlalchemy.orm import Session

from listener.find.counted import ORDER, counted, of_topic
from listener.find.said import Chosen, Hits, mentions
from listener.kinds import UNSURE_BELOW, Kind
from listener.models import Mention
from listener.reputation import Reputation, Sample, judge
from listener.standing import Moods

LONGEST_BY_DAY = 62  # days of a window; longer ones are told by the week
MOST = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of the trend: its first day in the reader's zone, and how many days it has."""

    day: date
    days: int
    reputation: Reputation


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was heard of the topic in the window and is not counted; what is several of these is told once."""

    spam: int
    ours: int
    reposts: int
    history: int


@dataclass(frozen=True, slots=True)
class Told:
    """The reputation of a topic with everything a page shows of it."""

    whole: Reputation
    steps: tuple[Step, ...]
    languages: Mapping[str, Reputation]
    sources: Mapping[str, Reputation]
    left_out: LeftOut


def reputation(session: Session, *, topic_id: int, since: datetime, until: datetime, zone: ZoneInfo) -> Told:
    """Return the reputation of a topic among what was posted since … until, with days of this zone."""
    first = since.astimezone(zone).date()
    last = (until - timedelta(microseconds=1)).astimezone(zone).date()
    span = 1 if (last - first).days < LONGEST_BY_DAY else 7
    nth = cast(func.date(func.timezone(zone.key, Mention.posted_at)) - first, Integer) // span
    rows = session.execute(_grouped(_voices(topic_id, since, until, nth))).all()
    whole, steps, languages, sources = Sample(), {}, {}, {}
    for row in rows:
        match (row.by_step, row.by_language, row.by_source):
            case (0, _, _):
                steps[row.step] = _sample(row)
            case (_, 0, _):
                languages[row.language] = _sample(row)
            case (_, _, 0):
                sources[row.source] = _sample(row)
            case _:
                whole = _sample(row)
    count = (last - first).days // span + 1
    return Told(
        whole=judge(whole),
        steps=tuple(
            Step(first + timedelta(days=index * span), span, judge(steps.get(index, Sample())))
            for index in range(count)
        ),
        languages=_loudest_first(languages),
        sources=_loudest_first(sources),
        left_out=_left_out(session, topic_id, since, until),
    )


def behind(
    session: Session,
    *,
    topic_id: int,
    since: datetime,
    until: datetime,
    mood: str | None = None,
    language: str | None = None,
    source: str | None = None,
    cursor: int | None = None,
    limit: int = 50,
) -> Hits:
    """Return the very mentions that a number is made of, the last heard first."""
    limit = max(1, min(limit, MOST))
    wanted = select(Mention.id).where(counted(since, until, topic_id)).order_by(Mention.id.desc()).limit(limit + 1)
    for column, value in ((Mention.mood, mood), (Mention.language, language), (Mention.source, source)):
        if value is not None:
            wanted = wanted.where(column == value)
    if cursor is not None:
        wanted = wanted.where(Mention.id < cursor)
    ids = tuple(session.scalars(wanted))
    if not ids:
        return Hits((), None)
    found = mentions(session, Chosen(ids=ids[:limit]), limit=limit)
    return Hits(found.rows, ids[limit - 1] if len(ids) > limit else None)


def _voices(topic_id: int, since: datetime, until: datetime, nth: Any) -> Select[Any]:
    """Return what each author said, in the whole, in each step, language and source: all in one reading."""
    # who is not named is a voice of their own each time
    base = (
        select(
            func.coalesce(Mention.author_id, -Mention.id).label("author"),
            nth.label("step"),
            Mention.language,
            Mention.source,
            Mention.mood,
            Mention.weight,
        )
        .where(counted(since, until, topic_id))
        .subquery()
    )
    of_mood = {
        mood.value: func.coalesce(func.sum(base.c.weight).filter(base.c.mood == mood), 0.0).label(mood.value)
        for mood in ORDER
    }
    sets = func.grouping_sets(
        tuple_(base.c.author),
        *(tuple_(base.c.author, column) for column in (base.c.step, base.c.language, base.c.source)),
    )
    return select(
        base.c.step,
        base.c.language,
        base.c.source,
        func.grouping(base.c.step).label("by_step"),
        func.grouping(base.c.language).label("by_language"),
        func.grouping(base.c.source).label("by_source"),
        func.count().label("mentions"),
        *of_mood.values(),
    ).group_by(sets)


def _grouped(voices: Select[Any]) -> Select[Any]:
    each = voices.subquery()
    known = each.c.positive + each.c.neutral + each.c.negative
    keys = (each.c.by_step, each.c.by_language, each.c.by_source, each.c.step, each.c.language, each.c.source)
    return select(
        *keys,
        *(func.sum(each.c[mood.value]).label(mood.value) for mood in ORDER),
        cast(func.sum(each.c.mentions), Integer).label("mentions"),
        func.sum(known * known).label("squares"),
    ).group_by(*keys)


def _sample(row: Row[Any]) -> Sample:
    return Sample(Moods(row.positive, row.neutral, row.negative, row.unsure), row.mentions, row.squares)


def _loudest_first(samples: Mapping[str, Sample]) -> dict[str, Reputation]:
    order = sorted(samples, key=lambda key: (-samples[key].moods.total, key))
    return {key: judge(samples[key]) for key in order}


def _left_out(session: Session, topic_id: int, since: datetime, until: datetime) -> LeftOut:
    spam = (Mention.kind == Kind.SPAM) & (Mention.kind_confidence >= UNSURE_BELOW)
    ours, repost = Mention.is_ours, Mention.is_repost
    history = Mention.is_history
    counts = (history, ours & ~history, repost & ~ours & ~history, spam & ~repost & ~ours & ~history)
    row = session.execute(
        select(*(func.count().filter(clause) for clause in counts)).where(
            Mention.posted_at >= since, Mention.posted_at < until, of_topic(topic_id)
        )
    ).one()
    return LeftOut(history=row[0], ours=row[1], reposts=row[2], spam=row[3])
