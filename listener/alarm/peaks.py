"""How far a topic's counts usually stray at their most: its own big peaks, for each span looked at."""

from dataclasses import dataclass
from math import log

from listener.alarm.grid import Grid


@dataclass(frozen=True, slots=True)
class Manner:
    """How peaks are remembered: in blocks of `block` seconds, halved in `half_life`, the `power` that favours the
    largest; a block counts at most `most` times what was usual, and nothing is usual below `least`. `first` is what
    is believed before anything was seen, as firmly as `firm` blocks."""

    block: float
    half_life: float
    power: float
    first: float
    firm: float
    most: float
    least: float


@dataclass(slots=True)
class Peaks:
    """A decayed power mean of the largest deviation of every block, one for each span.

    The high power makes it the size of the usual largest ones. A block counts once: an incident of two days weighs
    no more than the blocks it fills, and one huge peak no more than a few usual ones.
    """

    manner: Manner
    usual: list[float]
    largest: list[float]
    blocks: float

    @classmethod
    def of(cls, manner: Manner, spans: int) -> "Peaks":
        """Return a memory for so many spans."""
        return cls(manner, [manner.first] * spans, [0.0] * spans, float(manner.firm))

    def learn(self, at: float, strays: list[float], grid: Grid) -> None:
        """Take in how far a bucket strayed for each span; at the end of a block the largest is remembered."""
        largest, manner = self.largest, self.manner
        for span, stray in enumerate(strays):
            if stray > largest[span]:
                largest[span] = stray
        if int(at // manner.block) == int((at + grid.step) // manner.block):
            return
        self.blocks = min(self.blocks + 1, manner.half_life / manner.block / log(2))
        for span, usual in enumerate(self.usual):
            known, seen = usual**manner.power, min(largest[span], manner.most * usual) ** manner.power
            self.usual[span] = max((known + (seen - known) / self.blocks) ** (1 / manner.power), manner.least)
            largest[span] = 0.0
