"""VADER's rules in one walk over a text: vaderSentiment's figure to the last bit, in time linear in the text."""

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from string import punctuation

from vaderSentiment.vaderSentiment import BOOSTER_DICT, C_INCR, N_SCALAR, NEGATE, SPECIAL_CASES, normalize

_BOOSTERS: dict[str, float] = BOOSTER_DICT
_SPECIAL: dict[str, float] = SPECIAL_CASES
_NEGATORS = frozenset(NEGATE)
# what a booster is worth one, two and three words before the word that it works on
_FARTHER = (1.0, 0.95, 0.9)
_EMPHATIC = frozenset(("so", "this"))
_MOST_EXCLAIMED, _EXCLAIMED = 4, 0.292
_MOST_ASKED, _ASKED, _MUCH_ASKED = 3, 0.18, 0.96
# an idiom is two or three of these words side by side: where none is near, none is looked for
_IDIOMATIC = frozenset(word for phrase in (*_SPECIAL, *_BOOSTERS) if " " in phrase for word in phrase.split())


class Walk:
    """A lexicon of valences, -4 to 4, and the words whose valence no rule changes."""

    def __init__(self, lexicon: Mapping[str, float], fixed: Mapping[str, float]) -> None:
        self._lexicon = lexicon
        self._fixed = fixed

    def weigh(self, text: str) -> tuple[float, list[tuple[str, float]]]:
        """Return the compound score of `text`, -1 to 1, and the words that carried it, lower case, each with its part.

        The score is that of `SentimentIntensityAnalyzer.polarity_scores` with the same lexicon and no emoji. The
        package looks over the whole text for each word of the lexicon; here each sees only its neighbours.
        """
        text = text.strip()
        words = [_bare(token) for token in text.split()]
        lowers = [word.lower() for word in words]
        loud = sum(map(str.isupper, words))
        is_partly_loud = 0 < loud < len(words)
        places: list[int] = []
        values: list[float] = []
        for at, lower in enumerate(lowers):
            if lower in self._lexicon and lower not in _BOOSTERS:
                if lower == "kind" and lowers[at + 1 : at + 2] == ["of"]:
                    continue
                value = self._fixed.get(words[at])
                if value is None:
                    value = self._valence(lowers, words, at, is_partly_loud)
                if value:
                    places.append(at)
                    values.append(value)
        if "but" in lowers:
            _contrast(places, values, lowers.index("but"))
        score = _compound(sum(values), text) if words else 0.0
        return score, [(lowers[at], value) for at, value in zip(places, values, strict=True)]

    def _valence(self, lowers: Sequence[str], words: Sequence[str], at: int, is_partly_loud: bool) -> float:
        """Return what the word at a place is worth beside its neighbours: the rules of `sentiment_valence`."""
        lexicon = self._lexicon
        lower = lowers[at]
        value = lexicon[lower]
        if lower == "no" and at + 1 < len(lowers) and lowers[at + 1] in lexicon:
            value = 0.0
        before = lowers[max(at - 3, 0) : at]
        if "no" in before and ("no" in before[-2:] or before[-1] in ("or", "nor")):
            value = lexicon[lower] * N_SCALAR
        if is_partly_loud and words[at].isupper():
            value = value + C_INCR if value > 0 else value - C_INCR
        for back in range(1, len(before) + 1):
            near = before[-back]
            if near in lexicon:
                continue
            value += _boost(near, words[at - back], value, back, is_partly_loud)
            value = _turned(value, before, back)
            if back == 3 and not _IDIOMATIC.isdisjoint(lowers[at - 3 : at + 3]):
                value = _idiom(value, lowers, at)
        if before and before[-1] == "least" and "least" not in lexicon and before[-2:-1] not in (["at"], ["very"]):
            value *= N_SCALAR
        return value


def _bare(token: str) -> str:
    """Return a word without the punctuation around it; what would be two letters or fewer may be an emoticon."""
    bare = token.strip(punctuation)
    return token if len(bare) <= 2 else bare


def _boost(lower: str, word: str, value: float, back: int, is_partly_loud: bool) -> float:
    """Return what a booster or damper adds to a valence, `back` words before it."""
    scalar = _BOOSTERS.get(lower)
    if scalar is None:
        return 0.0
    if value < 0:
        scalar *= -1
    if is_partly_loud and word.isupper():
        scalar = scalar + C_INCR if value > 0 else scalar - C_INCR
    return scalar * _FARTHER[back - 1] if back > 1 and scalar else scalar


def _turned(value: float, before: Sequence[str], back: int) -> float:
    """Return a valence as the word `back` words before it turns it round; "never so" makes it stronger."""
    near = before[-back]
    if back == 2:
        if near == "never" and before[-1] in _EMPHATIC:
            return value * 1.25
        if near == "without" and before[-1] == "doubt":
            return value
    elif back == 3:
        if (near == "never" and before[-2] in _EMPHATIC) or before[-1] in _EMPHATIC:
            return value * 1.25
        if near == "without" and "doubt" in before[-2:]:
            return value
    return value * N_SCALAR if near in _NEGATORS or "n't" in near else value


def _idiom(value: float, lowers: Sequence[str], at: int) -> float:
    """Return the valence of the idiom that a word stands in or after, or its own; "kind of" before it dampens."""
    three, two, one, this = lowers[at - 3 : at + 1]
    for phrase in (f"{one} {this}", f"{two} {one} {this}", f"{two} {one}", f"{three} {two} {one}", f"{three} {two}"):
        if phrase in _SPECIAL:
            value = _SPECIAL[phrase]
            break
    for end in (at + 2, at + 3):
        if end <= len(lowers):
            value = _SPECIAL.get(" ".join(lowers[at:end]), value)
    for phrase in (f"{three} {two} {one}", f"{three} {two}", f"{two} {one}"):
        value += _BOOSTERS.get(phrase, 0.0)
    return value


def _contrast(places: Sequence[int], values: list[float], but: int) -> None:
    """Weigh what stands before the first "but" half and what follows it one and a half, in place.

    The package finds the place of each valence by its value, so of equal ones the first is changed, also a second time.
    """
    where: dict[float, list[int]] = {}
    for index, value in enumerate(values):
        where.setdefault(value, []).append(index)
    for index in range(len(values)):
        value = values[index]
        first = where[value][0]
        if places[first] == but:
            continue
        heappop(where[value])
        values[first] = value * (0.5 if places[first] < but else 1.5)
        heappush(where.setdefault(values[first], []), first)


def _compound(total: float, text: str) -> float:
    """Return a sum of valences, with what ! and ? add to it, as a score of -1 to 1."""
    asked = text.count("?")
    emphasis = min(text.count("!"), _MOST_EXCLAIMED) * _EXCLAIMED
    emphasis += 0 if asked < 2 else asked * _ASKED if asked <= _MOST_ASKED else _MUCH_ASKED
    if total > 0:
        total += emphasis
    elif total < 0:
        total -= emphasis
    return float(round(normalize(float(total)), 4))
