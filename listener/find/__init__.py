"""Read-only questions to the ground floor."""

from listener.find.events import event, events, logged
from listener.find.figures import Point, main_topic, spike, spikes, topic, topics, volumes
from listener.find.hushes import hush, hushes, maintained
from listener.find.incidents import moments
from listener.find.places import Health, deliveries, feed, feeds, gaps, health, imports, rejections
from listener.find.said import (
    FEW,
    Chosen,
    Hit,
    Hits,
    Whole,
    author,
    authors,
    count,
    mention,
    mentions,
    search,
    windows,
    words,
)

__all__ = [
    "FEW", "Chosen", "Health", "Hit", "Hits", "Point", "Whole", "author", "authors", "count", "deliveries", "event",
    "events", "feed", "feeds", "gaps", "health", "hush", "hushes", "imports", "logged", "main_topic",
    "maintained", "mention", "mentions", "moments", "rejections", "search", "spike", "spikes", "topic", "topics",
    "volumes", "windows", "words",
]  # fmt: skip
