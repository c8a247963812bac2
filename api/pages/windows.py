"""The topic and the time that a page about people or reputation is read for."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from api.reader import Reader
from listener import find as heard
from listener.models import Topic

CHOICES = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class Window:
    """Whole days of the reader's zone up to this moment, today included, and a topic of all there are."""

    topic: Topic | None
    topics: tuple[Topic, ...]
    days: int
    since: datetime
    until: datetime

    @property
    def query(self) -> str:
        """The window as it stands in an address."""
        return f"topic={self.topic.id if self.topic else ''}&days={self.days}"


def window(session: Session, reader: Reader, topic: str, days: int) -> Window:
    """Read a window from an address: the main topic where none is named, or none of ours."""
    topics = tuple(heard.topics(session))
    chosen = next((one for one in topics if str(one.id) == topic), None) or heard.main_topic(session)
    first = reader.local(reader.now).date() - timedelta(days=days - 1)
    # by the calendar: a day may have 23 or 25 hours
    return Window(chosen, topics, days, datetime.combine(first, time(), reader.zone), reader.now)
