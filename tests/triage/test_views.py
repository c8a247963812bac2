"""Saved views: whose they are, who may change them, their order, and the one the inbox opens with."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast
from triage import views
from triage.find.views import default
from triage.find.views import views as seen_by
from triage.models import Audit, View
from triage.people import Actor
from triage.refusals import BadInput, NoSuch, NotYours


def names(session: Session, actor: Actor) -> list[str]:
    return [one.name for one in seen_by(session, actor)]


@pytest.fixture
def kept(session: Session, cast: Cast, now: datetime) -> dict[str, View]:
    """A view of Lina's, one of care's and one of everybody's."""
    return {
        "lina": views.make(session, "Persian", "lane=triage&language=fa", by=cast.lina, now=now),
        "care": views.make(session, "Refunds", "lane=all&q=refund", by=cast.cara, now=now, department_id=cast.care.id),
        "all": views.make(session, "Angry", "lane=triage&mood=negative", by=cast.max, now=now, everybody=True),
    }


def test_everybody_sees_their_own_their_departments_and_everybodys(
    session: Session, cast: Cast, kept: dict[str, View]
) -> None:
    assert names(session, cast.lina) == ["Persian", "Angry"]
    assert names(session, cast.cara) == ["Refunds", "Angry"]
    assert names(session, cast.petra) == ["Angry"]
    assert names(session, cast.max) == ["Refunds", "Angry"]
    assert [one.may_change for one in seen_by(session, cast.lina)] == [True, False]


def test_only_those_it_belongs_to_may_change_it(
    session: Session, cast: Cast, kept: dict[str, View], now: datetime
) -> None:
    with pytest.raises(NotYours):
        views.change(session, kept["all"].id, by=cast.lina, now=now, name="Mine now")
    with pytest.raises(NoSuch):
        views.delete(session, kept["lina"].id, by=cast.max, now=now)
    with pytest.raises(NotYours):
        views.make(session, "For all", "lane=all", by=cast.lina, now=now, everybody=True)
    with pytest.raises(NotYours):
        views.make(session, "For care", "lane=all", by=cast.petra, now=now, department_id=cast.care.id)
    views.change(session, kept["care"].id, by=cast.max, now=now, name="Money back")
    assert names(session, cast.cara) == ["Money back", "Angry"]


def test_the_inbox_opens_with_ones_own_before_the_departments_before_everybodys(
    session: Session, cast: Cast, kept: dict[str, View], now: datetime
) -> None:
    def opens(actor: Actor) -> str | None:
        found = default(seen_by(session, actor), actor)
        return found.name if found else None

    assert opens(cast.lina) is None
    views.change(session, kept["all"].id, by=cast.max, now=now, is_default=True)
    views.change(session, kept["care"].id, by=cast.cara, now=now, is_default=True)
    assert (opens(cast.lina), opens(cast.cara), opens(cast.max)) == ("Angry", "Refunds", "Angry")
    views.change(session, kept["lina"].id, by=cast.lina, now=now, is_default=True)
    second = views.make(session, "Second", "lane=late", by=cast.lina, now=now)
    views.change(session, second.id, by=cast.lina, now=now, is_default=True)
    session.refresh(kept["lina"])
    assert (opens(cast.lina), kept["lina"].is_default) == ("Second", False)


def test_they_stand_in_the_order_one_gives_them(session: Session, cast: Cast, now: datetime) -> None:
    made = [views.make(session, name, "lane=all", by=cast.lina, now=now) for name in ("one", "two", "three")]
    views.place(session, made[2].id, 1, by=cast.lina)
    assert names(session, cast.lina) == ["three", "one", "two"]
    views.place(session, made[2].id, 99, by=cast.lina)
    assert names(session, cast.lina) == ["one", "two", "three"]
    assert [one.position for one in seen_by(session, cast.lina)] == [1, 2, 3]


def test_names_and_addresses_that_cannot_be_kept_are_refused(session: Session, cast: Cast, now: datetime) -> None:
    for name, address in ((" ", "lane=all"), ("x" * 61, "lane=all"), ("a\x00b", "lane=all"), ("x", "q=" + "a" * 2000)):
        with pytest.raises(BadInput):
            views.make(session, name, address, by=cast.lina, now=now)


def test_what_is_shared_is_written_down_and_what_is_ones_own_is_not(
    session: Session, cast: Cast, kept: dict[str, View], now: datetime
) -> None:
    views.delete(session, kept["lina"].id, by=cast.lina, now=now)
    views.delete(session, kept["all"].id, by=cast.max, now=now)
    lines = session.execute(select(Audit.what, Audit.name).where(Audit.subject == "view").order_by(Audit.id)).all()
    assert [tuple(line) for line in lines] == [("made", "Refunds"), ("made", "Angry"), ("deleted", "Angry")]
