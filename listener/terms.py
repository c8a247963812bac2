"""Words and phrases that many say now and few said before, in a spelling people used."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from listener.language import LATIN_WORDS
from listener.text import fold

SHOWN = 8
LEAST = 3  # a word that fewer texts say tells nothing
SHORTEST = 3  # letters
FEW = 100  # texts
RISEN = 2.0  # times its typical share
BOUND = 0.6  # of a word's texts that say it in one phrase: then the phrase is the word
RAREST = 0.001  # typical share: whatever nobody said before is not impossible
SPEAKS = log(200)  # how many times likelier a text must be among what is said now than among what is usual
_JOINT = "\n"  # between the words of a phrase; within a folded word a joiner has become a space
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
# joiners, apostrophes and points that stand inside words
_WORD = re.compile(rf"#?[^\W\d_][\w{_MARKS}\u0640\u200c\u200d'’׳״]*")
_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|@[\w.\-@]+")
_COMMON = frozenset(fold(word) for words in LATIN_WORDS.values() for word in words.split())
_key = lru_cache(maxsize=1 << 16)(fold)


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase as most people wrote it, with its folded key; how many texts say it, and which share do."""

    name: str
    key: str
    count: int
    share: float
    typical: float


@dataclass(frozen=True, slots=True)
class _Read:
    """One text: each of its words and phrases (folded) in the spelling of this text."""

    words: Mapping[str, str]
    phrases: Mapping[str, str]


def new_terms(texts: Sequence[str], usual: Sequence[str], skip: Collection[str] = ()) -> list[Term]:
    """Return the terms whose share of `texts` has risen most over their share of `usual`; without those of `skip`.

    A text speaks once, however often it says a word. Ranked by what a term adds to the distance of the two (its share
    times the logarithm of how often it rose); a phrase stands for its words where most who say them say the phrase.
    """
    # a handful of texts cannot tell which words are everyday ones
    told = frozenset(skip) | (_COMMON if len(usual) < FEW else frozenset())
    now = [_read(text, told) for text in texts]
    said = Counter(key for one in now for key in (*one.words, *one.phrases))
    counts = {key: count for key, count in said.items() if count >= LEAST}
    past = _said(usual, counts)
    rated: dict[str, float] = {}
    for key, count in counts.items():
        share, typical = count / len(texts), (past[key] + 0.5) / (len(usual) + 10)
        if share > RISEN * typical:
            rated[key] = share * log(share / typical)
    best = sorted(rated, key=lambda key: (-rated[key], key))
    phrases = [key for key in best if _JOINT in key]
    chosen: dict[str, None] = {}
    taken: set[str] = set()
    for key in best:
        if len(chosen) < SHOWN and taken.isdisjoint(key.split(_JOINT)):
            whole = [one for one in phrases if _bound(one, key, counts) and taken.isdisjoint(one.split(_JOINT))]
            term = whole[0] if whole else key
            chosen[term] = None
            taken.update(term.split(_JOINT))
    return [
        Term(_spelling(key, now), key, counts[key], counts[key] / len(texts), past[key] / max(len(usual), 1))
        for key in chosen
    ]


def odds(text: str, terms: Sequence[Term]) -> float:
    """Return the logarithm of how many times likelier a text is among what is said now than among what is usual.

    Whoever began it used words of their own: a term that is not there speaks against it, but never by more than half.
    """
    said = _read(text, frozenset())
    total = 0.0
    for term in terms:
        if term.key in said.words or term.key in said.phrases:
            total += log(term.share / max(term.typical, RAREST))
        else:
            total += log(1 - min(term.share, 0.5))
    return total


def _said(texts: Iterable[str], wanted: Collection[str]) -> Counter[str]:
    """Return how many texts say each of the wanted terms."""
    found: Counter[str] = Counter()
    for text in texts:
        one = _read(text, frozenset())
        found.update(key for keys in (one.words, one.phrases) for key in keys if key in wanted)
    return found


def _bound(phrase: str, word: str, counts: Mapping[str, int]) -> bool:
    return word in phrase.split(_JOINT) and counts[phrase] >= BOUND * counts[word]


def _spelling(key: str, texts: Iterable[_Read]) -> str:
    """Return how most people wrote it."""
    found = Counter(name for one in texts if (name := one.words.get(key) or one.phrases.get(key)))
    return max(found, key=lambda name: (found[name], name))


def _read(text: str, skip: frozenset[str]) -> _Read:
    """Split a text into words that may tell something, and pairs of them that stand side by side."""
    shown = _NOT_WORDS.sub(" ", text)
    words: dict[str, str] = {}
    phrases: dict[str, str] = {}
    last: tuple[str, int, int] | None = None
    for found in _WORD.finditer(shown):
        key = _key(found.group()).lstrip("#")
        if len(key) < SHORTEST or key in _COMMON or key in skip:
            last = None
            continue
        words.setdefault(key, found.group())
        if last is not None and shown[last[2] : found.start()].isspace():
            phrases.setdefault(last[0] + _JOINT + key, shown[last[1] : found.end()])
        last = key, found.start(), found.end()
    return _Read(words, phrases)
