"""Who speaks for a topic, who against it, who is heard far, who has gone quiet, and where somebody is absent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Row,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from listener.find.counted import among, by_mood, counted, place_feed
from listener.find.reach import Reaches, far, reaches
from listener.find.speakers import feed_names
from listener.models import Author, Mention, Person
from listener.sentiment import MoodLabel
from listener.standing import (
    AGAINST,
    FOR,
    HALF_LIFE,
    LEAST_HEARD,
    LEAST_OF_INFLUENCER,
    MEMORY,
    PULL,
    TIERS,
    Moods,
    Place,
    Scale,
    Stance,
    Tier,
    absent,
    expected,
    is_influencer,
    is_louder,
    is_quieter,
    place_of,
    running_mood,
    stance,
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
class Advocates:
    """Those who speak for a topic, in a window beside the weeks of `MEMORY` before it.

    `heard` of them were heard before; these said `seen` in the window where `usual` was due. `quieter` and `louder`
    are those of whom chance alone would not tell it, the clearest first.
    """

    heard: int
    seen: int
    usual: float
    quieter: tuple[Standing, ...]
    louder: tuple[Standing, ...]


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


def standings(
    session: Session, sort: Sort, *, topic_id: int, since: datetime, until: datetime, limit: int = 50, after: int = 0
) -> tuple[list[Standing], int]:
    """Return a stretch of one list for a topic and a window, and how many stand in it altogether.

    Our own handles and bots are in none. For `QUIETER` the stance is that of the window with the weeks of `MEMORY`
    before it; for the others that of the window alone.
    """
    if sort is Sort.INFLUENCERS:
        rows = _influencers(session, topic_id, since, until)
        return rows[after : after + limit], len(rows)
    begins = since - MEMORY if sort is Sort.QUIETER else since
    ids = _leaning(session, sort, topic_id, begins, until)
    found = _found(session, ids, topic_id=topic_id, begins=begins, since=since, until=until)
    chosen = sorted((one for one in found if _belongs(one, sort)), key=lambda one: _place(one, sort))
    return _whole(session, chosen[after : after + limit], since, until), len(chosen)


def advocates(session: Session, *, topic_id: int, since: datetime, until: datetime, limit: int = 10) -> Advocates:
    """Return whether those who speak for a topic were quieter or louder than usual in a window."""
    begins = since - MEMORY
    ids = _leaning(session, Sort.ADVOCATES, topic_id, begins, until)
    found = _found(session, ids, topic_id=topic_id, begins=begins, since=since, until=until)
    known = [one for one in found if one.stance is Stance.ADVOCATE and one.usual]
    quieter = sorted((one for one in known if is_quieter(one.seen, one.usual)), key=lambda one: one.seen - one.usual)
    louder = sorted((one for one in known if is_louder(one.seen, one.usual)), key=lambda one: one.usual - one.seen)
    return Advocates(
        heard=len(known),
        seen=sum(one.seen for one in known),
        usual=sum(one.usual for one in known),
        quieter=tuple(_whole(session, quieter[:limit], since, until)),
        louder=tuple(_whole(session, louder[:limit], since, until)),
    )


def standing(
    session: Session, ids: Sequence[int], *, topic_id: int, since: datetime, until: datetime
) -> Standing | None:
    """Return how somebody with these identities stands to a topic, `None` where they did not speak of it."""
    found = _found(session, ids, topic_id=topic_id, begins=since, since=since, until=until)
    whole = _whole(session, found, since, until)
    return whole[0] if whole else None


def spoken(session: Session, *, topic_id: int, since: datetime, until: datetime) -> list[Place]:
    """Return where a topic is spoken of, with how much and by how many authors, the loudest place first."""
    feed = place_feed().label("feed")
    # by author first: counting different ones in one step would sort every mention
    each = (
        select(Mention.source, feed, Mention.author_id, func.count().label("said"))
        .where(counted(since, until, topic_id))
        .group_by(Mention.source, feed, Mention.author_id)
        .subquery()
    )
    wanted = select(each.c.source, each.c.feed, func.sum(each.c.said), func.count(each.c.author_id)).group_by(
        each.c.source, each.c.feed
    )
    rows = session.execute(wanted).all()
    names = feed_names(session, [row[1] for row in rows if row[1] is not None])
    found = [Place(row[0], row[1], names.get(row[1], ""), int(row[2]), row[3]) for row in rows]
    return sorted(found, key=lambda place: (-place.mentions, place.source, place.name))


def absences(
    session: Session, ids: Sequence[int], *, topic_id: int, since: datetime, until: datetime
) -> tuple[Place, ...]:
    """Return the places where a topic is spoken of and none of these identities was ever heard."""
    rows = session.execute(select(Mention.source, Mention.feed_id).where(Mention.author_id.in_(ids)).distinct())
    heard_in = {place_of(source, feed_id) for source, feed_id in rows}
    return absent(spoken(session, topic_id=topic_id, since=since, until=until), heard_in)


def _leaning(session: Session, sort: Sort, topic_id: int, begins: datetime, until: datetime) -> list[int]:
    """Return the authors who may belong in a list: a coarse sieve in one reading, with everybody of every person.

    What each mention weighs is summed as in `_found`; days are not counted yet, which costs a sort of all there is.
    """
    positive, neutral, negative, _ = by_mood(_weight(until))
    mood = (positive - negative) / (positive + neutral + negative + PULL)
    near = 1e-9  # sums of fractions may differ in their last digit
    leans = mood <= AGAINST + near if sort is Sort.DETRACTORS else mood >= FOR - near
    heard = (
        select(Mention.author_id)
        .where(counted(begins, until, topic_id), Mention.author_id.is_not(None))
        .group_by(Mention.author_id)
        .having(func.count().filter(Mention.mood != MoodLabel.UNSURE) >= LEAST_HEARD, leans)
    )
    return [*session.scalars(heard), *session.scalars(select(Author.id).where(Author.person_id.is_not(None)))]


def _found(
    session: Session, ids: Collection[int], *, topic_id: int, begins: datetime, since: datetime, until: datetime
) -> list[_Found]:
    """Judge those of these authors who spoke of the topic, persons as one."""
    alone = case((Author.person_id.is_(None), Author.id)).label("alone")
    known = Mention.mood != MoodLabel.UNSURE
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
        .where(among(Author.id, ids), counted(begins, until, topic_id), ~Author.is_ours, ~Author.is_bot)
        .group_by(Author.person_id, alone)
    )
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


def _influencers(session: Session, topic_id: int, since: datetime, until: datetime) -> list[Standing]:
    ids = far(session, since, until)
    joined = select(Author.person_id).where(among(Author.id, ids), Author.person_id.is_not(None))
    # a person is heard as far as the identity that reaches furthest
    others = session.scalars(select(Author.id).where(Author.person_id.in_(joined)))
    found = _found(session, [*ids, *others], topic_id=topic_id, begins=since, since=since, until=until)
    spoke = [one for one in found if one.moods.total >= LEAST_OF_INFLUENCER]
    order = {name: nth for nth, (name, _) in enumerate(TIERS)}
    chosen = [one for one in _whole(session, spoke, since, until) if is_influencer(one.mentions, one.tier)]
    return sorted(
        chosen, key=lambda one: (order[one.tier] if one.tier else 9, -(one.reach or 0), -one.mentions, one.name)
    )


def _whole(session: Session, found: Sequence[_Found], since: datetime, until: datetime) -> list[Standing]:
    """Return rows with their authors, persons and reach, in their order."""
    if not found:
        return []
    person_ids = [one.key[0] for one in found if one.key[0] is not None]
    alone = [one.key[1] for one in found if one.key[1] is not None]
    rows = session.scalars(
        select(Author).where(or_(among(Author.id, alone), among(Author.person_id, person_ids))).order_by(Author.id)
    ).all()
    people = {one.id: one for one in session.scalars(select(Person).where(among(Person.id, person_ids)))}
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
