"""Persons: several authors that a human says are one. Nothing here ever joins or parts by itself."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from listener.models import Author, Person, PersonChange
from listener.text import clean_name

LONGEST_NOTE = 4_000


class BadPerson(ValueError):
    """A person that cannot be kept so: which field, and a sentence that says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def create(
    session: Session, *, name: str, note: str = "", author_ids: Sequence[int] = (), by_id: int, now: datetime
) -> Person:
    """Make a person of these authors; raise `BadPerson`. Without a name it is called as its first author is."""
    authors = [_author(session, author_id) for author_id in dict.fromkeys(author_ids)]
    called = _name(name or next((one.name or one.handle for one in authors), ""))
    person = Person(name=called, note=_note(note), created_at=now, created_by_id=by_id, is_demo=False)
    session.add(person)
    session.flush()
    _changed(session, person, "made", becomes=called, by_id=by_id, now=now)
    for author in authors:
        _join(session, person, author, by_id, now)
    _tell_demo(session, person)
    return person


def join(session: Session, person_id: int, author_id: int, *, by_id: int, now: datetime) -> Person | None:
    """Say that an author is this person; `None` where there is no such person.

    Joining twice changes nothing. An author who is somebody else already is parted from them first, by a human's
    hand: `BadPerson` says so.
    """
    person = _held(session, person_id)
    if person is not None:
        _join(session, person, _author(session, author_id), by_id, now)
        _tell_demo(session, person)
    return person


def part(session: Session, person_id: int, author_id: int, *, by_id: int, now: datetime) -> Person | None:
    """Take a joining back; the person stays, with its history. `None` where there is no such person."""
    person = _held(session, person_id)
    if person is None:
        return None
    author = _author(session, author_id)
    if author.person_id == person.id:
        author.person_id = author.joined_at = author.joined_by_id = None
        _changed(session, person, "parted", said=_called(author), author_id=author.id, by_id=by_id, now=now)
        session.flush()
        _tell_demo(session, person)
    return person


def change(
    session: Session, person_id: int, *, name: str | None = None, note: str | None = None, by_id: int, now: datetime
) -> Person | None:
    """Rename a person or write what we know of them; raise `BadPerson`. `None` where there is no such person."""
    person = _held(session, person_id)
    if person is None:
        return None
    if name is not None and (called := _name(name)) != person.name:
        _changed(session, person, "renamed", said=person.name, becomes=called, by_id=by_id, now=now)
        person.name = called
    if note is not None and (noted := _note(note)) != person.note:
        _changed(session, person, "noted", said=person.note, becomes=noted, by_id=by_id, now=now)
        person.note = noted
    session.flush()
    return person


def remove(session: Session, person_id: int) -> bool:
    """Forget a person and its history; the authors stay, each for themselves. Say whether there was one."""
    person = _held(session, person_id)
    if person is None:
        return False
    parted = {"person_id": None, "joined_at": None, "joined_by_id": None}
    session.execute(update(Author).where(Author.person_id == person_id).values(parted))
    session.delete(person)
    session.flush()
    return True


def _held(session: Session, person_id: int) -> Person | None:
    """Return a person nobody else changes meanwhile."""
    return session.get(Person, person_id, with_for_update={"key_share": True}, populate_existing=True)


def _author(session: Session, author_id: int) -> Author:
    found = session.get(Author, author_id, with_for_update={"key_share": True}, populate_existing=True)
    if found is None:
        raise BadPerson("author_id", "There is no such author.")
    if found.is_ours:
        raise BadPerson("author_id", "This is one of our own handles; we are nobody's person.")
    return found


def _join(session: Session, person: Person, author: Author, by_id: int, now: datetime) -> None:
    if author.person_id == person.id:
        return
    if author.person_id is not None:
        raise BadPerson("author_id", "This author is joined to somebody else. Part them first.")
    author.person_id, author.joined_at, author.joined_by_id = person.id, now, by_id
    _changed(session, person, "joined", becomes=_called(author), author_id=author.id, by_id=by_id, now=now)
    session.flush()


def _tell_demo(session: Session, person: Person) -> None:
    """A person of invented authors alone goes with the demo; one real author makes it real."""
    joined = Author.person_id == person.id
    if session.scalar(select(exists().where(joined))):
        person.is_demo = not session.scalar(select(exists().where(joined, ~Author.is_demo)))
        session.flush()


def _changed(session: Session, person: Person, what: str, *, by_id: int, now: datetime, **columns: str | int) -> None:
    session.add(PersonChange(person_id=person.id, what=what, by_id=by_id, at=now, **columns))
    session.flush()


def _called(author: Author) -> str:
    return author.handle or author.name


def _name(name: str) -> str:
    called = clean_name(name)
    if not called:
        raise BadPerson("name", "A person needs a name.")
    return called


def _note(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise BadPerson("note", "This note is too long: 4,000 characters are the most.")
    return note.replace("\x00", "").strip()
