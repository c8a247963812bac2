"""Boolean queries: read, refused with a caret, matched on folded text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.text import fold
from listener.topics import LONGEST_QUERY, QueryError, Speech, highlights, read
from tests.listener.hostile import HOSTILE


def hears(query: str, text: str, language: str = "en", source: str = "rss", author: str = "lina@a.example") -> bool:
    return read(query).matches(Speech(fold(text), language, source, author))


def mistake_of(query: str) -> QueryError | None:
    try:
        read(query)
    except QueryError as mistake:
        return mistake
    return None


@pytest.mark.parametrize(
    ("query", "text", "language"),
    [
        ("acme", "I like ACME.", "en"),
        ("acme refund", "refund from acme", "en"),
        ("acme AND refund", "refund from acme", "en"),
        ("acme OR umbra", "umbra is fine", "en"),
        ('acme AND (refund OR "money back") NOT giveaway', "acme: money-back now", "en"),
        ("acme -giveaway", "acme is late", "en"),
        ("NOT NOT acme", "acme", "en"),
        ('"acme cloud"', "Acme Cloud!", "en"),
        ('"acme cloud"', "so happy with #AcmeCloud", "en"),
        ("“acme cloud”", "acme cloud", "en"),
        ("acm*", "the Acmeist", "en"),
        ('"acme clo*"', "acme clouds", "en"),
        ("AT&T", "at&t again", "en"),
        ("#acme_help", "@acme_help please", "en"),
        ("🔥", "hot 🔥🔥", "en"),
        ("refund NEAR/2 late", "late, and slow refund", "en"),
        ("refund NEAR late", "late one two three four refund", "en"),
        ('(refund OR return) NEAR/3 "very late"', "return was very late", "en"),
        ("دیجی‌کالا", "از ديجي كالا خریدم", "fa"),
        ('"دیجی کالا"', "دیجی‌کالا خوبه", "fa"),
        ("אקמה", "שבאקמה כבר יודעים", "he"),
        ("אקמה", "ולאקמה", "he"),
        ('צה"ל', "דובר צה״ל", "he"),
        ("رياض", "بالرياض", "ar"),
        ("الرياض", "للرياض", "ar"),
        ("اكمه", "وأكمة", "ar"),
    ],
)
def test_a_query_hears_what_it_asks_for(query: str, text: str, language: str) -> None:
    assert hears(query, text, language)


@pytest.mark.parametrize(
    ("query", "text", "language"),
    [
        ("acme", "acmeology", "en"),
        ("acme refund", "acme", "en"),
        ("acme NOT giveaway", "acme giveaway", "en"),
        ("acme -giveaway", "giveaway by acme", "en"),
        ('"acme cloud"', "cloud acme", "en"),
        ("refund NEAR/1 late", "late and slow refund", "en"),
        ("refund NEAR/5 refund", "one refund only", "en"),
        ("acme OR umbra AND refund", "umbra alone", "en"),
        ("رمان", "برمان", "fa"),
        ("בית", "שביתה", "he"),
    ],
)
def test_a_query_does_not_hear_what_it_leaves_out(query: str, text: str, language: str) -> None:
    assert not hears(query, text, language)


@pytest.mark.parametrize(
    ("query", "heard"),
    [
        ("lang:en", True),
        ("lang:fa,en", True),
        ("lang:fa", False),
        ("source:rss x", True),
        ("source:mastodon x", False),
        ("author:@lina x", True),
        ("author:lina@a.example", True),
        ("author:LIN*", True),
        ("author:max", False),
        ("x NOT author:lina", False),
        ("from:lina", True),
    ],
)
def test_a_query_may_ask_for_language_source_and_author(query: str, heard: bool) -> None:
    assert hears(query, "x") is heard


@pytest.mark.parametrize(
    ("query", "position", "words"),
    [
        ("", 0, "at least one word"),
        ("   ", 0, "at least one word"),
        ("(acme", 0, "never closed"),
        ("acme )", 5, "never opened"),
        ("acme ()", 5, "empty"),
        ("acme AND", 8, "missing"),
        ("acme OR OR x", 8, "nothing before this OR"),
        ("AND acme", 0, "nothing before this AND"),
        ('acme "refund', 5, "never closed"),
        ("NOT acme", 0, "nearly everything"),
        ("acme OR NOT x", 0, "nearly everything"),
        ("acme site:x", 5, "no field “site”"),
        ("acme lang:", 5, "needs a value"),
        ("acme lang:farsi", 5, "two-letter code"),
        ("a1 NEAR/x b1", 3, "number from 0 to 100"),
        ("a1 NEAR/200 b1", 3, "number from 0 to 100"),
        ("a1 NEAR/ b1", 3, "number from 0 to 100"),
        ("a1 NEAR/٣ b1", 3, "number from 0 to 100"),
        ("a1 NEAR b1 NEAR c1", 11, "two things only"),
        ("lang:en NEAR b1", 0, "on its left"),
        ("b1 NEAR (c1 AND d1)", 8, "on its right"),
        ("b1 NEAR NOT c1", 8, "cannot stand here"),
        ("re*fund", 0, "end of a word"),
        ("r*", 0, "two letters"),
        ("acme --", 5, "no word in here"),
        ('""', 0, "no word in here"),
        ("(" * 40 + "x" + ")" * 40, 30, "nested"),
        ("x" * (LONGEST_QUERY + 1), LONGEST_QUERY, "at most"),
    ],
)
def test_a_mistake_is_pointed_at_with_a_sentence(query: str, position: int, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(query)
    mistake = caught.value
    assert mistake.position == position
    assert words in mistake.sentence
    line, caret, sentence = mistake.pointed().split("\n")
    assert (len(line), caret, sentence) == (len(query), " " * position + "^", mistake.sentence)


@given(st.text(st.sampled_from('abc "()*-:/\nאس') | st.characters(), max_size=60) | st.lists(
    st.sampled_from(["AND", "OR", "NOT", "NEAR", "NEAR/3", "(", ")", '"', "acme", "-x", "lang:fa", "re*"]), max_size=12
).map(" ".join))  # fmt: skip
def test_any_query_is_read_or_refused_with_a_place(query: str) -> None:
    mistake = mistake_of(query)
    if mistake is None:
        assert read(query).matches(Speech("acme x")) in {True, False}
    else:
        assert 0 <= mistake.position <= len(query)
        assert mistake.pointed().count("\n") == 2


@given(st.lists(st.sampled_from(["acme", "cloud", "late"]), max_size=6))
def test_not_is_the_opposite_and_brackets_change_nothing(words: list[str]) -> None:
    text = " ".join(words)
    assert hears("acme", text) is hears("((acme))", text)
    assert hears("acme OR late", text) is (hears("acme", text) or hears("late", text))
    assert hears("cloud NOT acme", text) is (hears("cloud", text) and not hears("acme", text))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_searched_and_highlighted(text: str) -> None:
    hears('acme OR "b c" OR de* OR (f NEAR/3 g) OR 😂', text)
    for start, end in highlights(text, ("a", "b c", "de*", "😂")):
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("acme OR (refund NEAR/3 late) NOT free", "Late free REFUND from Acme", ["Late", "REFUND", "Acme"]),
        ('"دیجی کالا"', "از دیجی‌کالا و #دیجی_کالا", ["دیجی‌کالا", "دیجی_کالا"]),
        ("acm*", "Acme, acmeist", ["Acme", "acmeist"]),
        ("שלום", "ושָׁלוֹם לכם", ["ושָׁלוֹם"]),
        ("cool", "coooool", ["coooool"]),
        ("🔥", "a 🔥 b", ["🔥"]),
        ("lang:en", "nothing", []),
    ],
)
def test_highlights_show_the_original_spelling(query: str, text: str, shown: list[str]) -> None:
    assert [text[start:end] for start, end in highlights(text, read(query).words())] == shown
