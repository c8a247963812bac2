"""What an issue is at the moment a mention opens it."""

from datetime import datetime

from listener.text import snippet
from triage import charts, ledger
from triage.deadlines import Terms
from triage.flowchart import UNSURE
from triage.judging import Judged
from triage.models import Issue, Keeping, Lane, Status

TITLE = 140
# which of a mention's topics an issue is filed under
_FILED_UNDER = ("product", "campaign", "person", "brand", "own_staff", "influencer", "industry", "competitor")
_PLACE = {kind: place for place, kind in enumerate(_FILED_UNDER)}


def opening(one: Judged, policy_id: int, terms: Terms, now: datetime, follows: Issue | None) -> Issue:
    """Return the row of a new issue with its triage promise begun, not yet added."""
    row = one.row
    topics = sorted(one.mention.topics, key=lambda topic: (_PLACE.get(topic.kind, len(_PLACE)), topic.name))
    issue = Issue(
        version=1, status=Status.TRIAGE,
        title=snippet(row.title or row.text, TITLE) or row.url or row.native_id,
        language=row.language, is_demo=row.is_demo, policy_id=policy_id, first_mention_id=row.id, mention_count=1,
        author_id=row.author_id, topic_id=topics[0].id if topics else None, source=row.source, thread=row.thread,
        kind=one.facts.kind if one.facts else UNSURE, mood=row.mood, department_id=one.department_id,
        routed_by="chart", posted_at=row.posted_at, heard_at=row.heard_at, opened_at=now, bounces=0,
        resolution=Keeping.NONE, triage_step=0, resolution_step=0, outcome={}, triage_done_at=None, held_at=None,
        follows_id=follows.id if follows else None,
    )  # fmt: skip
    ledger.begin(issue, terms)
    issue.lane = lane_of(one.outcome, issue.late_found)
    return issue


def lane_of(outcome: str, late_found: bool) -> Lane:
    """Return where an issue of this outcome waits for triage."""
    if outcome == charts.NOBODY_ELIGIBLE:
        return Lane.NOBODY
    if late_found:
        return Lane.LATE
    return Lane.UNSURE if outcome == UNSURE else Lane.TRIAGE
