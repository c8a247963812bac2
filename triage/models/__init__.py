"""The rows of the first floor."""

from triage.models.afterwards import FollowUp, IssueLink, LinkSort
from triage.models.audit import Audit
from triage.models.chart import FlowchartDraft, FlowchartVersion, Reroute, RouteMark, Verdict
from triage.models.crisis import Crisis, CrisisDuty, CrisisMove, CrisisRole
from triage.models.desk import Bulk, BulkItem, BulkState, Doing, Draft, EmpathyLine, Presence, View
from triage.models.issue import (
    OPEN,
    Issue,
    IssueMention,
    Keeping,
    Lane,
    LedgerEntry,
    Move,
    Promise,
    Snapshot,
    Status,
    stands,
)
from triage.models.notice import Notice, Webhook
from triage.models.people import Department, Member, Membership, Policy, Role
from triage.models.sweep import Sweep

__all__ = [
    "OPEN",
    "Audit",
    "Bulk",
    "BulkItem",
    "BulkState",
    "Crisis",
    "CrisisDuty",
    "CrisisMove",
    "CrisisRole",
    "Department",
    "Doing",
    "Draft",
    "EmpathyLine",
    "FlowchartDraft",
    "FlowchartVersion",
    "FollowUp",
    "Issue",
    "IssueLink",
    "IssueMention",
    "Keeping",
    "Lane",
    "LedgerEntry",
    "LinkSort",
    "Member",
    "Membership",
    "Move",
    "Notice",
    "Policy",
    "Presence",
    "Promise",
    "Reroute",
    "Role",
    "RouteMark",
    "Snapshot",
    "Status",
    "Sweep",
    "Verdict",
    "View",
    "Webhook",
    "stands",
]
