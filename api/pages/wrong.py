"""What is wrong with a form, said beside the form it is of."""

from fastapi import Request

from api import sentences
from api.locales.words import Words
from api.rendering import frame_of
from triage.refusals import Refusal


def wrong_of(request: Request, where: str, refusal: Refusal) -> dict[str, str]:
    """Return which form of the page (`where`) and which field of it is wrong, and the sentence that says what to do."""
    reader = frame_of(request).reader
    told = sentences.of(refusal)
    words = Words(reader.catalogue)
    values = {name: words("weekday", str(value)) if name == "day" else value for name, value in told.values.items()}
    return {
        "where": where,
        "field": str(refusal.data.get("field", "")),
        "sentence": sentences.Told(told.key, values, told.sentence).detail_in(reader.catalogue),
    }
