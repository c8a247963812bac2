"""The last day of a topic: what came, what was due, and the sums the detectors look at."""

from dataclasses import dataclass

from listener.alarm.grid import HOUR, MINUTE, Grid
from listener.alarm.ring import Ring

SUDDEN = (5 * MINUTE, 15 * MINUTE, HOUR)
SLOW = (6 * HOUR, 12 * HOUR, 24 * HOUR)
ANGRY = (HOUR, 3 * HOUR)
FALLING = (3 * HOUR, 6 * HOUR, 12 * HOUR)
BEFORE = 15 * MINUTE  # the pace is taken so long before a span: what begins gently must not hide itself

# 3, 6, 12 and 24 hours: a drop is looked for in the first three of them, a slow rise in the last three
_LONG = (3 * HOUR, *SLOW)
_PEOPLE = (*SUDDEN, *_LONG)


@dataclass(slots=True)
class Past:
    """Rings of the last buckets; moments nobody could be heard in are left out of all of them alike."""

    people: Ring
    due: Ring
    planned: Ring
    negative: Ring
    pace: Ring
    lag: int
    length: float = 0.0

    @classmethod
    def of(cls, grid: Grid) -> "Past":
        """Return an empty past."""
        sudden, lag = [grid.buckets(span) for span in SUDDEN], grid.buckets(BEFORE)
        return cls(
            people=Ring.of(grid.buckets(span) for span in _PEOPLE),
            due=Ring.of(grid.buckets(span) for span in _LONG),
            planned=Ring.of(sudden),
            negative=Ring.of(grid.buckets(span) for span in ANGRY),
            pace=Ring.of((), sudden[-1] + lag),
            lag=lag,
        )

    def push(self, people: float, due: float, planned: float, negative: float) -> None:
        """Add a bucket: who spoke, how many were due, how many with what returns weekly, how many negative."""
        self.people.push(people)
        self.due.push(due)
        self.planned.push(planned)
        self.negative.push(negative)
        self.length += 1

    def rising(self) -> list[tuple[float, float]]:
        """Return (count, expected) for each span a rise is looked for in: the short ones at the pace before them."""
        people, planned, pace, lag = self.people.sums, self.planned.sums, self.pace, self.lag - 1
        sudden = [
            (people[place], planned[place] * (pace.ago(span + lag) or 1.0))
            for place, span in enumerate(self.planned.spans)
        ]
        return sudden + list(zip(people[4:], self.due.sums[1:], strict=True))

    def steady_pace(self) -> float:
        """Return the pace of a while ago, which a sudden peak has not touched yet."""
        return self.pace.ago(len(self.pace.kept) - 1) or 1.0

    def angry(self) -> list[tuple[float, float]]:
        """Return (count, negative ones) for each span a surge is looked for in."""
        return list(zip(self.people.sums[2:4], self.negative.sums, strict=True))

    def falling(self) -> list[tuple[float, float]]:
        """Return (count, expected) for each span a drop is looked for in, as far as the past reaches."""
        known = sum(self.length >= span for span in self.due.spans[:3])
        return list(zip(self.people.sums[3 : 3 + known], self.due.sums[:known], strict=True))
