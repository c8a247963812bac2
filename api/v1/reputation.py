"""The reputation of a topic: a score with its band and every step of the formula, its trend and what is behind."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from api.dependencies import Database, require
from api.v1.mentions import shown
from api.v1.paging import Cursor, Limit, Shape, Stretch, example, number, seal
from api.v1.problems import NOT_HERE
from api.v1.shapes import Mention
from api.v1.speakers import Moods
from api.v1.windows import Window, topic_of
from listener import reputation as formula
from listener.find import esteem
from listener.reputation import Saying
from triage import people

router = APIRouter(prefix="/reputation", tags=["reputation"])
Insider = Annotated[people.Actor, Depends(require())]
MONTH = timedelta(days=30)

_SCORE = {
    "saying": "said", "score": 62.5, "low": 49.3, "high": 75.1, "mentions": 74,
    "moods": {"positive": 38.0, "neutral": 12.0, "negative": 20.0, "unsure": 1.6},
    "voices": 49.0, "total": 72.0, "mean": 0.25, "variance": 0.7708, "error": 0.241, "unsure": 0.0223,
}  # fmt: skip


class Score(Shape):
    """A score of 0 to 100 with the band it lies in, 95 in 100, and every step of the formula of docs/reputation.md.

    `score`, `low` and `high` are null where `saying` is too_few or too_unsure. `moods` are weights: N alike weigh
    log2(1 + N) together. `voices` is the effective sample: one who writes forty times is hardly more than one.
    """

    model_config = example(_SCORE)

    saying: Saying
    score: float | None
    low: float | None
    high: float | None
    mentions: int
    moods: Moods
    voices: float
    total: float
    mean: float
    variance: float
    error: float
    unsure: float


class Step(Shape):
    """One stretch of the trend, of `days` days from `day` on."""

    day: date
    days: int
    score: Score


class LeftOut(Shape):
    """What is heard and not counted."""

    spam: int
    ours: int
    reposts: int
    history: int


class Reputation(Shape):
    """The reputation of a topic among what was posted from `since` on and before `until`."""

    model_config = example(
        {
            "topic_id": 1,
            "since": "2026-10-22T12:00:00Z",
            "until": "2026-11-21T12:00:00Z",
            "timezone": "UTC",
            "whole": _SCORE,
            "trend": [{"day": "2026-11-20", "days": 1, "score": _SCORE}],
            "languages": {"en": _SCORE},
            "sources": {"mastodon": _SCORE},
            "left_out": {"spam": 4, "ours": 11, "reposts": 9, "history": 0},
        }
    )

    topic_id: int
    since: datetime
    until: datetime
    timezone: str
    whole: Score
    trend: list[Step]
    languages: dict[str, Score]
    sources: dict[str, Score]
    left_out: LeftOut


@router.get("", summary="Read a topic's reputation", responses=NOT_HERE)
def read(
    session: Database,
    acting: Insider,
    window: Annotated[Window, Depends(Window.of(MONTH))],
    timezone: Annotated[str, Query(max_length=60, description="Whose days the trend has.")] = "UTC",
) -> Reputation:
    """Read the score of a topic in a window, by day (by week beyond 62 days), by language and by source."""
    zone, topic = window.zone(timezone), topic_of(session, window.topic_id)
    told = esteem.reputation(session, topic_id=topic.id, since=window.since, until=window.until, zone=zone)
    return Reputation(
        topic_id=topic.id,
        since=window.since,
        until=window.until,
        timezone=zone.key,
        whole=_score(told.whole),
        trend=[Step(day=one.day, days=one.days, score=_score(one.reputation)) for one in told.steps],
        languages={key: _score(one) for key, one in told.languages.items()},
        sources={key: _score(one) for key, one in told.sources.items()},
        left_out=LeftOut.model_validate(told.left_out),
    )


@router.get("/mentions", summary="List what a score is made of", responses=NOT_HERE)
def mentions(
    session: Database,
    acting: Insider,
    window: Annotated[Window, Depends(Window.of(MONTH))],
    mood: Literal["negative", "neutral", "positive", "unsure"] | None = None,
    language: Annotated[str | None, Query(max_length=20)] = None,
    source: Annotated[str | None, Query(max_length=40)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Mention]:
    """List the very mentions behind a score, or behind one part of it, the last heard first."""
    found = esteem.behind(
        session, topic_id=topic_of(session, window.topic_id).id, since=window.since, until=window.until, mood=mood,
        language=language, source=source, cursor=number(cursor), limit=limit,
    )  # fmt: skip
    return Stretch[Mention](
        items=shown(session, [hit.mention.id for hit in found.rows]),
        next=seal(found.cursor) if found.cursor is not None else None,
    )


def _score(one: formula.Reputation) -> Score:
    said = one.is_said
    return Score(
        saying=one.saying,
        score=round(one.score, 1) if said else None,
        low=round(one.low, 1) if said else None,
        high=round(one.high, 1) if said else None,
        mentions=one.sample.mentions,
        moods=Moods.model_validate(one.sample.moods),
        voices=round(one.voices, 2),
        total=one.total,
        mean=round(one.mean, 4),
        variance=round(one.variance, 4),
        error=round(one.error, 4),
        unsure=round(one.unsure, 4),
    )
