"""The last values of a series, with their running sums over fixed spans."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class Ring:
    """What the last buckets brought; a sum costs one step a bucket, however long its span.

    Values are kept in single precision, and the sums are of what is kept: they neither drift nor change when the
    ring is put away and taken up again.
    """

    spans: tuple[int, ...]
    kept: "array[float]"
    sums: list[float]
    at: float = 0.0

    @classmethod
    def of(cls, spans: Iterable[int], size: int = 0) -> "Ring":
        """Return an empty ring of `size` values (at least the longest span), with a sum for each span of buckets."""
        found = tuple(spans)
        return cls(found, array("f", bytes(4 * max(size, *found, 1))), [0.0] * len(found))

    def push(self, value: float) -> None:
        """Add the newest value; the oldest goes."""
        kept, at, sums = self.kept, int(self.at), self.sums
        oldest, kept[at] = kept[at], value
        value = kept[at]  # the sums must count what is kept, not what was given
        size = len(kept)
        for place, span in enumerate(self.spans):
            sums[place] += value - (oldest if span == size else kept[at - span])
        self.at = float(at + 1 if at + 1 < size else 0)

    def ago(self, buckets: int) -> float:
        """Return the value that was pushed `buckets` before the newest one."""
        return self.kept[int(self.at) - 1 - buckets]
