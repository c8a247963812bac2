"""A CSV or JSONL file, row by row: its encoding, its delimiter, its columns and its times, found out and told."""

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from listener.encoding import guess, is_known
from listener.sources.reading import mail_moment

LOOKED_AT = 256_000  # bytes from which encoding and delimiter are judged
LONGEST_FIELD = 1_000_000
DELIMITERS = ",;\t|"

# field -> what its column may be called; the first one found wins
COLUMNS: dict[str, tuple[str, ...]] = {
    "native_id": ("native_id", "id", "post_id", "tweet_id", "review_id", "comment_id", "guid"),
    "text": ("text", "content", "body", "message", "comment", "review", "post", "caption", "description"),
    "created_at": (
        "created_at",
        "created",
        "date",
        "time",
        "timestamp",
        "posted_at",
        "published",
        "published_at",
        "datetime",
    ),
    "url": ("url", "link", "permalink", "address"),
    "title": ("title", "subject", "headline"),
    "lang": ("lang", "language"),
    "edited_at": ("edited_at", "edited", "updated_at", "updated"),
    "author.id": ("author_id", "user_id"),
    "author.handle": ("author_handle", "handle", "username", "screen_name", "user"),
    "author.name": ("author_name", "author", "name", "display_name"),
    "author.url": ("author_url", "profile", "profile_url"),
    "author.followers": ("author_followers", "followers"),
    "author.following": ("author_following", "following"),
    "parent_id": ("parent_id", "in_reply_to", "in_reply_to_id", "reply_to"),
    "root_id": ("root_id", "thread_id", "conversation_id"),
    "counts.likes": ("likes", "favourites", "favorites", "upvotes"),
    "counts.replies": ("replies", "comments"),
    "counts.shares": ("shares", "retweets", "reposts", "reblogs"),
    "counts.views": ("views", "impressions"),
    "kind": ("kind", "form", "type"),
    "rating": ("rating", "stars", "score"),
    "text_format": ("text_format", "format"),
}
NEEDED = ("text", "created_at")


