"""Lexicon packs: what their lines mean is written in README.md beside them; read here, once each."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
LANGUAGES = ("ar", "fa", "he")


class BadPack(ValueError):
    """A line of a pack that cannot be read; the sentence names file and line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as written: its words, valence (-4 to 4) and flags; factor is of a booster or damper, else 1."""

    entry: str
    valence: float
    flags: frozenset[str]
    factor: float


@cache
def lines(language: str) -> tuple[Line, ...]:
    """Return the entries of a language's pack, in its order; none for a language without one. Raises `BadPack`."""
    path = _HERE / f"{language}.tsv"
    if language not in LANGUAGES or not path.is_file():
        return ()
    rows = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return tuple(_line(row, f"{path.name}:{number}") for number, row in rows if row.strip() and row[0] != "#")


def _line(row: str, place: str) -> Line:
    """Return one line, read."""
    entry, _, rest = row.partition("\t")
    valence, _, flags = rest.partition("\t")
    names = {flag.strip() for flag in flags.split(",")} - {""}
    factor = 1.0
    try:
        number = float(valence)
        for name in names:
            sort, _, amount = name.partition(":")
            if sort in {"boost", "damp"}:
                factor = float(amount)
    except ValueError as error:
        raise BadPack(f"{place}: {row!r} is not entry, valence, flags with tabs between") from error
    if not entry.strip() or not -4 <= number <= 4:
        raise BadPack(f"{place}: an entry and a valence of -4 to 4 are needed")
    sorts = {name.partition(":")[0] for name in names} & {"boost", "damp"}
    flags_kept = {name for name in names if name.partition(":")[0] not in sorts}
    return Line(entry.strip(), number, frozenset(sorts | flags_kept), factor)
