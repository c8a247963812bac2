"""What people said of one mention, as its row keeps it in `by_hand`: it stands, whatever is judged later.

`by_hand` maps "mood", "kind", "language" and "spam" to the number of the correction that stands, and "topic" to a
mapping of topic to such a number: "7" where the mention speaks of topic 7, "-7" where it does not.
"""

from collections.abc import Iterable, Mapping
from typing import Any

SORTS = ("kind", "spam")  # two aspects of one thing: "spam" is a kind, too

_KIND = ("kind", "kind_confidence", "kind_evidence", "kind_version")
# aspect -> the columns a person's word settles
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "language": ("language", "language_confidence"),
    "mood": ("mood", "mood_score", "mood_evidence"),
    "kind": _KIND,
    "spam": _KIND,
}


def columns(by_hand: Mapping[str, Any]) -> frozenset[str]:
    """Return the columns that stay as a person left them when the mention is judged again."""
    return frozenset(column for aspect, held in COLUMNS.items() if aspect in by_hand for column in held)


def kind(words: Iterable[tuple[str, str]]) -> str | None:
    """Return the kind people named with these words on kind and spam, oldest first; `None` if they named none.

    The newest word counts. "No spam" says what it is not: it is then what it was named before.
    """
    stands: str | None = None
    named: str | None = None
    for aspect, becomes in words:
        if aspect == "spam":
            stands = "spam" if becomes == "yes" else named
        elif aspect == "kind":
            stands = becomes
            named = named if becomes == "spam" else becomes
    return stands


def topics(by_hand: Mapping[str, Any], heard: Iterable[int]) -> tuple[int, ...]:
    """Return the topics a mention speaks of: those that were heard in it, and what people added or took away."""
    found = set(heard)
    for signed in by_hand.get("topic", {}):
        number = int(signed)
        (found.add if number > 0 else found.discard)(abs(number))
    return tuple(sorted(found))
