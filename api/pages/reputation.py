"""The reputation of a topic: one number with its band, the formula with this topic's own numbers, what is behind it."""

import re
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from api.dependencies import Database
from api.pages.frame import Insider
from api.pages.windows import CHOICES, Window, window
from api.plots import banded
from api.reader import MINUS, Reader
from api.rendering import frame_of, page
from listener import reputation as formula
from listener.find import esteem
from listener.sentiment import MoodLabel
from triage.refusals import NoSuch

router = APIRouter()

Days = Annotated[int, Query(ge=1, le=732)]
STRETCH = 30
_NUMBER = re.compile(r"\d+(?:\.(\d+))?")


@router.get("/reputation")
def show(request: Request, session: Database, acting: Insider, topic: str = "", days: Days = 30) -> Response:
    """Show how a topic is spoken of, and how that number comes about."""
    reader = frame_of(request).reader
    span = window(session, reader, topic, days)
    if span.topic is None:
        return page(request, "reputation/page.html", span=span, choices=CHOICES, told=None)
    told = esteem.reputation(
        session, topic_id=span.topic.id, since=span.since, until=span.until, zone=reader.zone
    )  # fmt: skip
    values = [
        (one.reputation.low, one.reputation.score, one.reputation.high) if one.reputation.is_said else None
        for one in told.steps
    ]
    drawn = sum(value is not None for value in values) > 1
    return page(
        request,
        "reputation/page.html",
        span=span,
        choices=CHOICES,
        told=told,
        plot=banded(values, reader.direction == "rtl") if drawn else None,
        formula=formula,
        written=partial(_written, reader),
    )


@router.get("/reputation/mentions")
def behind(
    request: Request,
    session: Database,
    acting: Insider,
    topic: str = "",
    days: Days = 30,
    mood: str = "",
    language: Annotated[str, Query(max_length=20)] = "",
    source: Annotated[str, Query(max_length=40)] = "",
    day: date | None = None,
    length: Annotated[int, Query(ge=1, le=7)] = 1,
    cursor: int | None = None,
) -> Response:
    """List the very mentions a number is made of, with what each weighs."""
    reader = frame_of(request).reader
    span = window(session, reader, topic, days)
    if span.topic is None:
        raise NoSuch("topic", topic)
    since, until = _narrowed(reader, span, day, length)
    hits = esteem.behind(
        session, topic_id=span.topic.id, since=since, until=until, mood=mood if mood in set(MoodLabel) else None,
        language=language or None, source=source or None, cursor=cursor, limit=STRETCH,
    )  # fmt: skip
    chosen = {"mood": mood, "language": language, "source": source, "day": day.isoformat() if day else "",
              "length": str(length) if day else ""}  # fmt: skip
    return page(
        request,
        "reputation/mentions.html",
        span=span,
        since=since,
        until=until,
        hits=hits,
        chosen={name: value for name, value in chosen.items() if value},
    )


def _narrowed(reader: Reader, span: Window, day: date | None, length: int) -> tuple[datetime, datetime]:
    """Return the moments of one stretch of the trend, or of the whole window."""
    if day is None:
        return span.since, span.until
    first = datetime.combine(day, time(), reader.zone)
    return max(first, span.since), min(datetime.combine(day + timedelta(days=length), time(), reader.zone), span.until)


def _written(reader: Reader, text: str) -> Markup:
    """Write a line of a formula with the reader's digits; each number stands apart, for Arabic ones turn their line."""
    parts, at = [], 0
    for found in _NUMBER.finditer(text):
        number = reader.number(float(found[0]), len(found[1] or ""))
        parts += [Markup.escape(text[at : found.start()].replace("-", MINUS)), Markup("<bdi>%s</bdi>") % number]
        at = found.end()
    return Markup("").join([*parts, Markup.escape(text[at:])])
