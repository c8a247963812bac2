"""Advocates, detractors, reach, quiet and absence: the published formulas, value by value."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.standing import (
    HALF_LIFE,
    LEAST_AUTHORS,
    Moods,
    Place,
    Scale,
    Stance,
    Tier,
    absent,
    expected,
    faded,
    is_influencer,
    is_quieter,
    place_of,
    running_mood,
    stance,
    tier,
)

SCALE = Scale("mastodon", "followers", 400, (9_000.0, 2_000.0, 500.0))
WEIGHTS = st.floats(0, 500, allow_nan=False)
MOODS = st.builds(Moods, WEIGHTS, WEIGHTS, WEIGHTS, WEIGHTS)


@pytest.mark.parametrize(
    ("moods", "mood"),
    [
        (Moods(), 0.0),
        (Moods(positive=1), 0.2),
        (Moods(positive=3), 3 / 7),
        (Moods(positive=5, neutral=1), 0.5),
        (Moods(negative=6, positive=1), -5 / 11),
        (Moods(unsure=90), 0.0),
        (Moods(positive=40), 40 / 44),
    ],
)
def test_the_running_mood_is_pulled_to_the_middle_until_much_was_heard(moods: Moods, mood: float) -> None:
    assert running_mood(moods) == pytest.approx(mood)


@given(MOODS)
def test_the_running_mood_stays_within_its_ends(moods: Moods) -> None:
    assert -1 < running_mood(moods) < 1


@given(MOODS)
def test_angry_and_kind_weigh_the_same(moods: Moods) -> None:
    mirrored = Moods(moods.negative, moods.neutral, moods.positive, moods.unsure)
    assert running_mood(mirrored) == pytest.approx(-running_mood(moods))


def test_a_mention_counts_half_after_each_half_life_and_the_future_counts_as_now() -> None:
    assert faded(timedelta()) == 1
    assert faded(HALF_LIFE) == pytest.approx(0.5)
    assert faded(2 * HALF_LIFE) == pytest.approx(0.25)
    assert faded(-HALF_LIFE) == 1


@pytest.mark.parametrize(
    ("known", "days", "mood", "wanted"),
    [
        (3, 2, 3 / 7, Stance.ADVOCATE),
        (3, 2, -3 / 7, Stance.DETRACTOR),
        (6, 4, 0.34, Stance.BETWEEN),
        (2, 2, 0.9, Stance.TOO_LITTLE),
        (9, 1, -0.9, Stance.TOO_LITTLE),
        (0, 0, 0.0, Stance.TOO_LITTLE),
    ],
)
def test_a_stance_needs_enough_words_on_enough_days(known: int, days: int, mood: float, wanted: Stance) -> None:
    assert stance(known, days, mood) is wanted


@pytest.mark.parametrize("who", ["is_ours", "is_bot"])
def test_nothing_is_said_of_our_own_handles_and_of_bots(who: str) -> None:
    assert stance(90, 30, 0.9, **{who: True}) is Stance.NOT_JUDGED
    assert not is_influencer(90, Tier.LEADING, **{who: True})


@pytest.mark.parametrize(
    ("reach", "wanted"),
    [
        (9_001, Tier.LEADING),
        (9_000, Tier.WIDE),
        (2_001, Tier.WIDE),
        (501, Tier.KNOWN),
        (500, Tier.USUAL),
        (0, Tier.USUAL),
        (None, None),
    ],
)
def test_a_tier_is_a_place_among_the_authors_of_the_source(reach: float | None, wanted: Tier | None) -> None:
    assert tier(reach, SCALE) is wanted


def test_where_few_can_be_compared_nobody_is_large_or_small() -> None:
    assert tier(1e6, Scale("hackernews", "answers", LEAST_AUTHORS - 1, (1.0, 1.0, 1.0))) is None
    assert tier(1e6, None) is None


@pytest.mark.parametrize(
    ("mentions", "place", "wanted"),
    [
        (2, Tier.LEADING, True),
        (2, Tier.WIDE, True),
        (2, Tier.KNOWN, False),
        (1, Tier.LEADING, False),
        (9, None, False),
    ],
)
def test_an_influencer_reaches_far_and_speaks_of_the_topic(mentions: int, place: Tier | None, wanted: bool) -> None:
    assert is_influencer(mentions, place) is wanted


def test_what_is_usual_is_learnt_from_at_least_one_window() -> None:
    week, day = timedelta(days=7), timedelta(days=1)
    assert expected(12, 4 * week, week) == pytest.approx(3)
    assert expected(2, day, week) == 2
    assert expected(24, 52 * week, week) == pytest.approx(2)


@pytest.mark.parametrize(
    ("seen", "usual", "wanted"),
    [(0, 3.0, True), (0, 2.9, False), (1, 3.0, False), (1, 5.0, True), (2, 5.0, False), (9, 9.0, False), (0, 5e3, True),
     (6_000, 5e3, False)],
)  # fmt: skip
def test_quieter_than_usual_is_more_than_chance(seen: int, usual: float, wanted: bool) -> None:
    assert is_quieter(seen, usual) is wanted


def test_an_rss_feed_is_a_place_and_a_network_is_one_place() -> None:
    assert place_of("rss", 7) == ("rss", 7)
    assert place_of("mastodon", 7) == ("mastodon", None)


def test_absent_is_where_much_is_said_by_several_and_they_were_never_heard() -> None:
    spoken = [
        Place("mastodon", None, "", 80, 30),
        Place("rss", 1, "Forum", 40, 12),
        Place("rss", 2, "Blog", 4, 4),
        Place("rss", 3, "Press", 90, 2),
        Place("hackernews", None, "", 41, 9),
    ]
    found = absent(spoken, {("mastodon", None)})
    assert [(place.source, place.feed_id) for place in found] == [("hackernews", None), ("rss", 1)]
