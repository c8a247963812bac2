"""The timetable nudges tasks that exist, on queues somebody takes from; a process gives a sign only while it works."""

import importlib
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from listener import heartbeat
from listener.clock import utc_now
from listener.database import transaction
from listener.heartbeat import Sign
from triage import worker
from triage.process import TASKS
from triage.pulse import Pulse

NAME = "tester@here"


@pytest.fixture
def pulse(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulse]:
    monkeypatch.setattr(heartbeat, "EVERY", 0.05)
    begun = Pulse(NAME, "tester")
    yield begun
    begun.end()


def sign() -> Sign | None:
    with transaction() as session:
        return next((one for one in heartbeat.signs(session) if one.name == NAME), None)


def wait_for_sign(after: Sign | None = None) -> Sign:
    for _ in range(200):
        found = sign()
        if found and (after is None or found.at > after.at):
            return found
        time.sleep(0.05)
    raise AssertionError("no sign came")


def test_every_nudge_names_a_task_that_the_workers_of_its_queue_know(engine: Engine) -> None:
    for modules in TASKS.values():
        for module in modules:
            importlib.import_module(module)
    assert {queue for queue, _ in worker.TIMETABLE.values()} == TASKS.keys()
    for task, (queue, _) in worker.TIMETABLE.items():
        assert worker.app.tasks[task].__module__ in TASKS[queue]
    assert worker.app.amqp.router.route({}, "listener.poll")["queue"].name == worker.HEARING


def test_a_nudge_nobody_took_is_dropped_and_a_slow_one_is_not_dropped_too_soon(engine: Engine) -> None:
    for entry in worker.timetable().values():
        seconds = entry["schedule"].run_every.total_seconds()
        assert 2 * seconds <= entry["options"]["expires"] <= max(10, 2 * seconds)


def test_nothing_is_said_without_a_nudge_and_the_sign_grows_with_each(pulse: Pulse) -> None:
    time.sleep(0.3)
    assert sign() is None
    pulse.nudge()
    first = wait_for_sign()
    time.sleep(0.3)
    assert sign() == first
    pulse.nudge()
    assert wait_for_sign(after=first).started_at == first.started_at


def test_who_ends_in_order_takes_the_sign_back(engine: Engine) -> None:
    begun = Pulse(NAME, "tester")
    begun.nudge()
    wait_for_sign()
    begun.end()
    assert sign() is None


def test_a_machine_that_starts_anew_takes_back_its_own_signs_only(engine: Engine) -> None:
    now = utc_now()
    with transaction() as session:
        for name in ("hearing@here", "beat@here", "hearing@there"):
            heartbeat.beat(session, name, name.partition("@")[0], now, now)
        heartbeat.leave_host(session, "here")
        assert [one.name for one in heartbeat.signs(session)] == ["hearing@there"]
        heartbeat.leave(session, "hearing@there")
