"""What returns every week at the same hour: a live show, a newsletter, a market that opens."""

from dataclasses import dataclass, field

from listener.alarm.grid import HOUR

HOURS = 168
TRUST = 0.6  # how much of a new week's excess is believed
MOST = 6.0  # times the typical; more is not a habit


@dataclass(slots=True)
class Habit:
    """The usual excess of each hour of the week over what the level says, in multiples of it."""

    excess: list[float] = field(default_factory=lambda: [0.0] * HOURS)
    hour: float = -1.0
    heard: float = 0.0
    due: float = 0.0

    def expected(self, at: float) -> float:
        """Return how many times the typical count this moment usually brings on top; between two hours, in between."""
        place = at / HOUR - 0.5
        before = int(place // 1)
        part = place - before
        return (1 - part) * self.excess[before % HOURS] + part * self.excess[(before + 1) % HOURS]

    def learn(self, at: float, count: float, typical: float) -> None:
        """Take in a bucket; an hour is remembered when it is over."""
        hour = int(at / HOUR) % HOURS
        if hour != self.hour:
            if self.hour >= 0:
                seen = min(max((self.heard + 1) / (self.due + 1) - 1, 0.0), MOST)
                known = int(self.hour)
                self.excess[known] += TRUST * (seen - self.excess[known])
            self.hour, self.heard, self.due = float(hour), 0.0, 0.0
        self.heard += count
        self.due += typical
