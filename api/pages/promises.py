"""The promises: one sentence, both promises, where it goes well and where not, what will break, and the rows behind."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api import exports
from api.dependencies import Database, Open
from api.pages.asked import AsAsked, Asked
from api.pages.frame import Insider
from api.pages.numbers import Numbers
from api.rendering import frame_of, page
from triage import promises
from triage.find import behind
from triage.find.behind import Number

router = APIRouter()

SHOWN = 100
FIGURES = ("kept", "broken", "running", "at_risk", "void", "median", "p90", "p99")


def meant(
    number: Annotated[str, Query(max_length=40)] = "kept",
    promise: Annotated[str, Query(max_length=20)] = "triage",
    late: bool = False,
    slower: Annotated[float | None, Query(ge=0)] = None,
    whom: Annotated[str | None, Query(max_length=20)] = None,
    place: Annotated[str | None, Query(max_length=300)] = None,
) -> Number:
    """Read from an address which number is meant."""
    return Number(number, promise, late, slower, whom, place)


Meant = Annotated[Number, Depends(meant)]


@router.get("/promises")
def show(request: Request, session: Database, acting: Insider, asked: AsAsked) -> Response:
    """Show how both promises are doing; a part that is swapped alone is counted alone."""
    return page(request, "promises/page.html", n=Numbers(session, acting, frame_of(request).reader, asked), asked=asked)


@router.get("/promises/wall")
def wall(request: Request, session: Database, acting: Insider, asked: AsAsked) -> Response:
    """Show both promises and what will break on a big screen, dark, refreshed by itself."""
    frame = frame_of(request)
    request.state.frame = replace(frame, theme="dark")
    return page(request, "promises/wall.html", n=Numbers(session, acting, frame.reader, asked), asked=asked)


@router.get("/promises/issues")
def rows(
    request: Request,
    session: Database,
    acting: Insider,
    asked: AsAsked,
    meant: Meant,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
) -> Response:
    """List the issues behind one number, those that this person may see."""
    ids = behind.behind(session, asked.scope, meant, limit=SHOWN + 1, after=after)
    numbers = Numbers(session, acting, frame_of(request).reader, asked)
    cards = numbers.cards(ids[:SHOWN])
    return page(
        request,
        "promises/issues.html",
        n=numbers,
        asked=asked,
        meant=meant,
        named={name: value for name, value in _named(meant).items() if value not in (None, False)},
        cards=cards,
        hidden=len(ids[:SHOWN]) - len(cards),
        more=ids[SHOWN - 1] if len(ids) > SHOWN else None,
    )


@router.get("/promises/issues.{form}")
def issues_file(open_one: Open, acting: Insider, asked: AsAsked, meant: Meant, form: exports.Form) -> Response:
    """Send the issues behind one number as a file, however many."""
    return exports.issues(
        open_one, acting, asked.scope, meant, form, f"promises-{meant.name}-{asked.first}-{asked.last}"
    )


@router.get("/promises/course.{form}")
def course_file(request: Request, session: Database, acting: Insider, asked: AsAsked, form: exports.Form) -> Response:
    """Send the trend as a file."""
    numbers = Numbers(session, acting, frame_of(request).reader, asked)
    found = (
        {"from": step.start, "to": step.end, "promise": promise, "kept": figures.kept, "broken": figures.broken,
         "due": figures.due, "share": figures.share}
        for step in numbers.steps
        for promise, figures in (("triage", step.triage), ("resolution", step.resolution))
    )  # fmt: skip
    return exports.table(found, form, f"promises-{numbers.pace}-{asked.first}-{asked.last}")


@router.get("/promises.{form}")
def file(request: Request, session: Database, acting: Insider, asked: AsAsked, form: exports.Form) -> Response:
    """Send the table as a file, its columns in English so that programs can rely on them."""
    numbers = Numbers(session, acting, frame_of(request).reader, asked)
    return exports.table(_lines(numbers.report, asked), form, f"promises-{asked.by}-{asked.first}-{asked.last}")


def _lines(report: promises.Report, asked: Asked) -> Iterator[dict[str, Any]]:
    whole = promises.Group(None, "", report.triage, report.resolution)
    for group in (*report.groups, whole):
        for promise, promised in (("triage", group.triage), ("resolution", group.resolution)):
            for late, figures in ((False, promised.figures), (True, promised.late_found)):
                counted = asdict(figures)
                yield {
                    "from": asked.scope.start,
                    "to": asked.scope.end,
                    "timezone": report.timezone,
                    asked.by: "*" if group is whole else group.name or str(group.key or ""),
                    "promise": promise,
                    "late_found": late,
                    **{name: counted[name] for name in FIGURES},
                }


def _named(meant: Number) -> dict[str, Any]:
    """Return what names a number in an address."""
    return {
        "number": meant.name,
        "promise": meant.promise if meant.name in behind.STANDING else None,
        "late": "1" if meant.late_found else None,
        "slower": meant.slower,
        "whom": meant.whom,
        "place": meant.place,
    }
