"""A crisis is louder and angrier at once, in several places or led by somebody who is heard far."""

import pytest

from triage.signs import Stretch, Talk, is_angrier, is_crisis, signs

USUAL = Stretch(2000, 400)
ANGRY = Stretch(60, 42)


@pytest.mark.parametrize(
    ("sorts", "talk", "wanted"),
    [
        ({"spike"}, Talk(Stretch(60, 12), USUAL, {"mastodon": 9, "rss:3": 4}), {"rise", "sources"}),
        ({"spike"}, Talk(ANGRY, USUAL, {"mastodon": 20}), {"rise", "surge"}),
        ({"spike"}, Talk(ANGRY, USUAL, {"mastodon": 20, "rss:3": 2}), {"rise", "surge"}),
        ({"spike"}, Talk(ANGRY, USUAL, {"mastodon": 20, "rss:3": 3}), {"rise", "surge", "sources"}),
        ({"spike"}, Talk(ANGRY, USUAL, {"mastodon": 20}, (7,)), {"rise", "surge", "influencer"}),
        ({"surge"}, Talk(ANGRY, USUAL, {"mastodon": 20, "rss:3": 3}), {"surge", "sources"}),
        ({"spike", "surge"}, Talk(Stretch(8, 4), USUAL, {}, (7,)), {"rise", "surge", "influencer"}),
        ({"drop"}, Talk(Stretch(), Stretch()), set()),
    ],
)
def test_the_signs_of_an_incident(sorts: set[str], talk: Talk, wanted: set[str]) -> None:
    assert signs(sorts, talk) == wanted


@pytest.mark.parametrize(
    ("found", "is_one"),
    [
        ({"rise", "surge", "sources"}, True),
        ({"rise", "surge", "influencer"}, True),
        ({"rise", "surge"}, False),
        ({"rise", "sources", "influencer"}, False),
        ({"surge", "sources", "influencer"}, False),
        (set(), False),
    ],
)
def test_a_crisis_needs_its_signs_together(found: set[str], is_one: bool) -> None:
    assert is_crisis(found) is is_one


@pytest.mark.parametrize(
    ("now", "usual", "angrier"),
    [
        (Stretch(60, 42), Stretch(2000, 400), True),
        (Stretch(11, 11), Stretch(2000, 400), False),  # too little was said
        (Stretch(60, 18), Stretch(2000, 100), False),  # far above its usual, and still most are not angry
        (Stretch(20, 8), Stretch(2000, 600), False),  # 40 % of twenty may be the usual 30 %
        (Stretch(20, 11), Stretch(2000, 600), True),
        (Stretch(400, 300), Stretch(2000, 1300), False),  # a topic that is always scolded
        (Stretch(400, 300), Stretch(0, 0), True),
    ],
)
def test_anger_is_told_from_chance_and_from_habit(now: Stretch, usual: Stretch, angrier: bool) -> None:
    assert is_angrier(now, usual) is angrier


def test_places_are_named_the_loudest_first() -> None:
    assert Talk(ANGRY, USUAL, {"b": 3, "a": 9, "c": 2}).places == ("a", "b")
