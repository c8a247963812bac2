"""What a detector falls into, one test each."""

import math
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from listener.alarm.ear import Counts, Hearing, Peak
from listener.alarm.grid import DAY, HOUR, MINUTE
from listener.alarm.quiet import Quiet
from listener.alarm.watch import LEARNING, Watch
from listener.detect import judge_round
from listener.models import Topic
from listener.volume import bucket_of
from tests.conftest import NOW
from tests.listener.alarm.streams import (
    BEGAN,
    GRID,
    Told,
    between,
    copied,
    drawn,
    sorts,
    stream,
    telling,
    usual,
    watched,
)


def at_day(days: float) -> float:
    return days * DAY


def told_between(told: list[Told], start: float, end: float) -> list[str]:
    return [one.peak.sort for one in told if at_day(start) <= one.at - BEGAN < at_day(end)]


def test_a_nan_score_is_not_an_alert_and_teaches_nothing() -> None:
    buckets = stream(30, 6)
    watch = Watch.of(GRID)
    list(telling(watch, buckets))
    end = BEGAN + len(buckets) * GRID.step
    before = watch.typical(end)
    nothing = Counts(math.nan, math.nan, math.nan)
    endless = Counts(math.inf, math.inf, 0.0)
    assert sorts(telling(watch, [nothing, endless] * 3, start=end)) == []
    assert watch.typical(end) == pytest.approx(before)
    assert [peak.sort for peak in watch.judge(end + 6 * GRID.step, Counts(3, 3, 1)) if peak.opens] == []
    assert all(map(math.isfinite, watch.past.people.sums))


def test_a_running_unfinished_bucket_is_no_drop(session: Session, make_topic: Callable[[str], Topic]) -> None:
    """A busy topic, a few seconds into a bucket: what has come of it is next to nothing, and is not looked at."""
    topic, end = make_topic("nimbo"), bucket_of(NOW)
    judge_round(session, end)
    shown: list[float] = []
    with pytest.MonkeyPatch.context() as patched:
        judge = Watch.judge

        def judged(self: Watch, at: float, *rest: Any) -> list[Peak]:
            shown.append(at)
            return judge(self, at, *rest)

        patched.setattr(Watch, "judge", judged)
        judge_round(session, end + timedelta(minutes=4, seconds=59))
        assert shown == []
        judge_round(session, end + timedelta(minutes=5))
    assert shown[-1] == end.timestamp()
    assert topic.id


def test_backfill_that_lands_in_one_bucket_is_no_spike() -> None:
    silent = range(14 * 288, (14 * 288) + 36)
    buckets = stream(60, 16)
    lost = sum(buckets[step].people for step in silent)
    for step in silent:
        buckets[step] = Counts(0, 0, 0)
    back = silent.stop
    buckets[back] = Counts(lost, lost, lost / 5)
    quiet, watch, told = Quiet(), Watch.of(GRID), []
    for step, counts in enumerate(buckets):
        at = BEGAN + step * GRID.step
        quiet.hear(at, counts.total, watch.typical(at))
        hearing = Hearing(share=0.0 if quiet.is_doubtful else 1.0, backlog=quiet.is_muted(at))
        told += [Told(at, peak) for peak in watch.judge(at, counts, hearing) if peak.opens]
    assert sorts(told, after=at_day(14)) == []
    # without the watch on the feed it would have been one
    assert "spike" in sorts(watched(buckets), after=at_day(14))


def test_the_silence_of_a_feed_is_no_drop_of_people() -> None:
    buckets = stream(60, 16, between(at_day(14.3), at_day(14.8), times=0))
    hearing = [
        Hearing(share=0.0 if at_day(14.3) <= step * GRID.step < at_day(14.8) else 1.0) for step in range(len(buckets))
    ]
    assert sorts(watched(buckets, hearing), after=at_day(14.3)) == []
    assert sorts(watched(buckets), after=at_day(14.3))[0] == "drop"


def test_the_usual_share_of_anger_is_not_forgotten_by_mentions_only() -> None:
    """A storm of calm mentions, then an ordinary day: it is no angrier than before. And a storm of angry ones stays news."""
    calm = between(at_day(14), at_day(14.25), times=30, angry=0.02)
    assert "surge" not in sorts(watched(stream(60, 16, calm)), after=at_day(14))
    watch = Watch.of(GRID)
    angry = between(at_day(14), at_day(14.25), times=30, angry=0.8)
    told = list(telling(watch, stream(60, 14.25, angry)))
    assert "surge" in sorts(told, after=at_day(14))
    assert (watch.surge.negative / watch.surge.people) > 0.2


@pytest.mark.parametrize("hours", [0, 20, 40, 47])
def test_a_new_topic_learns_before_it_may_alert(hours: float) -> None:
    storm = between(hours * HOUR, (hours + 1) * HOUR, times=30)
    assert sorts(watched(stream(60, 2, storm))) == []
    assert LEARNING >= 48 * HOUR


def test_a_topic_that_has_learnt_alerts() -> None:
    assert sorts(watched(stream(60, 3.5, between(at_day(3), at_day(3) + HOUR, times=10))), after=at_day(3)) == ["spike"]


