"""A partner who calls us with signed batches, and calls again until we say that we have them."""

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request

from bench.posts import Post
from bench.setting import Place

BATCH = 40


class Pusher:
    """Sends copies of the first posts under ids of its own, one signed batch a second, from a thread."""

    def __init__(self, base: str, place: Place, posts: list[Post], batches: int) -> None:
        self._url = f"{base}/api/v1/ingest/{place.push_feed_id}"
        self._secret = place.push_secret
        self._batches = [posts[at * BATCH : (at + 1) * BATCH] for at in range(batches)]
        self._thread = threading.Thread(target=self._send_all, daemon=True)
        self._ended = threading.Event()
        self.total = sum(map(len, self._batches))
        self.sent = 0

    def __enter__(self) -> "Pusher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(30)

    def _send_all(self) -> None:
        for number, batch in enumerate(self._batches):
            body = json.dumps({"items": [_item(post) for post in batch]}).encode()
            # every second batch is sent twice: the same key must not store it again
            for _ in range(1 + number % 2):
                while not self._send(body, f"batch-{number}") and not self._ended.is_set():
                    time.sleep(0.5)
            self.sent += 1
            self._ended.wait(1.0)

    def _send(self, body: bytes, key: str) -> bool:
        stamp = str(int(time.time()))  # noqa: TID251
        seal = hmac.new(self._secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Signature": f"t={stamp},v1={seal}", "Idempotency-Key": key, "Content-Type": "application/json"}
        request = urllib.request.Request(self._url, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status) == 202
        except urllib.error.HTTPError as refused:
            if refused.code in (400, 401, 403, 404, 413, 422):
                raise RuntimeError(f"ingest refused a good batch: {refused.code} {refused.read()[:300]!r}") from refused
            return False
        except OSError:
            return False


def _item(post: Post) -> dict[str, object]:
    return {
        "native_id": f"pushed-{post.native_id}", "text": f"{post.text} (told by a partner)", "created_at": post.posted_at.isoformat(),
        "author": {"id": f"partner-{post.author}", "handle": post.author},
    }  # fmt: skip
