"""The lanes, their counts, and the cards behind them: sorted by time left, grouped by horizon, a stretch at a time."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from listener.models import Mention, MentionTopic
from listener.text import fold
from triage.find.access import visible
from triage.find.cards import HORIZONS, Card, DepartmentName, Filters, LaneCount, MemberName, Page
from triage.find.clocks import bounds, clocks, horizon
from triage.find.said import said
from triage.models import OPEN, Crisis, Department, Issue, IssueMention, Keeping, Lane, Member, Policy, Status, Verdict
from triage.refusals import BadInput
from triage.rights import SEES_ALL, Actor

CLOSED = "closed"
EVERYTHING = "all"
CRISIS = "crisis"  # shown while one stands
DEPARTMENT = "department:"
ALARMING = (CRISIS, Lane.NOBODY)

# the promise in hand: triage while it runs or nothing was handed over yet, then resolution (as `Card.clock`)
DUE = case(
    (or_(Issue.triage == Keeping.RUNNING, Issue.resolution == Keeping.NONE), Issue.triage_due),
    else_=func.coalesce(Issue.resolution_due, Issue.triage_due),
)
_AT_WORK = (Status.TRIAGE, Status.HANDED, Status.ACCEPTED)


def lanes(session: Session, actor: Actor) -> tuple[LaneCount, ...]:
    """Return the lanes this person works with and how many issues open behind each, in one question."""
    places = {one.id: one for one in session.scalars(select(Department).order_by(Department.key))}
    shown = [one for one in places.values() if one.enabled or one.id in actor.department_ids]
    if actor.role in SEES_ALL:
        keys = [CRISIS, *Lane, "mine", *(DEPARTMENT + one.key for one in shown), "waiting"]
    else:
        own = [DEPARTMENT + one.key for one in shown if one.id in actor.department_ids]
        keys = ["mine", *own, "waiting", Lane.TRIAGE, Lane.LATE] if own else []
    if not keys:
        return ()
    by_key = {one.key: one for one in places.values()}
    counts = session.execute(
        select(*(func.count().filter(_lane(key, actor, by_key)) for key in keys)).where(
            Issue.status.in_(OPEN), visible(actor)
        )
    ).one()
    return tuple(
        LaneCount(str(key), count, key in ALARMING and count > 0, _place(by_key.get(key.removeprefix(DEPARTMENT))))
        for key, count in zip(keys, counts, strict=True)
        if count or key != CRISIS
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
    by_key = {one.key: one for one in session.scalars(select(Department))}
    wanted = and_(visible(actor), _lane(lane, actor, by_key), *_narrowed(filters or Filters()))
    newest_first = lane in (CLOSED, EVERYTHING)
    limit = min(max(limit, 1), 200)
    rows = session.scalars(_stretch(wanted, newest_first, cursor).limit(limit + 1)).all()
    total, horizons = _counted(session, wanted, edges, newest_first)
    page = rows[:limit]
    return Page(
        lane=lane,
        cards=cards(session, page, now, edges),
        cursor=_cursor(page[-1], newest_first) if len(rows) > limit else None,
        total=total,
        horizons=horizons,
    )


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


def cards(session: Session, issues: Sequence[Issue], now: datetime, edges: list[datetime]) -> tuple[Card, ...]:
    """Return the cards of some issues, in their order, with a handful of questions for all of them."""
    if not issues:
        return ()
    first = said(session, (one.first_mention_id for one in issues))
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
            department=_place(places.get(one.department_id or 0)), owner=names.get(one.owner_id or 0), triage=triage,
            resolution=resolution, horizon=horizon(None if one.closed_at else _due(one), edges),
        )  # fmt: skip
        made.append(card)
    return tuple(made)


def _due(issue: Issue) -> datetime:
    in_triage = issue.triage == Keeping.RUNNING or issue.resolution == Keeping.NONE
    return issue.triage_due if in_triage else issue.resolution_due or issue.triage_due


def _lane(key: str, actor: Actor, departments: dict[str, Department]) -> ColumnElement[bool]:
    if key in set(Lane):
        return and_(Issue.status == Status.TRIAGE, Issue.lane == key)
    if key == CRISIS:
        gathers = select(Crisis.issue_id).where(Crisis.stood_down_at.is_(None), Crisis.issue_id.is_not(None))
        return and_(Issue.status.in_(OPEN), Issue.id.in_(gathers))
    if key == "mine":
        return and_(Issue.status.in_(_AT_WORK), Issue.owner_id == actor.member_id)
    if key == "waiting":
        return Issue.status == Status.WAITING
    if key == CLOSED:
        return Issue.status.not_in(OPEN)
    if key == EVERYTHING:
        return Issue.id > 0
    place = departments.get(key.removeprefix(DEPARTMENT)) if key.startswith(DEPARTMENT) else None
    if place is None:
        raise BadInput("lane", "There is no lane “%(lane)s”.", lane=key)
    return and_(Issue.status.in_(_AT_WORK), Issue.department_id == place.id, Issue.held_at.is_not(None))


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    same: dict[Any, Any] = {
        Issue.status: filters.status, Issue.kind: filters.kind, Issue.mood: filters.mood, Issue.source: filters.source,
        Issue.language: filters.language, Issue.department_id: filters.department_id, Issue.owner_id: filters.owner_id,
        Issue.author_id: filters.author_id, Issue.late_found: filters.late_found,
    }  # fmt: skip
    clauses: list[ColumnElement[bool]] = [column == value for column, value in same.items() if value is not None]
    if filters.broken is not None:
        broken = or_(Issue.triage == Keeping.BROKEN, Issue.resolution == Keeping.BROKEN)
        clauses.append(broken if filters.broken else ~broken)
    if filters.opened_from is not None:
        clauses.append(Issue.opened_at >= filters.opened_from)
    if filters.opened_to is not None:
        clauses.append(Issue.opened_at < filters.opened_to)
    if filters.topic_id is not None:
        speaks = select(IssueMention.issue_id).join(MentionTopic, MentionTopic.mention_id == IssueMention.mention_id)
        clauses.append(Issue.id.in_(speaks.where(MentionTopic.topic_id == filters.topic_id)))
    if filters.words.strip():
        clauses.append(_says(filters.words))
    return clauses


def _says(words: str) -> ColumnElement[bool]:
    number = words.strip().upper().removeprefix("HB-").removeprefix("#")
    key = func.plainto_tsquery("simple", fold(words))
    speaks = select(IssueMention.issue_id).join(Mention, Mention.id == IssueMention.mention_id)
    found: ColumnElement[bool] = Issue.id.in_(speaks.where(Mention.search.op("@@")(key)))
    if number.isascii() and number.isdecimal() and len(number) < 19:
        return or_(found, Issue.id == int(number))
    return found


def _stretch(wanted: ColumnElement[bool], newest_first: bool, cursor: str | None) -> Select[Issue]:
    after = _after(cursor) if cursor else None
    if newest_first:
        rows = select(Issue).where(wanted).order_by(Issue.id.desc())
        return rows.where(Issue.id < after[1]) if after else rows
    rows = select(Issue).where(wanted).order_by(DUE, Issue.id)
    return rows.where(tuple_(DUE, Issue.id) > tuple_(*after)) if after else rows


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
    session: Session, wanted: ColumnElement[bool], edges: list[datetime], newest_first: bool
) -> tuple[int, dict[Any, int]]:
    if newest_first:
        return session.scalar(select(func.count()).select_from(Issue).where(wanted)) or 0, {}
    heading = func.width_bucket(DUE, edges)
    rows = session.execute(select(heading, func.count()).where(wanted).group_by(heading)).all()
    return sum(count for _, count in rows), {HORIZONS[place]: count for place, count in rows}


def _place(found: Department | None) -> DepartmentName | None:
    return DepartmentName(found.id, found.key, found.name) if found else None
