"""What people say of a judgement: it stands, it is counted, it survives an edit, and it can be taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener import corrections, revising
from listener.by_hand import columns, kind, topics
from listener.corrections import BadCorrection
from listener.kinds import Kind
from listener.models import Aspect, Author, Correction, Feed, Mention, MentionTopic, Topic, Volume
from listener.store import store
from tests.listener.conftest import MakesFeeds, MakesItems, MakesTopics

SAID = "The Nimbo kettle broke after two days and nobody answers, this is awful."
LINA, CARA = 7, 8


@pytest.fixture
def feed(make_feed: MakesFeeds) -> Feed:
    return make_feed()


@pytest.fixture
def nimbo(make_topic: MakesTopics) -> Topic:
    return make_topic("nimbo")


Hears = Callable[..., Mention]


@pytest.fixture
def hear(session: Session, feed: Feed, nimbo: Topic, say: MakesItems, now: datetime) -> Hears:
    def heard(text: str = SAID, native_id: str = "1", **fields: object) -> Mention:
        tally = store(session, feed, [say(native_id, text, **fields)], now=now)
        assert tally.created == 1
        return session.get_one(Mention, tally.mention_ids[0])

    return heard


def counts(session: Session) -> dict[int, tuple[int, float, int]]:
    """Topic -> (total, distinct, negative), those of nought left out."""
    session.flush()
    rows = session.scalars(select(Volume).execution_options(populate_existing=True))
    found = {row.topic_id: (row.total, round(row.distinct, 6), row.negative) for row in rows}
    return {topic: numbers for topic, numbers in found.items() if any(numbers)}


def numbers_of(session: Session, row: Mention) -> tuple[int, int]:
    author = session.get_one(Author, row.author_id, populate_existing=True)
    return author.negative, author.positive


def test_a_mood_corrected_is_counted_so_and_so_is_its_author(
    session: Session, hear: Hears, nimbo: Topic, now: datetime
) -> None:
    row = hear()
    assert row.mood == "negative"
    assert counts(session) == {nimbo.id: (1, 1.0, 1)}
    made = corrections.correct(session, row.id, Aspect.MOOD, "positive", by_id=LINA, now=now)
    assert (row.mood, row.mood_score, row.mood_evidence["version"]) == ("positive", 0.5, "person")
    assert counts(session) == {nimbo.id: (1, 1.0, 0)}
    assert numbers_of(session, row) == (0, 1)
    assert (made.said, made.becomes, made.by_id, made.at, made.language) == ("negative", "positive", LINA, now, "en")
    assert made.version not in ("", "person")
    assert row.by_hand == {"mood": made.id}


def test_agreeing_is_kept_and_makes_it_sure(session: Session, hear: Hears, now: datetime) -> None:
    row = hear()
    said, evidence = row.kind, row.kind_evidence
    made = corrections.correct(session, row.id, Aspect.KIND, said, by_id=LINA, now=now)
    assert made.said == made.becomes == said
    assert (row.kind, row.kind_confidence, row.kind_evidence) == (said, 1.0, evidence)


def test_an_unsure_kind_was_no_judgement(session: Session, hear: Hears, now: datetime) -> None:
    row = hear()
    row.kind_confidence = 0.3
    made = corrections.correct(session, row.id, Aspect.KIND, row.kind, by_id=LINA, now=now)
    assert made.said == "unsure"


def test_spam_goes_to_quarantine_and_out_of_the_counts(
    session: Session, hear: Hears, nimbo: Topic, now: datetime
) -> None:
    row = hear()
    corrections.correct(session, row.id, Aspect.SPAM, "yes", by_id=LINA, now=now)
    assert (row.kind, row.kind_confidence) == (Kind.SPAM, 1.0)
    assert counts(session) == {}
    corrections.correct(session, row.id, Aspect.SPAM, "no", by_id=CARA, now=now)
    assert row.kind != Kind.SPAM
    assert counts(session) == {nimbo.id: (1, 1.0, 1)}


def test_what_was_no_spam_is_the_kind_it_was_named_before(session: Session, hear: Hears, now: datetime) -> None:
    row = hear()
    corrections.correct(session, row.id, Aspect.KIND, "idea", by_id=LINA, now=now)
    corrections.correct(session, row.id, Aspect.SPAM, "yes", by_id=LINA, now=now)
    corrections.correct(session, row.id, Aspect.SPAM, "no", by_id=LINA, now=now)
    assert (row.kind, row.kind_confidence) == ("idea", 1.0)


def test_a_topic_is_added_and_taken_away_with_its_volume(
    session: Session, hear: Hears, nimbo: Topic, make_topic: MakesTopics, now: datetime
) -> None:
    row, other = hear(), make_topic("teapot")
    corrections.correct(session, row.id, Aspect.TOPIC, str(other.id), by_id=LINA, now=now)
    removed = corrections.correct(session, row.id, Aspect.TOPIC, f"-{nimbo.id}", by_id=LINA, now=now)
    assert removed.said == str(nimbo.id)
    assert counts(session) == {other.id: (1, 1.0, 1)}
    corrections.undo(session, removed.id, by_id=LINA, now=now)
    assert counts(session) == {nimbo.id: (1, 1.0, 1), other.id: (1, 1.0, 1)}
    spoken = select(MentionTopic.topic_id).where(MentionTopic.mention_id == row.id)
    assert set(session.scalars(spoken)) == {nimbo.id, other.id}


def test_another_language_is_judged_in_that_language(session: Session, hear: Hears, now: datetime) -> None:
    row = hear("חרא של קומקום, נמאס לי ממנו")
    before = row.language, row.mood
    made = corrections.correct(session, row.id, Aspect.LANGUAGE, "en", by_id=LINA, now=now)
    assert (row.language, row.language_confidence) == ("en", 1.0)
    assert row.mood_evidence["language"] == "en"
    corrections.undo(session, made.id, by_id=LINA, now=now)
    assert (row.language, row.mood) == before


def test_a_mood_somebody_named_outlives_another_language(session: Session, hear: Hears, now: datetime) -> None:
    row = hear()
    corrections.correct(session, row.id, Aspect.MOOD, "positive", by_id=LINA, now=now)
    corrections.correct(session, row.id, Aspect.LANGUAGE, "fa", by_id=LINA, now=now)
    assert (row.mood, row.mood_evidence["version"]) == ("positive", "person")


def test_the_newest_word_stands_and_says_whose_it_corrected(session: Session, hear: Hears, now: datetime) -> None:
    row = hear()
    first = corrections.correct(session, row.id, Aspect.MOOD, "positive", by_id=LINA, now=now)
    second = corrections.correct(session, row.id, Aspect.MOOD, "neutral", by_id=CARA, now=now + timedelta(minutes=1))
    assert (second.said, second.version, row.mood) == ("positive", "person", "neutral")
    with pytest.raises(BadCorrection, match="newer"):
        corrections.undo(session, first.id, by_id=LINA, now=now)
    corrections.undo(session, second.id, by_id=LINA, now=now)
    assert (row.mood, row.by_hand) == ("positive", {"mood": first.id})
    corrections.undo(session, first.id, by_id=CARA, now=now)
    assert (row.mood, row.by_hand) == ("negative", {})
    assert (first.undone_at, first.undone_by_id) == (now, CARA)
    with pytest.raises(BadCorrection, match="already"):
        corrections.undo(session, first.id, by_id=CARA, now=now)


@pytest.mark.parametrize(
    ("aspect", "becomes", "words"),
    [
        ("colour", "red", "cannot be corrected"),
        ("mood", "angry", "none of: negative, neutral, positive"),
        ("mood", "unsure", "none of"),
        ("kind", "rant", "complaint, question"),
        ("spam", "maybe", "yes, no"),
        ("language", "English!", "no code of a language"),
        ("topic", "x", "no number of a topic"),
        ("topic", "-0", "no number of a topic"),
        ("topic", "999999999", "no such topic"),
        ("topic", "-99999999999999999999", "no number"),
    ],
)
def test_an_unknown_word_is_refused_with_a_sentence(
    session: Session, hear: Hears, now: datetime, aspect: str, becomes: str, words: str
) -> None:
    row = hear()
    with pytest.raises(BadCorrection, match=words):
        corrections.correct(session, row.id, aspect, becomes, by_id=LINA, now=now)
    assert corrections.of(session, [row.id]) == {}


def test_a_mention_nobody_heard_cannot_be_corrected(session: Session, now: datetime) -> None:
    with pytest.raises(LookupError):
        corrections.correct(session, 999_999_999, Aspect.MOOD, "neutral", by_id=LINA, now=now)
    with pytest.raises(LookupError):
        corrections.undo(session, 999_999_999, by_id=LINA, now=now)


def test_what_a_person_said_outlives_an_edit_of_the_author(
    session: Session, feed: Feed, hear: Hears, nimbo: Topic, say: MakesItems, now: datetime
) -> None:
    row = hear()
    corrections.correct(session, row.id, Aspect.MOOD, "neutral", by_id=LINA, now=now)
    corrections.correct(session, row.id, Aspect.KIND, "lead", by_id=LINA, now=now)
    corrections.correct(session, row.id, Aspect.TOPIC, f"-{nimbo.id}", by_id=LINA, now=now)
    store(session, feed, [say("1", "Nimbo kettle: still awful, worst ever, and broken.", edited_at=now)], now=now)
    session.refresh(row)
    assert (row.mood, row.kind, row.kind_confidence) == ("neutral", "lead", 1.0)
    assert counts(session) == {}
    assert row.text.startswith("Nimbo kettle: still")


def test_corrections_of_many_mentions_come_newest_first(session: Session, hear: Hears, now: datetime) -> None:
    one, other = hear(), hear("Where can I buy a Nimbo teapot in Berlin?", "2")
    first = corrections.correct(session, one.id, Aspect.MOOD, "neutral", by_id=LINA, now=now)
    second = corrections.correct(session, one.id, Aspect.KIND, "bug", by_id=LINA, now=now)
    assert corrections.of(session, [one.id, other.id]) == {one.id: (second, first)}


WORDS = st.lists(
    st.one_of(
        st.tuples(st.just("mood"), st.sampled_from(corrections.MOODS)),
        st.tuples(st.just("kind"), st.sampled_from([str(one) for one in Kind])),
        st.tuples(st.just("spam"), st.sampled_from(["yes", "no"])),
        st.tuples(st.just("language"), st.sampled_from(["en", "fa", "he"])),
        st.tuples(st.just("topic"), st.sampled_from(["+0", "-0", "+1", "-1"])),
    ),
    min_size=1,
    max_size=6,
)


@given(words=WORDS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_said_and_taken_back_leaves_exactly_the_counts_there_were(
    session: Session, hear: Hears, make_topic: MakesTopics, now: datetime, words: list[tuple[str, str]]
) -> None:
    with session.begin_nested() as inner:
        row = hear()
        named = [session.scalars(select(Topic).where(Topic.query == "nimbo")).one(), make_topic("teapot")]
        before = counts(session), numbers_of(session, row), _judged(row)
        made: list[Correction] = []
        for aspect, becomes in words:
            if aspect == "topic":
                becomes = f"{becomes[0]}{named[int(becomes[1])].id}".removeprefix("+")
            made.append(corrections.correct(session, row.id, aspect, becomes, by_id=LINA, now=now))
            known = revising.known(session, row.feed_id, [row.native_id])[row.native_id]
            counted = known.contribution
            told = (1, counted.weight, int(counted.negative)) if counted.counted else None
            assert counts(session) == (dict.fromkeys(counted.topic_ids, told) if told else {})
        for one in reversed(made):
            corrections.undo(session, one.id, by_id=LINA, now=now)
        assert (counts(session), numbers_of(session, row), _judged(row)) == before
        assert row.by_hand == {}
        inner.rollback()
    session.expire_all()


def _judged(row: Mention) -> tuple[object, ...]:
    return (
        row.language, row.mood, row.mood_score, row.mood_evidence, row.kind, row.kind_confidence, row.kind_evidence,
        row.kind_version,
    )  # fmt: skip


# how well we hear


def test_accuracy_counts_each_judgement_once_against_the_last_word(
    session: Session, hear: Hears, now: datetime
) -> None:
    one, other, third = hear(), hear("Nimbo, where is my order?", "2"), hear("I love my Nimbo!", "3")
    hour = timedelta(hours=1)
    corrections.correct(session, one.id, "mood", one.mood, by_id=LINA, now=now - hour)
    corrections.correct(session, one.id, "mood", "positive", by_id=CARA, now=now)
    corrections.correct(session, third.id, "mood", third.mood, by_id=CARA, now=now)
    undone = corrections.correct(session, other.id, "mood", "negative", by_id=LINA, now=now)
    corrections.undo(session, undone.id, by_id=LINA, now=now)
    (told,) = corrections.accuracy(session, since=now - timedelta(days=1), until=None)
    assert (told.aspect, told.language, told.agreed, told.corrected, told.unsure) == ("mood", "en", 1, 1, 0)
    assert [(c.said, c.becomes, c.count) for c in told.confusions] == [("negative", "positive", 1)]
    assert told.share == 0.5
    assert told.band is not None
    low, high = told.band
    assert 0 < low < 0.5 < high < 1
    assert corrections.accuracy(session, since=now + hour, until=None) == []
    assert corrections.accuracy(session, since=None, until=now - 2 * hour) == []


def test_what_was_left_open_is_neither_right_nor_wrong(session: Session, hear: Hears, now: datetime) -> None:
    row = hear()
    row.kind_confidence = 0.2
    corrections.correct(session, row.id, "kind", "bug", by_id=LINA, now=now)
    (told,) = corrections.accuracy(session, since=None, until=None)
    assert (told.agreed, told.corrected, told.unsure, told.share, told.band) == (0, 0, 1, None, None)


# pure


def test_the_kind_people_named_is_the_newest_and_no_spam_names_none() -> None:
    assert kind([]) is None
    assert kind([("spam", "no")]) is None
    assert kind([("kind", "bug"), ("spam", "yes")]) == "spam"
    assert kind([("kind", "bug"), ("spam", "yes"), ("spam", "no")]) == "bug"
    assert kind([("kind", "spam"), ("spam", "no")]) is None


def test_words_are_laid_over_what_is_heard_anew() -> None:
    held = {"mood": 3, "topic": {"7": 4, "-9": 5}}
    assert topics(held, [9, 2]) == (2, 7)
    assert columns(held) == {"mood", "mood_score", "mood_evidence"}
    assert columns({}) == frozenset()
