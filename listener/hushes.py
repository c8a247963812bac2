"""Quiet times: a topic muted by hand, and planned maintenance; begun, and ended before their time."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from listener.models import Feed, FeedState, Hush, HushSort, Topic

LONGEST_WHY = 500
LONGEST_MUTE = timedelta(days=366)
LONGEST = timedelta(days=31)  # of a maintenance: who forgets one would hear nothing for ever
JUDGED = timedelta(hours=1)  # what is older was judged and learnt already (listener/watching.py)


class BadHush(ValueError):
    """A quiet time that cannot be kept so: which field, and a sentence that says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def is_muted(session: Session, topic_id: int, now: datetime) -> bool:
    """Say whether a topic is muted: what is unusual in it is found, and not told."""
    return bool(session.scalar(select(exists().where(*_muted(topic_id, now)))))


def mute(session: Session, topic_id: int, *, until: datetime | None, why: str = "", by_id: int, now: datetime) -> Hush:
    """Mute a topic, without an end where `until` is empty; one that is muted gets the new end. Raise `BadHush`."""
    # of two who mute at once the second changes what the first began
    topic = session.get(Topic, topic_id, with_for_update={"key_share": True})
    if topic is None:
        raise BadHush("topic_id", "There is no such topic.")
    if until is not None and until <= now:
        raise BadHush("until", "This moment is past. Choose a later one, or leave it empty.")
    if until is not None and until > now + LONGEST_MUTE:
        raise BadHush("until", "A mute lasts a year at most. Leave the moment empty to end it yourself.")
    running = session.scalars(select(Hush).where(*_muted(topic_id, now)).order_by(Hush.id).limit(1)).first()
    if running is not None:
        running.ends_at, running.why = until, _why(why) or running.why
        session.flush()
        return running
    return _begun(session, HushSort.MUTE, topic_id, None, now, until, why, by_id, now, topic.is_demo)


def maintain(
    session: Session,
    *,
    topic_id: int | None = None,
    feed_id: int | None = None,
    starts_at: datetime,
    ends_at: datetime,
    why: str = "",
    by_id: int,
    now: datetime,
) -> Hush:
    """Plan a maintenance of a topic, of a feed, or of everything where both are empty; raise `BadHush`.

    While it lasts nothing it covers is judged, nothing is learnt, and no feed it covers is called silent.
    """
    if topic_id is not None and feed_id is not None:
        raise BadHush("feed_id", "Name a topic or a feed, not both.")
    topic = session.get(Topic, topic_id) if topic_id is not None else None
    if topic_id is not None and topic is None:
        raise BadHush("topic_id", "There is no such topic.")
    feed = session.get(Feed, feed_id) if feed_id is not None else None
    if feed_id is not None and (feed is None or feed.state == FeedState.DELETED):
        raise BadHush("feed_id", "There is no such feed.")
    if starts_at < now - JUDGED:
        raise BadHush("starts_at", "What is more than an hour past was judged already. Choose a later beginning.")
    if ends_at <= max(starts_at, now):
        raise BadHush("ends_at", "The end lies before the beginning, or is past. Choose a later one.")
    if ends_at - starts_at > LONGEST:
        raise BadHush("ends_at", "A maintenance lasts 31 days at most. Choose an earlier end.")
    is_demo = topic.is_demo if topic else bool(feed and feed.is_demo)
    return _begun(session, HushSort.MAINTENANCE, topic_id, feed_id, starts_at, ends_at, why, by_id, now, is_demo)


def end(session: Session, hush_id: int, *, by_id: int, now: datetime) -> Hush | None:
    """End a quiet time now; one that has not begun never begins, and one that is over stays as it was.

    Return it as it is then, or `None` where there is none.
    """
    hush = session.get(Hush, hush_id, with_for_update=True, populate_existing=True)
    if hush is not None and (hush.ends_at is None or hush.ends_at > now):
        hush.ends_at, hush.ended_by_id = max(hush.starts_at, now), by_id
        session.flush()
    return hush


def _muted(topic_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Hush.sort == HushSort.MUTE,
        Hush.topic_id == topic_id,
        Hush.starts_at <= now,
        or_(Hush.ends_at.is_(None), Hush.ends_at > now),
    )


def _begun(
    session: Session,
    sort: HushSort,
    topic_id: int | None,
    feed_id: int | None,
    starts_at: datetime,
    ends_at: datetime | None,
    why: str,
    by_id: int,
    now: datetime,
    is_demo: bool,
) -> Hush:
    hush = Hush(
        sort=sort, topic_id=topic_id, feed_id=feed_id, starts_at=starts_at, ends_at=ends_at, why=_why(why), by_id=by_id,
        created_at=now, is_demo=is_demo,
    )  # fmt: skip
    session.add(hush)
    session.flush()
    return hush


def _why(why: str) -> str:
    said = why.replace("\x00", "").strip()
    if len(said) > LONGEST_WHY:
        raise BadHush("why", "This reason is too long: 500 characters are the most.")
    return said
