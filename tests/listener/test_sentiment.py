"""Mood: words, emoji and a small model, and unsure where we cannot read."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import BOOSTER_DICT, SPECIAL_CASES, SentimentIntensityAnalyzer

from listener.sentiment import MoodLabel, emoji, english, grade, judge
from listener.sentiment.vader import Walk
from tests.listener.hostile import GROWING, HOSTILE

# as the package comes, but for its emoji: ours are read before the walk
VADER = SentimentIntensityAnalyzer()
VADER.emojis = {}
WALK = Walk(VADER.lexicon, {})
RULES = re.findall(
    r"\S+",
    "but not never so this no nor or least at very kind of Of sort just enough without doubt the bus stop to die for bomb "
    "ass yeah right kiss death beating heart hand mouth !! ?? ??? . :) :( don't ISN'T n't",
)
SAID = st.one_of(st.sampled_from(sorted(VADER.lexicon)), st.sampled_from([*RULES, *BOOSTER_DICT, *SPECIAL_CASES]))
SPOKEN = st.one_of(SAID, SAID.map(str.upper), SAID.map("({}),".format), st.text(max_size=4))


@settings(max_examples=400)
@given(st.lists(SPOKEN, max_size=25).map(" ".join))
def test_english_scores_as_vader_does(text: str) -> None:
    assert WALK.weigh(text)[0] == VADER.polarity_scores(text)["compound"]


@given(st.text(st.characters(), max_size=200))
def test_any_text_scores_as_vader_does(text: str) -> None:
    assert WALK.weigh(text)[0] == VADER.polarity_scores(text)["compound"]


@pytest.mark.parametrize("text", [*HOSTILE, *(bit * 40 for bit in GROWING)], ids=range(len(HOSTILE) + len(GROWING)))
def test_hostile_texts_score_as_vader_does(text: str) -> None:
    assert WALK.weigh(text)[0] == VADER.polarity_scores(text)["compound"]


@pytest.mark.parametrize(
    "text", ["good but bad ", "not so good, no! ", "awful ", "GREAT or nor kind of bad but least "]
)
def test_the_walk_takes_time_linear_in_the_text(text: str) -> None:
    def seconds(times: int) -> float:
        return min(_seconds(text * times) for _ in range(3))

    seconds(100)
    assert seconds(16_000) < 24 * seconds(1_000) + 0.05


def _seconds(text: str) -> float:
    began = time.process_time()
    WALK.weigh(text)
    return time.process_time() - began


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("I love this, it works great", "en", "positive"),
        ("This is the worst service ever", "en", "negative"),
        ("not good", "en", "negative"),
        ("The office opens on Monday", "en", "neutral"),
        ("The app is buggy and laggy", "en", "negative"),
        ("still no parcel 😡", "en", "negative"),
        ("עולם 😍😍", "he", "positive"),
        ("سلام 🤬", "fa", "negative"),
        ("مرحبا ❤️‍🔥", "ar", "positive"),
        ("👎🏽", "und", "negative"),
        ("خیلی بد بود", "fa", "negative"),
        ("اصلا راضی نیستم", "fa", "negative"),
        ("الخدمة سيئة جدا", "ar", "negative"),
        ("شكرا، خدمة ممتازة", "ar", "positive"),
        ("🐸", "fa", "unsure"),
        ("", "fa", "unsure"),
        ("", "en", "unsure"),
    ],
)
def test_a_mood_has_a_label_and_unsure_where_we_cannot_read(text: str, language: str, label: str) -> None:
    mood = judge(text, language)
    assert mood.label == label
    assert mood.language == language
    assert mood.version


def test_the_words_that_decided_are_told_weightiest_first() -> None:
    evidence = judge("A nice start, but a horrible, horrible end 😡", "en").evidence
    assert evidence[0][0] in {"horrible", "😡"}
    assert {"nice", "horrible", "😡"} <= {word for word, _ in evidence}
    assert [abs(value) for _, value in evidence] == sorted((abs(value) for _, value in evidence), reverse=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("❤️❤❤️❤️", ["❤", "❤"]),
        ("👍🏿 👍", ["👍", "👍"]),
        ("❤️‍🔥", ["❤"]),
        ("🤷‍♀️", ["🤷"]),
        ("🇮🇷 1️⃣ ©", []),
        ("😡text😡", ["😡", "😡"]),
    ],
)
def test_emoji_are_read_whole(text: str, found: list[str]) -> None:
    assert [word for word, _ in emoji.weighed(text)] == found


def test_the_grader_gets_the_score() -> None:
    assert grade("good", "en") == judge("good", "en").score > 0 > grade("😡", "ar")


def test_only_the_first_characters_are_read() -> None:
    assert judge("x " * 50 + "terrible", "en", max_chars=100) == judge("x " * 50, "en")
    assert judge("x " * 50 + "terrible", "en").label is MoodLabel.NEGATIVE


@pytest.mark.parametrize("language", ["en", "fa", "und"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_have_a_mood_between_minus_one_and_one(text: str, language: str) -> None:
    assert -1.0 <= judge(text, language).score <= 1.0


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("Hung up on me twice", [("hung up on", -2.0)]),
        ("THANKS FOR NOTHING", [("thanks for nothing", -2.4)]),
        ("your support team answered", []),
        ("I don’t like it", [("like", -1.11)]),
    ],
)
def test_english_phrases_say_another_thing_than_their_words(text: str, evidence: list[tuple[str, float]]) -> None:
    assert english.weigh(text)[1] == evidence