class BadFile(ValueError):
    """A file that cannot be imported as it is; `sentence` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read. `notes` tell a person what was found out rather than stated."""

    form: str
    encoding: str
    delimiter: str = ""
    header: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file (the header is 1), what it says, or why it cannot be read."""

    number: int
    raw: Any
    item: dict[str, Any] | None
    problem: str = ""


def layout(
    path: Path, *, mapping: Mapping[str, str] | None = None, encoding: str | None = None, delimiter: str | None = None
) -> Layout:
    """Find out how to read a file; raise `BadFile` with a sentence. `mapping` is field -> column name."""
    try:
        with path.open("rb") as file:
            head = file.read(LOOKED_AT)
    except OSError as error:
        raise BadFile(f"{path} cannot be opened ({error.strerror}).") from error
    if not head.strip():
        raise BadFile(f"{path.name} is empty.")
    if encoding and not is_known(encoding):
        raise BadFile(f"“{encoding}” is no encoding. Try utf-8, utf-16, windows-1256 or windows-1255.")
    codec, notes = (encoding, []) if encoding else guess(head)
    text = codecs.getincrementaldecoder(codec)("replace").decode(head)
    if path.suffix.lower() in (".jsonl", ".ndjson", ".json") or text.lstrip("\ufeff \r\n\t").startswith("{"):
        return Layout("jsonl", codec, columns=_chosen(mapping or {}), notes=tuple(notes))
    found = delimiter or _delimiter(text)
    if not delimiter:
        notes.append(f"Columns are parted by {_named(found)}.")
    header = _header(text, found)
    columns = _columns(header, mapping or {})
    notes.append("Columns: " + ", ".join(f"{name} ← {column}" for name, column in columns.items()) + ".")
    if "native_id" not in columns:
        notes.append("No column holds an id: rows are told apart by author, time and text.")
    return Layout("csv", codec, found, header, columns, tuple(notes))


def rows(path: Path, how: Layout, zone: str | None = None, start: int = 0) -> Iterator[Row]:
    """Yield the rows after the first `start` ones; a bad row carries its problem and never ends the file."""
    clock = _zone(zone)
    with path.open(encoding=how.encoding, errors="replace", newline="") as file:
        yield from islice(_csv(file, how, clock) if how.form == "csv" else _jsonl(file, how, clock), start, None)


def _csv(file: Iterable[str], how: Layout, clock: ZoneInfo | None) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(file, delimiter=how.delimiter)
    next(reader, None)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(reader.line_num, "", None, f"The row cannot be read ({error}).")
            continue
        if any(cell.strip() for cell in cells):
            yield _cells(cells, reader.line_num, how, clock)


def _cells(cells: list[str], number: int, how: Layout, clock: ZoneInfo | None) -> Row:
    raw = dict(zip(how.header, cells, strict=False))
    if len(cells) != len(how.header):
        return Row(number, raw, None, f"The row has {len(cells)} columns, the header {len(how.header)}.")
    item: dict[str, Any] = {}
    for name, column in how.columns.items():
        value = raw[column].strip()
        if value:
            outer, _, inner = name.partition(".")
            if inner:
                item.setdefault(outer, {})[inner] = value
            else:
                item[outer] = value
    used = set(how.columns.values())
    item["extra"] = {column: raw[column] for column in how.header if column not in used and raw[column].strip()}
    return _timed(number, raw, item, clock)


def _jsonl(file: Iterable[str], how: Layout, clock: ZoneInfo | None) -> Iterator[Row]:
    for number, line in enumerate(file, 1):
        text = line.lstrip("\ufeff").strip()
        if not text:
            continue
        try:
            item = json.loads(text)
        except (ValueError, RecursionError) as error:
            yield Row(number, text, None, f"The line is not JSON ({error}).")
            continue
        if isinstance(item, dict):
            yield _timed(number, text, _renamed(item, how.columns), clock)
        else:
            yield Row(number, text, None, "The line is JSON, but no object.")


def _renamed(item: dict[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """Give an object our field names: those chosen, and the usual ones for what it lacks."""
    usual = {name: next((one for one in COLUMNS[name] if one in item), name) for name in ("native_id", *NEEDED)}
    for name, column in {**usual, **columns}.items():
        if name != column and column in item:
            outer, _, inner = name.partition(".")
            if inner:
                item[outer] = {**(item[outer] if isinstance(item.get(outer), dict) else {}), inner: item[column]}
            else:
                item[name] = item[column]
    return item


def _timed(number: int, raw: Any, item: dict[str, Any], clock: ZoneInfo | None) -> Row:
    """Give times their offset; a time without one needs the zone that somebody has chosen."""
    for name in ("created_at", "edited_at"):
        value = item.get(name)
        if value in (None, ""):
            continue
        read = _time(value)
        if read is None:
            return Row(number, raw, None, f"“{value}” in {name} is no time. Write it like 2026-11-21 09:30.")
        if read.tzinfo is None:
            if clock is None:
                return Row(number, raw, None, f"“{value}” in {name} has no time zone. Choose one with --zone.")
            read = read.replace(tzinfo=clock)
        item[name] = read.isoformat()
    return Row(number, raw, item)


def _time(value: Any) -> datetime | None:
    text = str(value).strip()
    if text.replace(".", "", 1).isdigit() and 9 <= len(text.partition(".")[0]) <= 13:
        seconds = float(text) / (1000 if len(text.partition(".")[0]) >= 12 else 1)
        return datetime.fromtimestamp(seconds, ZoneInfo("UTC"))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return mail_moment(text) if "," in text else None


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadFile(f"“{name}” is no time zone. Write it like Asia/Tehran, Europe/Berlin or UTC.") from None


def _delimiter(text: str) -> str:
    """Return the delimiter that parts the header and the first rows alike."""
    lines = text.splitlines()[:20]
    counts = {one: [len(row) for row in csv.reader(lines, delimiter=one)] for one in DELIMITERS}
    best = max(DELIMITERS, key=lambda one: sum(n == counts[one][0] for n in counts[one]) if counts[one][0] > 1 else 0)
    return best if counts[best][0] > 1 else ","


def _header(text: str, delimiter: str) -> tuple[str, ...]:
    csv.field_size_limit(LONGEST_FIELD)
    first = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
    names = [cell.strip().lstrip("\ufeff") for cell in first]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise BadFile(f"Two columns are called “{min(twice)}”. Give each its own name.")
    return tuple(names)


def _columns(header: tuple[str, ...], mapping: Mapping[str, str]) -> dict[str, str]:
    """Return field -> column, by the mapping first, then by name."""
    lowered = {name.lower().replace(" ", "_").replace("-", "_"): name for name in header}
    columns = _chosen(mapping)
    for column in columns.values():
        if column not in header:
            raise BadFile(f"There is no column “{column}”. The columns are {', '.join(header)}.")
    for name, names in COLUMNS.items():
        found = next((lowered[one] for one in names if one in lowered and lowered[one] not in columns.values()), None)
        if name not in columns and found is not None:
            columns[name] = found
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise BadFile(
            f"No column holds {' and '.join(f'“{name}”' for name in missing)}. The columns are {', '.join(header)}. "
            f"Name it with --column {missing[0]}=<its column>."
        )
    return columns


def _chosen(mapping: Mapping[str, str]) -> dict[str, str]:
    unknown = next((name for name in mapping if name not in COLUMNS), None)
    if unknown is not None:
        raise BadFile(f"“{unknown}” is no field. The fields are {', '.join(COLUMNS)}.")
    return dict(mapping)


def _named(delimiter: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}.get(delimiter, f"“{delimiter}”")
