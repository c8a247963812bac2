"""English mood: the lexicon and rules of vaderSentiment, in time linear in the text."""

from typing import Any

from vaderSentiment.vaderSentiment import BOOSTER_DICT, SentimentIntensityAnalyzer, SentiText

from listener.sentiment import emoji

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


def _analyser() -> Any:
    """Return VADER's analyser with our words and with emoji as words of its lexicon, whole."""
    made = SentimentIntensityAnalyzer()
    made.lexicon.update({**_MORE_WORDS, **emoji.VALENCE})
    return made


_VADER = _analyser()


def weigh(text: str) -> tuple[float, list[tuple[str, float]]]:
    """Return the compound score of `text`, -1 to 1, and the words that carried it with their valences in place.

    The same figure as VADER's `polarity_scores`, emoji and our words apart. VADER looks over the whole text for every
    word of its lexicon; no rule of it reaches further than three words back and two ahead, so each word is shown with
    only those.
    """
    text = emoji.spaced(text).strip()
    spoken = SentiText(text)
    words: list[str] = spoken.words_and_emoticons
    valences: list[float] = [0.0] * len(words)
    lexicon = _VADER.lexicon
    for at, word in enumerate(words):
        if word in emoji.VALENCE:
            # nobody means "no 😡" as the opposite of 😡
            valences[at] = emoji.VALENCE[word]
            continue
        lower = word.lower()
        if lower not in lexicon or lower in BOOSTER_DICT:
            continue
        if lower == "kind" and at + 1 < len(words) and words[at + 1].lower() == "of":
            continue
        first = max(at - 3, 0)
        spoken.words_and_emoticons = words[first : at + 3]
        valences[at] = _VADER.sentiment_valence(0, spoken, word, at - first, [])[0]
    valences = _VADER._but_check(words, valences)
    score = float(_VADER.score_valence(valences, text)["compound"])
    return score, [(word.lower(), round(value, 2)) for word, value in zip(words, valences, strict=True) if value]
