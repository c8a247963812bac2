"""Feeds: how each is doing, one tried before it is kept, and what a pushing feed delivered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.dependencies import Database, Fetching, Now, Open
from api.pages.frame import Administrator, AdministratorBriefly, Insider
from api.rendering import back, frame_of, is_swap, page
from api.settings import settings
from listener import feeds, ingest
from listener import find as heard
from listener.models import Feed
from listener.sources import PUSHED, SOURCES, BadFeed
from listener.sources.guess import guess
from triage.models import Role
from triage.refusals import NoSuch

router = APIRouter()

KINDS = (*SOURCES, "push")
INTERVALS = (60, 120, 300, 900, 1800, 3600, 21_600, 86_400)
AUTO = "auto"  # told by the address
Verb = Literal["pause", "resume", "ask", "delete", "secret"]


class Wish(BaseModel):
    """The form of a feed, as a person fills it in."""

    source: str = AUTO
    address: str = Field(default="", max_length=2000)
    what: str = Field(default="", max_length=500)  # a tag or words to look for
    name: str = Field(default="", max_length=200)
    language: str = Field(default="", max_length=20)
    interval: float = 300
    own_handles: str = Field(default="", max_length=2000)
    credential: str = Field(default="", max_length=4000)
    paused: bool = False

    def settled(self) -> tuple["Wish", str]:
        """Return the wish with its kind told by the address where it was left open, and the key of what it was seen as.

        Raise `BadFeed` where only a person can tell.
        """
        if self.source != AUTO:
            return self, ""
        seen = guess(self.address) if self.address.strip() else None
        if seen is None:
            raise BadFeed(
                "Paste a web address, a handle like @nimbo@social.example or a hashtag like #nimbo@social.example, "
                "or choose the kind of feed yourself."
            )
        tag, query = seen.options.get("tag"), seen.options.get("query")
        what = f"#{tag}" if tag else query or self.what
        return self.model_copy(update={"source": seen.source, "address": seen.address, "what": what}), seen.seen_as

    @property
    def options(self) -> dict[str, Any]:
        """What the source needs beside its address. A word with # is a tag; anything else is searched for."""
        what = self.what.strip()
        if self.source == "mastodon" and what == "@":
            return {"notifications": True}
        if not what or self.source in ("rss", *PUSHED):
            return {}
        if self.source == "mastodon" and " " not in what:
            return {"tag": what.removeprefix("#")}
        return {"query": what}

    @property
    def handles(self) -> list[str]:
        """Our own names there."""
        return self.own_handles.replace(",", " ").split()


@router.get("/feeds")
def index(request: Request, session: Database, acting: Insider, now: Now) -> Response:
    """List the feeds with their health; administrators can add one."""
    return _list(request, session, now)


@router.get("/feeds/new")
def new(request: Request, session: Database, acting: Administrator, now: Now) -> Response:
    """Show the form of a feed; what it would hear stands beside it once it was tried."""
    return _new(request, session)


@router.post("/feeds/try")
def try_out(
    request: Request, acting: AdministratorBriefly, now: Now, open_one: Open, fetching: Fetching,
    wish: Annotated[Wish, Form()],
) -> Response:  # fmt: skip
    """Ask a feed once and show what it would give. Nothing is kept, and no transaction waits for the answer."""
    try:
        settled, seen = wish.settled()
        feeds.check(settled.source, settled.address, settled.options, settled.interval)
        if settled.source not in SOURCES:
            raise BadFeed("A feed that calls us has nothing to show before it calls.")
    except BadFeed as trouble:
        with open_one() as session:
            return _new(request, session, wish=wish, wrong=str(trouble), status=200 if is_swap(request) else 422)
    view = feeds.view(settled.source, settled.address, settled.options, settled.credential)
    reply = fetching.fetch(SOURCES[settled.source].ask(view, now))
    with open_one() as session:
        tried = feeds.preview(session, view, reply, now=now, language=wish.language or None)
        return _new(request, session, wish=wish, tried=tried, settled=settled, seen=seen)


@router.post("/feeds")
def add(
    request: Request, session: Database, acting: Administrator, now: Now, wish: Annotated[Wish, Form()]
) -> Response:
    """Listen to a feed from now on, or keep it paused. One that calls us is shown its address and secret, once."""
    try:
        settled, _ = wish.settled()
        secret = ingest.new_secret() if settled.source in PUSHED else None
        made = feeds.create(
            session, source=settled.source, address=settled.address, now=now, name=settled.name,
            options=settled.options, interval=settled.interval, language=settled.language or None,
            own_handles=settled.handles, credential=secret or settled.credential or None, paused=settled.paused,
        )  # fmt: skip
    except BadFeed as trouble:
        return _new(request, session, wish=wish, wrong=str(trouble), status=422)
    if secret is not None:
        return _one(request, session, now, made.id, secret=secret)
    return back(f"/feeds/{made.id}", "feed_kept" if settled.paused else "feed_added", name=made.name)


