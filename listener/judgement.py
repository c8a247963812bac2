"""One pass over one Item before its row exists: text, language, topics, mood, kind, likeness."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from listener import kinds, language, likeness, sentiment, text
from listener.heard import Item
from listener.kinds import KindGuess
from listener.language import Language
from listener.likeness import Fingerprint
from listener.sentiment import Mood, Reader
from listener.topics import Query, Speech

_FIRST_YEAR = 1990
_LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True)
class Topicality:
    """A topic, read: its id, its kind and its query."""

    id: int
    kind: str
    query: Query


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that our pure rooms make of one Item: what a mention's row needs beside the Item itself."""

    text: str
    title: str
    links: tuple[str, ...]
    folded: str
    language: Language
    mood: Mood
    kind: KindGuess
    topic_ids: tuple[int, ...]
    fingerprint: Fingerprint | None
    posted_at: datetime
    thread: str


def judge(
    item: Item,
    *,
    source: str,
    heard_at: datetime,
    topics: Sequence[Topicality],
    feed_language: str | None = None,
    mood_max_chars: int = 2000,
    mood_reader: Reader | None = None,
) -> Judgement:
    """Return the judgement of `item`, heard at `heard_at` through a feed of kind `source`.

    `feed_language` is what the feed usually speaks; `mood_max_chars` is how much of a long text the mood is read from;
    `mood_reader` tells moods in words' place.
    """
    body = text.plain(item.text, item.text_format, item.url)
    title = " ".join(text.plain(item.title).text.split())[:_LONGEST_TITLE]
    whole = _whole(title, body.text)
    tongue = language.identify(whole, item.language, feed_language)
    mood = sentiment.judge(whole, tongue.code, mood_max_chars, mood_reader)
    key = text.fold(whole)[: text.LONGEST]
    handle = text.fold(item.author.handle) if item.author else ""
    speech = Speech(key, tongue.code, source, handle)
    return Judgement(
        text=body.text,
        title=title,
        links=body.links,
        folded=key,
        language=tongue,
        mood=mood,
        kind=kinds.judge(whole, tongue.code, mood, body.links, item.rating, speech=speech),
        topic_ids=tuple(topic.id for topic in topics if topic.query.matches(speech)),
        fingerprint=likeness.fingerprint(key),
        posted_at=_posted(item.posted_at, heard_at),
        thread=f"{source}:{item.root_id or item.parent_id or item.native_id}",
    )


def _whole(title: str, body: str) -> str:
    """Return title and body as one text; a feed that makes titles of the first words is not read twice."""
    begins = " ".join(body[: len(title) + 100].split())
    return body if not title or begins.startswith(title.removesuffix("…").rstrip()) else f"{title}\n{body}".strip()


def _posted(said: datetime | None, heard_at: datetime) -> datetime:
    """Return when it was posted: never after we heard it; a year before feeds is a clock not set."""
    if said is None:
        return heard_at
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    return min(said, heard_at) if said.year >= _FIRST_YEAR else heard_at
