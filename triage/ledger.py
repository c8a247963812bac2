"""The only writer of ledger lines and of an issue's promise columns; the columns are what the lines add up to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from triage import calendars, deadlines
from triage.deadlines import Clock, Event, Start, Terms
from triage.models import OPEN, Department, Issue, Keeping, LedgerEntry, Policy, Promise, stands
from triage.people import hours_of, terms_of

RUNNING = (Keeping.RUNNING, Keeping.PAUSED)


def begin(issue: Issue, terms: Terms) -> None:
    """Set the promise columns of a new issue from its `posted_at` and `heard_at`; the row is not written yet."""
    clock = Clock(Promise.TRIAGE, deadlines.triage(issue.posted_at, issue.heard_at, terms))
    issue.late_found = deadlines.is_late_found(issue.posted_at, issue.heard_at, terms)
    issue.triage, issue.triage_from, issue.triage_due = Keeping.RUNNING, clock.start.since, clock.due
    look = deadlines.next_look([clock], {}, terms.warn_at)
    issue.escalate_at = look.at if look else None


def open_promises(session: Session, opened: Iterable[tuple[Issue, int | None]], terms: Terms, now: datetime) -> None:
    """Write the first line of many ledgers at once; each is (an issue begun and written, its first move's number)."""
    for issue, move_id in opened:
        start = deadlines.triage(issue.posted_at, issue.heard_at, terms)
        why = {**start.plain(), "rule": "late_found" if issue.late_found else "triage", "written_at": now.isoformat()}
        session.add(
            LedgerEntry(
                issue_id=issue.id,
                promise=Promise.TRIAGE,
                event="started",
                at=start.since,
                due=issue.triage_due,
                department_id=None,
                move_id=move_id,
                why=why,
            )
        )
    session.flush()


def older_mention(
    session: Session, issue: Issue, posted_at: datetime, heard_at: datetime, terms: Terms, now: datetime
) -> bool:
    """Let the oldest clock win when a mention joins: an earlier triage deadline takes over. Return whether it did.

    A mention that was found late brings its own, later target: it never breaks the promise of an issue heard in time.
    """
    book = Book(session, issue, terms)
    book.breach(now)
    took_over = book.take_over(Promise.TRIAGE, deadlines.triage(posted_at, heard_at, terms), now, {"rule": "joined"})
    book.settle()
    return took_over


def acknowledged(session: Session, issue: Issue, now: datetime, *, move_id: int | None = None) -> None:
    """Keep (or break) the triage promise if the issue is now both acknowledged and handed over."""
    book = Book(session, issue)
    book.breach(now, move_id)
    book.end_triage(now, move_id)
    book.settle()


def handed_over(
    session: Session, issue: Issue, department: Department, now: datetime, *, move_id: int | None = None
) -> None:
    """Note that a department holds the issue; the first time this starts the resolution promise, and no other time."""
    book = Book(session, issue)
    book.breach(now, move_id)
    hours = hours_of(department)
    if book.clock(Promise.RESOLUTION) is None:
        start = deadlines.resolution(now, book.terms, hours)
        due = Clock(Promise.RESOLUTION, start).due
        why = {**start.plain(), "rule": "resolution"}
        book.write(Promise.RESOLUTION, "started", now, due=due, why=why, department_id=department.id, move_id=move_id)
    book.end_triage(now, move_id)
    book.hold(department.id, hours, now, move_id)
    book.settle()


def left(session: Session, issue: Issue, now: datetime, *, move_id: int | None = None) -> None:
    """Note that the department holds the issue no longer (a bounce); both promises run on."""
    book = Book(session, issue)
    book.breach(now, move_id)
    book.leave(now, move_id)
    book.settle()


def paused(
    session: Session, issue: Issue, until: datetime, words: str, now: datetime, *, move_id: int | None = None
) -> None:
    """Stop the resolution clock until `until` at most."""
    book = Book(session, issue)
    book.breach(now, move_id)
    why = {"until": until.isoformat(), "words": words}
    book.write(Promise.RESOLUTION, "paused", now, why=why, move_id=move_id)
    book.settle()


def resumed(session: Session, issue: Issue, at: datetime, *, move_id: int | None = None) -> None:
    """Let the resolution clock run again from `at`."""
    book = Book(session, issue)
    book.resume(at, move_id)
    book.settle()


def resolved(session: Session, issue: Issue, now: datetime, *, move_id: int | None = None) -> None:
    """Keep (or break) the resolution promise; the department holds it no longer."""
    book = Book(session, issue)
    book.breach(now, move_id)
    book.resume(now, move_id)
    book.end(Promise.RESOLUTION, now, move_id)
    book.leave(now, move_id)
    book.settle()


def voided(session: Session, issue: Issue, now: datetime, rule: str, *, move_id: int | None = None) -> None:
    """End what still runs without judging it (`rule`: dismissed, merged); what is broken stays broken."""
    book = Book(session, issue)
    book.breach(now, move_id)
    book.resume(now, move_id)
    for promise in (Promise.TRIAGE, Promise.RESOLUTION):
        clock = book.clock(promise)
        if clock is not None and clock.state in RUNNING:
            book.write(promise, "void", now, why={"rule": rule}, move_id=move_id)
    book.leave(now, move_id)
    book.settle()


def continued(
    session: Session, issue: Issue, department: Department | None, now: datetime, *, move_id: int | None = None
) -> None:
    """Bring back the old promises of an issue reopened, with the deadlines they had; past ones break at once."""
    book = Book(session, issue)
    triage_met = issue.acknowledged_at is not None and issue.handed_at is not None
    for promise in (Promise.TRIAGE, Promise.RESOLUTION):
        clock = book.clock(promise)
        ended = clock is not None and (clock.done_at is not None or clock.state == Keeping.VOID)
        if ended and not (promise == Promise.TRIAGE and triage_met):
            book.write(promise, "continued", now, why={"rule": "reopened"}, move_id=move_id)
    if department is not None:
        book.hold(department.id, hours_of(department), now, move_id)
    book.breach(now, move_id)
    book.settle()


def take_over(session: Session, issue: Issue, child: Issue, now: datetime, *, move_id: int | None = None) -> None:
    """Let the oldest clock win in a merge: what still runs on the child takes over where its deadline is earlier.

    Call it before the child's promises are voided.
    """
    theirs, ours = Book(session, child), Book(session, issue)
    ours.breach(now, move_id)
    for promise in (Promise.TRIAGE, Promise.RESOLUTION):
        clock = theirs.clock(promise)
        if clock is not None and clock.state in RUNNING and not clock.is_over(now):
            ours.take_over(promise, clock.start, now, {"rule": "merged", "issue_id": child.id}, move_id)
    ours.settle()


def give_back(session: Session, issue: Issue, child_id: int, now: datetime, *, move_id: int | None = None) -> None:
    """Undo `take_over` when the child is split off again: the issue runs on its own clock."""
    book = Book(session, issue)
    book.breach(now, move_id)
    for promise in (Promise.TRIAGE, Promise.RESOLUTION):
        starts = [e for e in book.events if e.promise == promise and e.event in {"started", "moved"}]
        own = [event for event in starts if event.why.get("issue_id") != child_id]
        clock = book.clock(promise)
        if clock is None or clock.state not in RUNNING or not own or starts[-1] is own[-1]:
            continue
        why = {name: own[-1].why[name] for name in ("from", "counts_from", "hours", "calendar")}
        book.write(promise, "moved", now, why={**why, "rule": "split", "issue_id": issue.id}, move_id=move_id)
    book.settle()


def settled(session: Session, issue: Issue, now: datetime, *, move_id: int | None = None) -> None:
    """Bring the columns up to `now`: what is past its deadline is broken, and when to look next follows."""
    book = Book(session, issue)
    book.breach(now, move_id)
    book.settle()


def taken_back(session: Session, issue: Issue, undone_id: int | None, now: datetime, *, move_id: int) -> None:
    """Take back what the move `undone_id` wrote (without one: all), and what broke since, which is found out anew."""
    theirs = LedgerEntry.issue_id == issue.id
    first = select(func.min(LedgerEntry.id)).where(theirs, LedgerEntry.move_id == undone_id).scalar_subquery()
    since = (LedgerEntry.event == "broken") & (LedgerEntry.id > first)
    wrote = true() if undone_id is None else (LedgerEntry.move_id == undone_id) | since
    for line in session.scalars(select(LedgerEntry).where(theirs, wrote, stands(LedgerEntry)).order_by(LedgerEntry.id)):
        session.add(
            LedgerEntry(
                issue_id=issue.id, promise=line.promise, event="undone", at=now, due=None,
                department_id=line.department_id, move_id=move_id, why={"event": line.event}, undoes_id=line.id,
            )
        )  # fmt: skip
    session.flush()
    book = Book(session, issue)
    book.breach(now)
    book.settle()


def told(issue: Issue, promise: str, step: int) -> None:
    """Remember the last step people were told of."""
    if promise == Promise.TRIAGE:
        issue.triage_step = max(issue.triage_step, step)
    else:
        issue.resolution_step = max(issue.resolution_step, step)


def put_off(issue: Issue, until: datetime) -> None:
    """Look at an issue that made trouble later, so that it never stops the round."""
    issue.escalate_at = until


def events(session: Session, issue_id: int) -> list[Event]:
    """Return an issue's ledger, oldest line first, without what was taken back."""
    wanted = select(LedgerEntry).where(LedgerEntry.issue_id == issue_id, stands(LedgerEntry)).order_by(LedgerEntry.id)
    return [
        Event(row.promise, row.event, row.at, row.due, row.why, row.department_id) for row in session.scalars(wanted)
    ]


def clock(session: Session, issue_id: int, promise: str) -> Clock | None:
    """Return one promise of an issue, read from its ledger."""
    return deadlines.read(events(session, issue_id), promise)


def terms(session: Session, issue: Issue) -> Terms:
    """Return the numbers an issue is held to: those of the policy it was opened under."""
    return terms_of(session.get_one(Policy, issue.policy_id))


def pause_left(session: Session, issue: Issue) -> timedelta:
    """Return how long the issue may still be paused: the policy's maximum less all pauses so far."""
    book = Book(session, issue)
    found = book.clock(Promise.RESOLUTION)
    spent = sum((ends - begins for begins, ends in found.pauses), timedelta(0)) if found else timedelta(0)
    return max(timedelta(0), timedelta(hours=book.terms.pause_hours) - spent)


class Book:
    """One issue's ledger, open for writing. `settle` makes the row's columns what the lines add up to."""

    def __init__(
        self, session: Session, issue: Issue, terms: Terms | None = None, lines: Sequence[Event] | None = None
    ) -> None:
        self._session = session
        self._issue = issue
        self.terms = terms or terms_of(session.get_one(Policy, issue.policy_id))
        self.events = list(events(session, issue.id) if lines is None else lines)

    def clock(self, promise: str) -> Clock | None:
        """Read one promise as the lines stand now."""
        return deadlines.read(self.events, promise)

    def write(
        self,
        promise: str,
        event: str,
        at: datetime,
        *,
        due: datetime | None = None,
        why: Mapping[str, Any] | None = None,
        department_id: int | None = None,
        move_id: int | None = None,
    ) -> None:
        """Append one line; without `due` it says the deadline as it stands after this line."""
        line = Event(promise, event, at, due, why or {}, department_id)
        self.events.append(line)
        after = self.clock(promise) if due is None and promise != Promise.DEPARTMENT else None
        row = LedgerEntry(
            issue_id=self._issue.id, promise=promise, event=event, at=at, due=after.due if after else due,
            department_id=department_id, move_id=move_id, why=dict(why or {}),
        )  # fmt: skip
        self._session.add(row)
        # one insert a line: lines are read back in the order of their ids
        self._session.flush()

    def breach(self, now: datetime, move_id: int | None = None) -> list[Clock]:
        """Break what is past its deadline at `now`, as of the moment it was due."""
        broke = []
        for promise in (Promise.TRIAGE, Promise.RESOLUTION):
            found = self.clock(promise)
            if found is not None and found.is_over(now):
                self.write(promise, "broken", found.breach_at(), due=found.due, move_id=move_id)
                broke.append(found)
        return broke

    def end_triage(self, now: datetime, move_id: int | None) -> None:
        """End triage once both halves are done: the later of the two is compared with the deadline."""
        done = [at for at in (self._issue.acknowledged_at, self._issue.handed_at) if at is not None]
        if len(done) == 2:
            self.end(Promise.TRIAGE, max(done), move_id)

    def end(self, promise: str, at: datetime, move_id: int | None) -> None:
        """Write that a promise was met: kept in time, or met after it broke. `seconds` is its own time used."""
        found = self.clock(promise)
        if found is None or found.done_at is not None or found.state == Keeping.VOID:
            return
        seconds = found.used(at).total_seconds()
        kept = found.state != Keeping.BROKEN
        self.write(promise, "kept" if kept else "met", at, due=found.due, why={"seconds": seconds}, move_id=move_id)

    def resume(self, at: datetime, move_id: int | None) -> None:
        """End an open pause."""
        found = self.clock(Promise.RESOLUTION)
        if found is not None and found.paused_at is not None:
            self.write(Promise.RESOLUTION, "resumed", max(at, found.paused_at), move_id=move_id)

    def take_over(
        self, promise: str, start: Start, now: datetime, why: Mapping[str, Any], move_id: int | None = None
    ) -> bool:
        """Let an earlier clock take over one that runs; return whether it did."""
        found = self.clock(promise)
        if found is None or found.state not in RUNNING:
            return False
        # compared by their own deadlines: the pauses of the issue count on whichever clock wins
        if Clock(promise, start).due >= Clock(promise, found.start).due:
            return False
        self.write(promise, "moved", now, why={**start.plain(), **why}, move_id=move_id)
        return True

    def hold(self, department_id: int, hours: calendars.Calendar | None, now: datetime, move_id: int | None) -> None:
        """Start the sub-clock of a department, ending that of the one before."""
        holder = self._holder()
        if holder is not None and holder.department_id == department_id:
            return
        self.leave(now, move_id)
        why = {"calendar": hours.plain() if hours else None}
        self.write(Promise.DEPARTMENT, "held", now, why=why, department_id=department_id, move_id=move_id)
        self._issue.held_at = now

    def leave(self, now: datetime, move_id: int | None) -> None:
        """End the sub-clock of the department that holds it, if one does."""
        holder = self._holder()
        if holder is not None:
            self.write(Promise.DEPARTMENT, "left", now, department_id=holder.department_id, move_id=move_id)
        self._issue.held_at = None

    def settle(self) -> None:
        """Write the row's promise columns from the lines, and when escalation must look next."""
        issue, triage, resolution = self._issue, self.clock(Promise.TRIAGE), self.clock(Promise.RESOLUTION)
        if triage is not None:
            issue.triage, issue.triage_due, issue.triage_done_at = triage.state, triage.due, triage.done_at
            issue.triage_from = triage.start.since
        issue.triage_decided_at, issue.triage_seconds = _decided(triage)
        issue.resolution_decided_at, issue.resolution_seconds = _decided(resolution)
        if resolution is not None:
            issue.resolution, issue.resolution_due = resolution.state, resolution.due
            issue.resolution_from, issue.resolution_done_at = resolution.start.since, resolution.done_at
            issue.paused_until = resolution.paused_until
        elif issue.resolution != Keeping.NONE:  # the first hand-over was taken back
            issue.resolution, issue.resolution_due = Keeping.NONE, None
            issue.resolution_from, issue.resolution_done_at, issue.paused_until = None, None, None
        steps = {str(Promise.TRIAGE): issue.triage_step, str(Promise.RESOLUTION): issue.resolution_step}
        found = [one for one in (triage, resolution) if one is not None and issue.status in OPEN]
        look = deadlines.next_look(found, steps, self.terms.warn_at)
        # what is out of sight comes back by itself
        back = issue.snoozed_until if issue.status in OPEN else None
        issue.escalate_at = min((at for at in (look.at if look else None, back) if at is not None), default=None)
        self._session.flush()

    def _holder(self) -> Event | None:
        lines = [event for event in self.events if event.promise == Promise.DEPARTMENT]
        return lines[-1] if lines and lines[-1].event == "held" else None


def _decided(clock: Clock | None) -> tuple[datetime | None, float | None]:
    """Return when a promise was kept, broken or void, and the seconds of its own time until it was met."""
    if clock is None:
        return None, None
    return clock.decided_at, clock.used(clock.done_at).total_seconds() if clock.done_at else None
