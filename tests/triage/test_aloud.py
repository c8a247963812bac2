"""One sentence about an incident: every sort, carrier and moment of it, in four languages, never turned by a name."""

import tomllib
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.models import Spike, SpikeSort
from triage.aloud import FOLDER, LANGUAGES, aloud

AT = datetime(2026, 11, 21, 14, 35, tzinfo=UTC)  # a Saturday
FSI, PDI = "\u2068", "\u2069"
FIRST = {"posted_at": "2026-11-21T14:05:00+00:00", "author": "Tomas Berg", "source": "mastodon"}
MOOD = {"before": {"negative": 0.18}, "during": {"negative": 0.62}}
CAUSE = {"biggest": {"what": "thread", "share": 0.71, "name": "Hot handle"}, "first": FIRST, "mood": MOOD}
ZONES = {"en": "UTC", "fa": "Asia/Tehran", "ar": "Asia/Riyadh", "he": "Asia/Jerusalem"}
CATALOGUES = {language: tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES}
# the forms that a language counts in are its own
COUNTED = {"minutes", "hours", "earlier", "lasting"}


def said(language: str = "en", cause: dict[str, Any] | None = None, zone: str | None = None, **changes: Any) -> str:
    """Say an incident aloud, with its isolates written as angle brackets; every column can be changed."""
    given = {
        "sort": "spike", "observed": 412.0, "typical": 38.0, "baseline": {"window_minutes": 30.0},
        "started_at": AT - timedelta(minutes=30), "opened_at": AT, "last_at": AT,
    } | changes  # fmt: skip
    words = aloud(Spike(**given), CAUSE if cause is None else cause, language, zone or ZONES[language], "Norva")
    return words.replace(FSI, "<").replace(PDI, ">")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "<Norva>: 30-minute volume 412, usually 38; 71% from one thread on <Mastodon>, started by <Tomas Berg> at "
         "14:05; negative share 62% (usually 18%)."),
        ("fa", "<Norva>: شمار گفته‌ها در ۳۰ دقیقه ۴۱۲، معمولاً ۳۸؛ ۷۱٪ از یک رشته در <Mastodon>، آغازگر: <Tomas Berg>، "
         "ساعت ۱۷:۳۵؛ سهم گفته‌های منفی ۶۲٪ (معمولاً ۱۸٪)."),
        ("ar", "<Norva>: عدد الإشارات خلال ٣٠ دقيقة ٤١٢، والمعتاد ٣٨؛ ٧١٪ من سلسلة واحدة على <Mastodon>، والبداية من "
         "<Tomas Berg> الساعة ١٧:٠٥؛ نسبة السلبي ٦٢٪ (والمعتاد ١٨٪)."),
        ("he", "<Norva>: מספר האזכורים ב-30 דקות: 412, בדרך כלל 38; 71% משרשור אחד ב-<Mastodon>, שהתחיל אצל <Tomas Berg> "
         "ב-16:05; שיעור השליליים 62% (בדרך כלל 18%)."),
    ],
)  # fmt: skip
def test_how_large_who_carries_it_what_began_it_and_the_mood(language: str, sentence: str) -> None:
    assert said(language) == sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_with_the_same_names(language: str) -> None:
    def shape(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: shape(value) for name, value in node.items() if name not in COUNTED}
        return {field for _, field, _, _ in Formatter().parse(node) if field}

    assert shape(CATALOGUES[language]) == shape(CATALOGUES["en"])
    assert all("other" in CATALOGUES[language][name] for name in COUNTED)


@pytest.mark.parametrize(
    ("minutes", "spans"),
    [
        (5, ("5-minute", "در ۵ دقیقه", "خلال ٥ دقائق", "ב-5 דקות")),
        (15, ("15-minute", "در ۱۵ دقیقه", "خلال ١٥ دقيقة", "ב-15 דקות")),
        (60, ("1-hour", "در یک ساعت", "خلال ساعة", "בשעה")),
        (90, ("90-minute", "در ۹۰ دقیقه", "خلال ٩٠ دقيقة", "ב-90 דקות")),
        (120, ("2-hour", "در ۲ ساعت", "خلال ساعتين", "בשעתיים")),
        (360, ("6-hour", "در ۶ ساعت", "خلال ٦ ساعات", "ב-6 שעות")),
        (1440, ("24-hour", "در ۲۴ ساعت", "خلال ٢٤ ساعة", "ב-24 שעות")),
    ],
)
def test_a_span_takes_the_form_its_number_asks_for(minutes: int, spans: tuple[str, ...]) -> None:
    for language, span in zip(LANGUAGES, spans, strict=True):
        assert span in said(language, baseline={"window_minutes": float(minutes)})


def test_a_row_that_does_not_say_how_long_it_counted_counted_since_it_began() -> None:
    assert "30-minute" in said(baseline={})


