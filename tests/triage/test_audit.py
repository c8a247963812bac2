"""The trail of settings: before and after, without secrets, never rewritten."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from triage import audit


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
