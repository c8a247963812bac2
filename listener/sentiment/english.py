"""English mood: VADER's words and rules, and the words, phrases and emoji of customers that it lacks."""

import re
from functools import cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from listener.sentiment import emoji
from listener.sentiment.vader import Walk

VERSION = "vader-3.3.2+words-2+emoji-1"

# What VADER's word list lacks and customers say; same scale, written by hand.
_MORE_WORDS = {
    "refund": -0.8, "refunds": -0.8, "glitch": -1.8, "glitches": -1.8, "glitchy": -2.0, "buggy": -2.0, "bug": -1.2,
    "bugs": -1.2, "crashes": -1.8, "crashing": -2.0, "crashed": -1.8, "freezes": -1.5, "laggy": -1.8, "slow": -1.2,
    "overpriced": -2.0, "unresponsive": -1.8, "unhelpful": -2.0, "unacceptable": -2.4, "downgrade": -1.4, "meh": -1.0,
    "scammers": -2.8, "rip-off": -2.6, "ripoff": -2.6, "outage": -1.6, "garbage": -2.4, "trash": -2.2, "clunky": -1.6,
    "flawless": 2.8, "flawlessly": 2.8, "seamless": 2.2, "intuitive": 2.0, "responsive": 1.4, "must-have": 2.2,
    "kudos": 2.4, "delicious": 2.6, "yum": 2.0, "stoked": 2.2, "hyped": 1.8,
    "delayed": -1.3, "cancelled": -1.2, "canceled": -1.2, "waiting": -0.6, "misplaced": -1.2, "overbooked": -1.6,
    "understaffed": -1.6, "overcharged": -2.2, "unbelievable": -0.6, "unbelievably": -0.4, "ghosted": -1.8,
    "shameful": -2.4, "pathetic": -2.6, "clueless": -2.0, "incompetent": -2.4, "shoddy": -2.2, "flimsy": -1.6,
    # praise in VADER's list; of customers it is mostly a department, a request or an order
    "support": 0.3, "help": 0.4, "please": 0.3, "joke": 0.2, "credit": 0.2, "share": 0.2, "save": 0.5,
}  # fmt: skip
# Phrases that say another thing than their words, same scale, written by hand; 0 hides what its words would say.
_PHRASES = {
    -2.4: "thanks for nothing|never again|rip off|ripped off|total joke|one star|1 star|zero stars|thumbs down",
    -2.0: "hung up on|hangs up on|nobody answers|no one answers|nobody responds|no one responds|never arrived|"
    "never showed up|charged twice|charged me twice|double charged|stopped working|fed up|waste of|a joke|so much for",
    -1.6: "let down|no response|no reply|no answer|no refund|still waiting|still nothing|still no|never came|"
    "never received|never arrives|never works|not received|doesn't work|does not work|didn't work|isn't working|"
    "not working|won't load|won't open|won't start|can't log in|cannot log in|can't login|keeps crashing|"
    "keeps freezing|keeps loading|keeps failing|keeps saying|good luck getting|yet again|"
    "money back|get it together|worst ever",
    -1.2: "on hold|for hours|an hour|for weeks|for days|no longer works|lost my|missed my|does nothing|third time|"
    "logged out|logs me out|signs me out|get through|no idea when|nowhere to be found|how hard|what happened to",
    0.0: "customer support|tech support|support team|support agent|support line|customer care|thanks in advance|"
    "help desk|help line|credit card|share price|no problem",
    1.4: "on time|no complaints|no issues|well worth|worth it|can't wait|kept me informed",
    2.2: "well done|thumbs up|hats off|keep it up|life saver|works great|above and beyond|spot on|shout out|"
    "thank you so much",
    2.8: "five stars|5 stars|works like a charm|highly recommend|highly recommended|best ever|love love love",
}  # fmt: skip
_BY_PHRASE = {phrase.replace(" ", "_"): value for value, row in _PHRASES.items() for phrase in row.split("|")}
_PHRASE = re.compile(
    r"\b(?:" + "|".join(sorted(_BY_PHRASE, key=len, reverse=True)).replace("_", " ") + r")\b", re.IGNORECASE
)


# no phrase is said where none of their longest words is: most texts are searched no further
_TELLING = frozenset(max(reversed(phrase.split("_")), key=len) for phrase in _BY_PHRASE)
_WORD = re.compile("[a-z0-9']+")


def weigh(text: str) -> tuple[float, list[tuple[str, float]]]:
    """Return the compound score of `text`, -1 to 1, and the words and emoji that carried it with their valences."""
    said = emoji.spaced(text).replace("’", "'")
    if not _TELLING.isdisjoint(_WORD.findall(said.lower())):
        said = _PHRASE.sub(lambda match: match.group().replace(" ", "_"), said)
    score, found = _walk().weigh(said)
    return score, [(word.replace("_", " ") if word in _BY_PHRASE else word, round(value, 2)) for word, value in found]


@cache
def _walk() -> Walk:
    """Return VADER's lexicon with our words, and with emoji as words of it: nobody means "no 😡" as its opposite."""
    phrases = {phrase: value for phrase, value in _BY_PHRASE.items() if value}
    lexicon = {**SentimentIntensityAnalyzer().lexicon, **_MORE_WORDS, **phrases, **emoji.VALENCE}
    return Walk(lexicon, emoji.VALENCE)
