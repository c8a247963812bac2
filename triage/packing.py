"""What is carried with a notice, gathered when it is sent; or that nobody needs it any more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from listener.models import Author, Feed, Spike, Topic
from triage.aloud import aloud
from triage.models import Crisis, Department, Issue, Keeping, Lane, Member, Notice, Status, Webhook
from triage.parcels import Matter, Parcel, Reader

# that something is over is news; that it began is none any more
_OVER = frozenset({"spike_over", "feed_heard", "crisis_stood_down"})
_ASKS_FOR_WORK = frozenset(
    {"handed_over", "assigned", "bounced", "nobody_eligible", "unsure", "at_risk", "broken", "reopened", "woken"}
)


def pack(session: Session, notice: Notice, now: datetime) -> Parcel | None:
    """Gather all that sending needs; `None` when nobody needs this notice any more."""
    issue = session.get(Issue, notice.issue_id, populate_existing=True) if notice.issue_id else None
    spike = session.get(Spike, notice.spike_id, populate_existing=True) if notice.spike_id else None
    crisis = session.get(Crisis, notice.crisis_id, populate_existing=True) if notice.crisis_id else None
    member = session.get(Member, notice.member_id, populate_existing=True) if notice.member_id else None
    webhook = session.get(Webhook, notice.webhook_id, populate_existing=True) if notice.webhook_id else None
    if webhook is not None and not webhook.enabled:
        return None
    reader = Reader(member.id, member.name, member.email, member.language, member.timezone) if member else None
    if member is not None and (
        not member.active
        or is_moot(notice.reason, notice.data, now, issue, spike, crisis)
        or (spike is not None and _is_told(session, notice))
    ):
        return None
    return Parcel(
        id=notice.id,
        channel=notice.channel,
        reason=notice.reason,
        step=str(notice.data.get("step", "")),
        at=notice.created_at,
        matter=_matter(session, reader, issue, spike, crisis),
        data=notice.data,
        reader=reader,
        webhook_url=webhook.url if webhook else "",
        webhook_secret=webhook.secret if webhook else "",
    )


def nothing(member: Member, channel: str, now: datetime) -> Parcel:
    """Return a notice that says nothing happened, for somebody who tries how they are told."""
    # a number no row has, and another each time, so that a mail server does not take the second for the first
    number = -int(now.timestamp() * 1000)
    reader = Reader(member.id, member.name, member.email, member.language, member.timezone)
    return Parcel(number, channel, "test", "test", now, Matter(sort="house"), reader=reader)


def is_moot(
    reason: str,
    data: Mapping[str, Any],
    now: datetime,
    issue: Issue | None = None,
    spike: Spike | None = None,
    crisis: Crisis | None = None,
) -> bool:
    """Say whether what a notice asks for has been done, or has become impossible, since it was written."""
    if crisis is not None:
        return crisis.stood_down_at is not None and reason not in _OVER
    if spike is not None:
        snoozed = spike.snoozed_until is not None and spike.snoozed_until > now
        return snoozed or spike.verdict == "false" or (spike.closed_at is not None and reason not in _OVER)
    if issue is None:
        return False
    if issue.status in {Status.RESOLVED, Status.DISMISSED, Status.MERGED}:
        return reason in _ASKS_FOR_WORK
    promise = data.get("promise")
    match reason:
        case "handed_over" | "assigned":
            # accepted, or handed back, by now
            return issue.accepted_at is not None or issue.held_at is None
        case "bounced":
            return issue.held_at is not None
        case "nobody_eligible":
            return issue.held_at is not None or issue.lane != Lane.NOBODY
        case "unsure":
            return issue.held_at is not None or issue.lane != Lane.UNSURE
        case "at_risk" if promise:
            return (issue.resolution if promise == "resolution" else issue.triage) != Keeping.RUNNING
        case "broken" if promise:
            return (issue.resolution_done_at if promise == "resolution" else issue.triage_done_at) is not None
        case "follow_up":
            # it was reopened: the word will be owed anew
            return True
        case _:
            return False


def _is_told(session: Session, notice: Notice) -> bool:
    """Say whether this reader hears of the incident anyhow: one letter with today's figures tells all that waited."""
    earlier = select(Notice.id).where(
        Notice.spike_id == notice.spike_id,
        Notice.member_id == notice.member_id,
        Notice.channel == notice.channel,
        Notice.id < notice.id,
        or_(Notice.state == "waiting", Notice.sent_at >= notice.created_at),
    )
    return session.scalar(select(earlier.exists())) or False


def _matter(
    session: Session, reader: Reader | None, issue: Issue | None, spike: Spike | None, crisis: Crisis | None
) -> Matter:
    if issue is not None:
        department = session.scalar(select(Department.name).where(Department.id == issue.department_id))
        author = session.execute(select(Author.name, Author.handle).where(Author.id == issue.author_id)).first()
        topic = session.scalar(select(Topic.name).where(Topic.id == issue.topic_id))
        return Matter(
            sort="issue", id=issue.id, title=issue.title, author=(author.name or author.handle) if author else "",
            source=issue.source, kind=issue.kind, mood=issue.mood, status=issue.status, version=issue.version,
            department=department or "", topic=topic or "", triage_due=issue.triage_due,
            resolution_due=issue.resolution_due, is_demo=issue.is_demo,
        )  # fmt: skip
    if spike is not None:
        topic = session.scalar(select(Topic.name).where(Topic.id == spike.topic_id))
        feed = session.scalar(select(Feed.name).where(Feed.id == spike.feed_id))
        about = topic or feed or ""
        return Matter(
            sort="spike", id=spike.id, title=about, kind=spike.sort, topic=topic or "",
            status="open" if spike.closed_at is None else "closed", observed=spike.observed, typical=spike.typical,
            sentence=_sentence(spike, reader, about), is_demo=spike.is_demo,
        )  # fmt: skip
    if crisis is not None:
        topic = session.scalar(select(Topic.name).where(Topic.id == crisis.topic_id)) or ""
        status = "open" if crisis.stood_down_at is None else "stood_down"
        storm = session.get(Spike, crisis.spike_id) if crisis.spike_id else None
        return Matter(
            sort="crisis", id=crisis.id, title=topic, topic=topic, status=status, version=crisis.version,
            sentence=_sentence(storm, reader, topic) if storm else "", is_demo=crisis.is_demo,
        )  # fmt: skip
    return Matter(sort="house")


def _sentence(spike: Spike, reader: Reader | None, about: str) -> str:
    # a program reads English and UTC
    language, timezone = (reader.language, reader.timezone) if reader else ("en", "UTC")
    return aloud(spike, spike.cause, language, timezone, about)
