"""How often somebody may come: so many calls in a minute, counted in this process."""

import threading
from collections import deque
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)


class Pace:
    """Counts calls by key over the last minute; each process of the door counts its own."""

    def __init__(self) -> None:
        self._calls: dict[object, deque[datetime]] = {}
        self._lock = threading.Lock()

    def take(self, key: object, most: int, now: datetime) -> float | None:
        """Count one call; return `None` if it may pass, else the seconds until the next may."""
        with self._lock:
            calls = self._calls.setdefault(key, deque())
            while calls and calls[0] <= now - WINDOW:
                calls.popleft()
            if len(calls) >= most:
                return (calls[0] + WINDOW - now).total_seconds()
            calls.append(now)
            return None
