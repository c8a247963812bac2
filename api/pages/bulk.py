"""Many issues at once: what would happen, how far it has come, what was refused and why, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field, field_validator
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import status_of
from api.pages import chosen
from api.pages.frame import Insider
from api.pages.inbox import lane_name, placed
from api.pages.snooze import proposed
from api.reader import Reader
from api.reasons import refusal_words
from api.rendering import back, frame_of, is_swap, page
from triage import bulk, find, people
from triage.bulk import Verb
from triage.find import bulks
from triage.find.bulks import BulkView, ItemView
from triage.refusals import BadInput, NoSuch, Refusal
from triage.rights import EVERYTHING

router = APIRouter()

SHOWN = 20  # issues listed of what is to be done
STRETCH = 30


class Wish(BaseModel):
    """The bar below the cards: a verb, and what was ticked ("41.7" is issue 41 as of version 7), or everything."""

    verb: Verb
    tick: list[str] = Field(default_factory=list, max_length=bulk.LONGEST)
    everything: bool = False
    address: str = Field(default="", max_length=2_000)


class Details(BaseModel):
    """What the verb needs, as its form sends it."""

    words: str = ""
    department_id: int | None = None
    owner_id: int | None = None
    until: datetime | None = None
    becomes: str | None = None
    into_id: int | None = None

    @field_validator("department_id", "owner_id", "until", "becomes", "into_id", mode="before")
    @classmethod
    def _nothing_chosen(cls, value: object) -> object:
        return None if value == "" else value


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why some were refused, in words, and which: the first few."""

    sentence: str
    count: int
    items: tuple[ItemView, ...]


@router.post("/bulks")
def create(request: Request, session: Database, acting: Insider, now: Now, wish: Annotated[Wish, Form()]) -> Response:
    """Preview a verb for what was ticked, or for all that fits the address; nothing moves yet."""
    looked = chosen.of(wish.address)
    if wish.everything:
        place = placed(looked, acting)
        ids = find.chosen_ids(session, acting, place.lane, place.filters, bulk.LONGEST)
    else:
        ids = [_ticked(one) for one in wish.tick]
    if not ids:
        return back(looked.link(), "nothing_ticked")
    made = bulk.preview(session, wish.verb, ids, {}, by=acting, now=now, address=looked.address)
    return back(f"/bulks/{made.id}")


@router.get("/bulks")
def index(request: Request, session: Database, acting: Insider, now: Now, before: int | None = None) -> Response:
    """List what was done to many at once, the last one first."""
    rows = bulks.bulks_of(session, acting, now, before=before, limit=STRETCH + 1)
    return page(
        request,
        "bulk/list.html",
        bulks=rows[:STRETCH],
        before=rows[STRETCH - 1].id if len(rows) > STRETCH else None,
        everybody=acting.role in EVERYTHING,
    )


@router.get("/bulks/{bulk_id}")
def read(request: Request, session: Database, acting: Insider, now: Now, bulk_id: int, state: str = "") -> Response:
    """Show one: before, while and after. `state` is what a poll saw last: the end of it is said aloud."""
    view = bulks.bulk(session, acting, bulk_id, now)
    ended = is_swap(request) and state in ("running", "undoing") and view.state != state
    flash = {"key": f"bulk_{view.state}", "data": _numbers(request, view)} if ended else None
    return _shown(request, session, acting, now, view, **({"flash": flash} if flash else {}))


@router.post("/bulks/{bulk_id}/change")
def change(
    request: Request, session: Database, acting: Insider, now: Now, bulk_id: int, details: Annotated[Details, Form()]
) -> Response:
    """Preview the same issues with what the form says now."""
    try:
        with session.begin_nested():
            bulk.change(session, bulk_id, details.model_dump(), by=acting, now=now)
    except Refusal as no:
        return _refused(request, session, acting, now, bulk_id, no)
    return back(f"/bulks/{bulk_id}")


@router.post("/bulks/{bulk_id}/start")
def start(request: Request, session: Database, acting: Insider, now: Now, bulk_id: int) -> Response:
    """Begin; the worker does it, and the page follows."""
    try:
        bulk.start(session, bulk_id, by=acting, now=now)
    except Refusal as no:
        return _refused(request, session, acting, now, bulk_id, no)
    return back(f"/bulks/{bulk_id}")


