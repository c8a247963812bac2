"""The written words put on the calendar of two weeks: a spike that begins with one post, half a day of silence."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from api.demo.posts import WINDOW, Post
from api.demo.words import Written, written

DAYS = 14
QUIET = timedelta(hours=13)
STEP = timedelta(minutes=10)
# what a file's first and last line stand for, as parts of the two weeks: the short ones answer what came before
FILES = {"en": (0.0, 1.0), "fa": (0.0, 1.0), "ar": (0.0, 1.0), "he": (0.0, 1.0), "short": (0.4, 1.0)}
# how much is said in each hour of the day (UTC): our people live from Casablanca to Tehran, a few in Montreal
HOURS = (4, 4, 4, 5, 6, 8, 10, 11, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 11, 10, 8, 6, 5)
LATE = ("forum", "blog", "reviews")
BOOSTS = 8


@dataclass(frozen=True, slots=True)
class Calendar:
    """The two weeks that end at `now`: where the spike and the quiet half day lie."""

    now: datetime

    @property
    def start(self) -> datetime:
        """When the demo began to listen."""
        return self.now - timedelta(days=DAYS)

    @property
    def end(self) -> datetime:
        """From here on the present speaks."""
        return self.now - WINDOW

    @property
    def spike(self) -> datetime:
        """When the one post is written from which the spike comes."""
        return self._day(5).replace(hour=13, minute=10)

    @property
    def quiet(self) -> datetime:
        """When a competitor launches and nobody speaks of us for half a day."""
        return self._day(2).replace(hour=6)

    def is_quiet(self, at: datetime) -> bool:
        """Say whether nobody speaks of us."""
        return self.quiet <= at < self.quiet + QUIET

    def _day(self, back: int) -> datetime:
        return (self.now - timedelta(days=back)).replace(hour=0, minute=0, second=0, microsecond=0)


def posts(now: datetime, seed: int = 1) -> list[Post]:
    """Return everything said in the two weeks before `now` but for the last hours, by the time it is seen."""
    calendar, dice = Calendar(now), Random(seed)
    found = _spread(calendar, dice)
    found += _scene(written("spike"), calendar.spike, dice)
    found += _scene(written("quiet"), calendar.quiet, dice)
    found += _boosts(found, dice)
    found = _late(found, dice) + _undone(calendar)
    return sorted((post for post in found if post.seen_at <= now), key=lambda post: post.shelf)


def _spread(calendar: Calendar, dice: Random) -> list[Post]:
    """Spread the everyday lines: their order is kept, but for a little, and the hours get their share."""
    placed: list[tuple[float, Written]] = []
    for name, (first, last) in FILES.items():
        roots = [line for line in written(name) if line.replies_to is None and line.ago is None]
        for index, line in enumerate(roots):
            progress = first + (last - first) * (index + 0.5) / len(roots)
            placed.append((progress + dice.gauss(0, 0.015), line))
    placed.sort(key=lambda pair: pair[0])
    moments = _moments(calendar, len(placed), dice)
    found = [_post(line, at) for (_, line), at in zip(placed, moments, strict=True)]
    return found + _answers(found, calendar, dice)


def _moments(calendar: Calendar, count: int, dice: Random) -> list[datetime]:
    """Return `count` moments in order, as dense as the hours are loud, none in the quiet half day."""
    steps = [calendar.start + STEP * index for index in range(int((calendar.end - calendar.start) / STEP))]
    loud = [0 if calendar.is_quiet(at) else HOURS[at.hour] for at in steps]
    sums = list(accumulate(loud))
    chosen = ((index + dice.uniform(0.1, 0.9)) * sums[-1] / count for index in range(count))
    return [steps[bisect(sums, value)] + STEP * dice.random() for value in chosen]


def _answers(roots: Sequence[Post], calendar: Calendar, dice: Random) -> list[Post]:
    """Let the replies follow: the first soon, the next a little later, none in the quiet half day or after the end."""
    by_id = {post.said.id: post for post in roots if post.said.id}
    last = {name: post.posted_at for name, post in by_id.items()}
    found = []
    for name in FILES:
        for line in written(name):
            if line.replies_to is None:
                continue
            at = last[line.replies_to] + timedelta(minutes=dice.triangular(4, 150, 20))
            if calendar.is_quiet(at):
                at = calendar.quiet + QUIET + timedelta(minutes=dice.uniform(1, 40))
            last[line.replies_to] = at
            found.append(_post(line, min(at, calendar.end), by_id[line.replies_to]))
    return found


def _scene(lines: Sequence[Written], begins: datetime, dice: Random) -> list[Post]:
    """Put a scene on the calendar: its lines say themselves when they come."""
    found: list[Post] = []
    by_id: dict[str | None, Post] = {}
    for line in lines:
        at = begins + timedelta(minutes=line.at or 0, seconds=dice.randrange(60))
        post = _post(line, at, by_id.get(line.replies_to))
        if line.id:
            by_id[line.id] = post
        found.append(post)
    return found


def _boosts(found: Iterable[Post], dice: Random) -> list[Post]:
    """Let the post behind the spike be passed on without a word, by people who spoke before."""
    origin = next(post for post in found if post.said.id == "plus")
    handles = sorted({line.author for line in written("en") if line.place == "social" and line.kind == "praise"})
    made = []
    for index, handle in enumerate(dice.sample(handles, BOOSTS)):
        said = replace(origin.said, key=f"boost-{index}", author=handle, kind="boost", id=None, edited=None)
        at = origin.posted_at + timedelta(minutes=8 + 11 * index)
        made.append(Post(said.key, said, at, at, boosts=origin))
    return made


def _late(found: Sequence[Post], dice: Random) -> list[Post]:
    """Let some feeds show a post long after it was written: every dozenth of those that could."""
    answered = {post.parent.key for post in found if post.parent}
    able = [
        post
        for post in found
        if post.said.place in LATE and not post.parent and post.key not in answered
        and post.said.kind in ("complaint", "question", "bug") and post.key.partition("-")[0] in FILES
    ]  # fmt: skip
    able.sort(key=lambda post: post.posted_at)
    chosen = {
        post.key: replace(post, seen_at=post.posted_at + timedelta(hours=dice.uniform(13, 30)))
        for post in able[5:-6:12]
    }
    return [chosen.get(post.key, post) for post in found]


def _undone(calendar: Calendar) -> list[Post]:
    """Place what the visitor finds undone: some of it about to break, some broken, some found late."""
    lines = [line for name in FILES for line in written(name) if line.ago is not None]
    posts = [_post(line, calendar.now - timedelta(minutes=line.ago or 0)) for line in lines]
    return [
        post if post.said.seen is None else replace(post, seen_at=calendar.now - timedelta(minutes=post.said.seen))
        for post in posts
    ]


def _post(line: Written, at: datetime, parent: Post | None = None) -> Post:
    at = at.replace(microsecond=0)
    edited = at + timedelta(minutes=23) if line.edited else None
    return Post(line.key, line, at, at, edited, parent)
