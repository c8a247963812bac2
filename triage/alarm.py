"""What the ground floor found unusual is told to the people who can do something about it."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from listener.models import Spike, SpikeSort
from triage import notify, people
from triage.models import Notice


def round(session: Session, now: datetime, limit: int = 50) -> int:
    """Tell of every open incident nobody was told of; return how many.

    A feed that is silent is told to administrators and listeners, what people say to listeners and managers.
    """
    told = exists().where(Notice.spike_id == Spike.id)
    wanted = select(Spike).where(Spike.closed_at.is_(None), ~told).order_by(Spike.id).limit(limit)
    found = session.scalars(wanted.with_for_update(skip_locked=True)).all()
    for spike in found:
        of_feed = spike.sort == SpikeSort.SILENCE
        beside = people.admins(session) if of_feed else people.managers(session)
        notify.tell(
            session,
            spike_id=spike.id,
            member_ids={*people.listeners(session), *beside},
            reason="feed_silent" if of_feed else "spike",
            step=spike.sort,
            data={"observed": figure(spike.observed), "typical": figure(spike.typical)},
            now=now,
        )
    return len(found)


def figure(number: float) -> int | float:
    """Return a figure as people say it: whole from ten on, with one decimal below."""
    return int(number + 0.5) if number >= 10 else float(f"{number:.1f}")
