"""What programs may do to an incident: snooze, wake, judge, and read what happened to it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from api.accounts import Scope
from listener import listening
from listener.models import Spike
from tests.api.conftest import Bearer, Cast

HOUR = timedelta(hours=1)


@pytest.fixture
def spike(session: Session, now: datetime) -> Spike:
    topic = listening.create(session, name="Nimbo", kind="brand", query="nimbo", now=now)
    made = Spike(
        topic_id=topic.id, sort="spike", started_at=now - HOUR, opened_at=now, last_at=now, observed=40.0, typical=4.0,
        score=3.0,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def test_an_incident_is_snoozed_woken_judged_and_tells_it(bearer: Bearer, spike: Spike, cast: Cast) -> None:
    lina, place = bearer("lina", Scope.TRIAGE), f"/api/v1/spikes/{spike.id}"
    assert lina.post(f"{place}/snooze", json={"until": "2026-11-21T15:00:00+01:00"}).json()["snoozed_until"] == (
        "2026-11-21T14:00:00Z"
    )
    assert lina.post(f"{place}/wake").json()["snoozed_until"] is None
    judged = lina.put(f"{place}/verdict", json={"verdict": "false"}).json()
    assert (judged["verdict"], judged["verdict_by_id"]) == ("false", cast.lina.member_id)
    assert lina.put(f"{place}/verdict", json={"verdict": None}).json()["verdict"] is None
    told = lina.get(f"{place}/moments").json()["items"]
    assert [one["sort"] for one in told] == ["snoozed", "woken", "judged", "judged"]
    assert told[0]["data"] == {"until": "2026-11-21T14:00:00+00:00"}
    assert {one["by_id"] for one in told} == {cast.lina.member_id}


def test_what_cannot_be_is_refused(bearer: Bearer, spike: Spike) -> None:
    lina, place = bearer("lina", Scope.TRIAGE), f"/api/v1/spikes/{spike.id}"
    answer = lina.post(f"{place}/snooze", json={"until": "2026-11-21T11:00:00Z"})
    assert (answer.status_code, answer.json()["data"]["field"]) == (422, "until")
    assert lina.put(f"{place}/verdict", json={"verdict": "maybe"}).status_code == 422
    for method, path in (("post", "wake"), ("get", "moments")):
        assert lina.request(method, f"/api/v1/spikes/999999/{path}").status_code == 404
    assert lina.put("/api/v1/spikes/999999/verdict", json={"verdict": "real"}).status_code == 404
