"""The issue's own page: its life day by day, what comes after it, gaps and words owed, each as plain forms."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.pages import lifeline
from api.reader import Reader
from tests.api.conftest import SignIn, TestClient
from tests.triage.conftest import Cast, Maker
from triage import afterwards, find, links, move
from triage.find import reporters as reporting
from triage.find.gaps import links_of
from triage.models import FollowUp, Issue

Accepted = Callable[..., Issue]
UTC = ZoneInfo("UTC")


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


@pytest.fixture
def accepted(session: Session, make: Maker, cast: Cast) -> Accepted:
    """Make an issue of care's that Cara accepted."""

    def making(**mention: Any) -> Issue:
        author = make.author("mirela")
        issue = make.issue(make.mention(author_id=author.id, posted_at=make.now - h(5), **mention))
        move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=make.now - h(4), words="Sorry, Mirela.")
        move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=2, now=make.now - h(3))
        return move.accept(session, issue.id, by=cast.cara, seen=3, now=make.now - h(2))

    return making


def moved(client: TestClient, issue: Issue, session: Session, **form: Any) -> Any:
    session.refresh(issue)
    return client.post(f"/issues/{issue.id}/moves", data={"seen": str(issue.version), **form})


def test_resolving_asks_for_everything_in_one_place(
    session: Session, signed_in: SignIn, accepted: Accepted, cast: Cast
) -> None:
    issue, cara = accepted(), signed_in("cara")
    shown = cara.get(f"/issues/{issue.id}").text
    assert all(name in shown for name in ('name="refund"', 'name="customer"', 'name="why"', 'name="follow_up"'))
    answer = moved(
        cara, issue, session, verb="resolve", refund="refused", customer="leaves", why="Too late.", words="Sorry.",
        follow_up="1", follow_days="2", follow_by=str(cast.cara.member_id),
    )  # fmt: skip
    assert answer.headers["location"] == f"/issues/{issue.id}"
    session.refresh(issue)
    assert issue.outcome == {"refund": "refused", "customer": "leaves", "why": "Too late."}
    [owed] = session.scalars(select(FollowUp).where(FollowUp.issue_id == issue.id))
    assert (owed.member_id, owed.due_at) == (cast.cara.member_id, afterwards.morning(cast.care, owed.created_at, 2))
    page = cara.get(f"/issues/{issue.id}").text
    assert "Too late." in page
    assert f'action="/follow-ups/{owed.id}"' in page


def test_resolving_without_a_word_owed_owes_none(session: Session, signed_in: SignIn, accepted: Accepted) -> None:
    issue = accepted()
    moved(signed_in("cara"), issue, session, verb="resolve", refund="given", customer="stays", why="no")
    assert issue.outcome == {"refund": "given", "customer": "stays"}
    assert session.scalars(select(FollowUp)).all() == []


def test_everybody_is_told_one_by_one(
    session: Session, signed_in: SignIn, accepted: Accepted, make: Maker, cast: Cast
) -> None:
    issue, cara = accepted(), signed_in("cara")
    reza = make.author("reza", name="رضا")
    make.issue(
        make.mention(author_id=reza.id, same_as_id=issue.first_mention_id, language="fa"), department_id=cast.care.id
    )
    answer = moved(cara, issue, session, verb="resolve", tell="1", words="A new lid is on its way.")
    assert answer.headers["location"] == f"/issues/{issue.id}/everyone"
    page = cara.get(answer.headers["location"]).text
    assert "رضا، سپاس که به ما گفتید" in page
    assert "A new lid is on its way." in page
    form = {"author": str(reza.id), "words": "حل شد."}
    assert cara.post(f"/issues/{issue.id}/everyone", data=form).status_code == 303
    told = reporting.reporters(session, cast.cara, issue.id)
    assert [(one.author, one.words) for one in told if one.told_at] == [("رضا", "حل شد.")]
    cara.post(f"/issues/{issue.id}/everyone", data={"author": str(reza.id), "told": "0"})
    assert reporting.waiting(reporting.reporters(session, cast.cara, issue.id)) == 2
    assert cara.post(f"/issues/{issue.id}/everyone", data={"author": "999999"}).status_code == 422


def test_a_gap_is_linked_and_what_is_wrong_stands_at_the_form(
    session: Session, signed_in: SignIn, accepted: Accepted, cast: Cast
) -> None:
    issue, cara = accepted(), signed_in("cara")
    address = f"/issues/{issue.id}/links"
    cara.post(address, data={"sort": "product_gap", "name": "Lids arrive broken"})
    wrong = cara.post(address, data={"sort": "outside", "name": "CRM", "url": "javascript:alert(1)"})
    assert wrong.status_code == 422
    assert 'id="e-link"' in wrong.text
    [one] = links_of(session, cast.cara, issue.id)
    page = cara.get(f"/issues/{issue.id}").text
    assert "/gaps/product_gap?name=Lids%20arrive%20broken" in page
    assert "Lids arrive broken" in cara.get("/gaps").text
    assert f"/issues/{issue.id}" in cara.get("/gaps/product_gap", params={"name": "Lids arrive broken"}).text
    cara.post(f"{address}/{one.id}/remove")
    assert links_of(session, cast.cara, issue.id) == ()
    assert cara.get("/gaps/product_gap", params={"name": "Lids arrive broken"}).status_code == 404


