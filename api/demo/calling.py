"""The demo's contact form: it calls our own door, signed, as any program would."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api import environment
from api.demo.answers import feeds as addresses
from api.demo.brand import PLACE
from api.demo.papers import pushed
from api.demo.posts import Post, shown
from listener import feeds, ingest
from listener.clock import utc_now
from listener.database import transaction
from listener.models import Feed

PAUSE = 20.0  # seconds between two looks at what is to be sent
PATIENCE = 10.0  # seconds the door may take to answer

Recent = Callable[[datetime], Sequence[Post]]


@dataclass(frozen=True, slots=True)
class Door:
    """Where the contact form calls, and what it signs with."""

    url: str
    secret: str


def move_in(origin: str) -> None:
    """Let the demo's feeds be asked at `origin`: the port may be another one than the last time."""
    try:
        with transaction() as session:
            moved(session, origin, utc_now())
    except (LookupError, SQLAlchemyError):
        return  # served without a database, or before there is one


def moved(session: Session, origin: str, now: datetime) -> int:
    """Give the demo's polled feeds their address at `origin`; return how many had another one."""
    wanted = addresses(origin)
    by_name = {PLACE[word].name: address for word, address in wanted.items()}
    rows = session.scalars(select(Feed).where(Feed.is_demo, Feed.source != "push").order_by(Feed.id)).all()
    stale = [row for row in rows if row.name in by_name and row.address != by_name[row.name]]
    for row in stale:
        feeds.update(session, row.id, now=now, address=by_name[row.name])
    return len(stale)


def for_ever(recent: Recent) -> None:
    """Send what was written since the last look; what fails is sent again at the next one."""
    sent: set[str] = set()
    while True:
        time.sleep(PAUSE)
        try:
            now = utc_now()
            waiting = [post for post in reversed(shown(recent(now), "desk", now)) if post.key not in sent]
            door = _door() if waiting else None
            for post in waiting if door else ():
                if door and deliver(door, post, now):
                    sent.add(post.key)
        except (LookupError, SQLAlchemyError, OSError):
            continue  # no database yet, or no door: the next look comes soon


def deliver(door: Door, post: Post, now: datetime) -> bool:
    """Send one message; return whether the door took it."""
    body = json.dumps(pushed([post], now), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Signature": ingest.sign(body, door.secret, int(now.timestamp())),
        "Idempotency-Key": post.key,
    }
    try:
        request = urllib.request.Request(door.url, data=body, headers=headers, method="POST")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answered:
            return bool(200 <= answered.status < 300)
    except urllib.error.URLError:
        return False


def _door() -> Door | None:
    """Return where the contact form calls, while the demo is here."""
    with transaction() as session:
        number = session.scalar(select(Feed.id).where(Feed.is_demo, Feed.source == "push").order_by(Feed.id).limit(1))
        secret = ingest.secret_for(session, number) if number is not None else None
    return Door(f"{environment.address()}/api/v1/ingest/{number}", secret) if secret else None
