"""What people have written on issues and not sent: kept at every pause of typing, dropped once it is said."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from triage import rights
from triage.models import Draft
from triage.refusals import NoSuch
from triage.rights import Actor
from triage.turn import checked_words, load


def keep(session: Session, issue_id: int, words: str, *, seen: int, by: Actor, now: datetime) -> Draft | None:
    """Keep what `by` has written so far, as typed; nothing but spaces drops the draft and returns `None`.

    `seen` is the version of the issue they were looking at. Raise `NoSuch` where it is not theirs to see, `BadInput`
    for words no page can show.
    """
    if not rights.may_see(by, load(session, issue_id)):
        raise NoSuch("issue", issue_id)
    if not checked_words(words):
        drop(session, by.member_id, issue_id)
        return None
    kept = {"words": words, "seen": seen, "updated_at": now}
    made = insert(Draft).values(member_id=by.member_id, issue_id=issue_id, **kept)
    session.execute(made.on_conflict_do_update(index_elements=[Draft.member_id, Draft.issue_id], set_=kept))
    return of(session, by.member_id, issue_id)


def of(session: Session, member_id: int, issue_id: int) -> Draft | None:
    """Return a member's draft on an issue, if there is one."""
    return session.get(Draft, (member_id, issue_id), populate_existing=True)


def mine(session: Session, member_id: int) -> Sequence[Draft]:
    """Return a member's drafts, the newest first."""
    wanted = select(Draft).where(Draft.member_id == member_id).order_by(Draft.updated_at.desc(), Draft.issue_id.desc())
    return session.scalars(wanted).all()


def drop(session: Session, member_id: int, issue_id: int) -> None:
    """Forget a member's draft on an issue: it was sent, or thrown away."""
    session.execute(delete(Draft).where(Draft.member_id == member_id, Draft.issue_id == issue_id))
