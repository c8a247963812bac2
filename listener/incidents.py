"""What people do to an incident: leave it for later, wake it, say whether it was real; each is a moment of it."""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.models import MomentSort, Spike, SpikeMoment

LONGEST = timedelta(days=7)

Word = Literal["real", "false"]


class BadSnooze(ValueError):
    """A snooze that cannot be: which field, and a sentence that says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def snooze(session: Session, spike_id: int, until: datetime, *, by_id: int, now: datetime) -> Spike | None:
    """Tell nothing of an open incident before `until`; `None` where there is none. Raise `BadSnooze`."""
    spike = _held(session, spike_id)
    if spike is None:
        return None
    if spike.closed_at is not None:
        raise BadSnooze("until", "This incident is over; there is nothing left to snooze.")
    if not now < until <= now + LONGEST:
        raise BadSnooze("until", "Choose a moment within the next 7 days.")
    spike.snoozed_until = until
    happened(session, spike, MomentSort.SNOOZED, now=now, by_id=by_id, until=until.isoformat())
    return spike


def wake(session: Session, spike_id: int, *, by_id: int | None, now: datetime) -> Spike | None:
    """End the snooze of an incident; one that is awake stays so. `None` where there is none."""
    spike = _held(session, spike_id)
    if spike is not None and spike.snoozed_until is not None:
        spike.snoozed_until = None
        happened(session, spike, MomentSort.WOKEN, now=now, by_id=by_id)
    return spike


def wake_due(session: Session, now: datetime) -> None:
    """Wake every open incident whose snooze is over."""
    due = select(Spike.id).where(Spike.closed_at.is_(None), Spike.snoozed_until <= now).order_by(Spike.id)
    for spike_id in session.scalars(due).all():
        wake(session, spike_id, by_id=None, now=now)


def judge(session: Session, spike_id: int, verdict: Word | None, *, by_id: int, now: datetime) -> Spike | None:
    """Say whether an incident was real or a false alarm, or take it back (`None`); it moves the topic's bar.

    Saying the same again changes nothing. `None` where there is no such incident.
    """
    spike = _held(session, spike_id)
    if spike is None or spike.verdict == verdict:
        return spike
    was, spike.verdict = spike.verdict, verdict
    spike.verdict_by_id, spike.verdict_at = (by_id, now) if verdict else (None, None)
    happened(session, spike, MomentSort.JUDGED, now=now, by_id=by_id, verdict=verdict, was=was)
    return spike


def happened(
    session: Session, spike: Spike, sort: MomentSort, *, now: datetime, by_id: int | None = None, **data: Any
) -> SpikeMoment:
    """Write down one thing that happened to an incident; `data` is plain JSON.

    Of what `opened` and `rose`: observed, typical, score, window_minutes, is_hushed. `snoozed`: until. `judged`:
    verdict and was ("real", "false" or null). `closed` and `woken`: nothing.
    """
    moment = SpikeMoment(spike_id=spike.id, sort=sort, at=now, by_id=by_id, data=data)
    session.add(moment)
    session.flush()
    return moment


def _held(session: Session, spike_id: int) -> Spike | None:
    """Return an incident nobody else changes meanwhile."""
    return session.get(Spike, spike_id, with_for_update={"key_share": True}, populate_existing=True)
