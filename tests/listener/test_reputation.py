"""The score of a topic: the worked example of docs/reputation.md, and what must hold for every sample."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.reputation import LEAST_VOICES, Sample, Saying, judge
from listener.standing import Moods

DOCS = Path(__file__).parents[2] / "docs" / "reputation.md"
WEIGHTS = st.floats(0, 2_000, allow_nan=False).map(lambda value: round(value, 3))
EXAMPLE = Sample(Moods(positive=38, neutral=12, negative=20, unsure=1.6), mentions=74, squares=100)


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    moods = Moods(draw(WEIGHTS), draw(WEIGHTS), draw(WEIGHTS), draw(WEIGHTS))
    authors = draw(st.integers(1, 500))
    return Sample(moods, mentions=9, squares=moods.known**2 / authors)


def test_the_worked_example_of_the_published_formula() -> None:
    found = judge(EXAMPLE)
    assert (found.total, found.mean) == (72, 0.25)
    assert found.variance == pytest.approx(0.7708, abs=5e-5)
    assert found.voices == pytest.approx(49)
    assert found.error == pytest.approx(0.2410, abs=5e-5)
    assert found.unsure == pytest.approx(0.0223, abs=5e-5)
    assert (found.score, round(found.low, 1), round(found.high, 1)) == (62.5, 49.3, 75.1)
    assert found.is_said


def test_the_page_that_publishes_the_formula_holds_this_example() -> None:
    text = DOCS.read_text()
    for number in ("38", "12", "20", "1.6", "72", "0.25", "0.7708", "49", "0.2410", "0.0223", "62.5", "49.3", "75.1"):
        assert re.search(rf"(?<![\d.]){re.escape(number)}(?![\d])", text), number


@given(samples())
def test_the_score_lies_in_its_band_and_the_band_on_the_scale(sample: Sample) -> None:
    found = judge(sample)
    assert 0 <= found.low <= found.score + 1e-9
    assert found.score - 1e-9 <= found.high <= 100


@given(samples())
def test_kind_and_angry_are_mirrors(sample: Sample) -> None:
    moods = sample.moods
    mirrored = judge(Sample(Moods(moods.negative, moods.neutral, moods.positive, moods.unsure), 9, sample.squares))
    found = judge(sample)
    assert mirrored.score == pytest.approx(100 - found.score)
    assert mirrored.low == pytest.approx(100 - found.high)


@given(samples(), st.floats(1, 500))
def test_what_is_unsure_widens_the_band_and_never_moves_the_score(sample: Sample, more: float) -> None:
    moods = sample.moods
    wider = judge(Sample(Moods(moods.positive, moods.neutral, moods.negative, moods.unsure + more), 9, sample.squares))
    found = judge(sample)
    assert wider.score == found.score
    assert wider.low <= found.low + 1e-9
    assert wider.high >= found.high - 1e-9


def test_one_who_writes_forty_times_is_hardly_more_than_one() -> None:
    loud = judge(Sample(Moods(negative=40), 40, squares=1_600))
    many = judge(Sample(Moods(negative=40), 40, squares=40))
    assert loud.voices == 1
    assert loud.saying is Saying.TOO_FEW
    assert many.is_said
    assert many.high - many.low < loud.high - loud.low


def test_a_thousand_copies_are_ten_voices_at_most() -> None:
    weight = 9.967  # log2(1 + 1000)
    copied = judge(Sample(Moods(positive=weight), 1_000, squares=2.0))
    assert copied.voices == pytest.approx(weight)
    assert copied.saying is Saying.TOO_FEW


@pytest.mark.parametrize(
    ("sample", "saying"),
    [
        (Sample(), Saying.TOO_FEW),
        (Sample(Moods(positive=LEAST_VOICES), 12, LEAST_VOICES), Saying.SAID),
        (Sample(Moods(positive=LEAST_VOICES - 0.1), 12, LEAST_VOICES - 0.1), Saying.TOO_FEW),
        (Sample(Moods(positive=50, unsure=51), 101, 50), Saying.TOO_UNSURE),
        (Sample(Moods(unsure=9), 9, 0), Saying.TOO_UNSURE),
    ],
)
def test_too_few_voices_and_too_much_unsure_make_no_number(sample: Sample, saying: Saying) -> None:
    assert judge(sample).saying is saying


def test_nothing_heard_stands_in_the_middle_with_the_widest_band() -> None:
    found = judge(Sample())
    assert (found.score, found.low, found.high) == (50, 0, 100)
