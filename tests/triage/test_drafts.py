"""What is written and not sent: kept as typed, one for each writer, gone once it is said."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import drafts
from triage.refusals import BadInput, NoSuch


def test_a_draft_is_kept_as_typed_and_written_over(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    drafts.keep(session, issue.id, "سلام رضا، ", seen=1, by=cast.lina, now=now)
    kept = drafts.keep(session, issue.id, "سلام رضا، ببخشید \n", seen=2, by=cast.lina, now=now + timedelta(minutes=1))
    assert kept is not None
    assert (kept.words, kept.seen, kept.updated_at) == ("سلام رضا، ببخشید \n", 2, now + timedelta(minutes=1))
    assert drafts.of(session, cast.max.member_id, issue.id) is None


def test_nothing_but_spaces_drops_it(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    drafts.keep(session, issue.id, "I am", seen=1, by=cast.lina, now=now)
    assert drafts.keep(session, issue.id, " \n ", seen=1, by=cast.lina, now=now) is None
    assert drafts.of(session, cast.lina.member_id, issue.id) is None
    drafts.drop(session, cast.lina.member_id, issue.id)


def test_ones_drafts_are_listed_newest_first(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    one, other = make.issue(), make.issue()
    drafts.keep(session, one.id, "first", seen=1, by=cast.lina, now=now)
    drafts.keep(session, other.id, "second", seen=1, by=cast.lina, now=now + timedelta(seconds=1))
    drafts.keep(session, other.id, "not hers", seen=1, by=cast.max, now=now)
    assert [draft.words for draft in drafts.mine(session, cast.lina.member_id)] == ["second", "first"]


def test_what_cannot_be_kept_is_refused(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    with pytest.raises(NoSuch):
        drafts.keep(session, issue.id, "hello", seen=1, by=cast.olaf, now=now)
    for words in ("a\x00b", "x" * 10_001):
        with pytest.raises(BadInput):
            drafts.keep(session, issue.id, words, seen=1, by=cast.lina, now=now)
