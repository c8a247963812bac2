"""The answers about people who speak: moods, places, weeks, how they stand to a topic."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from api.v1.paging import Shape, example
from api.v1.persons import PERSON, Person
from api.v1.shapes import AUTHOR, Author
from listener.find import advocacy
from listener.find.speakers import Spoken
from listener.standing import Stance, Tier
from triage.find import AuthorView

MOODS = {"positive": 5, "neutral": 1, "negative": 0, "unsure": 1}
PLACE = {"source": "hackernews", "feed_id": None, "name": "", "mentions": 64, "authors": 21}
STANDING = {
    "person": None, "authors": [AUTHOR], "moods": MOODS, "days": 5, "mood": 0.47, "stance": "advocate",
    "tier": "wide", "measure": "followers", "reach": 5410, "compared": 412, "seen": 7, "usual": 0.0,
    "last_at": "2026-11-20T18:02:00Z",
}  # fmt: skip
CARD = {
    "author": AUTHOR, "person": PERSON, "topic_id": 1, "standing": STANDING,
    "places": [
        {
            "source": "mastodon", "feed_id": None, "name": "", "mentions": 7, "first_at": "2026-09-02T08:00:00Z",
            "last_at": "2026-11-20T18:02:00Z",
        }
    ],
    "absent": [PLACE], "weeks": [{"at": "2026-11-14T12:00:00Z", "moods": MOODS}], "hours": [[0] * 24] * 7,
    "topics": [{"id": 1, "name": "Nimbo", "kind": "brand", "moods": MOODS}], "issues": 2, "hidden_issues": 0,
    "triage": {"kept": 2, "broken": 0, "running": 0}, "resolution": {"kept": 1, "broken": 0, "running": 1},
}  # fmt: skip


class Moods(Shape):
    """Mentions by mood."""

    model_config = example(MOODS)

    positive: float
    neutral: float
    negative: float
    unsure: float


class Place(Shape):
    """Where a topic is spoken of, with how much and by how many; `feed_id` where each feed is a place of its own."""

    model_config = example(PLACE)

    source: str
    feed_id: int | None
    name: str
    mentions: int
    authors: int


class SpokenIn(Shape):
    """Where somebody was heard."""

    source: str
    feed_id: int | None
    name: str
    mentions: int
    first_at: datetime
    last_at: datetime


class Week(Shape):
    """Seven days from `at` on."""

    at: datetime
    moods: Moods


class TopicMoods(Shape):
    """A topic somebody spoke of, and how."""

    id: int
    name: str
    kind: str
    moods: Moods


class Promised(Shape):
    """One promise over somebody's issues."""

    kept: int
    broken: int
    running: int


class Standing(Shape):
    """How somebody stands to a topic in a window. A person's identities count as one.

    `mood` is the running mood, −1…1. `tier` is a place among the `compared` authors of the same source by `measure`,
    null where they are too few. `usual` is what the window should have brought, 0 where it was not asked.
    """

    model_config = example(STANDING)

    person: Person | None
    authors: list[Author]
    moods: Moods
    days: int = Field(description="On how many different days (UTC) a mood we know was heard.")
    mood: float
    stance: Stance
    tier: Tier | None
    measure: str | None
    reach: float | None
    compared: int | None
    seen: int
    usual: float
    last_at: datetime


class AuthorCard(Shape):
    """An author, every identity of their person, and what we heard of them.

    `absent` is where the topic is spoken of and we never heard them: a reason to ask why, not a fact about them.
    `hours` are seven days from Monday of 24 hours each, in the zone asked for. `hidden_issues` are not for you to see.
    """

    model_config = example(CARD)

    author: Author
    person: Person | None
    topic_id: int
    standing: Standing | None
    places: list[SpokenIn]
    absent: list[Place]
    weeks: list[Week]
    hours: list[list[int]]
    topics: list[TopicMoods]
    issues: int
    hidden_issues: int
    triage: Promised
    resolution: Promised


def standing(one: advocacy.Standing, views: Mapping[int, AuthorView]) -> Standing:
    """Return a standing as programs read it."""
    return Standing(
        person=Person.of(one.person, one.authors, views) if one.person else None,
        authors=[Author.model_validate(views[author.id]) for author in one.authors],
        moods=Moods.model_validate(one.moods),
        days=one.days,
        mood=round(one.mood, 4),
        stance=one.stance,
        tier=one.tier,
        measure=one.scale.measure if one.scale else None,
        reach=one.reach,
        compared=one.scale.authors if one.scale else None,
        seen=one.seen,
        usual=round(one.usual, 2),
        last_at=one.last_at,
    )


def place(one: Spoken) -> SpokenIn:
    """Return a place where somebody was heard."""
    return SpokenIn.model_validate(one)
