"""Who works here, and what they promised."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import people, rights
from triage.models import Role
from triage.refusals import BadInput, NobodyEligible, NoSuch


def test_an_actor_knows_their_role_and_where_they_work(session: Session, cast: Cast) -> None:
    assert cast.cara.role == Role.OWNER
    assert (cast.cara.department_ids, cast.cara.led_ids) == ({cast.care.id}, {cast.care.id})
    assert cast.olaf.department_ids == frozenset()
    people.update_member(session, cast.cara.member_id, active=False)
    for nobody in (cast.cara.member_id, 10**9):
        with pytest.raises(NoSuch):
            people.actor_of(session, nobody)


def test_only_active_insiders_of_an_enabled_department_are_eligible(
    session: Session, cast: Cast, now: datetime
) -> None:
    people.join_department(session, cast.olaf.member_id, cast.care.id)
    assert [one.name for one in people.eligible(session, cast.care.id)] == ["Cara"]
    people.update_member(session, cast.cara.member_id, active=False)
    assert people.eligible(session, cast.care.id) == []
    with pytest.raises(NobodyEligible):
        people.need_eligible(session, cast.care)
    people.update_department(session, cast.product.id, enabled=False)
    assert people.eligible(session, cast.product.id) == []
    assert [one.key for one in people.departments(session, enabled=True)] == ["care", "content"]


def test_the_queue_is_looked_after_even_when_nobody_listens(session: Session, cast: Cast) -> None:
    for name in ("lina", "max", "ada"):
        actor = getattr(cast, name)
        assert people.triagers(session) == [actor.member_id]
        if name != "ada":
            people.update_member(session, actor.member_id, active=False)


def test_a_new_policy_is_a_new_row_and_holds_from_its_moment(session: Session, cast: Cast, now: datetime) -> None:
    made = people.new_policy(session, now=now, name="Faster", triage_hours=6, warn_at=[80])
    assert people.current_policy(session).id == made.id
    assert people.current_policy(session, now - timedelta(days=1)).id == cast.policy.id
    terms = people.terms_of(made)
    assert (terms.triage_hours, terms.resolution_hours, terms.warn_at) == (6, 24, (80,))


def test_before_the_first_policy_there_is_none(session: Session) -> None:
    with pytest.raises(NoSuch):
        people.current_policy(session)


@pytest.mark.parametrize(
    "numbers",
    [
        {"triage_hours": 0}, {"triage_hours": -1}, {"triage_hours": float("nan")}, {"triage_hours": float("inf")},
        {"triage_hours": "12"}, {"triage_hours": True}, {"resolution_hours": 10_000}, {"warn_at": [0]},
        {"warn_at": [100]}, {"warn_at": [50, 50]}, {"warn_at": "50"}, {"patience": 3},
    ],
)  # fmt: skip
def test_a_policy_nobody_can_keep_is_refused(session: Session, now: datetime, numbers: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refused:
        people.new_policy(session, now=now, **numbers)
    assert refused.value.field == next(iter(numbers))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"key": "Care Team"}, "key"), ({"key": "care"}, "key"), ({"key": ""}, "key"), ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"), ({"timezone": "Mars"}, "timezone"), ({"hours": {"mon": [["9", "8"]]}}, "hours"),
        ({"hours": {}}, "hours"),
    ],
)  # fmt: skip
def test_a_department_that_cannot_work_is_refused(
    session: Session, cast: Cast, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        people.create_department(session, **{"key": "press", "name": "Press", **values})
    assert refused.value.field == field
    assert "%" not in str(refused.value)


def test_hours_are_kept_as_they_are_read(session: Session, cast: Cast) -> None:
    hours = {"mon": [["14:00", "18:00"], ["09:00", "13:00"]], "holidays": ["2026-03-21"]}
    changed = people.update_department(session, cast.care.id, hours=hours, timezone="Asia/Tehran")
    assert changed.hours == {"mon": [["09:00", "13:00"], ["14:00", "18:00"]], "holidays": ["2026-03-21"]}
    calendar = people.hours_of(changed)
    assert calendar is not None
    assert calendar.timezone == "Asia/Tehran"
    assert people.hours_of(people.update_department(session, cast.care.id, hours=None)) is None
    # another zone alone keeps the windows
    people.update_department(session, cast.product.id, hours=hours)
    assert people.update_department(session, cast.product.id, timezone="Europe/Berlin").hours is not None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"), ({"name": "\x00"}, "name"), ({"email": "nobody"}, "email"), ({"email": "a@b, c@d"}, "email"),
        ({"email": "CARA@example.org"}, "email"), ({"role": "king"}, "role"), ({"language": "xx"}, "language"),
        ({"timezone": "Mars"}, "timezone"), ({"channels": [""]}, "channels"),
    ],
)  # fmt: skip
def test_a_member_that_cannot_be_is_refused(
    session: Session, cast: Cast, now: datetime, values: dict[str, Any], field: str
) -> None:
    given = {"name": "Ravi", "email": "ravi@example.org", "role": "owner", "now": now}
    with pytest.raises(BadInput) as refused:
        people.create_member(session, **{**given, **values})
    assert refused.value.field == field


def test_somebody_stays_administrator(session: Session, cast: Cast) -> None:
    for changes in ({"active": False}, {"role": "owner"}):
        with pytest.raises(BadInput, match="administrator"):
            people.update_member(session, cast.ada.member_id, **changes)
        # a refusal leaves nothing behind, whatever the caller does next
        assert people.admins(session) == [cast.ada.member_id]
    people.update_member(session, cast.max.member_id, role="admin")
    people.update_member(session, cast.ada.member_id, active=False)


def test_a_member_keeps_their_own_address_and_unknown_fields_are_refused(session: Session, cast: Cast) -> None:
    people.update_member(session, cast.cara.member_id, email="cara@example.org", name="Cara Blum")
    with pytest.raises(BadInput):
        people.update_member(session, cast.cara.member_id, id=3)
    with pytest.raises(NoSuch):
        people.update_member(session, 10**9, name="Nobody")


def test_departments_of_a_member_are_set_as_a_whole(session: Session, cast: Cast) -> None:
    people.set_departments(session, cast.cara.member_id, {cast.content.id: "member", cast.product.id: "lead"})
    actor = people.actor_of(session, cast.cara.member_id)
    assert (actor.department_ids, actor.led_ids) == ({cast.content.id, cast.product.id}, {cast.product.id})
    people.leave_department(session, cast.cara.member_id, cast.content.id)
    assert people.actor_of(session, cast.cara.member_id).department_ids == {cast.product.id}
    with pytest.raises(NoSuch):
        people.set_departments(session, cast.cara.member_id, {10**9: "member"})
    assert people.actor_of(session, cast.cara.member_id).department_ids == {cast.product.id}


def test_an_outsider_sees_nothing_even_as_a_member_of_a_department(session: Session, make: Maker, cast: Cast) -> None:
    people.join_department(session, cast.olaf.member_id, cast.care.id)
    olaf = people.actor_of(session, cast.olaf.member_id)
    issue = make.issue(department_id=cast.care.id)
    assert not rights.may_see(olaf, issue)
    assert rights.allowed(olaf, issue) == ()
    assert [name for name in ("cara", "conor", "petra", "lina", "max", "ada") if rights.may_see(getattr(cast, name), issue)] == [
        "cara", "lina", "max", "ada",
    ]  # fmt: skip


def test_a_deputy_stands_in_while_no_lead_is_here(session: Session, cast: Cast, now: datetime) -> None:
    people.join_department(session, cast.petra.member_id, cast.care.id, is_deputy=True)
    assert [one.name for one in people.eligible(session, cast.care.id)] == ["Cara"]
    assert people.leads(session, cast.care.id) == [cast.cara.member_id]
    people.update_member(session, cast.cara.member_id, away_until=now + timedelta(days=3))
    assert [one.name for one in people.eligible(session, cast.care.id)] == ["Petra"]
    assert people.leads(session, cast.care.id) == [cast.petra.member_id]


def test_each_department_is_told_apart_where_all_are_asked_at_once(session: Session, cast: Cast, now: datetime) -> None:
    people.join_department(session, cast.petra.member_id, cast.care.id, is_deputy=True)
    people.update_member(session, cast.conor.member_id, away_until=now + timedelta(days=3))
    places = [cast.care, cast.content, cast.product]
    found = people.eligible_in(session, places)
    assert [[one.name for one in found[place.id]] for place in places] == [["Cara"], [], ["Petra"]]


def test_who_was_away_is_here_again_when_it_is_over(session: Session, cast: Cast, now: datetime) -> None:
    people.update_member(session, cast.cara.member_id, away_until=now + timedelta(days=3))
    assert people.eligible(session, cast.care.id) == []
    assert people.come_back(session, now + timedelta(days=2)) == 0
    assert people.come_back(session, now + timedelta(days=3)) == 1
    assert [one.name for one in people.eligible(session, cast.care.id)] == ["Cara"]


def test_nobody_is_their_own_deputy(session: Session, cast: Cast) -> None:
    with pytest.raises(BadInput):
        people.join_department(session, cast.cara.member_id, cast.care.id, is_lead=True, is_deputy=True)
