"""Kinds by rules, in four languages, with why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener import sentiment, spam
from listener.cues import Cues
from listener.kinds import UNSURE_BELOW, Kind, KindGuess, grade, judge
from listener.speech import Speech
from listener.text import fold
from tests.listener.hostile import HOSTILE


def kind_of(text: str, language: str, links: tuple[str, ...] = (), rating: float | None = None) -> KindGuess:
    mood = sentiment.judge(text, language)
    return judge(text, language, mood, links, rating, spam=spam.judge(text, language, links=links))


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "Two weeks and my order still has not arrived. I want a refund!", "complaint"),
        ("en", "Your support never answers, worst service I have had", "complaint"),
        ("en", "How do I change the address of my order?", "question"),
        ("en", "what time do you open on sundays", "question"),
        ("en", "Absolutely love it, thank you so much!", "praise"),
        ("en", "Please add a dark mode, it would be great", "idea"),
        ("en", "The app crashes every time I open the settings since the last update", "bug"),
        ("en", "Looking for a supplier for our company, can we get a quote?", "lead"),
        ("en", "CLICK HERE to claim your FREE prize www.prize.example call 07123456789", "spam"),
        ("en", "Walked past the river on my way to class tonight", "chatter"),
        ("fa", "سه هفته‌ست منتظرم و هنوز سفارشم نرسیده، افتضاحه", "complaint"),
        ("fa", "ساعت کاری شعبه مرکزی تا کی هست", "question"),
        ("fa", "عالی بود، دمتون گرم", "praise"),
        ("fa", "کاش حالت شب هم اضافه کنید", "idea"),
        ("fa", "بعد از آپدیت جدید برنامه باز نمی‌شه و کرش می‌کنه", "bug"),
        ("fa", "می‌خوام بخرم، لیست قیمت دارید؟", "lead"),
        ("fa", "کسب درآمد تضمینی! عضو کانال تلگرام شو", "spam"),
        ("ar", "صار لي أسبوع أنتظر ولا أحد يرد، أسوأ خدمة", "complaint"),
        ("ar", "وين أقرب فرع لكم", "question"),
        ("ar", "خدمة رائعة شكرا لكم", "praise"),
        ("ar", "يا ريت تضيفوا الوضع الليلي", "idea"),
        ("ar", "التطبيق ما يفتح ويعلق بعد التحديث", "bug"),
        ("ar", "ابغى اشتري بالجملة، ممكن عرض سعر", "lead"),
        ("ar", "اربح من المنزل، اضغط الرابط وانضم للقناة", "spam"),
        ("he", "מחכה כבר שלושה שבועות להחזר כספי ואף אחד לא עונה", "complaint"),
        ("he", "איך משנים כתובת למשלוח", "question"),
        ("he", "שירות מעולה, תודה רבה!", "praise"),
        ("he", "בבקשה תוסיפו מצב לילה", "idea"),
        ("he", "האפליקציה קורסת מאז העדכון האחרון", "bug"),
        ("he", "מחפשת הצעת מחיר לעסק", "lead"),
        ("he", "להרוויח מהבית! הצטרפו לקבוצת טלגרם", "spam"),
    ],
)
def test_a_plain_case_gets_its_kind_and_says_why(language: str, text: str, kind: str) -> None:
    guess = kind_of(text, language)
    assert guess.kind == kind
    assert guess.confidence >= UNSURE_BELOW
    assert guess.why or kind == "chatter"


@pytest.mark.parametrize(("language", "text"), [("en", "hm"), ("fa", "سلام"), ("xx", "zzz zzz"), ("und", "😶")])
def test_a_text_that_says_nothing_is_left_to_a_person(language: str, text: str) -> None:
    assert kind_of(text, language).is_unsure


def test_what_follows_but_is_what_somebody_must_answer() -> None:
    assert kind_of("Great app, really great, but it keeps crashing", "en").kind is Kind.BUG


@pytest.mark.parametrize(("rating", "kind"), [(1.0, Kind.COMPLAINT), (5.0, Kind.PRAISE)])
def test_stars_speak_where_words_do_not(rating: float, kind: Kind) -> None:
    guess = kind_of("zzz", "und", rating=rating)
    assert guess.kind is kind
    assert f"{rating:g}/5" in guess.why


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("please add a dark mode", "suggestion"),
        ("tonight we watch the match", "other"),
        ("how long does it take?", "question"),
    ],
)
def test_the_grader_gets_its_own_label_words(text: str, label: str) -> None:
    assert grade(text, "en") == label


@pytest.mark.parametrize("language", ["en", "fa", "ar", "he", "und"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_get_a_kind(text: str, language: str) -> None:
    assert 0.0 < kind_of(text, language).confidence <= 1.0


@given(st.text(), st.sampled_from(["en", "fa", "ar", "he", "und"]), st.none() | st.floats(0, 5))
def test_any_text_gets_a_kind_and_a_confidence(text: str, language: str, rating: float | None) -> None:
    assert 0.0 < kind_of(text, language, rating=rating).confidence <= 1.0


CUES = Cues({"bug": {3.0: "crash*; won't open; keeps crash*"}, "complaint": {1.0: "كتاب"}})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("it crashed", [("crash*",)]),
        ("It KEEPS crashing", [("keeps", "crash*"), ("crash*",)]),
        ("it won’t open", [("won", "t", "open")]),
        ("won t", []),
        ("scratch", []),
        ("cras", []),
        ("والكتاب", [("کتاب",)]),
    ],
)
def test_cues_are_found_by_whole_words_beginnings_and_phrases(text: str, found: list[tuple[str, ...]]) -> None:
    assert [cue.words for cue in CUES.found(Speech(fold(text), "ar"))] == found
