"""Settings a person can finish: departments, how one is told, promised times, changes, first steps."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts import Scope
from listener.models import Topic
from tests.api.conftest import Bearer, SignIn
from tests.triage.conftest import Cast
from triage import people
from triage.models import Audit, Policy

WEEK = {"sat": ["09:00", "13:00", "14:00", "18:00"], "holidays": ["2027-03-21", ""]}


# departments


def test_a_department_keeps_its_working_hours(signed_in: SignIn, session: Session) -> None:
    client = signed_in("ada")
    added = client.post("/departments", data={"key": "legal", "name": "Legal", "timezone": "UTC"})
    legal = people.department(session, "legal")
    assert added.headers["location"] == f"/departments/{legal.id}"
    given = {"name": "Legal", "timezone": "Asia/Tehran", "enabled": "true", **WEEK}
    assert client.post(f"/departments/{legal.id}", data=given).status_code == 303
    assert legal.hours == {"sat": [["09:00", "13:00"], ["14:00", "18:00"]], "holidays": ["2027-03-21"]}
    shown = client.get(f"/departments/{legal.id}").text
    assert shown.count('name="sat" value="') == 6  # room for one more window
    assert 'value="2027-03-21"' in shown
    wrong = client.post(f"/departments/{legal.id}", data={**given, "sat": ["09:00", "08:00"]})
    assert wrong.status_code == 422
    assert "Saturday: 09:00 to 08:00 ends before it begins" in wrong.text
    assert client.post(f"/departments/{legal.id}", data={**given, "around": "true"}).status_code == 303
    assert legal.hours is None


def test_a_week_is_filled_in_without_being_saved(signed_in: SignIn, session: Session, cast: Cast) -> None:
    given = {"name": "Care", "timezone": "UTC", "enabled": "true", "fill": "sat_wed"}
    answer = signed_in("ada").post(f"/departments/{cast.care.id}", data=given)
    assert answer.status_code == 200
    assert answer.text.count('value="17:00"') == 5
    assert cast.care.hours is None


def test_what_closes_at_midnight_closes_at_the_end_of_the_day(signed_in: SignIn, session: Session, cast: Cast) -> None:
    given = {"name": "Care", "timezone": "UTC", "enabled": "true", "mon": ["18:00", "00:00"]}
    assert signed_in("ada").post(f"/departments/{cast.care.id}", data=given).status_code == 303
    assert cast.care.hours == {"mon": [["18:00", "24:00"]], "holidays": []}


def test_people_are_placed_in_a_department(signed_in: SignIn, session: Session, cast: Cast) -> None:
    client = signed_in("ada")
    parts = [f"{cast.cara.member_id}:lead", f"{cast.petra.member_id}:deputy", f"{cast.conor.member_id}:"]
    assert client.post(f"/departments/{cast.care.id}/members", data={"part": parts}).status_code == 303
    assert [one.name for one in people.eligible(session, cast.care.id)] == ["Cara"]
    away = {"name": "Cara", "email": "cara@example.org", "role": "owner", "timezone": "UTC", "active": "true",
            "place": [f"{cast.care.id}:lead"], "away_until": "2026-12-01"}  # fmt: skip
    assert client.post(f"/people/members/{cast.cara.member_id}", data=away).status_code == 303
    assert [one.name for one in people.eligible(session, cast.care.id)] == ["Petra"]
    assert "away until" in client.get("/people").text


def test_a_department_nobody_can_take_issues_of_says_so(signed_in: SignIn, session: Session, cast: Cast) -> None:
    people.leave_department(session, cast.cara.member_id, cast.care.id)
    assert "Nobody can be handed an issue here." in signed_in("lina").get(f"/departments/{cast.care.id}").text


# how one is told


def test_everybody_chooses_how_they_are_told(signed_in: SignIn, session: Session, cast: Cast) -> None:
    client, member = signed_in("cara"), people.member(session, cast.cara.member_id)
    given = {"by_email": "true", "another": "ntfy://topic-nobody-knows", "quiet_from": "22:00", "quiet_until": "07:00",
             "digest": "daily", "digest_at": "08:30", "away_until": ""}  # fmt: skip
    assert client.post("/me/notices", data=given).status_code == 303
    assert member.channels == ["email", "ntfy://topic-nobody-knows"]
    assert member.quiet_hours == {"from": "22:00", "until": "07:00"}
    assert (member.digest, member.digest_at) == ("daily", "08:30")
    shown = client.get("/me/notices").text
    assert "topic-nobody-knows" not in shown
    assert "ntfy://•••" in shown
    kept = {name: value for name, value in given.items() if name != "by_email"} | {"another": "", "keep": ["0"]}
    assert client.post("/me/notices", data=kept).status_code == 303
    assert member.channels == ["ntfy://topic-nobody-knows"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"another": "nonsense"}, "“nonsense”"), ({"quiet_until": "22:00"}, "Quiet hours end when they begin")],
)
def test_one_way_that_is_wrong_keeps_what_was_written(
    signed_in: SignIn, session: Session, cast: Cast, changed: dict[str, str], told: str
) -> None:
    given = {"quiet_from": "22:00", "quiet_until": "07:00", "digest": "each", "digest_at": "08:00", **changed}
    answer = signed_in("cara").post("/me/notices", data=given)
    assert answer.status_code == 422
    assert 'name="quiet_from" type="time" value="22:00"' in answer.text
    assert people.member(session, cast.cara.member_id).quiet_hours is None


def test_a_test_that_cannot_be_sent_says_why(signed_in: SignIn, session: Session, cast: Cast) -> None:
    people.update_member(session, cast.cara.member_id, channels=["email"])
    answer = signed_in("cara").post("/me/notices/test", data={"way": "-1"})
    assert answer.status_code == 422
    assert "HEARBACK_SMTP_URL" in answer.text


# changes


def test_a_change_is_told_with_what_stood_there(signed_in: SignIn, session: Session, cast: Cast) -> None:
    client = signed_in("ada")
    client.post(f"/departments/{cast.care.id}", data={"name": "Calm", "timezone": "UTC", "enabled": "true"})
    shown = client.get("/changes").text
    assert '<del dir="auto">Care</del>' in shown
    assert '<ins dir="auto">Calm</ins>' in shown
    assert "Calm" in client.get(f"/changes?subject=department&by={cast.ada.member_id}&first=2026-11-21").text
    assert "No changes" in client.get("/changes?first=2026-11-22").text
    assert signed_in("lina").get("/changes").status_code == 403
    rows = session.scalars(select(Audit)).all()
    assert [(row.what, row.subject) for row in rows] == [("changed", "department")]


# promised times


NUMBERS = {
    "name": "Faster", "triage_hours": "6", "resolution_hours": "12,5", "late_after_hours": "12", "late_hours": "4",
    "pause_hours": "72", "reopen_hours": "168", "join_hours": "48", "at_risk_hours": "2", "warn_at": "50, 75, 90",
}  # fmt: skip


def test_a_new_edition_is_tried_then_promised(signed_in: SignIn, session: Session, cast: Cast) -> None:
    client = signed_in("ada")
    assert "nothing was decided in that time" in client.post("/policy/try", data=NUMBERS).text
    assert client.post("/policy", data={**NUMBERS, "begins": "2026-12-01T00:00"}).status_code == 303
    made = session.scalars(select(Policy).where(Policy.name == "Faster")).one()
    assert (made.triage_hours, made.resolution_hours, made.warn_at) == (6.0, 12.5, [50, 75, 90])
    assert "begins" in client.get("/policy").text
    assert client.post(f"/policy/{made.id}/withdraw").status_code == 303
    assert session.get(Policy, made.id) is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"triage_hours": "soon"}, "Write the hours as a number"),
        ({"triage_hours": "0"}, "Hours must be more than 0"),
        ({"warn_at": "many"}, "Warnings are at most nine"),
        ({"begins": "2020-01-01T00:00"}, "begins now or later"),
    ],
)
def test_numbers_that_cannot_be_promised_are_said_beside_their_field(
    signed_in: SignIn, cast: Cast, changed: dict[str, str], told: str
) -> None:
    answer = signed_in("ada").post("/policy", data={**NUMBERS, **changed})
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="Faster"' in answer.text


def test_a_program_writes_an_edition_too(bearer: Bearer, session: Session, cast: Cast) -> None:
    client = bearer("ada", Scope.ADMIN)
    effects = client.post("/api/v1/policies/preview", json={"triage_hours": 6}).json()["items"]
    assert [one["promise"] for one in effects] == ["triage", "resolution"]
    made = client.post("/api/v1/policies", json={"name": "Faster", "triage_hours": 6}).json()
    assert (made["in_force"], made["triage_hours"], made["resolution_hours"]) == (True, 6.0, 24.0)
    assert client.delete(f"/api/v1/policies/{made['id']}").status_code == 422
    (line,) = client.get("/api/v1/audits?subject=policy").json()["items"]
    assert (line["by"], line["what"], line["becomes"]["triage_hours"]) == ("Ada", "made", 6.0)


# first steps


def test_the_first_step_listens_for_every_name_of_the_brand(signed_in: SignIn, session: Session, cast: Cast) -> None:
    client = signed_in("ada")
    assert 'href="/start"' in client.get("/inbox").text
    given = {"name": "Nimbo", "spellings": "نیمبو\nnimbo kettle\n", "confused": "nimbus cloud"}
    assert client.post("/start/brand", data=given).status_code == 303
    topic = session.scalars(select(Topic)).one()
    assert topic.query == '("Nimbo" OR "نیمبو" OR "nimbo kettle") AND NOT ("nimbus cloud")'
    shown = client.get("/start").text
    assert "Listening for:" in shown
    assert client.post("/start/brand", data=given).status_code == 422
    assert signed_in("max").get("/start").status_code == 403


def test_a_name_can_bring_no_operator_along(signed_in: SignIn, session: Session) -> None:
    given = {"name": 'Nim"bo OR', "spellings": "(x"}
    assert signed_in("ada").post("/start/brand", data=given).status_code == 303
    assert session.scalars(select(Topic.query)).one() == '"Nim bo OR" OR "(x"'


def test_the_steps_say_what_is_missing_and_can_be_skipped(signed_in: SignIn, session: Session, cast: Cast) -> None:
    people.create_department(session, key="legal", name="Legal")
    client = signed_in("ada")
    shown = client.get("/start").text
    assert "Nobody can take issues of:" in shown
    assert "the shipped one works" in shown
    assert client.post("/start/skip").headers["location"] == "/inbox"
    assert "Five short steps" not in client.get("/inbox").text
    assert "Five short steps" not in signed_in("max").get("/inbox").text


def test_a_program_tries_a_channel_of_its_owner(bearer: Bearer, session: Session, cast: Cast) -> None:
    client = bearer("cara", Scope.TRIAGE)
    assert client.post("/api/v1/me/test-notice", json={"channel": "email"}).status_code == 422
    people.update_member(session, cast.cara.member_id, channels=["email"])
    tried = client.post("/api/v1/me/test-notice", json={"channel": "email"}).json()
    assert tried["sent"] is False
    assert "HEARBACK_SMTP_URL" in tried["error"]
