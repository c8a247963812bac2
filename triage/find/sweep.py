"""Everything severe since a moment, at once: what a person looks through in the morning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from listener.find.counted import counted
from listener.models import Author, Mention, MentionTopic, Spike, SpikeSort, Topic, TopicKind
from listener.sentiment import MoodLabel
from triage.find.access import visible
from triage.find.cards import Card, MemberName, Said
from triage.find.clocks import bounds
from triage.find.crises import CrisisLine, crises
from triage.find.queue import DUE, cards
from triage.find.said import said
from triage.models import OPEN, Crisis, Issue, IssueMention, Keeping, Member, Sweep
from triage.rights import Actor

SEVERE = -0.5  # mood from here down: no irony, no grumbling, anger
SOON = timedelta(hours=4)
SHOWN = 10
# what is said of others, however angry, is no trouble of ours
OURS = (TopicKind.BRAND, TopicKind.PRODUCT, TopicKind.PERSON, TopicKind.CAMPAIGN, TopicKind.OWN_STAFF)
MOST_INCIDENTS = 50


@dataclass(frozen=True, slots=True)
class Severe:
    """One mention worth a look, with how far it went (followers, replies and shares) and the issue it stands in.

    `issue` is empty where it stands in none, and where this reader may not see it (`is_elsewhere`).
    """

    said: Said
    reach: int
    copies: int
    issue: Card | None
    is_elsewhere: bool


@dataclass(frozen=True, slots=True)
class Swept:
    """A sweep somebody marked as done."""

    by: MemberName
    at: datetime
    since: datetime
    words: str


@dataclass(frozen=True, slots=True)
class SweepView:
    """What happened from `since` to `until`; each list shows the first ones, its count says how many there are.

    `silent` are feeds that are silent now; `broken` are promises that broke in the time and whose authors still wait;
    `soon` end within `SOON`.
    """

    since: datetime
    until: datetime
    crises: tuple[CrisisLine, ...]
    incidents: tuple[Spike, ...]
    silent: tuple[Spike, ...]
    severe: tuple[Severe, ...]
    severe_count: int
    staff: tuple[Severe, ...]
    staff_count: int
    staff_topics: int
    broken: tuple[Card, ...]
    broken_count: int
    soon: tuple[Card, ...]
    soon_count: int
    last: Swept | None

    @property
    def is_quiet(self) -> bool:
        """Nothing needs a look; what is due soon is everyday work and does not count."""
        return not (self.crises or self.incidents or self.silent or self.severe or self.staff or self.broken)


def sweep(session: Session, actor: Actor, since: datetime, now: datetime, *, timezone: str = "UTC") -> SweepView:
    """Return what happened since; mentions and incidents for everybody, issues as far as this person sees them."""
    edges = bounds(now, timezone)
    firsts = and_(counted(since, now + timedelta(seconds=1)), Mention.same_as_id.is_(None))
    severe = and_(firsts, Mention.mood == MoodLabel.NEGATIVE, Mention.mood_score <= SEVERE, _of(OURS))
    staff = and_(firsts, _of((TopicKind.OWN_STAFF,)))
    broken, soon = _broken(since, now), _soon(now)
    return SweepView(
        since=since,
        until=now,
        crises=_crises(session, since),
        incidents=_incidents(session, since),
        silent=_silent(session),
        severe=_worst(session, actor, severe, now, edges),
        severe_count=_count(session, severe),
        staff=_worst(session, actor, staff, now, edges),
        staff_count=_count(session, staff),
        staff_topics=session.scalar(
            select(func.count()).select_from(Topic).where(Topic.kind == TopicKind.OWN_STAFF, Topic.enabled)
        )
        or 0,
        broken=_cards(session, actor, broken, now, edges),
        broken_count=_issues(session, actor, broken),
        soon=_cards(session, actor, soon, now, edges),
        soon_count=_issues(session, actor, soon),
        last=last(session),
    )


def last(session: Session) -> Swept | None:
    """Return the last sweep that was marked as done."""
    wanted = (
        select(Sweep, Member.name).join(Member, Member.id == Sweep.by_id).order_by(Sweep.at.desc(), Sweep.id.desc())
    )
    row = session.execute(wanted.limit(1)).one_or_none()
    return Swept(MemberName(row[0].by_id, row[1]), row[0].at, row[0].since, row[0].words) if row else None


def _crises(session: Session, since: datetime) -> tuple[CrisisLine, ...]:
    rows, _ = crises(session, limit=MOST_INCIDENTS)
    return tuple(one for one in rows if _touches(one.crisis, since))


def _touches(crisis: Crisis, since: datetime) -> bool:
    return crisis.stood_down_at is None or crisis.stood_down_at >= since


def _incidents(session: Session, since: datetime) -> tuple[Spike, ...]:
    """Return what was or is unusual in what people say, open first; silent feeds stand apart."""
    wanted = (
        select(Spike)
        .where(Spike.sort != SpikeSort.SILENCE, or_(Spike.closed_at.is_(None), Spike.closed_at >= since))
        .order_by(Spike.closed_at.is_not(None), Spike.opened_at.desc(), Spike.id.desc())
        .limit(MOST_INCIDENTS)
    )
    return tuple(session.scalars(wanted).all())


def _silent(session: Session) -> tuple[Spike, ...]:
    wanted = select(Spike).where(Spike.sort == SpikeSort.SILENCE, Spike.closed_at.is_(None))
    return tuple(session.scalars(wanted.order_by(Spike.started_at)).all())


def _of(kinds: Sequence[str]) -> ColumnElement[bool]:
    """Return the clause on `Mention`: it speaks of a topic of one of these kinds."""
    speaks = exists().where(MentionTopic.mention_id == Mention.id, MentionTopic.topic_id == Topic.id)
    return speaks.where(Topic.kind.in_(kinds))


def _count(session: Session, wanted: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Mention).where(wanted)) or 0


def _worst(
    session: Session, actor: Actor, wanted: ColumnElement[bool], now: datetime, edges: list[datetime]
) -> tuple[Severe, ...]:
    """Return the mentions that went furthest, the angrier first among equals."""
    reach: ColumnElement[int] = (
        func.coalesce(Author.followers, 0) + func.coalesce(Mention.replies, 0) + func.coalesce(Mention.shares, 0)
    )
    rows = session.execute(
        select(Mention.id, reach, Mention.copies, IssueMention.issue_id)
        .outerjoin(Author, Author.id == Mention.author_id)
        .outerjoin(IssueMention, IssueMention.mention_id == Mention.id)
        .where(wanted)
        .order_by(reach.desc(), Mention.mood_score, Mention.id)
        .limit(SHOWN)
    ).all()
    posts = said(session, [row[0] for row in rows])
    stands = select(Issue).where(Issue.id.in_([row[3] for row in rows if row[3]]), visible(actor))
    seen = {one.id: one for one in cards(session, session.scalars(stands).all(), now, edges)}
    return tuple(
        Severe(posts[row[0]], int(row[1]), row[2], seen.get(row[3]), row[3] is not None and row[3] not in seen)
        for row in rows
    )


def _broken(since: datetime, now: datetime) -> ColumnElement[bool]:
    promises = (
        (Issue.triage, Issue.triage_due, Issue.triage_done_at),
        (Issue.resolution, Issue.resolution_due, Issue.resolution_done_at),
    )
    broke = [
        and_(or_(state == Keeping.BROKEN, and_(state == Keeping.RUNNING, due < now)), due >= since, done.is_(None))
        for state, due, done in promises
    ]
    return and_(Issue.status.in_(OPEN), or_(*broke))


def _soon(now: datetime) -> ColumnElement[bool]:
    ends = [
        and_(state == Keeping.RUNNING, due.between(now, now + SOON))
        for state, due in ((Issue.triage, Issue.triage_due), (Issue.resolution, Issue.resolution_due))
    ]
    return and_(Issue.status.in_(OPEN), or_(*ends))


def _issues(session: Session, actor: Actor, wanted: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Issue).where(wanted, visible(actor))) or 0


def _cards(
    session: Session, actor: Actor, wanted: ColumnElement[bool], now: datetime, edges: list[datetime]
) -> tuple[Card, ...]:
    rows: Sequence[Issue] = session.scalars(
        select(Issue).where(wanted, visible(actor)).order_by(DUE, Issue.id).limit(SHOWN)
    ).all()
    return cards(session, rows, now, edges)
