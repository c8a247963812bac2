"""What a day of a topic brought, hour by hour, beside what such a day usually brings."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Float,
    Integer,
    Select,
    Values,
    cast,
    column,
    exists,
    func,
    select,
    tuple_,
    values,
)
from sqlalchemy.orm import Session, aliased

from listener.days import Aim, Calendar, Counted, Share, Told, aim, share, teachers, told, typical
from listener.find.counted import among, counted
from listener.kinds import Kind
from listener.models import Mention, MentionTopic, Spike, Target, Topic, Volume

HOUR = 3600
# topic -> day -> what each of its hours brought
Brought = Mapping[int, Mapping[date, Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Aimed:
    """A target of a topic, and how it stands on this day."""

    target: Target
    told: Told
    aim: Aim


@dataclass(frozen=True, slots=True)
class Day:
    """One topic's day: the measures that were asked for, the negative share, the targets.

    `learnt_from` are the days that teach what is typical, the latest first; `alike` of them share the weekday.
    """

    topic: Topic
    calendar: Calendar
    is_over: bool
    measures: Mapping[Counted, Told]
    share: Share
    targets: tuple[Aimed, ...]
    learnt_from: tuple[date, ...]
    alike: int


def days(
    session: Session,
    topics: Sequence[Topic],
    *,
    day: date,
    zone: ZoneInfo,
    now: datetime,
    measures: Collection[Counted] = (Counted.MENTIONS,),
) -> list[Day]:
    """Return a day of each topic in the order given, with these measures and those its targets ask for.

    A day counts by what was posted in it, in this time zone. What is typical is learnt from earlier whole days since
    the topic is listened for.
    """
    of_day = Calendar.of(day, zone)
    taught = {topic.id: teachers(day, _first_whole(topic, zone)) for topic in topics}
    calendars = {one: Calendar.of(one, zone) for one in {day}.union(*(found for found, _ in taught.values()))}
    targets = _targets(session, taught)
    wanted = {one: {*measures, *(Counted(goal.measure) for goal in targets[one])} for one in taught}
    brought = {}
    for measure in Counted:
        for_share = measure in (Counted.MENTIONS, Counted.NEGATIVE)
        asks = [one for one in taught if for_share or measure in wanted[one]]
        if asks:
            brought[measure] = _brought(session, measure, asks, calendars.values(), now)
    return [
        _day(topic, of_day, now, calendars, brought, wanted[topic.id], taught[topic.id], targets[topic.id])
        for topic in topics
    ]


def incidents(session: Session, topic_id: int, *, since: datetime, until: datetime) -> list[Spike]:
    """Return the incidents of a topic that were seen at some time from `since` to before `until`, oldest first."""
    asked = select(Spike).where(Spike.topic_id == topic_id, Spike.started_at < until)
    ran = Spike.closed_at.is_(None) | (Spike.last_at >= since)
    return list(session.scalars(asked.where(ran).order_by(Spike.started_at, Spike.id)))


def targets(session: Session, topic_id: int) -> list[Target]:
    """Return what people call a good day of a topic."""
    return _targets(session, [topic_id])[topic_id]


def _first_whole(topic: Topic, zone: ZoneInfo) -> date:
    """Return the first day that was listened to from its beginning."""
    began = topic.created_at.astimezone(zone).date()
    calendar = Calendar.of(began, zone)
    return began if topic.created_at <= calendar.start else calendar.end.astimezone(zone).date()


def _day(
    topic: Topic,
    calendar: Calendar,
    now: datetime,
    calendars: Mapping[date, Calendar],
    brought: Mapping[Counted, Brought],
    wanted: Collection[Counted],
    taught: tuple[Sequence[date], int],
    goals: Sequence[Target],
) -> Day:
    learnt_from, alike = taught

    def of(measure: Counted) -> Told:
        mine = brought[measure][topic.id]
        usual = typical([calendars[one].on_the_clock(mine[one]) for one in learnt_from])
        return told(calendar, mine[calendar.day], usual, now)

    measures = {measure: of(measure) for measure in Counted if measure in wanted}
    mine, negative = brought[Counted.MENTIONS][topic.id], brought[Counted.NEGATIVE][topic.id]
    is_over = now >= calendar.end
    return Day(
        topic=topic,
        calendar=calendar,
        is_over=is_over,
        measures=measures,
        share=share(
            sum(negative[calendar.day]),
            sum(mine[calendar.day]),
            [(sum(negative[one]), sum(mine[one])) for one in learnt_from],
        ),
        targets=tuple(
            Aimed(goal, found, aim(goal.at_least, found, is_over))
            for goal in goals
            if (found := measures[Counted(goal.measure)])
        ),
        learnt_from=tuple(learnt_from),
        alike=alike,
    )


def _targets(session: Session, topic_ids: Iterable[int]) -> dict[int, list[Target]]:
    found: dict[int, list[Target]] = {one: [] for one in topic_ids}
    order = list(Counted)
    rows = session.scalars(select(Target).where(among(Target.topic_id, found)))
    for row in sorted(rows, key=lambda one: order.index(Counted(one.measure))):
        found[row.topic_id].append(row)
    return found


def _brought(
    session: Session, measure: Counted, topic_ids: Sequence[int], calendars: Iterable[Calendar], now: datetime
) -> Brought:
    """Return what the hours of some days brought; those that brought nothing are zeros."""
    of_place = list(calendars)
    spans = values(
        column("place", Integer),
        column("begins", DateTime(timezone=True)),
        column("ends", DateTime(timezone=True)),
        name="spans",
    ).data([(place, one.start, min(one.end, max(now, one.start))) for place, one in enumerate(of_place)])
    found: dict[int, dict[date, list[float]]] = {
        topic: {one.day: [0.0] * len(one.starts) for one in of_place} for topic in topic_ids
    }
    for topic_id, place, hour, value in session.execute(_asked(measure, topic_ids, spans, of_place)):
        found[topic_id][of_place[place].day][hour] = float(value)
    return found


def _asked(
    measure: Counted, topic_ids: Sequence[int], spans: Values, calendars: Sequence[Calendar]
) -> Select[tuple[int, int, int, Any]]:
    if measure in (Counted.MENTIONS, Counted.NEGATIVE):
        counts = Volume.total if measure is Counted.MENTIONS else Volume.negative
        hour = _hour(Volume.bucket, spans)
        return (
            select(Volume.topic_id, spans.c.place, hour, func.sum(counts))
            .join(spans, (Volume.bucket >= spans.c.begins) & (Volume.bucket < spans.c.ends))
            .where(among(Volume.topic_id, topic_ids))
            .group_by(Volume.topic_id, spans.c.place, hour)
        )
    hour = _hour(Mention.posted_at, spans)
    since, until = min(one.start for one in calendars), max(one.end for one in calendars)
    asked = (
        select(MentionTopic.topic_id, spans.c.place, hour, _sum(measure))
        .join(Mention, Mention.id == MentionTopic.mention_id)
        .join(spans, (Mention.posted_at >= spans.c.begins) & (Mention.posted_at < spans.c.ends))
        .where(among(MentionTopic.topic_id, topic_ids), counted(since, until))
        .group_by(MentionTopic.topic_id, spans.c.place, hour)
    )
    if measure is Counted.LEADS:
        return asked.where(Mention.kind == Kind.LEAD)
    return asked.where(_speaks_first()) if measure is Counted.NEW_AUTHORS else asked


def _sum(measure: Counted) -> ColumnElement[Any]:
    if measure is Counted.SHARES:
        return func.sum(func.coalesce(Mention.shares, 0) + func.coalesce(Mention.replies, 0))
    return func.count()


def _speaks_first() -> ColumnElement[bool]:
    """Return the clause on `Mention`: we never heard its author speak of the topic before."""
    earlier, of_topic = aliased(Mention), aliased(MentionTopic)
    spoke = (
        exists()
        .where(earlier.author_id == Mention.author_id)
        .where(tuple_(earlier.posted_at, earlier.id) < tuple_(Mention.posted_at, Mention.id))
        .where(of_topic.mention_id == earlier.id, of_topic.topic_id == MentionTopic.topic_id)
    )
    return Mention.author_id.is_not(None) & ~spoke


def _hour(at: Any, spans: Values) -> ColumnElement[int]:
    """Return which real hour of its day a moment falls into."""
    return cast(func.floor(cast(func.extract("epoch", at - spans.c.begins), Float) / HOUR), Integer)
