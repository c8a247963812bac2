"""The life of a bulk: previewed, started, stopped, taken back. The worker does what lies in between."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from triage.bulk.verbs import Gate, into, need, read
from triage.models import Bulk, BulkItem, BulkState, Issue, Role
from triage.people import Actor
from triage.refusals import BadInput, NoSuch, NotNow, plain
from triage.rights import EVERYTHING

LONGEST = 5_000  # issues in one bulk
KEPT = timedelta(hours=1)  # for so long after its end it can be taken back
_FORGOTTEN = timedelta(days=1)


def preview(
    session: Session,
    verb: str,
    ids: Iterable[tuple[int, int]],
    data: Mapping[str, Any],
    *,
    by: Actor,
    now: datetime,
    address: str = "",
) -> Bulk:
    """Write down what is asked, and who would be refused as things stand; nothing moves before `start`.

    `ids` are (issue, the version its chooser saw); `data` may still lack what the verb needs (`change` adds it).
    `address` is the query of the inbox they were chosen from. Raise `BadInput`, `NoSuch`, `NobodyEligible`.
    """
    if by.role == Role.OUTSIDER:
        raise NoSuch("bulk", 0)
    chosen = dict(ids)
    if not chosen:
        raise BadInput("issues", "Nothing was ticked. Tick the issues it is about.")
    if len(chosen) > LONGEST:
        raise BadInput("issues", "At most %(most)s issues can be moved at once.", most=LONGEST)
    kept = read(session, verb, data)
    _forget_old(session, by, now)
    made = Bulk(by_id=by.member_id, verb=verb, address=address, data=kept, total=0, created_at=now)
    session.add(made)
    session.flush()
    _fill(session, made, chosen, by)
    return made


def change(session: Session, bulk_id: int, data: Mapping[str, Any], *, by: Actor, now: datetime) -> Bulk:
    """Preview the same issues anew with what the verb was given now."""
    made = _mine(session, bulk_id, by, BulkState.PREVIEW)
    rows = session.scalars(select(BulkItem).where(BulkItem.bulk_id == made.id))
    chosen = {one.issue_id: one.seen for one in rows} | {
        int(one): seen for one, seen in made.data.get("into", {}).items()
    }
    made.data = read(session, made.verb, data)
    session.execute(delete(BulkItem).where(BulkItem.bulk_id == made.id))
    _fill(session, made, chosen, by)
    return made


def start(session: Session, bulk_id: int, *, by: Actor, now: datetime) -> Bulk:
    """Let the worker do what was previewed; raise what the verb still needs."""
    made = _mine(session, bulk_id, by, BulkState.PREVIEW)
    need(made.verb, made.data, now)
    made.state, made.started_at = BulkState.RUNNING, now
    session.flush()
    return made


def stop(session: Session, bulk_id: int, *, by: Actor, now: datetime) -> Bulk:
    """Leave alone what was not done yet; what was done stays, and can be taken back."""
    made = _mine(session, bulk_id, by, BulkState.RUNNING)
    waits = update(BulkItem).where(BulkItem.bulk_id == made.id, BulkItem.state == "waiting")
    session.execute(waits.values(state="left"))
    # the next round finds nothing waiting, tells people, and ends it
    return made


def undo(session: Session, bulk_id: int, *, by: Actor, now: datetime) -> Bulk:
    """Let the worker take back every move of it that nobody has built on since."""
    made = _mine(session, bulk_id, by, BulkState.DONE)
    if not may_undo(made, now):
        raise NotNow("undo", made.state, "too_late")
    made.state = BulkState.UNDOING
    session.flush()
    return made


def may_undo(bulk: Bulk, now: datetime) -> bool:
    """Say whether a bulk can be taken back now."""
    return bulk.state == BulkState.DONE and bulk.finished_at is not None and now <= bulk.finished_at + KEPT


def _mine(session: Session, bulk_id: int, by: Actor, state: BulkState) -> Bulk:
    # locked, so that a batch of the worker is never half under it
    wanted = select(Bulk).where(Bulk.id == bulk_id).with_for_update().execution_options(populate_existing=True)
    found = session.scalars(wanted).one_or_none()
    if found is None or not (found.by_id == by.member_id or by.role in EVERYTHING):
        raise NoSuch("bulk", bulk_id)
    if found.state != state:
        raise NotNow("bulk", found.state, "bulk_state")
    return found


def _fill(session: Session, bulk: Bulk, chosen: Mapping[int, int], by: Actor) -> None:
    """Write a row for each issue: waiting, or refused with why."""
    issues = {one.id: one for one in session.scalars(select(Issue).where(Issue.id.in_(list(chosen))))}
    if bulk.verb == "merge":
        _choose_target(bulk, issues, chosen)
    gate = Gate(session, bulk.verb, bulk.data, by)
    target = bulk.data.get("into_id")
    found = [(issues[number], seen) for number, seen in sorted(chosen.items()) if number in issues and number != target]
    for issue, seen in found:
        no = gate.refusal(issue, seen)
        state, why = ("waiting", {}) if no is None else ("refused", plain(no))
        session.add(BulkItem(bulk_id=bulk.id, issue_id=issue.id, seen=seen, state=state, why=why))
    bulk.total = len(found)
    session.flush()


def _choose_target(bulk: Bulk, issues: Mapping[int, Issue], chosen: Mapping[int, int]) -> None:
    """Name the issue that takes the others in; one that was ticked is remembered, should another be chosen later."""
    best = into(list(issues.values()))
    target = bulk.data.get("into_id", best.id if best else None)
    if target is not None:
        ticked = {str(target): chosen[target]} if target in chosen else {}
        bulk.data = {**bulk.data, "into_id": target, "into": ticked}


def _forget_old(session: Session, by: Actor, now: datetime) -> None:
    # what was looked at and never begun is nothing anybody comes back to
    old = (Bulk.by_id == by.member_id, Bulk.state == BulkState.PREVIEW, Bulk.created_at < now - _FORGOTTEN)
    session.execute(delete(Bulk).where(*old))
