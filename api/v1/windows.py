"""Which topic and which time a question about people or reputation means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Query
from pydantic import AwareDatetime
from sqlalchemy.orm import Session

from api.dependencies import Now
from listener import find as heard
from listener.models import Topic
from triage.refusals import BadInput, NoSuch

LONGEST = timedelta(days=732)


@dataclass(frozen=True, slots=True)
class Window:
    """A topic (`None`: the main one) and the time of posting that counts."""

    topic_id: int | None
    since: datetime
    until: datetime

    @staticmethod
    def of(usual: timedelta) -> Callable[..., "Window"]:
        """Return the reading of a window that is `usual` long where nothing is said."""

        def read(
            now: Now,
            topic_id: Annotated[int | None, Query(description="The first brand listened for if left out.")] = None,
            start: Annotated[
                AwareDatetime | None, Query(alias="from", description=f"{usual.days} days before `to` if left out.")
            ] = None,
            to: Annotated[AwareDatetime | None, Query(description="Not included; now if left out.")] = None,
        ) -> Window:
            until = to or now
            since = start or until - usual
            if since >= until:
                raise BadInput("from", "The end of the period must come after its start.")
            if until - since > LONGEST:
                raise BadInput("from", "A period can be two years long at most.")
            return Window(topic_id, since, until)

        return read

    @staticmethod
    def zone(name: str) -> ZoneInfo:
        """Return a time zone by its name; raise `BadInput`."""
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            sentence = "“%(name)s” is not a time zone: write it like Asia/Tehran."
            raise BadInput("timezone", sentence, name=name) from None


def topic_of(session: Session, topic_id: int | None) -> Topic:
    """Return the topic that is meant; raise `NoSuch` where there is none."""
    found = heard.main_topic(session) if topic_id is None else heard.topic(session, topic_id)
    if found is None:
        raise NoSuch("topic", topic_id or "")
    return found
