"""Everybody who reported one matter: the authors of an issue and of those alike, and who of them was told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from listener.models import Author, Mention
from triage.find.access import visible
from triage.find.cards import MemberName
from triage.models import Issue, IssueMention, Member, Move
from triage.refusals import NoSuch
from triage.rights import Actor

MOST = 500  # authors of one matter that are listed
CLUSTER = 2000  # mentions that are looked through for them


@dataclass(frozen=True, slots=True)
class Reporter:
    """One author who reported it: their latest post, to answer at its `url`, and how many there were.

    `issue_id` is where that post is, another issue for one alike. `told_at` is set once somebody answered them.
    """

    author_id: int
    author: str
    handle: str
    source: str
    mention_id: int
    text: str
    language: str
    url: str | None
    posted_at: datetime
    posts: int
    issue_id: int
    told_at: datetime | None
    told_by: MemberName | None
    words: str


def reporters(session: Session, actor: Actor, issue_id: int) -> tuple[Reporter, ...]:
    """Return everybody who reported this, who still waits first, oldest post first; ours and unknown ones left out.

    Merged issues' mentions belong to the issue already; beside them stand those of issues of the same conversation or
    of the same words, as far as this person may see them.
    """
    row = session.scalars(select(Issue).where(Issue.id == issue_id, visible(actor))).one_or_none()
    if row is None:
        raise NoSuch("issue", issue_id)
    posts: dict[int, list[tuple[Mention, Author, int]]] = {}
    for mention, author, belongs in session.execute(_posts(row, actor)):
        posts.setdefault(author.id, []).append((mention, author, belongs))
    told = _told(session, issue_id)
    found = [_reporter(mine, issue_id, told.get(author_id)) for author_id, mine in posts.items()]
    return tuple(sorted(found, key=lambda one: (one.told_at is not None, one.posted_at, one.author_id))[:MOST])


def _posts(row: Issue, actor: Actor) -> Select[*tuple[Any, ...]]:
    ours = select(IssueMention.mention_id).where(IssueMention.issue_id == row.id)
    own = select(Mention.id, Mention.same_as_id).where(Mention.id.in_(ours)).subquery()
    firsts = select(own.c.same_as_id).where(own.c.same_as_id.is_not(None))
    talk = select(IssueMention.mention_id).join(Issue, Issue.id == IssueMention.issue_id)
    copies = select(Mention.id).where(Mention.same_as_id.in_(union(select(own.c.id), firsts)))
    # one way at a time: asked as one "or", each would be tried on every mention there is
    near = union(ours, firsts, copies, talk.where(Issue.thread == row.thread)).subquery()
    return (
        select(Mention, Author, IssueMention.issue_id)
        .join(IssueMention, IssueMention.mention_id == Mention.id)
        .join(Issue, Issue.id == IssueMention.issue_id)
        .join(Author, Author.id == Mention.author_id)
        .where(Mention.id.in_(select(near.c[0])), visible(actor))
        .where(~Mention.is_ours, ~Author.is_ours, ~Mention.is_repost)
        .order_by(Mention.posted_at.desc(), Mention.id.desc())
        .limit(CLUSTER)
    )


def _reporter(
    posts: list[tuple[Mention, Author, int]], issue_id: int, told: tuple[Move, MemberName | None] | None
) -> Reporter:
    # what they wrote here counts before what they wrote in an issue alike
    mention, author, belongs = next((one for one in posts if one[2] == issue_id), posts[0])
    return Reporter(
        author_id=author.id, author=author.name or author.handle, handle=author.handle, source=mention.source,
        mention_id=mention.id, text=mention.text, language=mention.language, url=mention.url,
        posted_at=mention.posted_at, posts=len(posts), issue_id=belongs,
        told_at=told[0].at if told else None, told_by=told[1] if told else None, words=told[0].words if told else "",
    )  # fmt: skip


def _told(session: Session, issue_id: int) -> dict[int, tuple[Move, MemberName | None]]:
    """Return the last word on each author who was ticked off; a tick taken back is none."""
    wanted = (
        select(Move, Member)
        .outerjoin(Member, Member.id == Move.by_id)
        .where(Move.issue_id == issue_id, Move.sort == "told")
        .order_by(Move.id)
    )
    last: dict[int, tuple[Move, MemberName | None]] = {}
    for move, member in session.execute(wanted):
        last[move.data["author_id"]] = (move, MemberName(member.id, member.name) if member else None)
    return {author_id: one for author_id, one in last.items() if one[0].data["told"]}


def waiting(found: Iterable[Reporter]) -> int:
    """Count those nobody told yet."""
    return sum(one.told_at is None for one in found)
