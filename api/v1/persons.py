"""Persons: several authors a human joined together, and who said so when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, status
from pydantic import Field
from sqlalchemy.orm import Session

from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.v1.paging import Cursor, Given, Limit, Shape, Stretch, example, number, seal
from api.v1.problems import NOT_HERE
from api.v1.shapes import AUTHOR, Author
from listener import models, persons
from listener.find import speakers
from listener.persons import LONGEST_NOTE, BadPerson
from triage import people
from triage.find import AuthorView, said
from triage.models import Role
from triage.refusals import BadInput, NoSuch

router = APIRouter(prefix="/persons", tags=["persons"])
Insider = Annotated[people.Actor, Depends(require())]
Joiner = Annotated[
    people.Actor, Depends(require(Role.LISTENER, Role.MANAGER, Role.ADMIN, scope=Scope.TRIAGE))
]  # fmt: skip

PERSON = {
    "id": 3, "name": "Reza", "note": "Met him at the fair.", "is_demo": False, "created_at": "2026-11-20T10:00:00Z",
    "created_by_id": 4, "authors": [AUTHOR],
}  # fmt: skip
_CHANGE = {
    "id": 12, "what": "joined", "author_id": 9, "said": "", "becomes": "reza@social.example", "by_id": 4,
    "at": "2026-11-20T10:00:00Z",
}  # fmt: skip


class Person(Shape):
    """One human being with the authors joined to it. Only people join; nothing is joined by itself."""

    model_config = example(PERSON)

    id: int
    name: str
    note: str
    is_demo: bool
    created_at: datetime
    created_by_id: int
    authors: list[Author]

    @classmethod
    def of(
        cls, row: models.Person, authors: Sequence[models.Author], views: Mapping[int, AuthorView]
    ) -> "Person":  # fmt: skip
        """Return a person with its authors as programs read them."""
        return cls(
            id=row.id, name=row.name, note=row.note, is_demo=row.is_demo, created_at=row.created_at,
            created_by_id=row.created_by_id, authors=[Author.model_validate(views[one.id]) for one in authors],
        )  # fmt: skip


class PersonChange(Shape):
    """One thing somebody did: made, joined, parted, renamed, noted. `by_id` is the member who did."""

    model_config = example(_CHANGE)

    id: int
    what: str
    author_id: int | None
    said: str
    becomes: str
    by_id: int
    at: datetime


class NewPerson(Given):
    """A person to make. Without a name it is called as its first author is."""

    name: str = Field(default="", max_length=200, examples=["Reza"])
    note: str = Field(default="", max_length=LONGEST_NOTE)
    author_ids: list[int] = Field(default=[], max_length=50, examples=[[9, 31]])


class PersonChanges(Given):
    """What to change; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    note: str | None = Field(default=None, max_length=LONGEST_NOTE)


class Joined(Given):
    """The author who is this person."""

    author_id: int = Field(examples=[31])


@router.get("", summary="List persons")
def index(
    session: Database,
    acting: Insider,
    q: Annotated[str, Query(max_length=200, description="Part of a name.")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Person]:
    """List persons, the newest first."""
    rows, following = speakers.persons(session, q=q, cursor=number(cursor), limit=limit)
    views = said.authors(session, [one.id for _, authors in rows for one in authors])
    return Stretch[Person](
        items=[Person.of(row, authors, views) for row, authors in rows],
        next=seal(following) if following is not None else None,
    )


@router.post("", summary="Make a person", status_code=status.HTTP_201_CREATED)
def create(session: Database, acting: Joiner, now: Now, body: NewPerson) -> Person:
    """Say that several authors are one human being."""
    try:
        made = persons.create(session, **body.model_dump(), by_id=acting.member_id, now=now)
    except BadPerson as wrong:
        raise BadInput(wrong.field, wrong.sentence) from wrong
    return _shown(session, made.id)


@router.get("/{person_id}", summary="Read a person", responses=NOT_HERE)
def read(session: Database, acting: Insider, person_id: int) -> Person:
    """Read one person."""
    return _shown(session, person_id)


@router.get("/{person_id}/changes", summary="Read what was done to a person", responses=NOT_HERE)
def changes(session: Database, acting: Insider, person_id: int) -> Stretch[PersonChange]:
    """List who joined, parted, renamed or noted what, the newest first."""
    _shown(session, person_id)
    rows = speakers.changes(session, person_id, 200)
    return Stretch[PersonChange](items=[PersonChange.model_validate(row) for row in rows])


@router.patch("/{person_id}", summary="Rename a person, or note something", responses=NOT_HERE)
def change(session: Database, acting: Joiner, now: Now, person_id: int, body: PersonChanges) -> Person:
    """Change a person's name or note."""
    try:
        changed = persons.change(
            session, person_id, name=body.name, note=body.note, by_id=acting.member_id, now=now
        )  # fmt: skip
    except BadPerson as wrong:
        raise BadInput(wrong.field, wrong.sentence) from wrong
    return _shown(session, changed.id if changed else person_id)


@router.delete("/{person_id}", summary="Forget a person", status_code=status.HTTP_204_NO_CONTENT, responses=NOT_HERE)
def remove(session: Database, acting: Joiner, person_id: int) -> None:
    """Forget a person and who joined whom. The authors stay, each for themselves. It cannot be undone."""
    if not persons.remove(session, person_id):
        raise NoSuch("person", person_id)


@router.post("/{person_id}/authors", summary="Join an author", responses=NOT_HERE)
def join(session: Database, acting: Joiner, now: Now, person_id: int, body: Joined) -> Person:
    """Say that an author is this person. Joining twice changes nothing."""
    try:
        found = persons.join(session, person_id, body.author_id, by_id=acting.member_id, now=now)
    except BadPerson as wrong:
        raise BadInput(wrong.field, wrong.sentence) from wrong
    return _shown(session, found.id if found else person_id)


@router.delete("/{person_id}/authors/{author_id}", summary="Part an author", responses=NOT_HERE)
def part(session: Database, acting: Joiner, now: Now, person_id: int, author_id: int) -> Person:
    """Take a joining back. The person stays, with its history."""
    try:
        persons.part(session, person_id, author_id, by_id=acting.member_id, now=now)
    except BadPerson as wrong:
        raise NoSuch("author", author_id) from wrong
    return _shown(session, person_id)


def _shown(session: Session, person_id: int) -> Person:
    found = speakers.person(session, person_id)
    if found is None:
        raise NoSuch("person", person_id)
    row, authors = found
    return Person.of(row, authors, said.authors(session, [one.id for one in authors]))
