"""The rows of the ground floor."""

from listener.models.author import Author
from listener.models.correction import Aspect, Correction
from listener.models.feed import Delivery, Feed, FeedState, Gap, ImportRun, Rejection
from listener.models.heartbeat import Heartbeat
from listener.models.learned import LearnedKinds, Standing
from listener.models.mention import LikenessBand, Mention, MentionTopic, MentionVersion
from listener.models.person import Person, PersonChange
from listener.models.spike import Spike, SpikeSort
from listener.models.topic import Topic, TopicKind
from listener.models.volume import Volume
from listener.models.watching import Watching

__all__ = [
    "Aspect",
    "Author",
    "Correction",
    "Delivery",
    "Feed",
    "FeedState",
    "Gap",
    "Heartbeat",
    "ImportRun",
    "LearnedKinds",
    "LikenessBand",
    "Mention",
    "MentionTopic",
    "MentionVersion",
    "Person",
    "PersonChange",
    "Rejection",
    "Spike",
    "SpikeSort",
    "Standing",
    "Topic",
    "TopicKind",
    "Volume",
    "Watching",
]
