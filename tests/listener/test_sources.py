"""What each kind of feed is asked, and how its replies are read."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from listener.heard import Ask, FeedView, Heard, Reply
from listener.sources import SOURCES, BadFeed, Unreadable, hackernews, mastodon
from listener.sources.reading import links, moment, web_address
from tests.listener.conftest import reply

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RSS = FeedView(1, "rss", "https://forum.example/feed.xml")
TAG = FeedView(2, "mastodon", "https://social.example/tags/nimbo")
HN = FeedView(3, "hackernews", hackernews.ADDRESS, {"query": "nimbo"})


def read(feed: FeedView, answer: Reply, ask: Ask | None = None) -> Heard:
    source = SOURCES[feed.source]
    return source.read(feed, ask or source.ask(feed, NOW), answer, NOW)


# RSS, RDF, Atom, JSON Feed


def test_rss_20_is_read_with_authors_threads_times_and_the_full_text() -> None:
    heard = read(RSS, reply("rss/rss20.xml", RSS.address))
    first, second, third = heard.items
    assert first.native_id == "topic-41"
    assert first.text.startswith("<p>Two boils")
    assert first.text_format == "html"
    assert first.title == "Handle & lid"
    assert first.url == "https://forum.example/t/41?utm_source=rss"
    assert first.posted_at == datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
    assert first.edited_at == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    assert first.author is not None
    assert (first.author.native_id, first.author.name) == ("forum.example/tberg", "tberg")
    assert first.counts.replies == 4
    assert first.language == "en"
    assert second.posted_at is None  # “yesterday, I think”
    assert (second.parent_id, second.form) == ("topic-41", "comment")
    assert second.author is not None
    assert second.author.name == "Mahsa R"
    assert (third.text, third.title) == ("Only a headline", "")
    assert len(third.native_id) == 32  # made of its address
    assert [one.reason for one in heard.rejected] == [
        "It has neither an id nor an address, so it could not be told from others."
    ]
    assert heard.next_check == 900
    assert heard.title == "Kettle forum"


@pytest.mark.parametrize(
    ("path", "count", "text"),
    [("rss/rss091.xml", 1, "Tea & more"), ("rss/rdf.xml", 1, "Ninth"), ("rss/atom.xml", 2, "71")],
)
def test_every_format_of_syndication_is_read(path: str, count: int, text: str) -> None:
    heard = read(RSS, reply(path))
    assert len(heard.items) == count
    assert text in heard.items[0].text


def test_an_atom_id_that_is_a_bare_number_stays_one_and_becomes_no_address() -> None:
    heard = read(RSS, reply("rss/atom.xml"))
    first, second = heard.items
    assert first.title == "Hot handles"
    assert first.edited_at == datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
    assert first.language == "fa"
    assert (second.native_id, second.url) == ("7", None)
    assert (second.text, second.text_format) == ("1 < 2, I say", "plain")
    assert second.posted_at == datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
    assert second.author is not None
    assert second.author.name == "The Editors"


def test_json_feed_is_read_and_rows_that_are_none_are_told() -> None:
    heard = read(RSS, reply("rss/feed.json"))
    first, second = heard.items
    assert (first.native_id, first.title, first.language) == ("12", "خصم", "ar")
    assert first.posted_at == datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    assert first.edited_at == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    assert second.text == "no id here"
    assert len(heard.rejected) == 2
    assert heard.more is not None
    assert heard.more.url == "https://club.example/feed.json?page=2"


@pytest.mark.parametrize("label", ["image/png", "text/html; charset=iso-8859-1", "application/json"])
def test_a_lying_content_type_is_not_believed(label: str) -> None:
    heard = read(RSS, reply("rss/atom.xml", content_type=label))
    assert "71 °C" in heard.items[0].text


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig", "windows-1252"])
def test_the_encoding_is_found_in_the_bytes(codec: str) -> None:
    text = '<?xml version="1.0"?><rss version="2.0"><channel><item><guid>1</guid><description>Café très chaud</description></item></channel></rss>'
    heard = read(RSS, Reply(200, RSS.address, {"content-type": "text/xml; charset=us-ascii"}, text.encode(codec)))
    assert heard.items[0].text == "Café très chaud"


def test_a_page_in_place_of_a_feed_is_told_with_the_feed_it_names() -> None:
    with pytest.raises(Unreadable) as told:
        read(RSS, reply("rss/page.html", "https://forum.example/x/"))
    assert told.value.sentence == (
        "A web page came back instead of a feed. It names its feed: https://forum.example/real-feed.xml"
    )


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"sorry", b"[1, 2]", b'{"error": "nope"}', b'{"items": "none"}', b'{"items": [']
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(RSS, Reply(200, RSS.address, {}, body))


def test_a_feed_that_ends_in_the_middle_gives_what_was_whole_and_says_so() -> None:
    whole = reply("rss/rss20.xml", RSS.address)
    cut = replace(whole, body=whole.body[: whole.body.index(b"press.example") - 20])
    heard = read(RSS, cut)
    assert heard.trouble == "The reply ends in the middle; the rest did not arrive."
    assert [one.native_id for one in heard.items] == ["topic-41"]


def test_entities_of_a_feeds_own_are_not_read() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = (
        bomb
        + b"<rss version='2.0'><channel><item><guid>1</guid><description>x &b; &f; y</description></item></channel></rss>"
    )
    heard = read(RSS, Reply(200, RSS.address, {}, body))
    assert "haha" not in heard.items[0].text
    assert "root:" not in heard.items[0].text


def page(ids: range, next_url: str | None, at: datetime = NOW) -> Reply:
    items = [
        {"id": str(one), "content_text": f"post {one}", "date_published": (at - timedelta(minutes=one)).isoformat()}
        for one in ids
    ]
    return Reply(200, RSS.address, {}, json.dumps({"items": items, "next_url": next_url}).encode())


def test_pages_are_followed_to_the_watermark_and_no_further() -> None:
    feed = replace(RSS, cursor={"newest": (NOW - timedelta(minutes=50)).isoformat()})
    first = read(feed, page(range(40), "https://forum.example/p2"))
    assert first.more is not None
    second = read(feed, page(range(40, 120), "https://forum.example/p3"), first.more)
    assert second.more is None  # an hour of overlap behind the watermark was reached
    assert second.cursor["newest"] == NOW.isoformat()


def test_a_first_round_follows_the_archive_for_a_month() -> None:
    old = read(RSS, page(range(5), "https://forum.example/p2", NOW - timedelta(days=40)))
    assert old.more is None
    recent = read(RSS, page(range(5), "https://forum.example/p2", NOW - timedelta(days=20)))
    assert recent.more is not None


def test_an_archive_that_points_back_at_itself_ends() -> None:
    first = read(RSS, page(range(3), "https://forum.example/b"))
    assert first.more is not None
    second = read(RSS, page(range(3, 6), RSS.address), first.more)
    assert second.more is None


def test_a_token_is_not_told_to_another_host() -> None:
    feed = replace(RSS, credential="secret")
    heard = read(feed, page(range(3), "https://elsewhere.example/p2"))
    assert heard.more is not None
    assert heard.more.headers == {}


# Mastodon


def query(ask: Ask) -> dict[str, list[str]]:
    return parse_qs(urlsplit(ask.url).query)


def test_a_tag_page_is_read_with_handles_threads_warnings_and_counts() -> None:
    heard = read(TAG, reply("mastodon/tag.json", mastodon.ask(TAG, NOW).url))
    answer, first, picture = heard.items
    assert first.native_id == "https://social.example/users/tberg/statuses/116234567890123456"
    assert first.text == "<p>heat</p><p>71 °C on the handle.</p>"
    assert first.author is not None
    assert (first.author.handle, first.author.followers) == ("tberg@social.example", 6100)
    assert (first.counts.likes, first.counts.replies, first.counts.shares) == (7, 2, 5)
    assert first.edited_at == datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    assert answer.parent_id == first.extra["local_id"] == "social.example/116234567890123456"
    assert answer.author is not None
    assert (answer.author.handle, answer.author.is_bot) == ("mahsa@other.example", True)
    assert picture.text == "<p>A thermometer on a handle</p>"
    assert picture.url == "https://social.example/users/tberg/statuses/116234567890123450"


def test_a_first_round_walks_back_and_the_next_ones_go_forward_from_the_oldest() -> None:
    first_ask = mastodon.ask(TAG, NOW)
    assert "min_id" not in query(first_ask)
    assert first_ask.url.startswith("https://social.example/api/v1/timelines/tag/nimbo?")
    heard = read(
        TAG, reply("mastodon/tag.json", first_ask.url, link=f'<{first_ask.url}&max_id=116234567890123450>; rel="next"')
    )
    assert heard.more is not None
    assert query(heard.more)["max_id"] == ["116234567890123450"]
    assert not heard.oldest_first
    ended = read(TAG, Reply(200, first_ask.url, {}, b"[]"), heard.more)
    assert ended.more is None
    assert ended.cursor["newest"] == "116234567890123458"

    later = replace(TAG, cursor=ended.cursor)
    ask = mastodon.ask(later, NOW)
    overlap = int(ended.cursor["newest"]) - int(query(ask)["min_id"][0])
    assert overlap >> 16 == 15 * 60 * 1000  # a quarter of an hour, in the id's own milliseconds


def test_going_forward_each_page_may_be_the_last_without_a_hole() -> None:
    feed = replace(TAG, cursor={"newest": "116234567890123400", "min_id": "116234567890123000"})
    ask = mastodon.ask(feed, NOW)
    heard = read(feed, reply("mastodon/tag.json", ask.url), ask)
    assert heard.oldest_first
    assert heard.cursor == {"newest": "116234567890123458", "min_id": "116234567890123458"}
    assert heard.more is not None
    assert query(heard.more)["min_id"] == ["116234567890123458"]
    drained = read(feed, Reply(200, ask.url, {}, b"[]"), heard.more)
    assert drained.more is None
    assert drained.cursor["newest"] == "116234567890123458"


def test_a_link_to_another_server_is_not_followed_with_our_token() -> None:
    feed = replace(TAG, credential="secret", cursor={"newest": "5", "min_id": "5"})
    ask = mastodon.ask(feed, NOW)
    heard = read(feed, reply("mastodon/tag.json", ask.url, link='<https://evil.example/x>; rel="prev"'), ask)
    assert heard.more is not None
    assert heard.more.url.startswith("https://social.example/")


def test_search_pages_by_offset_and_notifications_unwrap_their_posts() -> None:
    search = replace(TAG, address="https://social.example", options={"query": "nimbo mini"}, credential="t")
    ask = mastodon.ask(search, NOW)
    assert ask.headers == {"Authorization": "Bearer t"}
    heard = read(search, reply("mastodon/search.json", ask.url), ask)
    assert len(heard.items) == 2
    assert heard.more is not None
    assert query(heard.more)["offset"] == ["2"]
    notifications = replace(search, options={"notifications": True})
    ask = mastodon.ask(notifications, NOW)
    assert query(ask)["include_filtered"] == ["true"]
    heard = read(notifications, reply("mastodon/notifications.json", ask.url), ask)
    assert [one.form for one in heard.items] == ["dm"]


def test_a_server_that_says_why_is_quoted() -> None:
    with pytest.raises(Unreadable, match="This method requires an authenticated user"):
        read(TAG, Reply(200, TAG.address, {}, b'{"error": "This method requires an authenticated user"}'))


# Hacker News


def test_hits_are_read_and_beginnings_of_words_are_left_out() -> None:
    heard = read(HN, reply("hackernews/comments.json"))
    story, comment = heard.items
    assert (story.text, story.title, story.counts.likes) == ("Nimbo Mini teardown", "", 120)
    assert story.extra["link"] == "https://blog.example/nimbo"
    assert (comment.root_id, comment.parent_id, comment.form) == ("41000001", "41000003", "comment")
    assert comment.url == "https://news.ycombinator.com/item?id=41000005"
    assert heard.cursor == {"to": int(NOW.timestamp())}
    assert heard.more is None


def test_a_window_with_more_hits_than_can_be_reached_is_halved_until_it_can() -> None:
    feed = replace(HN, cursor={"to": int(NOW.timestamp()) - 7200})
    seen: list[tuple[int, int]] = []
    ask: Ask | None = hackernews.ask(feed, NOW)
    while ask is not None:
        low, high = (
            int(one.split(">" if ">" in one else "<=")[1].lstrip("="))
            for one in query(ask)["numericFilters"][0].split(",")
        )
        found = 3 * (high - low) // 4  # three hits in four seconds
        pages = min(-(-found // 250), 4)
        if found <= 1000:
            seen.append((low, high)) if query(ask)["page"] == ["0"] else None
        body = json.dumps({"hits": [], "nbHits": found, "nbPages": pages})
        ask = read(feed, Reply(200, ask.url, {}, body.encode()), ask).more
    assert seen[0][0] == int(NOW.timestamp()) - 7200 - 900
    assert seen[-1][1] == int(NOW.timestamp())
    assert all(one[1] == two[0] for one, two in pairwise(seen))


# what all share


@pytest.mark.parametrize(
    ("source", "address", "options"),
    [
        ("rss", "feed.example/rss", {}),
        ("rss", "ftp://feed.example/rss", {}),
        ("rss", "https://", {}),
        ("rss", "https://feed.example:99999/", {}),
        ("rss", "https://feed.example/", {"backfill_days": "many"}),
        ("mastodon", "https://social.example", {}),
        ("mastodon", "https://social.example", {"tag": "two words"}),
        ("mastodon", "https://social.example", {"query": " "}),
        ("mastodon", "https://social.example", {"tag": "nimbo", "any": "mini"}),
        ("hackernews", hackernews.ADDRESS, {"query": "nimbo", "backfill_days": True}),
        ("hackernews", hackernews.ADDRESS, {}),
        ("hackernews", hackernews.ADDRESS, {"query": "nimbo", "tags": "polls"}),
    ],
)
def test_a_feed_that_cannot_work_is_refused_with_a_sentence(
    source: str, address: str, options: dict[str, object]
) -> None:
    with pytest.raises(BadFeed) as refused:
        SOURCES[source].check(address, options)
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-21T09:30:00+03:30", 6), ("2026-11-21T06:00:00Z", 6), ("2026-11-21T06:00:00", 6), (1795240800, 6),
        ("soon", None), (None, None), (True, None), (10**30, None), ("", None),
    ],
)  # fmt: skip
def test_times_are_read_or_are_none(text: object, hour: int | None) -> None:
    read_time = moment(text)
    assert (read_time.hour if read_time else None) == hour


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html,x", "//", "http://[bad", None, 5])
def test_nothing_but_the_web_becomes_a_link(text: object) -> None:
    assert web_address(text) is None


def test_link_headers_are_read() -> None:
    header = '<https://a.example/x?a=1,2>; rel="next", <https://a.example/y>; rel=prev; title="a, b"'
    assert links(header) == {"next": "https://a.example/x?a=1,2", "prev": "https://a.example/y"}


JSON = some.recursive(
    some.none() | some.booleans() | some.floats() | some.text() | some.integers(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.sampled_from(
        ["items", "id", "url", "content_html", "statuses", "account", "status", "type", "hits", "nbHits", "objectID", "content",
         "date_published", "reblog", "media_attachments", "authors", "created_at", "uri"]) | some.text(max_size=3), inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@given(JSON, some.sampled_from([RSS, TAG, HN]))
def test_no_json_whatever_breaks_a_reader(document: object, feed: FeedView) -> None:
    body = json.dumps(document).encode()
    with suppress(Unreadable):
        heard = read(feed, Reply(200, feed.address, {}, body))
        assert all(one.native_id for one in heard.items)


@given(some.binary(max_size=300))
def test_no_bytes_whatever_break_a_reader(body: bytes) -> None:
    for prefix in (b"", b"<rss><channel>", b"<feed><entry>"):
        with suppress(Unreadable):
            read(RSS, Reply(200, RSS.address, {}, prefix + body))
