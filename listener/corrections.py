"""What people say of our judgements: kept with who and when, laid over the mention, and counted anew.

The newest word stands. Spam and kind are two ways to say one thing: "spam" as a kind is spam, and a mention that is no
spam is the kind it was named before, or the next best the judges find.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from listener import by_hand, counting, language, learned, revising
from listener.accuracy import Accuracy, accuracy
from listener.counting import Contribution
from listener.judging import mood_evidence
from listener.kinds import UNSURE_BELOW, Kind
from listener.listening import TURN
from listener.models import Aspect, Author, Correction, Feed, Mention, MentionTopic, Topic
from listener.models.correction import PERSON
from listener.rejudging import Rejudged
from listener.settings import VERSION

__all__ = ["Accuracy", "BadCorrection", "accuracy", "correct", "correction", "now_said", "of", "undo"]

MOODS = ("negative", "neutral", "positive")
UNSURE = "unsure"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_TOPIC = re.compile(r"-?[1-9]\d{0,17}")
# what a mood scores where a person named it and no judge had found it
_SCORES = {"negative": -0.5, "neutral": 0.0, "positive": 0.5}


class BadCorrection(ValueError):
    """A word that cannot be kept. `key` is "aspect", an aspect, "topic_gone", "undone" or "not_newest".

    `str()` says what is wrong and what to do; `given` is what came.
    """

    def __init__(self, key: str, sentence: str, given: str = "") -> None:
        super().__init__(sentence)
        self.key = key
        self.given = given


def correct(
    session: Session, mention_id: int, aspect: Aspect | str, becomes: str, *, by_id: int, now: datetime
) -> Correction:
    """Keep what a person says of one judgement, and let it stand: on the mention, in the volumes, with the author.

    `becomes` is a mood, a kind, a language's code, a topic's number ("-7": it does not speak of 7), or "yes" or "no"
    for spam; saying what stands there already agrees with it. Raise `LookupError` where there is no such mention,
    `BadCorrection` for a word that cannot be kept.
    """
    about = _aspect(aspect)
    _check(session, about, becomes)
    # the turn of store.py: an edit of the same mention must not count while we do; of two people one is second
    session.execute(select(func.pg_advisory_xact_lock(TURN)))
    row = _mention(session, mention_id)
    made = Correction(
        mention_id=row.id,
        aspect=about.value,
        said=now_said(session, row, about, becomes),
        becomes=becomes,
        version=_version(row, about, becomes),
        language=row.language,
        by_id=by_id,
        at=now,
    )
    session.add(made)
    session.flush()
    _settle(session, row, about, made, anew=False)
    return made


def undo(session: Session, correction_id: int, *, by_id: int, now: datetime) -> Correction:
    """Take the newest word on an aspect back: what was said before it stands again, judged anew where that was no
    person. Raise `LookupError` where there is no such correction, `BadCorrection` where it is not the newest.
    """
    session.execute(select(func.pg_advisory_xact_lock(TURN)))
    made = correction(session, correction_id)
    if made.undone_at is not None:
        raise BadCorrection("undone", "This was taken back already.")
    row = _mention(session, made.mention_id)
    if any(word.id > made.id and _same_matter(word, made) for word in _words(session, row.id)):
        raise BadCorrection("not_newest", "Somebody has said something newer. Take that back first.")
    made.undone_at, made.undone_by_id = now, by_id
    session.flush()
    _settle(session, row, Aspect(made.aspect), made, anew=True)
    return made


def correction(session: Session, correction_id: int) -> Correction:
    """Return one correction as the database has it now; raise `LookupError`."""
    wanted = select(Correction).where(Correction.id == correction_id).execution_options(populate_existing=True)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise LookupError("correction")
    return found


def of(session: Session, mention_ids: Iterable[int]) -> dict[int, tuple[Correction, ...]]:
    """Return mention -> what people said of it, newest first, what was taken back among it; only those with any."""
    ids = sorted(set(mention_ids))
    found: dict[int, tuple[Correction, ...]] = {}
    wanted = select(Correction).where(Correction.mention_id.in_(ids)).order_by(Correction.id.desc())
    for one in session.scalars(wanted) if ids else ():
        found[one.mention_id] = (*found.get(one.mention_id, ()), one)
    return found


def now_said(session: Session, row: Mention, aspect: Aspect, becomes: str = "") -> str:
    """Return what stands on a mention now, in the words of `becomes`; for a topic, of the topic `becomes` names."""
    match aspect:
        case Aspect.MOOD:
            return row.mood
        case Aspect.KIND:
            return row.kind if row.kind_confidence >= UNSURE_BELOW else UNSURE
        case Aspect.LANGUAGE:
            return row.language
        case Aspect.SPAM:
            return "yes" if row.kind == Kind.SPAM and row.kind_confidence >= UNSURE_BELOW else "no"
        case Aspect.TOPIC:
            topic = becomes.lstrip("-")
            speaks = session.get(MentionTopic, (row.id, int(topic)), populate_existing=True) is not None
            return topic if speaks else f"-{topic}"


# what may be said


def _aspect(given: Aspect | str) -> Aspect:
    try:
        return Aspect(given)
    except ValueError:
        known = ", ".join(Aspect)
        raise BadCorrection("aspect", f"“{given}” cannot be corrected. What can is: {known}.", str(given)) from None


def _check(session: Session, aspect: Aspect, becomes: str) -> None:
    known: Mapping[Aspect, Sequence[str]] = {Aspect.MOOD: MOODS, Aspect.KIND: tuple(Kind), Aspect.SPAM: ("yes", "no")}
    if aspect in known:
        if becomes not in known[aspect]:
            raise BadCorrection(aspect, f"“{becomes}” is none of: {', '.join(known[aspect])}.", becomes)
    elif aspect is Aspect.LANGUAGE:
        if not _LANGUAGE.fullmatch(becomes):
            raise BadCorrection(aspect, f"“{becomes}” is no code of a language, such as en or fa.", becomes)
    elif not _TOPIC.fullmatch(becomes):
        raise BadCorrection(aspect, f"“{becomes}” is no number of a topic.", becomes)
    elif session.get(Topic, abs(int(becomes))) is None:
        raise BadCorrection("topic_gone", "There is no such topic.", becomes)


def _mention(session: Session, mention_id: int) -> Mention:
    found = session.get(Mention, mention_id, populate_existing=True, with_for_update={"key_share": True})
    if found is None:
        raise LookupError("mention")
    return found


def _version(row: Mention, aspect: Aspect, becomes: str) -> str:
    """Return what had judged: a version of the judges, or that a person's word stood."""
    held = row.by_hand
    if aspect is Aspect.TOPIC:
        said = held.get("topic", {})
        return PERSON if {becomes.lstrip("-"), f"-{becomes.lstrip('-')}"} & said.keys() else VERSION
    if aspect in by_hand.SORTS:
        return PERSON if {*by_hand.SORTS} & held.keys() else row.kind_version or VERSION
    if aspect in held:
        return PERSON
    return str(row.mood_evidence.get("version") or VERSION) if aspect is Aspect.MOOD else VERSION