def test_only_those_who_hear_rename_a_gap(
    session: Session, signed_in: SignIn, accepted: Accepted, cast: Cast, now: datetime
) -> None:
    issue = accepted()
    links.link(session, issue.id, "content_gap", "Descaling", by=cast.lina, now=now)
    form = {"name": "Descaling", "becomes": "How to descale"}
    assert signed_in("cara").post("/gaps/content_gap", data=form).status_code == 403
    lina = signed_in("lina")
    assert lina.post("/gaps/content_gap", data={**form, "becomes": " "}).status_code == 422
    assert lina.post("/gaps/content_gap", data=form).headers["location"] == "/gaps/content_gap?name=How%20to%20descale"


def test_the_way_into_private_is_four_steps(session: Session, signed_in: SignIn, accepted: Accepted) -> None:
    issue, cara = accepted(), signed_in("cara")

    def step(name: str, **form: str) -> Any:
        session.refresh(issue)
        return cara.post(f"/issues/{issue.id}/private", data={"seen": str(issue.version), "step": name, **form})

    empty = step("line")
    assert (empty.status_code, 'id="e-private-line"' in empty.text) == (422, True)
    assert step("line", words="I write to you now.").headers["location"] == f"/issues/{issue.id}#private"
    step("channel", channel="e-mail", reference="CARE-7")
    page = cara.get(f"/issues/{issue.id}").text
    assert "CARE-7" in page
    assert "2 of 4 steps" in page
    session.refresh(issue)
    stale = cara.post(f"/issues/{issue.id}/private", data={"seen": "1", "step": "closed", "words": "Solved."})
    assert stale.status_code == 409
    assert "Solved." in stale.text


def test_the_list_of_words_owed_ends_them(
    session: Session, signed_in: SignIn, accepted: Accepted, cast: Cast, now: datetime
) -> None:
    issue = accepted()
    move.resolve(session, issue.id, by=cast.cara, seen=4, now=now - h(1))
    one = afterwards.promise_word(session, issue, due_at=now, member_id=None, by=cast.cara, now=now - h(1))
    cara = signed_in("cara")
    assert f"HB-{issue.id}" in cara.get("/follow-ups").text
    assert f"HB-{issue.id}" not in signed_in("lina").get("/follow-ups").text
    assert f"HB-{issue.id}" in signed_in("lina").get("/follow-ups?whose=all").text
    assert cara.post(f"/follow-ups/{one.id}", data={"ended": "left"}).status_code == 422
    done = cara.post(f"/follow-ups/{one.id}", data={"ended": "done", "said": "It fits."})
    assert done.headers["location"] == "/follow-ups?when=due&whose=mine"
    assert "It fits." in cara.get("/follow-ups?when=ended").text
    assert signed_in("conor").post(f"/follow-ups/{one.id}", data={"ended": "done"}).status_code == 404


def test_what_happened_is_told_by_day_and_can_be_narrowed(
    session: Session, make: Maker, accepted: Accepted, cast: Cast, now: datetime
) -> None:
    issue = accepted(thread="rss:talk")
    make.mention(thread="rss:talk", author_id=make.author("sara").id, text="Mine too.", posted_at=now - h(4.5))
    move.note(session, issue.id, "Call the factory.", by=cast.cara, now=now - h(1))
    reader = Reader("en", UTC, now)
    seen = find.issue(session, cast.cara, issue.id, now)

    def told(show: lifeline.Show) -> list[str]:
        days = lifeline.timeline(reader, seen, show=show)
        return [
            one.said.text if one.said else one.move.sort if one.move else "owed" for day in days for one in day.entries
        ]

    assert told("all")[1:] == ["Mine too.", "acknowledge", "hand_over", "accept", "note"]
    assert told("public")[1:] == ["Mine too.", "acknowledge"]
    assert told("ours") == ["hand_over", "accept", "note"]


def test_of_a_long_life_the_beginning_and_the_end_are_shown(
    session: Session, signed_in: SignIn, accepted: Accepted, cast: Cast, now: datetime
) -> None:
    issue = accepted()
    for number in range(80):
        move.note(session, issue.id, f"Note {number} of many.", by=cast.cara, now=now - h(1))
    cara = signed_in("cara")
    page = cara.get(f"/issues/{issue.id}").text
    assert "Note 79 of many." in page
    assert "Note 20 of many." not in page
    assert "Note 20 of many." in cara.get(f"/issues/{issue.id}?whole=1").text
    part = cara.get(
        f"/issues/{issue.id}?show=ours", headers={"HX-Request": "true", "HX-Target": "timeline"}
    ).text  # fmt: skip
    assert part.lstrip().startswith('<div id="timeline"')


def test_a_department_is_named_with_how_long_it_had_it(
    session: Session, accepted: Accepted, cast: Cast, now: datetime
) -> None:
    issue = accepted()
    seen = find.issue(session, cast.lina, issue.id, now)
    held = lifeline.promised(Reader("en", UTC, now), seen)[1].held
    assert [(place.name, span) for place, span in held] == [("Care", h(3))]
