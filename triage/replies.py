"""What somebody said last in public, and whether what they say now reads like it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.models import Author
from triage.alike import EARLIER, Alike, alike
from triage.models import Issue, Move, stands

IN_PUBLIC = ("acknowledge", "resolve")


def replies(session: Session, member_id: int, *, but: int) -> Sequence[str]:
    """Return what a member said last in public on other issues than `but`, the newest first."""
    said = (Move.by_id == member_id, Move.words != "", Move.sort.in_(IN_PUBLIC), Move.issue_id != but)
    return session.scalars(select(Move.words).where(*said, stands(Move)).order_by(Move.id.desc()).limit(EARLIER)).all()


def compared(session: Session, issue: Issue, words: str, member_id: int) -> Alike:
    """Compare a reply on an issue with its writer's last ones; the author's name makes none of them personal."""
    spoken_to = session.execute(select(Author.name, Author.handle).where(Author.id == issue.author_id)).first()
    return alike(words, replies(session, member_id, but=issue.id), spoken_to or ())
