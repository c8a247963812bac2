"""Crises: what stands and what is over, one whole with its record, and what people do in it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api import record, sentences
from api.dependencies import HEARERS, Database, Now
from api.errors import status_of
from api.locales.words import Words
from api.pages.frame import Hearer, Insider
from api.pages.mentions import topics_by_id
from api.reader import Reader
from api.reasons import refusal_words
from api.rendering import back, frame_of, page
from listener import find as heard
from listener.models import Author
from triage import people, steering
from triage.aloud import aloud
from triage.find import crises
from triage.find.crises import CrisisView
from triage.models import Crisis, CrisisRole
from triage.refusals import CrisisStands, Refusal, SomeoneWasFaster

router = APIRouter()

LONGEST = 5_000


class Asked(BaseModel):
    """One form of a crisis: a verb, the version it was decided on, and what the verb needs."""

    verb: Literal["assign", "instruct", "hold", "note", "stand_down"]
    seen: int = 1
    words: str = Field(default="", max_length=LONGEST)
    role: str = ""
    member: str = ""


class Wish(BaseModel):
    """The form that declares one."""

    topic: int | None = None
    spike: int | None = None
    words: str = Field(default="", max_length=LONGEST)


@router.get("/crises")
def index(
    request: Request, session: Database, acting: Insider, now: Now, topic: str = "", spike: str = "",
    cursor: int | None = None,
) -> Response:  # fmt: skip
    """List the crises that stand, then those that are over; those who hear can declare one."""
    wish = Wish(topic=_number(topic), spike=_number(spike))
    return _list(request, session, acting, now, wish=wish, cursor=cursor)


@router.post("/crises")
def declare(
    request: Request, session: Database, acting: Hearer, now: Now, wish: Annotated[Wish, Form()]
) -> Response:  # fmt: skip
    """Declare a crisis."""
    try:
        with session.begin_nested():
            made = steering.declare(session, wish.topic or 0, by=acting, now=now, words=wish.words, spike_id=wish.spike)
    except CrisisStands as refusal:
        return back(f"/crises/{refusal.data['crisis_id']}", "crisis_stands")
    except Refusal as refusal:
        wrong = refusal_words(frame_of(request).reader, refusal)
        return _list(request, session, acting, now, wish=wish, wrong=wrong, status=status_of(refusal))
    return back(f"/crises/{made.id}", "crisis_declared")


@router.get("/crises/{crisis_id}")
def show(request: Request, session: Database, acting: Insider, now: Now, crisis_id: int) -> Response:
    """Show one crisis: why it is one, who does what, what is said, its issue and its record."""
    return _whole(request, session, acting, now, crisis_id)


@router.post("/crises/{crisis_id}/moves")
def act(
    request: Request, session: Database, acting: Insider, now: Now, crisis_id: int, asked: Annotated[Asked, Form()]
) -> Response:
    """Do one thing in a crisis; whoever was too late keeps their words and reads who was first."""
    try:
        with session.begin_nested():
            said, names = _VERBS[asked.verb](session, crisis_id, asked, acting, now, frame_of(request).reader)
    except Refusal as refusal:
        if refusal.key == "no_such":
            raise
        return _refused(request, session, acting, now, crisis_id, asked, refusal)
    return back(f"/crises/{crisis_id}", said, **names)


def _list(
    request: Request, session: Session, acting: people.Actor, now: datetime, *, wish: Wish, wrong: str = "",
    cursor: int | None = None, status: int = 200,
) -> Response:  # fmt: skip
    standing, _ = crises.crises(session, is_open=True)
    past, following = crises.crises(session, is_open=False, cursor=cursor, limit=20)
    return page(
        request,
        "crises/page.html",
        status=status,
        standing=standing,
        past=past,
        cursor=following,
        topics=topics_by_id(session),
        may_declare=acting.role in HEARERS,
        wish=wish,
        wrong=wrong,
        longest=LONGEST,
    )


def _whole(
    request: Request, session: Session, acting: people.Actor, now: datetime, crisis_id: int, status: int = 200,
    **more: Any,
) -> Response:  # fmt: skip
    reader = frame_of(request).reader
    found = crises.crisis(session, acting, crisis_id, now, timezone=reader.zone.key)
    spike, reason = found.spike, found.crisis.reason
    return page(
        request,
        "crises/crisis.html",
        status=status,
        view=found,
        crisis=found.crisis,
        verbs=found.verbs,
        sentence=aloud(spike, spike.cause, reader.language, reader.zone.key, found.topic.name) if spike else "",
        signs=record.sign_words(reader, found.crisis, _places(session, reader, reason, now), _people(session, reason)),
        told=_record(reader, found),
        roles=list(CrisisRole),
        members=[one for one in people.members(session, active=True) if one.role != "outsider"],
        longest=LONGEST,
        longest_line=steering.LONGEST_LINE,
        **{"conflict": None, "wrong": None, **more},
    )


def _record(reader: Reader, found: CrisisView) -> list[tuple[Any, Any, list[str]]]:
    """Return (move, what it was, what it brought) of the record, the newest first."""
    return [
        (
            move,
            record.crisis_words(reader, move),
            record.gathered_words(reader, move.data) if move.sort == "gathered" else [],
        )
        for move in reversed(found.moves)
    ]


def _places(session: Session, reader: Reader, reason: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """Return the names of the places of a crisis: of a feed that is a place of its own, the feed's."""
    feeds = {f"{one.feed.source}:{one.feed.id}": one.feed.name for one in heard.feeds(session, now)}
    words = Words(reader.catalogue)
    return {one: feeds.get(one) or words("source", one.partition(":")[0]) for one in reason.get("places", ())}


