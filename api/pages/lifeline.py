"""The life of an issue as its page tells it: what happened, day by day, and both promises as strips."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal, get_args

from api.clocks import Stop, Strip, strip
from api.reader import Reader
from api.reasons import reason_words
from triage.find import Clock, DepartmentName, IssueView, MoveView, Owed, Said

Show = Literal["all", "public", "ours"]
SHOWS: tuple[Show, ...] = get_args(Show)
# of a long life the beginning and the end are shown; what lies between is asked for
FIRST, LAST = 6, 40
# what the author and everybody else could read, if it was said in words
IN_PUBLIC = frozenset({"acknowledge", "resolve", "told", "followed_up"})
PRIVATE_IN_PUBLIC = frozenset({"line", "closed", None})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of what happened: a post (`beside` where it only stands in the same thread), a move, or a word owed.

    `undone` is a move that was taken back.
    """

    at: datetime
    said: Said | None = None
    move: MoveView | None = None
    owed: Owed | None = None
    beside: bool = False
    undone: bool = False

    @property
    def is_public(self) -> bool:
        """Whether everybody could read it."""
        if self.said is not None:
            return True
        if self.move is None or not self.move.words:
            return False
        if self.move.sort == "private":
            return self.move.data.get("step") in PRIVATE_IN_PUBLIC
        return self.move.sort in IN_PUBLIC


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day of the reader; `skipped` entries before it are not shown."""

    at: datetime
    entries: tuple[Entry, ...]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise of the issue: its clock, its strip, why its deadline is what it is, and who held it how long."""

    clock: Clock
    strip: Strip | None
    reasons: Sequence[str]
    held: Sequence[tuple[DepartmentName, timedelta]]


def timeline(
    reader: Reader, seen: IssueView, owed: Sequence[Owed] = (), show: Show = "all", whole: bool = False
) -> tuple[Day, ...]:
    """Return what happened, oldest first, by the reader's days; `show` keeps what was public or what was ours."""
    entries = [one for one in _entries(seen, owed) if show == "all" or one.is_public == (show == "public")]
    # what was said at a moment comes before what was done about it, and that before what is owed for it
    entries.sort(key=lambda one: (one.at, one.said is None, one.owed is not None))
    cut = len(entries) - LAST if not whole and len(entries) > FIRST + LAST + 1 else FIRST
    shown = [*entries[:FIRST], *entries[cut:]]
    days = groupby(enumerate(shown), key=lambda pair: (reader.local(pair[1].at).date(), pair[0] >= FIRST < cut))
    made = []
    for _, found in days:
        numbered = list(found)
        skipped = cut - FIRST if numbered[0][0] == FIRST else 0
        made.append(Day(numbered[0][1].at, tuple(entry for _, entry in numbered), skipped))
    return tuple(made)


def _entries(seen: IssueView, owed: Sequence[Owed]) -> Iterator[Entry]:
    belongs = {post.id for post in seen.mentions}
    undone = {move.data.get("move_id") for move in seen.moves if move.sort == "undo"}
    yield from (Entry(post.posted_at, said=post) for post in seen.mentions)
    yield from (Entry(post.posted_at, said=post, beside=True) for post in seen.thread if post.id not in belongs)
    for move in seen.moves:
        # a post that joined says so itself
        if not (move.sort == "joined" and move.data.get("mention_id") in belongs):
            yield Entry(move.at, move=move, undone=move.id in undone)
    yield from (Entry(one.created_at, owed=one) for one in owed)


def promised(reader: Reader, seen: IssueView) -> list[Promised]:
    """Return both promises, triage first."""
    return [_promised(reader, seen, clock) for clock in (seen.card.triage, seen.card.resolution)]


def _promised(reader: Reader, seen: IssueView, clock: Clock) -> Promised:
    lines = [reason_words(reader, reason) for reason in seen.reasons.get(clock.promise, ())]
    laid = strip(reader, clock, _stops(reader, seen, clock), _holds(seen, clock))
    return Promised(clock, laid, lines, _held(reader, seen) if clock.promise == "resolution" else ())


def _stops(reader: Reader, seen: IssueView, clock: Clock) -> list[Stop]:
    """Return the marks of a strip: its start, what was done, now, and the deadline."""
    card = seen.card
    gettext = reader.catalogue.gettext
    found: list[tuple[datetime | None, str]] = [(clock.start, "")]
    if clock.promise == "triage":
        found = [(clock.start, gettext("posted"))]
        if clock.late_found:
            found.append((card.heard_at, gettext("heard")))
        heard, handed = card.acknowledged_at, card.handed_at
        if heard and handed and abs(heard - handed) < timedelta(minutes=1):
            found.append((handed, gettext("acknowledged, handed over")))
        else:
            found += [(heard, gettext("acknowledged")), (handed, gettext("handed over"))]
    else:
        found = [(clock.start, gettext("handed over")), (card.accepted_at, gettext("accepted"))]
        found.append((card.resolved_at, gettext("resolved")))
    ends = max(clock.done_at or reader.now, clock.due or reader.now)
    told = [(at, words) for at, words in found if at is not None and at <= ends]
    stops = [Stop(at, f"{_near(reader, at, told[0][0])} {words}") for at, words in told]
    if clock.done_at is None and clock.state != "none":
        stops.append(Stop(reader.now, gettext("now %(time)s") % {"time": reader.clock_time(reader.now)}, is_now=True))
    if clock.due is not None:
        stops.append(Stop(clock.due, _near(reader, clock.due, told[0][0])))
    return stops


def _near(reader: Reader, at: datetime, first: datetime) -> str:
    """Say a moment of a strip as shortly as its first label allows: the day is only named where it changes."""
    if at == first:
        return reader.moment(at)
    same = reader.local(at).date() == reader.local(first).date()
    return reader.clock_time(at) if same else reader.weekday_time(at)


def _holds(seen: IssueView, clock: Clock) -> list[tuple[datetime, datetime]]:
    """Return the pauses of a promise from its ledger; one that is still open ends with the deadline it moved."""
    holds: list[tuple[datetime, datetime]] = []
    begun: datetime | None = None
    for line in (line for line in seen.ledger if line.promise == clock.promise):
        if line.event == "paused":
            begun = line.at
        elif begun is not None and line.event in ("resumed", "kept", "met", "void"):
            holds.append((begun, line.at))
            begun = None
    if begun is not None and clock.paused_until is not None:
        holds.append((begun, clock.paused_until))
    return holds


def _held(reader: Reader, seen: IssueView) -> list[tuple[DepartmentName, timedelta]]:
    """Return how long each department had it, the one that had it first leading; one that has it counts until now."""
    names: dict[int, DepartmentName] = {}
    spans: dict[int, timedelta] = {}
    since: tuple[int, datetime] | None = None

    def end(at: datetime, since: tuple[int, datetime] | None) -> None:
        if since is not None:
            spans[since[0]] = spans.get(since[0], timedelta(0)) + (at - since[1])

    for line in (line for line in seen.ledger if line.promise == "department"):
        end(line.at, since)
        since = None
        if line.event == "held" and line.department is not None:
            names[line.department.id] = line.department
            since = (line.department.id, line.at)
    end(reader.now, since)
    return [(name, spans[number]) for number, name in names.items()]


def counts(seen: IssueView) -> Mapping[str, int]:
    """Return how many people spoke in it, and at how many sources."""
    theirs = [post for post in seen.mentions if not post.is_ours]
    return {
        "authors": len({post.author.id for post in theirs if post.author}),
        "sources": len({post.source for post in theirs}),
    }
