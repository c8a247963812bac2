"""One author, or all identities of one person: who they are, when, where and of what they speak."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, cast, func, literal_column, or_, select
from sqlalchemy.orm import Session

from listener.find.counted import by_mood, counted, place_feed
from listener.find.said import Chosen, Hit, mentions
from listener.models import Author, Feed, Mention, MentionTopic, Person, PersonChange, Topic
from listener.models.author import BARE_HANDLE
from listener.standing import Moods

MOST = 200
LEAST_HANDLE = 3  # characters: shorter handles are shared by strangers everywhere
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Somebody:
    """An author, and where a human joined several, the person with all of them, the one asked for first."""

    author: Author
    person: Person | None
    identities: tuple[Author, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """The numbers of all identities."""
        return tuple(one.id for one in self.identities)

    @property
    def name(self) -> str:
        """What people call them: the person's name, else the author's, else the handle."""
        return (self.person.name if self.person else "") or self.author.name or self.author.handle

    @property
    def is_ours(self) -> bool:
        """Whether one of the identities is our own handle."""
        return any(one.is_ours for one in self.identities)

    @property
    def is_bot(self) -> bool:
        """Whether every identity says it is a bot."""
        return all(one.is_bot for one in self.identities)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days that begin at `at`, and what was said in them."""

    at: datetime
    moods: Moods


@dataclass(frozen=True, slots=True)
class Spoken:
    """Where somebody was heard: a source, or one feed of a mere format, with how much and since when."""

    source: str
    feed_id: int | None
    name: str
    mentions: int
    first_at: datetime
    last_at: datetime


def somebody(session: Session, author_id: int) -> Somebody | None:
    """Return an author with the person they were joined to, or `None`."""
    author = session.get(Author, author_id)
    if author is None:
        return None
    if author.person_id is None:
        return Somebody(author, None, (author,))
    others = select(Author).where(Author.person_id == author.person_id, Author.id != author.id).order_by(Author.id)
    return Somebody(author, session.get(Person, author.person_id), (author, *session.scalars(others)))


def alike(session: Session, who: Somebody, limit: int = 5) -> list[Author]:
    """Return authors of other sources who have the same handle, for a human to judge: it proves nothing."""
    handles = {bare(one.handle) for one in who.identities}
    handles = {handle for handle in handles if len(handle) >= LEAST_HANDLE}
    sources = {one.source for one in who.identities}
    if not handles or who.is_ours:
        return []
    wanted = (
        select(Author)
        .where(
            literal_column(f"({BARE_HANDLE})").in_(sorted(handles)),
            Author.id.not_in(who.ids),
            Author.source.not_in(sorted(sources)),
            or_(Author.person_id.is_(None), Author.person_id != (who.person.id if who.person else 0)),
            ~Author.is_ours,
        )
        .order_by(Author.mentions.desc(), Author.id)
        .limit(limit)
    )
    return list(session.scalars(wanted))


def bare(handle: str) -> str:
    """Return a handle without @ and server, in lower case (`BARE_HANDLE` in Python): what two sources may share."""
    return handle.lstrip("@").partition("@")[0].lower()


def changes(session: Session, person_id: int, limit: int = 50) -> list[PersonChange]:
    """Return what people did to a person, the newest first."""
    wanted = select(PersonChange).where(PersonChange.person_id == person_id).order_by(PersonChange.id.desc())
    return list(session.scalars(wanted.limit(min(limit, MOST))))


def person(session: Session, person_id: int) -> tuple[Person, tuple[Author, ...]] | None:
    """Return a person with the authors joined to it, or `None`."""
    found = session.get(Person, person_id)
    return None if found is None else (found, _joined(session, [person_id]).get(person_id, ()))


def persons(
    session: Session, *, q: str = "", cursor: int | None = None, limit: int = 50
) -> tuple[list[tuple[Person, tuple[Author, ...]]], int | None]:
    """Return persons with their authors, the newest first, and the cursor of the next page."""
    limit = max(1, min(limit, MOST))
    wanted = select(Person).order_by(Person.id.desc()).limit(limit + 1)
    if q.strip():
        wanted = wanted.where(Person.name.icontains(q.strip(), autoescape=True))
    if cursor is not None:
        wanted = wanted.where(Person.id < cursor)
    rows = list(session.scalars(wanted))
    joined = _joined(session, [row.id for row in rows[:limit]])
    return [(row, joined.get(row.id, ())) for row in rows[:limit]], rows[limit - 1].id if len(rows) > limit else None


