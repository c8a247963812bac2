"""One issue: both promises, what happened, why it is there, and every move that fits now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from api import sentences
from api.clocks import Stop, Strip, strip
from api.dependencies import Database, Now
from api.errors import status_of
from api.locales.words import N_
from api.pages.chosen import Chosen
from api.pages.frame import Insider
from api.pages.inbox import desk
from api.pages.mentions import lit
from api.pages.moves import Asked, done, said
from api.reader import Reader
from api.reasons import reason_words, refusal_words
from api.rendering import back, frame_of, page
from triage import find, people
from triage.find import Clock, IssueView, MoveView, Said
from triage.refusals import Refusal, SomeoneWasFaster

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


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of what happened: a post, or a move."""

    at: datetime
    said: Said | None = None
    move: MoveView | None = None


@router.get("/issues/{issue_id}")
def issue(request: Request, session: Database, acting: Insider, now: Now, issue_id: int) -> Response:
    """Show one issue, whole."""
    return whole(request, session, acting, now, issue_id)


@router.post("/issues/{issue_id}/moves")
def move(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, asked: Annotated[Asked, Form()]
) -> Response:
    """Do one move and go on: to the next card from the inbox, else back to the issue. A refusal keeps the draft."""
    looked = asked.chosen
    onward = issue_id if asked.stay else _after(session, acting, looked, issue_id)
    try:
        # a savepoint: of two moves done as one, a refused second takes the first back
        with session.begin_nested():
            moved = done(session, issue_id, asked, acting, now)
    except Refusal as refusal:
        if refusal.key == "no_such":
            raise
        return _refused(request, session, acting, now, issue_id, asked, refusal)
    key, data = said(asked, moved, people.departments(session))
    if looked is None:
        return back(f"/issues/{issue_id}", key, **data)
    return back(looked.link(open=onward or _first(session, acting, looked)), key, **data)


def whole(
    request: Request, session: Session, acting: people.Actor, now: datetime, issue_id: int, **more: Any
) -> Response:
    """Render the page of an issue; `more` is what a refused move adds."""
    reader = frame_of(request).reader
    status = more.pop("status", 200)
    seen = find.issue(session, acting, issue_id, now, timezone=reader.zone.key)
    departments = people.departments(session, enabled=True)
    gettext = reader.catalogue.gettext
    return page(
        request,
        "issue/page.html",
        status=status,
        issue=seen,
        verbs=seen.verbs,
        quick=[(verb, gettext(name), picture) for verb, name, picture in QUICK if verb in seen.verbs][-3:],
        promises=[_promise(reader, seen, clock) for clock in (seen.card.triage, seen.card.resolution)],
        timeline=_timeline(seen),
        judged=find.judgements(session, acting, [post.id for post in seen.mentions if not post.is_ours]),
        departments=departments,
        eligible={one.id: people.eligible(session, one.id) for one in departments},
        drawing=lit(session, reader, seen.verdict),
        later=lambda hours: now + timedelta(hours=hours),
        **{"conflict": None, "wrong": None, **more},
    )


def _refused(
    request: Request, session: Session, acting: people.Actor, now: datetime, issue_id: int, asked: Asked, no: Refusal
) -> Response:
    reader = frame_of(request).reader
    sentence, stale = refusal_words(reader, no), isinstance(no, SomeoneWasFaster)
    conflict = {"title": sentences.of(no).title_in(reader.catalogue), "sentence": sentence, "draft": asked.words}
    if asked.chosen is not None:
        return desk(
            request, session, acting, now, asked.chosen, opened=issue_id, status=status_of(no), conflict=conflict,
            draft="" if stale else asked.words,
        )  # fmt: skip
    wrong = {"verb": asked.verb, "sentence": sentence, "words": asked.words}
    field = asked.verb in ("acknowledge", "bounce", "note", "pause", "dismiss", "reopen", "hand_over", "merge", "split")
    return whole(
        request, session, acting, now, issue_id, status=status_of(no),
        conflict=None if field and not stale and status_of(no) == 422 else conflict,
        wrong=None if stale else wrong,
    )  # fmt: skip


