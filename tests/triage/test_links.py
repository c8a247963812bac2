"""Gaps an issue shows, places it goes on, and who reported the same."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import afterwards, links, move
from triage.find import gaps as found
from triage.find.reporters import reporters, waiting
from triage.models import Issue, LinkSort, Status
from triage.refusals import BadInput, NoSuch, NotYours

LID, HOT = "Lids arrive broken", "Handle gets hot"


def shown(
    session: Session, issue: Issue, name: str, cast: Cast, now: datetime, sort: str = LinkSort.PRODUCT_GAP
) -> int:
    return links.link(session, issue.id, sort, name, by=cast.lina, now=now).id


def test_issues_of_one_gap_are_counted_together_whatever_its_letters(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    first, second, third = make.issue(language="fa"), make.issue(), make.issue(status=Status.RESOLVED)
    shown(session, first, "دستهٔ  داغ", cast, now)
    shown(session, second, "دسته داغ", cast, now)
    shown(session, third, LID, cast, now)
    shown(session, second, LID, cast, now)
    assert [(one.name, one.issues, one.open) for one in found.gaps(session, cast.max)] == [
        (LID, 2, 1),
        ("دستهٔ داغ", 2, 2),
    ]
    one = found.gap(session, cast.max, "product_gap", "دستهٔ داغ")
    assert one is not None
    assert (set(one.languages), one.mentions) == ({"fa", "en"}, 2)


def test_the_first_mention_is_the_evidence_unless_another_is_named(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    mentions = make.mention(text="It is hot."), make.mention(text="It burnt me.")
    issue, stranger = make.issue(*mentions), make.mention()
    made = links.link(session, issue.id, "product_gap", HOT, by=cast.lina, now=now)
    assert made.mention_id == mentions[0].id
    links.link(session, issue.id, "content_gap", HOT, mention_id=mentions[1].id, by=cast.lina, now=now)
    [row] = found.evidence(session, cast.lina, "content_gap", HOT)
    assert (row.issue_id, row.text) == (issue.id, "It burnt me.")
    with pytest.raises(BadInput):
        links.link(session, issue.id, "content_gap", LID, mention_id=stranger.id, by=cast.lina, now=now)


def test_linking_twice_is_once_and_taking_it_away_is_a_move(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    issue = make.issue()
    one = shown(session, issue, HOT, cast, now)
    assert shown(session, issue, HOT.upper(), cast, now) == one
    assert [view.issues for view in found.links_of(session, cast.lina, issue.id)] == [1]
    links.unlink(session, issue.id, one, by=cast.lina, now=now)
    assert found.links_of(session, cast.lina, issue.id) == ()
    assert [m.sort for m in make.moves(issue)] == ["link", "unlink"]
    with pytest.raises(NoSuch):
        links.unlink(session, issue.id, one, by=cast.lina, now=now)


@pytest.mark.parametrize("url", ["", "crm", "javascript:alert(1)", "http://", "https://a b.example", "ftp://x.example"])
def test_a_place_outside_needs_a_whole_address(
    session: Session, make: Maker, cast: Cast, now: datetime, url: str
) -> None:
    with pytest.raises(BadInput):
        links.link(session, make.issue().id, "outside", "Ticket", url=url, by=cast.lina, now=now)


def test_a_place_outside_keeps_its_own_name(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    first, second = make.issue(), make.issue()
    for issue in (first, second):
        links.link(session, issue.id, "outside", "CRM", url=f"https://crm.example/{issue.id}", by=cast.lina, now=now)
    [view] = found.links_of(session, cast.lina, second.id)
    assert (view.url, view.issues, view.is_gap) == (f"https://crm.example/{second.id}", 1, False)
    assert found.gaps(session, cast.max) == ()


def test_an_owner_counts_only_what_they_may_see(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    mine, theirs = make.issue(department_id=cast.care.id), make.issue(department_id=cast.product.id)
    for issue in (mine, theirs):
        shown(session, issue, HOT, cast, now)
    assert [one.issues for one in found.gaps(session, cast.cara)] == [1]
    assert [one.issue_id for one in found.evidence(session, cast.cara, "product_gap", HOT)] == [mine.id]
    assert found.gaps(session, cast.olaf) == ()


def test_a_gap_is_renamed_into_another(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    both, one = make.issue(), make.issue()
    for issue, name in ((both, HOT), (both, LID), (one, LID)):
        shown(session, issue, name, cast, now)
    with pytest.raises(NotYours):
        links.rename(session, "product_gap", LID, HOT, by=cast.cara, now=now)
    assert links.rename(session, "product_gap", LID, HOT.lower(), by=cast.lina, now=now) == HOT
    assert [(gap.name, gap.issues) for gap in found.gaps(session, cast.lina)] == [(HOT, 2)]
    assert links.rename(session, "product_gap", HOT, "Hot handle", by=cast.lina, now=now) == "Hot handle"
    assert links.rename(session, "product_gap", "Hot handle", "Hot Handle", by=cast.lina, now=now) == "Hot Handle"


def test_what_issues_alike_show_is_suggested(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue, other = make.issue(), make.issue()
    shown(session, other, HOT, cast, now)
    assert found.suggested(session, cast.lina, issue.id, [other.id]) == (("product_gap", HOT),)
    shown(session, issue, HOT, cast, now)
    assert found.suggested(session, cast.lina, issue.id, [other.id]) == ()


def test_the_list_of_gaps_goes_on_where_it_ended(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()
    for number in range(5):
        shown(session, issue, f"Gap {number}", cast, now)
    first = found.gaps(session, cast.lina, limit=3)
    rest = found.gaps(session, cast.lina, after=found.gap_place(first[-1]), limit=3)
    assert [one.name for one in first + rest] == [f"Gap {number}" for number in range(5)]


def test_everybody_who_reported_it_once_with_their_last_post(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    mirela, avi, reza, house = (make.author(name) for name in ("mirela", "avi", "reza", "house"))
    first = make.mention(author_id=mirela.id, posted_at=now - timedelta(hours=3))
    again = make.mention(author_id=mirela.id, posted_at=now - timedelta(hours=1))
    ours = make.mention(author_id=house.id, is_ours=True)
    copy = make.mention(author_id=avi.id, same_as_id=first.id)
    issue, alike = make.issue(first, again, ours), make.issue(copy)
    make.issue(make.mention(author_id=reza.id))
    found_ones = reporters(session, cast.lina, issue.id)
    assert [(one.author, one.mention_id, one.posts, one.issue_id) for one in found_ones] == [
        ("Mirela", again.id, 2, issue.id),
        ("Avi", copy.id, 1, alike.id),
    ]
    afterwards.tell(session, issue.id, mirela.id, by=cast.lina, now=now, words="A new handle is on its way.")
    told = reporters(session, cast.lina, issue.id)
    assert [(one.author, one.words, waiting(told)) for one in told] == [
        ("Avi", "", 1),
        ("Mirela", "A new handle is on its way.", 1),
    ]
    afterwards.tell(session, issue.id, mirela.id, told=False, by=cast.lina, now=now)
    assert waiting(reporters(session, cast.lina, issue.id)) == 2


def test_who_reported_in_a_merged_issue_is_told_too(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    into = make.issue(make.mention(author_id=make.author("mirela").id))
    child = make.issue(make.mention(author_id=make.author("avi").id))
    move.merge(session, child.id, into.id, by=cast.lina, seen=1, now=now)
    assert {one.author for one in reporters(session, cast.lina, into.id)} == {"Mirela", "Avi"}
