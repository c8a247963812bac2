"""The trail of settings: before and after, without secrets, never rewritten."""

from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from listener import feeds, listening
from tests.triage.conftest import Cast
from triage import audit, people
from triage.models import Audit


def test_only_what_differs_is_kept(session: Session, now: datetime) -> None:
    made = audit.write(
        session, what="changed", subject="feed", subject_id=3, name="News", by_id=None, now=now,
        said={"name": "Old", "interval": 60, "gone": now}, becomes={"name": "News", "interval": 60, "gone": None},
    )  # fmt: skip
    assert made is not None
    assert made.said == {"name": "Old", "gone": now.isoformat()}
    assert made.becomes == {"name": "News", "gone": None}


def test_a_change_of_nothing_is_no_change(session: Session, now: datetime) -> None:
    same = {"name": "News"}
    assert audit.write(session, what="changed", subject="feed", subject_id=3, by_id=None, now=now, said=same,
                       becomes=same) is None  # fmt: skip


def test_a_secret_is_never_written_down(session: Session, now: datetime) -> None:
    made = audit.write(
        session, what="changed", subject="feed", subject_id=3, by_id=None, now=now,
        said={"credential": None}, becomes={"credential": "s3cret"},
    )  # fmt: skip
    assert made is not None
    assert "s3cret" not in str(made.becomes)
    assert made.becomes == {"credential": audit.HIDDEN}


def test_the_database_refuses_to_rewrite_it(session: Session, now: datetime) -> None:
    made = audit.write(session, what="made", subject="feed", subject_id=3, by_id=None, now=now, becomes={"name": "a"})
    assert made is not None
    with pytest.raises(DatabaseError):
        session.execute(text("UPDATE audits SET name = 'b' WHERE id = :id"), {"id": made.id})


def lines(session: Session, subject: str) -> list[tuple[str, str, dict[str, object], dict[str, object]]]:
    rows = session.scalars(select(Audit).where(Audit.subject == subject).order_by(Audit.id))
    return [(row.what, row.name, row.said, row.becomes) for row in rows]


def test_whoever_acts_is_written_beside_every_change_of_a_kept_row(session: Session, cast: Cast, now: datetime) -> None:
    audit.acting(session, cast.ada.member_id, now)
    people.update_department(session, cast.care.id, name="Care and calm")
    people.update_department(session, cast.care.id, name="Care and calm")
    assert lines(session, "department") == [("changed", "Care and calm", {"name": "Care"}, {"name": "Care and calm"})]
    row = session.scalars(select(Audit)).one()
    assert (row.by_id, row.subject_id, row.at) == (cast.ada.member_id, cast.care.id, now)


def test_a_feed_is_written_down_without_its_credential_and_not_at_every_poll(
    session: Session, cast: Cast, now: datetime
) -> None:
    audit.acting(session, cast.ada.member_id, now)
    made = feeds.create(session, source="rss", address="https://press.example/f", now=now, credential="s3cret")
    made.cursor, made.heard_count = {"newest": "x"}, 12
    session.flush()
    feeds.pause(session, made.id)
    feeds.remove(session, made.id)
    found = lines(session, "feed")
    assert [what for what, *_ in found] == ["made", "changed", "deleted", "changed"]
    assert found[0][3]["credential"] == audit.HIDDEN
    assert "s3cret" not in str(found)
    assert found[1][2:] == ({"state": "active"}, {"state": "paused"})


def test_a_topic_that_goes_leaves_what_it_was(session: Session, cast: Cast, now: datetime) -> None:
    audit.acting(session, cast.ada.member_id, now)
    made = listening.create(session, name="Nimbo", kind="brand", query="nimbo", now=now)
    assert listening.remove(session, made.id)
    assert not listening.remove(session, made.id)
    what, name, said, becomes = lines(session, "topic")[-1]
    assert (what, name, becomes) == ("deleted", "Nimbo", {})
    assert said["query"] == "nimbo"


def test_a_place_in_a_department_names_whose_it_is(session: Session, cast: Cast, now: datetime) -> None:
    audit.acting(session, cast.ada.member_id, now)
    people.set_members(session, cast.care.id, {cast.petra.member_id: "lead"})
    rows = session.scalars(select(Audit).where(Audit.subject == "membership").order_by(Audit.id)).all()
    assert [(row.what, row.name, row.subject_id) for row in rows] == [
        ("deleted", "Cara", cast.care.id),
        ("made", "Petra", cast.care.id),
    ]


def test_the_house_itself_leaves_no_line(session: Session, cast: Cast) -> None:
    people.update_department(session, cast.care.id, name="Calm")
    assert lines(session, "department") == []
