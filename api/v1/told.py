"""What an address outside is sent: one signed POST for each thing that happened, described in the OpenAPI document."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Response, status
from pydantic import ConfigDict, Field

from api.v1.paging import Shape

webhooks = APIRouter(tags=["webhooks"], generate_unique_id_function=lambda route: f"told_{route.name}")

_SENTENCE = (
    "\u2068Norva Mini\u2069: 30-minute volume 412, usually 38; 71% from one thread on \u2068Mastodon\u2069, started by "
    "\u2068Tomas Berg\u2069 at 14:05; negative share 62% (usually 18%)."
)
_SPIKE = {
    "id": 12, "title": "Norva Mini", "kind": "spike", "topic": "Norva Mini", "status": "open", "observed": 412.3,
    "typical": 38.1, "sentence": _SENTENCE, "is_demo": False, "url": "https://hearback.example.org/spikes/12",
}  # fmt: skip
_CRISIS = {
    "id": 3, "title": "Norva Mini", "topic": "Norva Mini", "status": "open", "version": 4, "sentence": _SENTENCE,
    "is_demo": False, "url": "https://hearback.example.org/crises/3",
}  # fmt: skip
_ISSUE = {
    "id": 41, "title": "The handle gets hot", "author": "Reza", "source": "mastodon", "kind": "complaint",
    "mood": "negative", "status": "handed", "version": 7, "department": "Product", "topic": "Norva Mini",
    "triage_due": "2026-11-21T20:00:00+00:00", "is_demo": False, "url": "https://hearback.example.org/issues/41",
}  # fmt: skip


def _sent(kind: str, **data: Any) -> ConfigDict:
    body: Any = {"type": kind, "timestamp": "2026-11-21T14:36:00+00:00", "data": data}
    return ConfigDict(json_schema_extra={"examples": [body]})


class Incident(Shape):
    """An incident as it is when it is told; `observed` and `typical` are shares for a surge, else mentions."""

    model_config = ConfigDict(extra="forbid")

    id: int
    title: str = Field(description="The topic, or the feed that is silent.")
    kind: Literal["spike", "drop", "surge", "silence"]
    topic: str = Field(default="", description="Left out for a feed.")
    status: Literal["open", "closed"]
    observed: float
    typical: float
    sentence: str = Field(description="All of it in one sentence, in English and UTC; names stand in isolates.")
    is_demo: bool
    url: str


class IncidentData(Shape):
    """The incident, and the moment of it that is told."""

    model_config = ConfigDict(extra="forbid")

    spike: Incident
    reason: str = Field(description="spike, spike_rose, spike_over, feed_silent or feed_heard.")
    moment: int = Field(description="Each moment is told once.")
    move: Literal["opened", "rose", "closed"]
    sort: str
    topic: str
    observed: float
    typical: float


class IncidentTold(Shape):
    """An incident opened, rose or ended."""

    model_config = _sent(
        "spike.opened", spike=_SPIKE, reason="spike", moment=77, move="opened", sort="spike", topic="Norva Mini",
        observed=412, typical=38,
    )  # fmt: skip

    type: Literal["spike.opened", "spike.rose", "spike.closed"]
    timestamp: datetime
    data: IncidentData


class CrisisTold(Shape):
    """Somebody, or the alarm, moved a crisis on."""

    model_config = _sent(
        "crisis.instructed", crisis=_CRISIS, reason="crisis_moved", move="instructed", by="Max", topic="Norva Mini",
        words="Say nothing about the cause until Petra confirms.", version=4,
    )  # fmt: skip

    type: Literal[
        "crisis.declared", "crisis.grew", "crisis.assigned", "crisis.instructed", "crisis.holding", "crisis.noted",
        "crisis.stood_down",
    ]  # fmt: skip
    timestamp: datetime
    data: dict[str, Any]


class IssueTold(Shape):
    """Something happened to an issue: `issue.` and the move (opened, acknowledge, hand_over, …), at_risk or broken."""

    model_config = _sent(
        "issue.hand_over", issue=_ISSUE, reason="handed_over", move="hand_over", by="Lina", words="",
    )  # fmt: skip

    type: str = Field(pattern=r"^issue\.[a-z_]+$")
    timestamp: datetime
    data: dict[str, Any]


MessageId = Annotated[str, Header(alias="webhook-id", description="The same through every try of one message.")]
Timestamp = Annotated[str, Header(alias="webhook-timestamp", description="Unix seconds of this try.")]
Signature = Annotated[
    str,
    Header(
        alias="webhook-signature",
        description="`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body` under the webhook's secret.",
    ),
]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    410: {"description": "Never written to again."},
    422: {"description": "As every other answer: tried again, for a day and a half, then given up visibly."},
}


def _of_an_incident(body: IncidentTold, id: MessageId, timestamp: Timestamp, signature: Signature) -> Response:
    """Told once a moment, and never of an incident that is hushed, snoozed or a false alarm.

    `kind` is spike, drop, surge or silence. An end is told of what was told before.
    """
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _of_a_crisis(body: CrisisTold, id: MessageId, timestamp: Timestamp, signature: Signature) -> Response:
    """Told at any hour, once a move; `data.crisis` is the crisis, the rest what was done."""
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _of_an_issue(body: IssueTold, id: MessageId, timestamp: Timestamp, signature: Signature) -> Response:
    """Told once a move and once a warning; `data.issue` is the issue, the rest what was done."""
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _describe(event: str, summary: str, shape: Callable[..., Response]) -> None:
    describe = webhooks.post(
        event, summary=summary, name=event.replace(".", "_").replace("*", "any"), responses=_ANSWERS,
        status_code=status.HTTP_204_NO_CONTENT, response_description="Any 2xx is a yes.",
    )  # fmt: skip
    describe(shape)


for _event, _summary in (
    ("spike.opened", "Something unusual began"),
    ("spike.rose", "An incident escalated"),
    ("spike.closed", "An incident is over"),
):
    _describe(_event, _summary, _of_an_incident)
for _event, _summary in (
    ("crisis.declared", "A crisis was declared"),
    ("crisis.grew", "A crisis grew"),
    ("crisis.assigned", "Somebody got a role"),
    ("crisis.instructed", "The instruction changed"),
    ("crisis.holding", "The holding statement changed"),
    ("crisis.noted", "Somebody noted something"),
    ("crisis.stood_down", "A crisis is over"),
):
    _describe(_event, _summary, _of_a_crisis)
_describe("issue.*", "An issue moved on", _of_an_issue)
