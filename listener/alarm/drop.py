"""Less than usual: the chance of so few, where enough were due."""

from dataclasses import dataclass, field
from math import exp, lgamma, log

from listener.alarm.ear import Peak
from listener.alarm.grid import DAY, HOUR, Grid
from listener.alarm.incident import Incident
from listener.alarm.past import FALLING, Past
from listener.alarm.peaks import Manner, Peaks
from listener.alarm.rise import stray

DUE = 14.0  # fewer are too few to miss
REMAINING = 0.35  # of what was due; more is no drop, however sure
LN_CHANCE = -9.5
SHAPE = 12.0  # counts scatter more than chance alone: a negative binomial of this shape
MANY = 3000.0  # from here on what remains says enough
BAR = 1.3  # times the topic's usual deep falls
MANNER = Manner(block=12 * HOUR, half_life=10 * DAY, power=3, first=3.0, firm=1, most=3, least=1.0)


@dataclass(slots=True)
class Drop:
    """The way down of one topic, measured against its own quiet nights and weekends too."""

    usual: Peaks = field(default_factory=lambda: Peaks.of(MANNER, 1))
    incident: Incident = field(default_factory=Incident)

    def look(self, at: float, past: Past, grid: Grid, factor: float, is_learning: bool) -> Peak | None:
        """Judge the bucket that begins `at`; `factor` on every bar is the topic's sensitivity."""
        bar, found, deepest = self.incident.bar(at) * factor, None, 0.0
        for span, (count, due) in enumerate(past.falling()):
            if due < DUE or count >= REMAINING * due:
                continue
            fall = -stray(count, due)
            deepest = max(deepest, fall)
            if not found and fall >= BAR * bar * self.usual.usual[0]:
                chance = ln_at_most(count, due)
                if chance <= LN_CHANCE * bar:
                    found = Peak("drop", FALLING[span], count, due, -chance, -LN_CHANCE * bar, False)
        self.usual.learn(at, [deepest], grid)
        if found is None or is_learning:
            return None
        opens = self.incident.is_at_rest(at)
        self.incident.seen = at
        if opens:
            self.incident.tell(at)
        return Peak(found.sort, found.window, found.observed, found.typical, found.score, found.bar, opens)


def ln_at_most(count: float, due: float) -> float:
    """Return ln of the chance of at most `count` where `due` is the mean of a negative binomial."""
    if due >= MANY:
        return -99 * (1 - count / due)
    most, ratio = int(count), log(due) - log(SHAPE + due)
    term = SHAPE * log(SHAPE / (SHAPE + due)) + lgamma(most + SHAPE) - lgamma(SHAPE) - lgamma(most + 1) + most * ratio
    # from the likeliest downwards, until the rest no longer counts
    total = part = 1.0
    falling = exp(-ratio)
    for one in range(most, 0, -1):
        part *= one / (SHAPE + one - 1) * falling
        total += part
        if part < total * 1e-6:
            break
    return term + log(total)
