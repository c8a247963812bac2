"""Whether a reply reads like those its writer sent last: the same words in the same order, whatever the name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from listener.text import fold

EARLIER = 10  # replies that are looked back on
ALIKE = 0.7  # of what is said now, this part was said before
_FEWEST = 4  # words; shorter ones are alike only if they are the same
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Alike:
    """How many of the earlier replies this one reads like, and the part of it (0…1) that the likest one said too."""

    count: int
    most: float

    @property
    def personal(self) -> bool:
        """Whether it reads as written for this one person."""
        return self.count == 0


def alike(words: str, earlier: Sequence[str], names: Iterable[str] = ()) -> Alike:
    """Compare a reply with earlier ones; `names` (who is spoken to) make none of them personal."""
    skipped = frozenset(token for name in names for token in _tokens(name))
    said = _shingles(words, skipped)
    shares = [_share(said, _shingles(one, skipped)) for one in earlier[:EARLIER]]
    return Alike(sum(share >= ALIKE for share in shares), max(shares, default=0.0))


def _share(said: frozenset[tuple[str, ...]], before: frozenset[tuple[str, ...]]) -> float:
    return len(said & before) / len(said) if said else 0.0


def _shingles(words: str, skipped: frozenset[str]) -> frozenset[tuple[str, ...]]:
    """Return the pairs of neighbouring words, by sentence: one sentence more must not make the others new."""
    tokens = [token for token in _tokens(words) if token not in skipped]
    return frozenset(pairwise(tokens)) if len(tokens) >= _FEWEST else frozenset([tuple(tokens)] if tokens else [])


def _tokens(words: str) -> list[str]:
    return _WORD.findall(fold(words))
