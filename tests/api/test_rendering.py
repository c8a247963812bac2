"""Numbers, days and spans as each reader writes them; strips and plots; pages whole and in fragments."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from starlette.requests import Request

from api import rendering
from api.calendars import CALENDARS, named
from api.clocks import Stop, clock_words, strip
from api.plots import HEIGHT, WIDTH, shares
from api.reader import Reader
from api.rendering import Frame, back, marked, page
from tests.conftest import NOW
from triage.find import Clock

TEHRAN = ZoneInfo("Asia/Tehran")


def reader(language: str = "en", zone: str = "UTC", now: datetime = NOW) -> Reader:
    return Reader(language, ZoneInfo(zone), now)


# numbers, days, spans


@pytest.mark.parametrize(
    ("language", "number", "percent"),
    [("en", "1,204.5", "94.9%"), ("fa", "۱٬۲۰۴٫۵", "۹۴٫۹٪"), ("ar", "١٬٢٠٤٫٥", "٩٤٫٩٪"), ("he", "1,204.5", "94.9%")],
)
def test_numbers_are_written_as_the_language_does(language: str, number: str, percent: str) -> None:
    assert reader(language).number(1204.5, 1) == number
    assert reader(language).percent(0.949, 1) == percent


def test_a_share_that_is_not_whole_is_never_called_whole() -> None:
    assert reader().percent(0.9999, 1) == "99.9%"
    assert reader().percent(1, 1) == "100.0%"
    assert reader().percent(0.9999) == "99%"


def test_a_change_carries_its_sign() -> None:
    assert [reader().signed(value) for value in (42, 0, -42)] == ["+42", "0", "−42"]


@pytest.mark.parametrize(
    ("calendar", "gregorian", "found"),
    [
        ("jalali", date(2026, 11, 21), (1405, "Aban", 30)),
        ("jalali", date(2026, 3, 21), (1405, "Farvardin", 1)),
        ("jalali", date(2025, 3, 20), (1403, "Esfand", 30)),
        ("jalali", date(1979, 2, 11), (1357, "Bahman", 22)),
        ("hijri", date(2026, 11, 21), (1448, "Jumada II", 11)),
        ("hijri", date(2026, 2, 18), (1447, "Ramadan", 1)),
        ("hebrew", date(2026, 11, 21), (5787, "Kislev", 11)),
        ("hebrew", date(2024, 2, 21), (5784, "Adar I", 12)),
        ("hebrew", date(2024, 3, 21), (5784, "Adar II", 11)),
        ("hebrew", date(2025, 3, 21), (5785, "Adar", 21)),
        ("hijri", date(2090, 1, 1), None),
        ("gregorian", date(2026, 11, 21), None),
        ("mayan", date(2026, 11, 21), None),
    ],
)
def test_known_days_of_the_calendars(calendar: str, gregorian: date, found: tuple[int, str, int] | None) -> None:
    assert named(calendar, gregorian) == found


@given(st.sampled_from(CALENDARS[1:]), st.dates(date(1930, 1, 1), date(2070, 1, 1)))
def test_a_day_later_is_the_next_day_of_every_calendar(calendar: str, day: date) -> None:
    today, after = named(calendar, day), named(calendar, day + timedelta(days=1))
    assert today is not None
    assert after is not None
    same_month = after == (today.year, today.month, today.day + 1)
    assert same_month or (after.day == 1 and after.month != today.month and after.year - today.year in (0, 1))
    assert 1 <= today.day <= 31


@pytest.mark.parametrize(
    ("language", "calendar", "figures", "day"),
    [
        ("en", "jalali", "own", "Sat 30 Aban 1405"),
        ("en", "hebrew", "own", "Sat 11 Kislev 5787"),
        ("he", "hebrew", "own", "שבת י״א בכסלו תשפ״ז"),
        ("he", "", "own", "שבת 21 נוב׳ 2026"),
        ("ar", "hijri", "own", "السبت ١١ جمادى الآخرة ١٤٤٨"),
        ("ar", "hijri", "latin", "السبت 11 جمادى الآخرة 1448"),
        ("fa", "", "latin", "شنبه 30 آبان 1405"),
        ("fa", "gregorian", "own", "شنبه ۲۱ نوامبر ۲۰۲۶"),
    ],
)
def test_days_are_written_in_the_calendar_and_digits_one_chose(
    language: str, calendar: str, figures: str, day: str
) -> None:
    chosen = Reader(language, ZoneInfo("UTC"), NOW, calendar=calendar, figures=figures)
    assert chosen.day(NOW, year=True) == day


def test_latin_digits_are_latin_everywhere() -> None:
    plain = Reader("fa", ZoneInfo("UTC"), NOW, figures="latin")
    assert (plain.number(1204.5, 1), plain.percent(0.5), plain.locale) == ("1,204.5", "50%", "fa-u-nu-latn")
    assert reader("fa").locale == "fa-u-nu-arabext"


@pytest.mark.parametrize(
    ("language", "chosen", "first"), [("en", None, 16), ("fa", None, 21), ("he", None, 15), ("fa", 0, 16)]
)
def test_a_week_begins_where_its_reader_says(language: str, chosen: int | None, first: int) -> None:
    of = Reader(language, ZoneInfo("UTC"), NOW, week_from=chosen)
    assert of.week_of(date(2026, 11, 21)) == date(2026, 11, first)


@pytest.mark.parametrize(
    ("language", "day", "yesterday"),
    [
        ("en", "Sat 21 Nov", "Fri 20 Nov, 12:00"),
        ("fa", "شنبه ۳۰ آبان", "جمعه ۲۹ آبان، ۱۲:۰۰"),
        ("ar", "السبت ٢١ نوفمبر", "الجمعة ٢٠ نوفمبر، ١٢:٠٠"),
        ("he", "שבת 21 נוב׳", "יום ו׳ 20 נוב׳, 12:00"),
    ],
)
def test_days_are_named(language: str, day: str, yesterday: str) -> None:
    assert reader(language).day(NOW) == day
    assert reader(language).moment(NOW - timedelta(days=1)) == yesterday
    assert reader(language).moment(NOW) == reader(language).clock_time(NOW)


def test_a_moment_is_told_on_the_readers_wall_clock() -> None:
    assert reader(zone="Asia/Tehran").moment(NOW) == "15:30"
    assert reader(zone="Asia/Tehran").zone_name() == "Tehran time (UTC+3:30)"
    assert reader(zone="America/New_York").zone_name() == "New York time (UTC−5)"
    assert reader().zone_name() == "UTC"


def test_the_year_is_named_where_it_differs() -> None:
    assert reader().moment(datetime(2025, 1, 5, 8, tzinfo=UTC)) == "Sun 5 Jan 2025, 08:00"


def test_the_days_of_a_report_do_not_include_its_end() -> None:
    start, end = datetime(2026, 11, 15, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)
    assert reader().days(start, end) == "15 Nov to 21 Nov 2026"
    assert reader("fa").days(start, end) == "۲۴ آبان تا ۳۰ آبان ۱۴۰۵"
    assert reader().days(start, start + timedelta(days=1)) == "Sun 15 Nov 2026"


@pytest.mark.parametrize(
    ("seconds", "en", "fa"),
    [
        (59, "0 min", "۰ دقیقه"),
        (48 * 60 + 59, "48 min", "۴۸ دقیقه"),
        (3600, "1 h", "۱ ساعت"),
        (3600 + 5 * 60, "1 h 05", "۱ ساعت و ۵ دقیقه"),
        (-(3600 + 20 * 60), "1 h 20", "۱ ساعت و ۲۰ دقیقه"),
        (86_400, "1 d", "۱ روز"),
        (2 * 86_400 + 3 * 3600 + 59, "2 d 3 h", "۲ روز و ۳ ساعت"),
    ],
)
def test_a_span_has_at_most_two_parts_and_never_seconds(seconds: int, en: str, fa: str) -> None:
    assert reader().span(seconds) == en
    assert reader("fa").span(seconds) == fa


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s ago"),
        (12, "12 s ago"),
        (61, "1 min ago"),
        (47 * 3600, "47 h ago"),
        (49 * 3600, "2 d ago"),
        (-5, "0 s ago"),
    ],
)
def test_what_is_over_is_told_in_one_unit(seconds: int, words: str) -> None:
    assert reader().ago(NOW - timedelta(seconds=seconds)) == words


def test_what_could_not_be_told_of_a_language_is_said() -> None:
    assert reader().language_name("und") == "language unsure"
    assert reader("fa").language_name("he") == "عبری"


# clocks and strips


def clock(**values: object) -> Clock:
    given: dict[str, object] = {
        "promise": "triage", "keeping": "running", "state": "running", "start": NOW - timedelta(hours=6),
        "due": NOW + timedelta(hours=6), "done_at": None, "left": timedelta(hours=6), "gone": 0.5, "late_found": False,
        "at_risk": False,
    }  # fmt: skip
    return Clock(**given | values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "6 h left"),
        ({"state": "risk", "left": timedelta(minutes=48)}, "At risk, 48 min left"),
        ({"state": "broken", "left": timedelta(minutes=-80)}, "1 h 20 over"),
        ({"state": "broken", "left": timedelta(minutes=-80), "done_at": NOW}, "Broken by 1 h 20"),
        ({"state": "kept", "left": timedelta(minutes=38), "done_at": NOW}, "Kept, 38 min to spare"),
        ({"state": "paused", "paused_until": NOW + timedelta(hours=2)}, "Paused, waiting for the author, until 14:00"),
        ({"state": "late", "left": timedelta(minutes=145)}, "Late-found, 2 h 25 left"),
        ({"state": "none", "left": None}, "No clock yet"),
        ({"state": "none", "keeping": "void", "left": None}, "No clock any more"),
    ],
)
def test_a_clock_says_its_state_in_words(values: dict[str, object], words: str) -> None:
    assert clock_words(reader(), clock(**values)) == words


def test_a_heading_that_says_at_risk_lets_the_card_drop_it() -> None:
    assert clock_words(reader(), clock(state="risk", left=timedelta(minutes=48)), brief=True) == "48 min left"


def test_a_strip_runs_with_the_text() -> None:
    stops = [
        Stop(NOW - timedelta(hours=6), "posted"),
        Stop(NOW, "now", is_now=True),
        Stop(NOW + timedelta(hours=6), "due"),
    ]
    left, right = strip(reader(), clock(), stops), strip(reader("fa"), clock(), stops)
    assert left is not None
    assert right is not None
    assert [mark.x for mark in left.marks] == [0, 50, 100]
    assert [mark.x for mark in right.marks] == [100, 50, 0]
    assert [mark.anchor for mark in left.marks] == ["start", "middle", "end"]
    assert [mark.anchor for mark in right.marks] == ["end", "middle", "start"]
    assert left.gone == (0, 50)
    assert right.gone == (50, 50)


def test_a_broken_strip_reaches_past_its_deadline() -> None:
    laid = strip(reader(), clock(due=NOW - timedelta(hours=2), state="broken", left=timedelta(hours=-2)), [])
    assert laid is not None
    assert laid.over is not None
    assert laid.over[0] + laid.over[1] == pytest.approx(100, abs=0.1)


def test_there_is_no_strip_before_a_promise_begins() -> None:
    assert strip(reader(), clock(start=None, due=None), []) is None


@given(st.lists(st.integers(-360, 360), max_size=6), st.sampled_from(["en", "fa"]))
def test_labels_of_a_strip_stay_inside(minutes: list[int], language: str) -> None:
    stops = [Stop(NOW + timedelta(minutes=one), "Sat 21 Nov, 12:00 handed") for one in minutes]
    laid = strip(reader(language), clock(), stops)
    assert laid is not None
    assert all(0 <= mark.x <= 100 and 0 <= mark.row < laid.rows for mark in laid.marks)


# plots


def test_an_axis_begins_where_every_value_still_shows() -> None:
    assert shares([("a", [0.95, 0.9])]).rows[0][1] == pytest.approx(0.8)
    assert shares([("a", [0.95, 0.6])]).rows[0][1] == pytest.approx(0.5)
    assert shares([("a", [0.95, 0.1])]).rows[0][1] == 0
    assert shares([("a", [None, None])]).rows[0][1] == 0


def test_a_day_without_a_value_breaks_the_line() -> None:
    line = shares([("a", [1.0, 1.0, None, 1.0])]).lines[0]
    assert len(line.paths) == 1
    assert len(line.dots) == 1


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=1, max_size=90), st.booleans())
def test_a_plot_stays_on_its_paper(values: list[float | None], mirrored: bool) -> None:
    plot = shares([("a", values), ("b", values[::-1])], mirrored)
    points = [dot for line in plot.lines for dot in line.dots]
    points += [
        tuple(map(float, pair.split())) for line in plot.lines for path in line.paths for pair in path[1:].split("L")
    ]  # type: ignore[misc]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert all(0 <= x <= WIDTH for x, _, _ in plot.columns)


# pages


def request(headers: dict[str, str] | None = None, cookies: str = "", language: str = "en") -> Request:
    sent = {"cookie": cookies, **(headers or {})}
    made = Request(
        {"type": "http", "method": "GET", "path": "/inbox", "query_string": b"", "headers": [
            (name.lower().encode(), value.encode()) for name, value in sent.items()
        ], "state": {}}
    )  # fmt: skip
    made.state.frame = Frame(reader(language), member_id=1, name="Lina", role="listener")
    return made


def test_somebodys_words_are_marked_and_never_changed() -> None:
    text = "<b>hot</b> & hot"
    assert marked(text, [(3, 6)]) == "&lt;b&gt;<mark>hot</mark>&lt;/b&gt; &amp; hot"
    assert marked(text, [(3, 6), (4, 6), (9, 9)]).count("<mark>") == 1


def test_a_page_says_its_language_and_direction_and_is_never_stored() -> None:
    answer = page(request(language="fa"), "error.html", status=404, title="t", sentence="s", fields=[], error_id="")
    body = bytes(answer.body).decode()
    assert '<html lang="fa" dir="rtl"' in body
    assert answer.status_code == 404
    assert answer.headers["content-language"] == "fa"
    assert answer.headers["cache-control"] == "no-store"
    assert "HX-Request" in answer.headers["vary"]


def test_what_was_written_by_others_is_escaped() -> None:
    answer = page(request(), "error.html", title="<script>", sentence="&", fields=[], error_id="")
    assert "<script>alert" not in bytes(answer.body).decode()
    assert "&lt;script&gt;" in bytes(answer.body).decode()


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        page(request(), "error.html", title="t")


def test_a_swap_is_answered_with_its_block_alone() -> None:
    values = {"title": "t", "sentence": "s", "fields": [], "error_id": ""}
    swapped = bytes(page(request({"HX-Request": "true", "HX-Target": "main"}), "error.html", **values).body).decode()
    assert "<html" not in swapped
    assert "Back to the inbox" in swapped
    restored = {"HX-Request": "true", "HX-Target": "main", "HX-History-Restore-Request": "true"}
    assert "<html" in bytes(page(request(restored), "error.html", **values).body).decode()


def test_a_refused_swap_does_not_change_the_address() -> None:
    answer = page(request(), "error.html", status=409, title="t", sentence="s", fields=[], error_id="")
    assert answer.headers["hx-push-url"] == "false"


def test_what_an_act_left_to_say_is_said_once() -> None:
    cookie = back("/inbox", "handed_over", department="Care").headers["set-cookie"].split(";")[0]
    values = {"title": "t", "sentence": "s", "fields": [], "error_id": ""}
    answer = page(request(cookies=cookie), "error.html", **values)
    assert "Handed to Care." in bytes(answer.body).decode()
    assert f'{rendering.SAID_COOKIE}=""' in answer.headers["set-cookie"]


def test_a_swap_that_says_nothing_leaves_the_words_that_stand_there() -> None:
    cookie = back("/inbox", "handed_over", department="Care").headers["set-cookie"].split(";")[0]
    values = {"title": "t", "sentence": "s", "fields": [], "error_id": ""}
    swap = {"HX-Request": "true", "HX-Target": "main"}
    told = bytes(page(request(swap, cookies=cookie), "error.html", **values).body).decode()
    assert re.search(r'id="said".*Handed to Care\.', told)
    assert 'id="said"' not in bytes(page(request(swap), "error.html", **values).body).decode()


@pytest.mark.parametrize("cookie", ["nonsense", "e30=", "W10=", "eyJrZXkiOiAieCIsICJkYXRhIjogMX0="])
def test_a_cookie_somebody_else_wrote_says_nothing(cookie: str) -> None:
    values = {"title": "t", "sentence": "s", "fields": [], "error_id": ""}
    assert page(request(cookies=f"{rendering.SAID_COOKIE}={cookie}"), "error.html", **values).status_code == 200
