"""What is said while the demo runs: told by the time alone, so that whoever asks again hears the same."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from api.demo.brand import OWN_HANDLES
from api.demo.posts import Post, renumbered
from api.demo.words import LANGUAGES, Written, kitchen, written

MINUTE = timedelta(minutes=1)
SCENE_EVERY = timedelta(minutes=13)
LONGEST_SCENE = timedelta(minutes=45)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
SHARES = {"en": 40, "fa": 20, "ar": 20, "he": 20}
CORNERS = {"social": 56, "forum": 26, "blog": 18}
BOOSTED, ANSWERED = 50, 12  # of a hundred minutes: a boost of something earlier, an answer to it; else a new dish


def posts(start: datetime, end: datetime) -> list[Post]:
    """Return what is said from `start` to before `end`: something every minute, of us a few times an hour."""
    found = [
        post
        for turn in range(_turn(start - LONGEST_SCENE), _turn(end) + 1)
        for post in _scene(turn)
        if start <= post.seen_at < end
    ]
    minute = start.replace(second=0, microsecond=0)
    while minute < end:
        found += [post for post in _talk(minute) if start <= post.seen_at < end]
        minute += MINUTE
    return sorted(found, key=lambda post: post.shelf)


def voices() -> dict[str, tuple[str, ...]]:
    """Return who speaks each language, by handle: ordinary people, no brands and no blogs."""
    return _voices()


@cache
def _voices() -> dict[str, tuple[str, ...]]:
    return {
        code: tuple(
            dict.fromkeys(
                line.author
                for line in written(code)
                if line.kind not in ("spam", "own") and line.author not in OWN_HANDLES and not line.title
            )
        )
        for code in LANGUAGES
    }


@cache
def _scenes() -> tuple[tuple[Written, ...], ...]:
    """Return the written scenes, each a post with its answers, in an order that mixes the languages."""
    roots = [line for line in written("present") if line.replies_to is None]
    scenes = [
        (root, *(line for line in written("present") if root.id and line.replies_to == root.id)) for root in roots
    ]
    Random(7).shuffle(scenes)
    return tuple(scenes)


def _turn(at: datetime) -> int:
    return (at - EPOCH) // SCENE_EVERY


def _scene(turn: int) -> Iterator[Post]:
    """Play one scene. Nights are quieter; after a day and more it is other people's turn to say the like."""
    dice = Random(f"scene/{turn}")
    begins = EPOCH + SCENE_EVERY * turn + MINUTE * dice.uniform(0, 12)
    if dice.random() > (0.45 if begins.hour < 6 else 0.85):
        return
    cycle, place = divmod(turn, len(_scenes()))
    lines = _scenes()[place]
    root: Post | None = None
    for line in lines:
        said = renumbered(_by_another(line, cycle) if len(lines) == 1 else line, cycle)
        at = (begins + MINUTE * (line.at or 0)).replace(microsecond=0)
        post = Post(f"{line.key}-{turn}", said, at, at, parent=root)
        root = root or post
        yield post


def _by_another(line: Written, cycle: int) -> Written:
    pool = _voices()[line.language]
    if line.author not in pool or line.kind == "spam":
        return line
    return replace(line, author=pool[(pool.index(line.author) + cycle) % len(pool)])


def _talk(minute: datetime) -> Iterator[Post]:
    """Return the talk of one minute: one line, sometimes two or three; many only pass on what others said."""
    count = Random(f"count/{minute.isoformat()}").choices((1, 2, 3), (82, 14, 4))[0]
    for index in range(count):
        dice = Random(f"talk/{minute.isoformat()}/{index}")
        chance = dice.randrange(100)
        boosted = _worth_boosting(minute, dice) if chance < BOOSTED else None
        if boosted:
            yield _boost(minute, index, dice, boosted)
        elif BOOSTED <= chance < BOOSTED + ANSWERED:
            yield _answer(minute, index, dice, _dish(minute - MINUTE * dice.randint(2, 20), 0))
        else:
            yield _dish(minute, index)


def _worth_boosting(minute: datetime, dice: Random) -> Post | None:
    """Return a post of the last hours: one of us now and then, kitchen talk else."""
    if dice.random() < 0.3:
        said = [post for post in _scene(_turn(minute) - dice.randint(1, 8)) if post.said.place == "social"]
        return said[0] if said and said[0].said.kind != "spam" else None
    found = _dish(minute - MINUTE * dice.randint(3, 150), 0)
    return found if found.said.place == "social" else None


def _boost(minute: datetime, index: int, dice: Random, post: Post) -> Post:
    others = [handle for handle in _voices()[post.said.language] if handle != post.said.author]
    said = replace(post.said, author=dice.choice(others), kind="boost", edited=None)
    return replace(_spoken(minute, index, dice, said, None, "boost"), boosts=post)


def _answer(minute: datetime, index: int, dice: Random, parent: Post) -> Post:
    others = [handle for handle in _voices()[parent.said.language] if handle != parent.said.author]
    words = dice.choice(kitchen()[parent.said.language].answers)
    text = f"@{parent.said.author} {words}" if parent.said.place == "social" else words
    said = replace(parent.said, author=dice.choice(others), text=text)
    return _spoken(minute, index, dice, said, parent, "answer")


def _dish(minute: datetime, index: int) -> Post:
    """Return a line of its own: an opening, a dish, and what became of it."""
    dice = Random(f"dish/{minute.isoformat()}/{index}")
    language = _one_of(SHARES, dice)
    pieces = kitchen()[language]
    opening = dice.choice(pieces.openings).format(dish=dice.choice(pieces.dishes))
    text = f"{opening} {dice.choice(pieces.tails)}"
    if language == "en" and dice.random() < 0.5:
        text = text[0].upper() + text[1:]
    author = dice.choice(_voices()[language])
    said = Written("", _one_of(CORNERS, dice), author, "chatter", text, language)
    return _spoken(minute, index, dice, said, None, "dish")


def _spoken(minute: datetime, index: int, dice: Random, said: Written, parent: Post | None, sort: str) -> Post:
    key = f"{sort}-{int(minute.timestamp()) // 60}-{index}"
    at = minute + timedelta(seconds=dice.randrange(60))
    return Post(key, replace(said, key=key), at, at, parent=parent)


def _one_of(shares: dict[str, int], dice: Random) -> str:
    return dice.choices(list(shares), list(shares.values()))[0]


def scenes() -> Sequence[tuple[Written, ...]]:
    """Return the written scenes, for whoever wants to know how long they last."""
    return _scenes()
