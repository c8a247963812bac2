"""Read-only questions of the first floor: the lanes, the queue, one issue with its moves, verdicts of mentions."""

from triage.find.access import visible
from triage.find.cards import (
    HORIZONS,
    AuthorView,
    Card,
    Clock,
    DepartmentName,
    Filters,
    Horizon,
    IssueView,
    LaneCount,
    LedgerView,
    Link,
    MemberName,
    MoveView,
    Page,
    Said,
    TopicName,
    VerdictView,
)
from triage.find.issue import issue, issue_of
from triage.find.judgements import Heard, Word, judgements
from triage.find.queue import CLOSED, EVERYTHING, lanes, queue, search, waiting
from triage.find.verdicts import verdicts

__all__ = [
    "CLOSED",
    "EVERYTHING",
    "HORIZONS",
    "AuthorView",
    "Card",
    "Clock",
    "DepartmentName",
    "Filters",
    "Heard",
    "Horizon",
    "IssueView",
    "LaneCount",
    "LedgerView",
    "Link",
    "MemberName",
    "MoveView",
    "Page",
    "Said",
    "TopicName",
    "VerdictView",
    "Word",
    "issue",
    "issue_of",
    "judgements",
    "lanes",
    "queue",
    "search",
    "verdicts",
    "visible",
    "waiting",
]
