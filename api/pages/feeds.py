"""Feeds: how each is doing, one tried before it is kept, and what a pushing feed delivered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.dependencies import Database, Fetching, Now, Open
from api.pages.frame import Administrator, AdministratorBriefly, Insider
from api.rendering import back, frame_of, page
from api.settings import settings
from listener import feeds, ingest
from listener import find as heard
from listener.models import Feed
from listener.sources import PUSHED, SOURCES, BadFeed
from triage.models import Role
from triage.refusals import NoSuch

router = APIRouter()

KINDS = (*SOURCES, "push")
INTERVALS = (60, 120, 300, 900, 1800, 3600, 21_600, 86_400)
Verb = Literal["pause", "resume", "ask", "delete", "secret"]


class Wish(BaseModel):
    """The form of a feed, as a person fills it in."""

    source: str = "rss"
    address: str = Field(default="", max_length=2000)
    what: str = Field(default="", max_length=500)  # a tag or words to look for
    name: str = Field(default="", max_length=200)
    language: str = Field(default="", max_length=20)
    interval: float = 300
    own_handles: str = Field(default="", max_length=2000)
    credential: str = Field(default="", max_length=4000)

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


@router.post("/feeds/try")
def try_out(
    request: Request, acting: AdministratorBriefly, now: Now, open_one: Open, fetching: Fetching,
    wish: Annotated[Wish, Form()],
) -> Response:  # fmt: skip
    """Ask a feed once and show what it would give. Nothing is kept, and no transaction waits for the answer."""
    try:
        feeds.check(wish.source, wish.address, wish.options, wish.interval)
        if wish.source not in SOURCES:
            raise BadFeed("A feed that calls us has nothing to show before it calls.")
    except BadFeed as trouble:
        with open_one() as session:
            return _list(request, session, now, wish=wish, wrong=str(trouble), status=422)
    view = feeds.view(wish.source, wish.address, wish.options, wish.credential)
    reply = fetching.fetch(SOURCES[wish.source].ask(view, now))
    with open_one() as session:
        tried = feeds.preview(session, view, reply, now=now, language=wish.language or None)
        return _list(request, session, now, wish=wish, tried=tried)


@router.post("/feeds")
def add(
    request: Request, session: Database, acting: Administrator, now: Now, wish: Annotated[Wish, Form()]
) -> Response:
    """Listen to a feed from now on. One that calls us is shown its address and secret, once."""
    secret = ingest.new_secret() if wish.source in PUSHED else None
    try:
        made = feeds.create(
            session, source=wish.source, address=wish.address, now=now, name=wish.name, options=wish.options,
            interval=wish.interval, language=wish.language or None, own_handles=wish.handles,
            credential=secret or wish.credential or None,
        )  # fmt: skip
    except BadFeed as trouble:
        return _list(request, session, now, wish=wish, wrong=str(trouble), status=422)
    if secret is not None:
        return _one(request, session, now, made.id, secret=secret)
    return back(f"/feeds/{made.id}", "feed_added", name=made.name)


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


def _list(request: Request, session: Session, now: datetime, *, status: int = 200, **more: Any) -> Response:
    return page(
        request,
        "feeds/page.html",
        status=status,
        feeds=heard.feeds(session, now),
        topics={topic.id: topic.name for topic in heard.topics(session)},
        kinds=KINDS,
        intervals=INTERVALS,
        sets_up=frame_of(request).role == Role.ADMIN,
        **{"wish": Wish(), "wrong": None, "tried": None, **more},
    )


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
        kinds=KINDS,
        intervals=sorted({*INTERVALS, feed.interval}),
        sets_up=frame_of(request).role == Role.ADMIN,
        **{"wish": wish, "wrong": None, "secret": None, **more},
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
