"""Two hundred hostile texts through every function that reads what strangers wrote: no crash, and every reader stops.

Each reader reads a stated number of characters at most; that is what bounds its time, and what is asserted here. How
time grows with length is measured by `python -m bench.hearing`, not by clocks in tests.
"""

import random
from datetime import UTC, datetime, timedelta

import pytest

from listener import judgement, kinds, language, likeness, sentiment, spam, text, topics
from listener.cleaning import clean
from listener.heard import Item, Speaker
from listener.judgement import Topicality
from listener.judging import LONGEST, judged_columns
from listener.speech import Speech
from tests.listener.hostile import GROWING, HOSTILE

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LANGUAGES = ("en", "fa", "ar", "he", "und")
QUERY = topics.read('refund OR "too hot" OR پول OR "כסף" NEAR/3 خدمة -spam')
TOPIC = Topicality(1, "brand", QUERY)

_SCRIPTS = (
    "abcdefghij XYZ", "ابپتثجچحخ يى كک", "אבגדהוזחטי ךםןףץ", "абвгд ёї", "αβγδ", "漢字仮名", "ひらがな", "한국어",
    "देवनागरी", "ไทย", "՝ա", "ႠႡ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "ⅷ①㈠㌀", "ﷺﷻ", "ﬀﬁ",
)  # fmt: skip
_MARKS = "\u0301\u0316\u0336\u064b\u0651\u0670\u05b0\u05bc\u0e49\u20dd\u093c\ufe0f"
_CONTROLS = "\0\x01\x1b\x7f\x85\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2028\u2066\u2067\u2068\u2069\ufeff\ufffe"
_EMOJI = ("😂", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇮🇷", "🇮🇱", "❤️‍🔥", "👍🏿", "🤬", "\U0001f3fb", "\u20e3", "\ufe0f", "\u200d")
_BOMBS = (
    "a" * 30 + "!", "(((((((((", "[a](" * 9, "<a href=" * 5, "&#x" * 9, "http://a." * 9, "@a@" * 9, "#" * 9, "0 " * 9,
    "1-2-3-4-5-6-7-8-", "((1) 2) 3.4 ", ". . . ", "?=&?=&", "a.a.a.a.com", "not not not ", "but ", "n't", "…", "``` ",
    "* * ", "www.www.", "::::)", ":-(", "$1 $1 ", "12345 ", "رفض رفض ", "لا ما مش ", "ن" * 9, "ولل", "והכש", "می‌",
)  # fmt: skip


def texts() -> list[str]:
    """Return two hundred texts, the same ones every time; the first is ten million characters long."""
    chance = random.Random(20_261_122)
    made = ["refund late but " * 625_000, "word " * 100_000, "كلمة " * 100_000, "מילה " * 100_000, "واژه‌ها " * 50_000]
    made += [HOSTILE[at] for at in range(len(HOSTILE))]
    made += [piece * 3_000 for piece in GROWING]
    made += [bomb * size for bomb in _BOMBS for size in (1, 2_000)]
    made += ["e" + "".join(chance.choices(_MARKS, k=size)) + "nd" for size in (1, 40, 5_000)]  # one letter, many marks
    made += ["".join(chance.choices(_MARKS, k=size)) for size in (1, 3_000)]  # no letter at all
    made += ["".join(chance.choices(_CONTROLS, k=size)) for size in (3, 3_000)]
    made += ["".join(chance.choices(_EMOJI, k=size)) for size in (1, 9, 4_000)]
    made += ["".join(chr(chance.randrange(0xD800, 0xE000)) for _ in range(size)) for size in (1, 2, 999)]
    while len(made) < 200:
        alphabet = [
            *"".join(chance.sample(_SCRIPTS, 3)),
            *_EMOJI,
            *_MARKS[:3],
            *_CONTROLS[:6],
            *" \n.,!?",
            chance.choice(_BOMBS),
        ]
        made.append("".join(chance.choices(alphabet, k=chance.choice((5, 60, 400, 3_000)))))
    return made


TEXTS = texts()


def test_there_are_two_hundred() -> None:
    assert len(TEXTS) == 200
    assert len(TEXTS[0]) == 10_000_000


@pytest.mark.parametrize("at", range(200))
def test_a_hostile_text_goes_through_every_reader(at: int) -> None:
    given = TEXTS[at]
    for form in ("plain", "html", "markdown"):
        shown = text.plain(given[:200_000], form)
        assert len(shown.text) <= text.LONGEST
        shown.text.encode()  # what is shown can be stored: no lone surrogate
        assert "\0" not in shown.text
    # whoever calls these holds what `plain` gave, or what a person typed; both end at a hundred thousand characters
    held = given[: text.LONGEST]
    key = text.fold(held)
    folded = text.folded(held)
    assert len(folded.starts) == len(folded.ends) == len(folded.key)
    assert text.direction(held) in ("ltr", "rtl")
    assert len(text.snippet(given)) <= 140
    assert len(text.clean_name(given)) <= 100
    code = LANGUAGES[at % len(LANGUAGES)]
    found = language.identify(held)
    assert 0.0 <= found.confidence <= 1.0
    speech = Speech(key, code, "rss", "")
    QUERY.matches(speech)
    for start, end in topics.highlights(held, QUERY.words()):
        assert 0 <= start <= end <= len(held)
    for tongue in {code, found.code, "en"}:
        mood = sentiment.judge(held, tongue)
        assert -1.0 <= mood.score <= 1.0
        spammy = spam.judge(held, tongue, others=at % 3)
        assert 0.0 < spammy.score < 1.0
        guess = kinds.judge(held, tongue, mood, spam=spammy)
        assert 0.0 < guess.confidence <= 1.0
    alike = likeness.fingerprint(key)
    assert alike is None or likeness.is_alike(alike.value, alike.value)
    likeness.canonical_url(held)


@pytest.mark.parametrize("at", range(200))
def test_a_hostile_post_becomes_a_row_that_can_be_stored(at: int) -> None:
    given = TEXTS[at]
    speaker = Speaker(
        given[:50] or "x", handle=given[:2_000], name=given[:2_000], followers=0, following=2**70, since=NOW
    )
    form = ("plain", "html", "markdown")[at % 3]
    item = clean(Item("1", given, form, title=given[:3_000], url=given[:9_000], author=speaker, rating=at % 6))
    said = judgement.judge(item, source="push", heard_at=NOW, topics=(TOPIC,))
    assert said.posted_at == NOW
    assert said.fingerprint == likeness.fingerprint(said.folded)
    row = judged_columns(said, item)
    assert len(row["text"]) <= LONGEST
    for column in ("text", "title", "folded", "language", "kind", "mood"):
        row[column].encode()
        assert "\0" not in row[column]
    again = judgement.repeated(said, 40)
    assert again.spam.score >= said.spam.score


def test_what_stands_behind_what_is_read_changes_nothing() -> None:
    """Bounded by construction: however long the rest is, mood, kind and spam read the first two thousand characters."""
    begins = "My order never arrived, I want a refund. " * 60
    longer = begins + "FREE PRIZE call 07123456789 now " * 9_000
    mood = sentiment.judge(begins, "en")
    assert sentiment.judge(longer, "en") == mood
    assert spam.judge(longer, "en") == spam.judge(begins, "en")
    assert kinds.judge(longer, "en", mood) == kinds.judge(begins, "en", mood)
    # two hundred words are printed; language is told from the first thousand characters
    words = " ".join(f"word{at}" for at in range(200))
    assert likeness.fingerprint(words) == likeness.fingerprint(f"{words} {longer.lower()}")
    assert language.identify(begins) == language.identify(longer)


def test_a_writer_from_the_future_is_no_reason_to_fail() -> None:
    speaker = Speaker("a", handle="a", since=NOW + timedelta(days=9_000), followers=1, following=9_999)
    assert not spam.judge("Where is my parcel?", "en", author=speaker, posted_at=NOW).is_spam
