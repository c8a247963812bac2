"""One topic's counts, bucket by bucket, to what a person should be told; everything it remembers fits in a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import Self

from listener.alarm import keeping
from listener.alarm.drop import Drop
from listener.alarm.ear import CLEAR, DEAF, Counts, Hearing, Peak
from listener.alarm.grid import HOUR, Grid
from listener.alarm.habit import Habit
from listener.alarm.level import Level
from listener.alarm.pace import Pace
from listener.alarm.past import Past
from listener.alarm.rise import Rise
from listener.alarm.surge import Surge

LEARNING = 48 * HOUR
SORTS = ("spike", "drop", "surge")
BUDGETS = (4.0, 1.0, 0.5, 0.25)  # false alerts a week people may choose for a topic
EVEN: Mapping[str, float] = MappingProxyType({})
EASE = 0.145  # of every bar, for each false alert a week that is put up with


def sensitivity(budget: float) -> float:
    """Return the factor on every bar for so many false alerts a week: 1 for half of one, less for more of them."""
    return 1 - EASE * (budget - 0.5)


@dataclass(slots=True)
class Watch:
    """The watch over one topic. It sees each bucket once, in order, and nothing that came later."""

    grid: Grid
    past: Past
    level: Level = field(default_factory=Level)
    habit: Habit = field(default_factory=Habit)
    pace: Pace = field(default_factory=Pace)
    rise: Rise = field(default_factory=Rise)
    drop: Drop = field(default_factory=Drop)
    surge: Surge = field(default_factory=Surge)

    @classmethod
    def of(cls, grid: Grid) -> Self:
        """Return a watch that has seen nothing."""
        return cls(grid, Past.of(grid))

    @classmethod
    def resumed(cls, grid: Grid, kept: bytes) -> Self:
        """Return the watch that was kept. Raises keeping.Unreadable when it was kept by another version."""
        watch = cls.of(grid)
        keeping.unpack(watch, kept)
        return watch

    def kept(self) -> bytes:
        """Return everything it remembers."""
        return keeping.pack(self)

    @property
    def is_learning(self) -> bool:
        """Say whether it is too new to be believed."""
        return self.level.age < LEARNING

    def typical(self, at: float) -> float:
        """Return how many people usually speak in the bucket that begins `at` (seconds, UTC)."""
        return self.level.typical(at, self.grid)

    def judge(
        self,
        at: float,
        counts: Counts,
        hearing: Hearing = CLEAR,
        budget: float = 0.5,
        factors: Mapping[str, float] = EVEN,
    ) -> list[Peak]:
        """Take in the finished bucket that begins `at`; return what is unusual, at most one peak of each sort.

        `factors` multiply the bar of each sort ("spike", "drop", "surge"): what people said of its alerts.
        Where sources are silent only what can be heard is due, and nothing is learnt. While all of them are, or a
        backlog comes in, nothing is said either; a count that is no number was not heard.
        """
        if not isfinite(counts.people + counts.negative):
            counts, hearing = Counts(0.0, 0.0, 0.0), DEAF
        typical = self.typical(at) * hearing.share
        planned = typical * (1 + self.habit.expected(at))
        if hearing.is_deaf or hearing.backlog:
            self._pass_by(counts, typical, planned, hearing)
            return []
        self.past.push(counts.people, typical, planned, counts.negative)
        factor, is_learning = sensitivity(budget), self.is_learning
        found = (
            self.rise.look(at, self.past, self.grid, factor * factors.get("spike", 1.0), is_learning),
            self.drop.look(at, self.past, self.grid, factor * factors.get("drop", 1.0), is_learning),
            self.surge.look(at, self.past, factor * factors.get("surge", 1.0), is_learning),
        )
        if hearing.share == 1.0:
            self._learn(at, counts, typical, planned)
        else:
            self._keep_pace()
        return [peak for peak in found if peak is not None]

    def _pass_by(self, counts: Counts, typical: float, planned: float, hearing: Hearing) -> None:
        """Let a bucket pass that says nothing about people: where nobody could be heard, nobody was due."""
        if hearing.is_deaf:
            self.past.push(0.0, 0.0, 0.0, 0.0)
        else:
            self.past.push(self.level.tempered(counts.people, typical), typical, planned, 0.0)
        self._keep_pace()

    def _keep_pace(self) -> None:
        self.past.pace.push(self.past.pace.ago(0))

    def _learn(self, at: float, counts: Counts, typical: float, planned: float) -> None:
        """Take the bucket into what is usual; the rings learn the pace after the spans that are measured against it."""
        self.habit.learn(at, counts.people, typical * self.past.steady_pace())
        self.past.pace.push(self.pace.learn(counts.people, typical, planned, self.grid))
        self.level.learn(at, self.level.tempered(counts.people, typical), self.grid)
        self.surge.learn(counts.people, counts.negative, self.grid)
