"""How the promises are doing: unique issues, derived from ledger and columns, as a whole and by group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import CTE, ColumnElement, Row, func, literal, select, tuple_
from sqlalchemy.orm import Session

from listener.models import Topic
from triage.models import Department, Promise
from triage.refusals import BadInput, NotYours
from triage.rights import Actor
from triage.standing import By, Key, Scope, standing

Figure = Literal["kept", "broken", "running", "at_risk", "void"]
PROMISES = (Promise.TRIAGE, Promise.RESOLUTION)
FIGURES: tuple[Figure, ...] = ("kept", "broken", "running", "at_risk", "void")

# what each number means, as keys of the catalogues; the sentences they stand for are the comments
DEFINITIONS: Mapping[str, str] = {
    # Somebody acknowledged the author and found the right owner: the later of the two, counted from the post.
    "triage": "definition_triage",
    # The owner resolved it: counted from the first hand-over, never reset, pauses left out.
    "resolution": "definition_resolution",
    # Met by its deadline, and the meeting (the last one, if reopened) lies in the period.
    "kept": "definition_kept",
    # The deadline passed unmet, and that moment lies in the period; meeting it later does not mend it.
    "broken": "definition_broken",
    # Began before the end of the period and not due yet now; paused ones too.
    "running": "definition_running",
    # Running, and due within the hours the policy names.
    "at_risk": "definition_at_risk",
    # Found after the triage promise could be kept: counted apart, in none of the other numbers.
    "late_found": "definition_late_found",
    # Ended without being due: dismissed or merged in the period.
    "void": "definition_void",
    # Kept as a share of kept and broken; unknown while there are neither.
    "share": "definition_share",
    # Seconds of the promise's own time (working hours where a department has them) until met, of kept and broken ones.
    "seconds": "definition_seconds",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Issues of one promise. `median`, `p90`, `p99` are seconds (linear between neighbours), `None` without any."""

    kept: int = 0
    broken: int = 0
    running: int = 0
    at_risk: int = 0
    void: int = 0
    median: float | None = None
    p90: float | None = None
    p99: float | None = None

    @property
    def due(self) -> int:
        """What fell due: kept and broken, always."""
        return self.kept + self.broken

    @property
    def share(self) -> float | None:
        """The part that was kept, 0…1."""
        return self.kept / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise: its figures, and apart from them those of issues that were found late."""

    figures: Figures = field(default_factory=Figures)
    late_found: Figures = field(default_factory=Figures)


@dataclass(frozen=True, slots=True)
class Group:
    """Both promises of one department, topic, source or kind; `key` is its id or word, `None` where it has none."""

    key: int | str | None
    name: str
    triage: Promised
    resolution: Promised


@dataclass(frozen=True, slots=True)
class Report:
    """The promises of a period; what runs is told as of the scope's `now`."""

    scope: Scope
    timezone: str
    by: By | None
    triage: Promised
    resolution: Promised
    groups: tuple[Group, ...]
    definitions: Mapping[str, str] = field(default_factory=lambda: DEFINITIONS)


def report(
    session: Session, scope: Scope, *, by: str | None = None, timezone: str = "UTC", asker: Actor | None = None
) -> Report:
    """Count both promises of a period, also told `by` department, topic, source or kind; raise `BadInput`.

    A scope of one person is for that person alone: name the `asker`, and anybody else is refused (`NotYours`).
    """
    kind = checked_by(by)
    checked_period(scope, timezone)
    if scope.member_id is not None and asker is not None and asker.member_id != scope.member_id:
        raise NotYours(verb="promises", department=None, ask=[])
    whole, split = {}, {}
    for promise in PROMISES:
        whole[promise], split[promise] = _figures(session, standing(promise, scope, kind), kind)
    return Report(
        scope=scope, timezone=timezone, by=kind, triage=whole[Promise.TRIAGE], resolution=whole[Promise.RESOLUTION],
        groups=_groups(session, kind, split[Promise.TRIAGE], split[Promise.RESOLUTION]),
    )  # fmt: skip


