"""The rows of the ground floor."""

from listener.models.author import Author
from listener.models.feed import Delivery, Feed, FeedState, Gap, ImportRun, Rejection
from listener.models.heartbeat import Heartbeat
from listener.models.mention import LikenessBand, Mention, MentionTopic, MentionVersion
from listener.models.spike import Spike, SpikeSort
from listener.models.topic import Topic, TopicKind
from listener.models.volume import Volume
from listener.models.watching import Watching

__all__ = [
    "Author",
    "Delivery",
    "Feed",
    "FeedState",
    "Gap",
    "Heartbeat",
    "ImportRun",
    "LikenessBand",
    "Mention",
    "MentionTopic",
    "MentionVersion",
    "Rejection",
    "Spike",
    "SpikeSort",
    "Topic",
    "TopicKind",
    "Volume",
    "Watching",
]
