"""An incident from three feeds on loopback to the people who are told, once, whatever dies in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.incident import AFTERWARDS, SHORT, WITHOUT, judge, set_up
from bench.scene import Scene, scene
from bench.stage import Stage
from bench.stepping import stepping
from listener import tasks
from listener.models import Feed, Topic, Volume
from listener.settings import settings
from listener.volume import BUCKET
from triage.channels import webhook

LEARNT = timedelta(days=7)  # as rows of volume
REPLAYED = timedelta(minutes=100)  # as posts over HTTP
BEGINS = timedelta(minutes=42, seconds=20)


class Killed(BaseException):
    """The worker is gone."""


@pytest.fixture
def play(now: datetime) -> Scene:
    return scene(now, now + REPLAYED, now + BEGINS)


@pytest.fixture
def stage(play: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with Stage(play) as opened:
        opened.clock = tmp_path / "now"
        monkeypatch.setenv("HEARBACK_ALLOW_HOSTS", f"127.0.0.1:{opened.port}")
        settings.cache_clear()
        yield opened
        for kept in (tasks.fetcher, webhook._client):  # the connections of this run alone
            kept().close()
            kept.cache_clear()
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize("dies_every", [0, 23])
def test_an_incident_is_told_once_in_time_with_its_first_post_and_source(
    session: Session, now: datetime, play: Scene, stage: Stage, dies_every: int
) -> None:
    """`dies_every` so many transactions the worker dies: before it has committed, or right after."""
    set_up(session, stage, now - LEARNT, is_told=True)
    _learnt(session, now)
    count = deaths = 0

    @contextmanager
    def transaction() -> Iterator[Session]:
        nonlocal count, deaths
        count += 1
        is_last = bool(dies_every) and count % dies_every == 0
        deaths += is_last
        with session.begin_nested():
            yield session
            if is_last and deaths % 2:
                raise Killed
        if is_last:
            raise Killed

    with stepping(now - SHORT, transaction) as doors:
        moment = now
        while moment <= play.end + AFTERWARDS:
            stage.clock.write_text(moment.isoformat())
            before = doors.at
            try:
                doors.go(moment, WITHOUT)
            except Killed:
                # whoever comes after it does the step again, a minute later
                session.expire_all()
                doors.at, moment = before, moment + timedelta(minutes=1)
                continue
            moment += SHORT
    outcome = judge(session, play, stage, now)
    assert outcome.failed == []
    assert outcome.notices["inapp"] == 2  # the listener and the manager
    assert bool(deaths) == bool(dies_every)


def _learnt(session: Session, now: datetime) -> None:
    """Write what the topic brought in the days before."""
    topic, feeds = session.scalars(select(Topic)).one(), list(session.scalars(select(Feed).order_by(Feed.id)))
    rows = [
        {"topic_id": topic.id, "feed_id": feed.id, "bucket": now - step * BUCKET, "total": 1, "distinct": 1.0, "negative": 0}
        for place, feed in enumerate(feeds)
        for step in range(1 + 5 * place, int(LEARNT / BUCKET), 3 + place)
    ]  # fmt: skip
    session.execute(insert(Volume), rows)
