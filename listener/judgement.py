"""One pass over one Item before its row exists: text, language, topics, mood, spam, kind, likeness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from listener import kinds, language, likeness, sentiment, spam, text
from listener.heard import Item
from listener.kinds import KindGuess, Learned
from listener.language import Language
from listener.likeness import Fingerprint
from listener.sentiment import Mood, Reader
from listener.spam import Spam
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
    """All that our pure rooms make of one Item: what a mention's row needs beside the Item itself.

    `otherwise` is the kind it has if it is no spam.
    """

    text: str
    title: str
    links: tuple[str, ...]
    folded: str
    language: Language
    mood: Mood
    spam: Spam
    kind: KindGuess
    otherwise: KindGuess
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
    learned: Mapping[str, Learned] | None = None,
    mood_reader: Reader | None = None,
) -> Judgement:
    """Return the judgement of `item`, heard at `heard_at` through a feed of kind `source`.

    `feed_language` is what its author, or else its feed, usually speaks; `mood_max_chars` is how much of a long text
    the mood is read from; `mood_reader` tells moods in words' place; `learned` is what was learnt of kinds and is in
    force, by language.
    """
    body = text.plain(item.text, item.text_format, item.url)
    title = " ".join(text.plain(item.title).text.split())[:_LONGEST_TITLE]
    whole = whole_text(title, body.text)
    tongue = language.identify(whole, item.language, feed_language)
    key = text.fold(whole)[: text.LONGEST]
    handle = text.fold(item.author.handle) if item.author else ""
    speech = Speech(key, tongue.code, source, handle)
    posted_at = _posted(item.posted_at, heard_at)
    brief = speech if len(key) <= spam.READ else Speech(text.fold(whole[: spam.READ]), tongue.code)
    mood = sentiment.judge(whole, tongue.code, mood_max_chars, mood_reader)
    spammy = spam.judge(whole, tongue.code, brief, links=body.links, author=item.author, posted_at=posted_at)
    kind, otherwise = _kinds(whole, mood, item.rating, brief, spammy, learned)
    return Judgement(
        text=body.text,
        title=title,
        links=body.links,
        folded=key,
        language=tongue,
        mood=mood,
        spam=spammy,
        kind=kind,
        otherwise=otherwise,
        topic_ids=tuple(topic.id for topic in topics if topic.query.matches(speech)),
        fingerprint=likeness.fingerprint(key),
        posted_at=posted_at,
        thread=f"{source}:{item.root_id or item.parent_id or item.native_id}",
    )


def repeated(said: Judgement, others: int) -> Judgement:
    """Return the judgement anew, now that `others` other authors said the same within a day."""
    lifted = spam.repeated(said.spam, others)
    kind = kinds.settle(lifted, said.otherwise)
    # who wants nothing of the reader stays what they were
    return replace(said, spam=lifted, kind=kind if kinds.is_quarantined(kind.kind, kind.confidence) else said.kind)


def in_language(
    said: Judgement,
    item: Item,
    code: str,
    *,
    mood_max_chars: int = 2000,
    learned: Mapping[str, Learned] | None = None,
    mood_reader: Reader | None = None,
) -> Judgement:
    """Return the judgement anew, now that a person said which language it is in; the rest is as `judge` takes it."""
    whole = whole_text(said.title, said.text)
    speech = Speech(text.fold(whole[: spam.READ]), code)
    mood = sentiment.judge(whole, code, mood_max_chars, mood_reader)
    spammy = spam.judge(whole, code, speech, links=said.links, author=item.author, posted_at=said.posted_at)
    kind, otherwise = _kinds(whole, mood, item.rating, speech, spammy, learned)
    return replace(said, language=Language(code, 1.0), mood=mood, spam=spammy, kind=kind, otherwise=otherwise)


def _kinds(
    whole: str,
    mood: Mood,
    rating: float | None,
    speech: Speech,
    spammy: Spam,
    learned: Mapping[str, Learned] | None,
) -> tuple[KindGuess, KindGuess]:
    """Return the kind, and the kind it has if it is no spam."""
    taught = (learned or {}).get(speech.language)
    return kinds.both(whole, speech.language, mood, rating, speech=speech, spam=spammy, learned=taught)


def whole_text(title: str, body: str) -> str:
    """Return title and body as one text; a feed that makes titles of the first words is not read twice."""
    begins = " ".join(body[: len(title) + 100].split())
    return body if not title or begins.startswith(title.removesuffix("…").rstrip()) else f"{title}\n{body}".strip()


def _posted(said: datetime | None, heard_at: datetime) -> datetime:
    """Return when it was posted: never after we heard it; a year before feeds is a clock not set."""
    if said is None:
        return heard_at
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    return min(said, heard_at) if said.year >= _FIRST_YEAR else heard_at
