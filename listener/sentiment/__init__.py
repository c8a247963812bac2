"""Text and language to mood: one file a language behind one function."""

from dataclasses import dataclass
from enum import StrEnum

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

VERSION = "vader-1"
_analyser = SentimentIntensityAnalyzer()


class MoodLabel(StrEnum):
    """Negative, neutral, positive; unsure where nothing was found in a language we cannot read yet."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Mood:
    """A score of -1 to 1, its label, the language it was judged in and the words that decided."""

    score: float
    label: MoodLabel
    language: str
    evidence: tuple[tuple[str, float], ...]
    version: str


def judge(text: str, language: str, max_chars: int = 2000) -> Mood:
    """Return the mood of `text`, of which at most `max_chars` characters are read."""
    if language != "en":
        return Mood(0.0, MoodLabel.UNSURE, language, (), VERSION)
    score = float(_analyser.polarity_scores(text[:max_chars])["compound"])
    label = MoodLabel.POSITIVE if score >= 0.05 else MoodLabel.NEGATIVE if score <= -0.05 else MoodLabel.NEUTRAL
    return Mood(score, label, language, (), VERSION)


def grade(text: str, lang: str) -> float:
    """Return only the score: the grader's door onto `judge`."""
    return judge(text, lang).score
