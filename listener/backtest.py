"""What a topic's alarm would have told on its own history, for a tolerance somebody thinks of choosing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from listener.alarm.ear import Peak
from listener.alarm.grid import HOUR, Grid
from listener.alarm.incident import REST
from listener.alarm.replay import Stretch, show
from listener.alarm.watch import Watch
from listener.volume import BUCKET

WEEK = timedelta(weeks=1)
LEAST = timedelta(days=1)  # of a shorter time nobody can say how often


@dataclass(frozen=True, slots=True)
class Told:
    """One alert: when people would have been told, and of what."""

    at: datetime
    peak: Peak


@dataclass(frozen=True, slots=True)
class Known:
    """An incident that was: its sort, when it began, when it was last seen."""

    sort: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class BackTest:
    """What would have been told from `since` to `until`, oldest first.

    A new watch learns first: until `learnt_at` it tells nothing; `None` where the history is too short to learn from.
    """

    tolerance: float
    since: datetime
    until: datetime
    learnt_at: datetime | None
    told: Sequence[Told]

    @property
    def judged(self) -> timedelta:
        """How much of the history was judged, and not only learnt from."""
        return self.until - self.learnt_at if self.learnt_at else timedelta()

    @property
    def a_week(self) -> float | None:
        """Alerts a week, or `None` where less than a day was judged."""
        return len(self.told) / (self.judged / WEEK) if self.judged >= LEAST else None

    def tells(self, known: Known) -> bool:
        """Say whether an incident that was would have been told: an alert of its sort a rest before it, or in it."""
        begins = known.since - timedelta(seconds=REST)
        return any(one.peak.sort == known.sort and begins <= one.at <= known.until for one in self.told)


def back_test(stretch: Stretch, since: datetime, until: datetime, tolerance: float) -> BackTest:
    """Show a new watch every bucket from `since` to before `until`, as the service does, and keep what it tells."""
    watch = Watch.of(Grid(BUCKET.total_seconds()))
    at, end = since.timestamp(), until.timestamp()
    while watch.is_learning and at < end:
        for _ in show(watch, stretch, at, min(at + HOUR, end), tolerance):
            continue
        at = min(at + HOUR, end)
    told = [
        Told(_moment(ends), peak)
        for ends, peaks in show(watch, stretch, at, end, tolerance)
        for peak in peaks
        if peak.opens
    ]
    return BackTest(tolerance, since, until, None if watch.is_learning else _moment(at), told)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
