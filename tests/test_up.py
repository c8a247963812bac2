"""`hearback up` as a person meets it: what it prints, what it leaves behind, and what stops it."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from listener import embedded
from tests.test_processes import is_gone, needs_setpriv, soon

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(pid: int) -> set[int]:
    """Return every process below this one."""
    rows = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout.split()
    parents = dict(zip(map(int, rows[::2]), map(int, rows[1::2]), strict=True))
    below = {pid}
    while more := {one for one, parent in parents.items() if parent in below} - below:
        below |= more
    return below - {pid}


class Started:
    """One running `hearback up`."""

    def __init__(self, state: Path, port: int, output: Path, **more: str) -> None:
        plain = {k: v for k, v in os.environ.items() if not k.startswith("HEARBACK_") and not k.endswith("_URL")}
        mine = {"HEARBACK_STATE": str(state), "HEARBACK_PORT": str(port), "HEARBACK_DEMO": "0", **more}
        self.environment: Mapping[str, str] = {**plain, **mine}
        self.state, self.port, self._output = state, port, output
        with output.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api.command", "up"], stdout=out, stderr=out, cwd=ROOT, env=self.environment
            )

    @property
    def printed(self) -> str:
        return self._output.read_text()

    def ask(self, path: str) -> tuple[int, str]:
        """Return status and body of one of our pages; status 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def is_ready(self) -> bool:
        return self.ask("/health/ready")[0] == 200


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    """Start `hearback up` on a state folder and wait until it invites; whatever is left of it is killed in the end."""
    begun: list[Started] = []

    def start(wait: bool = True, **more: str) -> Started:
        port = begun[0].port if begun else free_port()
        begun.append(Started(tmp_path / "state", port, tmp_path / f"printed-{len(begun)}", **more))
        if wait:
            assert soon(lambda: "Ctrl-C stops it" in begun[-1].printed, within=120), begun[-1].printed
        return begun[-1]

    yield start
    for one in begun:
        one.process.kill()
        one.process.wait()


@pytest.mark.slow
def test_it_starts_says_what_it_does_revives_what_dies_and_ctrl_c_leaves_nothing(up: Callable[..., Started]) -> None:
    started = up()
    assert started.is_ready()
    for words in ("PostgreSQL and Valkey", "Database schema", "Pages, workers, beat", "Ready after", "Sign in as"):
        assert words in started.printed
    link = re.search(r"http://127\.0\.0\.1:(\d+)(/signin/\S+)", started.printed)
    assert link
    assert int(link[1]) == started.port
    below = descendants(started.process.pid)
    roles = {one["role"] for one in json.loads(started.ask("/health/ready")[1])["signs"]}
    assert roles == {"hearing", "deciding", "beat"}

    for pid in below:
        with contextlib.suppress(ProcessLookupError):  # PostgreSQL's own children go with their parent
            os.kill(pid, signal.SIGKILL)
    assert soon(lambda: not started.is_ready(), within=30)
    assert soon(started.is_ready, within=120), started.printed
    for name in ("PostgreSQL", "Valkey", "api", "hearing", "deciding", "beat"):
        assert f"{name} ended (signal 9); starting it again" in started.printed

    below = descendants(started.process.pid)
    started.process.send_signal(signal.SIGINT)
    assert started.process.wait(60) == 0
    assert "Stopping" in started.printed
    assert all(is_gone(pid) for pid in below)
    assert embedded.running(started.state) is None


@pytest.mark.slow
@needs_setpriv
def test_kill_9_leaves_nothing_and_the_next_start_finds_everything(up: Callable[..., Started]) -> None:
    first = up()
    below = descendants(first.process.pid)
    assert len(below) >= 6
    first.process.kill()
    first.process.wait()
    assert soon(lambda: all(is_gone(pid) for pid in below))

    second = up()
    assert second.is_ready()
    twin = up(wait=False)
    assert twin.process.wait(60) == 1
    assert f"Nothing can listen on 127.0.0.1:{second.port}" in twin.printed
    assert "HEARBACK_PORT=" in twin.printed


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"DATABASE_URL": "postgresql://localhost/x"}, "DATABASE_URL is set, REDIS_URL is not"),
        ({"REDIS_URL": "redis://localhost"}, "REDIS_URL is set, DATABASE_URL is not"),
        ({"HEARBACK_STATE": "/dev/null/state"}, "cannot be used"),
        ({"HEARBACK_HOST": "203.0.113.7"}, "Nothing can listen on 203.0.113.7"),
        ({"HEARBACK_PORT": "eighty"}, "HEARBACK_PORT is 'eighty'"),
    ],
)
def test_what_cannot_start_says_why_in_a_sentence(
    up: Callable[..., Started], setting: dict[str, str], sentence: str
) -> None:
    started = up(wait=False, **setting)
    assert started.process.wait(60) == 1
    assert sentence in started.printed
    assert "Traceback" not in started.printed
