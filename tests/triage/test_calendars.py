"""Working hours: windows, zones, holidays and clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import calendars
from triage.calendars import CalendarError, read

BERLIN = {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
TEHRAN = {"sat": [["08:00", "16:00"]], "sun": [["08:00", "16:00"]], "holidays": ["2026-03-21"]}
ALL_DAY = {day: [["00:00", "24:00"]] for day in calendars.DAYS}
# around the clock changes of 2026 as often as anywhere else
MOMENTS = st.one_of(
    st.integers(0, 315_000_000).map(lambda s: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=s)),
    st.integers(-400_000, 400_000).map(lambda s: datetime(2026, 3, 29, tzinfo=UTC) + timedelta(seconds=s)),
    st.integers(-400_000, 400_000).map(lambda s: datetime(2026, 10, 25, tzinfo=UTC) + timedelta(seconds=s)),
)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia"]


def local(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-16T09:00", 2, "2026-11-16T11:00"),  # inside one window
        ("2026-11-16T12:00", 2, "2026-11-16T15:00"),  # over lunch
        ("2026-11-16T12:00", 1, "2026-11-16T13:00"),  # to the very end of a window
        ("2026-11-16T17:00", 2, "2026-11-17T10:00"),  # over night
        ("2026-11-20T17:00", 2, "2026-11-23T10:00"),  # over the weekend
        ("2026-11-21T03:00", 1, "2026-11-23T10:00"),  # from a closed moment
    ],
)
def test_hours_are_added_inside_the_windows_only(start: str, hours: int, end: str) -> None:
    calendar = read("Europe/Berlin", BERLIN)
    assert calendar is not None
    assert calendar.add(local("Europe/Berlin", start), timedelta(hours=hours)) == local("Europe/Berlin", end)


def test_a_holiday_is_closed_in_the_calendar_s_own_zone() -> None:
    calendar = read("Asia/Tehran", TEHRAN)
    assert calendar is not None
    friday = local("Asia/Tehran", "2026-03-20T10:00")
    assert calendar.add(friday, timedelta(hours=1)) == local("Asia/Tehran", "2026-03-22T09:00")


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-30", 24)],
)
def test_a_day_of_a_clock_change_has_the_hours_it_has(day: str, hours: int) -> None:
    calendar = read("Europe/Berlin", ALL_DAY)
    assert calendar is not None
    start = local("Europe/Berlin", f"{day}T00:00")
    end = local("Europe/Berlin", f"{day}T00:00") + timedelta(days=1)
    assert calendar.between(start, end) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("window", "worked"),
    [
        (["01:30", "03:30"], 60),  # half of it is skipped
        (["02:15", "02:45"], 0),  # all of it is skipped
        (["02:30", "04:00"], 60),  # begins inside the skip
        (["01:00", "02:30"], 60),  # ends inside the skip
    ],
)
def test_a_window_in_the_skipped_hour_loses_what_is_skipped(window: list[str], worked: int) -> None:
    calendar = read("Europe/Berlin", {"sun": [window]})
    assert calendar is not None
    day = datetime(2026, 3, 29, tzinfo=UTC)
    assert calendar.between(day - timedelta(hours=12), day + timedelta(hours=24)) == timedelta(minutes=worked)


@given(
    zone=st.sampled_from(ZONES),
    start=MOMENTS,
    first=st.timedeltas(timedelta(0), timedelta(hours=60)),
    second=st.timedeltas(timedelta(0), timedelta(hours=60)),
)
def test_adding_twice_is_adding_once_and_between_measures_what_was_added(
    zone: str, start: datetime, first: timedelta, second: timedelta
) -> None:
    for hours in (BERLIN, ALL_DAY, {"sun": [["01:30", "03:30"], ["23:00", "24:00"]]}):
        calendar = read(zone, hours)
        assert calendar is not None
        there = calendar.add(start, first)
        assert calendar.add(there, second) == calendar.add(start, first + second)
        assert calendar.between(start, there) == first


@given(
    zone=st.sampled_from(ZONES),
    start=MOMENTS,
    span=st.timedeltas(timedelta(0), timedelta(hours=100)),
)
def test_open_all_day_is_around_the_clock_in_any_zone(zone: str, start: datetime, span: timedelta) -> None:
    assert calendars.add(read(zone, ALL_DAY), start, span) == calendars.add(None, start, span) == start + span


def test_around_the_clock_adds_hours_in_utc_across_a_clock_change() -> None:
    evening = local("Europe/Berlin", "2026-03-28T20:00")
    assert calendars.add(None, evening, timedelta(hours=12)) == local("Europe/Berlin", "2026-03-29T09:00")


@given(zone=st.sampled_from(ZONES), start=MOMENTS, span=st.timedeltas(timedelta(0), timedelta(hours=100)))
def test_moments_may_come_in_any_zone(zone: str, start: datetime, span: timedelta) -> None:
    there, end = start.astimezone(ZoneInfo(zone)), (start + span).astimezone(ZoneInfo(zone))
    assert calendars.between(None, there, end) == span
    assert calendars.add(None, there, span) == start + span
    calendar = read("Europe/Berlin", BERLIN)
    assert calendar is not None
    assert calendar.between(there, end) == calendar.between(start, start + span)
    assert calendar.add(there, span) == calendar.add(start, span)


def test_what_is_kept_reads_back_the_same() -> None:
    for zone, hours in (("Europe/Berlin", BERLIN), ("Asia/Tehran", TEHRAN)):
        calendar = read(zone, hours)
        assert calendar is not None
        assert calendars.revive(calendar.plain()) == calendar
    assert calendars.revive(None) is None


@pytest.mark.parametrize(
    ("zone", "hours", "words"),
    [
        ("Mars/Base", None, "“Mars/Base” is not a time zone"),
        ("../etc/passwd", None, "is not a time zone"),
        ("", None, "is not a time zone"),
        ("100%", None, "“100%” is not a time zone"),
        ("UTC", {}, "No day has working hours"),
        ("UTC", {"mon": []}, "No day has working hours"),
        ("UTC", {"monday": [["09:00", "10:00"]]}, "“monday” is not a day"),
        ("UTC", {"mon": [["09:00"]]}, "mon: each window is a pair"),
        ("UTC", {"mon": "always"}, "mon: write a list"),
        ("UTC", {"mon": [["9 o'clock", "10:00"]]}, "“9 o'clock” is not a time of day"),
        ("UTC", {"mon": [["22:00", "06:00"]]}, "ends before it begins"),
        ("UTC", {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}, "two windows overlap around 11:00"),
        ("UTC", {"mon": [["09:00", "12:00"]], "holidays": ["someday"]}, "“someday” is not a date"),
    ],
)
def test_a_bad_calendar_is_refused_with_a_sentence(zone: str, hours: dict[str, object] | None, words: str) -> None:
    with pytest.raises(CalendarError) as refused:
        read(zone, hours)
    assert words in str(refused.value)


def test_a_calendar_that_hardly_opens_says_so_instead_of_turning_forever() -> None:
    calendar = read("UTC", {"mon": [["00:00", "00:01"]]})
    assert calendar is not None
    with pytest.raises(CalendarError, match="opens too rarely"):
        calendar.add(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=24))
