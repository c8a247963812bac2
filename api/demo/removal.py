"""Take the whole demo away, and nothing else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from api import accounts, first
from api.demo import charting
from api.models import Account, SignedIn
from listener.database import Base
from listener.models import Author, Event, Feed, Hush, Mention, Person, Spike, Topic
from triage import people
from triage.models import Department, Issue, IssueMention, Member, Role, RouteMark, Verdict, Webhook

HEARING = 4_712_007  # the turn of listener/store.py: nothing is stored meanwhile
ROUTING = 0x4865617262_02  # the turn of triage/route.py: nothing is routed meanwhile
QUIET = {"synchronize_session": False}


def remove(session: Session, now: datetime) -> int:
    """Take every row of the demo away; return how many mentions that were.

    1. What is real and hangs on the demo is let go: mentions that joined its issues will be routed anew, issues that
    hold its mentions keep their own. 2. Mentions, issues, feeds, topics, spikes, events, quiet times, authors, persons;
    what hangs on them goes with them. 3. People. Where nobody real administers, there is a first administrator, and
    whoever administered the demo in a browser goes on as that one.
    """
    for turn in (HEARING, ROUTING):
        session.execute(select(func.pg_advisory_xact_lock(turn)))
    _let_go(session)
    demo_topics, demo_feeds = select(Topic.id).where(Topic.is_demo), select(Feed.id).where(Feed.is_demo)
    _delete(session, Spike, or_(Spike.is_demo, Spike.topic_id.in_(demo_topics), Spike.feed_id.in_(demo_feeds)))
    _delete(session, Event, Event.is_demo)
    _delete(session, Hush, Hush.is_demo)
    _delete(session, Issue, Issue.is_demo)
    gone = _delete(session, Mention, Mention.is_demo)
    _delete(session, Feed, Feed.is_demo)
    _delete(session, Topic, Topic.is_demo)
    spoke = exists().where(Mention.author_id == Author.id)
    _delete(session, Author, Author.is_demo & ~spoke)
    session.execute(update(Author).where(Author.is_demo).values(is_demo=False), execution_options=QUIET)
    _delete(session, Person, Person.is_demo)
    _people(session, now)
    charting.withdraw(session, now)
    session.expire_all()
    return gone


def _let_go(session: Session) -> None:
    """Part the real from the demo, wherever likeness or an author brought them together."""
    strangers = (
        select(IssueMention.mention_id)
        .join(Mention, Mention.id == IssueMention.mention_id)
        .join(Issue, Issue.id == IssueMention.issue_id)
        .where(Issue.is_demo, ~Mention.is_demo)
    )
    found = session.scalars(strangers).all()
    if found:
        _delete(session, Verdict, Verdict.mention_id.in_(found))
        # routing looks at all mentions again, not only at the newest
        _delete(session, RouteMark, RouteMark.name.is_not(None))
    mixed = (
        select(Issue.id)
        .join(IssueMention, IssueMention.issue_id == Issue.id)
        .join(Mention, Mention.id == IssueMention.mention_id)
        .where(~Issue.is_demo, Mention.is_demo)
        .distinct()
    )
    for issue_id in session.scalars(mixed).all():
        _keep_own(session, issue_id)


def _keep_own(session: Session, issue_id: int) -> None:
    """Let a real issue stand on its own mentions alone."""
    own: Sequence[int] = session.scalars(
        select(Mention.id)
        .join(IssueMention, IssueMention.mention_id == Mention.id)
        .where(IssueMention.issue_id == issue_id, ~Mention.is_demo)
        .order_by(Mention.posted_at, Mention.id)
    ).all()
    if not own:
        _delete(session, Issue, Issue.id == issue_id)
        return
    values = {"first_mention_id": own[0], "mention_count": len(own)}
    session.execute(update(Issue).where(Issue.id == issue_id).values(values), execution_options=QUIET)


def _people(session: Session, now: datetime) -> None:
    administered = select(Account.id).join(Member, Member.id == Account.member_id)
    browsers = session.scalars(administered.where(Member.is_demo, Member.role == Role.ADMIN)).all()
    keep = select(Member.id).where(~Member.is_demo, Member.active, Member.role == Role.ADMIN)
    if session.scalar(keep.limit(1)) is None and session.scalar(select(Member.id).where(Member.is_demo).limit(1)):
        name, email = first.FIRST_ADMIN
        heir = people.create_member(session, name=name, email=email, role=Role.ADMIN, now=now)
        account = accounts.account_of(session, heir.id)
        moved = update(SignedIn).where(SignedIn.account_id.in_(browsers)).values(account_id=account.id)
        session.execute(moved, execution_options=QUIET)
    _delete(session, Webhook, Webhook.is_demo)
    _delete(session, Member, Member.is_demo)
    _delete(session, Department, Department.is_demo)


def _delete(session: Session, row: type[Base], where: ColumnElement[bool] | InstrumentedAttribute[bool]) -> int:
    done = session.execute(delete(row).where(where), execution_options=QUIET)
    return int(done.rowcount)  # type: ignore[attr-defined]
