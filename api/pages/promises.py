"""The promises: one sentence, both promises, where it goes well and where not, day by day, and the rows behind."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.locales.words import Words
from api.pages.frame import Insider
from api.plots import Plot, shares
from api.reader import Reader
from api.rendering import frame_of, page
from triage import find, people, promises
from triage.find.clocks import bounds
from triage.find.queue import cards as cards_of
from triage.models import Issue
from triage.promises import Figures, Report

router = APIRouter()

Days = Annotated[int, Query(ge=1, le=366)]
By = Literal["department", "topic", "source", "kind"]
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the reader's zone, today included."""

    days: int
    start: datetime
    end: datetime


@router.get("/promises")
def show(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    days: Days = 7,
    by: By = "department",
    mine: bool = False,
) -> Response:
    """Show how both promises are doing; `mine` narrows it to the person who asks, and to nobody else."""
    reader = frame_of(request).reader
    period = _period(reader, days)
    told = _report(session, acting, reader, period, by, mine, now)
    return page(
        request,
        "promises/page.html",
        report=told,
        period=period,
        by=by,
        mine=mine,
        worst=_worst(told),
        plot=_plot(reader, told),
        policy=people.current_policy(session, now),
    )


@router.get("/promises.csv")
def table(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    days: Days = 7,
    by: By = "department",
    mine: bool = False,
) -> Response:
    """Return the table as CSV, its keys in English so that programs can rely on them."""
    reader = frame_of(request).reader
    period = _period(reader, days)
    told = _report(session, acting, reader, period, by, mine, now)
    names = ("kept", "broken", "running", "at_risk", "void", "median", "p90", "p99")
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["from", "to", "timezone", by, "promise", "late_found", *names])
    whole = promises.Group(None, "", told.triage, told.resolution)
    for group in (*told.groups, whole):
        label = group.name or str(group.key or "")
        for promise, figures in (("triage", group.triage), ("resolution", group.resolution)):
            for late, one in ((False, figures.figures), (True, figures.late_found)):
                counted = asdict(one)
                rows.writerow(
                    [
                        period.start.isoformat(),
                        period.end.isoformat(),
                        told.timezone,
                        "*" if group is whole else _harmless(label),
                        promise,
                        late,
                        *("" if counted[name] is None else counted[name] for name in names),
                    ]
                )
    # the mark at the start lets spreadsheets read it as UTF-8
    return Response(
        "\ufeff" + text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="promises-{by}-{days}-days.csv"'},
    )


@router.get("/promises/issues")
def rows(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    promise: str,
    figure: str,
    days: Days = 7,
    by: By | None = None,
    key: str = "",
    late: bool = False,
    mine: bool = False,
    after: int = 0,
) -> Response:
    """List the issues behind one number, those that this person may see."""
    reader = frame_of(request).reader
    period = _period(reader, days)
    ids = promises.rows(
        session,
        promise=promise,
        figure=figure,
        start=period.start,
        end=period.end,
        now=now,
        by=by,
        key=_key(by, key),
        late_found=late,
        member_id=acting.member_id if mine else None,
        limit=SHOWN + 1,
        after=after,
    )
    cards = _cards(session, acting, ids[:SHOWN], reader)
    return page(
        request,
        "promises/issues.html",
        cards=cards,
        hidden=len(ids[:SHOWN]) - len(cards),
        more=ids[SHOWN - 1] if len(ids) > SHOWN else None,
        promise=promise,
        figure=figure,
        period=period,
    )


def _cards(session: Session, acting: people.Actor, ids: Sequence[int], reader: Reader) -> tuple[find.Card, ...]:
    wanted = select(Issue).where(Issue.id.in_(ids), find.visible(acting)).order_by(Issue.id)
    issues = session.scalars(wanted).all()
    return cards_of(session, issues, reader.now, bounds(reader.now, reader.zone.key))


def _key(by: By | None, key: str) -> int | str | None:
    if not key or by is None:
        return None
    return int(key) if by in ("department", "topic") and key.isdecimal() else key


def _report(
    session: Session, acting: people.Actor, reader: Reader, period: Period, by: str, mine: bool, now: datetime
) -> Report:
    return promises.report(
        session,
        start=period.start,
        end=period.end,
        by=by,
        timezone=reader.zone.key,
        now=now,
        member_id=acting.member_id if mine else None,
        asker=acting,
    )


def _period(reader: Reader, days: int) -> Period:
    today = reader.local(reader.now).date()
    # by the calendar: a day may have 23 or 25 hours
    start = datetime.combine(today - timedelta(days=days - 1), time(), reader.zone)
    return Period(days, start, datetime.combine(today + timedelta(days=1), time(), reader.zone))


def _worst(told: Report) -> promises.Group | None:
    """The group in which most broke, if any stands out."""
    broken = sorted(told.groups, key=_broken, reverse=True)
    if len(broken) < 2 or _broken(broken[0]) <= _broken(broken[1]) or broken[0].key is None:
        return None
    return broken[0]


def _broken(group: promises.Group) -> int:
    return group.triage.figures.broken + group.resolution.figures.broken


def _plot(reader: Reader, told: Report) -> Plot | None:
    if len(told.days) < 2:
        return None
    words = Words(reader.catalogue)
    return shares(
        [
            (words("promise", "triage"), [_share(day.triage) for day in told.days]),
            (words("promise", "resolution"), [_share(day.resolution) for day in told.days]),
        ],
        mirrored=reader.direction == "rtl",
    )


def _share(figures: Figures) -> float | None:
    return figures.share


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is written as text."""
    return "'" + cell if cell[:1] in "=+-@\t\r" else cell
