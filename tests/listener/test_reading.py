"""What reads each language, by the name that is written on every mood."""

import pytest

from listener import reading, sentiment
from listener.reading import LANGUAGES, Reading


def test_every_language_that_is_told_apart_is_read_by_something_and_so_is_any_other() -> None:
    readings = reading.readings()
    assert [one.language for one in readings] == [*LANGUAGES, "und"]
    for one in readings:
        assert one.mood in {"lexicon and model", "lexicon", "model", "emoji"}
        assert one.mood_version == sentiment.judge("", one.language).version
    assert readings[-1].mood == "emoji"


@pytest.mark.parametrize(
    ("language", "version", "mood", "whole"),
    [
        ("en", "vader-3.3.2+emoji-1", "lexicon", True),
        ("en", "mood-2+vader-3.3.2+emoji-1", "lexicon", False),
        ("fa", "mood-2+packs-1+emoji-1+linear-148d796d", "lexicon and model", True),
        ("fr", "mood-2+emoji-1+linear-161f293a", "model", True),
        ("fr", "mood-2+emoji-1", "emoji", False),
        ("und", "mood-2+emoji-1", "emoji", True),
    ],
)
def test_a_version_says_what_read_and_whether_the_model_was_there(
    language: str, version: str, mood: str, whole: bool
) -> None:
    assert reading.mood_of(version) == mood
    assert Reading(language, mood, version, "rules", "cues").is_whole is whole


def test_kinds_and_spam_are_read_by_words_where_cues_are_written_down() -> None:
    by = {one.language: one for one in reading.readings()}
    assert (by["en"].kind, by["en"].spam) == ("rules", "cues and model")
    assert (by["fa"].kind, by["fa"].spam) == ("rules", "cues")
    assert (by["fr"].kind, by["fr"].spam) == ("signs", "signs")