# what stands


def _words(session: Session, mention_id: int) -> list[Correction]:
    """Return what people said of a mention and did not take back, oldest first."""
    wanted = select(Correction).where(Correction.mention_id == mention_id, Correction.undone_at.is_(None))
    return list(session.scalars(wanted.order_by(Correction.id).execution_options(populate_existing=True)))


def _same_matter(one: Correction, other: Correction) -> bool:
    if one.aspect != other.aspect:
        return False
    return one.aspect != Aspect.TOPIC or one.becomes.lstrip("-") == other.becomes.lstrip("-")


def _settle(session: Session, row: Mention, aspect: Aspect, made: Correction, *, anew: bool) -> None:
    """Make the mention what people's words and the judges make of it, and carry the difference into the counts.

    `anew`: what stands there came from a word taken back, so the judges are asked again.
    """
    before, mood = _counted(session, row), row.mood
    words = _words(session, row.id)
    row.by_hand = _held(words)
    if aspect is Aspect.TOPIC:
        _settle_topic(session, row, words, made)
    else:
        tongue = row.language
        if aspect is Aspect.LANGUAGE:
            _settle_language(session, row, words, made)
        # another language means other judges
        anew = anew or row.language != tongue
        judged = Rejudged(row, row.language, learned.in_force(session))
        if aspect is Aspect.MOOD or (aspect is Aspect.LANGUAGE and anew):
            _settle_mood(row, words, judged, anew=anew)
        if aspect in by_hand.SORTS or (aspect is Aspect.LANGUAGE and anew):
            _settle_kind(row, words, judged, anew=anew)
    session.flush()
    counting.add(session, row.feed_id, [(-1, before), (1, _counted(session, row))])
    _count_author(session, row, mood)


