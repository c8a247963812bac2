"""Saved views of the inbox: kept from the filters, renamed, put in order, made the default, deleted."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from api import sentences
from api.dependencies import Database, Now
from api.errors import status_of
from api.pages import chosen
from api.pages.chips import chips
from api.pages.frame import Insider
from api.pages.inbox import keepers, words_of
from api.rendering import back, frame_of, page
from triage import people, views
from triage.find.views import ViewShown
from triage.find.views import views as kept_views
from triage.refusals import BadInput

router = APIRouter()


class Wanted(BaseModel):
    """A view to keep: the address of the inbox under a name, for oneself, one department or everybody."""

    name: str
    address: str
    keeper: str = "me"


class Change(BaseModel):
    """One thing to do to a view."""

    verb: Literal["rename", "repoint", "default", "no_default", "up", "down", "delete"]
    name: str = ""
    address: str = ""


@router.get("/views")
def index(request: Request, session: Database, acting: Insider) -> Response:
    """Show the views this person sees, with what each narrows by."""
    return _shown(request, session, acting)


@router.post("/views")
def make(request: Request, session: Database, acting: Insider, now: Now, wanted: Annotated[Wanted, Form()]) -> Response:
    """Keep a view and show the inbox through it."""
    sort, _, number = wanted.keeper.partition(":")
    looked = chosen.of(wanted.address)
    try:
        made = views.make(
            session, wanted.name, looked.address, by=acting, now=now, everybody=sort == "everybody",
            department_id=int(number) if sort == "department" and number.isdecimal() else None,
        )  # fmt: skip
    except BadInput as wrong:
        return _shown(request, session, acting, wrong=wrong, wanted=wanted)
    return back(f"/inbox?{looked.address}&{urlencode({'view': made.id})}", "view_kept", name=made.name)


@router.post("/views/{view_id}")
def change(
    request: Request, session: Database, acting: Insider, now: Now, view_id: int, asked: Annotated[Change, Form()]
) -> Response:
    """Do one thing to a view and show the list, or the inbox where its address was changed from there."""
    place = next((one.position for one in kept_views(session, acting) if one.id == view_id), 0)
    try:
        if asked.verb == "delete":
            views.delete(session, view_id, by=acting, now=now)
        elif asked.verb in ("up", "down"):
            views.place(session, view_id, place + (1 if asked.verb == "down" else -1), by=acting)
        elif asked.verb in ("default", "no_default"):
            views.change(session, view_id, by=acting, now=now, is_default=asked.verb == "default")
        elif asked.verb == "repoint":
            looked = chosen.of(asked.address)
            made = views.change(session, view_id, by=acting, now=now, address=looked.address)
            return back(f"/inbox?{looked.address}&view={view_id}", "view_saved", name=made.name)
        else:
            views.change(session, view_id, by=acting, now=now, name=asked.name)
    except BadInput as wrong:
        return _shown(request, session, acting, wrong=wrong, at=view_id)
    return back("/views", "view_deleted" if asked.verb == "delete" else "views_saved")


def _shown(
    request: Request,
    session: Database,
    acting: people.Actor,
    *,
    wrong: BadInput | None = None,
    wanted: Wanted | None = None,
    at: int | None = None,
) -> Response:
    reader = frame_of(request).reader
    found = kept_views(session, acting)
    words = words_of(request)
    looked = {one.id: chosen.of(one.address) for one in found}
    return page(
        request,
        "views/page.html",
        status=status_of(wrong) if wrong else 200,
        groups=_groups(found),
        looked=looked,
        chips={number: chips(session, words, reader, place) for number, place in looked.items()},
        keepers=keepers(session, acting),
        wanted=wanted,
        wrong=sentences.of(wrong).detail_in(reader.catalogue) if wrong else None,
        at=at,
    )


def _groups(found: tuple[ViewShown, ...]) -> list[tuple[str, str, list[ViewShown]]]:
    """Return the views by keeper: (keeper, name of its department or nothing, its views in order)."""
    groups: dict[tuple[str, str], list[ViewShown]] = {}
    for one in found:
        groups.setdefault((one.keeper, one.department.name if one.department else ""), []).append(one)
    return [(keeper, name, members) for (keeper, name), members in groups.items()]
