"""How somebody stands to what we listen for: running mood, advocate, detractor, reach, quieter than usual, absent.

Every threshold stands here once; docs/reputation.md publishes them, and the pages print them from here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import exp

# the running mood
HALF_LIFE = timedelta(days=90)  # a mention this old counts half
PULL = 4.0  # as many neutral mentions that nobody made stand beside somebody's own
LEAST_HEARD = 3  # mentions whose mood is known
LEAST_DAYS = 2  # on as many different days: three angry replies in one night are one bad night
FOR, AGAINST = 0.35, -0.35

# reach, always within one source
LEAST_AUTHORS = 20  # of a source, before any of them is called large or small
LEAST_OF_INFLUENCER = 2  # mentions

# quieter than usual
MEMORY = timedelta(days=84)  # what "usual" is learnt from, before the window
LEAST_EXPECTED = 3.0
CHANCE = 0.05

# where somebody is absent
LEAST_SPOKEN, LEAST_SPEAKERS = 5, 3
# formats, not communities: each feed of them is a place of its own
BY_FEED = frozenset({"rss", "push", "import"})


@dataclass(frozen=True, slots=True)
class Moods:
    """How much was said in each mood: mentions, or what they weigh."""

    positive: float = 0.0
    neutral: float = 0.0
    negative: float = 0.0
    unsure: float = 0.0

    @property
    def known(self) -> float:
        """What was said in a mood we are sure of."""
        return self.positive + self.neutral + self.negative

    @property
    def total(self) -> float:
        """All that was said."""
        return self.known + self.unsure


class Stance(StrEnum):
    """What the words of somebody add up to; nothing is said of our own handles, of bots, or on too little heard."""

    ADVOCATE = "advocate"
    DETRACTOR = "detractor"
    BETWEEN = "between"
    TOO_LITTLE = "too_little"
    NOT_JUDGED = "not_judged"


class Tier(StrEnum):
    """How far somebody's words carry, as a place among the authors of the same source."""

    LEADING = "leading"
    WIDE = "wide"
    KNOWN = "known"
    USUAL = "usual"


# the tier of whoever has more than this share of the source's authors; below the last is usual
TIERS = ((Tier.LEADING, 0.99), (Tier.WIDE, 0.95), (Tier.KNOWN, 0.80))
INFLUENTIAL = frozenset({Tier.LEADING, Tier.WIDE})


@dataclass(frozen=True, slots=True)
class Scale:
    """What the authors of one source have, so that one of them can be placed.

    `measure` is "followers" where the source tells them, else "answers": likes, replies and shares of one mention on
    average. `cuts` are the values that the shares of `TIERS` of its `authors` have at most.
    """

    source: str
    measure: str
    authors: int
    cuts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a topic is spoken of, with how much and by how many; `feed_id` where one feed is a place of its own."""

    source: str
    feed_id: int | None
    name: str
    mentions: int
    authors: int


def faded(age: timedelta) -> float:
    """Return what a mention of this age weighs beside one of today: 1 … 0, half each `HALF_LIFE`."""
    return float(0.5 ** (max(age, timedelta()) / HALF_LIFE))


def running_mood(weighed: Moods) -> float:
    """Return (positive - negative) / (positive + neutral + negative + PULL) of faded mentions: -1 … 1, 0 for nothing.

    The pull keeps one kind word from making a friend: it takes many to come near 1. Unsure moods say nothing.
    """
    return (weighed.positive - weighed.negative) / (weighed.known + PULL)


def stance(known: int, days: int, mood: float, *, is_ours: bool = False, is_bot: bool = False) -> Stance:
    """Return what `known` mentions on `days` different days with this running mood make of somebody."""
    if is_ours or is_bot:
        return Stance.NOT_JUDGED
    if known < LEAST_HEARD or days < LEAST_DAYS:
        return Stance.TOO_LITTLE
    if mood >= FOR:
        return Stance.ADVOCATE
    return Stance.DETRACTOR if mood <= AGAINST else Stance.BETWEEN


def tier(reach: float | None, scale: Scale | None) -> Tier | None:
    """Return the place of somebody among the authors of their own source, `None` where too few can be compared."""
    if reach is None or scale is None or scale.authors < LEAST_AUTHORS:
        return None
    for (name, _), cut in zip(TIERS, scale.cuts, strict=True):
        if reach > cut:
            return name
    return Tier.USUAL


def is_influencer(mentions: int, place: Tier | None, *, is_ours: bool = False, is_bot: bool = False) -> bool:
    """Say whether somebody speaks of a topic, and reaches further than 95 in 100 authors of their source."""
    return not (is_ours or is_bot) and mentions >= LEAST_OF_INFLUENCER and place in INFLUENTIAL


def expected(before: int, known_for: timedelta, window: timedelta) -> float:
    """Return how many mentions a window should have brought.

    `before` were made since somebody was first heard, at most `MEMORY` ago; a stretch shorter than the window counts
    as one window, so that two words on the first day are no habit.
    """
    return before * (window / max(min(known_for, MEMORY), window))


def is_quieter(seen: int, usual: float) -> bool:
    """Say whether so few would be a chance of `CHANCE` at most (Poisson), where `LEAST_EXPECTED` or more are usual."""
    if usual < LEAST_EXPECTED or seen >= usual:
        return False
    term = chance = exp(-usual)
    for count in range(1, seen + 1):
        term *= usual / count
        chance += term
    return chance <= CHANCE


def is_louder(seen: int, usual: float) -> bool:
    """Say whether so many would be a chance of `CHANCE` at most (Poisson), where `LEAST_EXPECTED` or more were heard.

    Somebody of whom nothing is usual yet is new, not louder.
    """
    if not usual or seen < LEAST_EXPECTED or seen <= usual:
        return False
    term = below = exp(-usual)
    for count in range(1, seen):
        term *= usual / count
        below += term
    return 1 - below <= CHANCE


def place_of(source: str, feed_id: int) -> tuple[str, int | None]:
    """Return which place a mention of this source and feed was made in."""
    return source, feed_id if source in BY_FEED else None


def absent(spoken: Sequence[Place], heard_in: Collection[tuple[str, int | None]]) -> tuple[Place, ...]:
    """Return the places where a topic is spoken of and where none of somebody's identities was ever heard.

    That we did not hear them is all it says: they may read there, or speak under a name nobody joined yet.
    """
    return tuple(
        place
        for place in sorted(spoken, key=lambda place: (-place.mentions, place.source, place.name))
        if place.mentions >= LEAST_SPOKEN
        and place.authors >= LEAST_SPEAKERS
        and (place.source, place.feed_id) not in heard_in
    )
