"""Days of ordinary talk about an invented brand in three feeds, and one incident among them; the same in every run."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bench.posts import Post

# feed (a name of bench/rude.py's server) -> ordinary posts an hour, and the share of the incident's answers
FEEDS = {"en": (4.0, 0.15), "fa": (2.0, 0.1), "he": (5.0, 0.75)}
BEGAN_IN = "he"  # the Mastodon server
ANSWERS = 120
LASTS = timedelta(minutes=50)
FIRST = "Measured the handle of my Nimbo kettle after two boils: 71 °C. It burnt my daughter's hand, do not buy it."

_OPENINGS = (
    "Morning everyone,", "So", "Honestly,", "After three weeks", "For the record,", "My neighbour says", "Today", "Well,",
    "Just unpacked it:", "A small report:", "Asking for a friend:", "Second winter now and",
)  # fmt: skip
_MIDDLES = (
    "my Nimbo kettle boils faster than I can find a cup", "the Nimbo toaster has a tray that really comes out",
    "I wonder whether Nimbo will ever sell spare lids", "the Nimbo shop in the old town opens at nine",
    "I ordered a Nimbo filter and it came in a paper box", "the new Nimbo colours remind me of a tram",
    "where do I descale the Nimbo kettle without a mess", "Nimbo answered my letter about the warranty",
    "the cord of my Nimbo blender is a little short", "I would buy a Nimbo lamp if they made one",
)  # fmt: skip
_ENDINGS = (
    "and the cat slept through it", "which is fine by me", "or so I think", "next to the window", "before the bus came",
    "with two sugars", "and nobody noticed", "while it rained", "at my sister's place", "for once", "as advertised",
)  # fmt: skip
_ANSWERS = (
    "same here, my Nimbo handle scalded me", "mine got dangerously hot too, I took the Nimbo back", "this Nimbo burnt my thumb",
    "our Nimbo kettle does that as well, terrible", "who answers for this, Nimbo", "so hot, never again a Nimbo",
    "I warned the Nimbo shop in spring and heard nothing", "my Nimbo kettle is going in the bin tonight, awful",
)  # fmt: skip
_SOUNDS = ("ba", "de", "ki", "lo", "mu", "ra", "sin", "tor", "vel", "zan", "pri", "gus")


@dataclass(frozen=True, slots=True)
class Scene:
    """What the feeds will say from `start` to `end`, and the post with which the incident begins."""

    posts: dict[str, list[Post]]
    start: datetime
    end: datetime
    first: Post

    @property
    def began(self) -> datetime:
        """When the first post of the incident was written."""
        return self.first.posted_at


def scene(start: datetime, end: datetime, begins: datetime, seed: int = 4) -> Scene:
    """Write the talk of every feed from `start` to `end`, with the incident that begins at `begins`."""
    chance = Random(seed)
    said = {feed: list(_ordinary(chance, feed, start, end, an_hour)) for feed, (an_hour, _) in FEEDS.items()}
    first = Post("", FIRST, begins, "tberg")
    said[BEGAN_IN].append(first)
    for number in range(ANSWERS):
        # soon many, then fewer
        at = begins + timedelta(seconds=90) + LASTS * (number / ANSWERS) ** 1.3
        feed = chance.choices(list(FEEDS), [share for _, share in FEEDS.values()])[0]
        words = f"{chance.choice(_ANSWERS)} {_word(chance)} {_word(chance)} {chance.choice(_ENDINGS)} {_word(chance)}"
        said[feed].append(Post("", words, at, f"angry{number}", first.text if feed == BEGAN_IN else None))
    numbered = {feed: _numbered(posts, base) for base, (feed, posts) in enumerate(said.items(), start=1)}
    return Scene(numbered, start, end, next(post for post in numbered[BEGAN_IN] if post.text == FIRST))


def _ordinary(chance: Random, feed: str, start: datetime, end: datetime, an_hour: float) -> Iterator[Post]:
    """Write posts as they come: more in the evening, few at night."""
    at = start
    while True:
        busy = 1 + 0.6 * math.cos(2 * math.pi * (at.hour - 18) / 24)
        at += timedelta(hours=chance.expovariate(an_hour * busy))
        if at >= end:
            return
        words = (
            chance.choice(_OPENINGS),
            chance.choice(_MIDDLES),
            _word(chance),
            chance.choice(_ENDINGS),
            _word(chance),
        )
        yield Post("", " ".join(words), at, f"{feed}{chance.randrange(300)}")


def _numbered(posts: list[Post], base: int) -> list[Post]:
    """Return the posts in the order of time, with ids that grow, and answers that name the id they answer."""
    ordered = sorted(posts, key=lambda post: post.posted_at)
    ids = {id(post): str(base * 1_000_000 + 10 * at) for at, post in enumerate(ordered)}
    first = next((ids[id(post)] for post in ordered if post.text == FIRST), None)
    return [
        Post(ids[id(post)], post.text, post.posted_at, post.author, first if post.parent else None) for post in ordered
    ]


def _word(chance: Random) -> str:
    """A word nobody knows: no two posts are alike."""
    return "".join(chance.choice(_SOUNDS) for _ in range(3))
