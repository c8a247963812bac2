"""Feeds, items and a loopback server for the ground floor's tests."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy.orm import Session

from listener.heard import Counts, Item, Reply, Speaker
from listener.models import Feed, Topic

REPLIES = Path(__file__).parent.parent / "replies"


class MakesFeeds(Protocol):
    """Make a feed's row, with whatever columns a test cares for."""

    def __call__(self, source: str = "rss", **columns: Any) -> Feed: ...


@pytest.fixture
def make_feed(session: Session, now: datetime) -> MakesFeeds:
    made: list[Feed] = []

    def make(source: str = "rss", **columns: Any) -> Feed:
        made.append(
            Feed(**{
                "source": source, "name": f"Feed {len(made)}", "address": f"https://feed{len(made)}.example/feed.xml",
                "options": {}, "own_handles": [], "cursor": {}, "created_at": now - timedelta(days=30), "due_at": now,
                "interval": 300.0, **columns,
            })
        )  # fmt: skip
        session.add(made[-1])
        session.flush()
        return made[-1]

    return make


@pytest.fixture
def make_topic(session: Session, now: datetime) -> Callable[[str], Topic]:
    def make(query: str) -> Topic:
        topic = Topic(name=query, kind="brand", query=query, created_at=now - timedelta(days=30), updated_at=now)
        session.add(topic)
        session.flush()
        return topic

    return make


MakesTopics = Callable[[str], Topic]


class MakesItems(Protocol):
    """Make an item said an hour ago by Tomas, unless a test says otherwise."""

    def __call__(self, native_id: str, text: str = ..., **fields: Any) -> Item: ...


@pytest.fixture
def say(now: datetime) -> MakesItems:
    def make(native_id: str, text: str = "My Nimbo kettle handle is far too hot to hold", **fields: Any) -> Item:
        author = fields.pop("by", "tomas")
        speaker = Speaker(author, handle=author, name=author.title()) if author else None
        return Item(
            native_id, text, **{"posted_at": now - timedelta(hours=1), "author": speaker, "counts": Counts()} | fields
        )

    return make


def reply(path: str, url: str = "https://feed.example/feed.xml", **headers: str) -> Reply:
    """Return a recorded reply, as if it had come from `url`."""
    return Reply(
        200, url, {name.replace("_", "-"): value for name, value in headers.items()}, (REPLIES / path).read_bytes()
    )


@dataclass
class Answer:
    """What the loopback server does with one request."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    before: Callable[[BaseHTTPRequestHandler], None] | None = None  # takes over the connection


@dataclass
class Served:
    """A real HTTP server on loopback: path -> answer; `asked` remembers path and headers of each request."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def served() -> Iterator[Served]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.asked.append((self.path, headers))
            answer = told.answers.get(self.path) or told.answers.get(self.path.partition("?")[0]) or Answer(404)
            if answer.before is not None:
                self.close_connection = True
                answer.before(self)
                return
            self.send_response(answer.status)
            for name, value in ({"Content-Length": str(len(answer.body))} | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                return  # the client left, as some tests want it to

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told = Served(int(server.server_address[1]))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield told
    told.ended.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def transaction(session: Session) -> Callable[[], AbstractContextManager[Session]]:
    """What a door opens: here a savepoint, so that what fails is rolled back as it would be."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    return opened
