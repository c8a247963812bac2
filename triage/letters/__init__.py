"""What a notice says outside the house, in the reader's language: sentences from catalogues, shape from templates.

The worker writes letters, and nothing below `api` may look up into its catalogues; so these few sentences
live beside the channels that carry them, as data: `<language>.toml` and two templates.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from listener.text import snippet
from triage.parcels import Matter, Parcel, Reader

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "fa", "ar", "he")
RIGHT_TO_LEFT = frozenset({"fa", "ar", "he"})
TITLE_LIMIT = 90
_FSI, _PDI = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_DIGITS = {"fa": str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫"), "ar": str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")}


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice in words: a subject of one line, and the same body twice."""

    subject: str
    text: str
    html: str
    language: str
    direction: str


def write(parcel: Parcel, reader: Reader, link: str, settings_link: str, other_links: Sequence[str] = ()) -> Letter:
    """Put a notice into the reader's words, zone and script; `link` is where the matter is read.

    What is told in the same letter follows it, each with its own of the `other_links`.
    """
    language = reader.language if reader.language in LANGUAGES else "en"
    words = _catalogue(language)
    values = _values(parcel.matter, parcel.data, language, reader.timezone)
    sentences = words[_entry(words, parcel)]
    others = [
        (words[_entry(words, one)]["subject"], _values(one.matter, one.data, language, reader.timezone), where)
        for one, where in zip(parcel.others, other_links, strict=True)
    ]
    facts = [(words["facts"][name], values[name]) for name in words["order"] if values.get(name)]
    shape = {
        "language": language, "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr", "words": words["letter"],
        "facts": facts, "said": str(parcel.data.get("words") or ""), "zone": reader.timezone, "name": reader.name,
        "link": link, "settings_link": settings_link, "is_demo": parcel.matter.is_demo,
        "title": values["title"] if parcel.matter.sort == "issue" else "",
    }  # fmt: skip
    subject = _isolated(sentences["subject"], values)
    if others:
        count = _digits(str(len(others) + 1), language)
        subject = words["letter"]["gathered"].format(count=count, first=subject)
    if parcel.matter.is_demo:
        subject = f"[{words['letter']['demo']}] {subject}"
    return Letter(
        subject=" ".join(subject.split()),
        text=_shape("letter.txt").render(
            shape, lead=_isolated(sentences["lead"], values), isolate=_isolate,
            others=[(_isolated(sentence, filled), where) for sentence, filled, where in others],
        ),
        html=_shape("letter.html").render(
            shape, lead=_bdi(sentences["lead"], values),
            others=[(_bdi(sentence, filled), where) for sentence, filled, where in others],
        ),
        language=language,
        direction=str(shape["direction"]),
    )  # fmt: skip


def _entry(words: Mapping[str, Any], parcel: Parcel) -> str:
    """Find the sentences of a reason, told apart by promise or sort of spike where that changes them."""
    finer = parcel.data.get("promise") or (parcel.matter.kind if parcel.matter.sort == "spike" else "")
    for key in (f"{parcel.reason}_{finer}", parcel.reason):
        if key in words:
            return key
    return "news"


def _values(matter: Matter, data: Mapping[str, Any], language: str, timezone: str) -> dict[str, str]:
    due = _moment(data.get("due")) or (matter.resolution_due if matter.status in _OWNED else matter.triage_due)
    given = {name: str(value) for name, value in data.items() if isinstance(value, (str, int, float))}
    return {
        "by": "", "to": "", "channel": "", "error": "",
        **given,
        "title": snippet(matter.title, TITLE_LIMIT), "author": matter.author, "source": matter.source,
        "department": matter.department or given.get("department", ""), "topic": matter.topic,
        "due": _when(due, language, timezone) if due else "",
        "observed": _digits(given.get("observed") or _whole(matter.observed), language),
        "typical": _digits(given.get("typical") or _whole(matter.typical), language),
        "percent": _digits(given.get("percent", ""), language),
        "count": _digits(given.get("count", ""), language),
        "sentence": matter.sentence,
    }  # fmt: skip


_OWNED = frozenset({"handed", "accepted", "waiting"})
_OURS = frozenset({"sentence"})  # written in the reader's language, with names isolated in it already


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None


def _when(at: datetime, language: str, timezone: str) -> str:
    """`Saturday 16:30`: a deadline is days away at most, so the weekday says it in every calendar."""
    locale = "en_GB" if language == "en" else language
    text: str = format_datetime(at, "EEEE HH:mm", tzinfo=ZoneInfo(timezone), locale=locale)
    return _digits(text, language)


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _digits(number: str, language: str) -> str:
    return number.translate(_DIGITS.get(language, {}))


def _isolate(value: str) -> str:
    """Keep somebody's words from turning the sentence around them."""
    return f"{_FSI}{value}{_PDI}"


def _isolated(sentence: str, values: Mapping[str, str]) -> str:
    return sentence.format_map({name: value if name in _OURS else _isolate(value) for name, value in values.items()})


def _bdi(sentence: str, values: Mapping[str, str]) -> Markup:
    bdi = Markup("<bdi>{}</bdi>")
    marked = {name: escape(value) if name in _OURS else bdi.format(value) for name, value in values.items()}
    return Markup(escape(sentence)).format_map(marked)


@cache
def _catalogue(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=lambda name: str(name).endswith(".html"),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip


def _shape(name: str) -> Any:
    return _environment().get_template(name)
