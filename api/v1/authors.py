"""Who said it, on one source: who they are, when, where and how they speak, and how they stand to a topic."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session

from api.dependencies import Database, Now, require
from api.v1.mentions import shown
from api.v1.paging import Cursor, Limit, Stretch, number, seal
from api.v1.persons import Person
from api.v1.problems import NOT_HERE
from api.v1.shapes import Author, Mention
from api.v1.speakers import AuthorCard, Moods, Place, Promised, Standing, TopicMoods, Week, place, standing
from api.v1.windows import Window, topic_of
from listener import find as heard
from listener.find import advocacy, speakers
from listener.find.speakers import Somebody
from triage import people
from triage.find import said
from triage.find.kept import kept
from triage.refusals import NoSuch

router = APIRouter(prefix="/authors", tags=["authors"])
Insider = Annotated[people.Actor, Depends(require())]
MONTHS = timedelta(days=90)


@router.get("", summary="List authors")
def index(
    session: Database,
    acting: Insider,
    q: Annotated[str, Query(max_length=200, description="Part of a name or handle.")] = "",
    source: Annotated[str | None, Query(max_length=40)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Author]:
    """List authors, those first heard last on top."""
    rows, following = heard.authors(session, q=q, source=source, cursor=number(cursor), limit=limit)
    views = said.authors(session, [row.id for row in rows])
    return Stretch[Author](
        items=[Author.model_validate(views[row.id]) for row in rows],
        next=seal(following) if following is not None else None,
    )


@router.get("/standings", summary="List advocates, detractors, influencers", responses=NOT_HERE)
def standings(
    session: Database,
    acting: Insider,
    window: Annotated[Window, Depends(Window.of(MONTHS))],
    sort: Annotated[advocacy.Sort, Query(alias="list")] = advocacy.Sort.ADVOCATES,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Standing]:
    """List who speaks for a topic, against it, who is heard far, or which advocates are quieter than usual.

    The formulas and thresholds are published in docs/reputation.md. Nothing is said of our own handles, of bots, or of
    whom we heard too little.
    """
    topic = topic_of(session, window.topic_id)
    after = max(number(cursor) or 0, 0)
    rows, total = advocacy.standings(
        session, sort, topic_id=topic.id, since=window.since, until=window.until, limit=limit, after=after
    )
    views = said.authors(session, [one.id for row in rows for one in row.authors])
    following = after + len(rows)
    return Stretch[Standing](
        items=[standing(row, views) for row in rows],
        next=seal(following) if following < total and rows else None,
    )


@router.get("/{author_id}", summary="Read an author", responses=NOT_HERE)
def read(session: Database, acting: Insider, author_id: int) -> Author:
    """Read one author."""
    return _author(session, author_id)


@router.get("/{author_id}/card", summary="Read an author's card", responses=NOT_HERE)
def card(
    session: Database,
    acting: Insider,
    now: Now,
    author_id: int,
    window: Annotated[Window, Depends(Window.of(MONTHS))],
    timezone: Annotated[str, Query(max_length=60, examples=["Asia/Tehran"])] = "UTC",
) -> AuthorCard:
    """Read an author with every identity of the person they were joined to, and how they stand to a topic."""
    who, zone = _somebody(session, author_id), window.zone(timezone)
    topic = topic_of(session, window.topic_id)
    views = said.authors(session, who.ids)
    span = {"since": window.since, "until": window.until}
    found = advocacy.standing(session, who.ids, topic_id=topic.id, **span)
    promised = kept(session, acting, who.ids, now=now, timezone=zone.key, limit=1)
    return AuthorCard(
        author=Author.model_validate(views[author_id]),
        person=Person.of(who.person, who.identities, views) if who.person else None,
        topic_id=topic.id,
        standing=standing(found, views) if found else None,
        places=[place(one) for one in speakers.places(session, who.ids)],
        absent=_absent(session, who, topic.id, window),
        weeks=[Week.model_validate(one) for one in speakers.weeks(session, who.ids, until=window.until)],
        hours=[list(day) for day in speakers.hours(session, who.ids, zone=zone, **span)],
        topics=[
            TopicMoods(id=one.id, name=one.name, kind=one.kind, moods=Moods.model_validate(moods))
            for one, moods in speakers.topics(session, who.ids, **span)
        ],
        issues=promised.total,
        hidden_issues=promised.hidden,
        triage=Promised.model_validate(promised.triage),
        resolution=Promised.model_validate(promised.resolution),
    )


@router.get("/{author_id}/absent", summary="Where an author is absent", responses=NOT_HERE)
def absent(
    session: Database, acting: Insider, author_id: int, window: Annotated[Window, Depends(Window.of(MONTHS))]
) -> Stretch[Place]:
    """List where a topic is spoken of and where we never heard this author, or any identity of their person.

    It says what we heard, not what they do: they may only read there, or speak under a name nobody joined yet.
    """
    who = _somebody(session, author_id)
    return Stretch[Place](items=_absent(session, who, topic_of(session, window.topic_id).id, window))


@router.get("/{author_id}/alike", summary="List authors of the same handle", responses=NOT_HERE)
def alike(session: Database, acting: Insider, author_id: int) -> Stretch[Author]:
    """List authors of other sources with the same handle. It proves nothing; only a human joins them."""
    rows = speakers.alike(session, _somebody(session, author_id))
    views = said.authors(session, [row.id for row in rows])
    return Stretch[Author](items=[Author.model_validate(views[row.id]) for row in rows])


@router.get("/{author_id}/mentions", summary="List an author's mentions", responses=NOT_HERE)
def mentions(
    session: Database, acting: Insider, author_id: int, cursor: Cursor = None, limit: Limit = 50
) -> Stretch[Mention]:
    """List what one author said, the last heard first."""
    _author(session, author_id)
    chosen = heard.Chosen(author_id=author_id)
    found = heard.mentions(session, chosen, cursor=number(cursor), limit=limit)
    return Stretch[Mention](
        items=shown(session, [hit.mention.id for hit in found.rows]),
        next=seal(found.cursor) if found.cursor is not None else None,
    )


def _author(session: Session, author_id: int) -> Author:
    view = said.authors(session, [author_id]).get(author_id)
    if view is None:
        raise NoSuch("author", author_id)
    return Author.model_validate(view)


def _somebody(session: Session, author_id: int) -> Somebody:
    found = speakers.somebody(session, author_id)
    if found is None:
        raise NoSuch("author", author_id)
    return found


def _absent(session: Session, who: Somebody, topic_id: int, window: Window) -> list[Place]:
    if who.is_ours or who.is_bot:
        return []
    found = advocacy.absences(session, who.ids, topic_id=topic_id, since=window.since, until=window.until)
    return [Place.model_validate(one) for one in found]
