"""Bring the catalogues up to date with the sentences in code and templates: `python -m api.locales.extract`."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from api.locales import LANGUAGES, catalogue_path

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
# what a flowchart may ask, told beside a draft
ASKED: Mapping[str, Spec] = dict.fromkeys(("_flag", "_text", "_number", "_words"), (1,))

# (folder, pattern, how it is read, keywords); sentences for programs alone (api/v1) are not translated
PLACES = (
    ("api", "**/templates/**.html", "jinja2", GETTEXT),
    ("api", "**.py", "python", GETTEXT),
    ("api/pages", "**.py", "python", REFUSED),
    ("triage", "**.py", "python", REFUSED),
    ("triage", "facts.py", "python", ASKED),
)
BEGUN = datetime(2026, 11, 21, tzinfo=UTC)


def template() -> Catalog:
    """Return every sentence there is, without translations."""
    found = Catalog(project="Hearback", copyright_holder="the Hearback authors", creation_date=BEGUN)
    for place, sentence, context in _sentences():
        found.add(sentence, locations=[(place, 0)], context=context)
    return found


def _sentences() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for folder, pattern, method, keywords in PLACES:
        for file, _, sentence, _, context in extract_from_dir(
            ROOT / folder,
            method_map=[("v1/**", "ignore"), (pattern, method)],
            options_map={pattern: {"encoding": "utf-8"}},
            keywords=keywords,
        ):
            yield f"{folder}/{file}", sentence, context


def read(language: str) -> Catalog:
    """Return the catalogue of a language as it is kept, or an empty one."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Hearback")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def main() -> None:
    """Add what is new, drop what is gone, keep every translation."""
    source = template()
    for language in LANGUAGES:
        if language == "en":
            continue
        kept = read(language)
        kept.update(source, no_fuzzy_matching=True)
        kept.obsolete.clear()
        path = catalogue_path(language)
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            write_po(file, kept, width=120, sort_output=True, no_location=True, omit_header=False)


if __name__ == "__main__":
    main()
