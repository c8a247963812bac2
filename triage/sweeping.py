"""Marking the morning's sweep as done, so that the next person knows from where to go on."""

from datetime import datetime

from sqlalchemy.orm import Session

from triage.models import Sweep
from triage.refusals import BadInput, NotYours
from triage.rights import SEES_ALL, Actor
from triage.turn import checked_words


def mark(session: Session, since: datetime, *, by: Actor, now: datetime, words: str = "") -> Sweep:
    """Write down that `by` went through everything from `since` until now; listeners, managers and administrators."""
    if by.role not in SEES_ALL:
        raise NotYours(verb="sweep", department=None, ask=[])
    if since > now:
        raise BadInput("since", "A sweep looks back: choose a moment that is past.")
    made = Sweep(since=since, at=now, by_id=by.member_id, words=checked_words(words))
    session.add(made)
    session.flush()
    return made
