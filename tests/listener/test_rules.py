"""The rule engine over the packs: endings, clitics, negation on both sides, boosters, contrast, irony."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.sentiment import packs, rules
from listener.sentiment.endings import forms, joined
from listener.sentiment.packs import BadPack, Line
from listener.sentiment.rules import Rules
from tests.listener.hostile import HOSTILE


def line(entry: str, valence: float = 0.0, *flags: str, factor: float = 1.0) -> Line:
    return Line(entry, valence, frozenset(flags), factor)


FA = Rules(
    "fa",
    [
        line("خوب", 2), line("بی‌کیفیت", -2.5), line("بد", -2), line("عالی", 3), line("کلاه بردار*", -3),
        line("نبود", 0, "neg"), line("نیست", 0, "neg"), line("نمی*", 0, "neg"), line("بدون", 0, "neg:next"),
        line("مشکل", -1), line("ولی", 0, "but"), line("خیلی", 0, "boost", factor=1.5), line("ترد", 2, "exact"),
        line("دستتون درد نکنه", 3), line("درد", -2), line("دستتون درد نکنه واقعا", -2, "ironic"), line("صبح بخیر"),
    ],
)  # fmt: skip
AR = Rules(
    "ar",
    [
        line("جميل", 2), line("خدمة", 1), line("سيئ*", -2), line("لا", 0, "neg"), line("مش", 0, "neg"),
        line("جدا", 0, "boost", factor=1.5), line("لكن", 0, "but"), line("صباح الخير"), line("خير", 1.5),
    ],
)  # fmt: skip
HE = Rules(
    "he",
    [
        line("טוב", 2), line("מאכזב", -2), line("לא", 0, "neg"), line("מאוד", 0, "boost", factor=1.5),
        line("אבל", 0, "but"), line("שירות", 1), line("גרוע", -3),
    ],
)  # fmt: skip


def values(engine: Rules, text: str) -> list[float]:
    return [value for _, value in engine.weigh(text).evidence]


@pytest.mark.parametrize(
    ("engine", "text", "found"),
    [
        (FA, "خوبه", [2]),
        (FA, "خوب‌ترین", [2]),
        (FA, "خوب تر", [2]),
        (FA, "خوووووبه", [2]),
        (FA, "بی کیفیت و بيكيفيت", [-2.5, -2.5]),
        (FA, "کلاهبردارا", [-3]),
        (FA, "کلاه‌بردارها", [-3]),
        (FA, "صبحبخیر", []),
        (FA, "تردید", []),
        (FA, "بدن", []),
        (FA, "خوب نبود", [-1.4]),
        (FA, "خوب کار نمی‌کنه", [-1.4]),
        (FA, "عالی بود و بد نبود", [3, 1.4]),
        (FA, "بدون مشکل", [0.7]),
        (FA, "خیلی خوب", [3]),
        (FA, "خوب. نیست", [2]),
        (FA, "خوب بود ولی بد", [1, -3]),
        (FA, "دستتون درد نکنه", [3]),
        (FA, "دستتون درد نکنه واقعا عالی", [-2, -1.5]),
        (FA, "صبح بخیر 😡", [-3]),
        (AR, "والجميل", [2]),
        (AR, "خدمتهم سيئة", [-2]),
        (AR, "لا جميل", [-1.4]),
        (AR, "ولا جميل", [-1.4]),
        (AR, "مش كتير جميل", [-1.4]),
        (AR, "جميل جدا", [3]),
        (AR, "جميل لكن سيئ", [1, -3]),
        (AR, "صباح الخير", []),
        (AR, "بالخير", [1.5]),
        (HE, "והטוב", [2]),
        (HE, "לא טוב", [-1.4]),
        (HE, "שלא טוב", [-1.4]),
        (HE, "טוב מאוד", [3]),
        (HE, "טוב, לא מאכזב", [2, 1.4]),
        (HE, "טוב אבל מאכזב", [1, -3]),
        (HE, "לא. טוב", [2]),
        (HE, "גרוע 👍🏽❤️‍🔥", [-3, 2, 3]),
    ],
)
def test_a_text_weighs_as_its_language_has_it(engine: Rules, text: str, found: list[float]) -> None:
    assert values(engine, text) == pytest.approx(found)


def test_what_negated_or_boosted_a_word_is_shown_with_it() -> None:
    assert FA.weigh("خیلی خوب نبود").evidence == (("خوب … خیلی … نبود", -2.1),)


def test_shouting_makes_it_stronger_either_way() -> None:
    assert FA.weigh("خوب!!").score > FA.weigh("خوب").score
    assert FA.weigh("بد!!").score < FA.weigh("بد").score
    assert FA.weigh("خوب" + " !" * 4).score == FA.weigh("خوب" + " !" * 400).score


def test_prefixes_and_suffixes_leave_three_letters() -> None:
    assert "خوب" in forms("خوبیش", "fa")
    assert "بد" not in forms("بدم", "fa")
    assert "جمیل" in forms("والجمیل", "ar")
    assert joined(["می", "شه", "کتاب", "ها", "بی"], "fa") == ["میشه", "کتاب", "بی"]
    assert joined(["می", "."], "fa") == ["می", "."]


@pytest.mark.parametrize("language", packs.LANGUAGES)
def test_a_pack_is_well_made(language: str) -> None:
    lines = packs.lines(language)
    if not (packs._HERE / f"{language}.tsv").exists():
        pytest.fail(f"no pack for {language}")
    known = {"neg", "neg:next", "but", "ironic", "exact", "stem", "noun", "adj", "verb", "boost", "damp"}
    seen: dict[tuple[str, ...], str] = {}
    for entry in lines:
        words = rules._entry_words(entry, language)
        assert words, entry
        assert words not in seen, (entry, seen.get(words))
        seen[words] = entry.entry
        assert {flag for flag in entry.flags if not flag.startswith("dial:")} <= known, entry
        assert ("boost" in entry.flags) <= (1 < entry.factor <= 2), entry
        assert ("damp" in entry.flags) <= (0 < entry.factor < 1), entry
    assert 800 <= sum(entry.valence != 0 for entry in lines) <= 1_200
    assert (packs._HERE / f"{language}.tsv").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("row", ["خوب 2", "خوب\tdو", "خوب\t9", "\t2", "خوب\t1\tboost:x"])
def test_a_line_that_cannot_be_read_is_named(row: str) -> None:
    with pytest.raises(BadPack, match="pack:3"):
        packs._line(row, "pack:3")


@pytest.mark.parametrize(
    ("language", "text", "sign"),
    [
        ("fa", "اصلا راضی نیستم، غذا سرد رسید", -1),
        ("fa", "خیلی بد بود", -1),
        ("fa", "کیفیت غذا عالی بود مرسی", 1),
        ("fa", "بد نبود", 1),
        ("fa", "دستتون درد نکنه واقعا، سفارشم گم شد", -1),
        ("fa", "یه هفته‌ست منتظرم و هیچکس جواب نمیده", -1),
        ("ar", "الخدمة سيئة جدا والتوصيل متأخر", -1),
        ("ar", "شكرا لكم خدمة ممتازة", 1),
        ("ar", "مش حلو خالص", -1),
        ("he", "שירות גרוע, לא מומלץ", -1),
        ("he", "תודה רבה, שירות מעולה", 1),
    ],
)
def test_the_shipped_packs_hear_customers(language: str, text: str, sign: int) -> None:
    engine = rules.of(language)
    assert engine is not None
    assert engine.weigh(text).score * sign > 0.05


def test_a_language_without_a_pack_has_no_rules() -> None:
    assert rules.of("fr") is None
    assert packs.lines("../en") == ()


@pytest.mark.parametrize("language", packs.LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_weigh_between_minus_one_and_one(text: str, language: str) -> None:
    engine = rules.of(language)
    assert engine is not None
    assert -1 <= engine.weigh(text[:5000]).score <= 1


SAID = "خوب بد نبود خیلی ولی . ! , 😡 بی می ها دستتون درد نکنه واقعا نمی"


@settings(max_examples=60)
@given(st.lists(st.sampled_from(SAID.split()), max_size=30))
def test_any_order_of_words_is_weighed_within_bounds(words: list[str]) -> None:
    weighed = FA.weigh(" ".join(words))
    assert -1 <= weighed.score <= 1
    assert weighed.praise >= 0 <= weighed.blame
    assert all(abs(value) <= 4 * 2 * 1.5 for _, value in weighed.evidence)


def test_time_grows_with_the_text_and_no_faster() -> None:
    def seconds(times: int) -> float:
        text = "خیلی خوب نبود ولی دستتون درد نکنه " * times
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            FA.weigh(text)
            best = min(best, time.process_time() - began)
        return best

    seconds(100)
    assert seconds(4_000) < 12 * seconds(500) + 0.05
