"""Mood by lexicon in Persian, Arabic and Hebrew: one engine over the packs, in time linear in the text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import sqrt
from typing import NamedTuple

from listener.folding import fold
from listener.sentiment import emoji, packs
from listener.sentiment.endings import forms, joined

VERSION = "packs-2"

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?؟؛;\n,،]")
_ENDS = frozenset(".!?؟؛;\n")
_PAUSES = frozenset(",،")
_MOST_WORDS = 6
_LONGEST_STEM = 16
_LONGEST_WORD = 40
# how far a negator and a booster reach, in words
_REACH = 3
_NEAR = 2
_TURNED = -0.7
_MOST_FACTOR = 2.0
_BEFORE_BUT, _AFTER_BUT = 0.5, 1.5
_IRONIC = -0.5
_SHOUT, _MOST_SHOUTS = 0.292, 4
# the sum at which the score reaches seven tenths is the root of this
_ALPHA = 15.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """What words and emoji make of a text: score of -1 to 1, the sums of praise and blame, what carried them."""

    score: float
    praise: float
    blame: float
    evidence: tuple[tuple[str, float], ...]
    # negators that found no word of mood to turn: "it does not open", "nobody came" lean to blame
    denied: int = 0


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the pack, folded: its words (a star at the end stands for any ending)."""

    words: tuple[str, ...]
    line: packs.Line

    @property
    def is_exact(self) -> bool:
        return "exact" in self.line.flags


@dataclass(slots=True)
class _Hit:
    """An entry found: where, how it is written there, and its valence as it grows and turns."""

    first: int
    last: int
    said: str
    entry: _Entry
    value: float
    beside: list[str] = field(default_factory=list)


class _Keys(NamedTuple):
    """What may stand in the lexicon for a word of a text, as written first; `plain` are those without stripping."""

    all: dict[str, None]
    plain: frozenset[str]


class _Starting(NamedTuple):
    """The entries that a word begins: the one that is this word alone, and the phrases by their second word."""

    alone: _Entry | None
    by_second: dict[str, list[_Entry]]


