"""Behind and beside the promises: what is to come, how long it takes, where minutes go, what leads astray."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.dependencies import Database
from api.v1.asked import Asked
from api.v1.paging import Shape, example
from api.v1.promises import Insider
from triage.find import beside, coming, curve, misroutes, waits
from triage.models import Promise
from triage.pace import Forecast

router = APIRouter(prefix="/promises", tags=["promises"])

_AT = "2026-11-21T15:12:00Z"
_ENDING = {"issue_id": 41, "promise": "triage", "due": _AT, "done_at": "2026-11-21T16:40:00Z", "breaks": True}
_HOUR = {"start": "2026-11-21T15:00:00Z", "due": 3, "breaks": 1}
_WAIT = {"whom": "owner", "seconds": 412000.0, "issues": 52, "median": 6120.0}
_PLACE = {
    "key": "3:praise:no:content", "chart_version": 3, "step": "praise", "answer": "no", "end": "content",
    "title": {"en": "Is it praise?"}, "end_title": {"en": "Content"}, "handed": 17, "misrouted": 4, "bounced": 2,
}  # fmt: skip
_PART = {"count": 12, "of": 129, "share": 0.093}


class Ending(Shape):
    """A promise that ends soon. `done_at` is when its desk would come to it at today's pace; null is never."""

    model_config = example(_ENDING)

    issue_id: int
    promise: Literal["triage", "resolution"]
    due: datetime
    done_at: datetime | None
    breaks: bool


class Hour(Shape):
    """One hour to come: promises that end in it, and those of them that would break."""

    model_config = example(_HOUR)

    start: datetime
    due: int
    breaks: int


class Coming(Shape):
    """The next four hours. `pace` is how many promises an hour were met in the last 24 hours."""

    model_config = example({"pace": {"triage": 1.4, "resolution": 0.9}, "hours": [_HOUR], "ending": [_ENDING]})

    pace: dict[str, float]
    hours: list[Hour]
    ending: list[Ending]


class Point(Shape):
    """After so many seconds of the promise's own time, this share of what fell due was done."""

    seconds: float
    share: float


class Curve(Shape):
    """How long a promise takes. Where something was never met, the last share stays below 1."""

    model_config = example(
        {"promise": "triage", "due": 412, "met": 405, "points": [{"seconds": 9600.0, "share": 0.49}]}
    )

    promise: Literal["triage", "resolution"]
    due: int
    met: int
    points: list[Point]


class Wait(Shape):
    """Seconds spent waiting for one of them; `median` is of the issues that waited for them at all."""

    model_config = example(_WAIT)

    whom: waits.Whom
    seconds: float
    issues: int
    median: float


class Waits(Shape):
    """Where the minutes of what was resolved went; the parts add up to `seconds`."""

    model_config = example({"issues": 104, "seconds": 981000.0, "parts": [_WAIT]})

    issues: int
    seconds: float
    parts: list[Wait]


class Place(Shape):
    """One answer of one question of one edition of the chart. `key` goes back as `place` of `GET /promises/issues`."""

    model_config = example(_PLACE)

    key: str
    chart_version: int
    step: str
    answer: str
    end: str
    title: Mapping[str, str]
    end_title: Mapping[str, str]
    handed: int
    misrouted: int
    bounced: int


class Misroutes(Shape):
    """What the chart sent and somebody handed over in the period: how much went elsewhere, how much came back."""

    model_config = example({"handed": 54, "misrouted": 11, "bounced": 4, "places": [_PLACE]})

    handed: int
    misrouted: int
    bounced: int
    places: list[Place]


class Part(Shape):
    """How many of how many; `share` is null where there are none."""

    model_config = example(_PART)

    count: int
    of: int
    share: float | None


class Oldest(Shape):
    """The open issue whose author has waited longest for a first answer."""

    issue_id: int
    posted_at: datetime


class Beside(Shape):
    """Counts beside the promises; `oldest` is of all that are open now, everything else of the period."""

    model_config = example(
        {"unanswered": _PART, "personal": _PART, "solved_without": _PART, "customers": _PART, "product_gaps": 3,
         "content_gaps": 1, "oldest": {"issue_id": 41, "posted_at": _AT}}
    )  # fmt: skip

    unanswered: Part
    personal: Part
    solved_without: Part
    customers: Part
    product_gaps: int
    content_gaps: int
    oldest: Oldest | None


@router.get("/coming", summary="Look at the next four hours", name="coming")
def read_coming(session: Database, acting: Insider, scope: Asked) -> Coming:
    """Tell which promises end within four hours from now, and which of them break at today's pace.

    Every desk works off what waits there in the order of the deadlines, as fast as in the last 24 hours.
    """
    found = coming.coming(session, scope)
    hours = [Hour.model_validate(one) for one in found.hours]
    return Coming(pace=found.pace, hours=hours, ending=[_ending(one) for one in found.ending])


@router.get("/curve", summary="Read how long a promise takes", name="curve")
def read_curve(
    session: Database,
    acting: Insider,
    scope: Asked,
    promise: Annotated[Literal["triage", "resolution"], Query(description="Which one.")] = "triage",
) -> Curve:
    """Tell which share of what fell due was done by when, in 50 steps; late-found left out."""
    found = curve.curve(session, scope, Promise(promise))
    points = [Point(seconds=seconds, share=share) for seconds, share in found.points]
    return Curve(promise=promise, due=found.due, met=found.met, points=points)


@router.get("/waits", summary="Read where the minutes go", name="waits")
def read_waits(session: Database, acting: Insider, scope: Asked) -> Waits:
    """Tell for whom the authors of what was resolved waited, from their posts to the ends.

    Each second of an issue waits for exactly one of them; what an issue was closed before it was reopened is left out.
    """
    return Waits.model_validate(waits.waits(session, scope))


@router.get("/misroutes", summary="Read where the chart leads astray", name="misroutes")
def read_misroutes(session: Database, acting: Insider, scope: Asked) -> Misroutes:
    """Tell by the last question asked, and its edition, what was handed elsewhere and what was handed back."""
    found = misroutes.misroutes(session, scope)
    return Misroutes(
        handed=found.handed, misrouted=found.misrouted, bounced=found.bounced,
        places=[_place(one) for one in found.places],
    )  # fmt: skip


@router.get("/beside", summary="Read what stands beside the promises", name="beside")
def read_beside(session: Database, acting: Insider, scope: Asked) -> Beside:
    """Tell what is unanswered, how many replies were personal, refunds, customers kept and gaps shown."""
    return Beside.model_validate(beside.beside(session, scope))


def _ending(one: Forecast) -> Ending:
    running = one.running
    promise: Literal["triage", "resolution"] = "triage" if running.promise == Promise.TRIAGE else "resolution"
    return Ending(
        issue_id=running.issue_id, promise=promise, due=running.due, done_at=one.done_at, breaks=one.breaks
    )  # fmt: skip


def _place(one: misroutes.Routed) -> Place:
    at = one.place
    return Place(
        key=at.key, chart_version=at.version, step=at.step, answer=at.answer, end=at.end, title=one.title,
        end_title=one.end_title, handed=one.handed, misrouted=one.misrouted, bounced=one.bounced,
    )  # fmt: skip
