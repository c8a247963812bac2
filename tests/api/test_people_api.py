"""Departments, members, you, your tokens, your notices, and the webhooks: over the API."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api import accounts
from api.accounts import Scope
from api.v1.told import IncidentTold
from listener import incidents
from listener.models import MomentSort, Spike, Topic
from tests.api.conftest import Bearer, Cast, Maker, SignIn, TestClient
from triage import alarm, notify
from triage.channels.webhook import payload
from triage.parcels import Outcome

# you


def test_everybody_reads_who_they_are_an_outsider_too(signed_in: SignIn, cast: Cast) -> None:
    me = signed_in("cara").get("/api/v1/me").json()
    assert (me["name"], me["role"], me["department_ids"], me["scopes"]) == ("Cara", "owner", [cast.care.id], None)
    assert signed_in("olaf").get("/api/v1/me").json()["role"] == "outsider"


def test_a_token_reads_its_scopes(bearer: Bearer) -> None:
    assert bearer("cara", Scope.TRIAGE).get("/api/v1/me").json()["scopes"] == ["triage"]


def test_everybody_sets_how_they_are_told(signed_in: SignIn, bearer: Bearer) -> None:
    olaf = signed_in("olaf")
    given = {"language": "he", "timezone": "Asia/Jerusalem", "channels": ["email"],
             "quiet_hours": {"from": "22:00", "until": "07:00"}}  # fmt: skip
    assert given.items() <= olaf.patch("/api/v1/me", json=given).json().items()
    assert given.items() <= olaf.get("/api/v1/me").json().items()
    assert olaf.patch("/api/v1/me", json={"quiet_hours": None}).json()["quiet_hours"] is None
    assert olaf.get("/api/v1/me").json()["language"] == "he"
    assert olaf.patch("/api/v1/me", json={"role": "admin"}).status_code == 422
    assert bearer("cara", Scope.READ).patch("/api/v1/me", json={"language": "fa"}).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quiet_hours": {"from": "22:00", "until": "22:00"}}, "quiet_hours"),
        ({"quiet_hours": {"from": "22:00", "until": ""}}, "quiet_hours"),
        ({"quiet_hours": {"from": "late", "until": "07:00"}}, "quiet_hours"),
        ({"quiet_hours": {"from": "22:00", "until": "24:30"}}, "quiet_hours"),
        ({"channels": ["carrier pigeon"]}, "channels"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"language": None}, "language"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_its_field(
    signed_in: SignIn, changes: dict[str, Any], field: str
) -> None:
    answer = signed_in("cara").patch("/api/v1/me", json=changes)
    assert (answer.status_code, answer.json()["data"]["field"]) == (422, field)


# departments


def test_a_department_is_added_changed_and_listed(signed_in: SignIn) -> None:
    ada = signed_in("ada")
    made = ada.post("/api/v1/departments", json={"key": "legal", "name": "Legal", "timezone": "Asia/Tehran"})
    assert made.status_code == 201
    number = made.json()["id"]
    hours = {"mon": [["09:00", "13:00"], ["14:00", "18:00"]]}
    changed = ada.patch(f"/api/v1/departments/{number}", json={"hours": hours, "enabled": False})
    assert changed.json()["hours"]["mon"] == [["09:00", "13:00"], ["14:00", "18:00"]]
    assert ada.patch(f"/api/v1/departments/{number}", json={"hours": None}).json()["hours"] is None
    assert ada.get(f"/api/v1/departments/{number}").json()["name"] == "Legal"
    assert [one["key"] for one in ada.get("/api/v1/departments").json()["items"]] == [
        "care", "content", "legal", "product",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"key": "Care Team", "name": "x"}, "key"),
        ({"key": "care", "name": "x"}, "key"),
        ({"key": "new", "name": "x", "timezone": "Mars/Base"}, "timezone"),
        ({"key": "new", "name": "x", "hours": {"mon": [["18:00", "09:00"]]}}, "hours"),
    ],
)
def test_a_department_that_cannot_be_is_refused_with_its_field(
    signed_in: SignIn, body: dict[str, Any], field: str
) -> None:
    answer = signed_in("ada").post("/api/v1/departments", json=body)
    assert (answer.status_code, answer.json()["data"]["field"]) == (422, field)


# members


def test_a_member_is_added_changed_and_let_in_by_a_link(signed_in: SignIn, cast: Cast, visitor: TestClient) -> None:
    ada = signed_in("ada")
    body = {
        "name": "Nora", "email": "nora@example.org", "role": "owner", "language": "fa", "timezone": "Asia/Tehran",
        "channels": ["email"], "departments": [{"id": cast.product.id, "is_lead": False}],
        "quiet_hours": {"from": "23:00", "until": "06:30"},
    }  # fmt: skip
    made = ada.post("/api/v1/members", json=body)
    assert made.status_code == 201
    number = made.json()["id"]
    assert made.json()["departments"] == [{"id": cast.product.id, "is_lead": False, "is_deputy": False}]
    assert made.json()["quiet_hours"] == {"from": "23:00", "until": "06:30"}
    link = ada.post(f"/api/v1/members/{number}/sign-in-link").json()["url"]
    assert visitor.post(link.removeprefix("http://127.0.0.1:8000")).status_code == 303
    changed = ada.patch(f"/api/v1/members/{number}", json={"role": "listener", "departments": [], "quiet_hours": None})
    told = changed.json()
    assert (told["role"], told["departments"], told["quiet_hours"]) == ("listener", [], None)
    found = ada.get(f"/api/v1/members?department_id={cast.care.id}").json()["items"]
    assert [one["name"] for one in found] == ["Cara"]


def test_whoever_is_made_inactive_is_out_at_once(signed_in: SignIn, bearer: Bearer, cast: Cast) -> None:
    browser, program = signed_in("conor"), bearer("conor")
    assert browser.get("/api/v1/me").status_code == program.get("/api/v1/me").status_code == 200
    signed_in("ada").patch(f"/api/v1/members/{cast.conor.member_id}", json={"active": False})
    assert browser.get("/api/v1/me").status_code == program.get("/api/v1/me").status_code == 401
    refused = signed_in("ada").post(f"/api/v1/members/{cast.conor.member_id}/sign-in-link")
    assert refused.status_code == 422


def test_addresses_are_for_those_who_need_them(signed_in: SignIn, cast: Cast) -> None:
    path = f"/api/v1/members/{cast.lina.member_id}"
    seen = {name: signed_in(name).get(path).json() for name in ("cara", "max", "ada", "lina")}
    assert {name: one["email"] for name, one in seen.items()} == {
        "cara": None, "max": "lina@example.org", "ada": "lina@example.org", "lina": "lina@example.org",
    }  # fmt: skip
    assert {name: one["channels"] for name, one in seen.items()} == {"cara": None, "max": None, "ada": [], "lina": []}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channels": ["carrier pigeon"]}, "channels"),
        ({"channels": ["syslog://"]}, "channels"),
        ({"email": "cara@example.org"}, "email"),
        ({"language": "tlh"}, "language"),
        ({"name": None}, "name"),
    ],
)
def test_a_member_that_cannot_be_is_refused_with_its_field(
    signed_in: SignIn, cast: Cast, changes: dict[str, Any], field: str
) -> None:
    answer = signed_in("ada").patch(f"/api/v1/members/{cast.lina.member_id}", json=changes)
    assert (answer.status_code, answer.json()["data"]["field"]) == (422, field)


def test_the_last_administrator_stays_one(signed_in: SignIn, cast: Cast) -> None:
    answer = signed_in("ada").patch(f"/api/v1/members/{cast.ada.member_id}", json={"role": "manager"})
    assert answer.status_code == 422
    assert signed_in("ada").get("/api/v1/me").json()["role"] == "admin"


# tokens


def test_a_token_is_shown_once_and_works_until_it_is_ended(signed_in: SignIn, app: Any) -> None:
    cara = signed_in("cara")
    made = cara.post("/api/v1/tokens", json={"name": "export", "scopes": ["read"]}).json()
    program = TestClient(app, headers={"Authorization": f"Bearer {made['secret']}"})
    assert program.get("/api/v1/me").json()["name"] == "Cara"
    (listed,) = cara.get("/api/v1/tokens").json()["items"]
    assert "secret" not in listed
    assert cara.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert program.get("/api/v1/me").status_code == 401
    assert cara.delete(f"/api/v1/tokens/{made['id']}").status_code == 404


def test_nobody_sees_or_ends_anothers_token(signed_in: SignIn) -> None:
    number = signed_in("cara").post("/api/v1/tokens", json={"name": "hers"}).json()["id"]
    assert signed_in("ada").get("/api/v1/tokens").json()["items"] == []
    assert signed_in("ada").delete(f"/api/v1/tokens/{number}").status_code == 404


def test_a_token_for_the_past_or_without_a_scope_is_not_made(signed_in: SignIn, now: datetime) -> None:
    cara = signed_in("cara")
    gone = {"name": "x", "expires_at": (now - timedelta(hours=1)).isoformat()}
    assert cara.post("/api/v1/tokens", json=gone).json()["data"]["field"] == "expires_at"
    assert cara.post("/api/v1/tokens", json={"name": "x", "scopes": []}).status_code == 422
    assert cara.post("/api/v1/tokens", json={"name": "x", "scopes": ["root"]}).status_code == 422


# notices


def test_notices_are_listed_newest_first_and_marked_read(
    session: Session, signed_in: SignIn, cast: Cast, make: Maker, now: datetime
) -> None:
    issue = make.issue()
    for step in "abc":
        notify.tell(
            session, issue_id=issue.id, member_ids=[cast.cara.member_id], reason="reopened", step=step, data={}, now=now
        )
    cara = signed_in("cara")
    page = cara.get("/api/v1/notices?limit=2").json()
    assert [one["data"]["step"] for one in page["items"]] == ["c", "b"]
    rest = cara.get(f"/api/v1/notices?limit=2&cursor={page['next']}").json()
    assert ([one["data"]["step"] for one in rest["items"]], rest["next"]) == (["a"], None)
    first = page["items"][0]["id"]
    assert cara.post("/api/v1/notices/read", json={"ids": [first]}).json() == {"marked": 1, "unread": 2}
    assert len(cara.get("/api/v1/notices?unread=true").json()["items"]) == 2
    assert signed_in("conor").post("/api/v1/notices/read", json={}).json() == {"marked": 0, "unread": 0}
    assert cara.post("/api/v1/notices/read", json={}).json() == {"marked": 2, "unread": 0}


# webhooks


def test_a_webhook_is_added_told_replayed_and_removed(
    session: Session, signed_in: SignIn, make: Maker, now: datetime
) -> None:
    ada, issue = signed_in("ada"), make.issue()
    made = ada.post("/api/v1/webhooks", json={"url": "https://hooks.example.org/in"}).json()
    assert made["secret"].startswith("whsec_")
    assert "secret" not in ada.get("/api/v1/webhooks").json()["items"][0]
    path = f"/api/v1/webhooks/{made['id']}"
    notify.tell(session, issue_id=issue.id, member_ids=[], reason="moved", step="1", data={"move": "accept"}, now=now)
    (parcel,) = notify.claim(session, now)
    assert parcel.webhook_secret == made["secret"]
    notify.record(session, parcel.id, Outcome(sent=False, error="It said 400.", permanent=True), now)
    (failed,) = ada.get(f"{path}/deliveries?state=given_up").json()["items"]
    assert (failed["last_error"], failed["tries"]) == ("It said 400.", 1)
    again = ada.post(f"{path}/deliveries/{failed['id']}/replay").json()
    assert (again["state"], again["tries"], again["id"]) == ("waiting", 0, failed["id"])
    renewed = ada.post(f"{path}/secret").json()["secret"]
    assert renewed != made["secret"]
    assert ada.patch(path, json={"enabled": False}).json()["enabled"] is False
    assert ada.delete(path).status_code == 204
    assert ada.get(f"{path}/deliveries").status_code == 404


def test_what_a_webhook_is_sent_of_an_incident_is_what_the_document_says(
    session: Session, signed_in: SignIn, now: datetime
) -> None:
    signed_in("ada").post("/api/v1/webhooks", json={"url": "https://hooks.example.org/in"})
    topic = Topic(name="Norva", kind="brand", query="norva", created_at=now, updated_at=now)
    session.add(topic)
    session.flush()
    spike = Spike(topic_id=topic.id, sort="spike", started_at=now, opened_at=now, last_at=now, observed=412.3,
                  typical=38.1, score=3.0, baseline={"window_minutes": 30.0})  # fmt: skip
    session.add(spike)
    session.flush()
    sent = []
    for sort in (MomentSort.OPENED, MomentSort.ROSE, MomentSort.CLOSED):
        spike.closed_at = now if sort == MomentSort.CLOSED else None
        incidents.happened(session, spike, sort, now=now)
        alarm.round(session, now)
        (parcel,) = notify.claim(session, now)
        notify.record(session, parcel.id, Outcome(sent=True), now)
        sent.append(IncidentTold.model_validate(json.loads(json.dumps(payload(parcel), default=str))))
    assert [one.type for one in sent] == ["spike.opened", "spike.rose", "spike.closed"]
    assert [one.data.spike.status for one in sent] == ["open", "open", "closed"]
    assert sent[0].data.spike.sentence == "\u2068Norva\u2069: 30-minute volume 412, usually 38."


def test_an_incident_is_read_aloud_in_any_language_and_says_who_was_told(
    session: Session, signed_in: SignIn, cast: Cast, now: datetime
) -> None:
    topic = Topic(name="Norva", kind="brand", query="norva", created_at=now, updated_at=now)
    session.add(topic)
    session.flush()
    spike = Spike(topic_id=topic.id, sort="spike", started_at=now, opened_at=now, last_at=now, observed=412.3,
                  typical=38.1, score=3.0, baseline={"window_minutes": 30.0})  # fmt: skip
    session.add(spike)
    session.flush()
    incidents.happened(session, spike, MomentSort.OPENED, now=now)
    alarm.round(session, now)
    cara, path = signed_in("cara"), f"/api/v1/spikes/{spike.id}"
    assert cara.get(f"{path}/sentence").json()["sentence"].endswith(": 30-minute volume 412, usually 38.")
    aloud = cara.get(f"{path}/sentence?language=fa&timezone=Asia/Tehran").json()
    assert (aloud["language"], aloud["timezone"]) == ("fa", "Asia/Tehran")
    assert "۴۱۲" in aloud["sentence"]
    assert cara.get(f"{path}/sentence?language=tlh").status_code == 422
    assert cara.get(f"{path}/sentence?timezone=Mars/Base").status_code == 422
    told = cara.get(f"{path}/notices").json()["items"]
    assert {(one["name"], one["channel"], one["state"]) for one in told} == {
        ("Lina", "inapp", "sent"), ("Max", "inapp", "sent"),
    }  # fmt: skip
    assert cara.get("/api/v1/spikes/999999999/sentence").status_code == 404


@pytest.mark.parametrize("url", ["hooks.example.org", "ftp://hooks.example.org", "https://user:pw@hooks.example.org/"])
def test_a_webhook_that_cannot_be_told_is_not_added(signed_in: SignIn, url: str) -> None:
    answer = signed_in("ada").post("/api/v1/webhooks", json={"url": url})
    assert (answer.status_code, answer.json()["data"]["field"]) == (422, "url")


def test_a_password_is_counted_though_the_answer_is_a_refusal(
    session: Session, visitor: TestClient, cast: Cast
) -> None:
    accounts.set_password(session, cast.cara.member_id, "a long enough secret")
    for _ in range(5):
        assert visitor.post("/signin", data={"email": "cara@example.org", "password": "wrong"}).status_code == 401
    right = visitor.post("/signin", data={"email": "cara@example.org", "password": "a long enough secret"})
    assert right.status_code == 401
