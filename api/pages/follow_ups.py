"""The words owed to authors the day after: whose day has come, what is to come, and how others ended."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import AwareDatetime, BaseModel

from api.dependencies import Database, Now
from api.pages.frame import Insider
from api.reasons import refusal_words
from api.rendering import back, frame_of, page
from triage import afterwards
from triage.find import follow_ups
from triage.find.follow_ups import When, Whose, place
from triage.refusals import BadInput

router = APIRouter()

STRETCH = 50


class Chosen(BaseModel):
    """Which of them, as the address says it."""

    when: When = "due"
    whose: Whose = "mine"
    after: AwareDatetime | None = None
    number: int = 0


class Ended(BaseModel):
    """How one ended, and the way back to the list it was ended from."""

    ended: Literal["done", "left"]
    said: str = ""
    whose: Whose = "mine"
    when: When = "due"
    issue: int | None = None


@router.get("/follow-ups")
def index(
    request: Request, session: Database, acting: Insider, now: Now, chosen: Annotated[Chosen, Query()]
) -> Response:
    """List the words owed."""
    return _listed(request, session, acting, now, chosen)


@router.post("/follow-ups/{follow_up_id}")
def end(
    request: Request, session: Database, acting: Insider, now: Now, follow_up_id: int, given: Annotated[Ended, Form()]
) -> Response:
    """End one: done, or left with a reason."""
    try:
        afterwards.end(session, follow_up_id, given.ended, given.said, by=acting, now=now)
    except BadInput as refusal:
        wrong = {"id": follow_up_id, "sentence": refusal_words(frame_of(request).reader, refusal), "said": given.said}
        return _listed(request, session, acting, now, Chosen(when=given.when, whose=given.whose), wrong)
    onward = f"/issues/{given.issue}" if given.issue else f"/follow-ups?when={given.when}&whose={given.whose}"
    return back(onward, f"followed_up_{given.ended}")


def _listed(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    chosen: Chosen,
    wrong: dict[str, object] | None = None,
) -> Response:
    after = (chosen.after, chosen.number) if chosen.after else None
    rows = follow_ups.owed(session, acting, now, when=chosen.when, whose=chosen.whose, after=after, limit=STRETCH + 1)
    counts = follow_ups.counted(session, acting, now, chosen.whose)
    return page(
        request,
        "follow_ups/page.html",
        status=422 if wrong else 200,
        rows=rows[:STRETCH],
        chosen=chosen,
        counts=counts,
        next=place(rows[STRETCH - 1]) if len(rows) > STRETCH else None,
        wrong=wrong,
    )
