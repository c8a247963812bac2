"""What an issue is evidence of and where it goes on: product gaps, content gaps, tickets and rows of a CRM."""

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from listener.text import fold
from triage.models import Issue, IssueLink, IssueMention, LinkSort, Role
from triage.people import Actor
from triage.refusals import BadInput, NoSuch, NotYours
from triage.rights import SEES_ALL
from triage.turn import checked_words, load, ready, write

GAPS = (LinkSort.PRODUCT_GAP, LinkSort.CONTENT_GAP)
LONGEST_NAME, LONGEST_URL = 160, 2000


def link(
    session: Session,
    issue_id: int,
    sort: str,
    name: str,
    *,
    url: str = "",
    mention_id: int | None = None,
    by: Actor,
    now: datetime,
) -> IssueLink:
    """Say what an issue shows, or where it goes on outside; like a note it makes nobody's page stale.

    A gap that is known by the same words keeps its spelling. `mention_id` is the evidence: a mention of the issue, the
    first one where none is named.
    """
    issue = ready(session, issue_id, "link", by, None)
    if sort not in set(LinkSort):
        raise BadInput("sort", "Choose a product gap, a content gap or a place outside.")
    named, address = _name(name), _address(url)
    if sort == LinkSort.OUTSIDE and address is None:
        raise BadInput("url", "Write the whole address, beginning with https://.")
    shows = _evidence(session, issue, mention_id) if sort in GAPS else None
    named = known(session, sort, named) or named if sort in GAPS else named
    wanted = select(IssueLink).where(IssueLink.issue_id == issue.id, IssueLink.sort == sort, IssueLink.name == named)
    found = session.scalars(wanted).first()
    if found is not None and (sort in GAPS or found.url == address):
        return found
    made = IssueLink(
        issue_id=issue.id, sort=sort, name=named, url=address, mention_id=shows, by_id=by.member_id, at=now
    )
    session.add(made)
    session.flush()
    write(session, issue, "link", by=by, now=now, data={"link_id": made.id, "sort": sort, "name": named})
    return made


def unlink(session: Session, issue_id: int, link_id: int, *, by: Actor, now: datetime) -> None:
    """Take a link away; that it was there stays in the moves."""
    issue = ready(session, issue_id, "link", by, None)
    taken = delete(IssueLink).where(IssueLink.id == link_id, IssueLink.issue_id == issue.id)
    gone = session.scalars(taken.returning(IssueLink)).one_or_none()
    if gone is None:
        raise NoSuch("link", link_id)
    write(session, issue, "unlink", by=by, now=now, data={"link_id": link_id, "sort": gone.sort, "name": gone.name})


def rename(session: Session, sort: str, name: str, becomes: str, *, by: Actor, now: datetime) -> str:
    """Call a gap otherwise on all its issues, or let it go into another; return the name it has now."""
    if by.role == Role.OUTSIDER:
        raise NoSuch("gap", name)
    if by.role not in SEES_ALL:
        raise NotYours(verb="link")
    named = _name(becomes)
    other = known(session, sort, named)
    # only another spelling of its own name is taken as it is written
    named = other if other is not None and other != name else named
    wanted = select(IssueLink.issue_id).where(IssueLink.sort == sort, IssueLink.name == name)
    issue_ids = session.scalars(wanted.order_by(IssueLink.issue_id).distinct()).all()
    if sort not in GAPS or not issue_ids:
        raise NoSuch("gap", name)
    if named == name:
        return name
    there = select(IssueLink.issue_id).where(IssueLink.sort == sort, IssueLink.name == named)
    session.execute(
        delete(IssueLink).where(IssueLink.sort == sort, IssueLink.name == name, IssueLink.issue_id.in_(there))
    )
    session.execute(update(IssueLink).where(IssueLink.sort == sort, IssueLink.name == name).values(name=named))
    for issue_id in issue_ids:
        said = {"sort": sort, "said": name, "name": named}
        write(session, load(session, issue_id), "link", by=by, now=now, data=said)
    return named


def known(session: Session, sort: str, name: str) -> str | None:
    """Return how a gap of these words is spelt already, whatever its capitals and letters of another keyboard."""
    wanted = (
        select(IssueLink.name).where(IssueLink.sort == sort).group_by(IssueLink.name).order_by(func.min(IssueLink.id))
    )
    key = fold(name)
    return next((one for one in session.scalars(wanted) if fold(one) == key), None)


def _name(given: str) -> str:
    name = " ".join(checked_words(given).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadInput("name", "Name it in a few words, at most %(most)s characters.", most=LONGEST_NAME)
    return name


def _address(given: str) -> str | None:
    address = given.strip()
    if not address:
        return None
    parts = urlsplit(address) if len(address) <= LONGEST_URL and address.isprintable() else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or " " in address:
        raise BadInput("url", "Write the whole address, beginning with https://.")
    return address


def _evidence(session: Session, issue: Issue, mention_id: int | None) -> int:
    if mention_id is None:
        return issue.first_mention_id
    belongs = select(IssueMention.mention_id).where(
        IssueMention.issue_id == issue.id, IssueMention.mention_id == mention_id
    )
    if session.scalar(belongs) is None:
        raise BadInput("mention_id", "Choose a mention that belongs to this issue.")
    return mention_id