def _after(session: Session, acting: people.Actor, looked: Chosen | None, issue_id: int) -> int | None:
    """The card after the one in hand, found before that one moves."""
    return find.following(session, acting, looked.lane, looked.filters, issue_id) if looked else None


def _first(session: Session, acting: people.Actor, looked: Chosen) -> int | None:
    first = find.chosen_ids(session, acting, looked.lane, looked.filters, limit=1)
    return first[0][0] if first else None


def _timeline(seen: IssueView) -> Sequence[Entry]:
    posts = [Entry(post.posted_at, said=post) for post in seen.mentions]
    shown = {post.id for post in seen.mentions}
    # a post that joined says so itself
    told = [move for move in seen.moves if not (move.sort == "joined" and move.data.get("mention_id") in shown)]
    moves = [Entry(move.at, move=move) for move in told]
    # what was said at a moment comes before what was done about it
    return sorted([*posts, *moves], key=lambda entry: (entry.at, entry.move is not None))


def _promise(reader: Reader, seen: IssueView, clock: Clock) -> tuple[Clock, Strip | None, list[str]]:
    holds = _holds(seen, clock)
    lines = [reason_words(reader, reason) for reason in seen.reasons.get(clock.promise, ())]
    return clock, strip(reader, clock, _stops(reader, seen, clock), holds), lines


def _stops(reader: Reader, seen: IssueView, clock: Clock) -> list[Stop]:
    """Return the marks of a strip: its start, what was done, now, and the deadline."""
    card = seen.card
    gettext = reader.catalogue.gettext
    found: list[tuple[datetime | None, str]] = [(clock.start, "")]
    if clock.promise == "triage":
        found = [(clock.start, gettext("posted"))]
        if clock.late_found:
            found.append((card.heard_at, gettext("heard")))
        heard, handed = card.acknowledged_at, card.handed_at
        if heard and handed and abs(heard - handed) < timedelta(minutes=1):
            found.append((handed, gettext("acknowledged, handed over")))
        else:
            found += [(heard, gettext("acknowledged")), (handed, gettext("handed over"))]
    else:
        found = [(clock.start, gettext("handed over")), (card.accepted_at, gettext("accepted"))]
        found.append((card.resolved_at, gettext("resolved")))
    ends = max(clock.done_at or reader.now, clock.due or reader.now)
    told = [(at, words) for at, words in found if at is not None and at <= ends]
    stops = [Stop(at, f"{_near(reader, at, told[0][0])} {words}") for at, words in told]
    if clock.done_at is None and clock.state != "none":
        stops.append(Stop(reader.now, gettext("now %(time)s") % {"time": reader.clock_time(reader.now)}, is_now=True))
    if clock.due is not None:
        stops.append(Stop(clock.due, _near(reader, clock.due, told[0][0])))
    return stops


def _near(reader: Reader, at: datetime, first: datetime) -> str:
    """Say a moment of a strip as shortly as its first label allows: the day is only named where it changes."""
    if at == first:
        return reader.moment(at)
    same = reader.local(at).date() == reader.local(first).date()
    return reader.clock_time(at) if same else reader.weekday_time(at)


def _holds(seen: IssueView, clock: Clock) -> list[tuple[datetime, datetime]]:
    """Return the pauses of a promise from its ledger; one that is still open ends with the deadline it moved."""
    holds: list[tuple[datetime, datetime]] = []
    begun: datetime | None = None
    for line in (line for line in seen.ledger if line.promise == clock.promise):
        if line.event == "paused":
            begun = line.at
        elif begun is not None and line.event in ("resumed", "kept", "met", "void"):
            holds.append((begun, line.at))
            begun = None
    if begun is not None and clock.paused_until is not None:
        holds.append((begun, clock.paused_until))
    return holds
