"""The first detector: what is told, what is not, and that it looks at nothing from the future."""

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from listener.spikes import Bucket, Peak, judge
from listener.volume import BUCKET

BEGAN = datetime(2026, 10, 26, tzinfo=UTC)
EVENT = BEGAN + timedelta(days=20, hours=15)
HOUR = timedelta(hours=1)
Change = Callable[[datetime, float, float], tuple[float, float]]


def drawn(chance: random.Random, mean: float) -> int:
    """A Poisson number."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def series(an_hour: float, change: Change | None = None, seed: int = 5, days: int = 22) -> list[Bucket]:
    """A topic with quiet nights and weekends, a quarter of it negative, changed from the event on."""
    chance = random.Random(seed)
    buckets = []
    for step in range(days * 288):
        at = BEGAN + step * BUCKET
        mean = an_hour / 12 * (1 + 0.8 * math.sin((at.hour - 8) / 12 * math.pi)) * (1.2 if at.weekday() < 5 else 0.6)
        angry = 0.25
        if change and at >= EVENT:
            mean, angry = change(at, mean, angry)
        count = drawn(chance, mean)
        if count:
            buckets.append(Bucket(at, count, count, sum(chance.random() < angry for _ in range(count))))
    return buckets


def told(buckets: list[Bucket], until: datetime) -> Peak | None:
    return judge([bucket for bucket in buckets if bucket.at < until], [], until=until, since=BEGAN)


def first_told(buckets: list[Bucket], hours: float = 24) -> tuple[float, str] | None:
    """Hours from the event to the first word of it, and its sort."""
    for step in range(1, int(hours * 2)):
        peak = told(buckets, EVENT + step * timedelta(minutes=30))
        if peak:
            return step / 2, peak.sort
    return None


@pytest.mark.parametrize(
    ("an_hour", "change", "sort", "within"),
    [
        (6, lambda at, mean, angry: (mean * 10, angry), "spike", 0.5),
        (1.2, lambda at, mean, angry: (mean * 10, angry), "spike", 1.5),
        (40, lambda at, mean, angry: (mean * 3, angry), "spike", 0.5),
        (6, lambda at, mean, angry: (0, angry), "drop", 5),
        (3, lambda at, mean, angry: (0, angry), "drop", 12),
        (6, lambda at, mean, angry: (mean, 0.8), "surge", 3),
    ],
)
def test_an_event_is_told_as_what_it_is_and_soon(an_hour: float, change: Change, sort: str, within: float) -> None:
    found = first_told(series(an_hour, change))
    assert found is not None
    assert found[1] == sort
    assert found[0] <= within


@pytest.mark.parametrize("an_hour", [0.3, 2, 12])
@pytest.mark.parametrize("seed", [1, 2])
def test_ordinary_weeks_are_quiet(an_hour: float, seed: int) -> None:
    buckets = series(an_hour, seed=seed, days=21)
    moments = [BEGAN + timedelta(days=14, hours=7 * step) for step in range(24)]
    assert [peak for moment in moments if (peak := told(buckets, moment))] == []


def test_three_mentions_after_none_are_no_spike() -> None:
    buckets = [Bucket(EVENT - BUCKET, 3, 3, 0)]
    assert told(buckets, EVENT) is None


def test_one_post_told_a_hundred_times_is_no_spike() -> None:
    assert told([*series(2, days=21), Bucket(EVENT - BUCKET, 100, 2, 0)], EVENT) is None


def test_a_hundred_different_posts_are_a_spike_with_its_baseline() -> None:
    peak = told([*series(2, days=21), Bucket(EVENT - BUCKET, 100, 100, 0)], EVENT)
    assert peak is not None
    assert peak.sort == "spike"
    assert peak.observed >= 100 > peak.typical * 10
    assert peak.score >= peak.baseline["bar"] >= 4
    assert {"window_minutes", "weeks", "pace", "usual_peak"} <= peak.baseline.keys()


def test_a_new_topic_learns_for_two_days_first() -> None:
    burst = [Bucket(EVENT - BUCKET, 100, 100, 0)]
    assert judge([], burst, until=EVENT, since=EVENT - timedelta(hours=47)) is None
    assert judge([], burst, until=EVENT, since=EVENT - timedelta(hours=49)) is not None


def test_a_new_level_that_stays_becomes_usual_within_a_day() -> None:
    buckets = series(6, lambda at, mean, angry: (mean * 3, angry), days=23)
    assert first_told(buckets) is not None
    assert [told(buckets, EVENT + timedelta(hours=hours)) for hours in range(24, 48, 6)] == [None] * 4


def test_a_topic_too_small_to_miss_is_not_missed() -> None:
    assert first_told(series(0.3, lambda at, mean, angry: (0, angry))) is None


def test_a_few_angry_people_are_no_surge() -> None:
    buckets = [*series(0.5, days=21), Bucket(EVENT - BUCKET, 4, 4, 4)]
    assert told(buckets, EVENT) is None


def test_what_comes_later_changes_nothing() -> None:
    buckets = series(6, lambda at, mean, angry: (mean * 10, angry))
    at = EVENT + HOUR
    past = [bucket for bucket in buckets if bucket.at < at]
    assert judge(buckets, [], until=at, since=BEGAN) == judge(past, [], until=at, since=BEGAN)
    assert judge(past[:-40], past[-40:], until=at, since=BEGAN) == judge(past, [], until=at, since=BEGAN)


def test_without_anything_heard_there_is_nothing_to_tell() -> None:
    assert judge([], []) is None
    assert judge([], [], until=EVENT, since=BEGAN) is None
    assert judge([Bucket(EVENT, 1, 1, 1)], []) is None
