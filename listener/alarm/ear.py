"""What one bucket brought, and how well it was heard."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Counts:
    """Mentions of one bucket: all, and people (near-duplicates collapsed), and how many of those are negative."""

    total: float
    people: float
    negative: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """Whether the sources spoke: `deaf` means they did not, `backlog` that what comes now may be old."""

    deaf: bool = False
    backlog: bool = False

    @property
    def is_clear(self) -> bool:
        """What was heard is what people said."""
        return not (self.deaf or self.backlog)


CLEAR = Hearing()


@dataclass(frozen=True, slots=True)
class Peak:
    """Something unusual in the last `window` seconds: a 'spike', a 'drop' or a 'surge'.

    `observed` and `typical` are mentions (for a surge shares, 0 to 1); `score` over `bar` says how unusual.
    `opens` is true once an incident: tell people. While it lasts its peaks go on, not opening anything.
    """

    sort: str
    window: float
    observed: float
    typical: float
    score: float
    bar: float
    opens: bool

    def opening(self, opens: bool) -> "Peak":
        """Return the same peak, opening an incident or not."""
        return replace(self, opens=opens)
