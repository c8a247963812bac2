"""Authors: who speaks for a topic, against it, far or quietly; one author with all their handles; joined by hand."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import NotAllowed
from api.pages.frame import Insider
from api.pages.windows import CHOICES, Window, window
from api.plots import swings
from api.rendering import back, frame_of, page
from listener import find as heard
from listener import persons, standing
from listener.find import advocacy, reach, speakers
from listener.find.advocacy import Sort
from listener.find.speakers import Somebody
from listener.models import Author
from listener.persons import BadPerson
from triage import people
from triage.find.kept import kept
from triage.models import Role
from triage.refusals import NoSuch

router = APIRouter()

Days = Annotated[int, Query(ge=1, le=732)]
LISTS = (*Sort, "persons", "everyone")
JOINERS = frozenset({Role.LISTENER, Role.MANAGER, Role.ADMIN})
STRETCH, WEEKS, SAID, FOUND = 30, 26, 20, 8
YEAR = timedelta(days=365)


def joiner(acting: Insider) -> people.Actor:
    """Let in whoever may say which authors are one human."""
    if acting.role not in JOINERS:
        raise NotAllowed(role=str(acting.role))
    return acting


Joiner = Annotated[people.Actor, Depends(joiner)]


@router.get("/authors")
def index(
    request: Request,
    session: Database,
    acting: Insider,
    topic: str = "",
    days: Days = 90,
    chosen: Annotated[str, Query(alias="list")] = Sort.ADVOCATES,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    cursor: int | None = None,
) -> Response:
    """List people by how they stand to a topic; or persons; or every author, searched by name."""
    span = window(session, frame_of(request).reader, topic, days)
    chosen = "everyone" if q else chosen if chosen in LISTS else Sort.ADVOCATES
    return page(
        request,
        "authors/page.html",
        span=span,
        choices=CHOICES,
        lists=LISTS,
        chosen=chosen,
        q=q,
        may_join=acting.role in JOINERS,
        limits=standing,
        **_listed(session, span, chosen, q, after, cursor),
    )


def _listed(
    session: Session, span: Window, chosen: str, q: str, after: int, cursor: int | None
) -> dict[str, Any]:  # fmt: skip
    """Return the rows of one list and what follows them."""
    listed: dict[str, Any] = {"rows": [], "joined": [], "authors": [], "total": None, "onward": None}
    if chosen == "persons":
        listed["joined"], following = speakers.persons(session, cursor=cursor, limit=STRETCH)
        return listed | {"onward": f"cursor={following}" if following else None}
    if chosen == "everyone":
        listed["authors"], following = heard.authors(session, q=q, cursor=cursor, limit=STRETCH)
        return listed | {"onward": f"cursor={following}" if following else None}
    if span.topic is None:
        return listed
    rows, total = advocacy.standings(
        session, Sort(chosen), topic_id=span.topic.id, since=span.since, until=span.until, limit=STRETCH, after=after
    )
    following = after + len(rows)
    return listed | {"rows": rows, "total": total, "onward": f"after={following}" if following < total else None}


@router.get("/authors/{author_id}")
def show(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    author_id: int,
    topic: str = "",
    days: Days = 90,
    sought: Annotated[str, Query(alias="find", max_length=200)] = "",
) -> Response:
    """Show one author, with every handle of the person they were joined to."""
    return _card(request, session, acting, now, author_id, topic=topic, days=days, sought=sought)


@router.post("/authors/{author_id}/join")
def join(
    request: Request, session: Database, acting: Joiner, now: Now, author_id: int,
    other_id: Annotated[int, Form()],
) -> Response:  # fmt: skip
    """Say that another author is the same human; the first joining makes the person."""
    who = _somebody(session, author_id)
    try:
        with session.begin_nested():
            _join(session, who, other_id, acting, now)
    except BadPerson as wrong:
        return _card(request, session, acting, now, author_id, wrong=wrong, status=422)
    return back(f"/authors/{author_id}#handles", "joined", name=who.name)


@router.post("/authors/{author_id}/part")
def part(
    request: Request, session: Database, acting: Joiner, now: Now, author_id: int,
    other_id: Annotated[int, Form()],
) -> Response:  # fmt: skip
    """Take a joining back."""
    who = _somebody(session, author_id)
    if who.person is None or other_id not in who.ids:
        raise NoSuch("author", other_id)
    persons.part(session, who.person.id, other_id, by_id=acting.member_id, now=now)
    stays = next((number for number in who.ids if number != other_id), author_id)
    return back(f"/authors/{stays}#handles", "parted", name=who.name)


@router.post("/authors/{author_id}/person")
def change(
    request: Request, session: Database, acting: Joiner, now: Now, author_id: int,
    name: Annotated[str, Form(max_length=200)] = "", note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:  # fmt: skip
    """Rename the person, or note something; an author who is no person yet becomes one."""
    who = _somebody(session, author_id)
    try:
        with session.begin_nested():
            if who.person is None:
                persons.create(
                    session, name=name, note=note, author_ids=[author_id], by_id=acting.member_id, now=now
                )  # fmt: skip
            else:
                persons.change(session, who.person.id, name=name, note=note, by_id=acting.member_id, now=now)
    except BadPerson as wrong:
        typed = {"name": name, "note": note}
        return _card(request, session, acting, now, author_id, wrong=wrong, typed=typed, status=422)
    return back(f"/authors/{author_id}#handles", "person_saved")


@router.post("/persons/{person_id}/forget")
def forget(session: Database, acting: Joiner, person_id: int) -> Response:
    """Forget a person; the authors stay, each for themselves."""
    found = speakers.person(session, person_id)
    if found is None:
        raise NoSuch("person", person_id)
    person, authors = found
    name = person.name
    persons.remove(session, person_id)
    return back(f"/authors/{authors[0].id}" if authors else "/authors?list=persons", "person_forgotten", name=name)


def _somebody(session: Session, author_id: int) -> Somebody:
    found = speakers.somebody(session, author_id)
    if found is None:
        raise NoSuch("author", author_id)
    return found


def _join(session: Session, who: Somebody, other_id: int, acting: people.Actor, now: datetime) -> None:
    if who.person is not None:
        persons.join(session, who.person.id, other_id, by_id=acting.member_id, now=now)
        return
    other = speakers.somebody(session, other_id)
    if other is not None and other.person is not None:
        # the other is somebody already: this one is that person too
        persons.join(session, other.person.id, who.author.id, by_id=acting.member_id, now=now)
        return
    persons.create(
        session, name=who.name, author_ids=[who.author.id, other_id], by_id=acting.member_id, now=now
    )  # fmt: skip


def _card(
    request: Request,
    session: Session,
    acting: people.Actor,
    now: datetime,
    author_id: int,
    *,
    topic: str = "",
    days: int = 90,
    sought: str = "",
    status: int = 200,
    wrong: BadPerson | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    who = _somebody(session, author_id)
    reader = frame_of(request).reader
    span = window(session, reader, topic, days)
    times = {"since": span.since, "until": span.until}
    found = advocacy.standing(session, who.ids, topic_id=span.topic.id, **times) if span.topic else None
    judged = not (who.is_ours or who.is_bot)
    weeks = speakers.weeks(session, who.ids, until=now, count=WEEKS)
    placed = reach.reaches(session, who.ids, **times).furthest(who.identities)
    return page(
        request,
        "authors/author.html",
        status=status,
        who=who,
        span=span,
        choices=CHOICES,
        standing=found,
        stance=_stance(found, judged),
        tier=placed[0],
        scale=placed[1],
        absent=advocacy.absences(session, who.ids, topic_id=span.topic.id, **times) if span.topic and judged else (),
        places=speakers.places(session, who.ids),
        weeks=weeks,
        plot=swings([(week.moods.positive, week.moods.negative) for week in weeks], reader.direction == "rtl"),
        hours=speakers.hours(session, who.ids, since=now - YEAR, until=now, zone=reader.zone),
        topics=speakers.topics(session, who.ids, since=now - YEAR, until=now),
        said=speakers.latest(session, who.ids, SAID),
        promised=kept(session, acting, who.ids, now=now, timezone=reader.zone.key),
        alike=speakers.alike(session, who),
        sought=sought,
        seekable=_sought(session, who, sought),
        changes=speakers.changes(session, who.person.id) if who.person else (),
        members={one.id: one.name for one in people.members(session)},
        may_join=acting.role in JOINERS and not who.is_ours,
        wrong=wrong,
        typed=typed,
        limits=standing,
    )


def _stance(found: advocacy.Standing | None, judged: bool) -> str:
    if not judged:
        return str(standing.Stance.NOT_JUDGED)
    return str(found.stance) if found else "silent"


def _sought(session: Session, who: Somebody, sought: str) -> list[Author]:
    """Return authors of this name or handle, for a human to join."""
    if not sought.strip():
        return []
    rows, _ = heard.authors(session, q=sought, limit=FOUND + len(who.ids))
    return [one for one in rows if one.id not in who.ids and not one.is_ours][:FOUND]
