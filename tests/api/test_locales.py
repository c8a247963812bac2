"""The catalogues hold every sentence there is and no other, whole in every language."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message

from api.locales import LANGUAGES, RIGHT_TO_LEFT, catalogue_path, choose, extract, translations
from api.locales.extract import read, template, write
from api.locales.words import TABLES, Words
from api.reader import Reader
from tests.conftest import NOW

TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLACE = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


@cache
def source() -> Catalog:
    return template()


def messages(language: str) -> Iterator[Message]:
    return (message for message in read(language) if message.id)


def places(text: str) -> set[str]:
    return {first or second for first, second in PLACE.findall(text)}


def forms(message: Message) -> list[tuple[str, str]]:
    """(the English form it must agree with, a translated form)"""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return [(message.id[-1], form) for form in message.string]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_missing_and_none_is_left_over(language: str) -> None:
    wanted = {(message.id, message.context) for message in source() if message.id}
    kept = {(message.id, message.context) for message in messages(language)}
    assert kept == wanted


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_in_every_plural_form(language: str) -> None:
    count = read(language).num_plurals
    for message in messages(language):
        if isinstance(message.id, str):
            assert message.string, message.id
        else:
            assert len(message.string) == count, message.id
            assert all(message.string), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_agree(language: str) -> None:
    for message in messages(language):
        counted = not isinstance(message.id, str)
        for english, translated in forms(message):
            # a form for none, one or two may say the number in its words
            missing = places(english) - places(translated) - ({"n", "due", "kept"} if counted else set())
            assert not missing, (message.id, translated)
            assert places(translated) <= places(english), (message.id, translated)
            assert translated.count("%") == len(re.findall(r"%\(\w+\)s|%%", translated)), translated


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_can_break_out_of_an_attribute(language: str) -> None:
    for message in messages(language):
        for english, translated in forms(message):
            assert not set('"<>&') & set(english + translated), message.id


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_no_middle_dot_stands_beside_digits_that_look_like_it(language: str) -> None:
    assert not [message.id for message in messages(language) for _, text in forms(message) if "·" in text]


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_digits_of_our_own_are_those_of_the_language(language: str) -> None:
    machine = re.compile(r"%\(\w+\)s|[A-Za-z`@/:.+\-]*[A-Za-z]+[\w\-/:.+]*|2026-11-21|https?://|\+03:30|p9\d")
    for message in messages(language):
        for _, text in forms(message):
            assert not re.search(r"[0-9]", machine.sub("", text)), text


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        ("fa", {0: "۰ دقیقه", 1: "۱ دقیقه", 5: "۵ دقیقه"}),
        ("ar", {1: "دقيقة", 2: "دقيقتان", 5: "٥ دقائق", 48: "٤٨ دقيقة", 100: "١٠٠ دقيقة"}),
        ("he", {1: "דקה", 2: "2 דק׳", 48: "48 דק׳"}),
    ],
)
def test_minutes_are_counted_as_each_language_counts(language: str, counts: dict[int, str]) -> None:
    reader = Reader(language, ZoneInfo("UTC"), NOW)
    for count, words in counts.items():
        found = str(reader.catalogue.ngettext("%(n)s min", "%(n)s min", count)) % {"n": reader.number(count)}
        assert found == words


@pytest.mark.parametrize("language", TRANSLATED)
def test_writing_what_was_read_changes_nothing(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, catalogue = catalogue_path(language).read_bytes(), read(language)
    monkeypatch.setattr(extract, "catalogue_path", lambda _: tmp_path / "after.po")
    write(language, catalogue)
    assert (tmp_path / "after.po").read_bytes() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_words_and_an_unknown_one_is_shown_as_it_is(language: str) -> None:
    words = Words(translations(language))
    for table, keys in TABLES.items():
        for key in keys:
            assert words(table, key), (table, key)
    assert words("kind", "something-new") == "something-new"


@pytest.mark.parametrize(
    ("member", "cookie", "accept", "language"),
    [
        ("fa", "he", "ar", "fa"),
        (None, "he", "ar", "he"),
        (None, None, "de;q=0.9, ar-EG;q=0.8, en;q=0.1", "ar"),
        (None, "xx", "he", "he"),
        ("xx", None, None, "en"),
        (None, None, "fa;q=nonsense, de", "fa"),
        (None, None, "*", "en"),
    ],
)
def test_the_language_is_chosen(member: str | None, cookie: str | None, accept: str | None, language: str) -> None:
    assert choose(member, cookie, accept) == language


def test_what_was_said_is_looked_up_and_never_trusted() -> None:
    words = Words(translations("en"))
    assert words.say({"key": "handed_over", "data": {"department": "Care"}}) == "Handed to Care."
    assert words.say({"key": "nonsense", "data": {}}) == ""
    assert words.say({"key": "handed_over", "data": {}}) == ""


def test_three_languages_run_from_the_right() -> None:
    assert {"fa", "ar", "he"} == RIGHT_TO_LEFT
