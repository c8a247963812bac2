"""One judged item on its way to a row, and the columns its judgement fills."""

from dataclasses import dataclass
from typing import Any

from listener.heard import Item
from listener.judgement import Judgement
from listener.sentiment import Mood

LONGEST = 100_000  # characters of text that are kept: a search index holds less than a megabyte a row


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """An item that may become a row, what the pure rooms made of it, and its place in the batch."""

    place: int
    item: Item
    judgement: Judgement


def judged_columns(judgement: Judgement, item: Item) -> dict[str, Any]:
    """Return the columns that a later edit may change."""
    mood, kind = judgement.mood, judgement.kind
    extra = dict(item.extra)
    if len(judgement.text) >= LONGEST:
        extra["is_cut"] = True  # the page says that there was more
    return {
        "text": judgement.text[:LONGEST],
        "title": judgement.title[:LONGEST],
        "links": list(judgement.links),
        "folded": judgement.folded[:LONGEST],
        "url": item.url,
        "language": judgement.language.code,
        "language_confidence": judgement.language.confidence,
        "rating": item.rating,
        "extra": extra,
        "mood": mood.label.value,
        "mood_score": mood.score,
        "mood_evidence": mood_evidence(mood),
        "kind": kind.kind.value,
        "kind_confidence": kind.confidence,
        "kind_evidence": list(kind.why),
        "kind_version": kind.version,
        "spam_score": judgement.spam.score,
        "spam_evidence": list(judgement.spam.why),
        "fingerprint": judgement.fingerprint.value if judgement.fingerprint else None,
    }


def mood_evidence(mood: Mood) -> dict[str, Any]:
    """Return what a row keeps of why a mood was judged so."""
    return {
        "language": mood.language,
        "version": mood.version,
        "chances": [round(one, 4) for one in mood.chances],
        "words": [list(one) for one in mood.evidence],
    }