class Rules:
    """One language's lexicon, compiled, and its way of negating."""

    def __init__(self, language: str, lines: Sequence[packs.Line]) -> None:
        self.language = language
        self._shelf: dict[str, list[_Entry]] = {}
        for line in lines:
            self._keep(line)
        words = {word for entries in self._shelf.values() for entry in entries for word in entry.words}
        self._words = frozenset(words)
        self._stars = frozenset(word[:-1] for word in words if word.endswith("*"))
        self._starting = lru_cache(maxsize=10_000)(self._find_starting)
        self._keys = lru_cache(maxsize=10_000)(self._find_keys)

    def weigh(self, text: str) -> Weighed:
        """Return the mood of `text` by the pack and by emoji."""
        tokens = joined(_TOKEN.findall(fold(text)), self.language)
        hits = self._hits(tokens)
        moods = [hit for hit in hits if hit.value]
        self._boost(tokens, hits, moods)
        denied = self._negate(tokens, hits, moods)
        self._contrast(tokens, hits, moods)
        _turn_irony(tokens, moods)
        evidence = [(_shown(hit), round(hit.value, 2)) for hit in moods if hit.value]
        evidence += emoji.weighed(text)
        return summed(evidence, min(tokens.count("!"), _MOST_SHOUTS), denied)

    def _keep(self, line: packs.Line) -> None:
        """Shelve an entry by its first word."""
        words = _entry_words(line, self.language)
        if not words:
            return
        firsts = [words[0]]
        if "neg" in line.flags:
            firsts += [prefix + words[0] for prefix in _AND.get(self.language, ())]
        for first in firsts:
            self._shelf.setdefault(first, []).append(_Entry((first, *words[1:]), line))
        if self.language == "fa" and len(words) == 2:
            # what one writes in two words another writes as one: کلاه برداری, کلاهبرداری
            self._shelf.setdefault("".join(words), []).append(_Entry(("".join(words),), line))

    def _find_starting(self, word: str) -> _Starting:
        """Return the entries that may begin with `word`; the word as written before its stems, long stems first."""
        alone: list[_Entry] = []
        by_second: dict[str, list[_Entry]] = {}
        plain = self._keys(word).plain
        for key in self._keys(word).all:
            for entry in self._shelf.get(key, ()):
                if entry.is_exact and key not in plain:
                    continue
                if len(entry.words) == 1:
                    alone.append(entry)
                else:
                    by_second.setdefault(entry.words[1], []).append(entry)
        return _Starting(alone[0] if alone else None, by_second)

    def _find_keys(self, word: str) -> _Keys:
        """Return what an entry's word may be to stand for `word`: itself, its stems, and beginnings with a star."""
        if len(word) > _LONGEST_WORD:
            return _Keys({}, frozenset())
        found: dict[str, None] = {}
        plain: frozenset[str] | None = None
        for form in forms(word, self.language):
            if form in self._words:
                found[form] = None
            for size in range(min(len(form), _LONGEST_STEM), 0, -1):
                if form[:size] in self._stars:
                    found[f"{form[:size]}*"] = None
            plain = frozenset(found) if plain is None else plain
        return _Keys(found, plain or frozenset())

    def _hits(self, tokens: Sequence[str]) -> list[_Hit]:
        """Return the entries said, left to right, each word in one of them."""
        hits: list[_Hit] = []
        at = 0
        while at < len(tokens):
            entry = self._said(tokens, at)
            if entry is None:
                at += 1
                continue
            end = at + len(entry.words)
            hits.append(_Hit(at, end - 1, " ".join(tokens[at:end]), entry, entry.line.valence))
            at = end
        return hits

    def _said(self, tokens: Sequence[str], at: int) -> _Entry | None:
        """Return the longest entry that stands at a place."""
        starting = self._starting(tokens[at])
        best = starting.alone
        if not starting.by_second or at + 1 == len(tokens):
            return best
        for second in starting.by_second.keys() & self._keys(tokens[at + 1]).all.keys():
            for entry in starting.by_second[second]:
                if (best is None or len(entry.words) > len(best.words)) and self._goes_on(tokens, at, entry):
                    best = entry
        return best

    def _goes_on(self, tokens: Sequence[str], at: int, entry: _Entry) -> bool:
        """Say whether the words of an entry after its first stand after a place."""
        if at + len(entry.words) > len(tokens):
            return False
        for step, wanted in enumerate(entry.words[1:], at + 1):
            keys = self._keys(tokens[step])
            if wanted not in (keys.plain if entry.is_exact else keys.all):
                return False
        return True

    def _boost(self, tokens: Sequence[str], hits: Sequence[_Hit], moods: Sequence[_Hit]) -> None:
        """Let boosters and dampers work on the next mood word, or else on the one just before."""
        starts = {hit.first: hit for hit in moods}
        ends = {hit.last: hit for hit in moods}
        grown: dict[int, float] = {}
        for hit in hits:
            if hit.entry.line.factor == 1:
                continue
            target = next((starts[at] for at in _ahead(tokens, hit.last, _NEAR) if at in starts), None)
            target = target or ends.get(hit.first - 1)
            if target is not None and target is not hit:
                grown[target.first] = min(grown.get(target.first, 1.0) * hit.entry.line.factor, _MOST_FACTOR)
                target.beside.append(hit.said)
        for target in moods:
            target.value *= grown.get(target.first, 1.0)

    def _negate(self, tokens: Sequence[str], hits: Sequence[_Hit], moods: Sequence[_Hit]) -> int:
        """Turn the mood word that each negator governs, after it or in Persian before it; return how many had none."""
        starts = {hit.first: hit for hit in moods}
        ends = {hit.last: hit for hit in moods}
        turned: set[int] = set()
        denied = 0
        for hit in hits:
            flags = hit.entry.line.flags
            back = "neg" in flags and self.language == "fa"
            if not back and "neg" not in flags and "neg:next" not in flags:
                continue
            if back:
                places, where = _behind(tokens, hit.first, _REACH), ends
            else:
                places, where = _ahead(tokens, hit.last, _REACH), starts
            target = next((where[at] for at in places if at in where), None)
            if target is None or target is hit or target.first in turned:
                denied += target is None
                continue
            # a phrase of blame before a Persian "not" mostly has that verb for its own: هیچ جوابی … نداد
            if not (back and target.value < 0 and target.last > target.first):
                turned.add(target.first)
                target.value *= _TURNED
                target.beside.append(hit.said)
        return denied

    def _contrast(self, tokens: Sequence[str], hits: Sequence[_Hit], moods: Sequence[_Hit]) -> None:
        """Weigh what stands before a "but" in its sentence less, what follows it more."""
        turns = [hit.first for hit in hits if "but" in hit.entry.line.flags]
        if not turns:
            return
        sentence = _sentences(tokens)
        last_turn = {sentence[at]: at for at in turns}
        for hit in moods:
            turn = last_turn.get(sentence[hit.first])
            if turn is not None:
                hit.value *= _BEFORE_BUT if hit.first < turn else _AFTER_BUT


