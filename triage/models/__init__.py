"""The rows of the first floor."""

from triage.models.chart import FlowchartVersion, RouteMark, Verdict
from triage.models.crisis import Crisis, CrisisDuty, CrisisMove, CrisisRole
from triage.models.issue import OPEN, Issue, IssueMention, Keeping, Lane, LedgerEntry, Move, Promise, Status
from triage.models.notice import Notice, Webhook
from triage.models.people import Department, Member, Membership, Policy, Role
from triage.models.sweep import Sweep

__all__ = [
    "OPEN",
    "Crisis",
    "CrisisDuty",
    "CrisisMove",
    "CrisisRole",
    "Department",
    "FlowchartVersion",
    "Issue",
    "IssueMention",
    "Keeping",
    "Lane",
    "LedgerEntry",
    "Member",
    "Membership",
    "Move",
    "Notice",
    "Policy",
    "Promise",
    "Role",
    "RouteMark",
    "Status",
    "Sweep",
    "Verdict",
    "Webhook",
]
