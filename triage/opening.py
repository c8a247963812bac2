"""What an issue is at the moment a mention opens it."""

from datetime import datetime

from listener.text import snippet
from triage import charts, deadlines
from triage.deadlines import Terms
from triage.flowchart import UNSURE
from triage.judging import Judged
from triage.models import Issue, Keeping, Lane, Promise, Status

TITLE = 140
# which of a mention's topics an issue is filed under
_FILED_UNDER = ("product", "campaign", "person", "brand", "own_staff", "influencer", "industry", "competitor")
_PLACE = {kind: place for place, kind in enumerate(_FILED_UNDER)}


def opening(one: Judged, policy_id: int, terms: Terms, now: datetime, follows: Issue | None) -> Issue:
    """Return the row of a new issue, its triage promise as `ledger.open_promises` will write it, not yet added."""
    row, start = one.row, deadlines.triage(one.row.posted_at, one.row.heard_at, terms)
    clock = deadlines.Clock(Promise.TRIAGE, start)
    look = deadlines.next_look([clock], {}, terms.warn_at)
    late = deadlines.is_late_found(row.posted_at, row.heard_at, terms)
    topics = sorted(one.mention.topics, key=lambda topic: (_PLACE.get(topic.kind, len(_PLACE)), topic.name))
    return Issue(
        version=1, status=Status.TRIAGE, lane=_lane(one, late),
        title=snippet(row.title or row.text, TITLE) or row.url or row.native_id,
        language=row.language, is_demo=row.is_demo, policy_id=policy_id, first_mention_id=row.id, mention_count=1,
        author_id=row.author_id, topic_id=topics[0].id if topics else None, source=row.source, thread=row.thread,
        kind=one.facts.kind if one.facts else UNSURE, mood=row.mood, department_id=one.department_id,
        routed_by="chart", posted_at=row.posted_at, heard_at=row.heard_at, opened_at=now, bounces=0, late_found=late,
        triage=Keeping.RUNNING, triage_from=start.since, triage_due=clock.due, resolution=Keeping.NONE,
        escalate_at=look.at if look else None, triage_step=0, resolution_step=0, outcome={}, triage_done_at=None,
        held_at=None, follows_id=follows.id if follows else None,
    )  # fmt: skip


def _lane(one: Judged, late_found: bool) -> Lane:
    if one.outcome == charts.NOBODY_ELIGIBLE:
        return Lane.NOBODY
    if late_found:
        return Lane.LATE
    return Lane.UNSURE if one.outcome == UNSURE else Lane.TRIAGE
