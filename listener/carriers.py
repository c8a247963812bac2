"""Who and what carries an unusual volume: threads, copied texts, links, authors, places; and how far it reached."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from listener.text import clean_name

LEAST = 3  # posts, before they are carried by anything
NAMED = 0.2  # the share from which a carrier is worth naming
SINGLE = 0.5  # of all posts: then it is one source's doing
ABOVE = 2.0  # times its typical share: what is always so carries nothing
NEARLY = 0.9  # of the largest: then what says more about it is named
FLOOD, FLOODING = 0.4, 10  # share of copies, and posts, from which a volume is amplified

What = Literal["thread", "copies", "link", "author", "source"]
_WHATS: tuple[What, ...] = ("thread", "copies", "link", "author", "source")  # the more telling first
_FRONT = re.compile(r"[^/?]*(?:/@[^/?]+)?")
_TRACKERS = ("utm_", "fbclid", "gclid", "mc_", "ref_", "igshid")


@dataclass(frozen=True, slots=True)
class Post:
    """What is read of one mention; counts are as its source tells them, `None` where it does not."""

    id: int
    feed_id: int
    native_id: str
    parent_native_id: str | None
    posted_at: datetime
    thread: str
    same_as_id: int | None
    source: str
    language: str
    mood: str
    likes: int | None = None
    replies: int | None = None
    shares: int | None = None
    views: int | None = None
    author_id: int | None = None
    followers: int | None = None
    links: tuple[str, ...] = ()
    author: str = ""
    handle: str = ""

    @property
    def cluster(self) -> int:
        """The first mention of those that say the same."""
        return self.same_as_id or self.id

    @property
    def speaker(self) -> str:
        """Who wrote it, as a name on one line; empty where nobody is named."""
        return clean_name(self.author or self.handle)


@dataclass(frozen=True, slots=True)
class Group:
    """Posts that have something in common, oldest first, beside the share that has it in usual times."""

    key: Hashable
    posts: tuple[Post, ...]
    share: float
    typical: float | None


@dataclass(frozen=True, slots=True)
class Carrier:
    """The one thing that carries the most: `is_single` where it is the half of it and more."""

    what: What
    group: Group

    @property
    def is_single(self) -> bool:
        """Whether it alone is a single source of what is unusual."""
        return self.group.share >= SINGLE


@dataclass(frozen=True, slots=True)
class Amplified:
    """Texts that several posts repeat: `share` of all, by how many authors; `is_flood` where that is the story."""

    posts: int
    share: float
    texts: int
    authors: int
    is_flood: bool
    largest: Group


@dataclass(frozen=True, slots=True)
class Reach:
    """How far it went: different authors, the followers of those who show them, and what the posts drew."""

    authors: int
    known: int
    followers: int
    likes: int
    replies: int
    shares: int
    views: int


def link_key(link: str) -> str:
    """Return an address without what does not change where it leads: scheme, www, trackers, the part after #."""
    try:
        parts = urlsplit(link)
        kept = [(name, value) for name, value in parse_qsl(parts.query) if not name.lower().startswith(_TRACKERS)]
    except ValueError:
        return link
    query = f"?{urlencode(kept)}" if kept else ""
    return parts.netloc.lower().removeprefix("www.") + parts.path.rstrip("/") + query


def _links(post: Post) -> set[Hashable]:
    # the front page of a site is no story, nor is somebody's whole page
    return {key for link in post.links if not _FRONT.fullmatch(key := link_key(link))}


_KEYS: Mapping[What, Callable[[Post], Iterable[Hashable]]] = {
    "thread": lambda post: (post.thread,),
    "copies": lambda post: (post.cluster,),
    "link": _links,
    "author": lambda post: () if post.author_id is None else (post.author_id,),
    "source": lambda post: (post.source,),
}


def groups(what: What, posts: Sequence[Post], usual: Sequence[Post]) -> list[Group]:
    """Return posts by what they have in common, the largest group first; `typical` is `None` without usual times."""
    return grouped(posts, usual, _KEYS[what])


