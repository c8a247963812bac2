"""The cards of a lane: sorted by time left, grouped by horizon, a stretch at a time."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from listener import find as heard
from listener.find import FEW, Chosen
from listener.models import Mention
from triage.find.cards import HORIZONS, Card, MemberName, Page, Said
from triage.find.clocks import bounds, clocks, horizon
from triage.find.filters import Filters
from triage.find.lanes import EVERYTHING, NEWEST_FIRST, place_of, wanted
from triage.find.said import said
from triage.find.spread import spreads
from triage.find.verdicts import verdicts
from triage.models import Department, Issue, Keeping, Member, Policy, Verdict
from triage.refusals import BadInput
from triage.rights import Actor

# the promise in hand: triage while it runs or nothing was handed over yet, then resolution (as `Card.clock`)
DUE = case(
    (or_(Issue.triage == Keeping.RUNNING, Issue.resolution == Keeping.NONE), Issue.triage_due),
    else_=func.coalesce(Issue.resolution_due, Issue.triage_due),
)


def queue(
    session: Session,
    actor: Actor,
    lane: str,
    filters: Filters | None = None,
    cursor: str | None = None,
    now: datetime | None = None,
    *,
    limit: int = 50,
    timezone: str = "UTC",
) -> Page:
    """Return a stretch of a lane: the least time left first; `closed` and `all` the newest first.

    `now` says what is left of each promise; `timezone` is the reader's, for "later today". The page's total and
    horizons count the whole lane under the same filters. Raise `BadInput` for an unknown lane, cursor or zone.
    """
    if now is None:
        raise BadInput("now", "The moment is missing.")
    edges = _edges(now, timezone)
    newest_first = lane in NEWEST_FIRST
    limit = min(max(limit, 1), 200)
    horizons: dict[Any, int] = {}
    at_least = False
    if newest_first and filters is not None and filters.reads:
        rows, total, at_least = _looked_through(session, actor, lane, filters, cursor, limit + 1)
    else:
        fits = wanted(session, actor, lane, filters)
        rows = session.scalars(_stretch(fits, newest_first, cursor).limit(limit + 1)).all()
        total, horizons = _counted(session, fits, edges, newest_first)
    page = rows[:limit]
    return Page(
        lane=lane,
        cards=cards(session, page, now, edges),
        cursor=_cursor(page[-1], newest_first) if len(rows) > limit else None,
        total=total,
        horizons=horizons,
        at_least=at_least,
    )


def chosen_ids(
    session: Session, actor: Actor, lane: str, filters: Filters | None = None, limit: int = 5000
) -> list[tuple[int, int]]:
    """Return (id, version) of all that fit a lane and its filters, in the order of the queue: what a bulk moves."""
    fits = wanted(session, actor, lane, filters)
    order = (Issue.id.desc(),) if lane in NEWEST_FIRST else (DUE, Issue.id)
    rows = session.execute(select(Issue.id, Issue.version).where(fits).order_by(*order).limit(limit))
    return [(number, version) for number, version in rows]


def following(session: Session, actor: Actor, lane: str, filters: Filters, issue_id: int) -> int | None:
    """Return the issue that comes after this one in a lane; nothing where it is the last, or is gone."""
    row = session.get(Issue, issue_id)
    if row is None:
        return None
    newest_first = lane in NEWEST_FIRST
    rows = _stretch(wanted(session, actor, lane, filters), newest_first, _cursor(row, newest_first))
    return session.scalar(rows.with_only_columns(Issue.id).limit(1))


def search(
    session: Session,
    actor: Actor,
    filters: Filters,
    cursor: str | None = None,
    now: datetime | None = None,
    *,
    limit: int = 50,
    timezone: str = "UTC",
) -> Page:
    """Return the issues, open and closed, that fit the filters, newest first."""
    return queue(session, actor, EVERYTHING, filters, cursor, now, limit=limit, timezone=timezone)


def waiting(session: Session) -> tuple[int, datetime | None]:
    """Return how many mentions have no verdict yet, and when the oldest of them was stored: the backlog."""
    unrouted = ~exists().where(Verdict.mention_id == Mention.id, Verdict.is_current)
    count, oldest = session.execute(select(func.count(), func.min(Mention.stored_at)).where(unrouted)).one()
    return int(count), oldest


def cards(
    session: Session,
    issues: Sequence[Issue],
    now: datetime,
    edges: list[datetime],
    first: Mapping[int, Said] | None = None,
) -> tuple[Card, ...]:
    """Return the cards of some issues, in their order, with a handful of questions for all of them.

    `first` is their first mentions by id, where somebody has them already.
    """
    if not issues:
        return ()
    first = said(session, (one.first_mention_id for one in issues)) if first is None else first
    owners = {one.owner_id for one in issues if one.owner_id is not None}
    names = {
        one.id: MemberName(one.id, one.name) for one in session.scalars(select(Member).where(Member.id.in_(owners)))
    }
    places = {one.id: one for one in session.scalars(select(Department))}
    policies = {one.policy_id for one in issues}
    at_risk = {
        row.id: row.at_risk_hours
        for row in session.execute(select(Policy.id, Policy.at_risk_hours).where(Policy.id.in_(policies)))
    }
    routed = verdicts(session, (one.first_mention_id for one in issues))
    far = spreads(session, issues)
    made = []
    for one in issues:
        triage, resolution = clocks(one, at_risk[one.policy_id], now)
        card = Card(
            id=one.id, version=one.version, status=one.status, lane=one.lane, title=one.title, language=one.language,
            kind=one.kind, mood=one.mood, source=one.source, mention_count=one.mention_count, is_demo=one.is_demo,
            posted_at=one.posted_at, heard_at=one.heard_at, opened_at=one.opened_at,
            acknowledged_at=one.acknowledged_at, handed_at=one.handed_at, accepted_at=one.accepted_at,
            private_at=one.private_at, resolved_at=one.resolved_at, closed_at=one.closed_at, bounces=one.bounces,
            routed_by=one.routed_by, late_found=one.late_found, first=first[one.first_mention_id],
            department=place_of(places.get(one.department_id or 0)), owner=names.get(one.owner_id or 0), triage=triage,
            resolution=resolution, horizon=horizon(None if one.closed_at else _due(one), edges),
            snoozed_until=one.snoozed_until, thread_size=far[one.id].thread_size, also_at=far[one.id].also_at,
            verdict=routed.get(one.first_mention_id),
        )  # fmt: skip
        made.append(card)
    return tuple(made)


def _due(issue: Issue) -> datetime:
    in_triage = issue.triage == Keeping.RUNNING or issue.resolution == Keeping.NONE
    return issue.triage_due if in_triage else issue.resolution_due or issue.triage_due


def _stretch(fits: ColumnElement[bool], newest_first: bool, cursor: str | None) -> Select[Issue]:
    after = _after(cursor) if cursor else None
    if newest_first:
        rows = select(Issue).where(fits).order_by(Issue.id.desc())
        return rows.where(Issue.id < after[1]) if after else rows
    rows = select(Issue).where(fits).order_by(DUE, Issue.id)
    return rows.where(tuple_(DUE, Issue.id) > tuple_(*after)) if after else rows


def _looked_through(
    session: Session, actor: Actor, lane: str, filters: Filters, cursor: str | None, limit: int
) -> tuple[Sequence[Issue], int, bool]:
    """Return the newest issues that fit, how many were found on the way, and whether older ones were left unread.

    What has to be read in their mentions is sought in windows that grow unless it is rare, as
    `listener.find.mentions` does (docs/decisions/0010).
    """
    few = heard.count(session, Chosen(q=filters.words, topic_id=filters.topic_id), most=FEW) < FEW
    after = [Issue.id < _after(cursor)[1]] if cursor else []
    oldest: int | None = None
    rows: Sequence[Any] = ()
    for oldest in heard.windows(session.scalar(select(func.max(Issue.id))) or 0, few=few):
        fits = wanted(session, actor, lane, filters, oldest)
        found = select(Issue.id).where(fits).cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
        whole = select(func.count()).select_from(found).scalar_subquery()
        asked = select(Issue, whole).join(found, found.c.id == Issue.id).where(*after).order_by(Issue.id.desc())
        rows = session.execute(asked.limit(limit)).all()
        if len(rows) == limit:
            break
    return [issue for issue, _ in rows], rows[0][1] if rows else 0, oldest is not None


def _cursor(last: Issue, newest_first: bool) -> str:
    due = last.opened_at if newest_first else _due(last)
    return base64.urlsafe_b64encode(f"{due.isoformat()} {last.id}".encode()).decode().rstrip("=")


def _after(cursor: str) -> tuple[datetime, int]:
    try:
        due, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().rsplit(" ", 1)
        return datetime.fromisoformat(due), int(number)
    except (ValueError, binascii.Error):
        raise BadInput("cursor", "This page cannot be continued from there. Begin again without a cursor.") from None


def _edges(now: datetime, timezone: str) -> list[datetime]:
    try:
        return bounds(now, timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput("timezone", "There is no time zone “%(zone)s”.", zone=timezone) from None


def _counted(
    session: Session, fits: ColumnElement[bool], edges: list[datetime], newest_first: bool
) -> tuple[int, dict[Any, int]]:
    if newest_first:
        return session.scalar(select(func.count()).select_from(Issue).where(fits)) or 0, {}
    heading = func.width_bucket(DUE, edges)
    rows = session.execute(select(heading, func.count()).where(fits).group_by(heading)).all()
    return sum(count for _, count in rows), {HORIZONS[place]: count for place, count in rows}