def _joined(session: Session, person_ids: Sequence[int]) -> dict[int, tuple[Author, ...]]:
    found: dict[int, list[Author]] = {}
    for author in session.scalars(select(Author).where(Author.person_id.in_(person_ids)).order_by(Author.id)):
        found.setdefault(author.person_id or 0, []).append(author)
    return {person_id: tuple(authors) for person_id, authors in found.items()}


def weeks(session: Session, ids: Sequence[int], *, until: datetime, count: int = 26) -> tuple[Week, ...]:
    """Return the last `count` stretches of seven days, oldest first, with what was said in each mood."""
    start = until - count * WEEK
    nth = cast(func.floor(func.extract("epoch", Mention.posted_at - start) / WEEK.total_seconds()), Integer)
    wanted = select(nth, *by_mood()).where(Mention.author_id.in_(ids), counted(start, until)).group_by(nth)
    found = {row[0]: Moods(*map(float, row[1:])) for row in session.execute(wanted)}
    return tuple(Week(start + index * WEEK, found.get(index, Moods())) for index in range(count))


def hours(
    session: Session, ids: Sequence[int], *, since: datetime, until: datetime, zone: ZoneInfo
) -> tuple[tuple[int, ...], ...]:
    """Return how often they spoke in each hour of the week of this zone: seven days from Monday, 24 hours each."""
    local = func.timezone(zone.key, Mention.posted_at)
    day, hour = cast(func.extract("isodow", local), Integer), cast(func.extract("hour", local), Integer)
    wanted = select(day, hour, func.count()).where(Mention.author_id.in_(ids), counted(since, until))
    found = {(row[0], row[1]): row[2] for row in session.execute(wanted.group_by(day, hour))}
    return tuple(tuple(found.get((day, hour), 0) for hour in range(24)) for day in range(1, 8))


def places(session: Session, ids: Sequence[int]) -> list[Spoken]:
    """Return where they were ever heard, uncounted mentions too, the loudest place first."""
    feed = place_feed().label("feed")
    wanted = (
        select(
            Mention.source, feed, func.count(), func.min(Mention.posted_at), func.max(Mention.posted_at)
        )
        .where(Mention.author_id.in_(ids))
        .group_by(Mention.source, feed)
    )  # fmt: skip
    rows = session.execute(wanted).all()
    names = feed_names(session, [row[1] for row in rows if row[1] is not None])
    found = [Spoken(row[0], row[1], names.get(row[1], ""), *row[2:]) for row in rows]
    return sorted(found, key=lambda one: (-one.mentions, one.source, one.name))


def topics(session: Session, ids: Sequence[int], *, since: datetime, until: datetime) -> list[tuple[Topic, Moods]]:
    """Return the topics they spoke of with how, the most spoken of first."""
    wanted = (
        select(Topic, *by_mood())
        .join(MentionTopic, MentionTopic.topic_id == Topic.id)
        .join(Mention, Mention.id == MentionTopic.mention_id)
        .where(Mention.author_id.in_(ids), counted(since, until))
        .group_by(Topic.id)
    )
    found = [(row[0], Moods(*map(float, row[1:]))) for row in session.execute(wanted)]
    return sorted(found, key=lambda pair: (-pair[1].total, pair[0].name))


def latest(session: Session, ids: Sequence[int], limit: int = 20) -> tuple[Hit, ...]:
    """Return what they said last, spam, reposts and history too, the newest first."""
    wanted = select(Mention.id).where(Mention.author_id.in_(ids)).order_by(Mention.posted_at.desc(), Mention.id.desc())
    chosen = tuple(session.scalars(wanted.limit(min(limit, MOST))))
    rows = mentions(session, Chosen(ids=chosen), limit=len(chosen)).rows if chosen else ()
    return tuple(sorted(rows, key=lambda hit: chosen.index(hit.mention.id)))


def feed_names(session: Session, ids: Sequence[int]) -> dict[int | None, str]:
    """Return the names of some feeds."""
    if not ids:
        return {}
    return {row[0]: row[1] for row in session.execute(select(Feed.id, Feed.name).where(Feed.id.in_(ids)))}
