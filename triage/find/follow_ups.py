"""The words owed to authors: whose day has come, what is still to come, and how those before ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from listener.models import Author, Mention
from triage.afterwards import stands
from triage.find.access import visible
from triage.find.cards import DepartmentName, MemberName
from triage.models import Department, FollowUp, Issue, Member
from triage.rights import Actor

When = Literal["due", "coming", "ended"]
Whose = Literal["mine", "all"]
Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Owed:
    """One word owed to the author of a resolved issue; `ended` is "done" or "left" once it is over.

    `author`, `source`, `language` and `url` are those of the issue's first mention, which is what one answers to.
    """

    id: int
    issue_id: int
    title: str
    due_at: datetime
    words: str
    created_at: datetime
    member: MemberName | None
    department: DepartmentName | None
    author_id: int | None
    author: str
    source: str
    language: str
    url: str | None
    resolved_at: datetime | None
    by: MemberName | None
    done_at: datetime | None
    done_by: MemberName | None
    ended: str | None
    said: str


def owed(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    when: When = "due",
    whose: Whose = "mine",
    after: Place | None = None,
    limit: int = 50,
) -> tuple[Owed, ...]:
    """Return words owed that this person may see, the longest owed first; those that ended, the latest first.

    `after` is the place (`place`) of the last one above.
    """
    wanted = _rows().where(*_of(actor, now, when, whose))
    at, number = (FollowUp.done_at if when == "ended" else FollowUp.due_at), FollowUp.id
    if after is not None:
        here = tuple_(at, number)
        wanted = wanted.where(here < after if when == "ended" else here > after)
    order = (at.desc(), number.desc()) if when == "ended" else (at, number)
    return tuple(_owed(row) for row in session.execute(wanted.order_by(*order).limit(limit)))


def owed_count(session: Session, actor: Actor, now: datetime) -> int:
    """Count the words this person owes whose day has come: what `owed` returns by itself."""
    return counted(session, actor, now, "mine")["due"]


def counted(session: Session, actor: Actor, now: datetime, whose: Whose) -> dict[When, int]:
    """Count what `owed` returns of this person's, or of all they may see: due, and still to come."""
    both = select(func.count()).select_from(FollowUp).join(Issue, Issue.id == FollowUp.issue_id)
    times: tuple[When, ...] = ("due", "coming")
    return {when: session.scalar(both.where(*_of(actor, now, when, whose))) or 0 for when in times}


def words_of(session: Session, issue_id: int) -> tuple[Owed, ...]:
    """Return the words owed for one issue, the one that stands and those that ended, oldest first."""
    wanted = _rows().where(FollowUp.issue_id == issue_id, or_(FollowUp.done_at.is_not(None), stands()))
    return tuple(_owed(row) for row in session.execute(wanted.order_by(FollowUp.id)))


def place(one: Owed) -> Place:
    """Return where a word stands in its list."""
    return (one.done_at or one.due_at, one.id)


def _of(actor: Actor, now: datetime, when: When, whose: Whose) -> Sequence[ColumnElement[bool]]:
    times = {
        "due": and_(stands(), FollowUp.due_at <= now),
        "coming": and_(stands(), FollowUp.due_at > now),
        "ended": FollowUp.done_at.is_not(None),
    }
    mine = FollowUp.member_id == actor.member_id
    if whose == "mine" and when == "ended":
        return (times[when], or_(mine, FollowUp.done_by_id == actor.member_id))
    if whose == "mine":
        # who left owes nothing any more: it is for everybody who may see it
        gone = FollowUp.member_id.is_(None) | FollowUp.member_id.in_(select(Member.id).where(~Member.active))
        return (times[when], or_(mine, and_(gone, visible(actor))))
    return (times[when], or_(mine, visible(actor)))


def _rows() -> Select[*tuple[Any, ...]]:
    owing, asked, done = aliased(Member), aliased(Member), aliased(Member)
    return (
        select(FollowUp, Issue, Mention, Author, Department, owing, asked, done)
        .join(Issue, Issue.id == FollowUp.issue_id)
        .join(Mention, Mention.id == Issue.first_mention_id)
        .outerjoin(Author, Author.id == Mention.author_id)
        .outerjoin(Department, Department.id == Issue.department_id)
        .outerjoin(owing, owing.id == FollowUp.member_id)
        .outerjoin(asked, asked.id == FollowUp.by_id)
        .outerjoin(done, done.id == FollowUp.done_by_id)
    )


def _owed(row: Any) -> Owed:
    one, issue, mention, author, department, owing, asked, done = row
    return Owed(
        id=one.id, issue_id=issue.id, title=issue.title, due_at=one.due_at, words=one.words,
        created_at=one.created_at, member=_name(owing), by=_name(asked), done_by=_name(done),
        department=DepartmentName(department.id, department.key, department.name) if department else None,
        author_id=author.id if author else None, author=(author.name or author.handle) if author else "",
        source=mention.source, language=mention.language, url=mention.url, resolved_at=issue.resolved_at,
        done_at=one.done_at, ended=one.ended, said=one.said,
    )  # fmt: skip


def _name(member: Member | None) -> MemberName | None:
    return MemberName(member.id, member.name) if member else None
