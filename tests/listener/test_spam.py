"""Spam: what is written must speak for it, and it says why."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener import spam
from listener.heard import Speaker
from listener.kinds import Kind, KindGuess, is_quarantined, settle
from listener.spam import Spam, linear, signs

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BOT = Speaker("b", handle="Maria84720193", followers=3, following=4_800, since=NOW - timedelta(days=2))


@pytest.mark.parametrize(
    ("language", "text", "key"),
    [
        ("en", "CONGRATULATIONS! You have won a prize, claim your gift card now: bit.ly/x9", "prize"),
        ("en", "Need a loan? No credit check, instant approval, call 0800 123 4567", "loan"),
        ("en", "check out my channel and subscribe to me, i follow back", "follow"),
        ("en", "Double your bitcoin with our trading signals, join t.me/coins", "crypto"),
        ("en", "Work from home and earn $500 per day, DM me", "earn"),
        ("fa", "وام فوری بدون ضامن، همین حالا تماس بگیرید 09123456789", "loan"),
        ("fa", "فالو کنید بک میدم، لینک در بیو", "follow"),
        ("fa", "کسب درآمد روزانه با ارز دیجیتال، عضو کانال تلگرام شوید t.me/pool", "crypto"),
        ("fa", "سایت شرط بندی معتبر با بونوس ویژه https://bet.example", "gambling"),
        ("ar", "مبروك ربحت معنا جائزة آيفون، اضغط على الرابط https://win.example", "prize"),
        ("ar", "تسديد القروض واستخراج قرض جديد، واتساب 0501234567", "loan"),
        ("ar", "زيادة متابعين حقيقيين بأرخص الأسعار، تواصل واتس", "follow"),
        ("ar", "الشيخ الروحاني لجلب الحبيب وفك السحر 00966501234567", "magic"),
        ("he", "זכית בפרס! לחצו כאן לקבלת הפרס https://pras.example", "prize"),
        ("he", "הלוואה מיידית בלי ערבים, חייגו עכשיו 050-1234567", "loan"),
        ("he", "עקבו אחריי ואעקוב בחזרה, לינק בביו", "follow"),
        ("he", "להרוויח מהבית אלפי שקלים, הצטרפו לקבוצת טלגרם", "earn"),
    ],
)
def test_spam_is_told_in_four_languages_with_why(language: str, text: str, key: str) -> None:
    found = spam.judge(text, language)
    assert found.is_spam
    assert key in found.keys


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "My voucher does not work in the app, it says the code is invalid"),
        ("en", "Nobody answers on WhatsApp and my parcel is three weeks late"),
        ("en", "You charged me £40 twice, please refund it"),
        ("en", "Do you have a phone number? I called 0800 123 4567 and nobody picks up"),
        ("fa", "کد تخفیف شما کار نمی‌کنه"),
        ("fa", "چرا کسی تو تلگرام جواب نمیده؟ سه روزه منتظرم"),
        ("ar", "كوبون الخصم ما اشتغل معي"),
        ("ar", "لماذا تم رفض القرض الخاص بي؟"),
        ("he", "הקופון לא עובד לי באפליקציה"),
        ("he", "אף אחד לא עונה לי בוואטסאפ כבר שבוע"),
    ],
)
def test_what_customers_say_of_coupons_loans_and_chats_is_no_spam(language: str, text: str) -> None:
    assert not spam.judge(text, language).is_spam


def test_signs_speak_in_a_language_we_have_no_words_of() -> None:
    quiet = spam.judge("zzz zzz", "und")
    loud = spam.judge("zzz zzz!!! $5 +98 912 345 6789 https://a.example https://b.example https://c.example", "und")
    assert quiet.score < 0.1
    assert quiet.why == ()
    assert loud.is_spam
    assert loud.keys == {"links", "phone", "marks", "money"}


@pytest.mark.parametrize("language", ["en", "fa", "ar", "he", "und"])
@pytest.mark.parametrize("text", ["Good morning everybody", "صبح بخیر", "صباح الخير يا جماعة", "בוקר טוב לכולם", ""])
def test_who_writes_never_makes_spam_of_a_plain_sentence(language: str, text: str) -> None:
    plain, by_bot = spam.judge(text, language), spam.judge(text, language, author=BOT, posted_at=NOW)
    assert by_bot.score >= plain.score
    assert not by_bot.is_spam


def test_who_writes_decides_where_the_words_leave_it_open() -> None:
    text = "visit zzz https://zzz.example 12345 $5"
    assert not spam.judge(text, "und").is_spam
    told = spam.judge(text, "und", author=BOT, posted_at=NOW)
    assert told.is_spam
    assert {"followers", "new_account", "handle"} <= told.keys


@pytest.mark.parametrize(
    ("handle", "generated"),
    [
        ("Maria84720193", True),
        ("@user_12345678@social.example", True),
        ("x7k2p9q4z", True),
        ("qwrtzpsdf", True),
        ("maria1984", False),
        ("nimbo_care", False),
        ("سارا", False),
        ("rhythmnblues", False),
        ("", False),
    ],
)
def test_a_handle_made_by_a_machine_looks_like_it(handle: str, generated: bool) -> None:
    assert signs.looks_generated(handle) is generated


@pytest.mark.parametrize(
    ("followers", "following", "told"),
    [(3, 4_800, True), (900, 4_800, False), (0, 150, False), (None, 4_800, False), (3, None, False)],
)
def test_few_who_follow_back_are_a_sign(followers: int | None, following: int | None, told: bool) -> None:
    found = signs.of_author(Speaker("a", followers=followers, following=following), NOW)
    assert ("followers" in found) is told


def test_a_campaign_is_told_by_how_many_repeat_it_where_it_wants_a_call() -> None:
    text = "Cheap flights this week, write to +44 7700 900123"
    scores = [spam.judge(text, "en", others=others).score for others in (0, 1, 3, 10, 40)]
    assert scores == sorted(scores)
    assert scores[-1] > 0.9
    assert "repeated:40" in spam.judge(text, "en", others=40).why


def test_a_headline_passed_on_by_many_stays_a_headline() -> None:
    news = "Nimbo recalls two thousand kettles after reports of hot handles https://news.example/nimbo"
    assert not spam.judge(news, "en", others=500).is_spam


def test_what_wants_nothing_of_the_reader_may_be_said_by_all() -> None:
    said = spam.judge("We stand with the workers of Nimbo", "en")
    assert spam.repeated(said, 900) == said


@given(st.floats(0.001, 0.999), st.sampled_from(["link", "phone", "money"]), st.integers(0, 10_000))
def test_repeats_never_lower_a_score(score: float, key: str, others: int) -> None:
    before = Spam(score, (key,))
    assert spam.repeated(before, others).score >= round(score, 3) - 0.0011


@given(st.text(), st.sampled_from(["en", "fa", "ar", "he", "und"]), st.integers(0, 99))
def test_any_text_gets_a_chance_and_known_reasons(text: str, language: str, others: int) -> None:
    found = spam.judge(text, language, author=BOT, posted_at=NOW, others=others)
    assert 0.0 < found.score < 1.0
    assert found.keys <= set(spam.REASONS)


@given(
    st.floats(0.001, 0.999), st.floats(0, 1), st.floats(0, 9), st.sampled_from([one for one in Kind if one != "spam"])
)
def test_what_is_hardly_spam_is_never_in_quarantine(score: float, confidence: float, points: float, kind: Kind) -> None:
    guess = settle(Spam(score), KindGuess(kind, confidence, (), points=points))
    if is_quarantined(guess.kind, guess.confidence):
        assert score >= 0.499


def test_the_weights_that_ship_are_read_and_packed_to_the_same_bytes() -> None:
    model = linear.of("en")
    assert model is not None
    assert linear.packed(linear.unpacked(linear.packed(model))) == linear.packed(model)
    assert linear.of("fa") is None
    assert linear.of("../en") is None


@pytest.mark.parametrize("read", [b"", b"HBSPAM1\n", b"HBSPAM1\n" + b"\x0f" * 99])
def test_bytes_that_are_no_weights_are_refused(read: bytes) -> None:
    with pytest.raises(ValueError, match="not a spam model"):
        linear.unpacked(read)


def test_without_weights_the_rules_still_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "of", lambda language: None)
    assert spam.judge("You have won a prize, claim your gift card: bit.ly/x9", "en").is_spam
    assert not spam.judge("My order is late", "en").is_spam
