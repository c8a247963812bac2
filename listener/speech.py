"""What a topic's query may look at: a mention's words in order, with attached prefixes taken off where they may be."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

_WORD = re.compile(r"[^\W_]+")

# Small words written onto the next one. A token that begins with one of them also counts as the rest of it, so that
# a brand's name is found in "with the …", "to …", "that …". Persian writes none of them on (the suffixes it joins by
# ZWNJ are words of their own after folding).
# Hebrew: ve- (and) + she-/kshe-/mishe- (that, when) + be-/le-/mi-/ke- (in, to, from, as) + ha- (the).
_HEBREW = frozenset(
    f"{conjunction}{that}{where}{the}"
    for conjunction in ("", "ו")
    for that in ("", "ש", "כש", "מש", "לכש")
    for where in ("", "ב", "ל", "מ", "כ")
    for the in ("", "ה")
) - {""}
# Arabic: wa-/fa- (and, so) + bi-/li-/ka- (with, to, as) + al- (the); li- and al- together are written ll.
_ARABIC = frozenset(
    f"{conjunction}{where}{the}"
    for conjunction in ("", "و", "ف")
    for where in ("", "ب", "ل", "ک")
    for the in ("", "ال")
) | {"لل", "ولل", "فلل"} - {""}
_LONGEST_PREFIX = 5
_SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class Speech:
    """One mention as a query sees it; `folded` and `author` (a handle) are folded. Its words are found once."""

    folded: str
    language: str = "und"
    source: str = ""
    author: str = ""
    places: dict[str, list[int]] = field(init=False, compare=False, repr=False)
    spans: tuple[tuple[int, int], ...] = field(init=False, compare=False, repr=False)
    _sorted: list[str] = field(init=False, compare=False, repr=False, default_factory=list)

    def __post_init__(self) -> None:
        places: dict[str, list[int]] = {}
        spans: list[tuple[int, int]] = []
        for place, found in enumerate(_WORD.finditer(self.folded)):
            spans.append(found.span())
            for word in forms(found.group(), self.language):
                places.setdefault(word, []).append(place)
        object.__setattr__(self, "places", places)
        object.__setattr__(self, "spans", tuple(spans))

    def beginning(self, prefix: str) -> list[int]:
        """Return the places of the words that begin with `prefix`, in order."""
        if not self._sorted:
            self._sorted.extend(sorted(self.places))
        places: set[int] = set()
        for word in self._sorted[bisect_left(self._sorted, prefix) :]:
            if not word.startswith(prefix):
                break
            places.update(self.places[word])
        return sorted(places)


def words_of(folded: str) -> list[str]:
    """Return the words of a folded text: runs of letters and digits, so `#acme_help` is two."""
    return _WORD.findall(folded)


def forms(word: str, language: str) -> list[str]:
    """Return a folded word and what is left of it without the prefixes its language writes onto words."""
    first = word[0]
    if first < "\u0590" or len(word) <= _SHORTEST_STEM:
        return [word]
    if "\u05d0" <= first <= "\u05ea":
        prefixes = _HEBREW
    elif "\u0620" <= first <= "\u06ff" and language not in {"fa", "ur", "ckb", "ps"}:
        prefixes = _ARABIC
    else:
        return [word]
    found = [word]
    for size in range(1, min(_LONGEST_PREFIX, len(word) - _SHORTEST_STEM) + 1):
        if word[:size] in prefixes:
            found.append(word[size:])
            if word[:size].endswith("لل"):
                found.append(f"ال{word[size:]}")
    return found
