"""Lexicon and linear part become three probabilities: one small logistic regression over a dozen numbers."""

from collections.abc import Sequence
from math import exp
from typing import NamedTuple

from listener.sentiment import emoji, english, linear, rules
from listener.sentiment.linear import INPUTS, Leaning
from listener.sentiment.rules import Weighed

__all__ = ["INPUTS", "Chances", "inputs", "mixed", "reads", "softmax", "weigh"]

_HALF = 2.0
_SHORT = 40
# the furthest that the linear part may lean: it may not outvote the words by being sure of itself
_MOST_LEAN = 4.0
# the linear part has its full voice where it knows a little more of the words than usual, none where much less
_FULL_ABOVE, _SILENT_BELOW = 0.05, 0.15
# where the words speak as clearly as this the linear part may doubt them, but not say the opposite
_CLEAR = 0.6
# on text unlike a language's rows blame is told more often in words that nobody listed: how much likelier it is there
_BLAME_WHERE_STRANGE = {"fa": 1.5, "he": 0.5}


class Chances(NamedTuple):
    """Probabilities that sum to 1."""

    negative: float
    neutral: float
    positive: float


def weigh(text: str, language: str) -> tuple[Weighed, str]:
    """Return what the words and emoji of `text` say, and the version of what read them."""
    if language == "en":
        score, evidence = english.weigh(text)
        praise = sum(value for _, value in evidence if value > 0)
        blame = -sum(value for _, value in evidence if value < 0)
        return Weighed(score, praise, blame, tuple(evidence)), english.VERSION
    pack = rules.of(language)
    if pack is not None:
        return pack.weigh(text), f"{rules.VERSION}+{emoji.VERSION}"
    return rules.summed(emoji.weighed(text)), emoji.VERSION


def inputs(text: str, weighed: Weighed, leaning: Leaning | None, usual: float) -> list[float]:
    """Return the numbers of `INPUTS`; those of the linear part are 0 where there is none.

    The stranger a text is to the linear part (`usual` is of its fusion), the less that part says: on unfamiliar text
    the words are the better judge.
    """
    blame = praise = 0.0
    if leaning is not None:
        negative, neutral, positive = leaning.logits
        heard = voice(leaning, usual)
        blame, praise = heard * _held(negative - neutral), heard * _held(positive - neutral)
        if weighed.score <= -_CLEAR:
            praise = min(praise, 0.0)
        elif weighed.score >= _CLEAR:
            blame = min(blame, 0.0)
    return [
        weighed.score,
        weighed.praise / (weighed.praise + _HALF),
        weighed.blame / (weighed.blame + _HALF),
        0.0 if weighed.evidence else 1.0,
        blame,
        praise,
        weighed.denied / (weighed.denied + _HALF),
        1.0 if "?" in text or "؟" in text else 0.0,
        1.0 if "!" in text else 0.0,
        1.0 if len(text) < _SHORT else 0.0,
        1.0,
    ]


def voice(leaning: Leaning, usual: float) -> float:
    """Return how familiar a text is to the linear part: 1 like its rows or more, 0 where it should be silent."""
    familiar = (leaning.known - usual + _SILENT_BELOW) / (_FULL_ABOVE + _SILENT_BELOW)
    # of a text all of whose words are known nothing is strange, also where that is usual
    return 1.0 if leaning.known >= 1 else max(0.0, min(1.0, familiar))


def wary(chances: Chances, language: str, voice: float) -> Chances:
    """Return the probabilities with that of blame raised as far as the text is strange: an angry post is not missed."""
    negative = chances.negative * (1 + _BLAME_WHERE_STRANGE.get(language, 0.0) * (1 - voice))
    whole = negative + chances.neutral + chances.positive
    return Chances(negative / whole, chances.neutral / whole, chances.positive / whole)


def mixed(weights: tuple[tuple[float, ...], ...], numbers: list[float]) -> Chances:
    """Return the softmax of the three weighted sums."""
    return Chances(*softmax([sum(map(float.__mul__, row, numbers)) for row in weights]))


def softmax(sums: Sequence[float]) -> list[float]:
    """Return shares that sum to 1."""
    top = max(sums)
    grown = [exp(each - top) for each in sums]
    whole = sum(grown)
    return [each / whole for each in grown]


def reads(language: str) -> str:
    """Return what reads a language here: "lexicon and model", "lexicon", "model" or "emoji"."""
    lexicon = language == "en" or rules.of(language) is not None
    model = linear.of(language) is not None
    if lexicon:
        return "lexicon and model" if model else "lexicon"
    return "model" if model else "emoji"


def _held(lean: float) -> float:
    """Return a lean within its bounds."""
    return max(-_MOST_LEAN, min(_MOST_LEAN, lean))