@router.post("/feeds/{feed_id}/test")
def test_one(
    request: Request, acting: AdministratorBriefly, now: Now, open_one: Open, fetching: Fetching, feed_id: int
) -> Response:
    """Ask a feed for its first page and show what came; its watermark and its mentions stay as they are."""
    with open_one() as session:
        feed = _here(heard.feed(session, feed_id), feed_id)
        if feed.source not in SOURCES:
            raise NoSuch("feed", feed_id)
        view, language = feeds.view(feed.source, feed.address, feed.options, feed.credential), feed.language
    reply = fetching.fetch(SOURCES[view.source].ask(view, now))
    with open_one() as session:
        tried = feeds.preview(session, view, reply, now=now, language=language)
        return _one(request, session, now, feed_id, tried=tried)


@router.get("/feeds/{feed_id}")
def show(request: Request, session: Database, acting: Insider, now: Now, feed_id: int) -> Response:
    """Show one feed: its health, what it could not give, and its last deliveries."""
    return _one(request, session, now, feed_id)


@router.post("/feeds/{feed_id}")
def change(
    request: Request, session: Database, acting: Administrator, now: Now, feed_id: int, wish: Annotated[Wish, Form()]
) -> Response:
    """Change a feed; an empty credential leaves the one we have."""
    changes: dict[str, Any] = {} if not wish.credential else {"credential": wish.credential}
    found = _here(heard.feed(session, feed_id), feed_id)
    wish.source = found.source
    try:
        with session.begin_nested():
            feeds.update(
                session, feed_id, now=now, name=wish.name, address=wish.address or found.address,
                options={**_kept(found.options), **wish.options}, interval=wish.interval,
                language=wish.language or None, own_handles=wish.handles, **changes,
            )  # fmt: skip
    except BadFeed as trouble:
        return _one(request, session, now, feed_id, wish=wish, wrong=str(trouble), status=422)
    return back(f"/feeds/{feed_id}", "topic_saved", name=wish.name or found.name)


@router.post("/feeds/{feed_id}/{verb}")
def act(request: Request, session: Database, acting: Administrator, now: Now, feed_id: int, verb: Verb) -> Response:
    """Pause, go on, ask at once, make a new secret, or delete."""
    found = _here(heard.feed(session, feed_id), feed_id)
    name = found.name
    if verb == "pause":
        feeds.pause(session, feed_id)
        return back(f"/feeds/{feed_id}", "feed_paused", name=name)
    if verb == "resume":
        feeds.resume(session, feed_id, now=now)
        return back(f"/feeds/{feed_id}", "feed_resumed", name=name)
    if verb == "ask":
        feeds.ask_soon(session, feed_id, now=now)
        return back(f"/feeds/{feed_id}", "feed_asked", name=name)
    if verb == "delete":
        feeds.remove(session, feed_id)
        return back("/feeds", "feed_deleted", name=name)
    if found.source not in PUSHED:
        raise NoSuch("feed", feed_id)
    secret = ingest.new_secret()
    feeds.update(session, feed_id, credential=secret, now=now)
    return _one(request, session, now, feed_id, secret=secret)


def _list(request: Request, session: Session, now: datetime) -> Response:
    return page(
        request,
        "feeds/page.html",
        feeds=heard.feeds(session, now),
        pushed=PUSHED,
        sets_up=frame_of(request).role == Role.ADMIN,
    )


def _new(request: Request, session: Session, *, status: int = 200, **more: Any) -> Response:
    return page(
        request,
        "feeds/new.html",
        status=status,
        topics=_topics(session),
        kinds=KINDS,
        auto=AUTO,
        intervals=INTERVALS,
        **{"wish": Wish(), "wrong": None, "tried": None, "settled": None, "seen": "", **more},
    )


def _topics(session: Session) -> dict[int, str]:
    return {topic.id: topic.name for topic in heard.topics(session)}


def _one(
    request: Request, session: Session, now: datetime, feed_id: int, *, status: int = 200, **more: Any
) -> Response:
    health = heard.health(session, feed_id, now)
    if health is None:
        raise NoSuch("feed", feed_id)
    feed = health.feed
    wish = Wish(
        source=feed.source, address=feed.address, what=_what(feed.options), name=feed.name,
        language=feed.language or "", interval=feed.interval, own_handles=" ".join(feed.own_handles),
    )  # fmt: skip
    return page(
        request,
        "feeds/feed.html",
        status=status,
        health=health,
        feed=feed,
        gaps=heard.gaps(session, feed_id),
        rejections=heard.rejections(session, feed_id, 20),
        deliveries=heard.deliveries(session, feed_id, 20),
        ingest_url=settings().link(f"/api/v1/ingest/{feed_id}"),
        topics=_topics(session),
        pushed=PUSHED,
        kinds=KINDS,
        auto=AUTO,
        intervals=sorted({*INTERVALS, feed.interval}),
        sets_up=frame_of(request).role == Role.ADMIN,
        **{"wish": wish, "wrong": None, "secret": None, "tried": None, **more},
    )


def _what(options: Mapping[str, Any]) -> str:
    if options.get("notifications"):
        return "@"
    tag = str(options.get("tag") or "")
    return f"#{tag}" if tag else str(options.get("query") or "")


def _kept(options: Mapping[str, Any]) -> dict[str, Any]:
    """What the form does not show stays as it is."""
    return {name: value for name, value in options.items() if name not in ("tag", "query", "notifications")}


def _here(found: Feed | None, feed_id: int) -> Feed:
    if found is None:
        raise NoSuch("feed", feed_id)
    return found
