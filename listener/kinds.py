"""What sort of mention it is: complaint, question, praise, idea, bug, lead, spam or chatter, with why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from listener.sentiment import Mood, MoodLabel
from listener.sentiment import judge as judge_mood

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


def judge(text: str, language: str, mood: Mood, links: Sequence[str] = (), rating: float | None = None) -> KindGuess:
    """Return the kind of a mention; `rating` is out of five stars, where its source has stars."""
    if "?" in text or "؟" in text:
        return KindGuess(Kind.QUESTION, 0.6, ("?",))
    if mood.label is MoodLabel.NEGATIVE:
        return KindGuess(Kind.COMPLAINT, 0.6, ())
    if mood.label is MoodLabel.POSITIVE:
        return KindGuess(Kind.PRAISE, 0.6, ())
    return KindGuess(Kind.CHATTER, 0.4, ())


def grade(text: str, lang: str) -> str:
    """Return the grader's label word: its door onto `judge`."""
    words = {Kind.IDEA: "suggestion", Kind.CHATTER: "other", Kind.LEAD: "question"}
    kind = judge(text, lang, judge_mood(text, lang)).kind
    return words.get(kind, kind.value)
