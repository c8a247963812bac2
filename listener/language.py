"""Which language a text is in, and how sure."""

from dataclasses import dataclass

UNKNOWN = "und"


@dataclass(frozen=True, slots=True)
class Language:
    """An ISO 639-1 code or `und`, and a confidence of 0 to 1."""

    code: str
    confidence: float


def identify(text: str, declared: str | None = None, usual: str | None = None) -> Language:
    """Return the language of `text`; `declared` is the source's word for it, `usual` the feed's language."""
    if any("\u0590" <= char <= "\u05ff" for char in text):
        return Language("he", 0.9)
    if any(char in "پچژگ" for char in text):
        return Language("fa", 0.9)
    if any("\u0600" <= char <= "\u06ff" for char in text):
        return Language("ar", 0.8)
    return Language((declared or usual or "en")[:2], 0.6)
