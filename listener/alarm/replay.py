"""A stretch of one topic's time shown to its watch: by the round that judges it, and by a back-test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from listener.alarm import feedback
from listener.alarm.ear import CLEAR, Counts, Hearing, Peak
from listener.alarm.watch import EVEN, Watch

NOTHING = Counts(0.0, 0.0, 0.0)
Verdicts = Sequence[tuple[float, bool]]  # when something was said of an alert (seconds, UTC), and whether it was real


@dataclass(frozen=True, slots=True)
class Unheard:
    """From `since` to before `until` (seconds, UTC) a `share` (0 to 1) of a topic's usual mentions cannot come."""

    since: float
    until: float
    share: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a topic brought, what of it could not be heard, and what people said of its alerts, by their sort.

    `counts` has the beginning of a bucket (seconds, UTC) -> what it brought; quiet ones are missing.
    """

    counts: Mapping[float, Counts] = field(default_factory=dict)
    unheard: Sequence[Unheard] = ()
    verdicts: Mapping[str, Verdicts] = field(default_factory=dict)

    def hearing(self, at: float) -> Hearing:
        """Return how well the bucket that begins `at` could be heard."""
        share = sum(one.share for one in self.unheard if one.since <= at < one.until)
        return Hearing(share=max(1 - share, 0.0)) if share else CLEAR


def show(
    watch: Watch, stretch: Stretch, start: float, end: float, tolerance: float
) -> Iterator[tuple[float, list[Peak]]]:
    """Show `watch` the buckets from `start` to before `end`, in order; yield (end of the bucket, its peaks), if any."""
    at = start
    while at < end:
        counts = stretch.counts.get(at, NOTHING)
        peaks = watch.judge(at, counts, stretch.hearing(at), tolerance, factors(stretch.verdicts, at))
        at += watch.grid.step
        if peaks:
            yield at, peaks


def factors(verdicts: Mapping[str, Verdicts], at: float) -> Mapping[str, float]:
    """Return by what people's verdicts until `at` multiply the bar of each sort of alert; 1 for what is not named."""
    return {sort: feedback.factor(said, at) for sort, said in verdicts.items()} if verdicts else EVEN


def weighed(total: float, people: float, negative: float) -> Counts:
    """Return counts with the copies of an angry text as angry as it is, and counting as little."""
    return Counts(total, people, negative * min(people / total, 1.0) if total else 0.0)
