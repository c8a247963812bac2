"""How much a text looks like spam, and by what: signs every language has, cue phrases, and in English learnt weights.

The score is a chance. What is written must speak for it: who wrote it, however new or strange, never makes spam of a
plain sentence, and that many say the same only counts where they all want something clicked or called.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from math import exp, log, log2

from listener.cues import Cues, arabic, english, hebrew, persian, together
from listener.heard import Speaker
from listener.spam import linear, signs
from listener.speech import Speech
from listener.text import fold

VERSION = "spam-1"
SPAM_FROM = 0.5
READ = 2_000
# what a text without any sign or cue is taken for: about one in twenty
_PLAIN = -3.0
_MOST_SIGNS = 4.0
_MOST_CUES = 6.0
# two things promised at once say nearly as much as each
_FADING = 0.8
_MOST_WRITER = 1.6
_MOST_WHY = 8
# what is wanted of the reader: repeated by many it is a campaign; links alone are passed on by honest people too
_CALLS = frozenset({"phone", "short_code", "short_link", "invite", "contact"})
_REPEATED_CALL, _REPEATED_LINK = 0.8, 0.35
_MOST_REPEATED = {True: 3.2, False: 1.2}

# every key a reason may have: whoever shows reasons has words for these
REASONS = (
    "link", "links", "short_link", "invite", "phone", "short_code", "money", "marks", "shouting", "emoji", "mentions",
    "hashtags", "followers", "new_account", "handle", "repeated", "words", "prize", "loan", "follow", "crypto",
    "gambling", "earn", "promo", "adult", "health", "contact", "sms", "magic", "cheat",
)  # fmt: skip
_TABLES = {"en": english, "fa": persian, "ar": arabic, "he": hebrew}


@dataclass(frozen=True, slots=True)
class Spam:
    """A score of 0 to 1 and what spoke for it, weightiest first: a key of `REASONS`, then `:` and its words, if any."""

    score: float
    why: tuple[str, ...] = ()

    @property
    def is_spam(self) -> bool:
        """Rather spam than not."""
        return self.score >= SPAM_FROM

    @property
    def keys(self) -> frozenset[str]:
        """The keys of `why`, without their words."""
        return frozenset(one.partition(":")[0] for one in self.why)


def judge(
    text: str,
    language: str,
    speech: Speech | None = None,
    *,
    links: Sequence[str] = (),
    author: Speaker | None = None,
    posted_at: datetime | None = None,
    others: int = 0,
) -> Spam:
    """Return how much `text` looks like spam; its first 2,000 characters are read.

    `speech` is the text's words, if they have been found before; `others` is how many other authors said the same
    within a day.
    """
    if speech is None or len(speech.folded) > READ:
        speech = Speech(fold(text[:READ]), language)
    found = signs.of_text(text[:READ], links)
    said = _said(speech, language)
    points = _behind(found, said)
    words: tuple[str, ...] = ()
    model = linear.of(language)
    if model is not None:
        leaning, words = model.lean(speech.folded, found)
        points = model.mixed(leaning, points)
    writer = signs.of_author(author, posted_at) if author else {}
    # who writes does not make spam of what says nothing of the kind
    most = _MOST_WRITER if found or said else max(-points - 0.5, 0.0)
    points += min(sum(writer.values()), most)
    reasons = [(weight, f"{key}:{' · '.join(cues)}") for key, (weight, cues) in said.items()]
    reasons += [(weight, key) for key, weight in (found | writer).items()]
    if words and points > 0:
        reasons.append((1.0, f"words:{' · '.join(words)}"))
    reasons.sort(key=lambda one: (-one[0], one[1]))
    spam = Spam(_chance(points), tuple(why for _, why in reasons[:_MOST_WHY]))
    return repeated(spam, others) if others else spam


def ruled(text: str, speech: Speech) -> float:
    """Return what signs and cues alone say, in points: the logarithm of the odds. For whoever trains the weights."""
    return _behind(signs.of_text(text), _said(speech, speech.language))


def repeated(spam: Spam, others: int) -> Spam:
    """Return the score of what `others` other authors said within a day: no more than before where nothing is sold."""
    calls = bool(spam.keys & _CALLS)
    if others < 1 or not (calls or spam.keys & {"link", "links"}):
        return spam
    each = _REPEATED_CALL if calls else _REPEATED_LINK
    points = log(spam.score / (1 - spam.score)) + min(each * log2(1 + others), _MOST_REPEATED[calls])
    return replace(spam, score=_chance(points), why=(f"repeated:{others}", *spam.why[: _MOST_WHY - 1]))


def wants_something(spam: Spam) -> bool:
    """Say whether it has a link or a number: only then does it matter how many others say the same."""
    return bool(spam.keys & (_CALLS | {"link", "links"}))


def _behind(found: Mapping[str, float], said: Mapping[str, tuple[float, list[str]]]) -> float:
    cues = together((weight for weight, _ in said.values()), _MOST_CUES, fading=_FADING)
    return _PLAIN + min(sum(found.values()), _MOST_SIGNS) + cues


def _said(speech: Speech, language: str) -> dict[str, tuple[float, list[str]]]:
    """Return what is promised or asked, by group: how much all its cues weigh, and the cues."""
    cues = _cues(language)
    found: dict[str, dict[str, float]] = {}
    for cue in cues.found(speech) if cues else ():
        found.setdefault(cue.kind, {})[" ".join(cue.words)] = cue.weight
    said: dict[str, tuple[float, list[str]]] = {}
    for group, told in found.items():
        # what stands within a longer cue of its group is said once
        whole = {
            words: weight
            for words, weight in told.items()
            if not any(words in other and words != other for other in told)
        }
        said[group] = together(whole.values(), _MOST_CUES), list(whole)[:3]
    return said


@cache
def _cues(language: str) -> Cues | None:
    """Return a language's cues of spam, compiled when it is first heard."""
    words = _TABLES.get(language)
    return Cues(words.SPAM) if words else None


def _chance(points: float) -> float:
    """Return points as a chance, never quite none and never quite all."""
    return round(min(max(1 / (1 + exp(-max(min(points, 30.0), -30.0))), 0.001), 0.999), 3)
