"""Empathy lines as people keep them, and whether what somebody writes reads like their last replies."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field, field_validator
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import status_of
from api.locales import RIGHT_TO_LEFT, translations
from api.pages.composing import OUR_TEAM
from api.pages.frame import Insider
from api.pages.wrong import wrong_of
from api.rendering import back, frame_of, page
from listener.kinds import Kind
from triage import empathy, find, people
from triage.models import Issue
from triage.refusals import Refusal
from triage.replies import compared
from triage.rights import EVERYTHING

router = APIRouter()

# nobody answers spam
KINDS = tuple(kind for kind in Kind if kind != Kind.SPAM)
# somebody to show how a line reads
SOMEBODY = {"en": "Mirela", "fa": "نسترن", "ar": "هدى", "he": "נועה"}


class Line(BaseModel):
    """The form of one line, or what is done with it."""

    do: Literal["save", "up", "down", "put_away", "take_up", "delete"] = "save"
    language: str = ""
    words: str = ""
    kind: str | None = None
    department_id: int | None = None

    @field_validator("kind", "department_id", mode="before")
    @classmethod
    def _nothing_chosen(cls, value: object) -> object:
        return None if value == "" else value


class Written(BaseModel):
    """What stands in the field just now."""

    words: str = Field(default="", max_length=10_000)


@router.get("/empathy")
def index(
    request: Request,
    session: Database,
    acting: Insider,
    language: Annotated[str, Query(max_length=8)] = "",
    change: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Show the lines of one language, in their order; `change` opens one to be rewritten."""
    return _lines(request, session, acting, language, change=change)


@router.post("/empathy")
def add(request: Request, session: Database, acting: Insider, now: Now, asked: Annotated[Line, Form()]) -> Response:
    """Keep a new line."""
    try:
        made = empathy.add(session, **asked.model_dump(exclude={"do"}), by=acting, now=now)
    except Refusal as refusal:
        return _refused(request, session, acting, asked, refusal)
    return back(f"/empathy?language={made.language}#line-{made.id}", "line_kept")


@router.post("/empathy/{line_id}")
def change(
    request: Request, session: Database, acting: Insider, now: Now, line_id: int, asked: Annotated[Line, Form()]
) -> Response:
    """Rewrite a line, move it, put it away or let it go."""
    found = empathy.line(session, line_id)
    place = empathy.every(session, found.language).index(found)
    language = found.language
    try:
        match asked.do:
            case "delete":
                empathy.delete(session, line_id, by=acting, now=now)
                return back(f"/empathy?language={language}", "line_gone")
            case "up" | "down":
                step = -1 if asked.do == "up" else 1
                empathy.change(session, line_id, position=max(0, place + step), by=acting, now=now)
            case "put_away" | "take_up":
                empathy.change(session, line_id, enabled=asked.do == "take_up", by=acting, now=now)
            case _:
                values = asked.model_dump(exclude={"do"})
                language = empathy.change(session, line_id, **values, by=acting, now=now).language
    except Refusal as refusal:
        return _refused(request, session, acting, asked, refusal, line_id)
    return back(f"/empathy?language={language}#line-{line_id}", "line_kept")


@router.post("/issues/{issue_id}/alike")
def alike(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, written: Annotated[Written, Form()]
) -> Response:
    """Say whether a reply reads like its writer's last ones."""
    card = find.issue(session, acting, issue_id, now).card
    issue = session.get_one(Issue, issue_id)
    return page(
        request,
        "empathy/alike.html",
        found=compared(session, issue, written.words, acting.member_id),
        spoken_to=empathy.first_name(card.author.label) if card.author else "",
        words_said=bool(written.words.strip()),
    )


def _refused(
    request: Request, session: Session, acting: people.Actor, asked: Line, refusal: Refusal, line_id: int | None = None
) -> Response:
    if refusal.key == "no_such":
        raise refusal
    where = f"line-{line_id}" if line_id else "new"
    return _lines(
        request, session, acting, asked.language, change=line_id, typed=asked, status=status_of(refusal),
        wrong=wrong_of(request, where, refusal),
    )  # fmt: skip


def _lines(
    request: Request, session: Session, acting: people.Actor, language: str, *, change: int | None = None,
    typed: Line | None = None, wrong: object = None, status: int = 200,
) -> Response:  # fmt: skip
    reader = frame_of(request).reader
    chosen = language if language in empathy.LANGUAGES else reader.language
    departments = people.departments(session, enabled=True)
    shown_as = {
        "name": SOMEBODY[chosen], "hours": replace(reader, language=chosen).number(24),
        "department": departments[0].name if departments else str(translations(chosen).gettext(OUR_TEAM)),
    }  # fmt: skip
    return page(
        request,
        "empathy/page.html",
        status=status,
        language=chosen,
        codes=empathy.LANGUAGES,
        lines=empathy.every(session, chosen),
        filled=lambda words: empathy.filled(words, **shown_as),
        runs="rtl" if chosen in RIGHT_TO_LEFT else "ltr",
        departments=departments,
        names={one.id: one.name for one in departments},
        kinds=KINDS,
        may_change=acting.role in EVERYTHING,
        change=change,
        typed=typed,
        wrong=wrong,
        longest=empathy.LONGEST,
    )
