"""Near-duplicates: what is told twice is found, what merely sounds alike is not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.likeness import Fingerprint, canonical_url, fingerprint, is_alike
from listener.text import fold
from tests.listener.hostile import HOSTILE

POST = "The night train to Lisbon was cancelled again without a word from anybody at the station tonight"

# worked out once; if it changes, every stored fingerprint is worth nothing
EXPECTED = (-5564721011517366299, 4179088916582590519, 8)


def printed(text: str) -> Fingerprint:
    found = fingerprint(fold(text))
    assert found is not None
    return found


def is_found(one: str, other: str) -> bool:
    """What the store does: meet in a band, then ask."""
    first, second = printed(one), printed(other)
    return bool(set(first.bands) & set(second.bands)) and is_alike(first.value, second.value)


@pytest.mark.parametrize(
    "other",
    [
        POST,
        POST.upper(),
        f"RT @rail_rider: {POST}",
        f"rt @rail@a.example {POST} https://a.example/1?x=2",
        f"Update: {POST}",
        f"{POST} 😡 via @somebody",
        POST.replace("tonight", "this evening"),
        POST.replace("night train", "night-train"),
        POST.replace("again ", ""),
        POST + " https://b.example/2",
    ],
)
def test_a_post_told_again_is_found(other: str) -> None:
    assert is_found(POST, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I love this app so much", "I hate this app so much"),
        ("my order is late", "my order is here"),
        ("where is my parcel please", "where is my refund please"),
        (POST, "The night bus to Porto was crowded again and a kind word from the driver made my evening"),
        ("سفارش من هنوز نرسیده است لطفا پیگیری کنید", "سفارش من امروز رسید خیلی ممنون از پیگیری"),
    ],
)
def test_posts_that_only_sound_alike_are_kept_apart(one: str, other: str) -> None:
    assert not is_found(one, other)


@pytest.mark.parametrize("text", ["", "ok", "great app", "😂😂😂", "@acme https://a.example", "rt @acme:"])
def test_a_few_words_are_not_compared_at_all(text: str) -> None:
    assert fingerprint(fold(text)) is None


def test_three_and_four_words_are_alike_only_if_the_same() -> None:
    assert is_found("Where is my parcel", "where is my PARCEL https://a.example")
    assert not is_found("Where is my parcel", "Where is my refund")


def test_edited_posts_are_found_nineteen_times_in_twenty_and_strangers_never() -> None:
    chance = random.Random(7)
    words = [
        f"{first}{second}"
        for first in ("ka", "lo", "mi", "tu", "ve", "sha", "no")
        for second in ("ra", "ne", "sto", "l", "m", "ki")
    ]
    posts = [[chance.choice(words) for _ in range(chance.randint(12, 40))] for _ in range(200)]
    found = 0
    for post in posts:
        edited = post.copy()
        edited[chance.randrange(len(post))] = "different"
        found += is_found(" ".join(post), " ".join(edited))
    assert found >= 190
    prints = [printed(" ".join(post)) for post in posts]
    assert not any(is_alike(one.value, other.value) for at, one in enumerate(prints) for other in prints[:at])


def test_a_fingerprint_is_the_same_in_every_process_and_fits_a_bigint() -> None:
    found = printed(POST)
    assert (found.value, found.bands[0], len(found.bands)) == EXPECTED
    assert all(-(2**63) <= number < 2**63 for number in (found.value, *found.bands))


@given(st.text())
def test_any_text_has_a_fingerprint_or_none_and_is_like_itself(text: str) -> None:
    found = fingerprint(fold(text))
    assert found == fingerprint(fold(text))
    assert found is None or is_alike(found.value, found.value)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_survived(text: str) -> None:
    fingerprint(fold(text))
    fingerprint(text)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://WWW.Example.com:80/a/b/?utm_source=x&b=2&a=1#frag", "https://example.com/a/b?a=1&b=2"),
        ("https://example.com", "https://example.com"),
        ("https://example.com/", "https://example.com"),
        ("https://a.example/x?fbclid=1&gclid=2&ref=3", "https://a.example/x"),
        ("http://a.example:8080/x", "https://a.example:8080/x"),
        ("http://[::1]:8080/x", "https://[::1]:8080/x"),
        ("https://user:secret@a.example/x", "https://a.example/x"),
        ("https://a.example/?q=%D8%B3", "https://a.example?q=%D8%B3"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        (" https://a.example:99999/ ", "https://a.example:99999/"),
        ("http://[bad", "http://[bad"),
        ("", ""),
    ],
)
def test_a_page_has_one_address(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@given(st.text())
def test_any_text_can_be_asked_for_its_address(url: str) -> None:
    canonical_url(url)
