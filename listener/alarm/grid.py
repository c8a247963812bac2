"""The width of a bucket, and what hours and days are in buckets of it."""

from dataclasses import dataclass
from functools import lru_cache

MINUTE = 60.0
HOUR = 3600.0
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Buckets `step` seconds wide: five minutes in the service, an hour in some recorded series."""

    step: float

    def buckets(self, seconds: float) -> int:
        """Return how many buckets a span takes: at least one."""
        return max(1, round(seconds / self.step))

    def fade(self, half_life: float) -> float:
        """Return what is left after one bucket of what halves in `half_life` seconds."""
        return _fade(self.step, half_life)


@lru_cache(maxsize=64)
def _fade(step: float, half_life: float) -> float:
    return float(0.5 ** (step / half_life))
