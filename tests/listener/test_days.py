"""A day beside a typical one: real hours, what teaches, bands that hold what they say, a pace that a burst cannot fool."""

import math
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.days import (
    LEAST_FOR_SHARE,
    Aim,
    Band,
    Calendar,
    Told,
    Word,
    aim,
    share,
    teachers,
    told,
    typical,
)

ZONE = ZoneInfo("UTC")
DAY = date(2026, 11, 21)
SHAPE = (4, 4, 4, 5, 6, 8, 10, 11, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 11, 10, 8, 6, 5)
COUNTS = st.lists(st.lists(st.integers(0, 500).map(float), min_size=24, max_size=24), min_size=1, max_size=8)


def at(hour: float) -> datetime:
    return datetime(2026, 11, 21, tzinfo=UTC) + timedelta(hours=hour)


def flat(value: float) -> list[float]:
    return [value] * 24


@pytest.mark.parametrize(
    ("zone", "day", "hours", "first"),
    [
        ("UTC", DAY, 24, "2026-11-21T00:00"),
        ("Asia/Tehran", DAY, 24, "2026-11-20T20:30"),
        ("Europe/Berlin", date(2026, 3, 29), 23, "2026-03-28T23:00"),
        ("Europe/Berlin", date(2026, 10, 25), 25, "2026-10-24T22:00"),
        ("Africa/Cairo", date(2026, 4, 24), 23, "2026-04-23T22:00"),
        ("Australia/Lord_Howe", date(2026, 4, 5), 25, "2026-04-04T13:00"),
    ],
)
def test_a_day_has_the_hours_it_really_has(zone: str, day: date, hours: int, first: str) -> None:
    found = Calendar.of(day, ZoneInfo(zone))
    assert len(found.starts) == len(found.clock) == hours
    assert found.start == datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert found.end == Calendar.of(day + timedelta(days=1), ZoneInfo(zone)).start


def test_what_the_clock_skips_or_shows_twice_still_makes_a_day_of_24() -> None:
    spring = Calendar.of(date(2026, 3, 29), ZoneInfo("Europe/Berlin"))
    assert spring.on_the_clock([float(hour) for hour in spring.clock])[:4] == [0, 1, 1, 3]
    autumn = Calendar.of(date(2026, 10, 25), ZoneInfo("Europe/Berlin"))
    assert autumn.clock[:4] == (0, 1, 2, 2)
    assert autumn.on_the_clock([0, 1, 4, 8, *[3.0] * 21])[:4] == [0, 1, 6, 3]


def test_eight_days_of_the_same_weekday_teach() -> None:
    found, alike = teachers(DAY, date(2026, 1, 1))
    assert (len(found), alike) == (8, 8)
    assert {one.weekday() for one in found} == {DAY.weekday()}


def test_where_same_weekdays_are_few_the_days_before_help_out() -> None:
    found, alike = teachers(DAY, DAY - timedelta(days=15))
    assert alike == 2
    assert found == [DAY - timedelta(days=back) for back in range(1, 15)]
    assert teachers(DAY, DAY) == ([], 0)


def test_no_day_teaches_nothing() -> None:
    assert typical([]) is None
    found = told(Calendar.of(DAY, ZONE), flat(2), None, at(12))
    assert (found.seen, found.due, found.band, found.word, found.coming) == (48, None, None, None, None)


@given(COUNTS)
def test_the_hours_add_up_to_the_day_and_bands_hold_the_mean(samples: list[list[float]]) -> None:
    usual = typical(samples)
    assert usual is not None
    found = told(Calendar.of(DAY, ZONE), flat(0), usual, at(24))
    assert found.whole == pytest.approx(sum(hour.due or 0 for hour in found.hours))
    assert found.due == pytest.approx(found.whole)
    assert found.band is not None
    assert found.band.low <= (found.whole or 0) + 1
    assert found.band.high >= (found.whole or 0) - 1
    for hour in found.hours:
        assert hour.band is not None
        assert 0 <= hour.band.low <= hour.band.high


def test_one_storm_does_not_make_a_typical_day() -> None:
    calm = [flat(5) for _ in range(7)]
    storm = flat(5)
    storm[13] = 900
    usual, without = typical([*calm, storm]), typical(calm)
    assert usual is not None
    assert without is not None
    assert sum(usual.hours) == pytest.approx(sum(without.hours), rel=0.06)
    assert usual.hours[13] < 8


def test_an_hour_with_little_heard_leans_on_the_hours_beside_it() -> None:
    sample = flat(0)
    sample[10] = 1
    found = typical([sample])
    assert found is not None
    assert found.hours[9] > 0.1
    assert found.hours[10] < 0.8
    loud = flat(0)
    loud[10] = 1000
    found = typical([loud, loud, loud, loud])
    assert found is not None
    assert found.hours[10] > 950