@pytest.mark.parametrize(
    ("changes", "cause", "sentence"),
    [
        ({"sort": "drop", "observed": 2.0, "typical": 38.4, "baseline": {"window_minutes": 360.0}}, {},
         "<Norva>: 6-hour volume only 2, usually 38."),
        ({"observed": 4.25, "typical": 0.44}, {}, "<Norva>: 30-minute volume 4.2, usually 0.4."),
        ({"observed": 12040.0}, {}, "<Norva>: 30-minute volume 12,040, usually 38."),
        # a surge tells its share once, and what carries it is of the negative ones
        ({"sort": "surge", "observed": 0.62, "typical": 0.18}, CAUSE,
         "<Norva>: 30-minute negative share 62% (usually 18%); 71% of those from one thread on <Mastodon>, started by "
         "<Tomas Berg> at 14:05."),
        ({"sort": "surge", "observed": 0.998, "typical": 0.002}, {},
         "<Norva>: 30-minute negative share 99% (usually 1%)."),
        ({"sort": "silence", "observed": 0.0}, {"why": "failing"}, "<Norva> has not answered since 14:05."),
        ({"sort": "silence", "observed": 0.0}, {"why": "quiet"},
         "<Norva>: nothing heard since 14:05, where 38 were to be expected."),
        ({"sort": "silence", "observed": 0.0, "started_at": AT - timedelta(days=9)}, {"why": "quiet"},
         "<Norva>: nothing heard for 9 days, where 38 were to be expected."),
    ],
)  # fmt: skip
def test_every_sort_says_its_own_size(changes: dict[str, Any], cause: dict[str, Any], sentence: str) -> None:
    assert said(cause=cause, **changes) == sentence


@pytest.mark.parametrize(
    ("cause", "clause"),
    [
        ({"biggest": {"what": "copies", "share": 0.64, "name": "Boycott"}, "first": FIRST},
         "64% copies of one text, started by <Tomas Berg> at 14:05"),
        ({"biggest": {"what": "copies", "share": 0.64, "name": "Boycott"}, "first": FIRST,
          "amplified": {"is_flood": True, "share": 0.7}},
         "amplified: 64% copies of one text, started by <Tomas Berg> at 14:05"),
        ({"biggest": {"what": "link", "share": 0.5, "name": "news.example/a/b?c"}, "first": FIRST | {"is_reply": True},
          "amplified": {"is_flood": True, "share": 0.7}},
         "amplified: 70% is copied text; 50% with one link, to <news.example>, first heard from <Tomas Berg> at 14:05"),
        ({"biggest": {"what": "author", "share": 0.9, "name": "رضا"}, "first": FIRST},
         "90% from one author, <رضا>, begun at 14:05"),
        ({"biggest": {"what": "source", "share": 0.8, "name": "hackernews"}, "first": FIRST},
         "80% from one source, <Hacker News>; it goes back to a post by <Tomas Berg> at 14:05"),
        ({"biggest": None, "first": FIRST}, "it goes back to a post by <Tomas Berg> at 14:05"),
        ({"biggest": {"what": "thread", "share": 0.3}, "first": FIRST | {"author": "", "source": "rss"}},
         "30% from one thread, begun at 14:05"),
        ({"biggest": {"what": "thread", "share": 0.3}, "first": None}, "30% from one thread"),
        ({"biggest": None, "first": None, "mood": {"before": None, "during": {"negative": 0.5}}}, "negative share 50%"),
    ],
)  # fmt: skip
def test_who_carries_it_and_what_began_it_as_far_as_they_are_known(cause: dict[str, Any], clause: str) -> None:
    assert said(cause=cause) == f"<Norva>: 30-minute volume 412, usually 38; {clause}."


@pytest.mark.parametrize(
    ("posted", "zone", "when"),
    [
        ("2026-11-21T14:05:00+00:00", "Europe/Berlin", "at 15:05"),
        ("2026-11-20T22:30:00+00:00", "UTC", "on Friday at 22:30"),
        # the same moment is today where it is already Saturday
        ("2026-11-20T22:30:00+00:00", "Asia/Tehran", "at 02:00"),
        ("2026-11-09T14:05:00+00:00", "UTC", "12 days earlier"),
        # an hour after the clocks went back it is still the wall that counts
        ("2026-10-25T01:30:00+00:00", "Europe/Berlin", "27 days earlier"),
    ],
)
def test_a_moment_is_told_on_the_readers_wall_by_the_shortest_exact_words(posted: str, zone: str, when: str) -> None:
    cause = {"biggest": None, "first": FIRST | {"posted_at": posted}}
    assert said(cause=cause, zone=zone).endswith(f"<Tomas Berg> {when}.")


def test_days_that_passed_are_counted_as_the_language_counts() -> None:
    cause = {"biggest": None, "first": FIRST | {"posted_at": "2026-11-12T12:00:00+00:00"}}
    older = {"biggest": None, "first": FIRST | {"posted_at": "2026-11-06T12:00:00+00:00"}}
    assert "قبل ذلك بـ ٩ أيام" in said("ar", cause)
    assert "قبل ذلك بـ ١٥ يومًا" in said("ar", older)
    assert "۱۵ روز پیش‌تر" in said("fa", older)


def test_what_is_not_known_yet_is_left_out() -> None:
    assert said(cause={"count": 0, "distinct": 0}) == "<Norva>: 30-minute volume 412, usually 38."


def test_a_language_we_do_not_speak_is_answered_in_english() -> None:
    assert said("de", zone="UTC") == said("en")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(LANGUAGES))
def test_no_name_can_turn_the_sentence_or_break_its_line(name: str, language: str) -> None:
    cause = CAUSE | {"first": FIRST | {"author": name or "x"}}
    spike = Spike(sort=SpikeSort.SPIKE, observed=412, typical=38, baseline={}, started_at=AT, opened_at=AT, last_at=AT)
    words = aloud(spike, cause, language, "UTC", name)
    assert words.count(FSI) == words.count(PDI) == 3
    assert not any(chr(mark) in words for mark in (*range(0x202A, 0x202F), 0x2066, 0x2067))
    assert len(words.splitlines()) == 1
