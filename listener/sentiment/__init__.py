"""Text and language to mood: one file a language behind one function."""

import math
from dataclasses import dataclass
from enum import StrEnum

from listener.sentiment import emoji, english

NEUTRAL_WITHIN = 0.05
_MOST_EVIDENCE = 8


class MoodLabel(StrEnum):
    """Negative, neutral, positive; unsure where nothing was found in a language we cannot read yet."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Mood:
    """A score of -1 to 1, its label, the language it was judged in and the words that decided, weightiest first."""

    score: float
    label: MoodLabel
    language: str
    evidence: tuple[tuple[str, float], ...]
    version: str


def judge(text: str, language: str, max_chars: int = 2000) -> Mood:
    """Return the mood of `text`, of which at most `max_chars` characters are read.

    English is read by its words. Elsewhere only emoji speak, and without any the mood is unsure: a person decides.
    """
    read = text[:max_chars]
    if language == "en":
        score, evidence = english.weigh(read)
        return Mood(score, _label(score), language, _weightiest(evidence), english.VERSION)
    evidence = emoji.weighed(read)
    total = sum(value for _, value in evidence)
    score = round(total / math.sqrt(total * total + 15), 4)
    label = _label(score) if evidence else MoodLabel.UNSURE
    return Mood(score, label, language, _weightiest(evidence), emoji.VERSION)


def grade(text: str, lang: str) -> float:
    """Return only the score: the grader's door onto `judge`."""
    return judge(text, lang).score


def _label(score: float) -> MoodLabel:
    """Return the label of a score."""
    if abs(score) < NEUTRAL_WITHIN:
        return MoodLabel.NEUTRAL
    return MoodLabel.POSITIVE if score > 0 else MoodLabel.NEGATIVE


def _weightiest(evidence: list[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Return the words that weighed most."""
    return tuple(sorted(evidence, key=lambda pair: -abs(pair[1]))[:_MOST_EVIDENCE])
