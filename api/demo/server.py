"""The demo's feeds on loopback: `python -m api.demo.server --port N`. What it says depends on the time alone."""

import argparse
import contextlib
import threading
from datetime import datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from api.demo import calling, present
from api.demo.answers import Answer, answer
from api.demo.brand import NAME
from api.demo.posts import WINDOW, Post
from listener.clock import utc_now

HOST = "127.0.0.1"
WORDS = f"The feeds of {NAME}, a brand invented for the demo: /forum.atom /blogs.rss /reviews.json /tags/kitchen\n"


class Handler(BaseHTTPRequestHandler):
    """Answers one request after another on a kept-alive connection."""

    protocol_version = "HTTP/1.1"
    server_version = "HearbackDemo"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer with what the feeds say now."""
        now = utc_now()
        if self.path == "/":
            self._send(Answer(200, {"Content-Type": "text/plain; charset=utf-8"}, WORDS.encode()))
            return
        url = f"http://{self.headers.get('Host', HOST)}{self.path}"
        known = {"If-None-Match": self.headers.get("If-None-Match", "")}
        self._send(answer(url, known, recent(now), now))

    do_HEAD = do_GET

    def _send(self, made: Answer) -> None:
        self.send_response(made.status)
        for name, value in made.headers.items():
            self.send_header(name, value)
        if made.status != 304:
            self.send_header("Content-Length", str(len(made.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(made.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: it is asked every few seconds."""


def recent(now: datetime) -> tuple[Post, ...]:
    """Return all posts that may be shown at `now`, and those of the minute it stands in."""
    return _until(now.replace(second=0, microsecond=0) + timedelta(minutes=1))


@lru_cache(maxsize=4)
def _until(end: datetime) -> tuple[Post, ...]:
    return tuple(present.posts(end - WINDOW - timedelta(minutes=1), end))


def serve(port: int) -> ThreadingHTTPServer:
    """Return the server, listening on loopback; port 0 chooses a free one."""
    return ThreadingHTTPServer((HOST, port), Handler)


def main() -> None:
    """Serve until told to stop; bring the contact form's messages to our own door meanwhile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port: int = parser.parse_args().port
    server = serve(port)
    calling.move_in(f"http://{HOST}:{server.server_port}")
    threading.Thread(target=calling.for_ever, args=(recent,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
