"""What stands around every page, laid before its route runs, and who may open which page."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from api import preferences
from api.dependencies import HEARERS, Actor, Database, Now, Open, signed_in, visitor
from api.errors import NotAllowed
from api.locales import LANGUAGES
from api.models import Account
from api.reader import Reader
from api.rendering import Frame
from listener.models import Feed, Spike
from triage import people
from triage.find import crises
from triage.models import Member, Notice, Role


def lay(request: Request, session: Database, now: Now, acting: Actor) -> people.Actor:
    """Lay the frame for whoever is signed in, outsiders too."""
    request.state.frame = _frame(session, people.member(session, acting.member_id), acting, now)
    return acting


Anyone = Annotated[people.Actor, Depends(lay)]


def insider(acting: Anyone) -> people.Actor:
    """Let everybody in who belongs to something."""
    if acting.role == Role.OUTSIDER:
        raise NotAllowed(role=str(acting.role))
    return acting


Insider = Annotated[people.Actor, Depends(insider)]


def hearer(acting: Insider) -> people.Actor:
    """Let in those who hear: listeners, managers and administrators."""
    if acting.role not in HEARERS:
        raise NotAllowed(role=str(acting.role))
    return acting


Hearer = Annotated[people.Actor, Depends(hearer)]


def administrator(acting: Anyone) -> people.Actor:
    """Let in only those who set things up."""
    if acting.role != Role.ADMIN:
        raise NotAllowed(role=str(acting.role))
    return acting


Administrator = Annotated[people.Actor, Depends(administrator)]


def insider_briefly(request: Request, open_one: Open, now: Now) -> people.Actor:
    """As `insider`, in a transaction that is over before the route begins: it will count for a while."""
    with open_one() as session:
        acting = people.actor_of(session, signed_in(visitor(request, session, now)).member_id)
        return insider(lay(request, session, now, acting))


InsiderBriefly = Annotated[people.Actor, Depends(insider_briefly)]


def administrator_briefly(request: Request, open_one: Open, now: Now) -> people.Actor:
    """As `administrator`, in a transaction that is over before the route begins: it will talk to the world outside."""
    with open_one() as session:
        acting = people.actor_of(session, signed_in(visitor(request, session, now)).member_id)
        return administrator(lay(request, session, now, acting))


AdministratorBriefly = Annotated[people.Actor, Depends(administrator_briefly)]


def _frame(session: Session, member: Member, acting: people.Actor, now: datetime) -> Frame:
    language = member.language if member.language in LANGUAGES else "en"
    counted = session.execute(
        select(
            select(func.max(Feed.last_heard_at)).scalar_subquery(),
            select(func.count()).select_from(Spike).where(Spike.closed_at.is_(None)).scalar_subquery(),
            select(func.count())
            .select_from(Notice)
            .where(Notice.member_id == member.id, Notice.channel == "inapp", Notice.read_at.is_(None))
            .scalar_subquery(),
            exists().where(Feed.is_demo),
            select(Account.preferences).where(Account.member_id == member.id).scalar_subquery(),
        )
    ).one()
    heard_at, spikes, unread, demo, kept = counted
    wishes = preferences.read(kept)
    outside = acting.role == Role.OUTSIDER
    return Frame(
        reader=Reader(
            language,
            ZoneInfo(member.timezone),
            now,
            calendar=wishes.calendar,
            figures=wishes.figures,
            week_from=wishes.week_from,
        ),
        member_id=member.id,
        name=member.name,
        role=member.role,
        theme=wishes.theme,
        keys=wishes.keys == "on",
        heard_at=None if outside else heard_at,
        guided=acting.role == Role.ADMIN and heard_at is None and wishes.guide == "shown",
        spikes=0 if outside else int(spikes),
        unread=int(unread),
        demo=bool(demo),
        crises=() if outside else crises.standing(session),
    )
