"""Before two issues become one, or one becomes two: both side by side, and which clock will count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from listener.models import Mention
from triage import deadlines, ledger, merging, rights
from triage.deadlines import Clock
from triage.find.access import visible
from triage.find.cards import Card, Link, Said
from triage.find.clocks import bounds
from triage.find.named import named
from triage.find.queue import cards
from triage.find.said import said
from triage.models import OPEN, Issue, IssueMention, Promise
from triage.refusals import BadInput, NoSuch, NotNow, Refusal
from triage.rights import Actor

SUGGESTED = 8
ROOTS = 200  # mentions whose copies are looked for
PROMISES = (Promise.TRIAGE, Promise.RESOLUTION)


@dataclass(frozen=True, slots=True)
class Counts:
    """Which clock counts after a merge: that of the issue that goes in (`child`), or that of the other."""

    promise: str
    childs: bool
    due: datetime
    was: datetime  # the deadline of the issue that takes the other in, as it stands


@dataclass(frozen=True, slots=True)
class Union:
    """Two issues beside each other; `child` goes into `into` unless `refusal` says why not.

    `swaps` says that the other way round would do.
    """

    child: Card
    into: Card
    counts: tuple[Counts, ...]
    refusal: Refusal | None
    swaps: bool


@dataclass(frozen=True, slots=True)
class Half:
    """One of two halves: its mentions, and by when triage must answer it."""

    mentions: tuple[Said, ...]
    triage_due: datetime
    late_found: bool


@dataclass(frozen=True, slots=True)
class Halves:
    """What a split leaves and takes; `returns` is the merged issue that would come back as it was, if it is one."""

    stays: Half
    leaves: Half
    returns: Link | None


def union(
    session: Session, actor: Actor, child_id: int, into_id: int, now: datetime, *, timezone: str = "UTC"
) -> Union:
    """Show what a merge would bring; raise `NoSuch`, and `BadInput` where both are the same."""
    if child_id == into_id:
        raise BadInput("into_id", "An issue cannot go into itself.")
    child, into = _seen(session, actor, child_id), _seen(session, actor, into_id)
    shown = cards(session, [child, into], now, bounds(now, timezone))
    refusal = _refusal(actor, child, into)
    return Union(
        child=shown[0],
        into=shown[1],
        counts=_counts(session, child, into, now) if refusal is None else (),
        refusal=refusal,
        swaps=_refusal(actor, into, child) is None,
    )


def halves(session: Session, actor: Actor, issue_id: int, mention_ids: Iterable[int], now: datetime) -> Halves:
    """Show what a split would leave and take; raise `NoSuch`, and `BadInput` where it cannot be split so."""
    issue = _seen(session, actor, issue_id)
    have = set(session.scalars(select(IssueMention.mention_id).where(IssueMention.issue_id == issue.id)))
    chosen = set(mention_ids)
    if not chosen or not chosen <= have:
        raise BadInput("mention_ids", "Choose mentions that belong to this issue.")
    if chosen == have:
        raise BadInput("mention_ids", "One mention at least must stay.")
    posts = said(session, have)
    other = merging.merged_child(session, issue, sorted(chosen))
    leaves = _half(session, issue, [posts[one] for one in chosen])
    if other is not None:
        leaves = replace(leaves, triage_due=other.triage_due, late_found=other.late_found)
    stays = replace(_half(session, issue, [posts[one] for one in have - chosen]), triage_due=issue.triage_due)
    return Halves(stays, leaves, Link(other.id, other.title, other.status, other.opened_at) if other else None)


def suggestions(
    session: Session, actor: Actor, issue_id: int, words: str, now: datetime, *, timezone: str = "UTC"
) -> tuple[Card, ...]:
    """Return open issues this one could go into: those that say `words`; without words those that are most alike."""
    issue = _seen(session, actor, issue_id)
    fits = _alike(session, issue)
    if words.strip():
        fits = Issue.id.in_([one.id for one in named(session, actor, words, limit=4 * SUGGESTED)])
    open_ones = select(Issue).where(Issue.id != issue.id, Issue.status.in_(OPEN), visible(actor), fits)
    rows = session.scalars(open_ones.order_by(Issue.triage_due, Issue.id).limit(SUGGESTED)).all()
    return cards(session, rows, now, bounds(now, timezone))


def _alike(session: Session, issue: Issue) -> ColumnElement[bool]:
    """Of the same thread, of the same words, or by the same author."""
    ours = select(Mention.id, Mention.same_as_id).join(IssueMention, IssueMention.mention_id == Mention.id)
    rows = session.execute(ours.where(IssueMention.issue_id == issue.id).order_by(Mention.id).limit(ROOTS))
    roots = {same_as_id or mention_id for mention_id, same_as_id in rows}
    copies = select(Mention.id).where(or_(Mention.id.in_(roots), Mention.same_as_id.in_(roots)))
    others = select(IssueMention.issue_id).where(IssueMention.mention_id.in_(copies))
    same: list[ColumnElement[bool]] = [Issue.thread == issue.thread, Issue.id.in_(others)]
    if issue.author_id is not None:
        same.append(Issue.author_id == issue.author_id)
    return or_(*same)


def _seen(session: Session, actor: Actor, issue_id: int) -> Issue:
    found = session.scalars(select(Issue).where(Issue.id == issue_id, visible(actor))).one_or_none()
    if found is None:
        raise NoSuch("issue", issue_id)
    return found


def _refusal(actor: Actor, child: Issue, into: Issue) -> Refusal | None:
    why = rights.fits("merge", child)
    if why is not None:
        return NotNow("merge", child.status, why)
    try:
        merging.check_target(actor, child, into)
    except Refusal as no:
        return no
    return None


def _counts(session: Session, child: Issue, into: Issue, now: datetime) -> tuple[Counts, ...]:
    """Say for each promise whose clock counts, as the merge itself will decide it."""
    found = []
    for promise in PROMISES:
        theirs, ours = ledger.clock(session, child.id, promise), ledger.clock(session, into.id, promise)
        if ours is None or not _runs(ours, now):
            continue
        older = theirs is not None and _runs(theirs, now) and Clock(promise, theirs.start).due < _plain_due(ours)
        wins = replace(ours, start=theirs.start) if older and theirs is not None else ours
        found.append(Counts(promise, older, wins.due, ours.due))
    return tuple(found)


def _runs(clock: Clock, now: datetime) -> bool:
    return clock.state in ("running", "paused") and not clock.is_over(now)


def _plain_due(clock: Clock) -> datetime:
    return Clock(clock.promise, clock.start).due


def _half(session: Session, issue: Issue, posts: Sequence[Said]) -> Half:
    ordered = sorted(posts, key=lambda post: (post.posted_at, post.id))
    terms = ledger.terms(session, issue)
    first = ordered[0]
    start = deadlines.triage(first.posted_at, first.heard_at, terms)
    late = deadlines.is_late_found(first.posted_at, first.heard_at, terms)
    return Half(tuple(ordered), Clock(Promise.TRIAGE, start).due, late)
