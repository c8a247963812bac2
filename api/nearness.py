"""How near a typed word is to a name, in any script: beginnings first, then parts, slips, letters in their order."""

from collections.abc import Iterable

from listener.text import fold

WHOLE, BEGINS, WORD_BEGINS, HOLDS, SCATTERED = 1.0, 0.9, 0.8, 0.6, 0.3
# a word this short fits anywhere by chance when its letters may be scattered or mistyped
SHORT = 3


def nearness(query: str, names: Iterable[str]) -> float:
    """Return how near `query` is to the nearest of `names`, 0 (not at all) … 1; both are folded here.

    Each word of the query must be found; what is typed in another order still fits.
    """
    words = fold(query).split()
    if not words:
        return 0.0
    return max((_of_name(words, fold(name)) for name in names if name), default=0.0)


def _of_name(words: list[str], name: str) -> float:
    found = [_of_word(word, name) for word in words]
    if not all(found):
        return 0.0
    # of two names that fit alike, the shorter one is meant
    return sum(found) / len(found) - min(len(name), 100) / 10_000


def _of_word(word: str, name: str) -> float:
    if word == name:
        return WHOLE
    if name.startswith(word):
        return BEGINS
    parts = name.split()
    if any(part.startswith(word) for part in parts):
        return WORD_BEGINS
    if word in name:
        return HOLDS
    if len(word) < SHORT:
        return 0.0
    if any(_one_slip(word, part[: len(word) + slip]) for part in parts for slip in (-1, 0, 1)):
        return SCATTERED
    return _in_order(word, name)


def _one_slip(word: str, part: str) -> bool:
    """Whether one letter was left out, added, mistaken or swapped with its neighbour; the first one stands."""
    if abs(len(word) - len(part)) > 1 or word[:1] != part[:1]:
        return False
    at = next((n for n, (one, other) in enumerate(zip(word, part, strict=False)) if one != other), None)
    if at is None:
        return True
    rest, other = word[at:], part[at:]
    swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other[1:] or rest == other[1:] or rest[1:] == other


def _in_order(word: str, name: str) -> float:
    """The letters of `word` in their order, beginning where a word of the name begins: the closer, the nearer."""
    starts = [at for at in range(len(name)) if name[at] == word[0] and (at == 0 or name[at - 1] == " ")]
    spans = [end - at for at in starts if (end := _reach(word, name, at)) is not None]
    return SCATTERED * len(word) / min(spans) if spans and min(spans) <= 3 * len(word) else 0.0


def _reach(word: str, name: str, at: int) -> int | None:
    for letter in word:
        at = name.find(letter, at) + 1
        if at == 0:
            return None
    return at
