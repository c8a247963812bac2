"""What a flowchart may ask: one mention, its author, its topics and its spike, as facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from listener.kinds import UNSURE_BELOW, Kind
from listener.sentiment import MoodLabel
from triage.words import found

UNSURE = "unsure"
KINDS = (*(kind.value for kind in Kind), UNSURE)
MOODS = tuple(mood.value for mood in MoodLabel)
TOPIC_KINDS = ("brand", "product", "person", "competitor", "industry", "influencer", "campaign", "own_staff")
OURS = frozenset({"brand", "product", "person", "campaign", "own_staff"})

Sort = Literal["flag", "text", "number", "words"]


@dataclass(frozen=True, slots=True)
class FactSort:
    """One thing a chart may ask: its name, its sort (which decides the tests that fit), what it means, its values."""

    name: str
    sort: Sort
    means: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MentionView:
    """What the facts need of one mention; a working room fills it from the row of the same names."""

    id: int
    source: str
    form: str
    language: str
    folded: str
    kind: str
    kind_confidence: float
    mood: str
    mood_score: float
    rating: float | None
    links: int
    likes: int | None
    replies: int | None
    shares: int | None
    parent_native_id: str | None
    is_ours: bool
    is_repost: bool
    is_history: bool
    same_as_id: int | None
    posted_at: datetime
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Writer:
    """What the facts need of the author: how often we heard them, and how."""

    followers: int | None
    mentions: int
    negative: int
    positive: int
    is_bot: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic the mention speaks of."""

    id: int
    name: str
    kind: str


def _flag(means: str) -> Any:
    return field(default=False, metadata={"sort": "flag", "means": means, "values": ()})


def _text(means: str, default: str, values: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"sort": "text", "means": means, "values": values})


def _number(means: str, default: float | None = None) -> Any:
    return field(default=default, metadata={"sort": "number", "means": means, "values": ()})


