"""The answers that several resources share: an author, a mention, an issue as a card and as a state."""

from datetime import datetime
from typing import Any

from api.v1.paging import Shape, example

AUTHOR = {
    "id": 9, "source": "mastodon", "name": "Reza", "handle": "reza@social.example", "url": "https://social.example/@reza",
    "followers": 240, "since": "2021-03-01T00:00:00Z", "is_bot": False, "is_ours": False, "mentions": 3, "negative": 2,
    "positive": 0, "first_heard_at": "2026-11-02T08:00:00Z", "issues": 1,
}  # fmt: skip
MENTION = {
    "id": 512, "feed_id": 3, "source": "mastodon", "form": "post", "url": "https://social.example/@reza/1", "title": "",
    "text": "The kettle arrived without its lid. Anybody there?", "language": "en", "posted_at": "2026-11-21T09:12:00Z",
    "heard_at": "2026-11-21T09:13:02Z", "edited_at": None, "mood": "negative", "mood_score": -0.42, "kind": "complaint",
    "kind_confidence": 0.83, "rating": None, "likes": 4, "replies": 1, "shares": 0, "views": None, "is_ours": False,
    "is_repost": False, "is_history": False, "is_demo": False, "state": "live", "same_as_id": None, "author": AUTHOR,
    "topics": [{"id": 1, "name": "Nimbo", "kind": "brand"}], "joined_by": "opened", "joined_at": "2026-11-21T09:13:04Z",
}  # fmt: skip
CLOCK = {
    "promise": "triage", "keeping": "running", "state": "running", "start": "2026-11-21T09:12:00Z",
    "due": "2026-11-21T21:12:00Z", "done_at": None, "gone": 0.23, "late_found": False, "at_risk": False,
    "paused_until": None,
}  # fmt: skip
CARD = {
    "id": 41, "version": 7, "status": "triage", "lane": "triage", "title": "The kettle arrived without its lid.",
    "language": "en", "kind": "complaint", "mood": "negative", "source": "mastodon", "mention_count": 2,
    "is_demo": False,
    "posted_at": "2026-11-21T09:12:00Z", "heard_at": "2026-11-21T09:13:02Z", "opened_at": "2026-11-21T09:13:04Z",
    "acknowledged_at": None, "handed_at": None, "accepted_at": None, "private_at": None, "resolved_at": None,
    "closed_at": None, "bounces": 0, "routed_by": "chart", "late_found": False, "first": MENTION,
    "department": {"id": 1, "key": "care", "name": "Care"}, "owner": None, "triage": CLOCK,
    "resolution": {
        **CLOCK, "promise": "resolution", "keeping": "none", "state": "none", "start": None, "due": None, "gone": 0.0,
    },
    "horizon": "today", "snoozed_until": None, "thread_size": 3, "also_at": ["reddit"],
}  # fmt: skip
STATE = {
    "id": 41, "version": 8, "status": "handed", "lane": "triage", "department_id": 2, "owner_id": None,
    "acknowledged_at": "2026-11-21T11:50:00Z", "handed_at": "2026-11-21T11:58:20Z", "held_at": "2026-11-21T11:58:20Z",
    "accepted_at": None, "private_at": None, "resolved_at": None, "closed_at": None, "paused_until": None,
    "snoozed_until": None, "bounces": 0, "triage": "kept", "triage_due": "2026-11-21T21:12:00Z",
    "resolution": "running", "resolution_due": "2026-11-22T11:58:20Z", "outcome": {},
    "merged_into_id": None, "follows_id": None,
    "allowed": ["accept", "bounce", "private", "dismiss", "merge", "snooze", "note"],
}  # fmt: skip


class Name(Shape):
    """Something by its name."""

    id: int
    name: str


class DepartmentName(Name):
    """A department, as a card names it."""

    key: str


class TopicName(Name):
    """A topic a mention speaks of."""

    kind: str


class Author(Shape):
    """Who wrote it, on one source. `issues` counts those that began with a post of theirs."""

    model_config = example(AUTHOR)

    id: int
    source: str
    name: str
    handle: str
    url: str | None
    followers: int | None
    since: datetime | None
    is_bot: bool
    is_ours: bool
    mentions: int
    negative: int
    positive: int
    first_heard_at: datetime
    issues: int | None = None


class Mention(Shape):
    """One public post as we heard it. Mood −1…1; a label of "unsure" waits for a person."""

    model_config = example(MENTION)

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
    author: Author | None
    topics: list[TopicName]
    joined_by: str | None = None
    joined_at: datetime | None = None


class Clock(Shape):
    """One promise of one issue. `keeping` is none, running, paused, kept, broken or void; `gone` is 0…1 of its time."""

    model_config = example(CLOCK)

    promise: str
    keeping: str
    state: str
    start: datetime | None
    due: datetime | None
    done_at: datetime | None
    gone: float
    late_found: bool
    at_risk: bool
    paused_until: datetime | None


class IssueCard(Shape):
    """One issue as a list shows it."""

    model_config = example(CARD)

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
    first: Mention
    department: DepartmentName | None
    owner: Name | None
    triage: Clock
    resolution: Clock
    horizon: str
    snoozed_until: datetime | None
    thread_size: int
    also_at: list[str]


class IssueState(Shape):
    """An issue after a move. `allowed` are the moves you may do next."""

    model_config = example(STATE)

    id: int
    version: int
    status: str
    lane: str
    department_id: int | None
    owner_id: int | None
    acknowledged_at: datetime | None
    handed_at: datetime | None
    held_at: datetime | None
    accepted_at: datetime | None
    private_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    paused_until: datetime | None
    snoozed_until: datetime | None
    bounces: int
    triage: str
    triage_due: datetime
    resolution: str
    resolution_due: datetime | None
    outcome: dict[str, Any]
    merged_into_id: int | None
    follows_id: int | None
    allowed: tuple[str, ...] = ()
