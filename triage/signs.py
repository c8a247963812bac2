"""Whether what is unusual is a crisis: signs that stand together, read from what an incident brought."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt

LEAST_POSTS = 12  # of one stretch, before its share of negative ones is a share
ANGRY = 0.35  # a third and more of what is said
ABOVE = 0.15  # and this much above the usual
CAREFUL = 1.96  # standard errors: as low as so few posts may truly be, it is still above the usual
LEAST_SPEAKERS = 3  # who are angry in one place, before that place counts
PLACES = 2


class Sign(StrEnum):
    """What speaks for a crisis."""

    RISE = "rise"
    SURGE = "surge"
    SOURCES = "sources"
    INFLUENCER = "influencer"


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a stretch of time brought: posts, and how many of them are negative."""

    posts: int = 0
    negative: int = 0

    @property
    def share(self) -> float:
        """The negative share, 0…1; 0 where nothing was said."""
        return self.negative / self.posts if self.posts else 0.0


@dataclass(frozen=True, slots=True)
class Talk:
    """What an incident brought, beside the weeks before it.

    `now` counts a text and its copies once: a flood of copies is no crowd. `angry` is how many different people spoke
    negatively in each place; `far` are those of them whose words carry far (author ids).
    """

    now: Stretch
    usual: Stretch
    angry: Mapping[str, int] = field(default_factory=dict)
    far: tuple[int, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """Where enough people are angry, the loudest first."""
        enough = [(place, people) for place, people in self.angry.items() if people >= LEAST_SPEAKERS]
        return tuple(place for place, _ in sorted(enough, key=lambda one: (-one[1], one[0])))


def signs(sorts: Collection[str], talk: Talk) -> frozenset[str]:
    """Return the signs there are; `sorts` are the topic's open incidents ("spike", "surge")."""
    found = {
        Sign.RISE: "spike" in sorts,
        Sign.SURGE: "surge" in sorts or is_angrier(talk.now, talk.usual),
        Sign.SOURCES: len(talk.places) >= PLACES,
        Sign.INFLUENCER: bool(talk.far),
    }
    return frozenset(sign for sign, there in found.items() if there)


def is_crisis(found: Collection[str]) -> bool:
    """Say whether these signs are a crisis: louder and angrier at once, in several places or led by a far voice."""
    return {Sign.RISE, Sign.SURGE} <= set(found) and bool({Sign.SOURCES, Sign.INFLUENCER} & set(found))


def is_angrier(now: Stretch, usual: Stretch) -> bool:
    """Say whether a share is high, far above the usual one, and no chance of so few posts."""
    known = (usual.negative + 1) / (usual.posts + 5)
    return now.posts >= LEAST_POSTS and now.share >= max(ANGRY, known + ABOVE) and _least(now) > known


def _least(stretch: Stretch) -> float:
    """Return the lower end of Wilson's interval of the negative share."""
    n, share, z = stretch.posts, stretch.share, CAREFUL
    middle = share + z * z / (2 * n)
    return (middle - z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))) / (1 + z * z / n)
