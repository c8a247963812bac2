"""One issue: both promises, what happened, why it is there, and every move that fits now."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import status_of
from api.locales.words import N_
from api.pages import ending, lifeline
from api.pages.chosen import Chosen
from api.pages.composing import composed
from api.pages.conflicts import conflict_of
from api.pages.ending import Ending
from api.pages.frame import Insider
from api.pages.inbox import after, desk, first
from api.pages.mentions import lit
from api.pages.moves import done, said
from api.reasons import refusal_words
from api.rendering import back, frame_of, page
from triage import find, people, privately
from triage.find import gaps
from triage.find.reporters import reporters, waiting
from triage.models import Issue
from triage.refusals import BadInput, NotNow, NotYours, ReasonNeeded, Refusal, SomeoneWasFaster

router = APIRouter()

QUICK = (
    ("acknowledge", N_("Acknowledge"), "talk"),
    ("hand_over", N_("Hand over"), "hand"),
    ("bounce", N_("Bounce"), "bounce"),
    ("pause", N_("Pause"), "pause"),
    ("resume", N_("Let the clock run"), "play"),
    ("accept", N_("Accept"), "check"),
    ("reopen", N_("Reopen"), "undo"),
    ("resolve", N_("Resolve"), "check"),
)


@router.get("/issues/{issue_id}")
def issue(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    issue_id: int,
    show: str = "all",
    whole: bool = False,
) -> Response:
    """Show one issue; `show` keeps of what happened what was public or what was ours, `whole` shows all of it."""
    return shown(request, session, acting, now, issue_id, show=show, whole=whole)


@router.post("/issues/{issue_id}/moves")
def move(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, asked: Annotated[Ending, Form()]
) -> Response:
    """Do one move and go on: to the next card from the inbox, else back to the issue. A refusal keeps the draft."""
    looked = asked.chosen
    # found before the issue moves: afterwards nothing says where it stood
    onward = issue_id if asked.stay else after(session, acting, looked, issue_id)
    try:
        # a savepoint: of two moves done as one, a refused second takes the first back
        with session.begin_nested():
            moved = _done(session, issue_id, asked, acting, now)
    except Refusal as refusal:
        if refusal.key == "no_such":
            raise
        return refused(request, session, acting, now, issue_id, refusal, asked.verb, asked.words, looked)
    key, data = said(session, asked, moved, people.departments(session))
    if asked.verb == "resolve" and asked.tell:
        return back(f"/issues/{issue_id}/everyone", key, **data)
    if looked is None:
        # what was handed back may be shown to its department no longer
        return back("/inbox" if asked.verb == "bounce" else f"/issues/{issue_id}", key, **data)
    return back(looked.link(open=onward or first(session, acting, looked)), key, **data)


def shown(
    request: Request,
    session: Session,
    acting: people.Actor,
    now: datetime,
    issue_id: int,
    *,
    status: int = 200,
    show: str = "all",
    whole: bool = False,
    **more: Any,
) -> Response:
    """Render the page of an issue; `more` is what a refused move adds."""
    reader = frame_of(request).reader
    seen = find.issue(session, acting, issue_id, now, timezone=reader.zone.key)
    departments = people.departments(session, enabled=True)
    gettext = reader.catalogue.gettext
    chosen: lifeline.Show = show if show in lifeline.SHOWS else "all"
    owed, told = find.words_of(session, issue_id), reporters(session, acting, issue_id)
    values = {
        "issue": seen,
        "verbs": seen.verbs,
        "quick": [(verb, gettext(name), picture) for verb, name, picture in QUICK if verb in seen.verbs][-3:],
        "promises": lifeline.promised(reader, seen),
        "timeline": lifeline.timeline(reader, seen, owed, chosen, whole),
        "show": chosen,
        "shows": lifeline.SHOWS,
        "counts": lifeline.counts(seen),
        "judged": find.judgements(session, acting, [post.id for post in seen.mentions if not post.is_ours]),
        "departments": departments,
        "eligible": people.eligible_in(session, departments),
        "drawing": lit(session, reader, seen.verdict),
        "later": lambda hours: now + timedelta(hours=hours),
        "steps": privately.steps(seen.moves),
        "owed": owed,
        "afterwards": ending.offered(session, seen, acting, now),
        "reporters": told,
        "waiting": waiting(told),
        "links": gaps.links_of(session, acting, issue_id),
        "gap_names": gaps.gap_names(session, acting) if "link" in seen.verbs else {},
        "suggested": gaps.suggested(session, acting, issue_id, [one.id for one in seen.alike]),
        **composed(request, session, acting, now, seen),
        "lane": "",
        "conflict": None,
        "wrong": None,
    }
    return page(request, "issue/page.html", status=status, **(values | more))


def refused(
    request: Request,
    session: Session,
    acting: people.Actor,
    now: datetime,
    issue_id: int,
    no: Refusal,
    verb: str,
    words: str = "",
    looked: Chosen | None = None,
) -> Response:
    """Show why a move was refused, where it was asked for, with the words that were not sent."""
    reader = frame_of(request).reader
    # what is wrong with the form stands at the form; what happened meanwhile stands above everything
    at_form = isinstance(no, (BadInput, ReasonNeeded, NotYours, NotNow)) and looked is None
    conflict = None if at_form else conflict_of(reader, session, no, words, issue_id, by=acting)
    if looked is not None:
        return desk(
            request, session, acting, now, looked, opened=issue_id, status=status_of(no), conflict=conflict,
            draft="" if isinstance(no, SomeoneWasFaster) else words,
        )  # fmt: skip
    wrong = {"verb": verb, "sentence": refusal_words(reader, no), "words": words} if at_form else None
    return shown(request, session, acting, now, issue_id, status=status_of(no), conflict=conflict, wrong=wrong)


def _done(session: Session, issue_id: int, asked: Ending, acting: people.Actor, now: datetime) -> Issue:
    if asked.verb == "resolve":
        return ending.resolve(session, issue_id, asked, acting, now)
    return done(session, issue_id, asked, acting, now)
