"""Two issues become one, and one becomes two: both sides, and which clock will count, before anything is done."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import status_of
from api.pages import chosen
from api.pages.frame import Insider
from api.reader import Reader
from api.reasons import refusal_words
from api.rendering import back, frame_of, page
from triage import find, merging, move, people, rights, undo
from triage.find import unions
from triage.models import Issue
from triage.refusals import BadInput, NotNow, NotYours, Refusal
from triage.turn import load

router = APIRouter()

MOST_MENTIONS = 500


class Merge(BaseModel):
    """Which issue takes this one in. `query` is what was chosen in the inbox it came from."""

    seen: int
    into: int
    words: str = ""
    query: str = ""


class Split(BaseModel):
    """Which mentions leave."""

    seen: int
    mention: list[int] = Field(default_factory=list, max_length=MOST_MENTIONS)
    words: str = ""


@router.get("/issues/{issue_id}/merge")
def choose(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, q: str = "", into: str = "",
    query: str = "",
) -> Response:  # fmt: skip
    """Look for the other issue, or see both side by side and which clock will count."""
    return _merge_page(request, session, acting, now, issue_id, q=q, into=into, query=query)


@router.post("/issues/{issue_id}/merge")
def merge(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, asked: Annotated[Merge, Form()]
) -> Response:
    """Let it go into the other, and show that one; from the inbox, go back there."""
    try:
        with session.begin_nested():
            gone = move.merge(
                session, issue_id, asked.into, by=acting, seen=asked.seen, now=now, words=asked.words
            )  # fmt: skip
    except Refusal as no:
        _hide(no)
        into = str(asked.into)
        return _merge_page(request, session, acting, now, issue_id, into=into, query=asked.query, wrong=no)
    url = chosen.of(asked.query).link(open=asked.into) if asked.query else f"/issues/{asked.into}"
    return back(url, "merged", undo=str(undo.made(session, gone.id) or ""))


@router.post("/issues/{issue_id}/part")
def part(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, seen: Annotated[int, Form()]
) -> Response:
    """Take a merge back: the issue comes back as it was."""
    try:
        with session.begin_nested():
            merging.part(session, issue_id, by=acting, seen=seen, now=now)
    except Refusal as no:
        _hide(no)
        return _merge_page(request, session, acting, now, issue_id, wrong=no)
    return back(f"/issues/{issue_id}", "parted_again")


@router.get("/issues/{issue_id}/split")
def halve(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int,
    mention: Annotated[list[int] | None, Query(max_length=MOST_MENTIONS)] = None,
) -> Response:  # fmt: skip
    """Choose mentions; with some chosen, see what each half keeps."""
    return _split_page(request, session, acting, now, issue_id, mention)


@router.post("/issues/{issue_id}/split")
def split(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, asked: Annotated[Split, Form()]
) -> Response:
    """Take the mentions out into an issue of their own, or back into the one a merge brought."""
    try:
        with session.begin_nested():
            left = move.split(
                session, issue_id, asked.mention, by=acting, seen=asked.seen, now=now, words=asked.words
            )  # fmt: skip
    except Refusal as no:
        _hide(no)
        return _split_page(request, session, acting, now, issue_id, asked.mention, wrong=no)
    return back(f"/issues/{issue_id}", "split", undo=str(undo.made(session, left.id) or ""))


def _merge_page(
    request: Request, session: Session, acting: people.Actor, now: datetime, issue_id: int, *, q: str = "",
    into: str = "", query: str = "", wrong: Refusal | None = None,
) -> Response:  # fmt: skip
    reader = _reader(request)
    zone = reader.zone.key
    seen = find.issue(session, acting, issue_id, now, timezone=zone)
    issue = load(session, issue_id)
    wrong = wrong or _closed(acting, "merge", issue)
    union = None
    if into and wrong is None:
        try:
            union = unions.union(session, acting, issue_id, _number(into), now, timezone=zone)
        except Refusal as no:
            wrong = no
    return page(
        request,
        "issue/merge.html",
        status=status_of(wrong) if wrong else 200,
        card=seen.card,
        union=union,
        refused=refusal_words(reader, union.refusal) if union and union.refusal else None,
        suggested=unions.suggestions(session, acting, issue_id, q, now, timezone=zone),
        q=q,
        query=query,
        wrong=refusal_words(reader, wrong) if wrong else None,
    )


def _split_page(
    request: Request, session: Session, acting: people.Actor, now: datetime, issue_id: int, mention: list[int] | None,
    *, wrong: Refusal | None = None,
) -> Response:  # fmt: skip
    reader = _reader(request)
    seen = find.issue(session, acting, issue_id, now, timezone=reader.zone.key)
    issue = load(session, issue_id)
    wrong = wrong or _closed(acting, "split", issue)
    halves = None
    if mention and wrong is None:
        try:
            halves = unions.halves(session, acting, issue_id, mention, now)
        except Refusal as no:
            wrong = no
    return page(
        request,
        "issue/split.html",
        status=status_of(wrong) if wrong else 200,
        card=seen.card,
        mentions=seen.mentions,
        ticked=frozenset(mention or ()),
        halves=halves,
        wrong=refusal_words(reader, wrong) if wrong else None,
    )


def _closed(acting: people.Actor, verb: str, issue: Issue) -> Refusal | None:
    """Why the page can only be read."""
    if not rights.may(acting, verb, issue):
        raise NotYours(verb=verb)
    why = rights.fits(verb, issue)
    return NotNow(verb, issue.status, why) if why else None


def _number(text: str) -> int:
    number = text.strip().upper().removeprefix("HB").removeprefix("-").strip()
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise BadInput("into", "Write the number of the other issue, such as HB-12.")
    return int(number)


def _hide(no: Refusal) -> None:
    if no.key == "no_such" or isinstance(no, NotYours):
        raise no


def _reader(request: Request) -> Reader:
    return frame_of(request).reader
