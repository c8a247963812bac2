"""Read-only questions of the first floor: the lanes, the queue, one issue with its moves, verdicts of mentions."""

from triage.find.access import visible
from triage.find.cards import (
    HORIZONS,
    AuthorView,
    Card,
    Clock,
    DepartmentName,
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
from triage.find.facets import Facets, facets, names_in
from triage.find.filters import Filters
from triage.find.follow_ups import Owed, owed, owed_count, words_of
from triage.find.fresh import News, Taken, news
from triage.find.issue import issue, issue_of
from triage.find.judgements import Heard, Word, judgements
from triage.find.lanes import CLOSED, EVERYTHING, counted, lanes
from triage.find.queue import chosen_ids, following, queue, search, waiting
from triage.find.verdicts import verdicts

__all__ = [
    "CLOSED",
    "EVERYTHING",
    "HORIZONS",
    "AuthorView",
    "Card",
    "Clock",
    "DepartmentName",
    "Facets",
    "Filters",
    "Heard",
    "Horizon",
    "IssueView",
    "LaneCount",
    "LedgerView",
    "Link",
    "MemberName",
    "MoveView",
    "News",
    "Owed",
    "Page",
    "Said",
    "Taken",
    "TopicName",
    "VerdictView",
    "Word",
    "chosen_ids",
    "counted",
    "facets",
    "following",
    "issue",
    "issue_of",
    "judgements",
    "lanes",
    "names_in",
    "news",
    "owed",
    "owed_count",
    "queue",
    "search",
    "verdicts",
    "visible",
    "waiting",
    "words_of",
]
