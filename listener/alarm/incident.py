"""One alert per incident: told once, at rest when nothing was seen for half a day, and a higher bar for the next."""

from dataclasses import dataclass

from listener.alarm.grid import DAY, HOUR

REST = 12.5 * HOUR
LIFT = 0.3
LIFT_HALF_LIFE = 7 * DAY
NEVER = -1e18


@dataclass(slots=True)
class Incident:
    """The last incident of one sort: when it was last seen and told, and how far it lifted the bar."""

    seen: float = NEVER
    told: float = NEVER
    lift: float = 0.0

    def bar(self, at: float) -> float:
        """Return by what the threshold is multiplied: 1 and more, halved towards 1 in a week."""
        return 1 + self.lift * 0.5 ** ((at - self.told) / LIFT_HALF_LIFE) if self.lift else 1.0

    def is_at_rest(self, at: float) -> bool:
        """Say whether what is seen now is new."""
        return at - self.seen >= REST

    def tell(self, at: float) -> None:
        """Remember that people were told."""
        self.lift = self.bar(at) * (1 + LIFT) - 1
        self.told = at
