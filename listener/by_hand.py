"""What people said of one mention, as its row keeps it in `by_hand`: it stands, whatever is judged later.

`by_hand` maps "mood", "kind", "language" and "spam" to the number of the correction that stands, and "topic" to a
mapping of topic to such a number: "7" where the mention speaks of topic 7, "-7" where it does not.
"""

from collections.abc import Iterable, Mapping
from typing import Any

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


def topics(by_hand: Mapping[str, Any], heard: Iterable[int]) -> tuple[int, ...]:
    """Return the topics a mention speaks of: those that were heard in it, and what people added or took away."""
    found = set(heard)
    for signed in by_hand.get("topic", {}):
        number = int(signed)
        (found.add if number > 0 else found.discard)(abs(number))
    return tuple(sorted(found))
