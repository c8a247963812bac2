"""The search key: one spelling for what people mean, and the way back to what they wrote."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from listener.folding import fold, folded, marks_cut
from tests.listener.hostile import HOSTILE

# letters that meet in unlucky ways: presentation forms, ligatures, marks, jamo, half-width kana, the two i of Turkish
UNLUCKY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "aAıİßكيىة\u064b\u0640\u200c\u200d\u0301\u0327 \n!0٣۳ﷺﻻשׁ\u05b0\ufb01\uff76\uff9e\u1100\u1161\u11a8ａ"
        ),
    )
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("HELLO  World\n", "hello world"),
        ("كتابي", "کتابی"),
        ("أإآٱ", "اا"),
        ("مدرسة", "مدرسه"),
        ("كِتَابٌ", "کتاب"),
        ("ســــلام", "سلام"),
        ("שָׁלוֹם", "שלום"),
        ("می\u200cخواهم", "می خواهم"),
        ("۱۲۳ ١٢٣ 123", "123 123 123"),
        ("coooool!!!!", "cool!!"),
        ("خیییییلی", "خییلی"),
        ("100000", "100000"),
        ("ＡＢＣ ﬁ", "abc fi"),
        ("İstanbul STRASSE straße", "istanbul strasse strasse"),
        ("don’t “quote” צה״ל", 'don\'t "quote" צה"ל'),
        ("a\u202eb\u2066c\u200f", "abc"),
        ("so\u00adft vi\u200bagra", "soft viagra"),
        ("❤️", "❤"),
        ("ﻼ", "لا"),
    ],
)
def test_folding_makes_one_key_of_many_spellings(text: str, key: str) -> None:
    assert fold(text) == key


@given(UNLUCKY)
@example("a\u0640\u0301")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(UNLUCKY)
def test_the_map_leads_from_the_key_back_into_the_original(text: str) -> None:
    found = folded(text)
    assert found.key == fold(text)
    for start, end in zip(found.starts, found.ends, strict=True):
        assert 0 <= start < end <= len(text)
    assert list(found.starts) == sorted(found.starts)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_fold_to_something_that_can_be_stored(text: str) -> None:
    fold(text).encode()
    assert folded(text).key == fold(text)


@pytest.mark.parametrize(
    ("text", "sought", "shown"),
    [
        ("یک كِتاب خوب", "کتاب", "كِتاب"),
        ("so coooool today", "cool", "coooool"),
        ("א שָׁלוֹם ב", "שלום", "שָׁלוֹם"),
        ("the ＡＣＭＥ shop", "acme", "ＡＣＭＥ"),
    ],
)
def test_a_span_of_the_key_shows_the_original_spelling(text: str, sought: str, shown: str) -> None:
    found = folded(text)
    at = found.key.index(sought)
    start, end = found.span(at, at + len(sought))
    assert text[start:end] == shown


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\U00011100\U00011133", "\u0301\U00011133"])
def test_no_letter_carries_more_than_eight_marks(marks: str) -> None:
    assert len(marks_cut("a" + marks * 10_000 + "b")) == 10
