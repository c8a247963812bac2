"""Moments along one line of time, in percent of it: pure arithmetic, mirrored for pages that run from the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

TICKS = 8  # days that are named, at most
EDGE = 4.0  # a name so near to the end is written inwards
WIDTH, HEIGHT = 1000, 100


@dataclass(frozen=True, slots=True)
class Tick:
    """A midnight that is named; `is_minor` where a narrow page has no room for its name."""

    x: float
    at: datetime
    anchor: str
    is_minor: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The time from `since` to `until`, as wide as the page; it runs from the right where `mirrored`."""

    since: datetime
    until: datetime
    mirrored: bool = False

    def x(self, at: datetime) -> float:
        """Return where a moment lies, 0 to 100; what lies outside stands at the end."""
        share = (at - self.since) / (self.until - self.since) if self.until > self.since else 0.0
        share = min(max(share, 0.0), 1.0)
        return round(100 * (1 - share if self.mirrored else share), 2)

    def span(self, start: datetime, end: datetime) -> tuple[float, float]:
        """Return (left, width) of a stretch of time."""
        one, other = self.x(start), self.x(end)
        return min(one, other), round(abs(other - one), 2)

    def ticks(self, zone: ZoneInfo) -> list[Tick]:
        """Return midnights of `zone`, the last one first."""
        step = max(1, ceil((self.until - self.since) / timedelta(days=TICKS)))
        found: list[Tick] = []
        day = self.until.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        while day > self.since:
            x = self.x(day)
            anchor = "start" if x < EDGE else "end" if x > 100 - EDGE else "middle"
            found.append(Tick(x, day, anchor, is_minor=len(found) % 2 == 1))
            day -= timedelta(days=step)
        return found

    def outline(self, values: Sequence[tuple[datetime, float]], most: float) -> str:
        """Return the area under (moment, value) as a path, `WIDTH` by `HEIGHT`; empty where there is nothing."""
        points = [(self.x(at) * WIDTH / 100, round(HEIGHT * (1 - value / most), 1)) for at, value in values if most]
        if not points:
            return ""
        line = "L".join(f"{x:g} {y:g}" for x, y in points)
        return f"M{points[0][0]:g} {HEIGHT}L{line}L{points[-1][0]:g} {HEIGHT}Z"
