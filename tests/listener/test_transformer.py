"""A transformer in words' place: its labels, a tiny model made here, and a service that hears without it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from listener import transformer
from listener.sentiment import Chances, MoodLabel, judge
from listener.transformer import NoModel, moods_of

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] [MASK] good bad late thanks ! بد خوب"


class Fixed:
    """A reader that always says the same."""

    version = "fixed"

    def chances(self, text: str) -> Chances:
        return Chances(0.8, 0.15, 0.05)


@pytest.mark.parametrize(
    ("labels", "moods"),
    [
        (["negative", "neutral", "positive"], [0, 1, 2]),
        (["POS", "NEG", "NEU"], [2, 0, 1]),
        (["LABEL_0", "LABEL_1", "LABEL_2"], [0, 1, 2]),
        (["LABEL_0", "LABEL_1"], [0, 2]),
        (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], [0, 0, 1, 2, 2]),
    ],
)
def test_the_labels_of_common_models_are_moods(labels: list[str], moods: list[int]) -> None:
    assert moods_of(dict(enumerate(labels))) == moods


@pytest.mark.parametrize(
    "labels", [["joy", "anger"], ["LABEL_0"], ["neutral", "positive"], [f"LABEL_{n}" for n in range(9)]]
)
def test_labels_that_are_no_moods_are_refused(labels: list[str]) -> None:
    with pytest.raises(NoModel, match="label"):
        moods_of(dict(enumerate(labels)))


def test_a_reader_decides_and_the_words_are_still_shown() -> None:
    mood = judge("what a good day", "en", reader=Fixed())
    assert mood.label is MoodLabel.NEGATIVE
    assert mood.score < 0
    assert mood.version == "fixed"
    assert [word for word, _ in mood.evidence] == ["good"]
    assert judge("", "en", reader=Fixed()) == judge("", "en")


def test_without_the_libraries_moods_are_read_by_words_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(transformer, "importlib", SimpleNamespace(import_module=missing))
    transformer.of.cache_clear()
    assert transformer.of("some/model") is None
    assert "install hearback[transformers]" in caplog.text
    assert transformer.of("") is None


def test_a_model_is_read_from_a_folder(tmp_path: Path) -> None:
    transformers = pytest.importorskip(
        "transformers", reason="the optional extra hearback[transformers] is not installed"
    )
    torch = pytest.importorskip("torch", reason="the optional extra hearback[transformers] is not installed")
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY.split()), encoding="utf-8")
    transformers.BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=12, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8,
        max_position_embeddings=32, id2label={0: "positive", 1: "neutral", 2: "negative"},
        label2id={"positive": 0, "neutral": 1, "negative": 2},
    )  # fmt: skip
    made = transformers.BertForSequenceClassification(config)
    with torch.no_grad():
        made.classifier.weight.zero_()
        made.classifier.bias.copy_(torch.tensor([0.0, 1.0, 3.0]))
    made.save_pretrained(tmp_path)
    reader = transformer.load(str(tmp_path))
    mood = judge("bad ! " * 300, "en", reader=reader)
    assert mood.label is MoodLabel.NEGATIVE
    assert mood.chances == pytest.approx((0.844, 0.114, 0.042), abs=0.001)
    assert mood.version == f"transformer-{tmp_path.name}"
    with pytest.raises(NoModel, match="no model can be read"):
        transformer.load(str(tmp_path / "nothing"))