def _people(session: Session, reason: Mapping[str, Any]) -> dict[int, str]:
    found = (session.get(Author, one) for one in reason.get("influencers", ()))
    return {one.id: one.name or one.handle for one in found if one is not None}


def _refused(
    request: Request, session: Session, acting: people.Actor, now: datetime, crisis_id: int, asked: Asked, no: Refusal
) -> Response:
    reader = frame_of(request).reader
    sentence = record.faster_words(reader, no) if isinstance(no, SomeoneWasFaster) else refusal_words(reader, no)
    if status_of(no) == 422:
        wrong = {"verb": asked.verb, "sentence": sentence, "words": asked.words, "role": asked.role}
        return _whole(request, session, acting, now, crisis_id, 422, wrong=wrong)
    conflict = {"title": sentences.of(no).title_in(reader.catalogue), "sentence": sentence, "draft": asked.words}
    return _whole(request, session, acting, now, crisis_id, status_of(no), conflict=conflict)


Done = tuple[str, dict[str, str]]


def _assign(
    session: Session, crisis_id: int, asked: Asked, by: people.Actor, now: datetime, reader: Reader
) -> Done:  # fmt: skip
    steering.assign(session, crisis_id, asked.role, _number(asked.member), by=by, seen=asked.seen, now=now)
    return "crisis_assigned", {"role": Words(reader.catalogue)("crisis_role", asked.role)}


def _note(
    session: Session, crisis_id: int, asked: Asked, by: people.Actor, now: datetime, reader: Reader
) -> Done:  # fmt: skip
    steering.note(session, crisis_id, asked.words, by=by, now=now)
    return "crisis_noted", {}


def _with_words(verb: Callable[..., Crisis], said: str) -> Callable[..., Done]:
    def done(
        session: Session, crisis_id: int, asked: Asked, by: people.Actor, now: datetime, reader: Reader
    ) -> Done:  # fmt: skip
        verb(session, crisis_id, asked.words, by=by, seen=asked.seen, now=now)
        return said, {}

    return done


_VERBS: Mapping[str, Callable[..., Done]] = {
    "assign": _assign,
    "instruct": _with_words(steering.instruct, "crisis_instructed"),
    "hold": _with_words(steering.hold, "crisis_held"),
    "note": _note,
    "stand_down": _with_words(steering.stand_down, "crisis_stood_down"),
}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
