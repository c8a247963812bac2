"""Around an issue: the steps into private, gaps and places it is linked to, the word owed, and everyone told."""

from dataclasses import dataclass
from typing import Annotated

from babel.support import Translations
from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field, field_validator

from api.dependencies import Database, Now
from api.locales import LANGUAGES, translations
from api.pages import ending
from api.pages.frame import Insider
from api.pages.issue import refused
from api.rendering import back, frame_of, page
from triage import afterwards, find, links, privately
from triage.find.reporters import Reporter, reporters, waiting
from triage.models import LinkSort, Status
from triage.privately import StepKey
from triage.refusals import BadInput, NoSuch, Refusal
from triage.turn import load

router = APIRouter()


class Linked(BaseModel):
    """One link: a gap with the mention that shows it, or a place outside."""

    sort: LinkSort = LinkSort.PRODUCT_GAP
    name: str = ""
    url: str = ""
    mention: int | None = None

    @field_validator("mention", mode="before")
    @classmethod
    def _first(cls, value: object) -> object:
        return None if value == "" else value


class Step(BaseModel):
    """One step into private, or back."""

    seen: int
    step: StepKey
    channel: str = ""
    reference: str = ""
    words: str = ""


class Word(BaseModel):
    """The word owed to the author: in how many working days, by whom, and what about."""

    days: int = Field(default=1, ge=1, le=60)
    member: int | None = None
    words: str = ""


class Told(BaseModel):
    """One who reported it, told or not told after all."""

    author: int
    told: bool = True
    words: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One who reported it, and what could be said to them, in their language."""

    reporter: Reporter
    draft: str
    language: str


@router.post("/issues/{issue_id}/links")
def link(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, given: Annotated[Linked, Form()]
) -> Response:
    """Link an issue to a gap, or to a place outside."""
    try:
        made = links.link(
            session, issue_id, given.sort, given.name, url=given.url, mention_id=given.mention, by=acting, now=now
        )
    except Refusal as refusal:
        if isinstance(refusal, NoSuch):
            raise
        return refused(request, session, acting, now, issue_id, refusal, "link", given.name)
    return back(f"/issues/{issue_id}#links", "linked", name=made.name)


@router.post("/issues/{issue_id}/links/{link_id}/remove")
def unlink(session: Database, acting: Insider, now: Now, issue_id: int, link_id: int) -> Response:
    """Take a link away."""
    links.unlink(session, issue_id, link_id, by=acting, now=now)
    return back(f"/issues/{issue_id}#links", "unlinked")


@router.post("/issues/{issue_id}/private")
def private(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, given: Annotated[Step, Form()]
) -> Response:
    """Take one step into private, or back in public."""
    try:
        privately.take(
            session, issue_id, given.step, channel=given.channel, reference=given.reference, by=acting,
            seen=given.seen, now=now, words=given.words,
        )  # fmt: skip
    except Refusal as refusal:
        if isinstance(refusal, NoSuch):
            raise
        return refused(request, session, acting, now, issue_id, refusal, f"private-{given.step}", given.words)
    return back(f"/issues/{issue_id}#private", f"private_{given.step}")


@router.post("/issues/{issue_id}/follow-up")
def follow_up(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, given: Annotated[Word, Form()]
) -> Response:
    """Owe the author of a resolved issue a word, or change when and by whom."""
    try:
        made = ending.owe(session, load(session, issue_id), given.days, given.member, given.words, acting, now)
    except Refusal as refusal:
        if isinstance(refusal, NoSuch):
            raise
        return refused(request, session, acting, now, issue_id, refusal, "follow_up", given.words)
    return back(f"/issues/{issue_id}#owed", "word_owed", day=frame_of(request).reader.day(made.due_at))


@router.get("/issues/{issue_id}/everyone")
def everyone(request: Request, session: Database, acting: Insider, now: Now, issue_id: int) -> Response:
    """List everybody who reported it, with a line for each in their language, to be told one by one."""
    return _everyone(request, session, acting, now, issue_id)


@router.post("/issues/{issue_id}/everyone")
def tell(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, given: Annotated[Told, Form()]
) -> Response:
    """Tick one of them off as told, or take the tick back."""
    try:
        afterwards.tell(session, issue_id, given.author, told=given.told, by=acting, now=now, words=given.words)
    except BadInput as refusal:
        return _everyone(request, session, acting, now, issue_id, refusal)
    return back(f"/issues/{issue_id}/everyone", "told" if given.told else "told_not")


def _everyone(
    request: Request, session: Database, acting: Insider, now: Now, issue_id: int, refusal: Refusal | None = None
) -> Response:
    reader = frame_of(request).reader
    seen = find.issue(session, acting, issue_id, now, timezone=reader.zone.key)
    found = reporters(session, acting, issue_id)
    over = seen.card.status == Status.RESOLVED
    return page(
        request,
        "issue/everyone.html",
        status=422 if refusal else 200,
        issue=seen,
        may="tell" in seen.verbs,
        lines=[_line(one, over) for one in found],
        waiting=waiting(found),
        closing=next((move.words for move in reversed(seen.moves) if move.sort == "resolve" and move.words), ""),
        wrong=refusal,
    )


def _line(one: Reporter, over: bool) -> Line:
    language = one.language if one.language in LANGUAGES else "en"
    return Line(one, _draft(translations(language), one.author, over), language)


def _draft(catalogue: Translations, name: str, over: bool) -> str:
    """Return a first line in somebody's own language; a person changes and sends it."""
    gettext = catalogue.gettext
    if not name:
        return str(gettext("Thank you for telling us. It is solved now.") if over else gettext("We know of it now."))
    said = (
        gettext("%(name)s, thank you for telling us. It is solved now; is it for you too?")
        if over
        else gettext("%(name)s, thank you for telling us. Others met it too, and we are working on it.")
    )
    return str(said) % {"name": name}
