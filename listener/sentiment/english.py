"""English mood: VADER's words and rules, and a few words and the emoji that it lacks."""

from functools import cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from listener.sentiment import emoji
from listener.sentiment.vader import Walk

VERSION = "vader-3.3.2+emoji-1"

# What VADER's word list lacks and customers say; same scale, written by hand.
_MORE_WORDS = {
    "refund": -0.8, "refunds": -0.8, "glitch": -1.8, "glitches": -1.8, "glitchy": -2.0, "buggy": -2.0, "bug": -1.2,
    "bugs": -1.2, "crashes": -1.8, "crashing": -2.0, "crashed": -1.8, "freezes": -1.5, "laggy": -1.8, "slow": -1.2,
    "overpriced": -2.0, "unresponsive": -1.8, "unhelpful": -2.0, "unacceptable": -2.4, "downgrade": -1.4, "meh": -1.0,
    "scammers": -2.8, "rip-off": -2.6, "ripoff": -2.6, "outage": -1.6, "garbage": -2.4, "trash": -2.2, "clunky": -1.6,
    "flawless": 2.8, "flawlessly": 2.8, "seamless": 2.2, "intuitive": 2.0, "responsive": 1.4, "must-have": 2.2,
    "kudos": 2.4, "delicious": 2.6, "yum": 2.0, "stoked": 2.2, "hyped": 1.8,
}  # fmt: skip


def weigh(text: str) -> tuple[float, list[tuple[str, float]]]:
    """Return the compound score of `text`, -1 to 1, and the words and emoji that carried it with their valences."""
    score, found = _walk().weigh(emoji.spaced(text))
    return score, [(word, round(value, 2)) for word, value in found]


@cache
def _walk() -> Walk:
    """Return VADER's lexicon with our words, and with emoji as words of it: nobody means "no 😡" as its opposite."""
    return Walk({**SentimentIntensityAnalyzer().lexicon, **_MORE_WORDS, **emoji.VALENCE}, emoji.VALENCE)
