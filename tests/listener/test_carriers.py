"""What carries an unusual volume, and what only seems to."""

from datetime import UTC, datetime, timedelta
from typing import Any

from listener import carriers
from listener.carriers import Carrier, Post

BEGAN = datetime(2026, 11, 21, 4, tzinfo=UTC)


def post(number: int, **fields: Any) -> Post:
    """Make a post in a thread of its own, a minute after the one before it."""
    plain: dict[str, Any] = {
        "id": number, "feed_id": 1, "native_id": f"p{number}", "parent_native_id": None,
        "posted_at": BEGAN + timedelta(minutes=number), "thread": f"t{number}", "same_as_id": None,
        "source": "mastodon", "language": "en", "mood": "neutral", "author_id": number, "author": f"Speaker {number}",
    }  # fmt: skip
    return Post(**(plain | fields))


def named(posts: list[Post], usual: list[Post]) -> tuple[str, float] | None:
    found = carriers.carrier(posts, usual)
    return (found.what, round(found.group.share, 2)) if found else None


def test_a_conversation_that_brings_most_is_the_single_source_of_it() -> None:
    posts = [post(n, thread="storm") for n in range(7)] + [post(n) for n in range(7, 10)]
    found = carriers.carrier(posts, [post(n) for n in range(100, 200)])
    assert isinstance(found, Carrier)
    assert (found.what, found.group.key, found.group.share, found.group.typical) == ("thread", "storm", 0.7, 0.0)
    assert found.is_single


def test_less_than_half_is_named_but_is_no_single_source() -> None:
    found = carriers.carrier([post(n, thread="storm" if n < 4 else f"t{n}") for n in range(10)], [])
    assert found is not None
    assert not found.is_single


def test_what_always_has_such_a_share_carries_nothing() -> None:
    daily = [post(n, thread="the daily thread") for n in range(8)] + [post(n) for n in range(8, 10)]
    assert named(daily, [post(100 + n, thread="the daily thread" if n % 2 else f"u{n}") for n in range(100)]) is None


def test_talk_in_many_places_has_no_carrier() -> None:
    assert named([post(n) for n in range(50)], [post(100 + n) for n in range(50)]) is None


def test_one_text_one_link_one_author_and_one_place_are_found() -> None:
    usual = [post(100 + n, source="mastodon" if n % 4 == 0 else "bluesky") for n in range(40)]
    mixed = {n: "mastodon" if n % 4 == 0 else "bluesky" for n in range(20)}
    copies = [post(n, same_as_id=1 if n > 1 else None, source=mixed[n]) for n in range(1, 12)]
    assert named(copies, usual) == ("copies", 1.0)
    links = [post(n, links=(f"https://www.news.example/a?utm_source={n}",), source=mixed[n]) for n in range(12)]
    assert named(links, usual) == ("link", 1.0)
    assert named([post(n, author_id=7, source=mixed[n]) for n in range(12)], usual) == ("author", 1.0)
    assert named([post(n) for n in range(12)], usual) == ("source", 1.0)


def test_of_two_that_carry_nearly_the_same_the_one_that_says_more_is_named() -> None:
    posts = [post(n, thread="storm" if n < 19 else "t", links=("https://news.example/a",)) for n in range(20)]
    assert named(posts, [post(100)]) == ("thread", 0.95)


def test_a_front_page_is_no_story() -> None:
    posts = [post(n, links=("https://nimbo.example/", "https://www.nimbo.example")) for n in range(12)]
    assert named(posts, [post(100)]) is None


def test_the_page_of_who_is_spoken_to_is_no_story() -> None:
    posts = [post(n, links=("https://social.example/@nimbo",)) for n in range(12)]
    assert named(posts, [post(100)]) is None
    posts = [post(n, links=("https://social.example/@nimbo/101",)) for n in range(12)]
    assert named(posts, [post(100)]) is not None


def test_addresses_that_lead_to_one_place_are_one_link() -> None:
    assert carriers.link_key("https://www.News.example/a/?utm_source=x&id=7#end") == "news.example/a?id=7"
    assert carriers.link_key("http://[broken") == "http://[broken"


def test_a_flood_of_copies_is_amplified_and_says_by_how_many() -> None:
    flood = [post(n, same_as_id=1 if n > 1 else None, author_id=n % 3) for n in range(1, 13)]
    found = carriers.amplified([*flood, post(50), post(51)])
    assert found is not None
    assert (found.posts, found.texts, found.authors, found.is_flood) == (12, 1, 3, True)
    assert found.largest.posts[0].id == 1


def test_a_few_copies_are_told_and_are_no_flood() -> None:
    found = carriers.amplified([post(1), post(2, same_as_id=1), *(post(n) for n in range(3, 20))])
    assert found is not None
    assert not found.is_flood
    assert carriers.amplified([post(1), post(2)]) is None


def test_what_a_post_brought_is_what_its_source_tells_or_what_was_heard() -> None:
    root = post(1, thread="a", replies=2, shares=40)
    answers = [post(n, thread="a", parent_native_id="p1") for n in range(2, 7)]
    nested = post(9, thread="a", parent_native_id="p2")
    copied = [post(20), post(21, same_as_id=20), post(22, same_as_id=20)]
    brought = carriers.brought([root, *answers, nested, *copied])
    assert brought[1] == 6 + 40  # six were heard, where the source tells of two
    assert brought[2] == 1
    assert (brought[20], brought[21]) == (2, 0)


def test_who_answered_first_did_not_bring_the_conversation() -> None:
    answers = [post(n, thread="a", parent_native_id="never heard") for n in range(2, 9)]
    assert set(carriers.brought(answers).values()) == {0}


def test_reach_counts_each_author_once_and_says_how_many_show_their_followers() -> None:
    posts = [
        post(1, author_id=1, followers=100, shares=3),
        post(2, author_id=1, followers=120),
        post(3),
        post(4, likes=2),
    ]
    found = carriers.reach(posts)
    assert (found.authors, found.known, found.followers, found.shares, found.likes) == (3, 1, 120, 3, 2)
