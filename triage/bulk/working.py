"""What the worker does of a bulk: a batch in one transaction, so that a death in between loses and doubles nothing."""

import logging
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from triage import merging, notify, people
from triage import undo as undoing
from triage.bulk.verbs import do
from triage.models import Bulk, BulkItem, BulkState, Issue, Notice
from triage.notify import Aside
from triage.people import Actor
from triage.refusals import CannotUndo, NoSuch, Refusal, plain

log = logging.getLogger(__name__)

BATCH = 25  # issues in one transaction: half a second of work
_WITHIN = timedelta(hours=2)
# what one notice for many says, by what each would have said
_GATHERED = {"handed_over": "many_handed_over", "assigned": "many_assigned"}


class Stumbled(Refusal):
    """Something broke on our side at one issue; the others go on. `data`: `error_id` in the log."""

    key = "unexpected"


def round(session: Session, now: datetime, limit: int = BATCH) -> int:
    """Move the smallest bulk at work on by one batch; return how many issues were looked at."""
    at_work = select(Bulk).where(Bulk.state.in_((BulkState.RUNNING, BulkState.UNDOING)))
    # the smallest first: three issues never wait for three thousand
    bulk = session.scalars(at_work.order_by(Bulk.total, Bulk.id).limit(1).with_for_update(skip_locked=True)).first()
    if bulk is None:
        return 0
    try:
        by = people.actor_of(session, bulk.by_id)
    except NoSuch as gone:
        _leave(session, bulk, gone)
        _end(session, bulk, now)
        return 1
    items = _next(session, bulk, limit)
    _lock(session, bulk, items)
    with notify.laid_aside(session) as laid:
        for item in items:
            _one(session, bulk, item, by, now)
    if bulk.state == BulkState.RUNNING:
        _remember(bulk, laid)
    session.flush()
    if len(items) < limit:
        _end(session, bulk, now)
    return len(items)


def _next(session: Session, bulk: Bulk, limit: int) -> Sequence[BulkItem]:
    wanted = select(BulkItem).where(BulkItem.bulk_id == bulk.id).limit(limit)
    if bulk.state == BulkState.RUNNING:
        return session.scalars(wanted.where(BulkItem.state == "waiting").order_by(BulkItem.issue_id)).all()
    # the last one first: what several did to one issue is taken off it in turn
    return session.scalars(wanted.where(BulkItem.state == "done").order_by(BulkItem.move_id.desc())).all()


def _lock(session: Session, bulk: Bulk, items: Iterable[BulkItem]) -> None:
    # in the order every mover of two issues locks them, so that nobody waits in a ring
    ids = {item.issue_id for item in items} | ({bulk.data["into_id"]} if "into_id" in bulk.data else set())
    session.execute(select(Issue.id).where(Issue.id.in_(ids)).order_by(Issue.id).with_for_update())


def _one(session: Session, bulk: Bulk, item: BulkItem, by: Actor, now: datetime) -> None:
    """Do, or take back, one issue of it; a refusal stays on its row and stops nobody else."""
    running = bulk.state == BulkState.RUNNING
    try:
        with session.begin_nested():
            if running:
                item.move_id = do(session, bulk.verb, item.issue_id, item.seen, bulk.data, by, now)
            else:
                _take_back(session, bulk, item, by, now)
    except Refusal as no:
        item.state, item.why = "refused" if running else "stays", plain(no)
    except OperationalError:
        raise  # the database itself: the batch is tried again
    except Exception:
        error_id = secrets.token_hex(4)
        log.exception("Issue %s of bulk %s: error %s", item.issue_id, bulk.id, error_id)
        item.state, item.why = "refused" if running else "stays", plain(Stumbled(error_id=error_id))
    else:
        item.state, item.why = "done" if running else "undone", {}


def _take_back(session: Session, bulk: Bulk, item: BulkItem, by: Actor, now: datetime) -> None:
    if item.move_id is None:
        raise NoSuch("move", 0)
    try:
        undoing.undo(session, item.move_id, by=by, now=now, within=_WITHIN)
    except CannotUndo:
        if bulk.verb != "merge":
            raise
        # the other issue has moved on since; what came from this one can still part from it
        child = session.get_one(Issue, item.issue_id, populate_existing=True)
        merging.part(session, child.id, by=by, seen=child.version, now=now)


def _remember(bulk: Bulk, laid: Iterable[Aside]) -> None:
    """Keep whom to tell when all is done: reason -> member -> how many issues."""
    told: dict[str, dict[str, int]] = {reason: dict(whom) for reason, whom in bulk.data.get("told", {}).items()}
    for (reason, member_id), count in Counter((one.reason, one.member_id) for one in laid).items():
        whom = told.setdefault(reason, {})
        whom[str(member_id)] = whom.get(str(member_id), 0) + count
    bulk.data = {**bulk.data, "told": told}


def _leave(session: Session, bulk: Bulk, why: Refusal) -> None:
    """Refuse what is left of it: whoever asked works here no longer."""
    running = bulk.state == BulkState.RUNNING
    rest = update(BulkItem).where(BulkItem.bulk_id == bulk.id, BulkItem.state == ("waiting" if running else "done"))
    session.execute(rest.values(state="refused" if running else "stays", why=plain(why)))


def _end(session: Session, bulk: Bulk, now: datetime) -> None:
    if bulk.state == BulkState.RUNNING:
        bulk.state, bulk.finished_at = BulkState.DONE, now
        _tell(session, bulk, now)
    else:
        bulk.state = BulkState.UNDONE
        _take_notices_back(session, bulk, now)
    session.flush()


def _tell(session: Session, bulk: Bulk, now: datetime) -> None:
    """Tell each person once, with how many: what a bulk brings is one message, not three hundred."""
    for reason, whom in bulk.data.get("told", {}).items():
        for member_id, count in whom.items():
            _say(session, bulk, _GATHERED.get(reason, "many_moved"), int(member_id), count, now)


def _take_notices_back(session: Session, bulk: Bulk, now: datetime) -> None:
    """Withdraw what nobody has seen; whoever was told already hears that it was taken back."""
    ours = and_(Notice.issue_id.is_(None), Notice.data["bulk"].as_integer() == bulk.id)
    for member_id in notify.withdraw(session, ours, now):
        count = max(int(whom.get(str(member_id), 0)) for whom in bulk.data["told"].values())
        _say(session, bulk, "many_taken_back", member_id, count, now)


def _say(session: Session, bulk: Bulk, reason: str, member_id: int, count: int, now: datetime) -> None:
    by = people.member(session, bulk.by_id)
    data: dict[str, Any] = {
        "bulk": bulk.id, "count": count, "by": by.name, "department": bulk.data.get("department", ""),
        "words": bulk.data["words"] if reason in _GATHERED.values() else "",
    }  # fmt: skip
    # addresses outside were told of every move
    only = frozenset({"inapp", *map(str, people.member(session, member_id).channels)})
    notify.tell(session, member_ids=[member_id], reason=reason, step=f"bulk-{bulk.id}", data=data, now=now, only=only)
