"""The places we poll, or that call us."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import Database, Fetching, Now, Open, require, require_briefly
from api.settings import settings
from api.v1.paging import Given, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from listener import feeds, ingest
from listener import find as heard
from listener.sources import PUSHED, SOURCES
from triage import people
from triage.models import Role
from triage.refusals import BadInput, NoSuch

router = APIRouter(prefix="/feeds", tags=["feeds"])
Insider = Annotated[people.Actor, Depends(require())]
Admin = Annotated[people.Actor, Depends(require(Role.ADMIN, scope=Scope.ADMIN))]
AdminBriefly = Annotated[people.Actor, Depends(require_briefly(Role.ADMIN, scope=Scope.ADMIN))]
Source = Literal["rss", "mastodon", "hackernews", "push"]

_FEED = {
    "id": 3, "source": "mastodon", "name": "#nimbo, social.example", "address": "https://social.example",
    "options": {"tag": "nimbo"}, "own_handles": ["@nimbo@social.example"], "language": None, "state": "active",
    "interval": 300.0, "is_demo": False, "created_at": "2026-11-01T09:00:00Z", "due_at": "2026-11-21T12:03:00Z",
    "failures": 0, "last_polled_at": "2026-11-21T11:58:00Z", "last_success_at": "2026-11-21T11:58:00Z",
    "last_heard_at": "2026-11-21T11:41:00Z", "last_error": None, "last_error_at": None, "lag": 41.0,
    "heard_count": 1204, "duplicate_count": 87, "rejected_count": 0, "has_credential": False,
}  # fmt: skip
_HEALTH = {"word": "answers", "per_day": 42.1, "noise": 0.06, "usual_gap": 2050.0, "gaps": 0, "rejections": 0}
_SAMPLE = {
    "native_id": "1", "title": "", "text": "The kettle arrived without its lid.", "language": "en", "mood": "negative",
    "kind": "complaint", "posted_at": "2026-11-21T09:12:00Z", "url": None, "topic_ids": [1], "is_known": False,
}  # fmt: skip


class Health(Shape):
    """How a feed is doing: answers, new, slowed, failing, silent, paused, gone. `noise` is spam and reposts, 0…1."""

    word: str
    per_day: float
    noise: float
    usual_gap: float | None = Field(description="Seconds between two mentions.")
    gaps: int = Field(description="Stretches still to be filled.")
    rejections: int


class Feed(Shape):
    """A feed. Its credential is never shown; `lag` is the seconds between posting and hearing."""

    model_config = example({**_FEED, "health": _HEALTH})

    id: int
    source: str
    name: str
    address: str
    options: dict[str, Any]
    own_handles: list[str]
    language: str | None
    state: str
    interval: float
    is_demo: bool
    created_at: datetime
    due_at: datetime
    failures: int
    last_polled_at: datetime | None
    last_success_at: datetime | None
    last_heard_at: datetime | None
    last_error: str | None
    last_error_at: datetime | None
    lag: float | None
    heard_count: int
    duplicate_count: int
    rejected_count: int
    has_credential: bool = False
    health: Health | None = None


class MadeFeed(Feed):
    """A new feed. One that calls us gets its address and the secret it signs with, shown now and never again."""

    model_config = example(
        {**_FEED, "source": "push", "ingest_url": "https://hearback.example.org/api/v1/ingest/3", "secret": "k3…"}
    )

    ingest_url: str | None = None
    secret: str | None = None


class Draft(Given):
    """A feed nobody asks yet."""

    source: Source = Field(examples=["mastodon"])
    address: str = Field(default="", max_length=2000, examples=["https://social.example"])
    options: dict[str, Any] = Field(default={}, examples=[{"tag": "nimbo"}])
    language: str | None = Field(default=None, max_length=20, description="What it usually speaks.")
    credential: str | None = Field(default=None, max_length=4000, description="A token of that source; never shown.")


class NewFeed(Draft):
    """A feed to listen to."""

    name: str = Field(default="", max_length=200, description="A name of its own if left out.")
    interval: float = Field(default=300.0, ge=1, le=86_400, description="Seconds between two polls.")
    own_handles: list[str] = Field(default=[], max_length=100, description="Our own names there.")
    paused: bool = False


class FeedChanges(Given):
    """What to change; what is left out stays."""

    name: str | None = Field(default=None, max_length=200)
    address: str | None = Field(default=None, max_length=2000)
    options: dict[str, Any] | None = None
    interval: float | None = Field(default=None, ge=1, le=86_400)
    language: str | None = Field(default=None, max_length=20)
    own_handles: list[str] | None = Field(default=None, max_length=100)
    credential: str | None = Field(default=None, max_length=4000)
    state: Literal["active", "paused"] | None = Field(default=None, description="Asked, or not for now.")


class Sample(Shape):
    """One item a feed would give, as we would judge it."""

    native_id: str
    title: str
    text: str
    url: str | None
    language: str
    mood: str
    kind: str
    posted_at: datetime
    topic_ids: list[int]
    is_known: bool


class Share(Shape):
    """How many of the posts are of one language, or were heard by one feed already."""

    name: str
    count: int


class Preview(Shape):
    """What a feed would have heard: its newest page. `error` says why there is nothing.

    `noise` is the share of spam and reposts, 0…1; `overlap` the feeds that heard some of it already.
    """

    model_config = example(
        {
            "title": "#nimbo",
            "items": [_SAMPLE],
            "per_day": 40.0,
            "noise": 0.05,
            "known": 0,
            "rejected": 0,
            "error": None,
            "spam": 0.05,
            "reposts": 0.0,
            "languages": [{"name": "en", "count": 38}],
            "overlap": [{"name": "Nimbo, all", "count": 7}],
            "money": 0.0,
        }
    )

    title: str | None
    items: list[Sample]
    per_day: float | None
    noise: float
    known: int
    rejected: int
    error: str | None
    spam: float
    reposts: float
    languages: list[Share]
    overlap: list[Share]
    money: float | None = Field(description="US dollars a day, where the source bills; 0 where it does not.")


@router.get("", summary="List feeds")
def index(session: Database, acting: Insider, now: Now) -> Stretch[Feed]:
    """List every feed by name, with how it is doing."""
    return Stretch[Feed](items=[_shown(health) for health in heard.feeds(session, now)])


@router.post("/preview", summary="Try a feed")
def preview(acting: AdminBriefly, now: Now, open_one: Open, fetching: Fetching, body: Draft) -> Preview:
    """Ask a feed once and show what it would give. Nothing is kept."""
    if body.source not in SOURCES:
        raise BadInput("source", "A feed that calls us has nothing to show before it calls.")
    feeds.check(body.source, body.address, body.options)
    view = feeds.view(body.source, body.address, body.options, body.credential)
    # no transaction is open while we wait for the answer
    reply = fetching.fetch(SOURCES[body.source].ask(view, now))
    with open_one() as session:
        tried = feeds.preview(session, view, reply, now=now, language=body.language)
    return _preview(tried)


@router.post("/{feed_id}/test", summary="Test a feed", responses=NOT_HERE)
def try_again(acting: AdminBriefly, now: Now, open_one: Open, fetching: Fetching, feed_id: int) -> Preview:
    """Ask a feed we have for its first page and show what came. Nothing is kept; it goes on where it stood."""
    with open_one() as session:
        feed = _here(heard.feed(session, feed_id), feed_id)
        if feed.source not in SOURCES:
            raise BadInput("source", "A feed that calls us has nothing to show before it calls.")
        view, language = feeds.view(feed.source, feed.address, feed.options, feed.credential), feed.language
    reply = fetching.fetch(SOURCES[view.source].ask(view, now))
    with open_one() as session:
        return _preview(feeds.preview(session, view, reply, now=now, language=language))


@router.get("/{feed_id}", summary="Read a feed", responses=NOT_HERE)
def read(session: Database, acting: Insider, now: Now, feed_id: int) -> Feed:
    """Read one feed, with how it is doing."""
    health = heard.health(session, feed_id, now)
    if health is None:
        raise NoSuch("feed", feed_id)
    return _shown(health)


@router.post("", summary="Add a feed", status_code=status.HTTP_201_CREATED)
def create(session: Database, acting: Admin, now: Now, body: NewFeed) -> MadeFeed:
    """Listen to a feed from now on. Try it first. A `push` feed gets an address and a secret instead of being asked."""
    given = body.model_dump()
    secret = ingest.new_secret() if body.source in PUSHED else None
    made = feeds.create(session, **given | ({"credential": secret} if secret else {}), now=now)
    shown = MadeFeed.model_validate(made)
    shown.has_credential = made.credential is not None
    if secret is not None:
        shown.secret, shown.ingest_url = secret, settings().link(f"/api/v1/ingest/{made.id}")
    return shown


@router.patch("/{feed_id}", summary="Change a feed", responses=NOT_HERE)
def change(session: Database, acting: Admin, now: Now, feed_id: int, body: FeedChanges) -> Feed:
    """Change a feed, or pause it. Another address or option begins a new watermark; paused, nothing is lost."""
    changes = body.model_dump(exclude_unset=True)
    state = changes.pop("state", None)
    row = _here(
        feeds.update(session, feed_id, **changes, now=now) if changes else heard.feed(session, feed_id), feed_id
    )
    if state == "paused":
        row = _here(feeds.pause(session, feed_id), feed_id)
    elif state == "active":
        row = _here(feeds.resume(session, feed_id, now=now), feed_id)
    return read(session, acting, now, row.id)


@router.delete("/{feed_id}", summary="Delete a feed", status_code=status.HTTP_204_NO_CONTENT, responses=NOT_HERE)
def remove(session: Database, acting: Admin, feed_id: int) -> None:
    """Listen to it no more. What it heard stays. It cannot be undone."""
    _here(feeds.remove(session, feed_id), feed_id)


@router.post("/{feed_id}/ask", summary="Ask a feed soon", responses=NOT_HERE)
def ask(session: Database, acting: Admin, now: Now, feed_id: int) -> Feed:
    """Let it be asked at the next tick."""
    _here(feeds.ask_soon(session, feed_id, now=now), feed_id)
    return read(session, acting, now, feed_id)


def _shown(health: heard.Health) -> Feed:
    shown = Feed.model_validate(health.feed)
    shown.has_credential = health.feed.credential is not None
    shown.health = Health.model_validate(health)
    return shown


def _preview(tried: feeds.FeedPreview) -> Preview:
    return Preview(
        title=tried.title,
        items=[_sample(sample) for sample in tried.samples],
        per_day=tried.per_day,
        noise=tried.noise,
        known=tried.known,
        rejected=tried.rejected,
        error=tried.error,
        spam=tried.spam,
        reposts=tried.reposts,
        languages=[Share(name=name, count=count) for name, count in tried.languages],
        overlap=[Share(name=name, count=count) for name, count in tried.overlap],
        money=tried.money,
    )


def _sample(sample: feeds.Sample) -> Sample:
    judged = sample.judgement
    return Sample(
        native_id=sample.item.native_id,
        title=judged.title,
        text=judged.text,
        url=sample.item.url,
        language=judged.language.code,
        mood=judged.mood.label,
        kind=judged.kind.kind,
        posted_at=judged.posted_at,
        topic_ids=list(judged.topic_ids),
        is_known=sample.is_known,
    )


def _here(row: Any, feed_id: int) -> Any:
    if row is None:
        raise NoSuch("feed", feed_id)
    return row
