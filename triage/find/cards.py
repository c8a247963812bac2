"""The frozen values the queue, the issue and the flowchart pages show; made by the questions beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from triage.deadlines import Reason
from triage.flowchart import PathStep

# the shapes of the dial (design language, "the clock")
ClockState = Literal["running", "risk", "broken", "kept", "paused", "late", "none"]
# the headings of the queue, in their order
Horizon = Literal["past", "hour", "four_hours", "today", "tomorrow", "later"]
HORIZONS: tuple[Horizon, ...] = ("past", "hour", "four_hours", "today", "tomorrow", "later")


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise of one issue as it stands at `now`.

    `state` is the shape; `keeping` is the stored word (`none` before a promise began). `left` is what is left at
    `now` while it runs, what was to spare when it ended; negative is over. `gone` is the part of the time used, 0…1.
    A running promise past its deadline reads `broken` here even before the next round of escalation wrote it down.
    """

    promise: str
    keeping: str
    state: ClockState
    start: datetime | None
    due: datetime | None
    done_at: datetime | None
    left: timedelta | None
    gone: float
    late_found: bool
    at_risk: bool
    paused_until: datetime | None = None

    @property
    def over(self) -> bool:
        """Past the promise."""
        return self.left is not None and self.left < timedelta(0)


@dataclass(frozen=True, slots=True)
class AuthorView:
    """Who wrote it; `issues` counts the issues that began with a post of theirs, this one included."""

    id: int
    source: str
    name: str
    handle: str
    url: str | None
    followers: int | None
    since: datetime | None
    mentions: int
    negative: int
    positive: int
    first_heard_at: datetime
    is_bot: bool = False
    is_ours: bool = False
    issues: int = 0

    @property
    def label(self) -> str:
        """The name people read: the name, else the handle, else nothing."""
        return self.name or self.handle


@dataclass(frozen=True, slots=True)
class TopicName:
    """A topic a mention speaks of."""

    id: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class DepartmentName:
    """A department, as a card names it."""

    id: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class MemberName:
    """A member, as a card or a move names them."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """One mention as a page shows it; posts of the thread that are not part of the issue have no `joined_by`."""

    id: int
    feed_id: int
    source: str
    form: str
    url: str | None
    title: str
    text: str
    language: str
    posted_at: datetime
    heard_at: datetime
    edited_at: datetime | None
    mood: str
    mood_score: float
    kind: str
    kind_confidence: float
    rating: float | None
    likes: int | None
    replies: int | None
    shares: int | None
    views: int | None
    is_ours: bool
    is_repost: bool
    is_history: bool
    is_demo: bool
    state: str
    same_as_id: int | None
    author: AuthorView | None
    topics: tuple[TopicName, ...] = ()
    joined_by: str | None = None
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One issue in a queue: everything a card shows, so that a page asks once."""

    id: int
    version: int
    status: str
    lane: str
    title: str
    language: str
    kind: str
    mood: str
    source: str
    mention_count: int
    is_demo: bool
    posted_at: datetime
    heard_at: datetime
    opened_at: datetime
    acknowledged_at: datetime | None
    handed_at: datetime | None
    accepted_at: datetime | None
    private_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    bounces: int
    routed_by: str
    late_found: bool
    first: Said
    department: DepartmentName | None
    owner: MemberName | None
    triage: Clock
    resolution: Clock
    horizon: Horizon
    snoozed_until: datetime | None = None
    thread_size: int = 1  # posts heard in the conversation it began in
    also_at: tuple[str, ...] = ()  # other sources the same was seen at
    verdict: "VerdictView | None" = None  # what the chart said of its first mention

    @property
    def clock(self) -> Clock:
        """The promise in hand: triage while it runs or nothing was handed over yet, then resolution."""
        return self.triage if self.triage.keeping == "running" or self.resolution.keeping == "none" else self.resolution

    @property
    def author(self) -> AuthorView | None:
        """Who wrote the first mention."""
        return self.first.author

    @property
    def topics(self) -> tuple[TopicName, ...]:
        """What the first mention speaks of."""
        return self.first.topics

    @property
    def keeping(self) -> str:
        """How the promise in hand stands."""
        return self.clock.keeping

    @property
    def due(self) -> datetime | None:
        """When the promise in hand ends."""
        return self.clock.due

    @property
    def at_risk(self) -> bool:
        """Whether the promise in hand is at risk."""
        return self.clock.at_risk


