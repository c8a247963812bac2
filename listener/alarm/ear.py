"""What one bucket brought, and how well it was heard."""

from dataclasses import dataclass, replace

LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Counts:
    """Mentions of one bucket: all, and people (near-duplicates collapsed), and how many of those are negative."""

    total: float
    people: float
    negative: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """How well the sources speak: the `share` of a topic's usual mentions that could come (0 to 1: some feeds, or all,
    may have stopped), and whether a `backlog` comes in, which may be old."""

    share: float = 1.0
    backlog: bool = False

    @property
    def is_deaf(self) -> bool:
        """So little can come that its absence says nothing."""
        return self.share < LEAST_SHARE


CLEAR = Hearing()
DEAF = Hearing(share=0.0)


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