@router.post("/bulks/{bulk_id}/stop")
def stop(request: Request, session: Database, acting: Insider, now: Now, bulk_id: int) -> Response:
    """Leave the rest alone."""
    try:
        bulk.stop(session, bulk_id, by=acting, now=now)
    except Refusal as no:
        return _refused(request, session, acting, now, bulk_id, no)
    return back(f"/bulks/{bulk_id}", "bulk_stopped")


@router.post("/bulks/{bulk_id}/undo")
def undo(request: Request, session: Database, acting: Insider, now: Now, bulk_id: int) -> Response:
    """Take all of it back."""
    try:
        bulk.undo(session, bulk_id, by=acting, now=now)
    except Refusal as no:
        return _refused(request, session, acting, now, bulk_id, no)
    return back(f"/bulks/{bulk_id}")


def _refused(
    request: Request, session: Session, acting: people.Actor, now: datetime, bulk_id: int, no: Refusal
) -> Response:
    if isinstance(no, NoSuch) and no.data["what"] == "bulk":
        raise no
    view = bulks.bulk(session, acting, bulk_id, now)
    wrong = {"field": no.field if isinstance(no, BadInput) else "", "sentence": refusal_words(_reader(request), no)}
    return _shown(request, session, acting, now, view, status=status_of(no), wrong=wrong)


def _shown(
    request: Request, session: Session, acting: people.Actor, now: datetime, view: BulkView, **more: Any
) -> Response:
    reader = _reader(request)
    looked = placed(chosen.of(view.address), acting)
    before = view.state == "preview"
    departments = people.departments(session, enabled=True) if before and view.verb == "hand_over" else []
    return page(
        request,
        "bulk/page.html",
        **{"status": 200, "wrong": None, **more},
        bulk=view,
        looked=looked,
        lane_name=lane_name(request, find.lanes(session, acting), looked),
        forecast=bulks.forecast(session, view, acting, now) if before else None,
        waits=bulks.items(session, view.id, state="waiting", limit=SHOWN) if before else (),
        reasons=_reasons(reader, [*_why(session, view, "refused"), *_why(session, view, "stays")]),
        departments=departments,
        eligible=people.eligible_in(session, departments),
        moments=_moments(reader, view, now),
        kinds=bulk.NAMED,
        candidates=bulks.candidates(session, view.id) if before and view.verb == "merge" else (),
        until=datetime.fromisoformat(view.data["until"]) if "until" in view.data else None,
        kept_until=view.finished_at + bulk.KEPT if view.finished_at else None,
        numbers=_numbers(request, view),
    )


def _why(session: Session, view: BulkView, state: str) -> list[ItemView]:
    return bulks.items(session, view.id, state=state, limit=bulk.LONGEST) if view.counts.get(state) else []


def _reasons(reader: Reader, refused: Sequence[ItemView]) -> list[Reason]:
    """Gather what was refused by the sentence that says why, the most frequent first."""
    by_words: dict[str, list[ItemView]] = {}
    for one in refused:
        if one.why is not None:
            by_words.setdefault(refusal_words(reader, one.why), []).append(one)
    found = [Reason(words, len(items), tuple(items[:SHOWN])) for words, items in by_words.items()]
    return sorted(found, key=lambda reason: -reason.count)


def _moments(reader: Reader, view: BulkView, now: datetime) -> list[tuple[datetime, str]]:
    if view.verb != "snooze":
        return []
    found = dict(proposed(reader, now))
    if "until" in view.data:
        found.setdefault(datetime.fromisoformat(view.data["until"]), "")
    return sorted(found.items())


def _numbers(request: Request, view: BulkView) -> dict[str, str]:
    reader = _reader(request)
    counted = {"done": view.done, "refused": view.refused, "undone": view.counts.get("undone", 0)}
    return {name: reader.number(count) for name, count in counted.items()} | {"total": reader.number(view.total)}


def _ticked(text: str) -> tuple[int, int]:
    number, _, seen = text.partition(".")
    if not (number.isascii() and number.isdecimal() and seen.isascii() and seen.isdecimal() and len(text) < 30):
        raise BadInput("tick", "Nothing was ticked. Tick the issues it is about.")
    return int(number), int(seen)


def _reader(request: Request) -> Reader:
    return frame_of(request).reader