def test_a_topic_nobody_spoke_of_may_be_spoken_of_once_without_news() -> None:
    usual = typical([flat(0)] * 8)
    seen = flat(0)
    seen[9] = 1
    found = told(Calendar.of(DAY, ZONE), seen, usual, at(12))
    assert (found.due, found.word) == (0, Word.USUAL)
    seen[9] = 9
    assert told(Calendar.of(DAY, ZONE), seen, usual, at(12)).word is Word.MORE


def test_the_hour_that_runs_can_have_too_much_but_not_yet_too_little() -> None:
    usual = typical([flat(30)] * 8)
    seen = [30.0] * 12 + [0.0] * 12
    found = told(Calendar.of(DAY, ZONE), seen, usual, at(12.5))
    assert found.hours[12].seen == 0
    assert found.hours[12].word is None
    assert found.hours[13].seen is None
    assert told(Calendar.of(DAY, ZONE), seen, usual, at(13)).hours[12].word is Word.LESS
    seen[12] = 90
    assert told(Calendar.of(DAY, ZONE), seen, usual, at(12.5)).hours[12].word is Word.MORE


def test_typical_so_far_grows_with_the_hour() -> None:
    usual = typical([flat(10)] * 8)
    dues = [told(Calendar.of(DAY, ZONE), flat(0), usual, at(hour)).due or 0 for hour in (0, 6, 12, 12.5, 24)]
    assert dues == pytest.approx([0, 60, 120, 125, 240])


def test_what_a_day_may_come_to_is_told_until_it_is_over() -> None:
    usual = typical([flat(10)] * 8)
    found = told(Calendar.of(DAY, ZONE), [10.0] * 12 + [0.0] * 12, usual, at(12))
    assert found.coming == pytest.approx(240)
    assert found.coming_band is not None
    assert found.coming_band.low < 240 < found.coming_band.high
    assert told(Calendar.of(DAY, ZONE), flat(10), usual, at(24)).coming is None


def test_a_burst_is_counted_but_not_carried_on() -> None:
    usual = typical([flat(10)] * 8)
    seen = [10.0] * 12 + [0.0] * 12
    seen[11] = 500
    found = told(Calendar.of(DAY, ZONE), seen, usual, at(12))
    assert found.coming is not None
    assert found.coming - found.seen == pytest.approx(120, rel=0.15)


def poisson(dice: Random, mean: float) -> float:
    if mean > 200:
        return max(round(dice.gauss(mean, math.sqrt(mean))), 0)
    bound, chance, count = math.exp(-mean), dice.random(), 0
    while chance > bound:
        chance *= dice.random()
        count += 1
    return float(count)


@pytest.mark.parametrize("level", [3.0, 20.0, 200.0])
@pytest.mark.parametrize("unlike", [0.01, 0.1])
def test_nine_in_ten_hours_days_and_midnights_lie_in_their_bands(level: float, unlike: float) -> None:
    dice = Random(f"{level}/{unlike}")

    def day() -> list[float]:
        pace = level * dice.gammavariate(1 / unlike, unlike) / sum(SHAPE)
        return [poisson(dice, pace * part * dice.gammavariate(1 / unlike, unlike)) for part in SHAPE]

    calendar, tries = Calendar.of(DAY, ZONE), 150
    hours = days = midnights = 0
    for _ in range(tries):
        usual, today = typical([day() for _ in range(8)]), day()
        whole = told(calendar, today, usual, at(24))
        hours += sum(hour.word is Word.USUAL for hour in whole.hours)
        days += whole.word is Word.USUAL
        noon = told(calendar, [*today[:12], *[0.0] * 12], usual, at(12))
        assert noon.coming_band is not None
        midnights += noon.coming_band.word(sum(today)) is Word.USUAL
    assert hours / (24 * tries) > 0.86
    assert days / tries > 0.83
    assert midnights / tries > 0.83


def test_a_share_is_called_high_only_when_enough_was_said() -> None:
    usual = [(20.0, 100.0)] * 8
    assert share(0, 0, usual).seen is None
    few = share(4, LEAST_FOR_SHARE - 1, usual)
    assert (few.due, few.word) == (pytest.approx(0.2), None)
    assert share(30, 50, usual).word is Word.MORE
    assert share(0, 80, usual).word is Word.LESS
    assert share(11, 50, usual).word is Word.USUAL
    assert share(3, 9, []).due is None


@pytest.mark.parametrize(
    ("seen", "coming", "is_over", "stands"),
    [
        (100, None, False, Aim.KEPT),
        (99, None, True, Aim.MISSED),
        (50, Band(101, 140), False, Aim.LIKELY),
        (50, Band(90, 140), False, Aim.OPEN),
        (50, Band(60, 99), False, Aim.UNLIKELY),
        (50, None, False, Aim.OPEN),
    ],
)
def test_how_a_target_stands(seen: float, coming: Band | None, is_over: bool, stands: Aim) -> None:
    assert aim(100, Told((), seen, coming_band=coming), is_over) is stands
