"""Who speaks for a topic, who against it, who is heard far, who has gone quiet, and where somebody is absent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Float, Row, case, cast, func, or_, select
from sqlalchemy.orm import Session

from listener.find.counted import by_mood, counted, place_feed
from listener.find.speakers import feed_names
from listener.models import Author, Mention, Person
from listener.standing import (
    HALF_LIFE,
    INFLUENTIAL,
    LEAST_OF_INFLUENCER,
    MEMORY,
    TIERS,
    Moods,
    Place,
    Scale,
    Stance,
    Tier,
    absent,
    expected,
    is_influencer,
    is_quieter,
    place_of,
    running_mood,
    stance,
    tier,
)


class Sort(StrEnum):
    """The lists of people."""

    ADVOCATES = "advocates"
    DETRACTORS = "detractors"
    INFLUENCERS = "influencers"
    QUIETER = "quieter"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one author, or one person with all identities, stands to a topic in a window.

    `moods` counts mentions, `mood` is the running mood. `seen` and `usual` are the mentions of the window and what it
    should have brought. `reach` is in the measure of `scale`: that of the identity that reaches furthest.
    """

    person: Person | None
    authors: tuple[Author, ...]
    moods: Moods
    days: int
    mood: float
    stance: Stance
    tier: Tier | None
    scale: Scale | None
    reach: float | None
    seen: int
    usual: float
    last_at: datetime

    @property
    def mentions(self) -> int:
        """How many mentions were looked at."""
        return int(self.moods.total)

    @property
    def name(self) -> str:
        """What people call them."""
        return (self.person.name if self.person else "") or self.authors[0].name or self.authors[0].handle


@dataclass(frozen=True, slots=True)
class _Found:
    """One row of the question below, judged."""

    key: tuple[int | None, int | None]
    moods: Moods
    days: int
    mood: float
    stance: Stance
    seen: int
    usual: float
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Reaches:
    """The scales of the sources, and how to place one author on that of their own."""

    scales: dict[str, Scale]
    answers: dict[int, float]

    def of(self, author: Author) -> tuple[Tier | None, Scale | None, float | None]:
        """Return an author's tier, the scale it was read from, and their value on it."""
        scale = self.scales.get(author.source)
        if scale is None or author.is_ours or author.is_bot:
            return None, None, None
        reach = self.answers.get(author.id) if scale.measure == "answers" else author.followers
        return tier(reach, scale), scale, reach

    def furthest(self, authors: Sequence[Author]) -> tuple[Tier | None, Scale | None, float | None]:
        """Return the highest tier of somebody's identities."""
        order = [None, Tier.USUAL, *(name for name, _ in reversed(TIERS))]
        return max((self.of(one) for one in authors), key=lambda found: (order.index(found[0]), found[2] or 0.0))


def standings(
    session: Session, sort: Sort, *, topic_id: int, since: datetime, until: datetime, limit: int = 50, after: int = 0
) -> tuple[list[Standing], int]:
    """Return a stretch of one list for a topic and a window, and how many stand in it altogether.

    Our own handles and bots are in none. For `QUIETER` the stance is that of the window with the weeks of `MEMORY`
    before it; for the others that of the window alone.
    """
    begins = since - MEMORY if sort is Sort.QUIETER else since
    found = _found(session, topic_id=topic_id, begins=begins, since=since, until=until)
    if sort is Sort.INFLUENCERS:
        return _influencers(session, found, topic_id, since, until, limit, after)
    chosen = [one for one in found if _belongs(one, sort)]
    chosen.sort(key=lambda one: _place(one, sort))
    return _whole(session, chosen[after : after + limit], since, until), len(chosen)


def standing(
    session: Session, ids: Sequence[int], *, topic_id: int, since: datetime, until: datetime
) -> Standing | None:
    """Return how somebody with these identities stands to a topic, `None` where they did not speak of it."""
    found = _found(session, topic_id=topic_id, begins=since, since=since, until=until, ids=ids)
    whole = _whole(session, found, since, until)
    return whole[0] if whole else None


def reaches(session: Session, ids: Sequence[int], *, since: datetime, until: datetime) -> Reaches:
    """Return the scales of the sources of these authors, with what is needed to place them."""
    sources = set(session.scalars(select(Author.source).where(Author.id.in_(ids)).distinct()))
    scales = _by_followers(session, sources)
    untold = sources - set(scales)
    return Reaches(scales | _by_answers(session, untold, since, until), _answers(session, ids, untold, since, until))


