"""What a bucket usually brings: a slow level times the shape of the day times the day of the week."""

from dataclasses import dataclass, field
from math import sqrt

from listener.alarm.grid import DAY, HOUR, Grid

HALF_LIFE = 7 * DAY
SHAPE_HALF_LIFE = 7.0  # times an hour of the day comes round
DAY_HALF_LIFE = 3.0  # times a weekday comes round
PATIENCE = 6.0  # mentions an hour of the day needs before it outweighs an even day
DAY_PATIENCE = 0.3  # days of mentions a weekday needs before it outweighs an even week
TEMPER = 4.0  # deviations beyond which a bucket teaches no more: one spike does not make a level
TRUSTING = 12 * HOUR  # before that there is nothing to temper by
SETTLING = 2 * DAY  # before that a weekday is only a beginning


@dataclass(slots=True)
class Level:
    """A topic's level and how the hours of the day and the days of the week lie to it, in UTC.

    The clock of the people who write may change by an hour: within days the shape has moved with them.
    """

    heard: float = 0.0
    due: float = 0.0
    hours_heard: list[float] = field(default_factory=lambda: [0.0] * 24)
    hours_due: list[float] = field(default_factory=lambda: [0.0] * 24)
    days_heard: list[float] = field(default_factory=lambda: [0.0] * 7)
    days_due: list[float] = field(default_factory=lambda: [0.0] * 7)
    age: float = 0.0  # seconds learnt from

    def typical(self, at: float, grid: Grid) -> float:
        """Return the usual count of the bucket that begins `at`."""
        if not self.due:
            return 0.0
        mean = self.heard / self.due
        return mean * self._of_hour(at) * self._of_day(at, mean, grid)

    def tempered(self, count: float, typical: float) -> float:
        """Return a count cut down to what one bucket may teach."""
        if self.age <= TRUSTING:
            return count
        return min(count, typical + TEMPER * sqrt(typical + 1) + 1)

    def learn(self, at: float, count: float, grid: Grid) -> None:
        """Take in a bucket's count (already tempered)."""
        mean = self.heard / self.due if self.due else 0.0
        of_hour, of_day = self._of_hour(at), self._of_day(at, mean, grid)
        fade = grid.fade(HALF_LIFE)
        self.heard = self.heard * fade + count
        self.due = self.due * fade + of_hour * of_day
        hour, day = int(at / HOUR) % 24, int(at / DAY) % 7
        fade = grid.fade(SHAPE_HALF_LIFE * HOUR)
        self.hours_heard[hour] = self.hours_heard[hour] * fade + count
        self.hours_due[hour] = self.hours_due[hour] * fade + self.heard / self.due * of_day
        if self.age > SETTLING:
            fade = grid.fade(DAY_HALF_LIFE * DAY)
            self.days_heard[day] = self.days_heard[day] * fade + count
            self.days_due[day] = self.days_due[day] * fade + mean * of_hour
        self.age += grid.step

    def _of_hour(self, at: float) -> float:
        """Return how busy this time of day usually is, 1 on average; between the middles of two hours, in between."""
        place = at / HOUR - 0.5
        before = int(place // 1)
        part, before, after = place - before, before % 24, (before + 1) % 24
        heard, due = self.hours_heard, self.hours_due
        earlier = (heard[before] + PATIENCE) / (due[before] + PATIENCE)
        return earlier + part * ((heard[after] + PATIENCE) / (due[after] + PATIENCE) - earlier)

    def _of_day(self, at: float, mean: float, grid: Grid) -> float:
        """Return how busy this day of the week usually is, 1 on average."""
        day, patience = int(at / DAY) % 7, DAY_PATIENCE * mean * DAY / grid.step
        return (self.days_heard[day] + patience) / (self.days_due[day] + patience) if patience else 1.0
