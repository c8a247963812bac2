"""What somebody's issues were, as far as whoever asks may see them, and how the promises in them were kept."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import move
from triage.find.kept import Keeping, kept

HOUR = timedelta(hours=1)


def test_promises_are_counted_over_every_issue_that_holds_a_word_of_theirs(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    reza, other = make.author("reza"), make.author("other")
    first = make.issue(make.mention(author_id=reza.id, posted_at=now - HOUR), department_id=cast.care.id)
    make.issue(make.mention(author_id=other.id), make.mention(author_id=reza.id), department_id=cast.care.id)
    make.issue(make.mention(author_id=other.id))
    moved = move.acknowledge(session, first.id, by=cast.lina, seen=first.version, now=now, words="We look into it.")
    move.hand_over(session, first.id, by=cast.lina, seen=moved.version, now=now, department_id=cast.care.id)
    found = kept(session, cast.max, [reza.id], now=now)
    assert (found.total, found.hidden) == (2, 0)
    assert found.triage == Keeping(kept=1, broken=0, running=1)
    assert found.resolution == Keeping(kept=0, broken=0, running=1)
    assert [card.id for card in found.cards][-1] == first.id


def test_what_is_past_its_deadline_is_broken_before_anybody_wrote_it_down(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    reza = make.author("reza")
    make.issue(make.mention(author_id=reza.id, posted_at=now - HOUR))
    later = kept(session, cast.max, [reza.id], now=now + 13 * HOUR)
    assert later.triage == Keeping(kept=0, broken=1, running=0)


def test_an_owner_sees_their_departments_and_is_told_how_many_more_there_are(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    reza = make.author("reza")
    for department in (cast.care, cast.product, cast.product):
        make.issue(make.mention(author_id=reza.id), department_id=department.id)
    found = kept(session, cast.cara, [reza.id], now=now, limit=5)
    assert (found.total, found.hidden, len(found.cards)) == (1, 2, 1)
    assert kept(session, cast.olaf, [reza.id], now=now).total == 0
    assert kept(session, cast.max, [999_999], now=now).cards == ()
