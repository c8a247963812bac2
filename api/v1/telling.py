"""An incident as it is told: its one sentence, and who was told of it."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from api.dependencies import Database, require
from api.v1.paging import Shape, Stretch, example
from api.v1.problems import NOT_HERE
from api.v1.windows import Window
from listener import find as heard
from triage import people
from triage.aloud import aloud
from triage.find.incidents import told
from triage.refusals import NoSuch

router = APIRouter(prefix="/spikes", tags=["spikes"])
Insider = Annotated[people.Actor, Depends(require())]

_SENTENCE = {
    "sentence": "\u2068Norva Mini\u2069: 30-minute volume 412, usually 38; 71% from one thread on "
    "\u2068Mastodon\u2069, started by \u2068Tomas Berg\u2069 at 14:05; negative share 62% (usually 18%).",
    "language": "en", "timezone": "Europe/Berlin",
}  # fmt: skip
_TOLD = {
    "name": "Max", "channel": "email", "reason": "spike", "state": "sent", "at": "2026-11-21T14:36:00Z",
    "sent_at": "2026-11-21T14:36:02Z", "read_at": None, "next_try_at": "2026-11-21T14:36:00Z",
}  # fmt: skip


class Sentence(Shape):
    """An incident as a person reads it aloud. Names in it stand in isolates (U+2068 … U+2069)."""

    model_config = example(_SENTENCE)

    sentence: str
    language: str
    timezone: str


class ToldNotice(Shape):
    """One notice of an incident.

    `channel` is inapp, email, webhook, or the service an address belongs to. `state` is waiting (until `next_try_at`:
    a new try, or the end of quiet hours), sent, moot or given_up.
    """

    model_config = example(_TOLD)

    name: str
    channel: str
    reason: str
    state: str
    at: datetime
    sent_at: datetime | None
    read_at: datetime | None
    next_try_at: datetime


@router.get("/{spike_id}/sentence", summary="Read a spike aloud", responses=NOT_HERE)
def sentence(
    session: Database,
    acting: Insider,
    spike_id: int,
    language: Annotated[Literal["en", "fa", "ar", "he"] | None, Query(description="Yours where left out.")] = None,
    timezone: Annotated[str | None, Query(max_length=60, description="Yours where left out.")] = None,
) -> Sentence:
    """Say how large it is, who carries it, what began it and how the mood turned, in one sentence."""
    spike = heard.spike(session, spike_id)
    if spike is None:
        raise NoSuch("spike", spike_id)
    me = people.member(session, acting.member_id)
    spoken, zone = language or me.language, timezone or me.timezone
    topic = heard.topic(session, spike.topic_id) if spike.topic_id else None
    feed = heard.feed(session, spike.feed_id) if spike.feed_id else None
    about = topic.name if topic else feed.name if feed else ""
    place = Window.zone(zone).key
    return Sentence(sentence=aloud(spike, spike.cause, spoken, place, about), language=spoken, timezone=place)


@router.get("/{spike_id}/notices", summary="Read who was told of a spike", responses=NOT_HERE)
def notices(session: Database, acting: Insider, spike_id: int) -> Stretch[ToldNotice]:
    """List who was told of an incident, when and how it went, oldest first."""
    if heard.spike(session, spike_id) is None:
        raise NoSuch("spike", spike_id)
    return Stretch[ToldNotice](items=[ToldNotice.model_validate(one) for one in told(session, spike_id)])
