"""Bring the catalogues up to date with the sentences in code and templates: `python -m api.locales.extract`."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from api.locales import LANGUAGES, catalogue_path
from listener.settings import VERSION

Spec = tuple[int | tuple[int, str], ...] | None

ROOT = Path(__file__).parent.parent.parent
GETTEXT: Mapping[str, Spec] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "_count": (1, 2),
}
# refusals carry their sentence as a msgid
REFUSED: Mapping[str, Spec] = {"BadInput": (2,)}
# what is wrong with something a person wrote
MISTAKEN: Mapping[str, Spec] = dict.fromkeys(("BadPerson", "BadEvent", "BadHush", "BadSnooze", "BadTarget"), (2,))
# what a flowchart may ask, told beside a draft
ASKED: Mapping[str, Spec] = dict.fromkeys(("_flag", "_text", "_number", "_words"), (1,))

# (folder, pattern, how it is read, keywords); sentences for programs alone (api/v1) are not translated
PLACES = (
    ("api", "**/templates/**.html", "jinja2", GETTEXT),
    ("api", "**.py", "python", GETTEXT),
    ("api/pages", "**.py", "python", {**REFUSED, **MISTAKEN}),
    ("triage", "**.py", "python", REFUSED),
    ("triage", "facts.py", "python", ASKED),
    ("listener", "*.py", "python", MISTAKEN),
)
BEGUN = datetime(2026, 11, 21, tzinfo=UTC)
# Babel's rule for Arabic sends 11 to 99 to the form for hundreds
PLURALS: Mapping[str, tuple[int, str]] = {
    "ar": (6, "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"),
}


def template() -> Catalog:
    """Return every sentence there is, without translations."""
    found = Catalog(creation_date=BEGUN)
    for place, sentence, context in _sentences():
        found.add(sentence, locations=[(place, 0)], context=context)
    return found


def _sentences() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for folder, pattern, method, keywords in PLACES:
        for file, _, sentence, _, context in extract_from_dir(
            ROOT / folder,
            method_map=[("v1/**", "ignore"), (pattern, method)],
            options_map={pattern: {"encoding": "utf-8", "extensions": "jinja2.ext.do", "silent": "false"}},
            keywords=keywords,
        ):
            yield f"{folder}/{file}", sentence, context


def read(language: str) -> Catalog:
    """Return the catalogue of a language as it is kept, or an empty one, with its header in order."""
    path = catalogue_path(language)
    found = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            found = read_po(file, locale=language)
    found.fuzzy = False
    found.project, found.version = "Hearback", VERSION
    found.creation_date = found.revision_date = BEGUN
    found.last_translator = found.language_team = "the Hearback authors"
    found.msgid_bugs_address = ""
    found.header_comment = f"# Hearback in {Locale.parse(language).english_name}: python -m api.locales.extract"
    if language in PLURALS:
        found._num_plurals, found._plural_expr = PLURALS[language]  # type: ignore[assignment]
    return found


def write(language: str, catalogue: Catalog) -> None:
    """Keep the catalogue of a language, in an order that makes small changes small."""
    path = catalogue_path(language)
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, no_location=True)


def main() -> None:
    """Add what is new, drop what is gone, keep every translation."""
    source = template()
    for language in LANGUAGES:
        if language == "en":
            continue
        kept = read(language)
        kept.update(source, no_fuzzy_matching=True, update_header_comment=False)
        kept.obsolete.clear()
        write(language, kept)


if __name__ == "__main__":
    main()
