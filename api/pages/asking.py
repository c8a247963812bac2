"""What a question of the chart asks, as fields of a form, and read back from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.charted import fact_words, known_facts, value_of
from api.judged import LANGUAGES as HEARD
from api.locales import LANGUAGES
from api.locales.words import N_, TABLES
from api.reader import Reader
from listener.models import Topic
from triage.facts import FACTS
from triage.flowchart import Ask

# what people type where a list of words is asked
_BETWEEN = str.maketrans({"،": ",", "؛": ",", ";": ",", "\n": ","})
_NUMBER = str.maketrans({"٫": ".", ",": ".", "−": "-", **dict(zip("۰۱۲۳۴۵۶۷۸۹", "0123456789", strict=True)),
                         **dict(zip("٠١٢٣٤٥٦٧٨٩", "0123456789", strict=True))})  # fmt: skip
NOT_ASKED = N_("Choose what this question asks.")
NOT_TICKED = N_("Tick at least one, or write one.")
NOT_A_NUMBER = N_("This is a number.")


@dataclass(frozen=True, slots=True)
class Option:
    """One value a person may tick."""

    value: str
    words: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """What fits one fact: its sort decides the fields, `options` what can be ticked, `typed` what was written."""

    fact: str
    sort: str  # "flag" | "text" | "number" | "words", empty before a fact is chosen
    test: str
    options: tuple[Option, ...] = ()
    typed: str = ""
    may_type: bool = False


@dataclass(slots=True)
class StepForm:
    """What was sent, and what is wrong with it by field."""

    title: dict[str, str]
    fact: str
    test: str
    value: Any
    yes: str
    no: str
    errors: dict[str, str] = field(default_factory=dict)


def asking(session: Session, reader: Reader, fact: str, test: str, value: Any) -> Asking:
    """Return the fields for a fact, filled with what a question asks of it now."""
    found = FACTS.get(fact)
    if found is None:
        return Asking(fact, "", test)
    if found.sort == "number":
        return Asking(fact, "number", test, typed="" if not _is_number(value) else f"{value:g}")
    held = value if isinstance(value, list) else [value] if isinstance(value, str) and value else []
    offered = _offered(session, fact, found.values)
    options = [Option(one, value_of(reader, fact, one), one in held) for one in dict.fromkeys([*offered, *held])]
    # words are found in lists of our own; which of them, only the text of a chart says
    free = found.sort == "text" and not found.values
    return Asking(fact, found.sort, test, tuple(options), may_type=free)


def groups(reader: Reader) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a question may ask, in groups, as (fact, words)."""
    return [
        (str(reader.catalogue.gettext(words)), [(fact, fact_words(reader, fact)) for fact in facts])
        for words, facts in known_facts()
    ]


def step_form(given: Mapping[str, Any], ticked: Sequence[str]) -> StepForm:
    """Read a question from a form: `given` are its single fields, `ticked` the values chosen."""
    fact = str(given.get("fact", ""))
    form = StepForm(
        title={one: words for one in LANGUAGES if (words := " ".join(str(given.get(f"title_{one}", "")).split()))},
        fact=fact, test="", value=None, yes=str(given.get("yes", "")), no=str(given.get("no", "")),
    )  # fmt: skip
    found = FACTS.get(fact)
    if found is None:
        form.errors["fact"] = NOT_ASKED
        return form
    typed = str(given.get("typed", ""))
    values = list(dict.fromkeys([*ticked, *_listed(typed)]))
    match found.sort:
        case "flag":
            form.test = "holds"
        case "number":
            form.test = "at_most" if given.get("test") == "at_most" else "at_least"
            form.value = _number(typed)
            if form.value is None:
                form.errors["typed"] = NOT_A_NUMBER
        case "words":
            form.test, form.value = ("includes", values) if values else ("found", None)
        case _:
            form.test, form.value = ("is", values[0]) if len(values) == 1 else ("one_of", values)
            if not values:
                form.errors["value"] = NOT_TICKED
    return form


def form_of(step: Ask, yes: str, no: str) -> StepForm:
    """Return the form of a question as it stands; `yes` and `no` are its places as the form has them."""
    return StepForm(dict(step.title), step.fact, step.test, step.value, yes, no)


def _offered(session: Session, fact: str, values: Sequence[str]) -> Sequence[str]:
    if values:
        return values
    match fact:
        case "language":
            return HEARD
        case "source" | "form":
            return tuple(TABLES[fact])
        case "topics":
            return session.scalars(select(Topic.name).where(Topic.enabled).order_by(Topic.name).limit(100)).all()
        case _:
            return ()


def _listed(typed: str) -> list[str]:
    return [word for part in typed.translate(_BETWEEN).split(",") if (word := " ".join(part.split()))]


def _number(typed: str) -> float | int | None:
    try:
        value = float(typed.strip().translate(_NUMBER))
    except ValueError:
        return None
    if value != value or abs(value) > 1e12:
        return None
    return int(value) if value.is_integer() else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
