"""The address of the inbox, read and written: a lane, what narrows it, and the saved view it came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import QueryParams

from triage.find import Filters
from triage.refusals import BadInput

# what the address bar calls each filter, in the order it is written and shown
NAMES: Mapping[str, str] = {
    "q": "words",
    "kind": "kind",
    "mood": "mood",
    "source": "source",
    "language": "language",
    "topic": "topic_id",
    "department": "department_id",
    "owner": "owner_id",
    "author": "author_id",
    "late": "late_found",
    "broken": "broken",
}
_NUMBERS = frozenset({"topic", "department", "owner", "author"})
_YES_OR_NO: Mapping[str, bool] = {"1": True, "0": False}
LONGEST = 500
NOTHING = Filters()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of the inbox somebody looks at. `lane` is empty where the address names none; `view` is a saved view."""

    lane: str = ""
    filters: Filters = NOTHING
    view: int | None = None

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The lane and the filters as the fields of a form carry them."""
        found = [("lane", self.lane)] if self.lane else []
        return (*found, *self.narrowing)

    @property
    def narrowing(self) -> tuple[tuple[str, str], ...]:
        """The filters alone, as (name in the address, value)."""
        values = ((name, getattr(self.filters, field)) for name, field in NAMES.items())
        return tuple((name, _written(value)) for name, value in values if value not in ("", None))

    @property
    def address(self) -> str:
        """The query of the inbox, without what is open in it: what a saved view keeps."""
        return urlencode(self.pairs)

    @property
    def query(self) -> str:
        """The address with the view it came from: what a form brings back so that the same is shown again."""
        return urlencode([*self.pairs, *([("view", str(self.view))] if self.view is not None else [])])

    def link(self, **more: Any) -> str:
        """Return the address of the inbox with this chosen; `more` (open, cursor) comes last."""
        rest = urlencode([(name, str(value)) for name, value in more.items() if value not in (None, "")])
        return "/inbox?" + "&".join(part for part in (self.query, rest) if part)

    def without(self, name: str) -> "Chosen":
        """Return the same without one filter, named as in the address."""
        emptied: Any = {NAMES[name]: getattr(NOTHING, NAMES[name])}
        return replace(self, filters=replace(self.filters, **emptied))


def of(query: str | QueryParams) -> Chosen:
    """Read the query of an address; what it does not know (open, cursor) it leaves alone. Raise `BadInput`."""
    pairs = query.multi_items() if isinstance(query, QueryParams) else parse_qsl(query.removeprefix("?"))
    found = _first(pairs)
    values = {field: _read(name, found[name]) for name, field in NAMES.items() if found.get(name)}
    view = found.get("view", "")
    return Chosen(found.get("lane", "")[:80], Filters(**values), int(view) if _is_number(view) else None)


def _first(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value.strip())
    return found


def _read(name: str, value: str) -> Any:
    if name in _NUMBERS:
        if not _is_number(value):
            raise BadInput(name, "“%(value)s” is no number. Take this filter away and choose again.", value=value)
        return int(value)
    if name in ("late", "broken"):
        return _YES_OR_NO.get(value)
    return value[:LONGEST]


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 19


def _written(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
