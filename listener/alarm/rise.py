"""More than usual: suddenly against the pace of the last hours, or slowly against the usual week."""

from dataclasses import dataclass, field
from math import sqrt

from listener.alarm.ear import Peak
from listener.alarm.grid import DAY, HOUR, Grid
from listener.alarm.incident import NEVER, REST, Incident
from listener.alarm.past import SLOW, SUDDEN, Past
from listener.alarm.peaks import Manner, Peaks

SUDDEN_BAR, SLOW_BAR = 1.8, 1.5  # times the topic's usual big peaks
SUDDEN_LEAST, SLOW_LEAST = 3.0, 4.0  # standard deviations of a count, whatever is usual
SUDDEN_PEOPLE, SLOW_PEOPLE = 6.0, 12.0  # nothing, then three mentions, is no news
SUDDEN_MANNER = Manner(block=3 * HOUR, half_life=10 * DAY, power=5, first=1.25, firm=8, most=3, least=0.5)
SLOW_MANNER = Manner(block=3 * HOUR, half_life=14 * DAY, power=4, first=2.0, firm=8, most=3, least=0.5)


@dataclass(slots=True)
class Rise:
    """The two ways up of one topic. They share the bar and what was told; each rests by itself.

    A burn that has been told of does not hide a sudden peak half a day later, and the long spans, which still hold
    yesterday's peak, do not keep its incident awake.
    """

    sudden: Peaks = field(default_factory=lambda: Peaks.of(SUDDEN_MANNER, len(SUDDEN)))
    slow: Peaks = field(default_factory=lambda: Peaks.of(SLOW_MANNER, len(SLOW)))
    incident: Incident = field(default_factory=Incident)
    seen_slowly: float = NEVER

    def look(self, at: float, past: Past, grid: Grid, factor: float, is_learning: bool) -> Peak | None:
        """Judge the bucket that begins `at`; `factor` on every bar is the topic's sensitivity."""
        counts, slow_counts = past.sudden(), past.slow()
        strays = [stray(*one) for one in counts]
        slow_strays = [stray(*one) for one in slow_counts]
        bar = self.incident.bar(at) * factor
        sudden = _highest(strays, counts, self.sudden.usual, SUDDEN_LEAST, SUDDEN_PEOPLE)
        slow = _highest(slow_strays, slow_counts, self.slow.usual, SLOW_LEAST, SLOW_PEOPLE)
        self.sudden.learn(at, strays, grid)
        self.slow.learn(at, slow_strays, grid)
        found: list[Peak] = []
        told = self.incident.told
        if sudden and sudden[0] >= SUDDEN_BAR * bar:
            opens = self.incident.is_at_rest(at) and at - told >= REST
            self.incident.seen = at
            found.append(_peak(sudden, SUDDEN, counts, SUDDEN_BAR * bar, opens and not is_learning))
        if slow and slow[0] >= SLOW_BAR * bar:
            opens = at - max(self.incident.seen, self.seen_slowly, told) >= REST
            self.seen_slowly = at
            found.append(_peak(slow, SLOW, slow_counts, SLOW_BAR * bar, opens and not is_learning))
        best = max(found, key=lambda peak: (peak.opens, peak.score / peak.bar), default=None)
        if best and best.opens:
            self.incident.tell(at)
        return best


def stray(count: float, due: float) -> float:
    """Return how far a count lies from what was due, in standard deviations of a count."""
    return 2 * (sqrt(count + 1) - sqrt(due + 1))


def _highest(
    strays: list[float], counts: list[tuple[float, float]], usual: list[float], least: float, people: float
) -> tuple[float, int] | None:
    """Return the largest stray in usual big peaks, and its span."""
    best = None
    for span, one in enumerate(strays):
        if one >= least and counts[span][0] >= people and (best is None or one / usual[span] > best[0]):
            best = one / usual[span], span
    return best


def _peak(
    best: tuple[float, int], spans: tuple[float, ...], counts: list[tuple[float, float]], bar: float, opens: bool
) -> Peak:
    score, span = best
    return Peak("spike", spans[span], *counts[span], score, bar, opens)
