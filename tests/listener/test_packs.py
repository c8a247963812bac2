"""The Arabic and Hebrew packs: every line holds, and sentences in them are heard as people mean them."""

import re
from collections import Counter

import pytest

from listener.folding import fold
from listener.sentiment import packs, rules

OURS = ("ar", "he")
PLAIN = {"neg", "neg:next", "but", "ironic", "exact", "stem", "noun", "adj", "verb"}
DIALECTS = {f"dial:{name}" for name in ("egy", "lev", "gulf", "mag", "iraq")}
NOTHING_SAID = 0.05

ARABIC = (
    ("الخدمة ممتازة والموظفين محترمين", "+"),
    ("شكرا جزيلا على سرعة الرد", "+"),
    ("تطبيق رائع وسهل الاستخدام", "+"),
    ("وصل الطلب قبل الموعد والتغليف جميل", "+"),
    ("ما شاء الله شغلكم نظيف", "+"),
    ("يعطيكم العافية على المجهود", "+"),
    ("جزاكم الله خيرا وبارك الله فيكم", "+"),
    ("أنصح الجميع بالتعامل معهم", "+"),
    ("لن أتردد في الشراء منكم، تجربة مميزة", "+"),
    ("لا مثيل له في السوق", "+"),
    ("الأكل لذيذ والأسعار مناسبة", "+"),
    ("ما أجمل هذا المكان", "+"),
    ("الخدمة بقت كويسة أوي", "+"),
    ("تسلم ايديكم يا جدعان", "+"),
    ("المنتج تحفة بجد", "+"),
    ("كتير منيح هالمحل", "+"),
    ("يسلمو كتير على الخدمة", "+"),
    ("والله ما قصرتوا معنا", "+"),
    ("بيض الله وجهك يا طيب", "+"),
    ("التصميم الجديد يجنن", "+"),
    ("كلش زين الشغل مالكم", "+"),
    ("المنتوج زوين بزاف", "+"),
    ("بارك الله فيك خويا، خدمة هايلة برشا", "+"),
    ("الخدمة سيئة جدا والموظف وقح", "-"),
    ("أسوأ تجربة في حياتي", "-"),
    ("حسبي الله ونعم الوكيل فيكم", "-"),
    ("هذه الشركة نصابة وتسرق الناس", "-"),
    ("التطبيق لا يعمل منذ التحديث الأخير", "-"),
    ("لم يصل الطلب ولا أحد يرد", "-"),
    ("للأسف خاب ظني بكم، خيبة أمل كبيرة", "-"),
    ("لن أتعامل معكم مرة أخرى", "-"),
    ("لا أنصح أحدا بهذا المطعم", "-"),
    ("المنتج مغشوش ومكسور", "-"),
    ("خدمة مش كويسة خالص", "-"),
    ("الموبايل بيهنج والنت زفت", "-"),
    ("محدش بيرد عليا من امبارح", "-"),
    ("زهقت منكم، حرقتوا دمي", "-"),
    ("مش عاجبني الشكل الجديد", "-"),
    ("الخدمة مو منيحة أبدا", "-"),
    ("بتضحكوا على الناس يا كذابين", "-"),
    ("الأكل خايس والمكان وسخ", "-"),
    ("مب زين الشغل عندكم", "-"),
    ("ما منكم فايدة، طفشتونا", "-"),
    ("غثيث هالتطبيق وما يشتغل", "-"),
    ("الخدمة خايبة بزاف", "-"),
    ("حشومة عليكم هاد الشي", "-"),
    ("قشمرتونا، كلها خداع وكذب", "-"),
    ("شكرا على لا شيء", "-"),
    ("شكرا على التأخير، قمة الاحترافية", "-"),
    ("حرام عليكم اتقوا الله في الناس", "-"),
    ("الله لا يوفقكم", "-"),
    ("ليست جيدة كما توقعت", "-"),
    ("غير مريح وغير عملي", "-"),
    ("الشكل جميل لكن الخدمة سيئة جدا", "-"),
    ("التوصيل تأخر بس الأكل لذيذ جدا", "+"),
    ("ليس سيئا", "+"),
    ("بدون مشاكل والحمد لله", "+"),
    ("متى تفتحون يوم الجمعة؟", "0"),
    ("كيف أغير عنوان الطلب؟", "0"),
    ("صباح الخير، هل عندكم توصيل؟", "0"),
    ("حبيت أعرف كم السعر", "0"),
    ("اشتريت هاتف ذكي أمس", "0"),
)