def _count(table: CTE, figure: Figure) -> ColumnElement[int]:
    return func.count().filter(table.c.figure == figure).label(figure)


def _figures(session: Session, table: CTE, by: By | None) -> tuple[Promised, dict[int | str | None, Promised]]:
    """Count a promise as a whole and by group, in one question."""
    shares = func.percentile_cont(literal([0.5, 0.9, 0.99])).within_group(table.c.seconds).label("shares")
    grouped = func.grouping(table.c.key).label("is_whole")
    sets = func.grouping_sets(tuple_(table.c.late_found), tuple_(table.c.late_found, table.c.key))
    counts = [_count(table, figure) for figure in FIGURES]
    found = session.execute(select(table.c.late_found, table.c.key, grouped, *counts, shares).group_by(sets)).all()
    whole = _promised([row for row in found if row.is_whole])
    if by is None:
        return whole, {}
    split: dict[int | str | None, list[Row[Any]]] = {}
    for row in found:
        if not row.is_whole:
            split.setdefault(row.key, []).append(row)
    return whole, {key: _promised(parts) for key, parts in split.items()}


def _promised(parts: Sequence[Row[Any]]) -> Promised:
    found = {row.late_found: _read(row) for row in parts}
    return Promised(found.get(False, Figures()), found.get(True, Figures()))


def _read(row: Row[Any]) -> Figures:
    median, p90, p99 = row.shares or (None, None, None)
    return Figures(row.kept, row.broken, row.running, row.at_risk, row.void, median, p90, p99)


def _groups(
    session: Session,
    by: By | None,
    triage: Mapping[int | str | None, Promised],
    resolution: Mapping[int | str | None, Promised],
) -> tuple[Group, ...]:
    names: dict[int | str | None, str] = {}
    if by == "department":
        names.update({row.id: row.name for row in session.execute(select(Department.id, Department.name))})
    elif by == "topic":
        names.update({row.id: row.name for row in session.execute(select(Topic.id, Topic.name))})
    keys = {*triage, *resolution}
    groups = [
        Group(key, names.get(key, "" if key is None else str(key)), triage.get(key, Promised()),
              resolution.get(key, Promised()))
        for key in keys
    ]  # fmt: skip
    return tuple(sorted(groups, key=lambda group: (group.key is None, group.name, str(group.key))))


def checked_by(by: str | None) -> By | None:
    """Return what numbers are told by; raise `BadInput` for anything else."""
    match by:
        case None:
            return None
        case "department" | "topic" | "source" | "kind":
            return by
        case _:
            raise BadInput("by", "Numbers are told by department, topic, source or kind.")


def group_of(text: str) -> tuple[By, Key] | None:
    """Read a group as an address names it, `department:3` or `kind:bug` (`topic:` is none); raise `BadInput`."""
    if not text:
        return None
    word, colon, key = text.partition(":")
    by = checked_by(word)
    numbered = by in ("department", "topic")
    if by is None or not colon or (numbered and key and not (key.isascii() and key.isdecimal() and len(key) < 19)):
        raise BadInput("within", "Name a group as department:3, topic:5, source:rss or kind:bug.")
    return by, None if not key else int(key) if numbered else key


def checked_period(scope: Scope, timezone: str) -> ZoneInfo:
    """Return the zone a period is told in; raise `BadInput` where either makes no sense."""
    if scope.start.tzinfo is None or scope.end.tzinfo is None or scope.start >= scope.end:
        raise BadInput("to", "The end of the period must come after its start.")
    if scope.end - scope.start > timedelta(days=3660):
        raise BadInput("from", "A period can be ten years long at most.")
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput("timezone", "“%(name)s” is not a time zone: write it like Asia/Tehran.", name=timezone) from None