@dataclass(frozen=True, slots=True)
class LaneCount:
    """A lane and how many issues open behind it. `key` goes back into `queue`; `department` is set for its lanes."""

    key: str
    count: int
    alarm: bool = False
    department: DepartmentName | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a queue: its cards, the cursor of the next stretch, and the size of the whole by horizon.

    Where `at_least`, the whole was not looked through: `total` is what was found on the way.
    """

    lane: str
    cards: tuple[Card, ...]
    cursor: str | None
    total: int
    horizons: Mapping[Horizon, int] = field(default_factory=dict)
    at_least: bool = False

    @property
    def groups(self) -> tuple[tuple[Horizon, int, tuple[Card, ...]], ...]:
        """(heading, how many in the whole lane, the cards of this stretch under it), empty headings left out."""
        found = (
            (name, self.horizons.get(name, 0), tuple(c for c in self.cards if c.horizon == name)) for name in HORIZONS
        )
        return tuple(group for group in found if group[2])


@dataclass(frozen=True, slots=True)
class MoveView:
    """One move; `by` is empty where the house did it. A note hidden from the reader is not in the list at all."""

    id: int
    sort: str
    from_status: str | None
    to_status: str
    version: int
    by: MemberName | None
    at: datetime
    words: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LedgerView:
    """One event of a promise."""

    id: int
    promise: str
    event: str
    at: datetime
    due: datetime | None
    department: DepartmentName | None
    move_id: int | None
    why: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What an edition of the chart said of a mention.

    `path` are the questions asked, with their titles; `end` is the name of the step it ended in and `end_title` what
    that step is called. `trouble` is set where a fact could not be computed and a listener decides; `rule` where the
    house overruled the chart (`never_on_a_clock`).
    """

    id: int
    mention_id: int
    chart_version: int
    outcome: str
    department: DepartmentName | None
    path: tuple[PathStep, ...]
    end: str
    end_title: Mapping[str, str]
    trouble: str | None
    rule: str | None
    facts: Mapping[str, Any]
    joined_by: str
    issue_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """Another issue this one hangs on."""

    id: int
    title: str
    status: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class IssueView:
    """One issue, whole, as this reader may see it; `card.version` is what a move must name as `seen`.

    `thread` are the posts heard in its conversations, ours too, oldest first (the last 100); those that belong to the
    issue have a `joined_by`. `mentions` are those that belong to it (the first and the last 200), from wherever they
    came. `verdict` is what the chart said of the first mention, with the path to light. `reasons` say for each promise
    why its deadline is what it is.
    `verbs` are the moves this reader may do now. `alike` are other issues of the same conversation or of the same
    words, `earlier` those that began with the same author; only issues this reader may see are linked.
    """

    card: Card
    mentions: tuple[Said, ...]
    thread: tuple[Said, ...]
    moves: tuple[MoveView, ...]
    ledger: tuple[LedgerView, ...]
    reasons: Mapping[str, tuple[Reason, ...]]
    verdict: VerdictView | None
    verbs: tuple[str, ...]
    outcome: Mapping[str, Any]
    policy_id: int
    paused_until: datetime | None
    acknowledged_by: MemberName | None
    follows: Link | None
    followed_by: tuple[Link, ...]
    merged_into: Link | None
    merged: tuple[Link, ...]
    alike: tuple[Link, ...]
    earlier: tuple[Link, ...]
