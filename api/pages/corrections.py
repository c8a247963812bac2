"""One click on a judgement: that it was right, or what it should have been; and the way back."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import status_of
from api.judged import value_words
from api.pages.frame import Insider
from api.reasons import refusal_words
from api.rendering import back, frame_of, inside, is_swap, page
from listener import corrections
from listener import find as heard
from triage import correcting, find, people
from triage.find import Heard
from triage.refusals import NoSuch, Refusal

router = APIRouter()
HERE = "heard-"  # the fragment a list swaps, with the number of its mention

Back = Annotated[str, Form(alias="back", max_length=2000)]


@router.post("/mentions/{mention_id}/corrections")
def correct(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    mention_id: int,
    says: Annotated[str, Form(max_length=200)] = "",
    to: Back = "",
) -> Response:
    """Keep what a person says of one judgement: `kind:complaint`, `topic:-7`, `spam:no`."""
    aspect, _, becomes = says.partition(":")
    try:
        with session.begin_nested():
            made = correcting.correct(session, mention_id, aspect, becomes, by=acting, now=now)
    except Refusal as no:
        return _refused(request, session, acting, mention_id, to, no)
    key = "agreed" if made.said == made.becomes else "corrected"
    what = value_words(frame_of(request).reader, aspect, becomes, _topic_names(session))
    return _done(request, session, acting, mention_id, to, key, what=what)


@router.post("/corrections/{correction_id}/undo")
def undo(request: Request, session: Database, acting: Insider, now: Now, correction_id: int, to: Back = "") -> Response:
    """Take a word back: what stood before stands again."""
    mention_id = _mention_of(session, correction_id)
    try:
        with session.begin_nested():
            correcting.undo(session, correction_id, by=acting, now=now)
    except Refusal as no:
        return _refused(request, session, acting, mention_id, to, no)
    return _done(request, session, acting, mention_id, to, "taken_back")


def fragment(
    request: Request,
    session: Session,
    acting: people.Actor,
    mention_id: int,
    to: str,
    *,
    status: int = 200,
    trouble: str | None = None,
    flash: dict[str, object] | None = None,
) -> Response:
    """Return the chips of one mention as they stand now, and in a live region what was done."""
    one = judged(session, acting, mention_id)
    where = (
        "pane"
        if to.startswith("/inbox")
        else "main"
        if to.startswith(("/issues", f"/mentions/{mention_id}"))
        else "row"
    )
    more = {"verdicts": find.verdicts(session, [mention_id])} if where == "row" else {}
    return page(
        request, "mentions/heard.html", status=status, one=one, where=where, back=to, trouble=trouble, flash=flash,
        swapped=True, **more,
    )  # fmt: skip


def judged(session: Session, acting: people.Actor, mention_id: int) -> Heard:
    """Return how one mention was heard; raise `NoSuch`."""
    found = find.judgements(session, acting, [mention_id])
    if mention_id not in found:
        raise NoSuch("mention", mention_id)
    return found[mention_id]


def _done(
    request: Request, session: Session, acting: people.Actor, mention_id: int, to: str, key: str, **data: str
) -> Response:
    if _wants_chips(request):
        return fragment(request, session, acting, mention_id, inside(to), flash={"key": key, "data": data})
    return back(inside(to) if to else f"/mentions/{mention_id}", key, **data)


def _refused(
    request: Request, session: Session, acting: people.Actor, mention_id: int, to: str, no: Refusal
) -> Response:
    """Say beside the chips why not, whatever was asked to be swapped; without script it is a page of its own."""
    if not is_swap(request) or no.key == "no_such":
        raise no
    sentence = refusal_words(frame_of(request).reader, no)
    answer = fragment(request, session, acting, mention_id, inside(to), status=status_of(no), trouble=sentence)
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = f"#{HERE}{mention_id}", "outerHTML show:none"
    return answer


def _wants_chips(request: Request) -> bool:
    return is_swap(request) and request.headers.get("hx-target", "").startswith(HERE)


def _mention_of(session: Session, correction_id: int) -> int:
    try:
        return corrections.correction(session, correction_id).mention_id
    except LookupError:
        raise NoSuch("correction", correction_id) from None


def _topic_names(session: Session) -> dict[int, str]:
    return {topic.id: topic.name for topic in heard.topics(session)}
