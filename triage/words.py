"""Finds the words that tell danger, an order, money, an account, our people, a how-to or a part of a product."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from listener.text import fold
from triage.wordlists import LISTS

LANGUAGES = tuple(LISTS)
LONGEST = 1_000  # tokens of one mention that are looked at: words deep in an article decide nothing

# what may stand before a word and belong to another one ("and", "in", "the"); the rest must keep three letters
_PREFIXES = {"ar": ("وال", "بال", "فال", "كال", "ولل", "لل", "ال", "و", "ف", "ب", "ل", "ك"), "he": tuple("והבלמשכ")}
_TOKEN = re.compile(r"\w+")
_ENTRY = re.compile(r"\w+\*?")

Entry = tuple[tuple[str, ...], str]  # the tokens that must follow, and the concept


@dataclass(slots=True)
class _Tongue:
    """One language's entries, found by their first token."""

    exact: dict[str, list[Entry]] = field(default_factory=dict)
    stems: dict[str, list[Entry]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    prefixes: tuple[str, ...] = ()


def _tokens(entry: str) -> tuple[str, ...]:
    # folded word by word, so that the star stays where it was
    return tuple(
        part + ("*" if piece.endswith("*") and last else "")
        for piece in _ENTRY.findall(entry)
        for parts in [_TOKEN.findall(fold(piece.rstrip("*")))]
        for part, last in [(part, place == len(parts) - 1) for place, part in enumerate(parts)]
    )


def _tongue(language: str) -> _Tongue:
    tongue = _Tongue(prefixes=tuple(fold(prefix) for prefix in _PREFIXES.get(language, ())))
    for concept, words in LISTS[language].items():
        for entry in words.split(","):
            first, *rest = _tokens(entry)
            shelf = tongue.stems if first.endswith("*") else tongue.exact
            shelf.setdefault(first.rstrip("*"), []).append((tuple(rest), concept))
    tongue.lengths = tuple(sorted({len(stem) for stem in tongue.stems}))
    return tongue


_TONGUES = {language: _tongue(language) for language in LANGUAGES}


def found(folded: str, language: str) -> dict[str, tuple[str, ...]]:
    """Return, for each concept named in `folded` (a key of `listener.text.fold`), the words that named it, once each.

    Read in `language` and English; a language we have no lists for is read in English, an unknown one in all four.
    """
    tokens = _TOKEN.findall(folded)[:LONGEST]
    names = LANGUAGES if language == "und" else tuple(dict.fromkeys((language, "en")))
    seen: dict[str, dict[str, None]] = {}
    for name in names:
        if name not in _TONGUES:
            continue
        for place, token in enumerate(tokens):
            for rest, concept in _entries(name, token):
                if not rest or _follows(tokens, place + 1, rest):
                    words = " ".join(tokens[place : place + 1 + len(rest)])
                    seen.setdefault(concept, {})[words] = None
    return {concept: tuple(words) for concept, words in seen.items()}


@lru_cache(maxsize=50_000)  # people use few words often
def _entries(language: str, token: str) -> tuple[Entry, ...]:
    tongue = _TONGUES[language]
    entries = _starting(tongue, token)
    rest = token
    for _ in range(2 if tongue.prefixes else 0):
        prefix = next((one for one in tongue.prefixes if rest.startswith(one) and len(rest) - len(one) >= 3), None)
        if prefix is None:
            break
        rest = rest[len(prefix) :]
        entries += _starting(tongue, rest)
    return tuple(dict.fromkeys(entries))


def _starting(tongue: _Tongue, token: str) -> tuple[Entry, ...]:
    stems = [tongue.stems.get(token[:length], ()) for length in tongue.lengths if length <= len(token)]
    return tuple(entry for shelf in (tongue.exact.get(token, ()), *stems) for entry in shelf)


def _follows(tokens: list[str], place: int, rest: tuple[str, ...]) -> bool:
    if place + len(rest) > len(tokens):
        return False
    return all(
        token.startswith(wanted[:-1]) if wanted.endswith("*") else token == wanted
        for token, wanted in zip(tokens[place:], rest, strict=False)
    )