@pytest.mark.parametrize("an_hour", [6, 60])
def test_a_level_step_that_stays_is_one_alert_then_quiet(an_hour: float) -> None:
    told = watched(stream(an_hour, 60, between(at_day(21), at_day(60), times=3)))
    assert told_between(told, 21, 28) == ["spike"]
    assert sorts(told, after=at_day(28)).count("spike") <= 0.5 * 32 / 7  # as many as on any topic


def test_a_level_that_fell_for_good_is_one_alert_then_quiet() -> None:
    told = watched(stream(60, 60, between(at_day(21), at_day(60), times=0.15)))
    assert told_between(told, 21, 28) == ["drop"]
    assert len(sorts(told, after=at_day(28))) <= 0.5 * 32 / 7


def test_a_restart_inside_an_incident_does_not_alert_again() -> None:
    buckets = stream(30, 15, between(at_day(14), at_day(14.5), times=10))
    watch, told = Watch.of(GRID), []
    for step, counts in enumerate(buckets):
        at = BEGAN + step * GRID.step
        if at - BEGAN >= at_day(14):
            watch = Watch.resumed(GRID, watch.kept())  # a restart before every bucket of it
        told += [Told(at, peak) for peak in watch.judge(at, counts) if peak.opens]
    assert sorts(told, after=at_day(14)) == ["spike"]


@pytest.mark.parametrize("shift", [-HOUR, HOUR])
@pytest.mark.parametrize("an_hour", [6, 300])
def test_clocks_that_change_alert_nobody(an_hour: float, shift: float) -> None:
    """The people move by an hour; the service counts in UTC."""
    chance = random.Random(3)
    means = [usual(BEGAN + step * GRID.step + (shift if step >= 21 * 288 else 0), an_hour) for step in range(35 * 288)]
    counts = [drawn(chance, mean) for mean in means]
    told = watched(Counts(count, count, round(count * 0.2)) for count in counts)
    assert len(sorts(told, after=at_day(21))) <= 0.5 * 14 / 7


@pytest.mark.parametrize(("times", "most"), [(0.4, 0), (0.6, 0), (1.6, 1)])
@pytest.mark.parametrize("an_hour", [6, 60])
def test_a_quiet_holiday_alerts_nobody_a_lively_one_once_and_neither_is_usual_afterwards(
    an_hour: float, times: float, most: int
) -> None:
    watch = Watch.of(GRID)
    told = list(telling(watch, stream(an_hour, 22, between(at_day(20), at_day(21), times=times), seed=2)))
    assert len(told_between(told, 20, 22)) <= most
    undisturbed = Watch.of(GRID)
    list(telling(undisturbed, stream(an_hour, 22, seed=2)))
    noon = BEGAN + at_day(22.5)
    assert watch.typical(noon) == pytest.approx(undisturbed.typical(noon), rel=0.2)


@pytest.mark.parametrize("an_hour", [0.0, 0.1, 1, 3, 5])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_topic_of_few_mentions_an_hour_is_quiet(an_hour: float, seed: int) -> None:
    assert len(watched(stream(an_hour, 42, seed=seed))) <= 0.5 * 42 / 7  # what chance brings, and no more


def test_nothing_then_three_mentions_is_no_news() -> None:
    buckets = [Counts(0, 0, 0)] * (10 * 288) + [Counts(3, 3, 3)] + [Counts(0, 0, 0)] * 288
    assert watched(buckets) == []


def test_a_small_topic_with_many_people_at_once_is_news() -> None:
    buckets = stream(0.3, 21)
    buckets[20 * 288] = Counts(25, 25, 5)
    assert sorts(watched(buckets), after=at_day(20)) == ["spike"]


def test_one_text_copied_two_hundred_times_is_no_spike() -> None:
    buckets = stream(6, 21)
    buckets[20 * 288] = copied(buckets[20 * 288], 200)
    assert sorts(watched(buckets), after=at_day(20)) == []


def test_what_comes_every_week_is_no_news_after_a_few_weeks() -> None:
    """A live show: four times as many mentions for an hour, at the same hour of the week."""

    def show(since: float, mean: float, share: float) -> tuple[float, float]:
        return mean * (4 if since % (7 * DAY) < HOUR else 1), share

    told = [one for one in watched(stream(60, 56, show)) if one.at - BEGAN >= at_day(28)]
    assert [one.peak.sort for one in told if (one.at - BEGAN) % (7 * DAY) < 3 * HOUR] == []


def test_an_incident_is_told_once_however_it_goes_on() -> None:
    def waves(since: float, mean: float, share: float) -> tuple[float, float]:
        part = since - at_day(14)
        return mean * (12 if 0 <= part < DAY and int(part / (2 * HOUR)) % 2 == 0 else 1), share

    assert sorts(watched(stream(60, 16, waves)), after=at_day(14)) == ["spike"]


def test_a_surge_is_told_at_flat_volume_and_soon() -> None:
    told = watched(stream(60, 15, between(at_day(14), at_day(14.25), angry=0.65)))
    assert sorts(told, after=at_day(14)) == ["surge"]
    assert told[-1].at - BEGAN - at_day(14) <= 90 * MINUTE
    assert told[-1].peak.observed > 0.4 > told[-1].peak.typical


def test_a_slow_burn_is_told() -> None:
    def burn(since: float, mean: float, share: float) -> tuple[float, float]:
        return mean * (1 + 4 * min(max((since - at_day(20)) / (12 * HOUR), 0), 1)), share

    assert sorts(watched(stream(20, 22, burn)), after=at_day(20)) == ["spike"]
