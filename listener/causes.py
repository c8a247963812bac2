"""Why a volume is unusual: what began it, who carries it, where, in which words; for people to read."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import Session

from listener import carriers
from listener.carriers import Carrier, Group, Post
from listener.find import posts as said
from listener.models import Author, Mention, SpikeSort
from listener.sources.reading import host_of
from listener.terms import SPEAKS, Term, new_terms, odds
from listener.text import clean_name, snippet

TEXTS = 2_000  # of an incident, read for their words
FEW = 100  # texts of a topic, from which on it tells by itself what is usual
BEFORE = timedelta(days=14)
LOOK_BACK = timedelta(hours=12)  # what began it may have been said so long before it was noticed
AT_ONCE = 500  # texts
SHOWN = 5
USUALLY_THERE = 0.05  # the typical share whose absence is worth telling
MOODS = ("negative", "neutral", "positive", "unsure")


def explain(
    session: Session,
    topic_id: int,
    start: datetime,
    end: datetime,
    skip_words: Iterable[str] = (),
    *,
    sort: str = SpikeSort.SPIKE,
) -> dict[str, Any]:
    """Return what the counted mentions of a topic from `start` to `end` have in common, as plain JSON.

    Of a surge only the negative ones are looked at, except for `count`, `distinct`, `amplified`, `reach` and `mood`; of
    a drop nothing is said to have begun or to carry it. Shares are 0…1; `typical` is the share in the two weeks before,
    null where nothing is known of them.

    count, distinct: mentions, and those that say something new.
    first {mention_id, posted_at, heard_at, author_id, author, source, text, is_ours, is_reply, by}: the post it goes
      back to, and how that is known (`by`: thread, copies, link, author, words), or null; `is_reply` where the post it
      answers was never heard.
    biggest {what: thread | copies | link | author | source, name, count, share, typical, mention_id, is_single}: what
      alone carries most of it (half and more: `is_single`), or null.
    amplified {share, count, texts, authors, is_flood, name, largest, mention_id}: texts that are repeated, or null.
    authors [{author_id, name, source, count, share, brought, followers, mood, mention_id}] and
    posts [{mention_id, author_id, name, source, text, posted_at, brought, mood}] by replies and shares brought.
    threads and links [{name, count, share, typical, mention_id}], links with `host` and `url`.
    sources and languages [{name, count, share, typical}], those that are usual and missing among them.
    terms [{name, count, share, typical}]: words and phrases said now and seldom before, as people spelt them.
    mood {before, during: {count, negative, neutral, positive, unsure}}; before is null where nothing is known.
    reach {authors, known, followers, likes, replies, shares, views}: `known` authors show how many follow them.
    """
    every = said.posts(session, topic_id, start, end)
    if not every:
        return {"count": 0, "distinct": 0}
    before, usual_texts = said.sample(session, topic_id, start - BEFORE, start - LOOK_BACK)
    only = {"negative"} if sort == SpikeSort.SURGE else set(MOODS)
    posts = [post for post in every if post.mood in only]
    usual = [post for post in before if post.mood in only]
    found = {
        "count": len(every),
        "distinct": sum(post.same_as_id is None for post in every),
        "mood": {"before": _moods(before), "during": _moods(every)},
        "reach": asdict(carriers.reach(every)),
        "amplified": _amplified(session, every),
        "sources": _shares(posts, usual, lambda post: post.source),
        "languages": _shares(posts, usual, lambda post: post.language),
    }
    if sort == SpikeSort.DROP or not posts:
        return found | {"first": None, "biggest": None}

    def with_earlier() -> list[Post]:
        """Return the posts with those of the hours before, which may have begun it unnoticed."""
        earlier = said.posts(session, topic_id, start - LOOK_BACK, start)
        return [*(post for post in earlier if post.mood in only), *posts]

    carrier = carriers.carrier(posts, usual)
    if len(usual_texts) < FEW:
        # a topic that is new has no usual words of its own
        usual_texts = said.everyday(session, start - BEFORE, start - LOOK_BACK)
    terms = new_terms(list(said.texts(session, _spread(posts)).values()), usual_texts, set(skip_words))
    first = _first(session, carrier, terms, with_earlier)
    # what began it carries it too, though it was said earlier or in another mood
    carrying = posts
    if first and first["mention_id"] not in {post.id for post in posts}:
        carrying = [said.post(session, first["mention_id"]), *posts]
    return found | {
        "first": first,
        "biggest": _biggest(session, carrier) if carrier else None,
        "authors": _authors(carrying),
        "posts": _brought_most(session, carrying),
        "threads": _threads(session, posts, usual),
        "links": _links(posts, usual),
        "terms": [
            {"name": one.name, "count": one.count, "share": round(one.share, 3), "typical": round(one.typical, 3)}
            for one in terms
        ],
    }


# what it goes back to


def _first(
    session: Session, carrier: Carrier | None, terms: Sequence[Term], posts: Callable[[], Sequence[Post]]
) -> dict[str, Any] | None:
    """Return the post it goes back to: where its carrier began, else where somebody first spoke in the new words."""
    found: int | None
    if carrier is None or carrier.what == "source":
        return _told(session, found, "words") if (found := _first_in_words(session, posts(), terms)) else None
    key = carrier.group.key
    if carrier.what == "thread":
        found = said.earliest(session, Mention.thread == key)
    elif carrier.what == "copies":
        found = said.earliest(session, or_(Mention.id == key, Mention.same_as_id == key))
    elif carrier.what == "link":
        found = next(post.id for post in posts() if key in [carriers.link_key(link) for link in post.links])
    else:
        found = None
    return _told(session, found or carrier.group.posts[0].id, carrier.what)


def _first_in_words(session: Session, posts: Sequence[Post], terms: Sequence[Term]) -> int | None:
    """Return the first of these posts that speaks as what is said now does, not as usual."""
    if not terms:
        return None
    for begin in range(0, len(posts), AT_ONCE):
        stretch = posts[begin : begin + AT_ONCE]
        texts = said.texts(session, [post.id for post in stretch])
        for post in stretch:
            if odds(texts.get(post.id, ""), terms) > SPEAKS:
                return post.id
    return None


def _told(session: Session, mention_id: int, by: str) -> dict[str, Any]:
    mention = session.get_one(Mention, mention_id)
    author = session.get(Author, mention.author_id) if mention.author_id is not None else None
    return {
        "mention_id": mention.id,
        "posted_at": mention.posted_at.isoformat(),
        "heard_at": mention.heard_at.isoformat(),
        "author_id": mention.author_id,
        "author": clean_name(author.name or author.handle) if author else "",
        "source": mention.source,
        "text": snippet(mention.text, 280),
        "is_ours": mention.is_ours,
        "is_reply": mention.parent_native_id is not None,
        "by": by,
    }


# who and what carries it


def _biggest(session: Session, carrier: Carrier) -> dict[str, Any]:
    group, first = carrier.group, carrier.group.posts[0]
    names = {"author": first.speaker, "source": first.source, "link": str(group.key)}
    return {
        "what": carrier.what,
        "name": names.get(carrier.what) or said.first_words(session, [first.id])[first.id],
        "mention_id": first.id,
        "is_single": carrier.is_single,
    } | _sized(group)


def _amplified(session: Session, posts: Sequence[Post]) -> dict[str, Any] | None:
    found = carriers.amplified(posts)
    if found is None:
        return None
    first = found.largest.posts[0]
    return {
        "share": round(found.share, 3),
        "count": found.posts,
        "texts": found.texts,
        "authors": found.authors,
        "is_flood": found.is_flood,
        "name": said.first_words(session, [first.id])[first.id],
        "largest": round(found.largest.share, 3),
        "mention_id": first.id,
    }


def _authors(posts: Sequence[Post]) -> list[dict[str, Any]]:
    drew = carriers.brought(posts)
    rated = [
        (sum(drew[post.id] for post in group.posts), max(group.posts, key=lambda post: drew[post.id]), group)
        for group in carriers.groups("author", posts, ())
    ]
    rated.sort(key=lambda one: (-one[0], -len(one[2].posts), one[1].id))
    return [
        {
            "author_id": best.author_id, "name": best.speaker, "source": best.source, "count": len(group.posts),
            "share": round(group.share, 3), "brought": total, "followers": best.followers,
            "mood": Counter(post.mood for post in group.posts).most_common(1)[0][0], "mention_id": best.id,
        }
        for total, best, group in rated[:SHOWN]
    ]  # fmt: skip


def _brought_most(session: Session, posts: Sequence[Post]) -> list[dict[str, Any]]:
    drew = carriers.brought(posts)
    best = sorted((post for post in posts if drew[post.id]), key=lambda post: (-drew[post.id], post.id))[:SHOWN]
    texts = said.first_words(session, [post.id for post in best], 200)
    return [
        {
            "mention_id": post.id, "author_id": post.author_id, "name": post.speaker, "source": post.source,
            "text": texts[post.id], "posted_at": post.posted_at.isoformat(), "brought": drew[post.id],
            "mood": post.mood,
        }
        for post in best
    ]  # fmt: skip


def _threads(session: Session, posts: Sequence[Post], usual: Sequence[Post]) -> list[dict[str, Any]]:
    found = [group for group in carriers.groups("thread", posts, usual)[:SHOWN] if len(group.posts) > 1]
    firsts = {group.key: said.earliest(session, Mention.thread == group.key) or group.posts[0].id for group in found}
    names = said.first_words(session, list(firsts.values()))
    return [{"name": names[firsts[group.key]], "mention_id": firsts[group.key]} | _sized(group) for group in found]


def _links(posts: Sequence[Post], usual: Sequence[Post]) -> list[dict[str, Any]]:
    found = [group for group in carriers.groups("link", posts, usual)[:SHOWN] if len(group.posts) > 1]
    addresses = {
        group.key: next(link for link in group.posts[0].links if carriers.link_key(link) == group.key)
        for group in found
    }
    return [
        {
            "name": str(group.key), "host": host_of(addresses[group.key]), "url": addresses[group.key],
            "mention_id": group.posts[0].id,
        } | _sized(group)
        for group in found
    ]  # fmt: skip


def _shares(posts: Sequence[Post], usual: Sequence[Post], key: Callable[[Post], str]) -> list[dict[str, Any]]:
    there = carriers.grouped(posts, usual, lambda post: (key(post),)) if posts else []
    gone = [(name, share) for name, share in carriers.missing(posts, usual, key) if share >= USUALLY_THERE]
    return [{"name": group.key} | _sized(group) for group in there[:SHOWN]] + [
        {"name": name, "count": 0, "share": 0.0, "typical": round(share, 3)} for name, share in gone[:SHOWN]
    ]


def _moods(posts: Sequence[Post]) -> dict[str, Any] | None:
    counts = Counter(post.mood for post in posts)
    return {"count": len(posts)} | {mood: round(counts[mood] / len(posts), 3) for mood in MOODS} if posts else None


def _sized(group: Group) -> dict[str, Any]:
    typical = None if group.typical is None else round(group.typical, 3)
    return {"count": len(group.posts), "share": round(group.share, 3), "typical": typical}


def _spread(posts: Sequence[Post]) -> list[int]:
    """Return mentions whose words are read: each text once, evenly over the whole time."""
    ids = list(dict.fromkeys(post.cluster for post in posts))
    return ids[:: -(-len(ids) // TEXTS) or 1]
