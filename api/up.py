"""The supervisor of `make run`: servers, schema, demo, then every process of a deployment as a child of ours."""

import json
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import FrameType

from api import processes, schema
from api.demo import stage
from api.environment import address, choose, demo_port, surroundings
from api.first import LINK_MINUTES, first_admin, ground, way_in
from api.settings import settings as showing
from api.voice import say, step
from listener import heartbeat
from listener.children import Child, ChildFailed, Children, last_words
from listener.clock import utc_now
from listener.database import engine, forget, transaction
from listener.embedded import Embedded, EmbeddedError
from listener.settings import VERSION, settings
from triage import people

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_WITHIN = 90.0  # seconds
DISK = 300_000_000  # bytes that must be free to begin
LOG_BYTES = 5_000_000  # a log longer than this is put aside at the next start


class CannotStart(Exception):
    """Why it does not start here, and what to do."""


def run(leave_with_parent: bool = False) -> int:
    """Start everything, keep it running until somebody says stop, then stop it; return the exit code.

    1. Servers: the embedded ones, unless both addresses are given.
    2. Schema, and on a first start the demo or the first administrator.
    3. API, workers, beat and the demo's feeds as children; ready when `/health/ready` says so.
    4. Bring back whatever dies, PostgreSQL and Valkey too.
    """
    for one in SIGNALS:
        signal.signal(one, _interrupt)
    parent, started = os.getppid(), time.monotonic()
    children = Children(say)
    embedded: Embedded | None = None
    say(f"Hearback {VERSION}\n")
    try:
        _check_port(showing().host, showing().port)
        if showing().demo:
            _check_port("127.0.0.1", demo_port())
        _check_disk(settings().state.absolute())
        embedded = _embedded(children)
        if embedded:
            with step("PostgreSQL and Valkey"), reading_ahead():
                choose(**embedded.start().environment)
        with step("Database schema"):
            schema.upgrade(engine())
        choose(**surroundings())
        _first_start()
        _start_processes(children)
        _invite(time.monotonic() - started)
        children.watch(until=lambda: leave_with_parent and os.getppid() != parent)
        return 0
    except KeyboardInterrupt:
        return 0
    except (CannotStart, EmbeddedError, ChildFailed) as trouble:
        say(f"\n{trouble}")
        return 1
    except OSError as trouble:
        say(
            f"\n{trouble.filename or settings().state} cannot be used: {trouble.strerror}. Mend that, then start again."
        )
        return 1
    finally:
        _stop(children, embedded)


@contextmanager
def reading_ahead() -> Iterator[None]:
    """Read what the processes need while the servers come up, which leave one processor idle."""
    reader = Thread(target=processes.read_ahead)
    reader.start()
    yield
    reader.join()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    for one in SIGNALS:  # once is enough: what follows is the orderly way down
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt


def _stop(children: Children, embedded: Embedded | None) -> None:
    if children.pids():
        say()
        with step("Stopping"):
            children.stop()
    if embedded:
        embedded.forget()


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Nothing can listen on {host}:{port}: {error.strerror}. If another program has it, stop that one "
                f"or choose another port: HEARBACK_PORT={showing().port + 10} make run"
            ) from None


def _check_disk(state: Path) -> None:
    folder = next(one for one in (state, *state.parents) if one.exists())
    free = shutil.disk_usage(folder).free
    if free < DISK:
        raise CannotStart(
            f"Only {free // 1_000_000} MB are free on the disk of {folder}; {DISK // 1_000_000} are needed to begin. "
            "Make room, or set HEARBACK_STATE to a folder on another disk."
        )


def _embedded(children: Children) -> Embedded | None:
    chosen = settings()
    if chosen.database_url and chosen.redis_url:
        return None
    if chosen.database_url or chosen.redis_url:
        given, missing = ("DATABASE_URL", "REDIS_URL") if chosen.database_url else ("REDIS_URL", "DATABASE_URL")
        raise CannotStart(f"{given} is set, {missing} is not. Set both, or neither: then both are started here.")
    return Embedded(chosen.state, children)


def _start_processes(children: Children) -> None:
    chosen, log = showing(), settings().state / "log"
    wanted: dict[str, Sequence[str]] = {
        "api": processes.api(chosen.host, chosen.port),
        "hearing": processes.worker("hearing"),
        "deciding": processes.worker("deciding"),
        "beat": processes.beat(),
    }
    if chosen.demo:
        wanted["demo-feeds"] = processes.demo_feeds(demo_port())
    with transaction() as session:
        # an old sign of life must not make us ready before the new ones
        heartbeat.leave_host(session, socket.gethostname())
    with step("Pages, workers, beat"):
        processes.read_ahead()
        for name, argv in wanted.items():
            # a copy must not share our connections
            children.start(Child(name, argv, _log(log / f"{name}.log"), before=forget, copied=True))
        _wait(children, wanted, log)


def _log(path: Path) -> Path:
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return path


def _wait(children: Children, wanted: Collection[str], log: Path) -> None:
    """Wait for a 200 of `/health/ready`; raise with a dead child's last words, or with what is missing."""
    until = time.monotonic() + READY_WITHIN
    while missing := _missing(address()):
        for name in set(wanted) - children.pids().keys():
            raise CannotStart(f"{name} ended. Its last words:\n{last_words(log / f'{name}.log', 15)}")
        if time.monotonic() > until:
            raise CannotStart(f"Not ready after {READY_WITHIN:.0f} s: {missing}. The logs are in {log}.")
        time.sleep(0.1)


def _missing(origin: str) -> str:
    """Return what `/health/ready` still misses; nothing when it is ready."""
    try:
        with urllib.request.urlopen(f"{origin}/health/ready", timeout=5):
            return ""
    except urllib.error.HTTPError as answer:
        troubles = json.load(answer).get("troubles", [])
        return ", ".join(
            " ".join(str(one[k]) for k in ("key", "role") if k in one) for one in troubles if one["blocking"]
        )
    except OSError as error:
        return f"no answer on {origin} ({error})"


def _first_start() -> None:
    now = utc_now()
    with transaction() as session:
        ground(session, now)
        nobody = not people.members(session)
    if nobody and showing().demo:
        with step("Demo: two weeks are lived through"):
            stage.seed(transaction, now)
    with transaction() as session:
        first_admin(session, now)


def _invite(seconds: float) -> None:
    say(f"\nReady after {seconds:.0f} s: {address()}")
    with transaction() as session:
        admins = [people.member(session, one) for one in people.admins(session)[:1]]
        paths = {one.name: way_in(session, one.id, utc_now()) for one in admins}
    for name, path in paths.items():
        say(f"Sign in as {name}, once, within {LINK_MINUTES}:")
        say(f"  {address()}{path}")
    hearback = sys.argv[0] if sys.argv[0].endswith("hearback") else "hearback"
    say(f"\n`{hearback} sign-in-link EMAIL` makes another one, `{hearback} member` lists who is here.")
    say(f"Everything is kept in {settings().state}, logs too. Ctrl-C stops it.")
