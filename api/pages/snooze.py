"""Setting an issue aside: moments to choose from, each with what it does to the promises, said before it is done."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import status_of
from api.locales.words import N_
from api.pages import chosen
from api.pages.chosen import Chosen
from api.pages.frame import Insider
from api.pages.inbox import after, first
from api.reader import Reader
from api.reasons import refusal_words
from api.rendering import back, frame_of, page
from triage import find, people, rights, snooze, undo
from triage.find import IssueView
from triage.models import Issue
from triage.refusals import BadInput, NotNow, NotYours, Refusal
from triage.snooze import Effect
from triage.turn import load

router = APIRouter()

MORNING, EVENING = time(9), time(18)
SOON = timedelta(minutes=30)  # a moment nearer than that is no use to propose


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment to come back at: what people call it, and what it does to the promises."""

    until: datetime
    name: str
    effect: Effect


class Aside(BaseModel):
    """One choice. `query` is what was chosen in the inbox it came from."""

    seen: int
    until: str = ""
    query: str = ""
    words: str = ""


@router.get("/issues/{issue_id}/snooze")
def choose(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, at: str = "", query: str = ""
) -> Response:
    """Show the moments, with what each does; `at` is one the reader typed, told of in the same way."""
    return _shown(request, session, acting, now, issue_id, at=at, query=query)


@router.post("/issues/{issue_id}/snooze")
def aside(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, asked: Annotated[Aside, Form()]
) -> Response:
    """Set it aside, and go on: to the next card from the inbox, else back to the issue."""
    reader = frame_of(request).reader
    looked = chosen.of(asked.query) if asked.query else None
    onward = after(session, acting, looked, issue_id)
    try:
        until = _moment(asked.until)
        snooze.snooze(session, issue_id, until, by=acting, seen=asked.seen, now=now, words=asked.words)
    except Refusal as refusal:
        return _refused(request, session, acting, now, issue_id, asked, refusal)
    return _on(session, acting, looked, issue_id, onward, "snoozed", until=reader.moment(until))


@router.post("/issues/{issue_id}/wake")
def wake(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, asked: Annotated[Aside, Form()]
) -> Response:
    """Bring it back before its time."""
    looked = chosen.of(asked.query) if asked.query else None
    onward = after(session, acting, looked, issue_id)
    try:
        snooze.wake(session, issue_id, by=acting, seen=asked.seen, now=now)
    except Refusal as refusal:
        return _refused(request, session, acting, now, issue_id, asked, refusal)
    return _on(session, acting, looked, issue_id, onward, "woken")


def proposed(reader: Reader, now: datetime) -> list[tuple[datetime, str]]:
    """Return the moments everybody means, nearest first, with what people call them."""
    gettext = reader.catalogue.gettext
    today = reader.local(now)
    tomorrow = today.date() + timedelta(days=1)
    week = reader.week_of(today.date()) + timedelta(days=7)
    found = [
        (now + timedelta(hours=1), gettext(N_("In an hour"))),
        (now + timedelta(hours=3), gettext(N_("In three hours"))),
        (datetime.combine(today.date(), EVENING, reader.zone), gettext(N_("This evening"))),
        (datetime.combine(tomorrow, MORNING, reader.zone), gettext(N_("Tomorrow morning"))),
        (datetime.combine(week, MORNING, reader.zone), gettext(N_("Next week"))),
    ]
    return sorted((until, name) for until, name in found if until - now >= SOON)


def moments(reader: Reader, issue: Issue, now: datetime) -> list[Moment]:
    """Return the moments to propose, nearest first: those everybody means, and the last one that breaks nothing."""
    found = dict(proposed(reader, now))
    spare = snooze.effect(issue, now + snooze.LONGEST, now).instead
    if spare is not None and spare - now >= SOON:
        found[spare] = reader.catalogue.gettext(N_("While the promise can still be kept"))
    return [Moment(until, name, snooze.effect(issue, until, now)) for until, name in sorted(found.items())]


def _shown(
    request: Request,
    session: Session,
    acting: people.Actor,
    now: datetime,
    issue_id: int,
    *,
    at: str = "",
    query: str = "",
    wrong: Refusal | None = None,
) -> Response:
    reader = frame_of(request).reader
    seen: IssueView = find.issue(session, acting, issue_id, now, timezone=reader.zone.key)
    issue = load(session, issue_id)
    if wrong is None and not rights.may(acting, "snooze", issue):
        raise NotYours(verb="snooze")
    if wrong is None and rights.fits("snooze", issue) is not None:
        wrong = NotNow("snooze", issue.status)
    typed = reader.typed(at) if at else None
    if at and (typed is None or typed <= now):
        wrong = wrong or BadInput("until", "Choose a moment that is still to come.")
        typed = None
    return page(
        request,
        "inbox/snooze.html",
        status=status_of(wrong) if wrong else 200,
        issue=seen,
        card=seen.card,
        moments=moments(reader, issue, now),
        typed=Moment(typed, "", snooze.effect(issue, typed, now)) if typed else None,
        at=at,
        looked=chosen.of(query) if query else None,
        query=query,
        wrong=refusal_words(reader, wrong) if wrong else None,
    )


def _refused(
    request: Request, session: Session, acting: people.Actor, now: datetime, issue_id: int, asked: Aside, no: Refusal
) -> Response:
    if no.key == "no_such" or isinstance(no, NotYours):
        raise no
    return _shown(request, session, acting, now, issue_id, query=asked.query, wrong=no)


def _on(
    session: Session,
    acting: people.Actor,
    looked: Chosen | None,
    issue_id: int,
    onward: int | None,
    said: str,
    **values: str,
) -> Response:
    values["undo"] = str(undo.made(session, issue_id) or "")
    data = values | {"undo": str(undo.made(session, issue_id) or "")}
    if looked is None:
        return back(f"/issues/{issue_id}", said, **data)
    return back(looked.link(open=onward or first(session, acting, looked)), said, **data)


def _moment(text: str) -> datetime:
    try:
        until = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("until", "Choose a moment that is still to come.") from None
    if until.tzinfo is None:
        raise BadInput("until", "Choose a moment that is still to come.")
    return until
