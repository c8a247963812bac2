"""The two promises as arithmetic: policy + calendar + ledger so far -> due, kept or broken, and when to look again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from triage.calendars import Calendar, add, between, revive

BREACH = 100  # the step after all warnings: the promise is broken

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Terms:
    """A policy's numbers: hours, and percent of a promise at which people are warned."""

    triage_hours: float = 12.0
    resolution_hours: float = 24.0
    late_after_hours: float = 12.0
    late_hours: float = 4.0
    pause_hours: float = 72.0
    reopen_hours: float = 168.0
    warn_at: tuple[int, ...] = (50, 75, 90)
    at_risk_hours: float = 2.0


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger.

    Of `triage` and `resolution`: started, moved (an older clock took over), paused, resumed, kept (met in time),
    broken, met (done after it broke), void, continued (reopened). Of `department`: held, left.
    A start says in `why` all that its deadline follows from: `from`, `counts_from`, `hours`, `calendar`.
    """

    promise: str
    event: str
    at: datetime
    due: datetime | None = None
    why: Mapping[str, Any] = field(default_factory=dict)
    department_id: int | None = None

    def __post_init__(self) -> None:
        # moments of one zone subtract by the clock on the wall: a database elsewhere than in UTC must not matter
        object.__setattr__(self, "at", self.at.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Start:
    """Where a promise begins. `since` is what people read; hours are counted from `counts_from` (late-found: heard)."""

    since: datetime
    counts_from: datetime
    hours: float
    calendar: Calendar | None = None

    def plain(self) -> dict[str, Any]:
        """Return what a ledger line keeps of it."""
        return {
            "from": self.since.isoformat(),
            "counts_from": self.counts_from.isoformat(),
            "hours": self.hours,
            "calendar": self.calendar.plain() if self.calendar else None,
        }


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise, read from the ledger: `state` is running, paused, kept, broken or void.

    `pauses` are over; an open one is `paused_at` … `paused_until` (its maximum, which `due` already counts).
    `decided_at` is when it was kept or broken; `done_at` when it was in truth met.
    """

    promise: str
    start: Start
    state: str = "running"
    pauses: tuple[Span, ...] = ()
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    broken_at: datetime | None = None
    decided_at: datetime | None = None
    done_at: datetime | None = None
    live_since: datetime | None = None  # when an older clock took over or it was reopened: no breach lies before it

    @property
    def due(self) -> datetime:
        """The deadline, computed afresh from the start and the pauses."""
        return self.moment(BREACH)

    def moment(self, percent: float) -> datetime:
        """Return when `percent` of the promised time is used up."""
        left = timedelta(hours=self.start.hours) * percent / 100
        cursor = self.start.counts_from
        for begins, ends in self._pauses():
            run = between(self.start.calendar, cursor, begins)
            if run >= left:
                break
            left -= run
            cursor = max(cursor, ends)
        return add(self.start.calendar, cursor, left)

    def used(self, at: datetime) -> timedelta:
        """Return how much of the promise's own time ran from its beginning to `at`: working time, pauses left out."""
        total, cursor = timedelta(0), self.start.counts_from
        for begins, ends in self._pauses():
            total += between(self.start.calendar, cursor, min(begins, at))
            cursor = max(cursor, min(ends, at))
        return total + between(self.start.calendar, cursor, at)

    def is_over(self, now: datetime) -> bool:
        """Running and past its deadline; the last moment still counts as kept."""
        return self.state in {"running", "paused"} and now > self.due

    def breach_at(self) -> datetime:
        """Return when it broke: at its deadline, or when it came back to life after it."""
        return max(self.due, self.live_since or self.due)

    def _pauses(self) -> list[Span]:
        open_pause = [(self.paused_at, self.paused_until)] if self.paused_at and self.paused_until else []
        return sorted([*self.pauses, *open_pause])


