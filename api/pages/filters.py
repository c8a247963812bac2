"""What the lane in view can be narrowed by: a form that leads to the inbox narrowed, each choice with its count."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.dependencies import Database
from api.locales.words import Words
from api.pages import chosen
from api.pages.chips import chips, speech
from api.pages.chosen import NAMES, Chosen
from api.pages.frame import Insider
from api.pages.inbox import keepers, lane_name, placed, words_of
from api.reader import Reader
from api.rendering import frame_of, page
from listener.models import Topic
from triage import find, people
from triage.find import Facets
from triage.find.views import views

router = APIRouter()

# what is chosen from a list, in the order of the form; words are typed, an author is met on a card
LISTS = ("kind", "mood", "source", "language", "topic", "department", "owner", "late", "broken")


@dataclass(frozen=True, slots=True)
class Field:
    """One list of the form: its name in the address, its label, what is chosen, and (value, words, count)."""

    name: str
    label: str
    chosen: str
    options: list[tuple[str, str, int | None]]


@router.get("/inbox/filters")
def filters(request: Request, session: Database, acting: Insider) -> Response:
    """Show the form; it is an address of its own, so that it also stands without script."""
    looked = placed(chosen.of(request.query_params), acting)
    words, reader = words_of(request), frame_of(request).reader
    kept = views(session, acting)
    found = find.facets(session, acting, looked.lane, looked.filters)
    return page(
        request,
        "inbox/filters.html",
        looked=looked,
        lane=looked.lane,
        lane_name=lane_name(request, find.lanes(session, acting), looked, kept),
        view=next((one for one in kept if one.id == looked.view), None),
        keepers=keepers(session, acting),
        chips=chips(session, words, reader, looked),
        fields=fields(session, words, reader, looked, found),
    )


def fields(session: Session, words: Words, reader: Reader, looked: Chosen, found: Facets) -> list[Field]:
    """Return the lists of the form; what is chosen stays among the choices also where it opens nothing."""
    here = dict(looked.narrowing)
    say = speech(words, reader)
    names = _names(session)
    made = []
    for name in LISTS:
        if name == "topic":
            counted: list[tuple[str, int | None]] = [(key, None) for key in names["topic"]]
        else:
            counted = [(_plain(value), count) for value, count in found[NAMES[name]]]
        if here.get(name) and here[name] not in {value for value, _ in counted}:
            counted.append((here[name], 0))
        options = [
            (value, names.get(name, {}).get(value) or say.get(name, str)(value), count) for value, count in counted
        ]
        made.append(Field(name, words("filter", name), here.get(name, ""), options))
    return made


def _names(session: Session) -> dict[str, dict[str, str]]:
    topics = session.execute(select(Topic.id, Topic.name).where(Topic.enabled).order_by(Topic.name))
    return {
        "topic": {str(number): name for number, name in topics},
        "department": {str(one.id): one.name for one in people.departments(session)},
        "owner": {str(one.id): one.name for one in people.members(session)},
    }


def _plain(value: str) -> str:
    return {"true": "1", "false": "0"}.get(value, value)
