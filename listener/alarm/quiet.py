"""A silence of everything a source brings is the source, not the people."""

from dataclasses import dataclass

from listener.alarm.grid import MINUTE

DOUBT = 3.0  # mentions missed in a row: learn nothing, say nothing
SILENCE = 14.0  # the chance of missing so many is e^-14: it is the feed
NEARLY = 0.05  # of what was expected: as good as nothing
BACKLOG = 100 * MINUTE  # what arrives after a silence is not news


@dataclass(slots=True)
class Quiet:
    """One source over time: how much was missed in a row, and until when its backlog may come."""

    missed: float = 0.0
    backlog_until: float = -1e18

    def hear(self, at: float, count: float, expected: float) -> None:
        """Take in what all topics of the source heard together in a bucket, and what was expected of them."""
        if count == 0 or count <= NEARLY * expected:
            self.missed += expected
            return
        if self.missed > SILENCE:
            self.backlog_until = at + BACKLOG
        self.missed = 0.0

    @property
    def is_silent(self) -> bool:
        """The feed has stopped: that alone is the alarm."""
        return self.missed > SILENCE

    @property
    def is_doubtful(self) -> bool:
        """What is missing may be the feed's fault."""
        return self.missed > DOUBT

    def is_muted(self, at: float) -> bool:
        """Say whether counts of this moment tell nothing about people."""
        return self.is_doubtful or at < self.backlog_until