HEBREW = (
    ("השירות היה מצוין והצוות אדיב", "+"),
    ("תודה רבה על המענה המהיר", "+"),
    ("אפליקציה נהדרת ונוחה לשימוש", "+"),
    ("המשלוח הגיע לפני הזמן, כל הכבוד", "+"),
    ("האוכל טעים ממש", "+"),
    ("ממליצה בחום לכולם", "+"),
    ("אין עליכם, אלופים", "+"),
    ("אחלה מוצר", "+"),
    ("סבבה של שירות", "+"),
    ("היה כיף ונהנינו מאוד", "+"),
    ("איזה יופי של עיצוב", "+"),
    ("מקצועיים, סבלניים ונחמדים", "+"),
    ("שאפו על העבודה", "+"),
    ("יישר כוח ובהצלחה", "+"),
    ("מזל טוב ורק בריאות", "+"),
    ("אני מרוצה מאוד מהקנייה", "+"),
    ("פתרו לי את הבעיה תוך דקה", "+"),
    ("בלי בעיות בכלל", "+"),
    ("לא מאכזב אף פעם", "+"),
    ("התאהבתי במקום הזה", "+"),
    ("פצצה של מסעדה", "+"),
    ("מחיר הוגן ושווה כל שקל", "+"),
    ("אתם פשוט מדהימים", "+"),
    ("מעל ומעבר לכל הציפיות", "+"),
    ("היא מקסימה וחכמה מאוד", "+"),
    ("השירות גרוע והנציגה חצופה", "-"),
    ("פשוט בושה וחרפה", "-"),
    ("האפליקציה לא עובדת מאז העדכון", "-"),
    ("נתקעת כל הזמן, נמאס", "-"),
    ("החבילה לא הגיעה ואף אחד לא עונה", "-"),
    ("המוצר הגיע שבור ופגום", "-"),
    ("שירות על הפנים", "-"),
    ("איזה חרא של חברה", "-"),
    ("הזוי לגמרי", "-"),
    ("חבורה של גנבים ושקרנים", "-"),
    ("מאוכזבת מאוד מהאיכות", "-"),
    ("לא ממליץ לאף אחד", "-"),
    ("לא מרוצה בכלל", "-"),
    ("האוכל לא טעים", "-"),
    ("היה מגעיל ומסריח", "-"),
    ("בזבוז זמן וכסף", "-"),
    ("חויבתי פעמיים ואין מענה", "-"),
    ("תתביישו לכם", "-"),
    ("יקר מדי בשביל מה שמקבלים", "-"),
    ("זלזול בלקוחות", "-"),
    ("לא אקנה יותר לעולם", "-"),
    ("חיכיתי שעה על הקו וניתקו לי", "-"),
    ("תודה על כלום", "-"),
    ("חיים בסרט", "-"),
    ("בדיחה עצובה ולא שירות", "-"),
    ("אין שירות ואין יחס, חוסר כבוד", "-"),
    ("מטומטמים, הרסתם הכול", "-"),
    ("זה ממש לא נוח", "-"),
    ("איטי נורא ומעצבן", "-"),
    ("המקום יפה אבל השירות גרוע מאוד", "-"),
    ("היה קצת איטי אבל האוכל מעולה", "+"),
    ("לא רע", "+"),
    ("מתי אתם פותחים ביום שישי?", "0"),
    ("איך משנים כתובת בהזמנה?", "0"),
    ("בוקר טוב, יש לכם משלוחים לאילת?", "0"),
    ("אשמח לדעת מה המחיר", "0"),
    ("ראיתי את הפרסומת אתמול", "0"),
)

SENTENCES = [("ar", text, sign) for text, sign in ARABIC] + [("he", text, sign) for text, sign in HEBREW]


def folded(entry: str) -> str:
    """Return an entry as the rules see it."""
    return " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)*\*?", fold(entry)))


@pytest.mark.parametrize("language", OURS)
def test_a_pack_says_first_how_it_was_made(language: str) -> None:
    head = (packs._HERE / f"{language}.tsv").read_text(encoding="utf-8").splitlines()[:6]
    assert all(line.startswith("#") for line in head)
    assert "by hand" in " ".join(head)


@pytest.mark.parametrize("language", OURS)
def test_a_pack_has_eight_to_twelve_hundred_entries_of_mood_on_both_sides(language: str) -> None:
    moods = [line.valence for line in packs.lines(language) if line.valence]
    assert 800 <= len(moods) <= 1200
    assert min(Counter(value > 0 for value in moods).values()) > len(moods) / 4


