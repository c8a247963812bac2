"""Gaps of product and content: each with its issues as evidence, and the links of one issue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, distinct, func, select, tuple_
from sqlalchemy.orm import Session

from listener.models import Mention
from triage.find.access import visible
from triage.find.cards import MemberName
from triage.links import GAPS
from triage.models import OPEN, Issue, IssueLink, LinkSort, Member
from triage.rights import Actor

Place = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap and what shows it, as far as the reader may see: how many issues and mentions, and since when."""

    sort: str
    name: str
    issues: int
    open: int
    mentions: int
    languages: tuple[str, ...]
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """One issue that shows a gap, and the mention that says it; `link_id` is its place in the list."""

    link_id: int
    issue_id: int
    title: str
    status: str
    mentions: int
    mention_id: int | None
    text: str
    language: str
    source: str
    url: str | None
    posted_at: datetime | None
    at: datetime
    by: MemberName | None


@dataclass(frozen=True, slots=True)
class LinkView:
    """One link of an issue; `issues` counts those that show the same gap, this one included."""

    id: int
    sort: str
    name: str
    url: str | None
    mention_id: int | None
    at: datetime
    by: MemberName | None
    issues: int
    mentions: int
    first_at: datetime

    @property
    def is_gap(self) -> bool:
        """Whether it is a gap, and not a place outside."""
        return self.sort != LinkSort.OUTSIDE


def gaps(
    session: Session, actor: Actor, *, sort: str | None = None, after: Place | None = None, limit: int = 50
) -> tuple[Gap, ...]:
    """Return the gaps this person may see, those with the most issues first; `after` is the `gap_place` above."""
    wanted = _gaps(actor)
    if sort is not None:
        wanted = wanted.where(IssueLink.sort == sort)
    if after is not None:
        # most issues first, then by name
        here = tuple_(-func.count(distinct(Issue.id)), IssueLink.sort, IssueLink.name)
        wanted = wanted.having(here > after)
    order = (func.count(distinct(Issue.id)).desc(), IssueLink.sort, IssueLink.name)
    return tuple(_gap(row) for row in session.execute(wanted.order_by(*order).limit(limit)))


def gap(session: Session, actor: Actor, sort: str, name: str) -> Gap | None:
    """Return one gap."""
    row = session.execute(_gaps(actor).where(IssueLink.sort == sort, IssueLink.name == name)).one_or_none()
    return _gap(row) if row else None


def gap_place(one: Gap) -> Place:
    """Return where a gap stands in the list."""
    return (-one.issues, one.sort, one.name)


def evidence(
    session: Session, actor: Actor, sort: str, name: str, *, before: int | None = None, limit: int = 50
) -> tuple[Evidence, ...]:
    """Return the issues that show a gap, the latest link first; `before` is the `link_id` above."""
    wanted = (
        select(IssueLink, Issue, Mention, Member)
        .join(Issue, Issue.id == IssueLink.issue_id)
        .outerjoin(Mention, Mention.id == IssueLink.mention_id)
        .outerjoin(Member, Member.id == IssueLink.by_id)
        .where(IssueLink.sort == sort, IssueLink.name == name, visible(actor))
    )
    if before is not None:
        wanted = wanted.where(IssueLink.id < before)
    return tuple(
        Evidence(
            link_id=link.id, issue_id=issue.id, title=issue.title, status=issue.status, mentions=issue.mention_count,
            mention_id=mention.id if mention else None, text=mention.text if mention else "",
            language=(mention or issue).language, source=(mention or issue).source,
            url=mention.url if mention else None, posted_at=mention.posted_at if mention else None,
            at=link.at, by=_member(member),
        )
        for link, issue, mention, member in session.execute(wanted.order_by(IssueLink.id.desc()).limit(limit))
    )  # fmt: skip


def links_of(session: Session, actor: Actor, issue_id: int) -> tuple[LinkView, ...]:
    """Return what one issue is evidence of and where it goes on, oldest first, with how far each gap reaches."""
    wanted = (
        select(IssueLink, Member)
        .outerjoin(Member, Member.id == IssueLink.by_id)
        .where(IssueLink.issue_id == issue_id)
        .order_by(IssueLink.id)
    )
    rows = session.execute(wanted).all()
    counted = _counted(session, actor, [link for link, _ in rows])
    return tuple(_view(link, member, counted.get((link.sort, link.name))) for link, member in rows)


def gap_names(session: Session, actor: Actor, limit: int = 200) -> dict[str, tuple[str, ...]]:
    """Return the gaps one may choose from, by sort, the most frequent first."""
    found = gaps(session, actor, limit=limit)
    return {str(sort): tuple(one.name for one in found if one.sort == sort) for sort in GAPS}


def suggested(session: Session, actor: Actor, issue_id: int, others: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """Return the gaps that issues alike show and this one does not yet, as (sort, name)."""
    if not others:
        return ()
    have = select(IssueLink.sort, IssueLink.name).where(IssueLink.issue_id == issue_id)
    wanted = (
        select(IssueLink.sort, IssueLink.name)
        .join(Issue, Issue.id == IssueLink.issue_id)
        .where(IssueLink.issue_id.in_(others), IssueLink.sort.in_(GAPS), visible(actor))
        .where(tuple_(IssueLink.sort, IssueLink.name).not_in(have))
        .group_by(IssueLink.sort, IssueLink.name)
        .order_by(func.count().desc(), IssueLink.name)
        .limit(3)
    )
    return tuple((row.sort, row.name) for row in session.execute(wanted))


def _gaps(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            IssueLink.sort,
            IssueLink.name,
            func.count(distinct(Issue.id)).label("issues"),
            func.count(distinct(Issue.id)).filter(Issue.status.in_(OPEN)).label("open"),
            func.sum(Issue.mention_count).label("mentions"),
            func.array_agg(distinct(Issue.language)).label("languages"),
            func.min(Issue.posted_at).label("first_at"),
            func.max(Issue.posted_at).label("last_at"),
        )
        .join(Issue, Issue.id == IssueLink.issue_id)
        .where(IssueLink.sort.in_(GAPS), visible(actor))
        .group_by(IssueLink.sort, IssueLink.name)
    )


def _gap(row: Any) -> Gap:
    return Gap(
        row.sort, row.name, row.issues, row.open, int(row.mentions), tuple(row.languages), row.first_at, row.last_at
    )


def _counted(session: Session, actor: Actor, links: Sequence[IssueLink]) -> dict[tuple[str, str], Gap]:
    names = {(link.sort, link.name) for link in links if link.sort in GAPS}
    if not names:
        return {}
    wanted = _gaps(actor).where(tuple_(IssueLink.sort, IssueLink.name).in_(names))
    return {(row.sort, row.name): _gap(row) for row in session.execute(wanted)}


def _view(link: IssueLink, member: Member | None, found: Gap | None) -> LinkView:
    return LinkView(
        id=link.id, sort=link.sort, name=link.name, url=link.url, mention_id=link.mention_id, at=link.at,
        by=_member(member), issues=found.issues if found else 1, mentions=found.mentions if found else 0,
        first_at=found.first_at if found else link.at,
    )  # fmt: skip


def _member(member: Member | None) -> MemberName | None:
    return MemberName(member.id, member.name) if member else None
