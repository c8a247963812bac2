"""Angrier than usual at no unusual volume: the share of negative people in the last hours."""

from dataclasses import dataclass, field
from math import log

from listener.alarm.ear import Peak
from listener.alarm.grid import DAY, Grid
from listener.alarm.incident import Incident
from listener.alarm.past import ANGRY, Past

PEOPLE = 8.0
KNOWN = 20.0  # people heard before a share is a share
LIKENESS = 0.02  # people of one hour agree with each other
BAR = 9.0  # twice the log of the odds
HALF_LIFE = 7 * DAY


@dataclass(slots=True)
class Surge:
    """The usual share of negative people, forgotten by the clock and not by the count: a storm of mentions does not
    make anger usual within an hour."""

    negative: float = 0.0
    people: float = 0.0
    incident: Incident = field(default_factory=Incident)

    def look(self, at: float, past: Past, factor: float, is_learning: bool) -> Peak | None:
        """Judge the bucket that begins `at`; `factor` on the bar is the topic's sensitivity."""
        if is_learning or self.people <= KNOWN:
            return None
        usual, bar = (self.negative + 1) / (self.people + 5), BAR * self.incident.bar(at) * factor
        found: tuple[float, int, float] | None = None
        for span, (people, negative) in enumerate(past.angry()):
            share = min(negative / people, 1.0) if people >= PEOPLE else 0.0
            if share > usual:
                score = _apart(people, share, usual)
                if score >= bar and (found is None or score > found[0]):
                    found = score, span, share
        if found is None:
            return None
        opens = self.incident.is_at_rest(at)
        self.incident.seen = at
        if opens:
            self.incident.tell(at)
        return Peak("surge", ANGRY[found[1]], found[2], usual, found[0], bar, opens)

    def learn(self, people: float, negative: float, grid: Grid) -> None:
        """Take in a bucket."""
        fade = grid.fade(HALF_LIFE)
        self.negative = self.negative * fade + negative
        self.people = self.people * fade + people


def _apart(people: float, share: float, usual: float) -> float:
    """Return the deviance of a share from the usual one, with as many people as if none agreed with another."""
    alone = people / (1 + (people - 1) * LIKENESS)
    calm = (1 - share) * log((1 - share) / (1 - usual)) if share < 1 else 0.0
    return 2 * alone * (share * log(share / usual) + calm)
