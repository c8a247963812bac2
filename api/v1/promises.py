"""Whether the two promises were kept."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from api.dependencies import Database, Now, require
from api.v1.paging import Cursor, Limit, Shape, example, number, seal
from triage import people, promises
from triage.refusals import BadInput

router = APIRouter(prefix="/promises", tags=["promises"])
Insider = Annotated[people.Actor, Depends(require())]
By = Literal["department", "topic", "source", "kind"]

LAST = timedelta(days=7)
From = Annotated[
    AwareDatetime | None,
    Query(
        alias="from", description="The first moment; a week before `to` if left out.", examples=["2026-11-14T00:00:00Z"]
    ),
]
To = Annotated[
    AwareDatetime | None, Query(description="Not included; now if left out.", examples=["2026-11-21T00:00:00Z"])
]
Mine = Annotated[int | None, Query(description="You, and only you: nobody is ranked here.")]

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


class IssueIds(Shape):
    """The issues behind one number."""

    model_config = example({"items": [41, 44], "next": None})

    items: list[int]
    next: str | None = None


@router.get("", summary="Read the promises")
def read(
    session: Database,
    acting: Insider,
    now: Now,
    start: From = None,
    to: To = None,
    by: Annotated[By | None, Query(description="Also told for each of these.")] = None,
    member_id: Mine = None,
    timezone: Annotated[
        str, Query(max_length=64, description="The zone of its days.", examples=["Asia/Tehran"])
    ] = "UTC",
) -> Report:
    """Tell both promises of a period: kept, broken, open in time, at risk; late-found ones apart.

    Numbers are unique issues and can be derived by hand from the ledger.
    """
    start, end = _period(start, to, now)
    found = promises.report(
        session, start=start, end=end, by=by, timezone=timezone, now=now, member_id=member_id, asker=acting
    )
    return Report.model_validate({**_plain(found), "definitions": DEFINITIONS})


@router.get("/issues", summary="List the issues behind a number")
def issues(
    session: Database,
    acting: Insider,
    now: Now,
    promise: Annotated[Literal["triage", "resolution"], Query(examples=["triage"])],
    figure: Annotated[Literal["kept", "broken", "running", "at_risk", "void"], Query(examples=["broken"])],
    start: From = None,
    to: To = None,
    by: By | None = None,
    key: Annotated[str | None, Query(max_length=200, description="The group's key; empty is those of none.")] = None,
    late_found: bool = False,
    member_id: Mine = None,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> IssueIds:
    """List the ids of the issues behind one number, ascending. What an issue says, `GET /issues/{id}` tells."""
    if member_id is not None and member_id != acting.member_id:
        raise BadInput("member_id", "A person's numbers are for that person alone.")
    start, end = _period(start, to, now)
    ids = promises.rows(
        session,
        promise=promise,
        figure=figure,
        start=start,
        end=end,
        now=now,
        by=by,
        key=_key(by, key),
        late_found=late_found,
        member_id=member_id,
        limit=limit + 1,
        after=number(cursor) or 0,
    )
    return IssueIds(items=ids[:limit], next=seal(ids[limit - 1]) if len(ids) > limit else None)


def _period(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    end = end or now
    return start or end - LAST, end


def _key(by: By | None, key: str | None) -> int | str | None:
    if not key or by is None:
        return None
    if by in ("source", "kind"):
        return key
    if not key.isdecimal():
        raise BadInput("key", "The key of a department or a topic is its id.")
    return int(key)


def _plain(report: promises.Report) -> dict[str, object]:
    return {
        "start": report.start,
        "end": report.end,
        "now": report.now,
        "timezone": report.timezone,
        "by": report.by,
        "member_id": report.member_id,
        "triage": Promised.model_validate(report.triage),
        "resolution": Promised.model_validate(report.resolution),
        "groups": [Group.model_validate(group) for group in report.groups],
        "days": [Day.model_validate(day) for day in report.days],
    }