# "and" and "that", written onto a negator of two letters too
_AND = {"ar": ("و", "ف"), "he": ("ו", "ש", "וש")}


@cache
def of(language: str) -> Rules | None:
    """Return the rules of a language, read once; None where there is no pack."""
    lines = packs.lines(language)
    return Rules(language, lines) if lines else None


def _entry_words(line: packs.Line, language: str) -> tuple[str, ...]:
    """Return an entry's words as texts have them: folded, joined, with their stars."""
    parts: list[str] = []
    for part in line.entry.split():
        words = [token for token in _TOKEN.findall(fold(part)) if token[0].isalnum()]
        if words and part.endswith("*"):
            words[-1] += "*"
        parts += words
    words = joined(parts, language)
    if words and "stem" in line.flags and not words[-1].endswith("*"):
        words[-1] += "*"
    return tuple(words[:_MOST_WORDS])


def _ahead(tokens: Sequence[str], after: int, reach: int) -> Iterator[int]:
    """Give the places after one, up to `reach` words and not beyond the sentence."""
    for at in range(after + 1, min(after + 1 + reach, len(tokens))):
        if tokens[at] in _ENDS or tokens[at] in _PAUSES:
            return
        yield at


# Persian verbs that close what was said before them: a later "not" does not reach over them
_CLOSING_VERBS = "بود بودن بودند است هست هستش هستن شد کرد کردم کردن میشه میکنه و ولی اما که"
_CLOSING = frozenset(_CLOSING_VERBS.split())


def _behind(tokens: Sequence[str], before: int, reach: int) -> Iterator[int]:
    """Give the places before one, nearest first, up to `reach` words, not beyond the clause."""
    for at in range(before - 1, max(before - 1 - reach, -1), -1):
        if tokens[at] in _ENDS or tokens[at] in _CLOSING:
            return
        yield at


def _sentences(tokens: Sequence[str]) -> list[int]:
    """Return for each place the number of its sentence."""
    numbers: list[int] = []
    number = 0
    for token in tokens:
        numbers.append(number)
        number += token in _ENDS
    return numbers


def _turn_irony(tokens: Sequence[str], moods: Sequence[_Hit]) -> None:
    """Count praise in a sentence with an ironic phrase against."""
    ironic = [hit for hit in moods if "ironic" in hit.entry.line.flags]
    if not ironic:
        return
    sentence = _sentences(tokens)
    where = {sentence[hit.first] for hit in ironic}
    for hit in moods:
        if hit.value > 0 and sentence[hit.first] in where and "ironic" not in hit.entry.line.flags:
            hit.value *= _IRONIC


def _shown(hit: _Hit) -> str:
    """Return the words of a hit with what negated or boosted it."""
    return " … ".join((hit.said, *hit.beside)) if hit.beside else hit.said


def summed(evidence: list[tuple[str, float]], shouts: int = 0, denied: int = 0) -> Weighed:
    """Return the sums and the score of what was found."""
    praise = sum(value for _, value in evidence if value > 0)
    blame = -sum(value for _, value in evidence if value < 0)
    total = praise - blame
    if total:
        total += shouts * _SHOUT * (1 if total > 0 else -1)
    return Weighed(total / sqrt(total * total + _ALPHA), praise, blame, tuple(evidence), denied)
