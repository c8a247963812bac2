"""How the last hours went against what was planned, so that a lively day is not a spike every hour."""

from dataclasses import dataclass
from math import sqrt

from listener.alarm.grid import HOUR, Grid

HALF_LIFE = 3 * HOUR
PATIENCE = 10.0  # mentions before the pace is believed
SLOWEST, FASTEST = 0.3, 4.0


@dataclass(slots=True)
class Pace:
    """Mentions heard and planned of late."""

    heard: float = 0.0
    due: float = 0.0

    def learn(self, count: float, typical: float, planned: float, grid: Grid) -> float:
        """Take in a bucket and return the pace: 1 is as usual."""
        fade = grid.fade(HALF_LIFE)
        most = 1.5 * FASTEST * typical + 4 * sqrt(typical + 1) + 1
        self.heard = self.heard * fade + min(count, most)
        self.due = self.due * fade + planned
        return min(max((self.heard + PATIENCE) / (self.due + PATIENCE), SLOWEST), FASTEST)
