"""The linear part and the combiner: numbers read back as written, the words deciding where a text is unfamiliar."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener import sentiment
from listener.sentiment import Chances, MoodLabel, combining, judge, linear
from listener.sentiment.linear import Fusion, Leaning, Model
from listener.sentiment.rules import Weighed
from tests.listener.hostile import HOSTILE

BITS = 10
SIZE = len(combining.INPUTS)
SILENT = Weighed(0.0, 0.0, 0.0, ())


def model(words: dict[str, int], usual: float = 0.5) -> Model:
    """A model that knows these words: -1 a word of blame, 1 one of praise."""
    rows = [bytearray(1 << BITS) for _ in range(3)]
    seen = bytearray(linear.SEEN >> 3)
    for word, side in words.items():
        for place in linear.features(word, BITS):
            rows[1 + side][place] = 50
        seen[linear.sign(word) >> 3] |= 1 << (linear.sign(word) & 7)
    weights = [[0.0] * SIZE for _ in range(3)]
    weights[0][4], weights[2][5] = 1.0, 1.0
    return Model(BITS, 0.1, (0.0, 0.5, 0.0), b"".join(rows), bytes(seen), Fusion(tuple(map(tuple, weights)), usual))


MADE = model({"awful": -1, "lovely": 1})


def test_a_model_is_read_back_as_it_was_written() -> None:
    again = linear.unpacked(linear.packed(MADE))
    assert linear.packed(again) == linear.packed(MADE)
    assert again.lean("awful lovely thing").logits == pytest.approx(MADE.lean("awful lovely thing").logits)
    assert again.fusion.usual == 0.5


@pytest.mark.parametrize("read", [b"", b"HBMOOD1\n", b"x" * 5000, linear.packed(MADE)[:-1], linear.packed(MADE) + b"x"])
def test_bytes_that_are_no_model_are_refused(read: bytes) -> None:
    with pytest.raises(ValueError, match="mood model"):
        linear.unpacked(read)


def test_a_model_leans_where_its_words_do_and_tells_how_many_it_knew() -> None:
    awful, lovely, strange = MADE.lean("Awful!"), MADE.lean("lovely"), MADE.lean("a zzyzx of qworp")
    assert awful.logits[0] > awful.logits[2]
    assert lovely.logits[2] > lovely.logits[0]
    assert lovely.known == 1
    assert strange.known == 0
    assert MADE.lean("").known == 0


def test_addresses_handles_and_digits_are_not_words() -> None:
    assert list(linear.words("RT @acme: https://a.b/awful 1234 ok")) == ["0", "ok", "0 ok"]


def test_the_linear_part_falls_silent_on_unfamiliar_text() -> None:
    strange = combining.inputs("…", SILENT, Leaning((3.0, 0.0, -3.0), 0.2), 0.8)
    familiar = combining.inputs("…", SILENT, Leaning((3.0, 0.0, -3.0), 0.9), 0.8)
    between = combining.inputs("…", SILENT, Leaning((3.0, 0.0, -3.0), 0.75), 0.8)
    assert strange[4:6] == [0, 0]
    assert familiar[4:6] == [3, -3]
    assert 0 < between[4] < 3
    assert len(strange) == SIZE


def test_the_linear_part_does_not_contradict_clear_words() -> None:
    praising, blaming = Leaning((-3.0, 0.0, 3.0), 0.9), Leaning((3.0, 0.0, -3.0), 0.9)
    clear, mild = Weighed(-0.7, 0.0, 4.0, (("bad", -4.0),)), Weighed(-0.3, 0.0, 1.0, (("meh", -1.0),))
    assert combining.inputs("…", clear, praising, 0.8)[4:6] == [-3, 0]
    assert combining.inputs("…", clear, blaming, 0.8)[4:6] == [3, -3]
    assert combining.inputs("…", mild, praising, 0.8)[4:6] == [-3, 3]


def test_a_strange_post_is_heard_with_more_care_for_blame() -> None:
    even = Chances(0.3, 0.4, 0.3)
    strange = combining.wary(even, "fa", 0.0)
    assert strange.negative == max(strange) > 0.5
    assert sum(strange) == pytest.approx(1)
    assert combining.wary(even, "fa", 1.0) == pytest.approx(even)
    assert combining.wary(even, "en", 0.0) == pytest.approx(even)
    assert even.negative < combining.wary(even, "he", 0.5).negative < strange.negative
    assert combining.voice(Leaning((0.0, 0.0, 0.0), 0.2), 0.8) == 0
    assert combining.voice(Leaning((0.0, 0.0, 0.0), 1.0), 1.0) == 1


def test_without_a_model_the_words_decide_and_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "of", lambda language: None)
    assert [sentiment.reads(language) for language in ("en", "fa", "fr")] == ["lexicon", "lexicon", "emoji"]
    assert judge("خیلی بد بود", "fa").label is MoodLabel.NEGATIVE
    assert judge("I love it", "en").label is MoodLabel.POSITIVE
    assert judge("the office opens on Monday", "en").label is MoodLabel.NEUTRAL
    assert judge("rien de rien", "fr").label is MoodLabel.UNSURE
    assert judge("rien 😍", "fr").label is MoodLabel.POSITIVE
    assert "linear" not in judge("خیلی بد بود", "fa").version


@pytest.mark.parametrize("language", ["en", "fa", "ar", "he", "de", "es", "fr", "it", "pt"])
def test_a_language_with_a_model_ships_it_small(language: str) -> None:
    made = linear.of(language)
    assert made is not None
    assert len(linear.packed(made)) < 150_000
    assert len(made.fusion.weights[0]) == SIZE
    assert linear.version(language) in judge("ok", language).version
    assert sentiment.reads(language) == ("lexicon and model" if language in {"en", "fa", "ar", "he"} else "model")


@pytest.mark.parametrize("language", ["../../etc/passwd", "", "xx", "und", "EN", "fa\n"])
def test_a_language_without_a_model_has_none(language: str) -> None:
    assert linear.of(language) is None


def test_a_broken_file_is_as_good_as_none(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "qq.mood").write_bytes(b"HBMOOD1\nbroken")  # type: ignore[operator]
    monkeypatch.setattr(linear, "_HERE", tmp_path)
    assert linear.of("qq") is None


@given(st.text(max_size=60), st.sampled_from(["en", "fa", "ar", "he", "fr", "und"]))
def test_score_label_and_chances_agree(text: str, language: str) -> None:
    mood = judge(text, language)
    negative, neutral, positive = mood.chances
    assert negative + neutral + positive == pytest.approx(1)
    most = max(mood.chances)
    if mood.score >= 0.05:
        assert positive == most
    elif mood.score <= -0.05:
        assert negative == most
    else:
        assert neutral == pytest.approx(most)
    likely = {"negative": negative, "neutral": neutral, "positive": positive}
    assert most < sentiment.UNSURE_BELOW if mood.label is MoodLabel.UNSURE else likely[mood.label] == most


@pytest.mark.parametrize("language", ["fr", "ar", "he"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_have_a_mood_in_every_language(text: str, language: str) -> None:
    assert -1.0 <= judge(text, language).score <= 1.0


def test_time_grows_with_the_text_and_no_faster() -> None:
    def seconds(size: int) -> float:
        text = "".join(chr(0x627 + at * 7 % 30) + " " * (at % 6 == 0) for at in range(size))
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            judge(text, "ar", max_chars=size)
            best = min(best, time.process_time() - began)
        return best

    assert seconds(64_000) < 12 * seconds(8_000) + 0.05
