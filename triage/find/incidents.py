"""What an incident led to: who was told of it and how that went, and whether its posts were answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.find.counted import among
from triage.find.access import visible
from triage.find.cards import Clock
from triage.find.clocks import clocks
from triage.models import Issue, IssueMention, Member, Notice, Policy, Webhook
from triage.people import Actor

MOST = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One notice of an incident: to whom, how ("inapp", "email", "webhook", else another service), and how it went."""

    name: str
    channel: str
    reason: str
    state: str
    at: datetime
    sent_at: datetime | None
    read_at: datetime | None
    next_try_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """The issue a post belongs to, and how its promise to be answered stands."""

    issue_id: int
    triage: Clock


def told(session: Session, spike_id: int) -> list[Told]:
    """Return the notices of an incident, oldest first; an address is never shown whole, for it may hold a secret."""
    rows = session.execute(
        select(Notice, Member.name, Webhook.url)
        .outerjoin(Member, Member.id == Notice.member_id)
        .outerjoin(Webhook, Webhook.id == Notice.webhook_id)
        .where(Notice.spike_id == spike_id)
        .order_by(Notice.created_at, Notice.id)
        .limit(MOST)
    ).all()
    return [
        Told(
            name or (url or "").partition("://")[2].partition("/")[0].rpartition("@")[2], row.channel.partition("://")[0],
            row.reason, row.state, row.created_at, row.sent_at, row.read_at, row.next_try_at,
        )
        for row, name, url in rows
    ]  # fmt: skip


def answers(session: Session, actor: Actor, mention_ids: Collection[int], now: datetime) -> dict[int, Answer]:
    """Return mention -> its issue and promise, for those whose issue this person may see."""
    rows = session.execute(
        select(IssueMention.mention_id, Issue, Policy.at_risk_hours)
        .join(Issue, Issue.id == IssueMention.issue_id)
        .join(Policy, Policy.id == Issue.policy_id)
        .where(among(IssueMention.mention_id, mention_ids), visible(actor))
    ).all()
    return {mention_id: Answer(issue.id, clocks(issue, at_risk, now)[0]) for mention_id, issue, at_risk in rows}