@pytest.mark.parametrize("language", OURS)
def test_valences_are_graded_and_in_range(language: str) -> None:
    moods = {line.valence for line in packs.lines(language) if line.valence}
    assert -4 <= min(moods) <= -3
    assert 3 <= max(moods) <= 4
    assert len(moods) > 10


@pytest.mark.parametrize("language", OURS)
def test_an_entry_stands_once_so_with_one_sign(language: str) -> None:
    counts = Counter(folded(line.entry) for line in packs.lines(language))
    assert [entry for entry, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("language", OURS)
def test_flags_are_known_and_factors_in_range(language: str) -> None:
    for line in packs.lines(language):
        amounts = {flag for flag in line.flags if flag in {"boost", "damp"}}
        assert line.flags - amounts <= PLAIN | DIALECTS, line
        assert (1.2 <= line.factor <= 2) == ("boost" in line.flags), line
        assert (0.3 <= line.factor <= 0.8) == ("damp" in line.flags), line
        assert not (line.valence and line.flags & {"neg", "boost", "damp", "but"}), line


@pytest.mark.parametrize("language", OURS)
def test_a_star_leaves_a_stem_and_a_phrase_at_most_six_words(language: str) -> None:
    for line in packs.lines(language):
        words = folded(line.entry).split()
        assert 1 <= len(words) <= 6, line
        if len(words) == 1 and words[0].endswith("*"):
            assert len(words[0]) > 3, line


@pytest.mark.parametrize("language", OURS)
def test_every_entry_is_heard_as_it_is_written(language: str) -> None:
    heard = rules.of(language)
    assert heard is not None
    for line in packs.lines(language):
        weighed = heard.weigh(line.entry.replace("*", ""))
        assert weighed.score * line.valence >= 0, line
        assert bool(weighed.score) == bool(line.valence), line


@pytest.mark.parametrize("language", OURS)
def test_negators_boosters_dampers_contrast_irony_and_idle_phrases_are_all_there(language: str) -> None:
    lines = packs.lines(language)
    flags = Counter(flag for line in lines for flag in line.flags)
    assert all(flags[flag] >= 8 for flag in ("neg", "boost", "damp", "but", "ironic"))
    assert sum(not line.valence and not line.flags for line in lines) >= 20


def test_arabic_speaks_five_dialects() -> None:
    flags = Counter(flag for line in packs.lines("ar") for flag in line.flags)
    assert all(flags[dialect] >= 5 for dialect in DIALECTS)


@pytest.mark.parametrize(("language", "text", "sign"), SENTENCES)
def test_a_sentence_is_heard_as_people_mean_it(language: str, text: str, sign: str) -> None:
    heard = rules.of(language)
    assert heard is not None
    score = heard.weigh(text).score
    assert ("0" if abs(score) < NOTHING_SAID else "+" if score > 0 else "-") == sign, heard.weigh(text)


@pytest.mark.parametrize(
    ("language", "weaker", "stronger"),
    [
        ("ar", "الخدمة جيدة", "الخدمة جيدة جدا"),
        ("ar", "سيئ شوي", "سيئ"),
        ("ar", "مبسوط", "مبسوط كتير"),
        ("ar", "الأكل لذيذ", "الأكل لذيذ أوي"),
        ("he", "השירות טוב", "השירות טוב מאוד"),
        ("he", "קצת מאכזב", "מאכזב"),
        ("he", "מעצבן", "מעצבן ממש"),
        ("he", "נחמד", "מעולה"),
    ],
)
def test_boosters_raise_and_dampers_lower(language: str, weaker: str, stronger: str) -> None:
    heard = rules.of(language)
    assert heard is not None
    assert abs(heard.weigh(weaker).score) < abs(heard.weigh(stronger).score)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "مباراة كرة القدم"),
        ("ar", "من المهم أن نفهم"),
        ("ar", "مشينا إلى السوق"),
        ("ar", "خريطة الفروع"),
        ("ar", "نصبح على موعد"),
        ("ar", "منتج مختلف"),
        ("he", "מעולם לא ביקרתי שם"),
        ("he", "החזירו את הספר לספרייה"),
        ("he", "מכונות הנשמה"),
        ("he", "אני לומד בקורס ערב"),
        ("he", "בזה נסיים"),
        ("he", "מחמוד גר בחיפה"),
    ],
)
def test_words_that_only_look_like_mood_are_not_heard(language: str, text: str) -> None:
    heard = rules.of(language)
    assert heard is not None
    assert heard.weigh(text).evidence == ()
