"""What reads each language, by the name that is written on every mood."""

import pytest

from listener import reading, sentiment
from listener.reading import LANGUAGES
from listener.sentiment import linear


def test_every_language_that_is_told_apart_is_read_by_something_and_so_is_any_other() -> None:
    readings = reading.readings()
    assert [one.language for one in readings] == [*LANGUAGES, "und"]
    for one in readings:
        assert one.mood in {"lexicon and model", "lexicon", "model", "emoji"}
        assert one.mood_version == sentiment.judge("", one.language).version
    assert readings[-1].mood == "emoji"


def test_a_language_is_read_whole_where_its_model_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reading.missing() == ()
    assert {one.language: one.mood for one in reading.readings()}["fa"] == "lexicon and model"
    monkeypatch.setattr(linear, "of", lambda language: None)
    assert reading.missing() == LANGUAGES
    assert {one.language: one.mood for one in reading.readings()}["fa"] == "lexicon"


def test_kinds_and_spam_are_read_by_words_where_cues_are_written_down() -> None:
    by = {one.language: one for one in reading.readings()}
    assert (by["en"].kind, by["en"].spam) == ("rules", "cues and model")
    assert (by["fa"].kind, by["fa"].spam) == ("rules", "cues")
    assert (by["fr"].kind, by["fr"].spam) == ("signs", "signs")
