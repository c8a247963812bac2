"""Text and language to mood: the words of the language, emoji, and a small linear model, behind one function."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from listener.sentiment import combining, linear
from listener.sentiment.combining import Chances
from listener.sentiment.rules import Weighed

__all__ = ["Chances", "Mood", "MoodLabel", "Reader", "grade", "judge", "reads"]

NEUTRAL_WITHIN = 0.05
# below this the likeliest of three is wrong as often as it is right: a person decides
UNSURE_BELOW = 0.45
_MOST_EVIDENCE = 8
_READER = "mood-3"
_EVEN = Chances(1 / 3, 1 / 3, 1 / 3)
# where there is no model: what a text is likely to be in whose language we know words, and of which none was said
_SILENT = Chances(0.25, 0.6, 0.15)
# … and how steeply the words' score speaks for praise and blame; neutral wins within NEUTRAL_WITHIN
_STEEPNESS = 3.0

reads = combining.reads


class MoodLabel(StrEnum):
    """Negative, neutral, positive; unsure where none of the three is likely enough or nothing could be read."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Mood:
    """A score of -1 to 1, its label, the language it was judged in and the words that decided, weightiest first.

    A word that was negated or made stronger stands with what did it: `خوب … نبود`. `chances` sum to 1. The score is
    below -0.05 where negative is likeliest and above 0.05 where positive is, also where the label is unsure.
    """

    score: float
    label: MoodLabel
    language: str
    evidence: tuple[tuple[str, float], ...]
    version: str
    chances: Chances = _EVEN


class Reader(Protocol):
    """Something else that tells moods, in words' place: see `listener.transformer`."""

    @property
    def version(self) -> str:
        """Its name in every mood that it judged."""

    def chances(self, text: str) -> Chances:
        """Return the three probabilities of a text."""


def judge(text: str, language: str, max_chars: int = 2000, reader: Reader | None = None) -> Mood:
    """Return the mood of `text`, of which at most `max_chars` characters are read.

    English words weigh as VADER has them, Persian, Arabic and Hebrew words as our lexicon packs do, emoji the same
    everywhere. Beside them a linear model speaks where a language has one; `reads` tells what a language has. Where a
    `reader` is given its probabilities decide, and the words are only shown.
    """
    read = text[:max_chars]
    weighed, version = combining.weigh(read, language)
    if reader is not None and read.strip():
        said = reader.chances(read)
        return Mood(_score(said), _label(said), language, _weightiest(weighed.evidence), reader.version, said)
    chances = _chances(read, language, weighed)
    version = f"{_READER}+{version}+{linear.version(language)}" if linear.of(language) else f"{_READER}+{version}"
    score = 0.0 if chances is _EVEN else _score(chances)
    return Mood(score, _label(chances), language, _weightiest(weighed.evidence), version, chances)


def grade(text: str, lang: str) -> float:
    """Return only the score: the grader's door onto `judge`."""
    return judge(text, lang).score


def _chances(text: str, language: str, weighed: Weighed) -> Chances:
    """Return the three probabilities: by the combiner if the language has one, else by the words alone."""
    model = linear.of(language)
    if model is not None:
        leaning = model.lean(text)
        if not weighed.evidence and not leaning.known:
            return _EVEN
        usual = model.fusion.usual
        chances = combining.mixed(model.fusion.weights, combining.inputs(text, weighed, leaning, usual))
        return combining.wary(chances, language, combining.voice(leaning, usual))
    if not weighed.evidence:
        return _SILENT if text.strip() and combining.reads(language) != "emoji" else _EVEN
    lean = _STEEPNESS * weighed.score
    return Chances(*combining.softmax([-lean, _STEEPNESS * NEUTRAL_WITHIN, lean]))


def _score(chances: Chances) -> float:
    """Return the lead of praise or blame over what comes second; near 0, within 0.05, where neutral leads."""
    negative, neutral, positive = chances
    most, sign = (positive, 1) if positive >= negative else (negative, -1)
    if most < neutral:
        return round(sign * (NEUTRAL_WITHIN - 0.0001) * (most - min(negative, positive)) / neutral, 4)
    second = max(neutral, min(negative, positive))
    return round(sign * (NEUTRAL_WITHIN + (1 - NEUTRAL_WITHIN) * (most - second)), 4)


def _label(chances: Chances) -> MoodLabel:
    """Return the likeliest label, or unsure."""
    likeliest = max(chances)
    if likeliest < UNSURE_BELOW:
        return MoodLabel.UNSURE
    return (MoodLabel.NEGATIVE, MoodLabel.NEUTRAL, MoodLabel.POSITIVE)[chances.index(likeliest)]


def _weightiest(evidence: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """Return the words that weighed most."""
    return tuple(sorted(evidence, key=lambda pair: -abs(pair[1]))[:_MOST_EVIDENCE])
