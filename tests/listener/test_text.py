"""Readable text: what strangers wrote, without what strangers hid."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.text import LONGEST, clean_name, direction, plain, snippet
from tests.listener.hostile import HOSTILE


@pytest.mark.parametrize("form", ["plain", "html", "markdown"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_comes_in_can_be_stored_and_shown(text: str, form: str) -> None:
    read = plain(text, form, "https://a.example/")  # type: ignore[arg-type]
    for said in (read.text, snippet(text), clean_name(text)):
        said.encode()
        assert not set(said) & {"\0", "\u202e", "\u202c"}


@given(st.text())
def test_reading_twice_changes_nothing(text: str) -> None:
    once = plain(text)
    assert plain(once.text).text == once.text
    assert unicodedata.is_normalized("NFC", once.text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\r\n\r\n\r\n\r\ntwo  \n three ", "one\n\ntwo\nthree"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u2068Acme\u2069 \u202eevil\u202c", "\u2068Acme\u2069 evil"),
        ("\ud83d\ude42 and \ud83d", "🙂 and \ufffd"),
        ("e\u0301", "é"),
        ("a" + "\u0301" * 50, "á" + "\u0301" * 7),
        ("a" * (LONGEST + 5), "a" * LONGEST),
    ],
)
def test_plain_text_keeps_what_people_wrote(text: str, shown: str) -> None:
    assert plain(text).text == shown


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://a.example/b_(c). And (https://a.example/d)!", ("https://a.example/b_(c)", "https://a.example/d")),
        ("www.a.example, twice www.a.example", ("https://www.a.example",)),
        ("no link: http:// and http://[bad", ()),
        ("“https://a.example”", ("https://a.example",)),
    ],
)
def test_links_in_plain_text_end_where_people_end_them(text: str, links: tuple[str, ...]) -> None:
    assert plain(text).links == links


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("hello", "ltr"),
        ("سلام", "rtl"),
        ("שלום", "rtl"),
        ("@acme سلام", "rtl"),
        ("#acme https://a.example שלום עולם", "rtl"),
        ("iPhone من خراب شده", "rtl"),
        ("Acme Cloud is what they call شرکت", "ltr"),
        ("مرحبا is how people say hello in Arabic, as everybody knows", "ltr"),
        ("سرور nginx با php روی ubuntu بالا نمیاد", "rtl"),
        ("#سلام", "rtl"),
        ("123 😂", "ltr"),
        ("", "ltr"),
    ],
)
def test_direction_looks_past_handles_tags_addresses_and_brands(text: str, way: str) -> None:
    assert direction(text) == way


@given(st.text(), st.integers(min_value=0, max_value=200))
def test_a_snippet_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    cut = snippet(text, limit)
    assert len(cut) <= limit
    assert "\n" not in cut


@pytest.mark.parametrize("grapheme", ["👩‍👩‍👧‍👦", "🇮🇷", "👍🏽", "❤️", "e\u0301\u0316", "מָ", "한"])
def test_a_snippet_never_cuts_inside_a_grapheme(grapheme: str) -> None:
    text = grapheme * 40
    for limit in range(20, 60):
        cut = snippet(text, limit).removesuffix("…")
        assert cut.replace(grapheme, "") == "", (limit, cut)


def test_a_snippet_ends_at_a_word_if_one_is_near() -> None:
    assert snippet("the quick brown fox jumps over the lazy dog", 30) == "the quick brown fox jumps…"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u202eanA\u202c", "anA"),
        ("\u2067Ana\u2069\u200f", "Ana"),
        ("  Ana \n Lee ", "Ana Lee"),
        ("\u200b\u3164", ""),
        ("سمیه\u200cجان", "سمیه\u200cجان"),
    ],
)
def test_a_name_is_one_line_without_tricks(name: str, shown: str) -> None:
    assert clean_name(name) == shown


def test_a_name_is_at_most_a_hundred_characters() -> None:
    assert len(clean_name("x" * 5_000)) == 100
