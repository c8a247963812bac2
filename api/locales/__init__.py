"""The four languages of the pages: their catalogues, read from the `.po` files at start, and which way they run."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES: Mapping[str, str] = {"en": "English", "fa": "فارسی", "ar": "العربية", "he": "עברית"}
RIGHT_TO_LEFT = frozenset({"fa", "ar", "he"})
FOLDER = Path(__file__).parent


def catalogue_path(language: str) -> Path:
    """Where the translations into `language` are written; English is the source and has none."""
    return FOLDER / language / "messages.po"


@cache
def translations(language: str) -> Translations:
    """Return the catalogue of `language`, compiled in memory; English speaks its own sentences."""
    path = catalogue_path(language)
    if not path.exists():
        return Translations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def choose(member: str | None, cookie: str | None, accept: str | None) -> str:
    """Return the language of a page: the member's setting, then the cookie, then what the browser asks for."""
    for wish in (member, cookie):
        if wish in LANGUAGES:
            return str(wish)
    wishes = [_wish(part) for part in (accept or "").split(",")]
    for _, code in sorted(wishes, key=lambda wish: -wish[0]):
        if code in LANGUAGES:
            return code
    return "en"


def _wish(part: str) -> tuple[float, str]:
    """Read one part of an Accept-Language header: `fa-IR;q=0.8` -> (0.8, 'fa')."""
    code, _, quality = part.partition(";")
    try:
        weight = float(quality.strip().removeprefix("q=")) if quality.strip() else 1.0
    except ValueError:
        weight = 0.0
    return weight, code.strip().split("-")[0].lower()
