"""What sort of mention it is: complaint, question, praise, idea, bug, lead, spam or chatter, with why.

Rules, for the first day: cues of the language, the mood, the rating, question marks, links and numbers each speak for
a kind; the kind with the most behind it wins, and how far it leads is the confidence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import exp

from listener.cues import Cues, arabic, english, hebrew, persian
from listener.sentiment import Mood, MoodLabel
from listener.sentiment import judge as judge_mood
from listener.speech import Speech, words_of
from listener.text import fold

UNSURE_BELOW = 0.5


class Kind(StrEnum):
    """The eight kinds."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    IDEA = "idea"
    BUG = "bug"
    LEAD = "lead"
    SPAM = "spam"
    CHATTER = "chatter"


@dataclass(frozen=True, slots=True)
class KindGuess:
    """The likeliest kind, how sure (below `UNSURE_BELOW` a person decides), and the words that decided."""

    kind: Kind
    confidence: float
    why: tuple[str, ...]

    @property
    def is_unsure(self) -> bool:
        """A person should decide."""
        return self.confidence < UNSURE_BELOW


@dataclass(frozen=True, slots=True)
class _Tongue:
    """One language's cues, the words questions open with, and the words that turn praise round ("but")."""

    cues: Cues
    openings: frozenset[str]
    turns: frozenset[str]


_TABLES = {"en": english, "fa": persian, "ar": arabic, "he": hebrew}


@cache
def _tongue(language: str) -> _Tongue | None:
    """Return a language's words, compiled when it is first heard: not every process hears."""
    words = _TABLES.get(language)
    if words is None:
        return None
    openings, turns = (frozenset(words_of(fold(line))) for line in (words.OPENINGS, words.TURNS))
    return _Tongue(Cues(words.TABLE), openings, turns)


_READ = 2_000
_MOST_WHY = 6
_QUESTION_MARK = re.compile(r"[?؟](?!\S*[=&])")
_SENTENCE = re.compile(r"[.!?؟]+\s*")
_PHONE = re.compile(r"(?<![\w.])\+?\d[\d\s().-]{7,18}\d(?!\w)")
_SHORT_CODE = re.compile(r"(?<![\w.,:/-])\d{5}(?![\w.,:/-])")
_MONEY = re.compile(r"[£$€₪﷼]\s?\d|\d\s?[£€₪﷼]")
_ADDRESS = re.compile(r"https?://|www\.|\bhttp\b|\.com\b", re.IGNORECASE)
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
# what speaks for chatter where nothing else is said
_NOTHING_SAID = 1.5
# each further cue of a kind says so much of the one before it
_FADING = 0.6
_MOST_BEHIND = 6.0


def judge(
    text: str,
    language: str,
    mood: Mood,
    links: Sequence[str] = (),
    rating: float | None = None,
    *,
    speech: Speech | None = None,
) -> KindGuess:
    """Return the kind of a mention; `rating` is out of five stars, where its source has stars.

    The first 2,000 characters are read. `speech` is the text's words, if they have been found before.
    """
    if speech is None or len(speech.folded) > _READ:
        speech = Speech(fold(text[:_READ]), language)
    weighing = _Weighing()
    tongue = _tongue(language)
    if tongue:
        weighing.cues(speech, tongue)
    weighing.asked(speech.folded, tongue)
    weighing.felt(mood)
    weighing.advertised(text[:_READ], links)
    if rating is not None:
        weighing.rated(rating)
    return weighing.guess()


def grade(text: str, lang: str) -> str:
    """Return the grader's label word: its door onto `judge`."""
    words = {Kind.IDEA: "suggestion", Kind.CHATTER: "other", Kind.LEAD: "question"}
    kind = judge(text, lang, judge_mood(text, lang)).kind
    return words.get(kind, kind.value)