def _words(means: str, values: tuple[str, ...] = ()) -> Any:
    return field(default=(), metadata={"sort": "words", "means": means, "values": values})


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one mention when it is routed; a chart may ask each field by its name."""

    # what keeps it off the clock
    is_ours: bool = _flag("Written by one of our own accounts.")
    is_repost: bool = _flag("Only passes on somebody's post, without words of its own.")
    is_history: bool = _flag("Imported from the past: read and searchable, never on a clock.")
    is_alike: bool = _flag("A near-duplicate of a mention heard before.")

    # what it is
    kind: str = _text("What sort of post it is; unsure when the guess has less than half a chance.", UNSURE, KINDS)
    kind_confidence: float = _number("How sure the kind is, 0 to 1.", 0.0)
    mood: str = _text("How it feels; unsure where nobody can tell.", UNSURE, MOODS)
    mood_score: float = _number("How it feels as a number, -1 (worst) to 1 (best).", 0.0)
    rating: float | None = _number("Stars out of five, where the source has stars.")
    language: str = _text("The language it is written in, as a code: en, fa, ar, he, ...; und if unknown.", "und")
    source: str = _text("The kind of feed it came from: rss, mastodon, hackernews, push, import, ...", "")
    form: str = _text("What form it has at its source: post, comment, review, message, ...", "post")
    is_reply: bool = _flag("Answers another post.")
    links: float = _number("How many web addresses it holds.", 0)
    engagement: float = _number("Likes, replies and shares together, as far as the source counts them.", 0)
    age_hours: float = _number("Hours between the post and the moment we heard it.", 0.0)

    # what it speaks of
    topics: tuple[str, ...] = _words("The names of the topics it speaks of.")
    topic_kinds: tuple[str, ...] = _words("The kinds of the topics it speaks of.", TOPIC_KINDS)
    competitor_only: bool = _flag("Speaks of a competitor and of nothing of ours.")
    in_spike: bool = _flag("One of its topics is spiking or surging right now.")
    danger_words: tuple[str, ...] = _words("Words of danger to a person: fire, burns, shock, poison, injury.")
    order_words: tuple[str, ...] = _words("Words of an order, a delivery, a return or stock.")
    money_words: tuple[str, ...] = _words("Words of a price, a payment, a refund or an invoice.")
    account_words: tuple[str, ...] = _words("Words of an account, a password, a subscription or a warranty.")
    staff_words: tuple[str, ...] = _words("Words of our people: support, an agent, a driver, no answer.")
    care_words: tuple[str, ...] = _words("Any words of an order, money, an account or our people.")
    how_to_words: tuple[str, ...] = _words("Words of a how-to or of content: how do I, manual, video, recipe, course.")
    part_words: tuple[str, ...] = _words("Words of a part or a quality of a product: battery, screen, leak, update.")

    # who wrote it
    author_mentions: float = _number("How many posts of this author we have heard, this one included.", 0)
    author_negative: float = _number("How many of the author's posts were negative.", 0)
    author_positive: float = _number("How many of the author's posts were positive.", 0)
    author_followers: float | None = _number("The author's followers, where the source says.")
    author_is_bot: bool = _flag("The source says that the author is a program.")


FACTS: Mapping[str, FactSort] = {
    one.name: FactSort(one.name, one.metadata["sort"], one.metadata["means"], one.metadata["values"])
    for one in fields(Facts)
}


def of(mention: MentionView, author: Writer | None, topics: Sequence[Subject], in_spike: bool) -> Facts:
    """Return the facts of one mention; `topics` are those it speaks of, `in_spike` whether one of them spikes now."""
    words = found(mention.folded, mention.language)
    kinds = tuple(dict.fromkeys(topic.kind for topic in topics))
    care = tuple(word for name in ("order", "money", "account", "staff") for word in words.get(name, ()))
    return Facts(
        is_ours=mention.is_ours,
        is_repost=mention.is_repost,
        is_history=mention.is_history,
        is_alike=mention.same_as_id is not None,
        kind=mention.kind if mention.kind_confidence >= UNSURE_BELOW else UNSURE,
        kind_confidence=mention.kind_confidence,
        mood=mention.mood,
        mood_score=mention.mood_score,
        rating=mention.rating,
        language=mention.language,
        source=mention.source,
        form=mention.form,
        is_reply=mention.parent_native_id is not None,
        links=mention.links,
        engagement=(mention.likes or 0) + (mention.replies or 0) + (mention.shares or 0),
        age_hours=round((mention.heard_at - mention.posted_at).total_seconds() / 3600, 2),
        topics=tuple(topic.name for topic in topics),
        topic_kinds=kinds,
        competitor_only="competitor" in kinds and OURS.isdisjoint(kinds),
        in_spike=in_spike,
        danger_words=words.get("danger", ()),
        order_words=words.get("order", ()),
        money_words=words.get("money", ()),
        account_words=words.get("account", ()),
        staff_words=words.get("staff", ()),
        care_words=care,
        how_to_words=words.get("how_to", ()),
        part_words=words.get("part", ()),
        author_mentions=author.mentions if author else 0,
        author_negative=author.negative if author else 0,
        author_positive=author.positive if author else 0,
        author_followers=author.followers if author else None,
        author_is_bot=author.is_bot if author else False,
    )


def never_on_a_clock(facts: Facts) -> bool:
    """Spam, our own posts, reposts and imported history open no issue, whatever a chart says."""
    return facts.is_ours or facts.is_repost or facts.is_history or facts.kind == Kind.SPAM


def kept(facts: Facts) -> dict[str, Any]:
    """Return what a verdict keeps of the facts: those that say something, in plain JSON values."""
    said = ((name, getattr(facts, name)) for name, default in _DEFAULTS.items() if getattr(facts, name) != default)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in said}


def again(stored: Mapping[str, Any]) -> Facts:
    """Return the facts a verdict kept; what it did not keep has its default, what no longer exists is left out."""
    values: dict[str, Any] = {
        name: tuple(value) if FACTS[name].sort == "words" else value for name, value in stored.items() if name in FACTS
    }
    return Facts(**values)


_DEFAULTS: Mapping[str, Any] = {one.name: one.default for one in fields(Facts)}
