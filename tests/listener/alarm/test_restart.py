"""What a watch remembers fits in a row, and nothing else counts: a restart at any bucket changes nothing."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.alarm import keeping
from listener.alarm.ear import CLEAR, Counts, Hearing
from listener.alarm.grid import Grid
from listener.alarm.ring import Ring
from listener.alarm.watch import Watch
from tests.listener.alarm.streams import BEGAN, GRID, stream

HOURLY = Grid(3600.0)
hearings = st.sampled_from([CLEAR] * 8 + [Hearing(share=0.0), Hearing(share=0.6), Hearing(backlog=True)])
counts = st.builds(
    lambda people, copies, share: Counts(people + copies, people + math.log2(1 + copies), people * share),
    st.one_of(st.integers(0, 9), st.integers(0, 2_000), st.floats(0, 1e9)),
    st.integers(0, 500),
    st.floats(0, 1),
)
heard = st.lists(st.tuples(counts, hearings), min_size=1, max_size=60)


@settings(max_examples=40)
@given(heard, st.sets(st.integers(0, 59)), st.sampled_from([0.25, 0.5, 1.0, 4.0]))
def test_restarts_change_neither_what_is_told_nor_what_is_known(
    stream: list[tuple[Counts, Hearing]], restarts: set[int], budget: float
) -> None:
    steady, kept = Watch.of(HOURLY), Watch.of(HOURLY)
    for step, (bucket, hearing) in enumerate(stream):
        if step in restarts:
            kept = Watch.resumed(HOURLY, kept.kept())
        at = BEGAN + step * HOURLY.step
        assert kept.judge(at, bucket, hearing, budget) == steady.judge(at, bucket, hearing, budget)
        assert math.isfinite(kept.typical(at))
    assert kept.kept() == steady.kept()


def test_replaying_an_hour_from_what_was_kept_tells_the_same() -> None:
    """What comes late is counted by judging the last hour anew from what was settled before it."""
    buckets, watch = stream(60, 4), Watch.of(GRID)
    for step, bucket in enumerate(buckets[:-12]):
        watch.judge(BEGAN + step * GRID.step, bucket)
    settled, late = watch.kept(), [Counts(90, 90, 9)] * 12
    told = []
    for _ in range(3):
        again = Watch.resumed(GRID, settled)
        start = BEGAN + (len(buckets) - 12) * GRID.step
        told.append([again.judge(start + step * GRID.step, bucket) for step, bucket in enumerate(late)])
    assert told[0] == told[1] == told[2]
    assert sum(peak.opens for peaks in told[0] for peak in peaks) == 1


@settings(max_examples=100)
@given(
    st.lists(st.floats(0, 1e6, width=32), min_size=1, max_size=80), st.lists(st.integers(1, 20), min_size=1, max_size=4)
)
def test_sums_of_a_ring_are_the_sums_of_its_last_values(values: list[float], spans: list[int]) -> None:
    ring = Ring.of(spans)
    for value in values:
        ring.push(value)
    for span, total in zip(ring.spans, ring.sums, strict=True):
        assert total == pytest.approx(sum(values[-span:]), abs=1e-3, rel=1e-9)
    assert ring.ago(0) == values[-1]


def test_what_does_not_fit_is_refused() -> None:
    kept = Watch.of(GRID).kept()
    for bad in (b"", kept[:-1], kept + b"\0", bytes([keeping.VERSION + 1]) + kept[1:], Watch.of(HOURLY).kept()):
        with pytest.raises(keeping.Unreadable):
            Watch.resumed(GRID, bad)


def test_a_watch_takes_a_few_kilobytes() -> None:
    assert len(Watch.of(GRID).kept()) < 16_384
