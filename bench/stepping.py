"""The doors for time, struck by hand: every task of the timetable, at a moment that is given instead of read."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from listener import tasks as hearing
from listener.poll import Transaction
from triage import tasks as deciding
from triage.worker import TIMETABLE, app

DOORS: tuple[Any, ...] = (hearing, deciding)


class Stepping:
    """A clock that goes when it is told to, and what the worker does as it goes."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def go(self, to: datetime, without: Collection[str] = ()) -> None:
        """Let it be `to`, and do every task whose turn has come since, in the order of the timetable."""
        before, self.at = self.at, to
        for task, (_, seconds) in TIMETABLE.items():
            if task not in without and before.timestamp() // seconds < to.timestamp() // seconds:
                app.tasks[task]()


@contextmanager
def stepping(at: datetime, transaction: Transaction | None = None) -> Iterator[Stepping]:
    """Give the doors our clock, and our `transaction` where there is one; a feed that is due is polled at once."""
    clock = Stepping(at)
    given: dict[str, Any] = {"utc_now": lambda: clock.at} | ({"transaction": transaction} if transaction else {})
    before = [(door, name, getattr(door, name)) for door in DOORS for name in given]
    send = hearing.poll.apply_async
    for door in DOORS:
        for name, one in given.items():
            setattr(door, name, one)
    hearing.poll.apply_async = lambda ids, **_: hearing.poll(*ids)
    try:
        yield clock
    finally:
        hearing.poll.apply_async = send
        for door, name, one in before:
            setattr(door, name, one)
