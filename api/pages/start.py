"""First steps: brand, topics, feeds, people, chart; each is useful alone, and says what works already."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api import preferences
from api.dependencies import Database, Now
from api.pages.frame import Administrator
from api.rendering import back, page
from listener import find as heard
from listener import listening
from listener.listening import BadTopic
from listener.models import TopicKind
from triage import charts, people
from triage.models import Department, Role

router = APIRouter()

STEPS = ("brand", "topics", "feeds", "people", "chart")


class Brand(BaseModel):
    """The form of the first step: names, one a line, and words that mean something else."""

    name: str = Field(default="", max_length=120)
    spellings: str = Field(default="", max_length=2000)
    confused: str = Field(default="", max_length=1000)

    @property
    def query(self) -> str:
        """The names as a query: any of them, without what is only called alike."""
        names = dict.fromkeys(filter(None, map(_bare, [self.name, *self.spellings.splitlines()])))
        others = dict.fromkeys(filter(None, map(_bare, self.confused.splitlines())))
        wanted, unwanted = (" OR ".join(f'"{one}"' for one in some) for some in (names, others))
        return f"({wanted}) AND NOT ({unwanted})" if others else wanted


@dataclass(frozen=True, slots=True)
class Progress:
    """What is there already."""

    brands: tuple[str, ...]
    topics: int
    feeds: int
    answering: int
    members: int
    bare: tuple[str, ...]  # departments where nobody can take an issue
    drawn: bool  # somebody has published a chart of their own

    @property
    def done(self) -> frozenset[str]:
        """The steps that need nothing more. The chart that ships works, so it never holds anybody up."""
        found = {
            "brand": bool(self.brands), "topics": self.topics > 1, "feeds": self.answering > 0,
            "people": self.members > 1 and not self.bare, "chart": self.drawn,
        }  # fmt: skip
        return frozenset(step for step, is_done in found.items() if is_done)

    @property
    def next(self) -> str | None:
        """The first step that is not done."""
        return next((step for step in STEPS if step not in self.done), None)


@router.get("/start")
def index(request: Request, session: Database, acting: Administrator, now: Now) -> Response:
    """Show the steps, the next one open."""
    return _page(request, session, now)


@router.post("/start/brand")
def brand(
    request: Request, session: Database, acting: Administrator, now: Now, given: Annotated[Brand, Form()]
) -> Response:
    """Listen for the brand under every name people give it."""
    try:
        with session.begin_nested():
            made = listening.create(session, name=given.name, kind=TopicKind.BRAND, query=given.query, now=now)
    except BadTopic as trouble:
        return _page(request, session, now, brand=given, wrong=trouble.sentence, status=422)
    return back("/start", "topic_added", name=made.name)


@router.post("/start/skip")
def skip(session: Database, acting: Administrator) -> Response:
    """Offer the steps no more; they stay under Settings."""
    preferences.keep(session, acting.member_id, guide="skipped")
    return back("/inbox", "guide_skipped")


@router.post("/start/take")
def take(session: Database, acting: Administrator) -> Response:
    """Let whoever sets up lead the departments where nobody can take an issue yet."""
    for one in _bare_departments(session):
        people.join_department(session, acting.member_id, one.id, is_lead=True)
    return back("/start", "guide_taken")


def _page(request: Request, session: Session, now: datetime, *, status: int = 200, **more: Any) -> Response:
    return page(
        request,
        "settings/start.html",
        status=status,
        steps=STEPS,
        progress=_progress(session, now),
        **{"brand": Brand(), "wrong": "", **more},
    )


def _progress(session: Session, now: datetime) -> Progress:
    topics = [one for one in heard.topics(session) if one.enabled]
    feeds = heard.feeds(session, now)
    newest = next((one for one in charts.versions(session) if one.in_force), None)
    return Progress(
        brands=tuple(one.name for one in topics if one.kind == TopicKind.BRAND),
        topics=len(topics),
        feeds=len(feeds),
        answering=sum(one.word == "answers" for one in feeds),
        members=sum(one.role != Role.OUTSIDER for one in people.members(session, active=True)),
        bare=tuple(one.name for one in _bare_departments(session)),
        drawn=newest is not None and newest.by_id is not None,
    )


def _bare_departments(session: Session) -> list[Department]:
    """Return the departments where nobody can take an issue now."""
    departments = people.departments(session, enabled=True)
    able = people.eligible_in(session, departments)
    return [one for one in departments if not able[one.id]]


def _bare(text: str) -> str:
    return " ".join(text.replace('"', " ").split())
