"""How mentions were heard: what was judged of each, what decided it, and what people said of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.kinds import UNSURE_BELOW, Kind
from listener.models import Aspect, Correction, Mention, MentionTopic, Topic
from triage.correcting import may_correct
from triage.find.cards import MemberName, TopicName
from triage.models import Member
from triage.rights import Actor

MOODS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Word:
    """One person's word on one judgement; `becomes` equals `said` where they agreed with it."""

    id: int
    mention_id: int
    aspect: str
    said: str
    becomes: str
    version: str
    by: MemberName | None
    at: datetime
    undone_at: datetime | None

    @property
    def agrees(self) -> bool:
        """Whether it only says that we were right."""
        return self.said == self.becomes

    @property
    def about(self) -> str:
        """What it is about: the aspect, and which topic."""
        return f"{self.aspect}:{self.becomes.removeprefix('-')}" if self.aspect == Aspect.TOPIC else self.aspect


@dataclass(frozen=True, slots=True)
class Heard:
    """What stands of one mention. `words` are all that people said of it, newest first, those taken back too.

    `standing` holds, by what it is about (`Word.about`), the newest word that was not taken back. `chances` are those
    of `MOODS`, empty where the mood was judged without. `off` are topics somebody said it does not speak of.
    """

    id: int
    mood: str
    mood_score: float
    chances: tuple[float, ...]
    mood_words: tuple[tuple[str, float], ...]
    mood_version: str
    kind: str
    kind_confidence: float
    kind_words: tuple[str, ...]
    kind_version: str
    language: str
    language_confidence: float
    spam_score: float
    spam_words: tuple[str, ...]
    rating: float | None
    is_repost: bool
    is_history: bool
    topics: tuple[TopicName, ...]
    off: tuple[TopicName, ...]
    words: tuple[Word, ...]
    standing: Mapping[str, Word]
    may_correct: bool

    @property
    def is_spam(self) -> bool:
        """Whether it is in quarantine."""
        return self.kind == Kind.SPAM and not self.is_kind_unsure

    @property
    def is_kind_unsure(self) -> bool:
        """Whether a person should say of what kind it is."""
        return self.kind_confidence < UNSURE_BELOW

    @property
    def kind_word(self) -> Word | None:
        """What a person said of its kind, whether they called it that or called it spam, or not."""
        said = [self.standing[aspect] for aspect in (Aspect.KIND, Aspect.SPAM) if aspect in self.standing]
        return max(said, key=lambda word: word.id) if said else None

    @property
    def mood_chance(self) -> float | None:
        """How likely the mood is that stands, where chances are known."""
        return self.chances[MOODS.index(self.mood)] if self.chances and self.mood in MOODS else None


def judgements(session: Session, actor: Actor, mention_ids: Iterable[int]) -> dict[int, Heard]:
    """Return how each of some mentions was heard, by id, with what this person may do about it."""
    ids = sorted(set(mention_ids))
    if not ids:
        return {}
    words = _words(session, ids)
    topics = _topics(session, ids, words)
    theirs = may_correct(session, actor, ids)
    rows = session.scalars(select(Mention).where(Mention.id.in_(ids)))
    return {row.id: _heard(row, words.get(row.id, []), topics, row.id in theirs) for row in rows}


def _words(session: Session, ids: list[int]) -> dict[int, list[Word]]:
    rows = session.scalars(
        select(Correction).where(Correction.mention_id.in_(ids)).order_by(Correction.id.desc())
    ).all()
    wanted = {row.by_id for row in rows}
    names = {
        one.id: MemberName(one.id, one.name) for one in session.scalars(select(Member).where(Member.id.in_(wanted)))
    }
    found: dict[int, list[Word]] = {}
    for row in rows:
        word = Word(
            row.id, row.mention_id, row.aspect, row.said, row.becomes, row.version, names.get(row.by_id), row.at,
            row.undone_at,
        )  # fmt: skip
        found.setdefault(row.mention_id, []).append(word)
    return found


def _topics(session: Session, ids: list[int], words: Mapping[int, list[Word]]) -> dict[int, dict[int, TopicName]]:
    """Return the topics of each mention, and under 0 those that people's words name."""
    named = {
        int(word.becomes.removeprefix("-")) for said in words.values() for word in said if word.aspect == Aspect.TOPIC
    }
    spoken = (
        select(MentionTopic.mention_id, Topic.id, Topic.name, Topic.kind)
        .join(Topic, Topic.id == MentionTopic.topic_id)
        .where(MentionTopic.mention_id.in_(ids))
        .order_by(Topic.name)
    )
    found: dict[int, dict[int, TopicName]] = {0: {}}
    for mention_id, topic_id, name, kind in session.execute(spoken):
        found.setdefault(mention_id, {})[topic_id] = TopicName(topic_id, name, kind)
    for topic_id, name, kind in session.execute(
        select(Topic.id, Topic.name, Topic.kind).where(Topic.id.in_(named)).order_by(Topic.name)
    ):
        found[0][topic_id] = TopicName(topic_id, name, kind)
    return found


def _heard(row: Mention, words: list[Word], topics: Mapping[int, Mapping[int, TopicName]], may_correct: bool) -> Heard:
    standing: dict[str, Word] = {}
    for word in words:
        if word.undone_at is None:
            standing.setdefault(word.about, word)
    spoken = topics.get(row.id, {})
    off = [
        topics[0][number]
        for word in standing.values()
        if word.aspect == Aspect.TOPIC and (number := int(word.becomes.removeprefix("-"))) in topics[0]
        if number not in spoken
    ]
    mood = row.mood_evidence
    return Heard(
        id=row.id, mood=row.mood, mood_score=row.mood_score, chances=_chances(mood.get("chances")),
        mood_words=tuple((str(said), float(weight)) for said, weight in mood.get("words", ())),
        mood_version=str(mood.get("version", "")), kind=row.kind, kind_confidence=row.kind_confidence,
        kind_words=tuple(str(why) for why in row.kind_evidence), kind_version=row.kind_version,
        language=row.language, language_confidence=row.language_confidence, spam_score=row.spam_score,
        spam_words=tuple(str(why) for why in row.spam_evidence), rating=row.rating, is_repost=row.is_repost,
        is_history=row.is_history, topics=tuple(spoken.values()), off=tuple(off), words=tuple(words),
        standing=standing, may_correct=may_correct,
    )  # fmt: skip


def _chances(stored: Any) -> tuple[float, ...]:
    """Return the chances of `MOODS`, however they were written down."""
    if isinstance(stored, Mapping):
        stored = [stored.get(mood, 0.0) for mood in MOODS]
    return tuple(float(one) for one in stored) if stored and len(stored) == len(MOODS) else ()
