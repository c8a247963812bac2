"""One promise drawn as a strip: what is gone, what was held, and where each label fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.reader import Reader
from triage.find import Clock

Anchor = Literal["start", "middle", "end"]

# A strip is as wide as its panel. Labels are placed as if it were as narrow as on a phone, so that they never collide.
NARROW = 300.0
LETTER = 6.8
ROWS = 4


@dataclass(frozen=True, slots=True)
class Stop:
    """One moment worth a mark, and what it is called."""

    at: datetime
    words: str
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A stop placed: `x` in percent from the left, already mirrored for a page that runs from the right."""

    x: float
    label: str
    row: int
    anchor: Anchor
    is_now: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """Spans are (left, width) in percent."""

    gone: tuple[float, float]
    over: tuple[float, float] | None
    holds: tuple[tuple[float, float], ...]
    marks: tuple[Mark, ...]
    rows: int


def strip(
    reader: Reader, clock: Clock, stops: Sequence[Stop], holds: Sequence[tuple[datetime, datetime]] = ()
) -> Strip | None:
    """Lay one promise out from its start to its deadline, or further where it was broken; `None` before it began."""
    if clock.start is None or clock.due is None:
        return None
    reached = clock.done_at or reader.now
    first, last = clock.start, max(clock.due, reached)
    whole = max((last - first).total_seconds(), 1.0)

    def share(at: datetime) -> float:
        return min(max((at - first).total_seconds() / whole * 100, 0.0), 100.0)

    def span(start: datetime, end: datetime) -> tuple[float, float]:
        a, b = share(start), share(end)
        return (round(100 - b if reader.direction == "rtl" else a, 2), round(b - a, 2))

    marks = _placed(reader, [(share(stop.at), stop) for stop in sorted(stops, key=lambda stop: stop.at)])
    return Strip(
        gone=span(first, min(reached, clock.due)),
        over=span(clock.due, reached) if reached > clock.due else None,
        holds=tuple(span(start, end) for start, end in holds),
        marks=marks,
        rows=1 + max((mark.row for mark in marks), default=0),
    )


def _placed(reader: Reader, stops: Sequence[tuple[float, Stop]]) -> tuple[Mark, ...]:
    """Give each label a row in which it touches no other; first and last are placed first, they frame the strip."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(ROWS)]
    marks: dict[int, Mark] = {}
    ends = [0, len(stops) - 1]
    for index in sorted(range(len(stops)), key=lambda index: (index not in ends, index)):
        at, stop = stops[index]
        anchor, left, right = _reach(at, len(stop.words) * LETTER / NARROW * 100)
        row = next(
            (row for row, spans in enumerate(taken) if all(right < a - 2 or left > b + 2 for a, b in spans)), ROWS - 1
        )
        taken[row].append((left, right))
        marks[index] = _mark(reader, at, stop, row, anchor)
    return tuple(marks[index] for index in sorted(marks))


def _reach(at: float, width: float) -> tuple[Anchor, float, float]:
    """Return how a label of `width` hangs on its mark so that it stays inside, and what it covers (percent)."""
    if at - width / 2 < 0:
        return "start", at, at + width
    if at + width / 2 > 100:
        return "end", at - width, at
    return "middle", at - width / 2, at + width / 2


def _mark(reader: Reader, at: float, stop: Stop, row: int, anchor: Anchor) -> Mark:
    # each label is isolated in its own direction, for the drawing itself always runs from the left
    if reader.direction == "rtl":
        mirrored: dict[Anchor, Anchor] = {"start": "end", "end": "start", "middle": "middle"}
        return Mark(round(100 - at, 2), f"\u2067{stop.words}\u2069", row, mirrored[anchor], stop.is_now)
    return Mark(round(at, 2), f"\u2066{stop.words}\u2069", row, anchor, stop.is_now)


def clock_words(reader: Reader, clock: Clock, brief: bool = False) -> str:
    """Say how a promise stands: `At risk, 48 min left`; `brief` where a heading has already said that it is at risk."""
    _ = reader.catalogue.gettext
    if clock.keeping == "void":
        return str(_("No clock any more"))
    if clock.state == "none" or clock.left is None:
        return str(_("No clock yet"))
    span = {"time": reader.span(clock.left.total_seconds())}
    if clock.state == "paused":
        if clock.paused_until is None:
            return str(_("Paused, waiting for the author"))
        return str(_("Paused, waiting for the author, until %(time)s")) % {"time": reader.moment(clock.paused_until)}
    if clock.state == "kept":
        return str(_("Kept, %(time)s to spare")) % span
    if clock.state == "broken":
        return str(_("%(time)s over") if clock.done_at is None else _("Broken by %(time)s")) % span
    if clock.state == "late":
        return str(_("Late-found, %(time)s left")) % span
    if clock.state == "risk" and not brief:
        return str(_("At risk, %(time)s left")) % span
    return str(_("%(time)s left")) % span
