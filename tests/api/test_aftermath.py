"""The demo's resolved issues lead to gaps and words owed, and leave few of them open."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.demo import aftermath
from api.demo.crew import Crew
from api.demo.posts import Post
from api.demo.words import written
from tests.triage.conftest import Cast, Maker
from triage.models import FollowUp, LinkSort


def test_the_cast_asks_the_next_day_and_leaves_only_what_is_not_due(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    people = {name.title(): getattr(cast, name).member_id for name in ("lina", "cara", "conor", "petra")}
    crew = Crew(session, people, now, Random(1))
    lines = [line for line in written("en") if line.department == "care" and line.kind == "complaint"][:24]
    for number, line in enumerate(lines):
        at = now - timedelta(hours=8 + 6 * number)
        issue = make.issue(posted_at=at, heard_at=at, department_id=cast.care.id)
        crew.meet(issue, Post(line.key, line, at, at))
    crew.act(now)
    owed = session.scalars(select(FollowUp)).all()
    done = [one for one in owed if one.done_at is not None]
    assert len(done) >= 3
    assert all(one.ended == "done" and one.said and one.done_at and one.done_at > one.due_at for one in done)
    assert all(one.due_at > now - timedelta(hours=1) for one in owed if one.done_at is None)
    assert crew.refused == []


def test_a_post_shows_the_gaps_it_speaks_of() -> None:
    assert list(aftermath.gaps_of("The app lost the Wi-Fi again, and the lid leaks.")) == [
        (LinkSort.PRODUCT_GAP, "The app loses its connection"),
        (LinkSort.PRODUCT_GAP, "Lid and seal wear out"),
    ]
    assert list(aftermath.gaps_of("I am happy.")) == []
