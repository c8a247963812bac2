"""What people paste, taken for the feed they mean."""

import pytest

from listener import feeds
from listener.sources.guess import guess


@pytest.mark.parametrize(
    ("text", "source", "address", "options"),
    [
        (" https://press.example/feed.xml ", "rss", "https://press.example/feed.xml", {}),
        ("press.example/blog", "rss", "https://press.example/blog", {}),
        ("https://social.example/tags/nimbo", "mastodon", "https://social.example", {"tag": "nimbo"}),
        ("#نیمبو@social.example", "mastodon", "https://social.example", {"tag": "نیمبو"}),
        ("@nimbo@social.example", "rss", "https://social.example/@nimbo.rss", {}),
        ("https://social.example/@nimbo", "rss", "https://social.example/@nimbo.rss", {}),
        ("https://social.example/@nimbo.rss", "rss", "https://social.example/@nimbo.rss", {}),
        ("r/coffee", "rss", "https://www.reddit.com/r/coffee/new/.rss", {}),
        ("https://old.reddit.com/r/coffee/top/", "rss", "https://www.reddit.com/r/coffee/new/.rss", {}),
        (
            "https://www.youtube.com/channel/UC123/videos",
            "rss",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UC123",
            {},
        ),
        (
            "https://apps.apple.com/de/app/nimbo/id123456",
            "rss",
            "https://itunes.apple.com/de/rss/customerreviews/id=123456/sortBy=mostRecent/xml",
            {},
        ),
        ("https://hn.algolia.com/?q=nimbo", "hackernews", "https://hn.algolia.com/api/v1", {"query": "nimbo"}),
    ],
)
def test_what_was_pasted_is_told_by_itself(text: str, source: str, address: str, options: dict[str, str]) -> None:
    found = guess(text)
    assert found is not None
    assert (found.source, found.address, dict(found.options)) == (source, address, options)
    feeds.check(found.source, found.address, found.options)


@pytest.mark.parametrize("text", ["", "#nimbo", "@nimbo", "nimbo kettle", "ftp://a.example", "http://", "javascript:x"])
def test_what_could_be_anything_is_left_to_its_writer(text: str) -> None:
    assert guess(text) is None
