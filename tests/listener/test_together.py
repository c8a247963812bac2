"""Many workers at once: nothing stored twice, nobody locked out, one answer to one key."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from listener import ingest, listening
from listener.kinds import Kind
from listener.models import Author, Delivery, Feed, Mention, Topic, Volume
from listener.store import store
from tests.listener.conftest import MakesItems

MARK = "together"


@pytest.fixture
def places(engine: Engine, now: datetime) -> Iterator[list[int]]:
    """Three feeds and two topics that every session sees; taken away afterwards with all they heard."""
    with Session(engine) as session, session.begin():
        feeds = [
            Feed(
                source="push", name=MARK, address="", options={}, own_handles=[], cursor={}, created_at=now, due_at=now
            )
            for _ in range(3)
        ]
        session.add_all(feeds)
        for query in ("kettle", "handle"):
            listening.create(session, name=f"{MARK} {query}", kind="brand", query=query, now=now)
        ids = [feed.id for feed in feeds]
    yield ids
    with Session(engine) as session, session.begin():
        session.execute(delete(Feed).where(Feed.id.in_(ids)))
        session.execute(delete(Topic).where(Topic.name.startswith(MARK)))
        session.execute(delete(Author).where(Author.native_id.startswith(MARK)))


def at_once(jobs: list[Callable[[], None]]) -> list[Exception]:
    """Run all jobs in threads that begin together; return what they raised."""
    gate, raised = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], None]) -> None:
        gate.wait()
        try:
            job()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def test_workers_that_hear_the_same_words_at_once_tell_every_copy(
    engine: Engine, places: list[int], say: MakesItems, now: datetime
) -> None:
    texts = [
        f"The handle of my kettle number {one * 7919} is far too hot to hold after {one} boils" for one in range(40)
    ]
    copies = [say(f"{MARK}-{at}", words, by=f"{MARK}{at % 7}") for at, words in enumerate(texts)]

    def hear(feed_id: int, turn: int) -> Callable[[], None]:
        def job() -> None:
            with Session(engine) as session, session.begin():
                items = copies[::-1] if turn % 2 else copies
                store(session, session.get_one(Feed, feed_id), items, now=now + timedelta(seconds=turn))

        return job

    assert at_once([hear(feed_id, turn) for turn, feed_id in enumerate(places * 3)]) == []
    with Session(engine) as session:
        mine = Mention.feed_id.in_(places)
        assert session.scalar(select(func.count()).where(mine)) == 120
        weighed = select(func.sum(Mention.weight)).where(mine, Mention.kind != Kind.SPAM)
        weight = session.scalar(weighed)
        distinct = session.scalar(select(func.sum(Volume.distinct)).where(Volume.feed_id.in_(places)))
        assert distinct == 2 * (weight or 0)
        authors = select(func.sum(Author.mentions)).where(Author.native_id.startswith(MARK))
        assert session.scalar(authors) == 120


def test_a_topic_can_be_removed_while_everybody_counts_for_it(
    engine: Engine, places: list[int], say: MakesItems, now: datetime
) -> None:
    def hear(number: int) -> Callable[[], None]:
        def job() -> None:
            for turn in range(3):
                with Session(engine) as session, session.begin():
                    items = [
                        say(f"{MARK}-{number}-{turn}-{one}", f"kettle {one * 31} handle", by=f"{MARK}")
                        for one in range(20)
                    ]
                    store(session, session.get_one(Feed, places[number % 3]), items, now=now)

        return job

    def remove() -> None:
        with Session(engine) as session, session.begin():
            topic_id = session.scalar(select(Topic.id).where(Topic.name == f"{MARK} kettle"))
            assert topic_id is not None
            listening.remove(session, topic_id)

    assert at_once([*(hear(number) for number in range(5)), remove]) == []
    with Session(engine) as session:
        assert session.scalar(select(func.count()).where(Mention.feed_id.in_(places))) == 300


def test_two_calls_with_one_key_at_once_are_stored_once(engine: Engine, places: list[int], now: datetime) -> None:
    body = b'{"items": [{"native_id": "1", "text": "a kettle", "created_at": "2026-11-21T09:00:00Z"}]}'
    answers: list[ingest.Received] = []

    def call() -> None:
        with Session(engine) as session, session.begin():
            answers.append(ingest.receive(session, session.get_one(Feed, places[0]), body, "one key", now))

    assert at_once([call] * 6) == []
    assert sorted(one.replayed for one in answers) == [False] + [True] * 5
    assert all(one.outcomes == answers[0].outcomes for one in answers)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).where(Delivery.feed_id == places[0])) == 1
