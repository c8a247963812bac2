"""Volume far from typical, and silent feeds, with their cause."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, require
from api.v1.paging import Cursor, Given, Instant, Limit, Shape, Stretch, example, number, seal
from api.v1.problems import NOT_HERE
from listener import find as heard
from listener import incidents, models
from triage import people
from triage.refusals import NoSuch

router = APIRouter(prefix="/spikes", tags=["spikes"])
Insider = Annotated[people.Actor, Depends(require())]
Hearer = Annotated[people.Actor, Depends(require(*HEARERS, scope=Scope.TRIAGE))]

_CAUSE = {
    "count": 240, "distinct": 212,
    "first": {"mention_id": 498, "posted_at": "2026-11-20T17:52:00Z", "author": "Tomas Berg", "source": "mastodon",
              "text": "Measured my handle: 71 °C", "is_ours": False, "is_reply": False, "by": "thread"},
    "biggest": {"what": "thread", "name": "Measured my handle", "share": 0.71, "typical": 0.0, "is_single": True},
    "terms": [{"name": "hot handle", "count": 88, "share": 0.37, "typical": 0.002}],
    "mood": {"before": {"count": 2900, "negative": 0.18}, "during": {"count": 240, "negative": 0.62}},
}  # fmt: skip
_SPIKE = {
    "id": 5, "topic_id": 1, "feed_id": None, "sort": "spike", "started_at": "2026-11-20T18:00:00Z",
    "opened_at": "2026-11-20T18:07:00Z", "last_at": "2026-11-20T21:30:00Z", "closed_at": None, "observed": 240.0,
    "typical": 31.0, "score": 9.4, "baseline": {"window_minutes": 30.0, "bar": 5.1}, "cause": _CAUSE,
    "first_mention_id": 498, "is_demo": False, "is_hushed": False, "snoozed_until": None, "verdict": "real",
    "verdict_by_id": 4, "verdict_at": "2026-11-20T19:02:00Z",
}  # fmt: skip
_MOMENT = {
    "id": 31, "sort": "rose", "at": "2026-11-20T18:40:00Z", "by_id": None,
    "data": {"observed": 240.0, "typical": 31.0, "score": 9.4, "window_minutes": 60, "is_hushed": False},
}  # fmt: skip


class Spike(Shape):
    """One incident. A spike, drop or surge has a topic; a silence has a feed. `closed_at` is null while it goes on.

    `is_hushed`: its topic was muted, so it was found and not told. `verdict` is what a person said of it. `cause`: the
    `first` post it goes back to, the `biggest` single carrier (half and more of it: `is_single`), copied texts
    (`amplified`), `mood` before and during, `reach`, and shares by sources, languages, threads, links, terms, authors.
    """

    model_config = example(_SPIKE)

    id: int
    topic_id: int | None
    feed_id: int | None
    sort: Literal["spike", "drop", "surge", "silence"]
    started_at: datetime
    opened_at: datetime
    last_at: datetime
    closed_at: datetime | None
    observed: float
    typical: float
    score: float
    baseline: dict[str, Any]
    cause: dict[str, Any]
    first_mention_id: int | None
    is_demo: bool
    is_hushed: bool
    snoozed_until: datetime | None
    verdict: incidents.Word | None
    verdict_by_id: int | None
    verdict_at: datetime | None


class SpikeMoment(Shape):
    """One thing that happened to an incident: opened, rose, snoozed, woken, judged, closed.

    `by_id` is the member who did it, null where nobody did. `data` of opened and rose: observed, typical, score,
    window_minutes, is_hushed; of snoozed: until; of judged: verdict and was.
    """

    model_config = example(_MOMENT)

    id: int
    sort: models.MomentSort
    at: datetime
    by_id: int | None
    data: dict[str, Any]


class Snooze(Given):
    """How long to leave an incident; at most 7 days."""

    until: Instant = Field(examples=["2026-11-21T18:00:00Z"])


class Judgement(Given):
    """What you say of an incident: it was real, or a false alarm; null takes it back."""

    verdict: incidents.Word | None = Field(examples=["false"])


@router.get("", summary="List spikes")
def index(
    session: Database,
    acting: Insider,
    topic_id: int | None = None,
    sort: Literal["spike", "drop", "surge", "silence"] | None = None,
    is_open: Annotated[bool | None, Query(description="Those that go on, or those that are over.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Spike]:
    """List incidents, newest first."""
    rows, following = heard.spikes(
        session, topic_id=topic_id, sort=sort, is_open=is_open, cursor=number(cursor), limit=limit
    )
    return Stretch[Spike](
        items=[Spike.model_validate(row) for row in rows], next=seal(following) if following is not None else None
    )


@router.get("/{spike_id}", summary="Read a spike", responses=NOT_HERE)
def read(session: Database, acting: Insider, spike_id: int) -> Spike:
    """Read one incident: what was seen, what is typical, and what caused it."""
    return _shown(heard.spike(session, spike_id), spike_id)


@router.get("/{spike_id}/moments", summary="Read what happened to a spike", responses=NOT_HERE)
def moments(session: Database, acting: Insider, spike_id: int) -> Stretch[SpikeMoment]:
    """List what happened to one incident, oldest first: told, escalated, snoozed, judged, closed."""
    _shown(heard.spike(session, spike_id), spike_id)
    return Stretch[SpikeMoment](items=[SpikeMoment.model_validate(row) for row in heard.moments(session, spike_id)])


@router.post("/{spike_id}/snooze", summary="Snooze a spike", responses=NOT_HERE)
def snooze(session: Database, acting: Hearer, now: Now, spike_id: int, body: Snooze) -> Spike:
    """Tell nothing of an open incident before a moment; it is watched all the same."""
    return _shown(incidents.snooze(session, spike_id, body.until, by_id=acting.member_id, now=now), spike_id)


@router.post("/{spike_id}/wake", summary="Wake a spike", responses=NOT_HERE)
def wake(session: Database, acting: Hearer, now: Now, spike_id: int) -> Spike:
    """End a snooze before its time. One that is awake stays so."""
    return _shown(incidents.wake(session, spike_id, by_id=acting.member_id, now=now), spike_id)


@router.put("/{spike_id}/verdict", summary="Judge a spike", responses=NOT_HERE)
def judge(session: Database, acting: Hearer, now: Now, spike_id: int, body: Judgement) -> Spike:
    """Say that an incident was real or a false alarm; what people say moves the bar of its topic."""
    return _shown(incidents.judge(session, spike_id, body.verdict, by_id=acting.member_id, now=now), spike_id)


def _shown(found: models.Spike | None, spike_id: int) -> Spike:
    if found is None:
        raise NoSuch("spike", spike_id)
    return Spike.model_validate(found)
