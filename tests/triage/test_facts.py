"""Facts: what a chart may ask of a mention, and the words that tell danger, money or a how-to in four languages."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.models import TopicKind
from listener.text import fold
from triage.facts import FACTS, TOPIC_KINDS, Facts, MentionView, Subject, Writer, again, kept, never_on_a_clock, of
from triage.wordlists import LISTS
from triage.words import found

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def view(text: str = "", **values: Any) -> MentionView:
    plain: dict[str, Any] = {
        "id": 1, "source": "rss", "form": "post", "language": "en", "folded": fold(text), "kind": "complaint",
        "kind_confidence": 0.9, "mood": "negative", "mood_score": -0.6, "rating": None, "links": 0, "likes": None,
        "replies": None, "shares": None, "parent_native_id": None, "is_ours": False, "is_repost": False,
        "is_history": False, "same_as_id": None, "posted_at": NOON - timedelta(hours=3), "heard_at": NOON,
    }  # fmt: skip
    return MentionView(**plain | values)


def test_every_fact_says_what_it_means_and_how_it_may_be_asked() -> None:
    assert list(FACTS) == [one.name for one in fields(Facts)]
    for fact in FACTS.values():
        assert fact.means.endswith(".")
        assert fact.sort in {"flag", "text", "number", "words"}


def test_topic_kinds_are_those_we_listen_for() -> None:
    assert set(TOPIC_KINDS) == set(TopicKind)


@pytest.mark.parametrize(("confidence", "kind"), [(0.5, "complaint"), (0.49, "unsure"), (0.0, "unsure")])
def test_a_kind_with_less_than_half_a_chance_is_unsure(confidence: float, kind: str) -> None:
    assert of(view(kind_confidence=confidence), None, (), False).kind == kind


def test_counts_that_a_source_does_not_give_are_nothing() -> None:
    facts = of(view(likes=3, shares=4), None, (), False)
    assert (facts.engagement, facts.age_hours, facts.author_mentions, facts.author_followers) == (7, 3.0, 0, None)


def test_an_author_is_known_by_what_we_heard() -> None:
    facts = of(view(), Writer(1200, 5, 2, 1, is_bot=True), (), True)
    assert (facts.author_mentions, facts.author_negative, facts.author_positive) == (5, 2, 1)
    assert (facts.author_followers, facts.author_is_bot, facts.in_spike) == (1200, True, True)


@pytest.mark.parametrize(
    ("kinds", "only"),
    [
        ((), False),
        (("competitor",), True),
        (("competitor", "industry"), True),
        (("competitor", "brand"), False),
        (("competitor", "product"), False),
        (("industry",), False),
    ],
)
def test_a_competitors_matter_is_one_that_names_nothing_of_ours(kinds: tuple[str, ...], only: bool) -> None:
    topics = [Subject(number, kind.title(), kind) for number, kind in enumerate(kinds)]
    facts = of(view(), None, topics, False)
    assert facts.competitor_only is only
    assert facts.topic_kinds == kinds


DANGER = [
    ("en", "The handle got so hot it left a mark on my kid's hand"),
    ("en", "smoke coming out of the motor, then it caught fire!"),
    ("en", "I burned my fingers"),
    ("en", "It gave me an ELECTRIC SHOCK"),
    ("en", "my son is allergic and was in hospital"),
    ("fa", "دستگاه آتیش گرفت و بوی سوختگی میده"),
    ("fa", "دستم سوخت با این دسته"),
    ("fa", "پسرم مسموم شد و بردیمش بیمارستان"),
    ("fa", "این شارژر خطرناکه، برق گرفتم"),
    ("ar", "البطارية انفجرت في يدي"),
    ("ar", "طلع منها دخان وشرارة"),
    ("ar", "ابني أصيب بتسمم ودخل المستشفى"),
    ("ar", "والجهاز خطير على الأطفال"),
    ("he", "הסוללה התפוצצה לי ביד"),
    ("he", "יצא עשן והמכשיר עלה באש"),
    ("he", "קיבלתי כוויה מהידית"),
    ("he", "זה מסוכן לילדים, חטפתי מכת חשמל"),
]


@pytest.mark.parametrize(("language", "text"), DANGER)
def test_danger_is_heard_in_every_language(language: str, text: str) -> None:
    assert of(view(text, language=language), None, (), False).danger_words
    assert of(view(text, language="und"), None, (), False).danger_words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Hot deals this week, the fire sale is on"),
        ("en", "I have a burning question about the smoked salmon"),
        ("en", "That was a shock to nobody"),
        ("fa", "قهوه‌اش عالی بود، ممنون"),
        ("ar", "القهوة لذيذة والتغليف مرتب"),
        ("he", "הקפה מצוין והשירות מהיר"),
    ],
)
def test_ordinary_words_are_no_danger(language: str, text: str) -> None:
    assert of(view(text, language=language), None, (), False).danger_words == ()


@pytest.mark.parametrize(
    ("language", "text", "fact"),
    [
        ("en", "Where is my parcel?", "order_words"),
        ("en", "You charged me twice", "money_words"),
        ("en", "I forgot my password", "account_words"),
        ("en", "Your agent hung up on me", "staff_words"),
        ("en", "How do I clean it?", "how_to_words"),
        ("en", "The zipper fell apart", "part_words"),
        ("fa", "سفارشم نرسیده", "order_words"),
        ("fa", "پولم رو پس بدید", "money_words"),
        ("fa", "رمز عبورم یادم رفته", "account_words"),
        ("fa", "پشتیبانی جواب نمی‌دهد", "staff_words"),
        ("fa", "چطور فیلترش را تمیز کنم؟", "how_to_words"),
        ("fa", "باتری‌اش خراب شد", "part_words"),
        ("fa", "بعد از به‌روزرسانی وصل نمی‌شه", "part_words"),
        ("ar", "وين طلبي؟", "order_words"),
        ("ar", "أريد استرداد المبلغ", "money_words"),
        ("ar", "نسيت كلمة المرور", "account_words"),
        ("ar", "خدمة العملاء لا ترد", "staff_words"),
        ("ar", "كيف أنظف الفلتر؟", "how_to_words"),
        ("ar", "والشاشة مكسورة", "part_words"),
        ("he", "ההזמנה שלי לא הגיעה", "order_words"),
        ("he", "אני רוצה החזר כספי", "money_words"),
        ("he", "שכחתי את הסיסמה", "account_words"),
        ("he", "הנציגה ניתקה לי", "staff_words"),
        ("he", "איך מנקים את הפילטר?", "how_to_words"),
        ("he", "והמסך נשבר", "part_words"),
    ],
)
def test_the_words_behind_the_chart_are_found_with_what_clings_to_them(language: str, text: str, fact: str) -> None:
    facts = of(view(text, language=language), None, (), False)
    assert getattr(facts, fact)
    if fact in {"order_words", "money_words", "account_words", "staff_words"}:
        assert set(getattr(facts, fact)) <= set(facts.care_words)


def test_a_charger_is_no_charge() -> None:
    assert of(view("The charger is too short"), None, (), False).money_words == ()


def test_english_is_heard_inside_other_languages() -> None:
    assert of(view("سلام refund من چی شد", language="fa"), None, (), False).money_words == ("refund",)


def test_words_are_looked_for_in_the_beginning_of_a_long_text_only() -> None:
    assert found("word " * 1500 + "refund", "en") == {}


def test_every_list_has_every_concept() -> None:
    assert {len(lists) for lists in LISTS.values()} == {7}
    for lists in LISTS.values():
        assert all(entry.strip() for words in lists.values() for entry in words.split(","))


@given(st.text(max_size=300), st.sampled_from(["en", "fa", "ar", "he", "de", "und"]))
def test_any_text_has_words_that_stand_in_it(text: str, language: str) -> None:
    key = fold(text)
    for words in found(key, language).values():
        for word in words:
            assert all(part in key for part in word.split())


@pytest.mark.parametrize(
    ("values", "never"),
    [
        ({}, False),
        ({"is_ours": True}, True),
        ({"is_repost": True}, True),
        ({"is_history": True}, True),
        ({"kind": "spam"}, True),
        ({"kind": "chatter"}, False),
    ],
)
def test_what_is_never_on_a_clock_is_not_a_matter_of_the_chart(values: dict[str, Any], never: bool) -> None:
    assert never_on_a_clock(replace(Facts(kind="complaint"), **values)) is never


def test_facts_come_back_from_what_a_verdict_keeps() -> None:
    facts = of(view("My refund!", rating=2.0), Writer(None, 1, 1, 0, False), [Subject(1, "Nimbo", "brand")], True)
    stored = json.loads(json.dumps(kept(facts)))
    assert again(stored) == facts
    assert "is_ours" not in stored  # only what says something is kept
    assert again({**stored, "gone_since": 3}) == facts
