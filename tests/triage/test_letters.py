"""Letters: every reason in every language, in the reader's zone, direction and digits, with nobody's words turned."""

import tomllib
from datetime import UTC, datetime
from html.parser import HTMLParser
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import letters
from triage.letters import FOLDER, LANGUAGES, Letter
from triage.parcels import Matter, Parcel, Reader

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
FSI, PDI = "\u2068", "\u2069"
CATALOGUES = {language: tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES}
REASONS = sorted(name for name, value in CATALOGUES["en"].items() if isinstance(value, dict) and "subject" in value)


def written(language: str = "en", reason: str = "handed_over", zone: str = "Asia/Tehran", **changes: Any) -> Letter:
    """Write one letter; `data` and fields of the matter can be changed."""
    data = changes.pop("data", {})
    matter = {
        "sort": "issue", "id": 41, "title": "The kettle leaks", "author": "Reza", "source": "mastodon", "status": "handed",
        "department": "Care", "triage_due": AT, "resolution_due": DUE,
    } | changes  # fmt: skip
    parcel = Parcel(7, "email", reason, "v1", AT, Matter(**matter), data)
    return letters.write(
        parcel, Reader(1, "Cara", "cara@example.org", language, zone), "https://h/issues/41", "https://h/me"
    )


class Skeleton(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.setdefault(tag, dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_says_the_same_things_with_the_same_names(language: str) -> None:
    def shape(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: shape(value) for name, value in node.items()}
        if isinstance(node, str):
            return {field for _, field, _, _ in Formatter().parse(node) if field}
        return node

    assert shape(CATALOGUES[language]) == shape(CATALOGUES["en"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_can_be_written_in_every_language(language: str, reason: str) -> None:
    base, _, finer = reason.partition("_resolution")
    letter = written(language, base, data={"promise": "resolution", "percent": 75} if finer or "_" in reason else {})
    assert letter.subject
    assert "{" not in letter.subject + letter.text
    assert Skeleton(letter.html).attributes["div"]["lang"] == language


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fa", "rtl"), ("ar", "rtl"), ("he", "rtl")])
def test_the_page_and_the_first_element_mail_programs_keep_run_the_right_way(language: str, direction: str) -> None:
    letter = written(language)
    seen = Skeleton(letter.html).attributes
    assert letter.direction == seen["html"]["dir"] == seen["div"]["dir"] == direction


@pytest.mark.parametrize(
    ("language", "zone", "due"),
    [
        ("en", "UTC", "Saturday 21:30"),
        ("en", "Asia/Tehran", "Sunday 01:00"),
        ("fa", "Asia/Tehran", "یکشنبه ۰۱:۰۰"),
        ("ar", "Asia/Riyadh", "الأحد ٠٠:٣٠"),
        ("he", "Asia/Jerusalem", "יום שבת 23:30"),
    ],
)
def test_a_deadline_is_told_on_the_readers_wall_clock(language: str, zone: str, due: str) -> None:
    assert due in written(language, zone=zone).text


def test_names_and_words_are_isolated_so_that_they_turn_nothing() -> None:
    letter = written("fa", title="The kettle leaks", department="Care")
    assert f"{FSI}Care{PDI}" in letter.subject
    assert f"{FSI}The kettle leaks{PDI}" in letter.subject
    assert "<bdi>Care</bdi>" in letter.html
    assert Skeleton(letter.html).attributes["bdi"] == {}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_a_subject_is_one_line_and_html_stays_ours_whatever_somebody_wrote(title: str) -> None:
    letter = written(title=title, data={"words": title})
    assert len(letter.subject.splitlines()) == 1
    assert letter.subject.count(FSI) >= letter.subject.count(PDI) - title.count(PDI)
    plain = written(title="plain", data={"words": "plain"})
    assert [tag for tag in Skeleton(letter.html).tags if tag in ("script", "img", "a")] == ["a", "a"]
    assert letter.html.count("<a ") == plain.html.count("<a ")


def test_markup_somebody_wrote_is_shown_not_obeyed() -> None:
    letter = written(title="<img src=x onerror=alert(1)>", data={"words": "<b>now</b>"})
    assert "<img" not in letter.html
    assert "<b>" not in letter.html
    assert "<img" in letter.text


def test_braces_in_somebodys_words_are_only_braces() -> None:
    assert "{0.__class__}" in written(title="{0.__class__}").subject


def test_a_letter_of_the_demo_says_so() -> None:
    assert written(is_demo=True).subject.startswith("[Demo] ")


@pytest.mark.parametrize(("language", "percent"), [("en", "75"), ("fa", "۷۵"), ("ar", "٧٥"), ("he", "75")])
def test_a_warning_says_how_much_of_which_promise_is_gone(language: str, percent: str) -> None:
    first = written(language, "at_risk", data={"promise": "triage", "percent": 75})
    second = written(language, "at_risk", data={"promise": "resolution", "percent": 75})
    assert percent in first.subject
    assert first.subject != second.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_incident_is_told_in_its_one_sentence_which_is_never_turned_by_its_names(language: str) -> None:
    said = f"{FSI}Nimbo{PDI}: ۲۴۰ & more."
    letter = written(language, "spike", sort="spike", kind="drop", topic="Nimbo", sentence=said)
    assert letter.text.startswith(f"{said}\n")
    # an isolate of its own would take its direction from the name it begins with
    assert f">{said.replace('&', '&amp;')}" in letter.html
    assert letter.subject != written(language, "spike", sort="spike", kind="spike", topic="Nimbo").subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["spike", "drop", "surge"])
def test_an_update_reads_as_one(language: str, kind: str) -> None:
    first, second = (
        written(language, reason, sort="spike", kind=kind, topic="Nimbo", sentence="So it is.")
        for reason in ("spike", "spike_rose")
    )
    assert first.subject != second.subject
    assert "So it is." in second.text
    assert len(second.text) > len(first.text)


def test_a_language_we_do_not_write_is_answered_in_english() -> None:
    assert written("de").language == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_that_gathers_names_each_with_its_own_link(language: str) -> None:
    other = Parcel(8, "email", "broken", "v2", AT, Matter(sort="issue", id=42, title="<b>Lid</b>"), {})
    parcel = Parcel(
        7, "email", "handed_over", "v1", AT, Matter(sort="issue", id=41, title="Kettle"), {}, others=(other,)
    )
    reader = Reader(1, "Cara", "cara@example.org", language, "UTC")
    letter = letters.write(parcel, reader, "https://h/issues/41", "https://h/me", ["https://h/issues/42"])
    assert {"en": "2", "fa": "۲", "ar": "٢", "he": "2"}[language] in letter.subject
    for body in (letter.text, letter.html):
        assert "https://h/issues/41" in body
        assert "https://h/issues/42" in body
    assert "<b>Lid" not in letter.html
