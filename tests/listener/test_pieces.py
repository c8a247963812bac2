"""Pieces of words speak for a language: numbers read back as written, summed alike, none where there is no file."""

from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener import pieces
from listener.language import identify
from listener.pieces import BITS, LANGUAGES, SCALE, Pieces

EMPTY = {code: array("b", bytes(1 << BITS)) for code in LANGUAGES}


def table(**words: str) -> Pieces:
    """A table in which every piece of these words speaks for their language."""
    rows = {code: array("b", row) for code, row in EMPTY.items()}
    for code, said in words.items():
        for place in pieces.places(said):
            rows[code][place] = 100
    return Pieces([rows[code] for code in LANGUAGES])


def test_the_pieces_of_a_word_speak_for_its_language() -> None:
    made = table(de="schrecklich", pt="obrigado")
    odds = made.lean(["schreckliche"])
    assert max(odds, key=lambda code: odds[code]) == "de"
    assert made.lean([]) == dict.fromkeys(LANGUAGES, 0.0)


MIXED = Pieces(
    [array("b", ((at * (lane + 7)) % 255 - 127 for at in range(1 << BITS))) for lane in range(len(LANGUAGES))]
)


@given(st.lists(st.text(max_size=30), max_size=8))
def test_a_text_is_summed_as_its_rows_would_be(words: list[str]) -> None:
    found = [place for word in words for place in pieces.places(word)]
    odds = MIXED.lean(words)
    for row, code in zip(MIXED.rows, LANGUAGES, strict=True):
        assert odds[code] == pytest.approx(
            sum(row[place] for place in found) * SCALE * len(words) / (len(words) + 1) / (len(found) or 1) ** 0.5
        )


def test_a_file_is_read_back_and_a_broken_one_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_PATH", tmp_path / "latin.pieces")
    pieces.table.cache_clear()
    assert pieces.table() is None
    assert identify("Mein Paket ist immer noch nicht da und keiner antwortet").code == "de"
    made = table(it="grazie")
    (tmp_path / "latin.pieces").write_bytes(pieces.packed(dict(zip(LANGUAGES, made.rows, strict=True))))
    pieces.table.cache_clear()
    again = pieces.table()
    assert again is not None
    assert again.lean(["grazie"]) == made.lean(["grazie"])
    (tmp_path / "latin.pieces").write_bytes(b"HBPIECE1 cut")
    pieces.table.cache_clear()
    assert pieces.table() is None
    pieces.table.cache_clear()


def test_the_table_that_ships_is_small_and_whole() -> None:
    assert pieces.table() is not None
    assert pieces._PATH.stat().st_size < 120_000
