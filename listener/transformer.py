"""Mood by a fine-tuned transformer instead of words: optional, local or from the hub, loaded when it is first asked."""

import importlib
import logging
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from listener.sentiment import Chances

_LOG = logging.getLogger(__name__)
# what a model without a length of its own is given, in its own pieces of words
_MOST_PIECES = 512
_NUMBERED = re.compile("label_([0-9])")
_STARRED = re.compile("([1-5]) stars?")
_BY_BEGINNING = {"neg": 0, "neu": 1, "pos": 2}


class NoModel(RuntimeError):
    """The model that was chosen cannot be read here; the sentence says why and what to do."""


class Transformer:
    """A model that tells moods apart, ready to be asked. `version` names it in every mood it judged."""

    def __init__(self, name: str, tokenizer: Any, model: Any, torch: Any) -> None:
        """Take what `load` made. Raises `NoModel` where its labels are no moods."""
        self.version = f"transformer-{name.rstrip('/').rpartition('/')[2]}"
        self._tokenizer, self._model, self._torch = tokenizer, model, torch
        self._moods = moods_of(model.config.id2label)
        # a tokenizer without a limit names an astronomic one; positions of RoBERTa begin at two
        places = getattr(model.config, "max_position_embeddings", _MOST_PIECES) - 2
        self._most = max(1, min(tokenizer.model_max_length, places, _MOST_PIECES))

    def chances(self, text: str) -> Chances:
        """Return the three probabilities of `text`, of which as much is read as the model holds."""
        pieces = self._tokenizer(text, truncation=True, max_length=self._most, return_tensors="pt")
        with self._torch.inference_mode():
            shares = self._model(**pieces).logits[0].softmax(-1).tolist()
        sums = [0.0, 0.0, 0.0]
        for mood, share in zip(self._moods, shares, strict=True):
            sums[mood] += share
        whole = sum(sums)
        return Chances(sums[0] / whole, sums[1] / whole, sums[2] / whole)


def moods_of(labels: Mapping[int, str]) -> list[int]:
    """Return for each of a model's labels which of `Chances` it speaks for. Raises `NoModel`.

    Read are names of moods, stars of one to five, and bare numbers of two (blame, praise) or three (blame, neutral,
    praise), which is how the common models have them.
    """
    moods: list[int] = []
    for _, label in sorted(labels.items()):
        name = label.strip().lower()
        numbered, starred = _NUMBERED.fullmatch(name), _STARRED.fullmatch(name)
        if name[:3] in _BY_BEGINNING:
            moods.append(_BY_BEGINNING[name[:3]])
        elif starred:
            stars = int(starred[1])
            moods.append(0 if stars < 3 else 1 if stars == 3 else 2)
        elif numbered and len(labels) in (2, 3):
            moods.append(int(numbered[1]) * 2 // (len(labels) - 1))
        else:
            raise NoModel(f"its label {label!r} is none of negative, neutral, positive, stars or a number")
    if not {0, 2} <= set(moods):
        raise NoModel(f"its labels {', '.join(labels.values())} do not tell blame from praise")
    return moods


def load(name: str) -> Transformer:
    """Return the model in a folder or, by its name, on the hub. Raises `NoModel`.

    The libraries are the optional extra `hearback[transformers]` and are imported here alone: a service that reads by
    words never pays for them. A name that is no folder is fetched by them, once, into their own cache.
    """
    try:
        torch, transformers = (importlib.import_module(library) for library in ("torch", "transformers"))
    except ImportError as error:
        raise NoModel(f"{error.name} is not installed: install hearback[transformers]") from error
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(name)
        model = transformers.AutoModelForSequenceClassification.from_pretrained(name)
    except (OSError, ValueError, KeyError) as error:
        raise NoModel(f"no model can be read from {name!r}: {str(error).splitlines()[0]}") from error
    return Transformer(name, tokenizer, model.eval(), torch)


@cache
def of(name: str) -> Transformer | None:
    """Return the chosen model, loaded at the first call in a process; None where none is chosen, or it cannot be read.

    A model that cannot be read is told once in the log, and moods are read by words as ever.
    """
    if not name:
        return None
    try:
        return load(name)
    except NoModel as error:
        _LOG.error("Moods are read by words: HEARBACK_MOOD_MODEL cannot be used, %s", error)
        return None
