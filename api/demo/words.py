"""The written words of the demo, read from `words/*.txt` into plain values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

LANGUAGES = ("en", "fa", "ar", "he")
_SCRIPTS = (
    ("he", re.compile("[\u0590-\u05ff]")),
    ("fa", re.compile("[پچژگکیۀ\u06f0-\u06f9\u200c]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
)
_SPEAKS = re.compile(r"[@#]\S+|https?://\S+|[\w.-]+\.example\S*")


@dataclass(frozen=True, slots=True)
class Written:
    """One thing somebody says.

    `key` is its file and number. `place` is the word of a feed; `replies_to`, `repeats` and `like` (the same matter)
    are ids of other lines. `at` is minutes after the scene begins, where the scene decides; `ago` is minutes before
    the demo's past ends, for what its visitor finds undone, and `seen` how long before that its feed first shows it.
    `kind` and `department` are what a careful person would say: the cast goes by them, the product never sees them.
    """

    key: str
    place: str
    author: str
    kind: str
    text: str
    language: str
    title: str = ""
    edited: str | None = None
    id: str | None = None
    replies_to: str | None = None
    repeats: str | None = None
    stars: int | None = None
    like: str | None = None
    at: float | None = None
    ago: float | None = None
    seen: float | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks: the name they show and how many follow them."""

    handle: str
    name: str
    followers: int


@dataclass(frozen=True, slots=True)
class Kitchen:
    """The pieces of everyday kitchen talk in one language."""

    openings: tuple[str, ...] = ()
    dishes: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """What the cast says: sort of line -> language -> lines."""

    by_sort: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def of(self, sort: str, language: str = "en") -> tuple[str, ...]:
        """Return the lines of a sort, in English where that language has none."""
        known = self.by_sort[sort]
        return known.get(language) or known["en"]


USUAL = {
    "complaint": "care",
    "question": "care",
    "lead": "care",
    "bug": "product",
    "idea": "product",
    "praise": "content",
}


@cache
def written(name: str) -> tuple[Written, ...]:
    """Return all lines of one file, in its order."""
    return tuple(_written(name, number, head, body) for number, (head, body) in enumerate(_entries(name), 1))


@cache
def authors() -> dict[str, Author]:
    """Return everybody who is named, by handle."""
    rows = [[part.strip() for part in line.split("|")] for line in _lines("people") if not line.startswith("#")]
    return {handle: Author(handle, name, int(followers)) for handle, name, followers in rows}


def author(handle: str) -> Author:
    """Return one author; who is not listed is called by the handle and has few followers."""
    return authors().get(handle) or Author(handle, handle, len(handle))


@cache
def kitchen() -> dict[str, Kitchen]:
    """Return the pieces of kitchen talk by language."""
    pieces: dict[str, dict[str, tuple[str, ...]]] = {}
    for head, body in _entries("kitchen"):
        language, sort = head.split()
        pieces.setdefault(language, {})[sort] = tuple(body.splitlines())
    return {language: Kitchen(**found) for language, found in pieces.items()}


@cache
def cast() -> Lines:
    """Return what the cast says."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for head, body in _entries("cast"):
        sort, language = head.split()
        found.setdefault(sort, {})[language] = tuple(body.splitlines())
    return Lines(found)


def language_of(text: str) -> str:
    """Return the language of a written line: told by its script, handles and tags left out."""
    said = _SPEAKS.sub(" ", text) if _SPEAKS.sub(" ", text).strip() else text
    counts = {code: len(letters.findall(said)) for code, letters in _SCRIPTS}
    if counts["he"] > max(counts["ar"], 2):
        return "he"
    if counts["ar"] < 3:
        return "en"
    return "fa" if counts["fa"] else "ar"


def _written(name: str, number: int, head: str, body: str) -> Written:
    place, author_handle, kind, *options = head.split()
    given = dict(option.split("=", 1) for option in options)
    said, _, edited = body.partition("\n~\n")
    title, _, rest = said.partition("\n")
    titled = place == "blog" and "re" not in given and bool(rest)
    return Written(
        key=f"{name}-{number}",
        place=place,
        author=author_handle,
        kind=kind,
        text=rest if titled else said,
        language=language_of(said),
        title=title if titled else "",
        edited=edited or None,
        id=given.get("id"),
        replies_to=given.get("re"),
        repeats=given.get("repost"),
        like=given.get("like"),
        stars=int(given["stars"]) if "stars" in given else None,
        at=float(given["at"].removeprefix("+").removesuffix("m")) if "at" in given else None,
        ago=float(given["ago"]) if "ago" in given else None,
        seen=float(given["seen"]) if "seen" in given else None,
        department=given.get("to") or USUAL.get(kind),
    )


def _lines(name: str) -> list[str]:
    return resources.files("api.demo").joinpath("words", f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _entries(name: str) -> Iterator[tuple[str, str]]:
    """Return (head, body) of every entry; lines that begin with # before the first entry explain the file."""
    head: str | None = None
    body: list[str] = []
    for line in _lines(name):
        if line.startswith("= "):
            if head is not None:
                yield head, "\n".join(body).strip()
            head, body = line[2:], []
        elif head is not None:
            body.append(line)
    if head is not None:
        yield head, "\n".join(body).strip()