def _held(words: Iterable[Correction]) -> dict[str, Any]:
    """Return the column `by_hand` that these words make."""
    held: dict[str, Any] = {}
    for word in words:
        if word.aspect == Aspect.TOPIC:
            topics = held.setdefault("topic", {})
            topics.pop(f"-{word.becomes}".removeprefix("--"), None)
            topics[word.becomes] = word.id
        else:
            held[word.aspect] = word.id
    return held


def _last(words: Iterable[Correction], aspect: Aspect) -> Correction | None:
    return next((word for word in reversed(list(words)) if word.aspect == aspect), None)


def _settle_language(session: Session, row: Mention, words: Sequence[Correction], made: Correction) -> None:
    word = _last(words, Aspect.LANGUAGE)
    if word is not None:
        row.language, row.language_confidence = word.becomes, 1.0
        return
    # what the source had declared is not kept, so what we said then speaks in its place
    said = _machine_said(session, made)
    feed = session.get_one(Feed, row.feed_id)
    heard = language.identify(Rejudged(row, said).text, said, feed.language)
    row.language, row.language_confidence = said, heard.confidence if heard.code == said else UNSURE_BELOW


def _settle_mood(row: Mention, words: Sequence[Correction], judged: Rejudged, *, anew: bool) -> None:
    word = _last(words, Aspect.MOOD)
    if anew:
        mood = judged.mood
        row.mood, row.mood_score = mood.label.value, mood.score
        row.mood_evidence = mood_evidence(mood)
    if word is not None:
        if row.mood != word.becomes:
            row.mood, row.mood_score = word.becomes, _SCORES[word.becomes]
        row.mood_evidence = {**row.mood_evidence, "version": PERSON}


def _settle_kind(row: Mention, words: Sequence[Correction], judged: Rejudged, *, anew: bool) -> None:
    """Let the kind be what people named; the judges fill in where nobody did."""
    sorts = [word for word in words if word.aspect in by_hand.SORTS]
    stands = by_hand.kind((word.aspect, word.becomes) for word in sorts)
    if stands is not None:
        if row.kind != stands:
            row.kind_evidence = []
        row.kind, row.kind_confidence, row.kind_version = stands, 1.0, PERSON
    elif not sorts or anew or row.kind == Kind.SPAM or row.kind_version == PERSON:
        guess = judged.kind_but_spam if sorts else judged.kind
        row.kind, row.kind_confidence = guess.kind.value, guess.confidence
        row.kind_evidence, row.kind_version = list(guess.why), guess.version


def _settle_topic(session: Session, row: Mention, words: Sequence[Correction], made: Correction) -> None:
    word = next((one for one in reversed(words) if _same_matter(one, made)), None)
    stands = word.becomes if word is not None else _machine_said(session, made)
    topic_id = abs(int(stands))
    there = session.get(MentionTopic, (row.id, topic_id), populate_existing=True)
    if stands.startswith("-"):
        session.execute(
            delete(MentionTopic).where(MentionTopic.mention_id == row.id, MentionTopic.topic_id == topic_id)
        )
        if there is not None:
            session.expunge(there)
    elif there is None and session.get(Topic, topic_id, with_for_update={"key_share": True}) is not None:
        session.add(MentionTopic(mention_id=row.id, topic_id=topic_id))


def _machine_said(session: Session, made: Correction) -> str:
    """Return what the judges had said of the matter of a correction when a person first spoke."""
    wanted = select(Correction).where(
        Correction.mention_id == made.mention_id, Correction.aspect == made.aspect, Correction.version != PERSON
    )
    found = session.scalars(wanted.order_by(Correction.id.desc()))
    return next(word.said for word in found if _same_matter(word, made))


# what it counts


def _counted(session: Session, row: Mention) -> Contribution:
    """Return what the stored mention adds to the volumes, as an edit would take it back."""
    session.flush()
    return revising.known(session, row.feed_id, [row.native_id])[row.native_id].contribution


def _count_author(session: Session, row: Mention, mood_before: str) -> None:
    if row.author_id is None or row.mood == mood_before:
        return
    author = session.get_one(Author, row.author_id, populate_existing=True, with_for_update=True)
    for mood, change in ((mood_before, -1), (row.mood, 1)):
        if mood in ("negative", "positive"):
            setattr(author, mood, max(0, getattr(author, mood) + change))
    session.flush()
