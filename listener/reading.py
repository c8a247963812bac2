"""What reads each language: words we know, a learnt model, or emoji alone; and which models are not there."""

from dataclasses import dataclass

from listener import sentiment
from listener.spam import linear as spam_model

# the languages that are told apart; in any other one only emoji and signs are read
LANGUAGES = ("en", "fa", "ar", "he", "fr", "de", "es", "it", "pt")
# those whose cues of kinds and of spam are written down
CUED = ("en", "fa", "ar", "he")
_ANYTHING = "und"


@dataclass(frozen=True, slots=True)
class Reading:
    """What reads one language. `mood` is "lexicon and model", "lexicon", "model" or "emoji"; `kind` is "rules" or
    "signs"; `spam` is "cues and model", "cues" or "signs". `mood_version` is what is written on a mention.
    """

    language: str
    mood: str
    mood_version: str
    kind: str
    spam: str

    @property
    def is_whole(self) -> bool:
        """Whether the mood's model is there; each of `LANGUAGES` has one."""
        return self.language == _ANYTHING or "model" in self.mood


def readings() -> tuple[Reading, ...]:
    """Return what reads each language, and last, as `und`, what reads any other."""
    return tuple(_reading(language) for language in (*LANGUAGES, _ANYTHING))


def missing() -> tuple[str, ...]:
    """Return the languages whose mood is read without the model that was made for them."""
    return tuple(one.language for one in readings() if not one.is_whole)


def _reading(language: str) -> Reading:
    cued = language in CUED
    learnt = spam_model.of(language) is not None
    return Reading(
        language=language,
        mood=sentiment.reads(language),
        mood_version=sentiment.judge("", language).version,
        kind="rules" if cued else "signs",
        spam="cues and model" if learnt else "cues" if cued else "signs",
    )
