"""The server of a scene: feeds that have only what was said by now, and an address outside that is told of things."""

import json
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from bench.posts import Post
from bench.rude import RudeServer
from bench.scene import Scene


class Stage(RudeServer):
    """Serves a scene up to the moment that stands in the file `clock`, so that it outlives whoever turns it."""

    clock: Path
    size = 20

    def __init__(self, play: Scene) -> None:
        super().__init__(play.posts, rude=False)
        self.received: list[dict[str, Any]] = []
        self._server.RequestHandlerClass = _told(self, self._server.RequestHandlerClass)

    @property
    def now(self) -> datetime:
        """What time it is in the scene."""
        return datetime.fromisoformat(self.clock.read_text())

    def shown(self, language: str) -> list[Post]:
        """Return what was said by now."""
        now = self.now
        return [post for post in super().shown(language) if post.posted_at <= now]


def _told(stage: Stage, handler: Any) -> type[BaseHTTPRequestHandler]:
    class Told(handler):  # type: ignore[misc]
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            spike = said["data"].get("spike", {}).get("id")
            stage.received.append({"id": self.headers["webhook-id"], "type": said["type"], "spike": spike})
            self._answer(204, "text/plain", b"", {})

    return Told