def spoken(session: Session, *, topic_id: int, since: datetime, until: datetime) -> list[Place]:
    """Return where a topic is spoken of, with how much and by how many authors, the loudest place first."""
    feed = place_feed().label("feed")
    wanted = (
        select(Mention.source, feed, func.count(), func.count(Mention.author_id.distinct()))
        .where(counted(since, until, topic_id))
        .group_by(Mention.source, feed)
    )
    rows = session.execute(wanted).all()
    names = feed_names(session, [row[1] for row in rows if row[1] is not None])
    found = [Place(row[0], row[1], names.get(row[1], ""), row[2], row[3]) for row in rows]
    return sorted(found, key=lambda place: (-place.mentions, place.source, place.name))


def absences(
    session: Session, ids: Sequence[int], *, topic_id: int, since: datetime, until: datetime
) -> tuple[Place, ...]:
    """Return the places where a topic is spoken of and none of these identities was ever heard."""
    rows = session.execute(select(Mention.source, Mention.feed_id).where(Mention.author_id.in_(ids)).distinct())
    heard_in = {place_of(source, feed_id) for source, feed_id in rows}
    return absent(spoken(session, topic_id=topic_id, since=since, until=until), heard_in)


def _found(
    session: Session,
    *,
    topic_id: int,
    begins: datetime,
    since: datetime,
    until: datetime,
    ids: Sequence[int] | None = None,
) -> list[_Found]:
    """Judge everybody who spoke twice of the topic, or somebody who did at all, persons as one."""
    alone = case((Author.person_id.is_(None), Author.id)).label("alone")
    known = Mention.mood != "unsure"
    day = func.date(func.timezone("UTC", Mention.posted_at))
    wanted = (
        select(
            Author.person_id,
            alone,
            *by_mood(),
            *by_mood(_weight(until)),
            func.count(day.distinct()).filter(known),
            func.count().filter(Mention.posted_at >= since),
            func.min(Mention.posted_at),
            func.max(Mention.posted_at),
        )
        .join(Mention, Mention.author_id == Author.id)
        .where(counted(begins, until, topic_id), ~Author.is_ours, ~Author.is_bot)
        .group_by(Author.person_id, alone)
    )
    wanted = wanted.having(func.count() > 1) if ids is None else wanted.where(Author.id.in_(ids))
    return [_judged(row, begins, since, until) for row in session.execute(wanted)]


def _weight(until: datetime) -> ColumnElement[float]:
    """What a mention weighs: less the older it is (`standing.faded` in SQL), less where it says what others said."""
    age = func.extract("epoch", until - Mention.posted_at)
    return cast(func.power(0.5, age / HALF_LIFE.total_seconds()), Float) * Mention.weight


def _judged(row: Row[Any], begins: datetime, since: datetime, until: datetime) -> _Found:
    values: Sequence[Any] = tuple(row)
    moods, weighed = Moods(*map(float, values[2:6])), Moods(*map(float, values[6:10]))
    days, seen, first_at, last_at = values[10:]
    mood = running_mood(weighed)
    before = int(moods.total) - seen
    usual = expected(before, since - first_at, until - since) if begins < since and before else 0.0
    return _Found((values[0], values[1]), moods, days, mood, stance(int(moods.known), days, mood), seen, usual, last_at)


def _belongs(one: _Found, sort: Sort) -> bool:
    if sort is Sort.DETRACTORS:
        return one.stance is Stance.DETRACTOR
    return one.stance is Stance.ADVOCATE and (sort is Sort.ADVOCATES or is_quieter(one.seen, one.usual))


def _place(one: _Found, sort: Sort) -> tuple[float, ...]:
    """Where somebody stands in a list: the clearest first, of the equally clear the one heard more."""
    first = one.seen - one.usual if sort is Sort.QUIETER else -abs(one.mood)
    return first, -one.moods.total, *(number or 0 for number in one.key)


def _influencers(
    session: Session, found: list[_Found], topic_id: int, since: datetime, until: datetime, limit: int, after: int
) -> tuple[list[Standing], int]:
    spoke = [one for one in found if one.moods.total >= LEAST_OF_INFLUENCER]
    far = _far(session, spoke, topic_id, since, until)
    order = {name: nth for nth, (name, _) in enumerate(TIERS)}
    chosen = [one for one in _whole(session, far, since, until) if is_influencer(one.mentions, one.tier)]
    chosen.sort(key=lambda one: (order[one.tier] if one.tier else 9, -(one.reach or 0), -one.mentions, one.name))
    return chosen[after : after + limit], len(chosen)