@dataclass(frozen=True, slots=True)
class Look:
    """When escalation must look at an issue, and why: a step of a promise, or the end of a pause (`step` 0)."""

    at: datetime
    promise: str
    step: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of "why this deadline": a key of the catalogues and what fills it."""

    key: str
    data: Mapping[str, Any]


def triage_start(posted_at: datetime, heard_at: datetime) -> datetime:
    """Return when the triage clock starts: when the author posted, never after we heard."""
    return min(posted_at, heard_at).astimezone(UTC)


def is_late_found(posted_at: datetime, heard_at: datetime, terms: Terms) -> bool:
    """Say whether the promise could not be kept when we first heard: a listening failure."""
    return heard_at.astimezone(UTC) - triage_start(posted_at, heard_at) > timedelta(hours=terms.late_after_hours)


def triage(posted_at: datetime, heard_at: datetime, terms: Terms, hours: Calendar | None = None) -> Start:
    """Return where the triage promise begins; a late-found one counts its own hours from when it was heard."""
    since = triage_start(posted_at, heard_at)
    if is_late_found(posted_at, heard_at, terms):
        return Start(since, heard_at.astimezone(UTC), terms.late_hours, hours)
    return Start(since, since, terms.triage_hours, hours)


def triage_due(
    start: datetime, heard_at: datetime, late_found: bool, terms: Terms, hours: Calendar | None = None
) -> datetime:
    """Return by when an issue must be acknowledged and handed over."""
    if late_found:
        return add(hours, heard_at, timedelta(hours=terms.late_hours))
    return add(hours, start, timedelta(hours=terms.triage_hours))


def resolution(handed_at: datetime, terms: Terms, hours: Calendar | None = None) -> Start:
    """Return where the resolution promise begins: the first hand-over."""
    handed_at = handed_at.astimezone(UTC)
    return Start(handed_at, handed_at, terms.resolution_hours, hours)


def resolution_due(ledger: Iterable[Event]) -> datetime | None:
    """Return by when it must be resolved, from the first hand-over with the pauses added; `None` before one."""
    clock = read(ledger, "resolution")
    return clock.due if clock else None


def read(ledger: Iterable[Event], promise: str) -> Clock | None:
    """Read one promise from the ledger, oldest line first; `None` if it never started. The ledger alone is enough."""
    clock: Clock | None = None
    for event in ledger:
        if event.promise == promise:
            clock = _after(clock, event)
    return clock


def next_look(clocks: Iterable[Clock], told: Mapping[str, int], warn_at: Sequence[int]) -> Look | None:
    """Return when escalation must look next; `told` is the last step told of each promise. `None`: nothing waits."""
    looks = [look for clock in clocks for look in _looks(clock, told.get(clock.promise, 0), warn_at)]
    return min(looks, key=lambda look: (look.at, look.promise), default=None)


def step_reached(clock: Clock, now: datetime, warn_at: Sequence[int]) -> int:
    """Return the highest step (percent) a promise has reached at `now`; 0 before the first."""
    if clock.state == "broken" or clock.is_over(now):
        return BREACH
    return max((step for step in warn_at if clock.moment(step) <= now), default=0)


def held(ledger: Iterable[Event], now: datetime) -> dict[int, timedelta]:
    """Return how long each department held the issue, in its own working hours, waiting for the author left out."""
    total: dict[int, timedelta] = {}
    since: Event | None = None
    lines = list(ledger)
    clock = read(lines, "resolution")
    pauses = [*clock.pauses, *([(clock.paused_at, now)] if clock.paused_at else [])] if clock else []
    for line in [*(line for line in lines if line.promise == "department"), Event("department", "left", now)]:
        if since is not None and since.department_id is not None:
            calendar = revive(since.why.get("calendar"))
            span = between(calendar, since.at, line.at) - sum(
                (between(calendar, max(a, since.at), min(b, line.at)) for a, b in pauses), timedelta(0)
            )
            total[since.department_id] = total.get(since.department_id, timedelta(0)) + span
        since = line if line.event == "held" else None
    return total


def why(ledger: Iterable[Event], promise: str) -> list[Reason]:
    """Return why a deadline is what it is, line by line from the ledger, ending in the sum."""
    lines = [line for line in ledger if line.promise == promise]
    clock = read(lines, promise)
    if clock is None:
        return []
    reasons = [reason for line in lines if (reason := _reason(line)) is not None]
    pauses = [*clock.pauses, *([(clock.paused_at, clock.paused_until)] if clock.paused_at else [])]
    paused = sum((b - a for a, b in pauses if a is not None and b is not None), timedelta(0))
    total = {
        "from": clock.start.counts_from,
        "hours": clock.start.hours,
        "paused": paused,
        "due": clock.due,
        "timezone": clock.start.calendar.timezone if clock.start.calendar else None,
    }
    return [*reasons, Reason("sum", total)]


def _after(clock: Clock | None, event: Event) -> Clock:
    """Return the clock after one more line of the ledger."""
    if event.event == "started" or clock is None:
        return Clock(event.promise, _start(event))
    match event.event:
        case "moved":
            return replace(clock, start=_start(event), live_since=event.at)
        case "paused":
            state = "paused" if clock.state == "running" else clock.state
            until = datetime.fromisoformat(event.why["until"])
            return replace(clock, state=state, paused_at=event.at, paused_until=until)
        case "resumed":
            state = "running" if clock.state == "paused" else clock.state
            return replace(_unpaused(clock, event.at), state=state)
        case "kept":
            return replace(_unpaused(clock, event.at), state="kept", decided_at=event.at, done_at=event.at)
        case "broken":
            return replace(clock, state="broken", decided_at=event.at, broken_at=event.at)
        case "met":
            return replace(_unpaused(clock, event.at), done_at=event.at)
        case "void":
            return replace(_unpaused(clock, event.at), state="void", decided_at=event.at)
        case "continued":
            if clock.broken_at:
                return replace(clock, state="broken", decided_at=clock.broken_at, done_at=None)
            return replace(clock, state="running", decided_at=None, done_at=None, live_since=event.at)
        case _:
            return clock


def _unpaused(clock: Clock, at: datetime) -> Clock:
    if clock.paused_at is None:
        return clock
    return replace(clock, pauses=(*clock.pauses, (clock.paused_at, at)), paused_at=None, paused_until=None)


def _start(event: Event) -> Start:
    return Start(
        since=datetime.fromisoformat(event.why["from"]),
        counts_from=datetime.fromisoformat(event.why["counts_from"]),
        hours=float(event.why["hours"]),
        calendar=revive(event.why.get("calendar")),
    )


def _looks(clock: Clock, told: int, warn_at: Sequence[int]) -> list[Look]:
    if clock.done_at is not None or clock.state in {"kept", "void"}:
        return []
    looks = [Look(clock.paused_until, clock.promise, 0)] if clock.paused_until else []
    if clock.state == "running":
        looks += [Look(clock.moment(step), clock.promise, step) for step in warn_at if step > told]
    if clock.state in {"running", "broken"} and told < BREACH:
        looks.append(Look(clock.breach_at(), clock.promise, BREACH))
    return looks


def _reason(line: Event) -> Reason | None:
    match line.event:
        case "started" | "moved":
            start = _start(line)
            data = {"from": start.since, "counts_from": start.counts_from, "hours": start.hours, "at": line.at}
            calendar = start.calendar.timezone if start.calendar else None
            key = {"triage": "posted", "resolution": "handed_over"}.get(line.promise, line.promise)
            if line.event == "moved":
                key = "older_clock"
            elif start.since != start.counts_from:
                key = "late_found"
            return Reason(key, {**data, "timezone": calendar, "department_id": line.department_id})
        case "paused":
            data = {
                "at": line.at,
                "until": datetime.fromisoformat(line.why["until"]),
                "words": line.why.get("words", ""),
            }
            return Reason("paused", data)
        case "resumed" | "continued" | "kept" | "broken" | "met" | "void":
            return Reason(line.event, {"at": line.at})
        case _:
            return None
