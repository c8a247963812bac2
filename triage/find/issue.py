"""One issue, whole: its mentions and their thread, its moves, its ledger, its verdict, and what it hangs on."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Text, literal, or_, select, union
from sqlalchemy.orm import Session

from listener.models import Mention
from triage import deadlines
from triage.find.access import may_read, visible
from triage.find.cards import DepartmentName, IssueView, LedgerView, Link, MemberName, MoveView, Said
from triage.find.clocks import bounds
from triage.find.queue import cards
from triage.find.said import said
from triage.models import Department, Issue, IssueMention, LedgerEntry, Member, Move, Promise, Status, stands
from triage.refusals import NoSuch
from triage.rights import Actor, allowed

THREAD = 100  # posts of its conversations that are shown, the latest
MENTIONS = 200  # mentions that are shown, the first and the latest; the card counts all
LINKS = 20


def issue(session: Session, actor: Actor, issue_id: int, now: datetime, *, timezone: str = "UTC") -> IssueView:
    """Return one issue as this person may see it; raise `NoSuch` where it is absent or not theirs to know."""
    row = session.scalars(select(Issue).where(Issue.id == issue_id, visible(actor))).one_or_none()
    if row is None:
        raise NoSuch("issue", issue_id)
    mentions, thread, first = _posts(session, row)
    [card] = cards(session, [row], now, bounds(now, timezone), {first.id: first})
    moves = session.scalars(select(Move).where(Move.issue_id == row.id).order_by(Move.id)).all()
    kept = select(LedgerEntry).where(LedgerEntry.issue_id == row.id, stands(LedgerEntry))
    lines = session.scalars(kept.order_by(LedgerEntry.id)).all()
    names = _names(session, {row.acknowledged_by, *(move.by_id for move in moves)})
    places = {one.id: DepartmentName(one.id, one.key, one.name) for one in session.scalars(select(Department))}
    events = [deadlines.Event(one.promise, one.event, one.at, one.due, one.why, one.department_id) for one in lines]
    return IssueView(
        card=card,
        mentions=mentions,
        thread=thread,
        moves=tuple(_move(move, names) for move in moves if may_read(actor, move)),
        ledger=tuple(_line(line, places) for line in lines),
        reasons={name: tuple(deadlines.why(events, name)) for name in (Promise.TRIAGE, Promise.RESOLUTION)},
        verdict=card.verdict,
        verbs=allowed(actor, row),
        outcome=row.outcome,
        policy_id=row.policy_id,
        paused_until=row.paused_until,
        acknowledged_by=names.get(row.acknowledged_by or 0),
        follows=_first(_links(session, actor, Issue.id == row.follows_id)),
        followed_by=_links(session, actor, Issue.follows_id == row.id),
        merged_into=_first(_links(session, actor, Issue.id == row.merged_into_id)),
        merged=_links(session, actor, Issue.merged_into_id == row.id),
        alike=_alike(session, actor, row, mentions),
        earlier=_earlier(session, actor, row),
    )


def issue_of(session: Session, mention_id: int) -> int | None:
    """Return the issue a mention belongs to now."""
    return session.scalar(select(IssueMention.issue_id).where(IssueMention.mention_id == mention_id))


def ended_in(session: Session, issue_id: int | None) -> int | None:
    """Return the issue that holds now what this one held: itself, or the one it went into, merge by merge."""
    met: set[int] = set()
    while issue_id is not None and issue_id not in met:
        met.add(issue_id)
        went = select(Issue.merged_into_id).where(Issue.id == issue_id, Issue.status == Status.MERGED)
        issue_id = session.scalar(went) or issue_id
    return issue_id


def _posts(session: Session, row: Issue) -> tuple[tuple[Said, ...], tuple[Said, ...], Said]:
    """Return its mentions, the conversations around them, and the mention it began with as a card shows it."""
    ours = select(IssueMention.mention_id).where(IssueMention.issue_id == row.id)
    latest = set(session.scalars(ours.order_by(IssueMention.mention_id.desc()).limit(MENTIONS)))
    threads = union(select(Mention.thread).where(Mention.id.in_(ours)), select(literal(row.thread, Text)))
    # all of them first: told that the latest are enough, PostgreSQL would look through everybody's posts from the end
    talk = select(Mention.id, Mention.posted_at).where(Mention.thread.in_(threads)).cte().prefix_with("MATERIALIZED")
    wanted = select(talk.c.id).order_by(talk.c.posted_at.desc(), talk.c.id.desc()).limit(THREAD)
    around = set(session.scalars(wanted))
    shown = {row.first_mention_id, *latest, *around}
    belongs = select(IssueMention).where(IssueMention.issue_id == row.id, IssueMention.mention_id.in_(shown))
    joined = {one.mention_id: one for one in session.scalars(belongs)}
    found = said(session, shown, joined)
    posts = sorted(found.values(), key=lambda one: (one.posted_at, one.id))
    its_own, talked = (tuple(one for one in posts if one.id in ids) for ids in (joined, around))
    return its_own, talked, replace(found[row.first_mention_id], joined_by=None, joined_at=None)


def _move(move: Move, names: Mapping[int, MemberName]) -> MoveView:
    return MoveView(
        move.id, move.sort, move.from_status, move.to_status, move.version, names.get(move.by_id or 0), move.at,
        move.words, move.data,
    )  # fmt: skip


def _line(line: LedgerEntry, places: Mapping[int, DepartmentName]) -> LedgerView:
    place = places.get(line.department_id or 0)
    return LedgerView(line.id, line.promise, line.event, line.at, line.due, place, line.move_id, line.why)


def _names(session: Session, ids: Iterable[int | None]) -> dict[int, MemberName]:
    wanted = [number for number in ids if number is not None]
    return {
        one.id: MemberName(one.id, one.name) for one in session.scalars(select(Member).where(Member.id.in_(wanted)))
    }


def _links(session: Session, actor: Actor, which: ColumnElement[bool]) -> tuple[Link, ...]:
    rows = session.execute(
        select(Issue.id, Issue.title, Issue.status, Issue.opened_at)
        .where(which, visible(actor))
        .order_by(Issue.id.desc())
        .limit(LINKS)
    )
    return tuple(Link(*row) for row in rows)


def _alike(session: Session, actor: Actor, row: Issue, mentions: tuple[Said, ...]) -> tuple[Link, ...]:
    roots = {one.same_as_id or one.id for one in mentions}
    cluster = select(Mention.id).where(or_(Mention.id.in_(roots), Mention.same_as_id.in_(roots)))
    others = select(IssueMention.issue_id).where(IssueMention.mention_id.in_(cluster))
    alike = union(select(Issue.id).where(Issue.thread == row.thread), others).cte().prefix_with("MATERIALIZED")
    return _links(session, actor, (Issue.id != row.id) & Issue.id.in_(select(alike.c[0])))


def _earlier(session: Session, actor: Actor, row: Issue) -> tuple[Link, ...]:
    if row.author_id is None:
        return ()
    return _links(session, actor, (Issue.author_id == row.author_id) & (Issue.id != row.id))


def _first(links: tuple[Link, ...]) -> Link | None:
    return links[0] if links else None
