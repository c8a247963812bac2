"""The two-minute card: who wrote it, what they were promised, and how matters like it were solved."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from listener.models import Person
from tests.triage.conftest import Cast, Maker
from triage import find, move
from triage.find.research import nearest, research
from triage.models import Issue


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("My parcel came wet, the whole parcel", "The parcel arrived wet"),
        ("بستهٔ من خیس رسید، کل بسته", "بسته خيس رسيد"),
        ("وصل الطرد مبللًا تمامًا", "الطرد وصل مبللا"),
        ("החבילה הגיעה רטובה כולה", "החבילה הגיעה רטובה"),
    ],
)
def test_what_is_telling_counts_and_not_what_everybody_says(text: str, near: str) -> None:
    others = ["I love it here", near, "When does the shop open", "کجا می‌شود خرید", "أين المتجر", "איפה החנות"]
    assert nearest(text, others) == [1]
    assert nearest(text, []) == []
    assert nearest("🙏 12", others) == []


def solved(session: Session, make: Maker, cast: Cast, text: str, author_id: int) -> Issue:
    issue = make.issue(make.mention(text=text, author_id=author_id))
    move.acknowledge(session, issue.id, by=cast.max, seen=issue.version, now=make.now, words="We hear you.")
    move.hand_over(session, issue.id, cast.care.id, by=cast.max, seen=issue.version, now=make.now)
    move.accept(session, issue.id, by=cast.cara, seen=issue.version, now=make.now)
    later, ended = make.now + timedelta(hours=3), {"refund": "given"}
    return move.resolve(session, issue.id, ended, by=cast.cara, seen=issue.version, now=later, words="A dry one comes.")


def test_all_handles_of_a_person_count_and_only_what_one_may_see(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    person = Person(name="Reza", created_at=now, created_by_id=cast.lina.member_id)
    session.add(person)
    session.flush()
    here = make.author("reza", person_id=person.id, mentions=4, positive=1)
    there = make.author("reza_m", person_id=person.id, mentions=5, negative=2)
    before = solved(session, make, cast, "The parcel came wet", author_id=there.id)
    running = make.issue(make.mention(author_id=there.id), department_id=cast.product.id)
    issue = make.issue(make.mention(author_id=here.id, text="My parcel came wet again"), department_id=cast.care.id)

    def known(actor: str) -> tuple[list[int], list[int], int]:
        by = getattr(cast, actor)
        found = research(session, by, find.issue(session, by, issue.id, now), now)
        assert found.mentions == (9, 1, 2)
        assert [one.handle for one in found.handles] == ["reza", "reza_m"]
        (alike,) = found.solved
        assert (alike.id, alike.by, alike.said, alike.took) == (
            before.id, "Cara", "A dry one comes.", timedelta(hours=3),
        )  # fmt: skip
        return [one.id for one in found.running], [one.id for one in found.ended], found.running_count

    assert known("lina") == ([running.id], [before.id], 1)
    # what product holds is not care's to know
    assert known("cara") == ([], [before.id], 0)


def test_nobody_is_known_of_whom_the_source_says_nothing(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    found = research(session, cast.lina, find.issue(session, cast.lina, issue.id, now), now)
    assert (found.author, found.handles, found.running, found.ended, found.standing) == (None, (), (), (), None)
