"""The ground floor's doors for time: each opens a transaction, reads the clock and calls one room."""

from datetime import timedelta
from functools import cache

from celery import shared_task

from listener import clusters, heartbeat
from listener import detect as detecting
from listener import learn as learning
from listener import poll as polling
from listener.clock import utc_now
from listener.database import transaction
from listener.fetch import Fetcher
from listener.settings import settings

MOST_DUE = 200  # feeds one tick may send out; the next tick is two seconds away
PATIENCE = 20.0  # seconds a nudge to poll is worth something; a feed still due is nudged again


@cache
def fetcher() -> Fetcher:
    """Return this process's one kept-alive client."""
    return Fetcher(settings())


@shared_task(name="listener.tick")
def tick() -> None:
    """Find the feeds that are due and send each to whoever is free."""
    with transaction() as session:
        due = polling.due(session, utc_now(), MOST_DUE)
    for feed_id in due:
        poll.apply_async((feed_id,), expires=PATIENCE)


@shared_task(name="listener.poll")
def poll(feed_id: int) -> None:
    """Ask one feed what is new."""
    polling.round_of(feed_id, fetcher(), transaction, utc_now)


@shared_task(name="listener.detect")
def detect() -> None:
    """Judge the last buckets of volume."""
    with transaction() as session:
        detecting.judge_round(session, utc_now())


@shared_task(name="listener.housekeeping")
def housekeeping() -> None:
    """Forget the signs of processes that ended long ago, and likenesses too old to matter."""
    with transaction() as session:
        heartbeat.forget(session, before=utc_now() - timedelta(hours=1))
        clusters.forget(session, utc_now())


@shared_task(name="listener.learn")
def learn() -> None:
    """Learn kinds from what people said of them."""
    learning.round(transaction, utc_now)
