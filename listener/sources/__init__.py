"""The kinds of feeds: for each, what to ask and how to read the reply."""

from listener.sources import hackernews, mastodon, rss
from listener.sources.source import BadFeed, Source, Unreadable

# the kinds we poll; adding one is one file and one line here
SOURCES: dict[str, Source] = {"rss": rss, "mastodon": mastodon, "hackernews": hackernews}
# the kinds that come to us
PUSHED = ("push", "import")

__all__ = ["PUSHED", "SOURCES", "BadFeed", "Source", "Unreadable"]
