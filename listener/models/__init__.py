"""The rows of the ground floor."""

from listener.models.author import Author
from listener.models.correction import Aspect, Correction
from listener.models.event import Event, EventKind
from listener.models.feed import Delivery, Feed, FeedState, Gap, ImportRun, Rejection
from listener.models.heartbeat import Heartbeat
from listener.models.hush import Hush, HushSort
from listener.models.learned import LearnedKinds, Standing
from listener.models.mention import LikenessBand, Mention, MentionTopic, MentionVersion
from listener.models.person import Person, PersonChange
from listener.models.spike import MomentSort, Spike, SpikeMoment, SpikeSort
from listener.models.target import Measure, Target
from listener.models.topic import Topic, TopicKind
from listener.models.volume import Volume
from listener.models.watching import Watching

__all__ = [
    "Aspect",
    "Author",
    "Correction",
    "Delivery",
    "Event",
    "EventKind",
    "Feed",
    "FeedState",
    "Gap",
    "Heartbeat",
    "Hush",
    "HushSort",
    "ImportRun",
    "LearnedKinds",
    "LikenessBand",
    "Measure",
    "Mention",
    "MentionTopic",
    "MentionVersion",
    "MomentSort",
    "Person",
    "PersonChange",
    "Rejection",
    "Spike",
    "SpikeMoment",
    "SpikeSort",
    "Standing",
    "Target",
    "Topic",
    "TopicKind",
    "Volume",
    "Watching",
]