class _Weighing:
    """What speaks for each kind, and the words it was said with."""

    def __init__(self) -> None:
        self.scores = dict.fromkeys(Kind, 0.0)
        self.why: dict[Kind, dict[str, None]] = {kind: {} for kind in Kind}
        self.scores[Kind.CHATTER] = _NOTHING_SAID

    def guess(self) -> KindGuess:
        """Return the kind with the most behind it; its lead over all others is the confidence."""
        first = max(self.scores, key=lambda kind: self.scores[kind])
        top = self.scores[first]
        total = sum(exp(score - top) for score in self.scores.values())
        return KindGuess(first, round(1 / total, 3), tuple(self.why[first])[:_MOST_WHY])

    def _add(self, kind: Kind, weight: float, why: str) -> None:
        self.scores[kind] += weight
        self.why[kind][why] = None

    def cues(self, speech: Speech, tongue: _Tongue) -> None:
        """Weigh the words and phrases of the language."""
        found: dict[Kind, list[float]] = {}
        for cue in tongue.cues.found(speech):
            kind = Kind(cue.kind)
            found.setdefault(kind, []).append(cue.weight)
            self.why[kind][" ".join(cue.words)] = None
        for kind, weights in found.items():
            self.scores[kind] += _together(weights)
        # "lovely, but it crashes": what comes after the turn is what somebody must answer
        if tongue.turns & speech.places.keys() and found.keys() & {Kind.COMPLAINT, Kind.BUG, Kind.IDEA}:
            self.scores[Kind.PRAISE] *= 0.6

    def asked(self, key: str, tongue: _Tongue | None) -> None:
        """Weigh question marks, and sentences that open as questions do: in fa, ar and he often without a mark."""
        if _QUESTION_MARK.search(key):
            self._add(Kind.QUESTION, 1.5, "?")
        for sentence in _SENTENCE.split(key, maxsplit=20) if tongue else ():
            first = words_of(sentence[:40])[:1]
            if tongue and first and first[0] in tongue.openings:
                self._add(Kind.QUESTION, 1.0, first[0])
                break

    def felt(self, mood: Mood) -> None:
        """Weigh the mood."""
        words = [word for word, value in mood.evidence if (value < 0) == (mood.score < 0)][:3]
        why = " ".join(words)
        if mood.label is MoodLabel.NEGATIVE:
            self._add(Kind.COMPLAINT, 1.5 * -mood.score, why)
            self._add(Kind.BUG, 0.5 * -mood.score, why)
        elif mood.label is MoodLabel.POSITIVE:
            self._add(Kind.PRAISE, 2.0 * mood.score, why)
            self._add(Kind.IDEA, 0.5 * mood.score, why)

    def rated(self, rating: float) -> None:
        """Weigh the stars."""
        stars = f"{rating:g}/5"
        if rating <= 2:
            self._add(Kind.COMPLAINT, 2.0, stars)
            self._add(Kind.BUG, 1.0, stars)
        elif rating >= 4:
            self._add(Kind.PRAISE, 2.0 if rating < 5 else 2.5, stars)
        else:
            self._add(Kind.IDEA, 1.0, stars)
            self._add(Kind.COMPLAINT, 0.5, stars)

    def advertised(self, text: str, links: Sequence[str]) -> None:
        """Weigh what advertisements are full of, in every language."""
        if links or _ADDRESS.search(text):
            self._add(Kind.SPAM, 0.8 if len(links) < 3 else 1.6, "link")
        for pattern, weight, why in (
            (_PHONE, 1.5, "phone number"),
            (_SHORT_CODE, 1.0, "short number"),
            (_MONEY, 0.7, "sum of money"),
        ):
            if pattern.search(text):
                self._add(Kind.SPAM, weight, why)
        if len(_SHOUTED.findall(text)) >= 3:
            self._add(Kind.SPAM, 0.5, "CAPITALS")


def _together(weights: list[float]) -> float:
    """Return what several cues of one kind say together: the strongest in full, each further one less."""
    faded = (weight * _FADING**place for place, weight in enumerate(sorted(weights, reverse=True)))
    return min(sum(faded), _MOST_BEHIND)
