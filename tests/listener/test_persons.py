"""Persons: joined and parted by a human's hand alone, with who and when."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener import persons
from listener.find import speakers
from listener.models import Author, Person
from listener.persons import BadPerson
from listener.store import store
from tests.listener.conftest import MakesFeeds, MakesItems

LINA = 4
MakesAuthors = Callable[..., Author]


@pytest.fixture
def make_author(session: Session, now: datetime) -> MakesAuthors:
    def make(handle: str, source: str = "mastodon", **columns: object) -> Author:
        author = Author(**{"source": source, "native_id": handle, "handle": handle, "name": handle.title(),
                           "first_heard_at": now, "last_heard_at": now, **columns})  # fmt: skip
        session.add(author)
        session.flush()
        return author

    return make


def done(session: Session, person: Person) -> list[tuple[str, str, str, int]]:
    return [(one.what, one.said, one.becomes, one.by_id) for one in reversed(speakers.changes(session, person.id))]


def test_a_person_is_made_joined_and_parted_with_who_and_when(
    session: Session, make_author: MakesAuthors, now: datetime
) -> None:
    reza, other = make_author("reza@social.example"), make_author("reza", "hackernews")
    person = persons.create(session, name="", author_ids=[reza.id], by_id=LINA, now=now)
    assert person.name == "Reza@Social.Example"
    persons.join(session, person.id, other.id, by_id=5, now=now + timedelta(hours=1))
    assert (other.person_id, other.joined_by_id, other.joined_at) == (person.id, 5, now + timedelta(hours=1))
    persons.part(session, person.id, reza.id, by_id=6, now=now + timedelta(hours=2))
    assert (reza.person_id, reza.joined_at, reza.joined_by_id) == (None, None, None)
    assert done(session, person) == [
        ("made", "", "Reza@Social.Example", LINA),
        ("joined", "", "reza@social.example", LINA),
        ("joined", "", "reza", 5),
        ("parted", "reza@social.example", "", 6),
    ]


def test_a_name_and_a_note_are_changed_and_what_stood_there_is_kept(session: Session, now: datetime) -> None:
    person = persons.create(session, name="Reza", by_id=LINA, now=now)
    persons.change(session, person.id, name="  Reza\u202e K. ", note=" met at the fair\x00 ", by_id=5, now=now)
    persons.change(session, person.id, name="Reza K.", by_id=6, now=now)
    assert (person.name, person.note) == ("Reza K.", "met at the fair")
    assert done(session, person)[1:] == [("renamed", "Reza", "Reza K.", 5), ("noted", "", "met at the fair", 5)]


def test_joining_twice_changes_nothing_and_somebody_elses_is_refused(
    session: Session, make_author: MakesAuthors, now: datetime
) -> None:
    reza = make_author("reza")
    first = persons.create(session, name="First", author_ids=[reza.id, reza.id], by_id=LINA, now=now)
    persons.join(session, first.id, reza.id, by_id=5, now=now)
    assert [what for what, *_ in done(session, first)] == ["made", "joined"]
    second = persons.create(session, name="Second", by_id=LINA, now=now)
    with pytest.raises(BadPerson, match="Part them first"):
        persons.join(session, second.id, reza.id, by_id=5, now=now)
    persons.part(session, second.id, reza.id, by_id=5, now=now)
    assert reza.person_id == first.id


@pytest.mark.parametrize(("name", "note", "field"), [("\u200b ", "", "name"), ("Reza", "x" * 4_001, "note")])
def test_a_person_without_a_name_or_with_a_novel_is_refused(
    session: Session, now: datetime, name: str, note: str, field: str
) -> None:
    with pytest.raises(BadPerson) as wrong:
        persons.create(session, name=name, note=note, by_id=LINA, now=now)
    assert wrong.value.field == field


def test_our_own_handles_and_nobody_are_nobodys_person(
    session: Session, make_author: MakesAuthors, now: datetime
) -> None:
    for author_id in (make_author("pilora", is_ours=True).id, 999_999):
        with pytest.raises(BadPerson):
            persons.create(session, name="Us", author_ids=[author_id], by_id=LINA, now=now)


def test_there_is_no_such_person(session: Session, make_author: MakesAuthors, now: datetime) -> None:
    reza = make_author("reza")
    assert persons.join(session, 999_999, reza.id, by_id=LINA, now=now) is None
    assert persons.part(session, 999_999, reza.id, by_id=LINA, now=now) is None
    assert persons.change(session, 999_999, name="x", by_id=LINA, now=now) is None
    assert not persons.remove(session, 999_999)


def test_a_person_forgotten_leaves_its_authors_each_for_themselves(
    session: Session, make_author: MakesAuthors, now: datetime
) -> None:
    reza = make_author("reza")
    person = persons.create(session, name="Reza", author_ids=[reza.id], by_id=LINA, now=now)
    assert persons.remove(session, person.id)
    session.refresh(reza)
    assert reza.person_id is None
    assert reza.joined_at is None
    assert session.scalar(select(Person)) is None


def test_a_person_of_invented_authors_goes_with_the_demo_until_a_real_one_joins(
    session: Session, make_author: MakesAuthors, now: datetime
) -> None:
    invented, real = make_author("reza", is_demo=True), make_author("reza2")
    person = persons.create(session, name="Reza", author_ids=[invented.id], by_id=LINA, now=now)
    assert person.is_demo
    persons.join(session, person.id, real.id, by_id=LINA, now=now)
    assert not person.is_demo
    persons.part(session, person.id, real.id, by_id=LINA, now=now)
    assert person.is_demo


def test_hearing_somebody_again_never_joins_and_never_parts(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed("mastodon")
    store(session, feed, [say("1", by="reza")], now=now)
    reza = session.scalars(select(Author)).one()
    person = persons.create(session, name="Reza", author_ids=[reza.id], by_id=LINA, now=now)
    store(session, feed, [say("2", "The kettle again", by="reza"), say("3", "Me too, the lid", by="reza2")], now=now)
    session.expire_all()
    assert {one.native_id: one.person_id for one in session.scalars(select(Author))} == {
        "reza": person.id,
        "reza2": None,
    }


def test_the_same_handle_elsewhere_is_shown_and_nothing_more(session: Session, make_author: MakesAuthors) -> None:
    reza = make_author("@Reza_K@social.example")
    there = make_author("reza_k", "hackernews")
    for handle, source, more in (
        ("reza_k@other.example", "mastodon", {}),
        ("reza_kk", "hackernews", {}),
        ("reza_k", "rss", {"is_ours": True}),
    ):
        make_author(handle, source, **more)
    who = speakers.somebody(session, reza.id)
    assert who is not None
    assert [one.id for one in speakers.alike(session, who)] == [there.id]
    assert there.person_id is None
    short = speakers.somebody(session, make_author("al").id)
    make_author("al", "hackernews")
    assert short is not None
    assert speakers.alike(session, short) == []


def test_somebody_is_the_person_with_the_author_asked_for_first(
    session: Session, make_author: MakesAuthors, now: datetime
) -> None:
    first, second = make_author("reza"), make_author("rk", "hackernews")
    persons.create(session, name="Reza K.", author_ids=[first.id, second.id], by_id=LINA, now=now)
    who = speakers.somebody(session, second.id)
    assert who is not None
    assert (who.name, who.ids) == ("Reza K.", (second.id, first.id))
    assert speakers.somebody(session, 999_999) is None
    rows, following = speakers.persons(session, q="reza")
    assert [(person.name, [one.id for one in authors]) for person, authors in rows] == [
        ("Reza K.", [first.id, second.id])
    ]
    assert following is None
    assert speakers.persons(session, q="100%")[0] == []


def test_a_handle_is_compared_without_its_server() -> None:
    assert speakers.bare("@Reza@social.example") == speakers.bare("REZA") == "reza"
