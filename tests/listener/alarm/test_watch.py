"""How sensitive a watch is, and how well it hears."""

import random

from listener.alarm.ear import Counts, Hearing
from listener.alarm.watch import BUDGETS, Watch, sensitivity
from tests.listener.alarm.streams import BEGAN, GRID, drawn, stream, telling, usual


def lively(days: int, seed: int) -> list[Counts]:
    """A topic whose mood changes by the hour: busy and quiet spells, as people make them."""
    chance, buckets, spell = random.Random(seed), [], 1.0
    for step in range(days * 288):
        if step % 6 == 0:
            spell = chance.gammavariate(1.5, 1 / 1.5)
        count = drawn(chance, spell * usual(BEGAN + step * GRID.step, 60))
        buckets.append(Counts(count, count, count * 0.2))
    return buckets


def test_who_puts_up_with_more_false_alerts_is_told_more() -> None:
    assert [sensitivity(budget) for budget in BUDGETS] == sorted(sensitivity(budget) for budget in BUDGETS)
    told = [
        sum(len(list(telling(Watch.of(GRID), lively(28, seed), budget=budget))) for seed in range(3))
        for budget in BUDGETS
    ]
    assert told == sorted(told, reverse=True)
    assert told[-1] <= 0.3 * 3 * 28 / 7 * 3  # 0.3 a week of each of three sorts, three topics


def test_what_is_heard_through_half_of_the_feeds_is_half_of_what_is_due() -> None:
    """Neither a drop, nor a storm that hides, nor a lower level afterwards."""
    watch = Watch.of(GRID)
    for step, bucket in enumerate(stream(60, 14)):
        watch.judge(BEGAN + step * GRID.step, bucket)
    start, usually = BEGAN + 14 * 288 * GRID.step, watch.typical(BEGAN)
    told = []
    for step, bucket in enumerate(stream(30, 2, seed=5)):
        told += watch.judge(start + step * GRID.step, bucket, Hearing(share=0.5))
    assert [peak.sort for peak in told if peak.opens] == []
    assert watch.typical(BEGAN) == usually
    storm = watch.judge(start + 2 * 288 * GRID.step, Counts(80, 80, 10), Hearing(share=0.5))
    assert [(peak.sort, peak.opens) for peak in storm] == [("spike", True)]
