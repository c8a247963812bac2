"""How one reads: language, calendar, digits, time zone, first day of the week, theme, and whether letters are keys."""

from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api import accounts, preferences, sentences
from api.calendars import CALENDARS
from api.dependencies import Database
from api.errors import status_of
from api.locales import LANGUAGES
from api.pages.frame import Anyone
from api.preferences import Calendar, Figures, Theme
from api.reader import Reader
from api.rendering import back, frame_of, page
from triage import people
from triage.calendars import DAYS
from triage.refusals import Refusal

router = APIRouter()


class Reading(BaseModel):
    """The form: an empty calendar or first day is as the language does."""

    language: str = "en"
    timezone: str = "UTC"
    calendar: Calendar = ""
    figures: Figures = "own"
    week_from: str = ""
    theme: Theme = "auto"
    keys: bool = False


@router.get("/me")
def show(request: Request, session: Database, acting: Anyone) -> Response:
    """Show how one reads, with today as the choices would write it."""
    return _page(request, session, acting)


@router.post("/me")
def change(request: Request, session: Database, acting: Anyone, asked: Annotated[Reading, Form()]) -> Response:
    """Keep it all, or say what is wrong with it and keep nothing."""
    try:
        with session.begin_nested():
            people.update_member(session, acting.member_id, language=asked.language, timezone=asked.timezone)
    except Refusal as refusal:
        return _page(request, session, acting, asked, refusal)
    preferences.keep(
        session, acting.member_id, theme=asked.theme, calendar=asked.calendar, figures=asked.figures,
        week_from=DAYS.index(asked.week_from) if asked.week_from in DAYS else None, keys="on" if asked.keys else "off",
    )  # fmt: skip
    return back("/me", "preferences_saved")


def _page(
    request: Request, session: Session, acting: people.Actor, asked: Reading | None = None, wrong: Refusal | None = None
) -> Response:
    reader = frame_of(request).reader
    return page(
        request,
        "me/page.html",
        status=status_of(wrong) if wrong else 200,
        me=asked or _kept(session, acting),
        wrong=sentences.of(wrong).detail_in(reader.catalogue) if wrong else "",
        todays={one: Reader(reader.language, reader.zone, reader.now, one, reader.figures).day(reader.now, year=True)
                for one in CALENDARS},
        numerals={one: Reader(reader.language, reader.zone, reader.now, figures=one).number(12345.6, 1)
                  for one in ("own", "latin")},
        zones=sorted(available_timezones()),
        known_languages=LANGUAGES,
        calendars=CALENDARS,
        week=DAYS,
    )  # fmt: skip


def _kept(session: Session, acting: people.Actor) -> Reading:
    member = people.member(session, acting.member_id)
    kept = preferences.read(accounts.account_of(session, acting.member_id).preferences)
    return Reading(
        language=member.language, timezone=member.timezone, calendar=kept.calendar, figures=kept.figures,
        week_from="" if kept.week_from is None else DAYS[kept.week_from], theme=kept.theme, keys=kept.keys == "on",
    )  # fmt: skip