def _far(session: Session, found: list[_Found], topic_id: int, since: datetime, until: datetime) -> list[_Found]:
    """Leave out whoever cannot reach far: their numbers are read, their rows are not."""
    speaks = select(Mention.author_id).where(counted(since, until, topic_id))
    rows = session.execute(
        select(Author.person_id, Author.id, Author.source, Author.followers).where(
            Author.id.in_(speaks), ~Author.is_ours, ~Author.is_bot
        )
    ).all()
    placed = reaches(session, [row[1] for row in rows], since=since, until=until)
    keys = set()
    for person_id, author_id, source, followers in rows:
        scale = placed.scales.get(source)
        reach = placed.answers.get(author_id) if scale and scale.measure == "answers" else followers
        if tier(reach, scale) in INFLUENTIAL:
            keys.add((person_id, None if person_id else author_id))
    return [one for one in found if one.key in keys]


def _whole(session: Session, found: Sequence[_Found], since: datetime, until: datetime) -> list[Standing]:
    """Return rows with their authors, persons and reach, in their order."""
    if not found:
        return []
    person_ids = [one.key[0] for one in found if one.key[0] is not None]
    alone = [one.key[1] for one in found if one.key[1] is not None]
    rows = session.scalars(
        select(Author).where(or_(Author.id.in_(alone), Author.person_id.in_(person_ids))).order_by(Author.id)
    ).all()
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(person_ids)))}
    authors: dict[tuple[int | None, int | None], list[Author]] = {}
    for row in rows:
        authors.setdefault((row.person_id, None if row.person_id else row.id), []).append(row)
    placed = reaches(session, [row.id for row in rows], since=since, until=until)
    return [_standing(one, authors[one.key], people.get(one.key[0] or 0), placed) for one in found]


def _standing(one: _Found, authors: Sequence[Author], person: Person | None, placed: Reaches) -> Standing:
    place, scale, reach = placed.furthest(authors)
    return Standing(
        person=person, authors=tuple(authors), moods=one.moods, days=one.days, mood=one.mood, stance=one.stance,
        tier=place, scale=scale, reach=reach, seen=one.seen, usual=one.usual, last_at=one.last_at,
    )  # fmt: skip


# how far words carry, source by source


def _cuts(measure: Any) -> Any:
    return func.percentile_disc([share for _, share in TIERS]).within_group(measure)


def _by_followers(session: Session, sources: Collection[str]) -> dict[str, Scale]:
    wanted = (
        select(Author.source, func.count(), _cuts(Author.followers))
        .where(Author.source.in_(sorted(sources)), Author.followers.is_not(None), ~Author.is_ours, ~Author.is_bot)
        .group_by(Author.source)
    )
    return {row[0]: Scale(row[0], "followers", row[1], tuple(map(float, row[2]))) for row in session.execute(wanted)}


def _answered() -> ColumnElement[Any]:
    """What a mention drew, null where its source does not tell."""
    told = or_(Mention.likes.is_not(None), Mention.replies.is_not(None), Mention.shares.is_not(None))
    drawn = sum((func.coalesce(one, 0) for one in (Mention.likes, Mention.replies, Mention.shares)), start=0)
    return case((told, drawn))


def _by_answers(session: Session, sources: Collection[str], since: datetime, until: datetime) -> dict[str, Scale]:
    if not sources:
        return {}
    each = (
        select(Mention.source, func.avg(_answered()).label("drawn"))
        .join(Author, Author.id == Mention.author_id)
        .where(Mention.source.in_(sorted(sources)), counted(since, until), ~Author.is_ours, ~Author.is_bot)
        .group_by(Mention.source, Mention.author_id)
        .having(func.count(_answered()) > 0)
        .subquery()
    )
    wanted = select(each.c.source, func.count(), _cuts(each.c.drawn)).group_by(each.c.source)
    return {row[0]: Scale(row[0], "answers", row[1], tuple(map(float, row[2]))) for row in session.execute(wanted)}


def _answers(
    session: Session, ids: Sequence[int], sources: Collection[str], since: datetime, until: datetime
) -> dict[int, float]:
    if not sources:
        return {}
    wanted = (
        select(Mention.author_id, func.avg(_answered()))
        .where(Mention.author_id.in_(ids), Mention.source.in_(sorted(sources)), counted(since, until))
        .group_by(Mention.author_id)
    )
    return {row[0]: float(row[1]) for row in session.execute(wanted) if row[1] is not None}
