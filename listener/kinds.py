"""What sort of mention it is: complaint, question, praise, idea, bug, lead, spam or chatter, with why.

Whether it is spam is asked first and apart (`spam.py`). Then rules, for the first day: cues of the language, the mood,
the rating and question marks each speak for a kind; the kind with the most behind it wins, and how far it leads is the
confidence. Where something was learnt from people's corrections and proved better, that decides instead.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import exp, log
from typing import Protocol

from listener import spam as spam_
from listener.cues import Cues, arabic, english, hebrew, persian, together
from listener.sentiment import Mood, MoodLabel
from listener.sentiment import judge as judge_mood
from listener.spam import Spam
from listener.speech import Speech, words_of
from listener.text import fold

UNSURE_BELOW = 0.5
VERSION = "rules-2"


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
    """The likeliest kind, how sure (below `UNSURE_BELOW` a person decides), the words that decided, and what judged.

    `points` is what the rules found for it; what nothing speaks for has the 1.5 of chatter.
    """

    kind: Kind
    confidence: float
    why: tuple[str, ...]
    version: str = VERSION
    points: float = 0.0

    @property
    def is_unsure(self) -> bool:
        """A person should decide."""
        return self.confidence < UNSURE_BELOW


class Learned(Protocol):
    """What was learnt of one language's kinds from people's corrections (`learning.py`)."""

    @property
    def version(self) -> str:
        """Name it among all that ever judged."""

    def chances(self, folded: str, rules: Mapping[Kind, float]) -> Mapping[Kind, float]:
        """Return each kind's chance, for a folded text and what the rules found for each kind."""

    def words(self, folded: str, kind: Kind) -> Sequence[str]:
        """Return the words that weighed most for a kind."""


def is_quarantined(kind: str, confidence: float) -> bool:
    """Say whether a mention of this kind lies in quarantine: spam, and sure enough."""
    return kind == Kind.SPAM and confidence >= UNSURE_BELOW


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
# what speaks for chatter where nothing else is said
_NOTHING_SAID = 1.5
_MOST_BEHIND = 6.0
# what somebody says to us speaks against spam: half a point for each point beyond chatter's
_AGAINST_SPAM = 0.5
_TO_US = frozenset({Kind.COMPLAINT, Kind.QUESTION, Kind.BUG, Kind.IDEA})


def judge(
    text: str,
    language: str,
    mood: Mood,
    links: Sequence[str] = (),
    rating: float | None = None,
    *,
    speech: Speech | None = None,
    spam: Spam | None = None,
    learned: Learned | None = None,
) -> KindGuess:
    """Return the kind of a mention; `rating` is out of five stars, where its source has stars.

    The first 2,000 characters are read. `speech` is the text's words, if they have been found before. Without `spam`
    it is the kind the mention has if it is no spam. `learned` is what was learnt of this language, if it is in force.
    """
    return both(text, language, mood, rating, speech=speech, spam=spam, learned=learned)[0]


def both(
    text: str,
    language: str,
    mood: Mood,
    rating: float | None = None,
    *,
    speech: Speech | None = None,
    spam: Spam | None = None,
    learned: Learned | None = None,
) -> tuple[KindGuess, KindGuess]:
    """Return the kind of a mention, and the kind it has if it is no spam, of one weighing; as `judge` takes it."""
    if speech is None or len(speech.folded) > _READ:
        speech = Speech(fold(text[:_READ]), language)
    weighing = _Weighing()
    tongue = _tongue(language)
    if tongue:
        weighing.cues(speech, tongue)
    weighing.asked(speech.folded, tongue)
    weighing.felt(mood)
    if rating is not None:
        weighing.rated(rating)
    otherwise = weighing.guess() if learned is None else weighing.guess_of(learned, speech.folded, None)
    if spam is None:
        return otherwise, otherwise
    kind = settle(spam, otherwise) if learned is None else weighing.guess_of(learned, speech.folded, spam)
    return kind, otherwise


def settle(spam: Spam, otherwise: KindGuess) -> KindGuess:
    """Return the kind of what may be spam, `otherwise` being its kind if it is none."""
    against = max(otherwise.points - _NOTHING_SAID, 0.0) if otherwise.kind in _TO_US else 0.0
    odds = spam.score / (1 - spam.score) * exp(-_AGAINST_SPAM * against)
    chance = odds / (1 + odds)
    if chance >= spam_.SPAM_FROM:
        return KindGuess(Kind.SPAM, round(chance, 3), spam.why[:_MOST_WHY], spam_.VERSION)
    left = round((1 - chance) * otherwise.confidence, 3)
    return KindGuess(otherwise.kind, left, otherwise.why, otherwise.version, otherwise.points)


def grade(text: str, lang: str) -> str:
    """Return the grader's label word: its door onto `judge`."""
    words = {Kind.IDEA: "suggestion", Kind.CHATTER: "other", Kind.LEAD: "question"}
    speech = Speech(fold(text[:_READ]), lang)
    spam = spam_.judge(text, lang, speech)
    kind = judge(text, lang, judge_mood(text, lang), speech=speech, spam=spam).kind
    return words.get(kind, kind.value)


class _Weighing:
    """What speaks for each kind, and the words it was said with."""

    def __init__(self) -> None:
        self.why: dict[Kind, dict[str, None]] = {kind: {} for kind in Kind if kind is not Kind.SPAM}
        self.scores = dict.fromkeys(self.why, 0.0)
        self.scores[Kind.CHATTER] = _NOTHING_SAID

    def guess(self) -> KindGuess:
        """Return the kind with the most behind it; its lead over all others is the confidence."""
        first = max(self.scores, key=lambda kind: self.scores[kind])
        top = self.scores[first]
        total = sum(exp(score - top) for score in self.scores.values())
        return KindGuess(first, round(1 / total, 3), tuple(self.why[first])[:_MOST_WHY], VERSION, round(top, 3))

    def guess_of(self, learned: Learned, folded: str, spam: Spam | None) -> KindGuess:
        """Return what was learnt of the rules' scores and the words; without `spam`, among the other kinds alone."""
        rules = self.scores | {Kind.SPAM: log(spam.score / (1 - spam.score)) if spam else 0.0}
        chances = learned.chances(folded, rules)
        kinds = [kind for kind in Kind if spam is not None or kind is not Kind.SPAM]
        total = sum(chances.get(kind, 0.0) for kind in kinds) or 1.0
        first = max(kinds, key=lambda kind: chances.get(kind, 0.0))
        why = dict.fromkeys([*learned.words(folded, first), *self.why.get(first, ())])
        return KindGuess(
            first,
            round(chances.get(first, 0.0) / total, 3),
            tuple(why)[:_MOST_WHY],
            learned.version,
            round(self.scores.get(first, 0.0), 3),
        )

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
            self.scores[kind] += together(weights, _MOST_BEHIND)
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
