"""Incidents, and what happened to each."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.models import SpikeMoment


def moments(session: Session, spike_id: int) -> list[SpikeMoment]:
    """Return what happened to an incident, oldest first."""
    return list(session.scalars(select(SpikeMoment).where(SpikeMoment.spike_id == spike_id).order_by(SpikeMoment.id)))
