"""Whether the two promises were kept."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from api import exports
from api.dependencies import Database, Open, require
from api.v1.asked import Asked, Timezone
from api.v1.paging import Cursor, Limit, Shape, example, number, seal
from triage import people, promises
from triage.find import behind
from triage.find.behind import Number
from triage.find.course import Pace, course, edges, pace_of

router = APIRouter(prefix="/promises", tags=["promises"])
Insider = Annotated[people.Actor, Depends(require())]
By = Literal["department", "topic", "source", "kind"]
Name = Literal[
    "kept", "broken", "running", "at_risk", "void", "due", "met", "ending", "breaking", "handed", "misrouted",
    "bounced", "waited", "owed", "unanswered", "replied", "personal", "refund_asked", "solved_without",
    "customer_known", "stays", "product_gap", "content_gap", "resolved",
]  # fmt: skip

# what each number means, for whoever reads the answer alone
DEFINITIONS = {
    "triage": "Somebody acknowledged the author and found the right owner: the later of the two, from the post.",
    "resolution": "The owner resolved it: from the first hand-over, never reset, pauses left out.",
    "kept": "Met by its deadline, and the meeting (the last one, if reopened) lies in the period.",
    "broken": "The deadline passed unmet, and that moment lies in the period; meeting it later does not mend it.",
    "running": "Open in time: began before the end of the period and not due yet now; paused ones too.",
    "at_risk": "Running, and due within the hours the policy names.",
    "late_found": "Found after the triage promise could be kept: counted apart, in none of the other numbers.",
    "void": "Ended without being due: dismissed or merged in the period.",
    "share": "Kept as a share of kept and broken; null while there are neither.",
    "seconds": "Seconds of the promise's own time until met, of kept and broken ones; linear between neighbours.",
    "unit": "Unique issues, never events. Spam, our own posts, reposts and imported history are in no number.",
}
_FIGURES = {
    "kept": 61, "broken": 4, "running": 9, "at_risk": 2, "void": 3, "due": 65, "share": 0.938, "median": 5400.0,
    "p90": 28800.0, "p99": 43100.0,
}  # fmt: skip
_NONE = {name: None if name in ("share", "median", "p90", "p99") else 0 for name in _FIGURES}
_PROMISED = {"figures": _FIGURES, "late_found": _NONE}
_REPORT = {
    "start": "2026-11-14T00:00:00Z", "end": "2026-11-21T00:00:00Z", "now": "2026-11-21T12:00:00Z",
    "timezone": "Asia/Tehran", "by": "department", "member_id": None, "triage": _PROMISED, "resolution": _PROMISED,
    "groups": [{"key": 1, "name": "Care", "triage": _PROMISED, "resolution": _PROMISED}],
    "days": [{"day": "2026-11-14", "triage": _FIGURES, "resolution": _FIGURES}], "definitions": DEFINITIONS,
}  # fmt: skip

_STEP = {"start": "2026-11-13T20:30:00Z", "end": "2026-11-14T20:30:00Z", "triage": _FIGURES, "resolution": _FIGURES}


class Figures(Shape):
    """Issues of one promise. `due` is kept and broken, always. `median`, `p90` and `p99` are seconds."""

    model_config = example(_FIGURES)

    kept: int
    broken: int
    running: int
    at_risk: int
    void: int
    due: int
    share: float | None
    median: float | None
    p90: float | None
    p99: float | None


class Promised(Shape):
    """One promise: its figures, and apart from them those of issues that were found late."""

    figures: Figures
    late_found: Figures


class Group(Shape):
    """Both promises of one department, topic, source or kind; `key` is null for those that have none."""

    key: int | str | None
    name: str
    triage: Promised
    resolution: Promised


class Day(Shape):
    """What fell due on one day of the report's time zone."""

    day: date
    triage: Figures
    resolution: Figures


class Report(Shape):
    """The promises of a period, with what each number means and the zone its days are counted in."""

    model_config = example(_REPORT)

    start: datetime
    end: datetime
    now: datetime
    timezone: str
    by: By | None
    member_id: int | None
    triage: Promised
    resolution: Promised
    groups: list[Group]
    days: list[Day]
    definitions: dict[str, str]


class Step(Shape):
    """What fell due from `start` up to `end`; late-found left out."""

    start: datetime
    end: datetime
    triage: Figures
    resolution: Figures


