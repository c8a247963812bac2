"""More than usual: suddenly against the pace of the last hours, or slowly against the usual week."""

from dataclasses import dataclass, field
from math import sqrt

from listener.alarm.ear import Peak
from listener.alarm.grid import DAY, HOUR, Grid
from listener.alarm.incident import NEVER, REST, Incident
from listener.alarm.past import SLOW, SUDDEN, Past
from listener.alarm.peaks import Manner, Peaks

BAR = 1.85  # times the topic's usual bursts
CHANCE = 2.25  # deviations that chance alone brings in half a day: what the usual peaks have beyond it are bursts
QUIETEST = 1.9  # deviations a topic's usual bursts are held to have at least
LEAST = 3.8  # standard deviations of a count, whatever is usual
PEOPLE = 12.0  # nothing, then three mentions, is no news; nor is one text copied by the hundred
MORE = 2.0  # times what was due: less is no news, however sure
MANNER = Manner(block=12 * HOUR, half_life=14 * DAY, power=4, first=1.25, firm=2, most=3, least=0.5)
SPANS = (*SUDDEN, *SLOW)


@dataclass(slots=True)
class Rise:
    """The way up of one topic. Sudden and slow rises share the bar and what was told; each rests by itself.

    A burn that has been told of does not hide a sudden peak half a day later, and the long spans, which still hold
    yesterday's peak, do not keep its incident awake.
    """

    usual: Peaks = field(default_factory=lambda: Peaks.of(MANNER, len(SPANS)))
    incident: Incident = field(default_factory=Incident)
    seen_slowly: float = NEVER

    def look(self, at: float, past: Past, grid: Grid, factor: float, is_learning: bool) -> Peak | None:
        """Judge the bucket that begins `at`; `factor` on the bar is the topic's sensitivity."""
        counts = past.rising()
        strays = [stray(*one) for one in counts]
        bar = BAR * factor * self.incident.bar(at)
        peaks = [
            Peak("spike", SPANS[span], *counts[span], self._size(span, one), bar, False)
            for span, one in enumerate(strays)
            if one >= LEAST and counts[span][0] >= max(PEOPLE, MORE * counts[span][1]) and self._size(span, one) >= bar
        ]
        self.usual.learn(at, strays, grid)
        if not peaks:
            return None
        best = max(peaks, key=lambda peak: peak.score)
        sudden, last = {peak.window in SUDDEN for peak in peaks}, self.incident.seen
        opens = self._is_new(at, sudden) and not is_learning
        if not opens and True not in sudden and at - last < best.window:
            return None  # the long spans still hold a sudden peak that is over
        if opens:
            self.incident.tell(at)
        return best.opening(opens)

    def _size(self, span: int, stray: float) -> float:
        """Return how many times the topic's usual bursts a deviation is.

        On a small topic most of its usual peaks is chance, which has no long tail: a third more is already news. On a
        lively one it is people, and half as much again still happens.
        """
        return stray / sqrt(max(self.usual.usual[span] ** 2 - CHANCE**2, QUIETEST**2))

    def _is_new(self, at: float, sudden: set[bool]) -> bool:
        """Say whether what is seen now, suddenly or slowly or both, is no part of what was seen before."""
        incident = self.incident
        rested = at - max(incident.seen, incident.told) >= REST
        is_new = rested and (True in sudden or at - self.seen_slowly >= REST)
        if True in sudden:
            incident.seen = at
        if False in sudden:
            self.seen_slowly = at
        return is_new


def stray(count: float, due: float) -> float:
    """Return how far a count lies from what was due, in standard deviations of a count."""
    return 2 * (sqrt(count + 1) - sqrt(due + 1))
