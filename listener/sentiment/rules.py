"""Mood by lexicon in Persian, Arabic and Hebrew: one engine over the packs, in time linear in the text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import sqrt

from listener.folding import fold
from listener.sentiment import emoji, packs
from listener.sentiment.endings import forms, joined

VERSION = "packs-1"

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?؟؛;\n,،]")
_ENDS = frozenset(".!?؟؛;\n")
_PAUSES = frozenset(",،")
_MOST_WORDS = 6
_LONGEST_STEM = 12
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
    """What the rules make of a text: score of -1 to 1, the sums of praise and blame, and the words that carried them."""

    score: float
    praise: float
    blame: float
    evidence: tuple[tuple[str, float], ...]


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


class Rules:
    """One language's lexicon, compiled, and its way of negating."""

    def __init__(self, language: str, lines: Sequence[packs.Line]) -> None:
        self.language = language
        self._whole: dict[str, list[_Entry]] = {}
        self._open: dict[str, list[_Entry]] = {}
        for line in lines:
            self._keep(line)
        for shelf in (self._whole, self._open):
            for entries in shelf.values():
                entries.sort(key=lambda entry: -len(entry.words))
        self._starting = lru_cache(maxsize=20_000)(self._find_starting)
        self._forms = lru_cache(maxsize=20_000)(lambda word: tuple(forms(word, language)))

    def weigh(self, text: str) -> Weighed:
        """Return the mood of `text` by the pack and by emoji."""
        tokens = joined(_TOKEN.findall(fold(text)), self.language)
        hits = self._hits(tokens)
        moods = [hit for hit in hits if hit.value]
        self._boost(tokens, hits, moods)
        self._negate(tokens, hits, moods)
        self._contrast(tokens, hits, moods)
        _turn_irony(tokens, moods)
        evidence = [(_shown(hit), round(hit.value, 2)) for hit in moods if hit.value]
        evidence += emoji.weighed(text)
        return summed(evidence, min(tokens.count("!"), _MOST_SHOUTS))

    def _keep(self, line: packs.Line) -> None:
        """Shelve an entry by its first word, whole or by its beginning."""
        words = _entry_words(line, self.language)
        if not words:
            return
        entry = _Entry(words, line)
        if words[0].endswith("*"):
            self._open.setdefault(words[0][:-1][:_LONGEST_STEM], []).append(entry)
        else:
            self._whole.setdefault(words[0], []).append(entry)
        if "neg" in line.flags and self.language in _AND:
            for prefix in _AND[self.language]:
                self._whole.setdefault(prefix + words[0], []).append(_Entry((prefix + words[0], *words[1:]), line))

    def _find_starting(self, word: str) -> tuple[_Entry, ...]:
        """Return the entries that may begin with `word`, most words first; the word as written before its stems."""
        found: list[_Entry] = []
        for place, form in enumerate(self._forms(word)):
            for entry in self._whole.get(form, ()):
                if place == 0 or not entry.is_exact:
                    found.append(entry)
            for size in range(min(len(form), _LONGEST_STEM), 1, -1):
                found += [
                    entry
                    for entry in self._open.get(form[:size], ())
                    if (place == 0 or not entry.is_exact) and form.startswith(entry.words[0][:-1])
                ]
        found.sort(key=lambda entry: -len(entry.words))
        return tuple(found)

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
        word = tokens[at]
        if len(word) > _LONGEST_WORD or word in _ENDS:
            return None
        for entry in self._starting(word):
            rest = entry.words[1:]
            if len(rest) < len(tokens) - at and all(
                self._is(tokens[at + 1 + step], wanted, entry.is_exact) for step, wanted in enumerate(rest)
            ):
                return entry
        return None

    def _is(self, word: str, wanted: str, exact: bool) -> bool:
        """Say whether a word of the text is this word of an entry."""
        if word == wanted:
            return True
        if len(word) > _LONGEST_WORD:
            return False
        if wanted.endswith("*"):
            stem = wanted[:-1]
            return word.startswith(stem) or (not exact and any(form.startswith(stem) for form in self._forms(word)))
        return not exact and wanted in self._forms(word)

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

    def _negate(self, tokens: Sequence[str], hits: Sequence[_Hit], moods: Sequence[_Hit]) -> None:
        """Turn the mood word that each negator governs: after it, or in Persian before it."""
        starts = {hit.first: hit for hit in moods}
        ends = {hit.last: hit for hit in moods}
        turned: set[int] = set()
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
                continue
            # a phrase of blame before a Persian "not" mostly has that verb for its own: هیچ جوابی … نداد
            if not (back and target.value < 0 and target.last > target.first):
                turned.add(target.first)
                target.value *= _TURNED
                target.beside.append(hit.said)

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
_CLOSING = frozenset("بود بودن بودند است هست هستش هستن شد کرد کردم کردن میشه میکنه و ولی اما که".split())


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


def summed(evidence: list[tuple[str, float]], shouts: int) -> Weighed:
    """Return the sums and the score of what was found."""
    praise = sum(value for _, value in evidence if value > 0)
    blame = -sum(value for _, value in evidence if value < 0)
    total = praise - blame
    if total:
        total += shouts * _SHOUT * (1 if total > 0 else -1)
    return Weighed(total / sqrt(total * total + _ALPHA), praise, blame, tuple(evidence))