def grouped(posts: Sequence[Post], usual: Sequence[Post], keys: Callable[[Post], Iterable[Hashable]]) -> list[Group]:
    """Return posts by any keys of theirs, the largest group first."""
    found: dict[Hashable, list[Post]] = defaultdict(list)
    for post in posts:
        for key in keys(post):
            found[key].append(post)
    past = Counter(key for post in usual for key in keys(post) if key in found)
    every = [
        Group(key, tuple(members), len(members) / len(posts), past[key] / len(usual) if usual else None)
        for key, members in found.items()
    ]
    return sorted(every, key=lambda one: (-len(one.posts), one.posts[0].posted_at, one.posts[0].id))


def missing(posts: Sequence[Post], usual: Sequence[Post], key: Callable[[Post], str]) -> list[tuple[str, float]]:
    """Return what is usual and not there at all, with the share it usually has."""
    there, past = {key(post) for post in posts}, Counter(map(key, usual))
    return [(name, count / len(usual)) for name, count in past.most_common() if name not in there]


def carrier(posts: Sequence[Post], usual: Sequence[Post]) -> Carrier | None:
    """Return what carries the most of it, or `None` where nothing carries enough to be named.

    What usually has such a share carries nothing: the daily thread, the usual author, the only place we listen. Of
    several that carry nearly the same posts, the one that says more about them is named.
    """
    found = [
        Carrier(what, group) for what in _WHATS for group in groups(what, posts, usual) if _stands_out(what, group)
    ]
    if not found:
        return None
    telling = [one for one in found if one.what != "source"] or found
    most = max(len(one.group.posts) for one in telling)
    return next(one for one in telling if len(one.group.posts) >= NEARLY * most)


def _stands_out(what: What, group: Group) -> bool:
    if len(group.posts) < LEAST or group.share < NAMED:
        return False
    if what == "source":  # where nothing is usual yet, one source is no finding
        return group.typical is not None and group.share >= SINGLE and group.share > ABOVE * group.typical
    return group.share > ABOVE * (group.typical or 0.0)


def amplified(posts: Sequence[Post]) -> Amplified | None:
    """Return the copied texts among posts, or `None` where none is repeated."""
    repeated = [group for group in groups("copies", posts, ()) if len(group.posts) > 1]
    if not repeated:
        return None
    copies = [post for group in repeated for post in group.posts]
    share = len(copies) / len(posts)
    speakers = {post.author_id for post in copies if post.author_id is not None}
    is_flood = share >= FLOOD and len(copies) >= FLOODING
    return Amplified(len(copies), share, len(repeated), len(speakers), is_flood, repeated[0])


def brought(posts: Sequence[Post]) -> dict[int, int]:
    """Return post -> replies and shares it brought: as its source tells them or as we heard them, whichever is more.

    A conversation is brought by the post that began it; who only answered first has brought the answers to that.
    """
    answered = Counter((post.feed_id, post.parent_native_id) for post in posts if post.parent_native_id)
    repeats = Counter(post.cluster for post in posts)
    threads = {
        group.posts[0].id: len(group.posts) - 1
        for group in groups("thread", posts, ())
        if group.posts[0].parent_native_id is None
    }
    return {
        post.id: max(post.replies or 0, threads.get(post.id, answered[post.feed_id, post.native_id]))
        + max(post.shares or 0, repeats[post.id] - 1 if post.same_as_id is None else 0)
        for post in posts
    }


def reach(posts: Iterable[Post]) -> Reach:
    """Return how far posts went; an author counts once, with the most followers seen."""
    listed = list(posts)
    followers: dict[int, int] = {}
    for post in listed:
        if post.author_id is not None and post.followers is not None:
            followers[post.author_id] = max(post.followers, followers.get(post.author_id, 0))
    return Reach(
        authors=len({post.author_id for post in listed if post.author_id is not None}),
        known=len(followers),
        followers=sum(followers.values()),
        likes=sum(post.likes or 0 for post in listed),
        replies=sum(post.replies or 0 for post in listed),
        shares=sum(post.shares or 0 for post in listed),
        views=sum(post.views or 0 for post in listed),
    )
