"""The reputation of a topic: a score of 0 to 100 with a band, from moods that are counted once.

What goes in: mentions of one topic in one window, without spam, our own posts, reposts and imported history. N alike
weigh log2(1 + N) together. P, O, N, U are the weights of positive, neutral, negative and unsure ones.

    T = P + O + N + 2                       one positive and one negative mention that nobody made
    m = (P - N) / T
    score = 50 + 50 m
    v = (P + N + 2) / T - m²
    n = min(P + O + N, (Σw)² / Σw²) + 2     w: what each author's mentions weigh together
    e = 1.96 √(v / n)
    u = U / (P + O + N + U)
    band = 50 + 50 ((1 - u)(m - e) - u)  to  50 + 50 ((1 - u)(m + e) + u)

The two mentions keep a handful from claiming 0 or 100. n counts voices: one person who writes forty times is hardly
more than one. An unsure mood is not guessed: the band's ends are what the score would be at most and at least if all
of them were negative, or all positive.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt

from listener.standing import Moods

NOBODYS = 2.0  # mentions that nobody made, one of each mood
CERTAINTY = 1.96  # 95 in 100
LEAST_VOICES = 12.0
MOST_UNSURE = 0.5


class Saying(StrEnum):
    """Whether there is a number to say, and if not, why."""

    SAID = "said"
    TOO_FEW = "too_few"
    TOO_UNSURE = "too_unsure"


@dataclass(frozen=True, slots=True)
class Sample:
    """What a score is made of: weights by mood, how many mentions they were, and Σw² over authors of known moods."""

    moods: Moods = field(default_factory=Moods)
    mentions: int = 0
    squares: float = 0.0


@dataclass(frozen=True, slots=True)
class Reputation:
    """A score with its band, 0 … 100, and every step on the way; `saying` tells whether it may be shown."""

    sample: Sample
    saying: Saying
    score: float
    low: float
    high: float
    total: float  # T
    mean: float  # m
    variance: float  # v
    voices: float  # n without the two that nobody made
    error: float  # e
    unsure: float  # u

    @property
    def is_said(self) -> bool:
        """Whether enough was heard, and surely enough, for a number."""
        return self.saying is Saying.SAID


def judge(sample: Sample) -> Reputation:
    """Return the score of a sample with every step of the formula above."""
    moods = sample.moods
    total = moods.known + NOBODYS
    mean = (moods.positive - moods.negative) / total
    variance = (moods.positive + moods.negative + NOBODYS) / total - mean * mean
    voices = min(moods.known, moods.known**2 / sample.squares) if sample.squares else 0.0
    error = CERTAINTY * sqrt(max(variance, 0.0) / (voices + NOBODYS))
    unsure = moods.unsure / moods.total if moods.total else 0.0
    return Reputation(
        sample=sample,
        saying=_saying(voices, unsure),
        score=50 + 50 * mean,
        low=max(0.0, 50 + 50 * ((1 - unsure) * (mean - error) - unsure)),
        high=min(100.0, 50 + 50 * ((1 - unsure) * (mean + error) + unsure)),
        total=total,
        mean=mean,
        variance=variance,
        voices=voices,
        error=error,
        unsure=unsure,
    )


def _saying(voices: float, unsure: float) -> Saying:
    if unsure > MOST_UNSURE:
        return Saying.TOO_UNSURE
    return Saying.SAID if voices >= LEAST_VOICES else Saying.TOO_FEW