class Course(Shape):
    """A period step by step; what is still to come is left out."""

    model_config = example({"step": "day", "timezone": "Asia/Tehran", "items": [_STEP]})

    step: Pace
    timezone: str
    items: list[Step]


class IssueIds(Shape):
    """The issues behind one number."""

    model_config = example({"items": [41, 44], "next": None})

    items: list[int]
    next: str | None = None


def meant(
    figure: Annotated[Name, Query(description="The number.", examples=["broken"])],
    promise: Annotated[
        Literal["triage", "resolution"], Query(description="Of which promise, where it has two.")
    ] = "triage",
    late_found: Annotated[bool, Query(description="Those that were found late instead of the others.")] = False,
    slower: Annotated[float | None, Query(ge=0, description="Of `met`: in no less than so many seconds.")] = None,
    whom: Annotated[str | None, Query(max_length=20, description="Of `waited`: for whom.", examples=["owner"])] = None,
    place: Annotated[str | None, Query(max_length=300, description="Of what was routed: `key` of a place.")] = None,
) -> Number:
    """Say which number is meant."""
    return Number(figure, promise, late_found, slower, whom, place)


Meant = Annotated[Number, Depends(meant)]


@router.get("", summary="Read the promises")
def read(
    session: Database,
    acting: Insider,
    scope: Asked,
    by: Annotated[By | None, Query(description="Also told for each of these.")] = None,
    timezone: Timezone = "UTC",
) -> Report:
    """Tell both promises of a period: kept, broken, open in time, at risk; late-found ones apart.

    Numbers are unique issues and can be derived by hand from the ledger.
    """
    found = promises.report(session, scope, by=by, timezone=timezone, asker=acting)
    zone = promises.checked_period(scope, timezone)
    steps = course(session, scope, edges(scope, zone, "day"))
    days = [{"day": step.start.astimezone(zone).date(), **_both(step)} for step in steps]
    return Report.model_validate({**_plain(found), "days": days, "definitions": DEFINITIONS})


@router.get("/course", summary="Read the promises step by step", name="course")
def steps(
    session: Database,
    acting: Insider,
    scope: Asked,
    step: Annotated[Pace | None, Query(description="What shows the period well if left out.")] = None,
    timezone: Timezone = "UTC",
) -> Course:
    """Tell what fell due in each hour, day or week of the period; days and weeks go by the calendar of the zone."""
    pace = step or pace_of(scope)
    zone = promises.checked_period(scope, timezone)
    found = course(session, scope, edges(scope, zone, pace))
    return Course(step=pace, timezone=timezone, items=[Step.model_validate(one) for one in found])


@router.get("/issues", summary="List the issues behind a number")
def issues(
    session: Database, acting: Insider, scope: Asked, meant: Meant, cursor: Cursor = None, limit: Limit = 200
) -> IssueIds:
    """List the ids of the issues behind one number, ascending. What an issue says, `GET /issues/{id}` tells."""
    ids = behind.behind(session, scope, meant, limit=limit + 1, after=number(cursor) or 0)
    return IssueIds(items=ids[:limit], next=seal(ids[limit - 1]) if len(ids) > limit else None)


@router.get(
    "/export",
    summary="Take the issues behind a number as a file",
    response_class=Response,
    responses={
        200: {
            "description": "CSV with a byte order mark, or one JSON object a line.",
            "content": {kind: {"schema": {"type": "string"}} for kind in exports.TYPES.values()},
        }
    },
)
def export(
    open_one: Open,
    acting: Insider,
    scope: Asked,
    meant: Meant,
    form: Annotated[exports.Form, Query(alias="format", description="`csv` or `jsonl`.")] = "csv",
) -> Response:
    """Send the issues behind one number that you may see, however many, as they are read.

    Columns are named in English and moments are UTC. Text that a spreadsheet would run as a formula begins with a
    quotation mark in CSV.
    """
    return exports.issues(open_one, acting, scope, meant, form, f"promises-{meant.name}")


def _both(found: Any) -> dict[str, Figures]:
    return {name: Figures.model_validate(getattr(found, name)) for name in ("triage", "resolution")}


def _plain(report: promises.Report) -> dict[str, object]:
    return {
        "start": report.scope.start,
        "end": report.scope.end,
        "now": report.scope.now,
        "timezone": report.timezone,
        "by": report.by,
        "member_id": report.scope.member_id,
        "triage": Promised.model_validate(report.triage),
        "resolution": Promised.model_validate(report.resolution),
        "groups": [Group.model_validate(group) for group in report.groups],
    }
