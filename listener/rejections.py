"""Keep what a feed gave and nobody could read, with the reason, once each."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from listener.cleaning import name, words
from listener.heard import Rejected
from listener.models import Rejection

KEPT = 500  # of each feed


def reject(session: Session, feed_id: int, rows: Iterable[Rejected], *, now: datetime) -> int:
    """Record each row that is not recorded yet; return how many are new. A feed repeats its mistakes every poll."""
    found = {(name(row.native_id or "") or None, words(row.reason), words(row.sample)): None for row in rows}
    if not found:
        return 0
    reasons = sorted({reason for _, reason, _ in found})
    known = session.execute(
        select(Rejection.native_id, Rejection.reason, Rejection.sample).where(
            Rejection.feed_id == feed_id, Rejection.reason.in_(reasons)
        )
    )
    new = [one for one in found if one not in {tuple(row) for row in known}]
    if new:
        session.execute(
            insert(Rejection),
            [{"feed_id": feed_id, "at": now, "native_id": one[0], "reason": one[1], "sample": one[2]} for one in new],
        )
        _forget(session, feed_id)
    return len(new)


def _forget(session: Session, feed_id: int) -> None:
    """Keep the newest of one feed."""
    kept = select(Rejection.id).where(Rejection.feed_id == feed_id).order_by(Rejection.id.desc()).limit(KEPT)
    session.execute(
        delete(Rejection).where(Rejection.feed_id == feed_id, Rejection.id.not_in(kept.scalar_subquery())),
        execution_options={"synchronize_session": False},
    )
