"""A reply that reads like the writer's last ten, in four languages."""

import pytest

from triage.alike import EARLIER, alike

STOCK = {
    "en": "I am sorry you had to go through this. Our care team takes it over now, you hear from us within 24 hours.",
    "fa": "بابت آنچه پیش آمده متأسفم. از این لحظه تیم پشتیبانی پیگیر آن است و تا ۲۴ ساعت دیگر خبرتان می‌کنیم.",
    "ar": "يؤسفني ما مررت به. يتولى فريق العناية الأمر من الآن، وسيصلك خبر منا خلال 24 ساعة.",
    "he": "צר לי על מה שעבר עליך. הצוות שלנו לוקח את זה מכאן, ותוך 24 שעות נחזור אליך.",
}
# the same, spelled otherwise: points, joiners, Arabic letters, digits, capitals
RESPELLED = {
    "en": "REZA — i am sorry you had to go through this! Our care team takes it over now; you hear from us within 24 hours",
    "fa": "رضا، بابت آنچه پيش آمده متاسفم. از اين لحظه تيم پشتيباني پیگیر آن است و تا 24 ساعت ديگر خبرتان مي‌كنيم",
    "ar": "رضا، يؤسفني ما مررت به! يتولى فريق العناية الأمر من الآن وسيصلك خبر منا خلال ٢٤ ساعة",
    "he": "רזא, צר לי על מה שעבר עליך! הצוות שלנו לוקח את זה מכאן ותוך 24 שעות נחזור אליך",
}
THEIRS = {
    "en": "A burnt hand on a Sunday morning is frightening, and she is only four. Stop using the kettle; Petra calls today.",
    "fa": "سوختن دست بچه آن هم صبح جمعه ترسناک است. کتری را خاموش نگه دارید؛ پترا امروز با شما تماس می‌گیرد.",
    "ar": "احتراق يد طفلة في الرابعة أمر مخيف. أطفئوا الغلاية من فضلكم، وستتصل بكم بترا اليوم.",
    "he": "כווייה ביד של ילדה בת ארבע זה מפחיד. אל תשתמשו בקומקום בינתיים, פטרה מתקשרת היום.",
}
ADDED = {
    "en": " And the third courier in a week who left the parcel in the rain: that is on us, not on your street.",
    "fa": " این که پیک برای بار سوم بسته را زیر باران گذاشته تقصیر ماست، نه کوچهٔ شما.",
    "ar": " أما المندوب الثالث الذي ترك الطرد تحت المطر فهذا ذنبنا نحن لا ذنب شارعكم.",
    "he": " ושליח שלישי שמשאיר חבילה בגשם זה באשמתנו, לא באשמת הרחוב שלכם.",
}
LANGUAGES = tuple(STOCK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_words_to_another_name_read_alike_however_spelled(language: str) -> None:
    found = alike(RESPELLED[language], [THEIRS[language], STOCK[language], STOCK[language]], ["رضا", "Reza", "רזא"])
    assert (found.count, found.personal) == (2, False)
    assert found.most > 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_their_own_are_personal(language: str) -> None:
    assert alike(THEIRS[language], [STOCK[language]] * 10).personal


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_about_their_own_matter_makes_a_stock_reply_theirs(language: str) -> None:
    found = alike(STOCK[language] + ADDED[language], [STOCK[language]])
    assert found.personal
    assert 0.3 < found.most < 0.7


def test_only_the_last_ten_count() -> None:
    earlier = [THEIRS["en"]] * EARLIER + [STOCK["en"]]
    assert alike(STOCK["en"], earlier).personal
    assert not alike(STOCK["en"], earlier[1:]).personal


@pytest.mark.parametrize(
    ("said", "before", "count"),
    [("Thank you!", "thank you", 1), ("Thank you!", "Thank you, Sara", 0), ("", "", 0), ("🙏", "🙏", 0), ("Ok", "", 0)],
)
def test_few_words_are_alike_only_if_they_are_the_same(said: str, before: str, count: int) -> None:
    assert alike(said, [before]).count == count


def test_long_words_are_compared_in_no_time() -> None:
    assert alike("word " * 2000, ["word " * 2000] * 10).count == 10
